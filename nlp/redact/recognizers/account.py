"""Bankkonto: registration number and account, IBAN, payment cards, FI payment slips."""

from __future__ import annotations

import regex
from stdnum import iban, luhn

from nlp.redact.recognizers.base import CUED, DanishRecognizer, Rule, rule, words

_FAR = words(
    r"\bk(?:on)?to(?!r)",
    r"\breg\.?\s?n",
    r"iban",
    r"\bbank",
    r"overfør",
    r"giro",
    r"\bindbetal",
    r"\bfik[ ]?\+?7[135]\b",
)
"""What may stand some sentences before an account that is written without its word."""


class AccountRecognizer(DanishRecognizer):
    """Numbers that money can be sent to or taken from."""

    entity = "ACCOUNT"
    of_digits = True
    of_words = frozenset({"card hidden"})
    cue = words(
        r"konto",
        r"\breg\b",
        r"reg\.?\s?nr",
        r"bank",
        r"iban",
        r"\bkort",
        r"visa",
        r"dankort",
        r"mastercard",
        r"nemkonto",
        r"overfør",
        r"udbetal",
        r"giro",
        r"indbetal",
        r"\bkto",
        r"\bindsæt",
        r"\bind[ ]på\b",
    )
    veto = words(
        r"(?:cvr|tlf|telefon|mobil|ean|gln|sags?|journal|ordre|faktura|isbn|cpr)[.-]?\s?(?:nr|nummer)?\.?:?\s?$"
    )
    rules = (
        rule("IBAN Danish", r"(?<!\w)DK[ ]?\d\d(?:[ .-]?\d){14}(?!\d)", 1.0),
        rule(
            "IBAN",
            r"(?<!\w)(?-i:[A-Z]{2})\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?!\w)",
            0.6,
        ),
        # PL 27 1140 2004 …: a space behind the country
        rule(
            "IBAN spaced",
            r"(?<!\w)(?-i:[A-Z]{2})[ ]\d\d[ ]?(?:\d{4}[ ]?){3,6}\d{1,4}(?!\w)",
            0.95,
        ),
        rule(
            "IBAN foreign",
            r"(?<!\w)(?!(?:nr|kl|kr|ca|st|th|tv|cv|se[ ]?\d{8}(?!\d)))[a-z]{2}\d\d(?:[ .-]?[a-z]{4}(?![a-z]))?(?:[ .-]?[a-z]?\d){10,26}(?!\w)",
            0.9,
            anchor=r"\d(?<=\b[a-z]{2}\d)\d",
        ),
        rule(
            "IBAN word",
            r"\biban(?:[ -]?(?:nr|nummer|kode)\w*)?[ .:=]{0,4}(?:er[ ])?(?P<x>[a-z]{2}[ ]?\d\d(?:[ .-]?[a-z0-9]){8,30})(?!\w)",
            0.95,
            group="x",
        ),
        rule("card groups", r"(?<![\d-])\d{4}(?:[ .-]{1,2}\d{4}){3}(?:[ -]?\d{1,3})?(?![\d])", 0.9),
        # any grouping, digit by digit, or with o and l for digits
        rule(
            "card other groups",
            r"(?<![\d.,/-])(?!(?:19|20)\d\d[ -])[2-6](?:[ .-]?\d){15}(?![\d]|[ .-]\d)",
            0.6,
        ),
        rule(
            "card letters",
            r"(?<![\p{L}\d])(?=(?:[oil -]{0,4}\d){11})(?=[\d -]{0,19}[oil])[\doil]{4}(?:[ -]?[\doil]{4}){3}(?![\p{L}\d])",
            0.8,
            anchor=r"\d(?:[oil]|(?<=[oil]\d))",
        ),
        rule(
            "card half hidden",
            r"(?<![\w])\d{4}[ -]?(?=[\d -]{0,3}[x*#•])(?:[\dx*#•]{4}[ -]?){2}[\dx*#•]{4}(?!\w)",
            0.8,
            anchor=r"[x*#•]{2}",
        ),
        # R: 1234 K: 1234567
        rule(
            "letter for reg",
            r"\b(?:r|rg|rnr)[.:]{0,2}[ ]?(?P<x>\d{4})(?=[ ,;/-]{1,3}(?:k|kt|knr)[.:]{0,2}[ ]?\d{6,10}(?!\d))",
            0.8,
            group="x",
            anchor=r"\d[ ,;/-]{1,3}k(?:t|nr)?[.: ]",
        ),
        rule(
            "letter for account",
            r"\b(?:r|rg|rnr)[.:]{0,2}[ ]?\d{4}[ ,;/-]{1,3}(?:k|kt|knr)[.:]{0,2}[ ]?(?P<x>\d{6,10})(?!\d)",
            0.8,
            group="x",
            anchor=r"\d[ ,;/-]{1,3}k(?:t|nr)?[.: ]",
        ),
        # mit dankort ender på 4412
        rule(
            "last of card",
            r"(?:kort|konto)(?:et|en|n(?:umme)?re?t?)?[^\d\n]{0,12}\b(?:ender|slutter)[ ]på[ ](?P<x>\d{3,4})(?!\d)",
            0.8,
            group="x",
            anchor=r"(?:ender|slutter)[ ]på[ ]\d",
        ),
        rule("card American", r"(?<!\d)3[47]\d\d[ -]?\d{6}[ -]?\d{5}(?!\d)", 0.85),
        rule("card contiguous", r"(?<!\d)(?!57\d{11}(?!\d))[2-6]\d{12,18}(?!\d)", 0.3),
        rule("card hidden", r"(?<![\w])(?:[x*#•]{4}[ -]?){1,3}\d{4}(?!\d)", 0.7),
        rule("reg and account", r"(?<![\d.,/-])\d{4}[ ]?[-/. ][ ]?\d{10}(?!\d)", 0.9),
        rule(
            "reg and short account",
            r"(?<![\d.,/-])(?!(?:19|20)\d\d[ ]?[-/][ ]?(?:19|20)\d\d(?!\d))(?!(?:19|20)\d\d,)\d{4}(?:[ ]{0,2}[-/. ][ ]{0,2}(?:\d{6,10}|\d{2,5}(?:[ .-]\d{2,5}){1,4})|(?:,|[ ]?\+)[ ]\d{7,10}|(?<!\+\d{4})\d{10})(?![\d-]|[.,]\d|[ ]?kr)",
            0.25,
        ),
        rule(
            "reg word",
            r"\breg(?:istrerings)?[ .-]{0,2}(?:n(?:umme)?re?|nummer(?:et)?)?\.?[ :=]{0,3}(?:er[ ])?(?P<x>\d{4}(?:[ ]?[-/][ ]?\d{6,10})?)(?!\d)",
            0.9,
            group="x",
        ),
        rule(
            "account word",
            r"\b(?:bank|løn|nem|budget|giro|opsparings)?k(?:on)?to[ .-]{0,2}(?:n(?:umme)?re?t?|nummer(?:et)?)?\.?[ :=,]{0,3}(?:er[ ]|på[ ]|i[ ]\w+[ ])?(?P<x>\d(?:[ ]{0,2}[./-]?[ ]{0,2}\d){5,13})(?!\d)",
            0.9,
            group="x",
        ),
        rule(
            "payment slip",
            r"\+?(?:71|73|75|04|01|15)[ ]?<[ ]?(?P<x>\d{7,16}[ ]?\+[ ]?\d{7,8}|(?<=01[ ]?<[ ]?)\d{7,8}(?!\d))[ ]?<?",
            0.9,
            group="x",
            anchor=r"<",
        ),
        rule(
            "spelled out",
            r"\bk(?:on)?to\w*[ :]{0,2}(?:er[ ]|ændret[ ]til[ ])?(?P<x>\d(?:[ ]\d){3}[ ](?:-|streg|bindestreg)[ ]\d(?:[ ]\d){5,9})(?!\d)",
            0.97,
            group="x",
        ),
        rule(
            "after reg",
            r"\breg\w*\.?[ :]{0,2}(?:(?:nr\.?|nummer)[ ])?\d{4}[^\d\n]{1,25}(?P<x>\d(?:[ ]?\d){5,9})(?!\d)",
            0.9,
            group="x",
            anchor=r"\breg",
        ),
        # 8410 (reg) og så 44 55 66 77 88
        rule(
            "reg behind",
            r"(?<![\d.,/-])(?P<x>\d{4})[ ]?\(?reg\b",
            0.9,
            group="x",
            anchor=r"\d[ ]?\(?reg\b",
        ),
        rule(
            "account behind reg",
            r"(?<!\d)\d{4}[ ]?\(?reg\b[^\d\n]{1,25}(?P<x>\d(?:[ .-]?\d){5,11})(?!\d)",
            0.9,
            group="x",
            anchor=r"\d[ ]?\(?reg\b",
        ),
        rule(
            "account behind",
            r"(?<![\d.,/-])(?P<x>\d(?:[ .-]?\d){6,13})[ ]?\(?(?:konto|kto)(?:n(?:umme)?r)?\b",
            0.85,
            group="x",
            anchor=r"\d[ ]?\(?(?:konto|kto)",
        ),
        rule(
            "giro",
            r"\bgiro(?:nr|nummer|konto)?\.?[ :]{0,2}(?P<x>\d(?:[ -]?\d){5,9})(?!\d)",
            0.8,
            group="x",
            anchor=r"\bgiro",
        ),
        rule(
            "card word",
            r"\b(?:dankort|visa|kort|master\w*|kredit|betalings)[ -]?(?:kort)?(?:n(?:umme)?re?t?|nummer(?:et)?)?[ .:=]{0,3}(?:er[ ])?(?P<x>\d(?:[ .-]?\d){11,18})(?!\d)",
            0.9,
            group="x",
        ),
    )

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """Surer with a check digit that fits; a wrong one rejects nothing."""
        code = regex.sub(r"[^0-9A-Za-z]", "", match[each.group])
        if each.name == "card contiguous" and luhn.is_valid(code):
            return min(1.0, score + 0.4)
        if each.name == "IBAN" and iban.is_valid(code):
            return 1.0
        if each.name == "reg and short account" and score < CUED:
            before = match.string[max(0, match.start() - 200) : match.start()]
            return score + CUED if _FAR.search(before) else score
        return score
