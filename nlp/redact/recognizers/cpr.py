"""CPR-nummer: the Danish personal identity number, DDMMYY-SSSS.

The date may have 60 added to the day (replacement numbers). The check digit (modulus 11) makes a hit
surer and never rejects one: numbers without it have been given since 1 October 2007
(cpr.dk, «Personnumre uden kontrolciffer»). A wrong date does not reject either: people mistype.

>>> from nlp.redact.recognizers.cpr import CprRecognizer
>>> sorted({(r.start, r.end) for r in CprRecognizer().analyze("cpr 010150-5123.", ["CPR"])})
[(4, 15)]
"""

from __future__ import annotations

from calendar import monthrange

import regex

from nlp.redact.recognizers.base import DanishRecognizer, Rule, rule, words

_PLAIN = regex.compile(r"\d{6}[ ]?-[ ]?\d{4}(?![\d-])")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_NO_DIGIT = regex.compile(r"\D")


def passes_modulus_11(digits: str) -> bool:
    """True when ten digits satisfy the check: surer, never a condition."""
    return sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11 == 0


def has_date(digits: str) -> bool:
    """True when the first four digits are a day (or day + 60) and a month."""
    day, month = int(digits[:2]), int(digits[2:4])
    if not 1 <= month <= 12:
        return False
    longest = 29 if month == 2 else monthrange(2001, month)[1]
    return 1 <= (day - 60 if day > 60 else day) <= longest


class CprRecognizer(DanishRecognizer):
    """CPR numbers in any form people write, also partly hidden and partly written."""

    entity = "CPR"
    of_digits = True
    of_words = frozenset({"date hidden"})
    cue = words(
        r"cpr",
        r"person\s?-?n(?:umme)?r",
        r"\bpnr",
        r"c\.p\.r",
        r"født",
        r"cifre",
        r"\bid-?n(?:umme)?r",
    )
    veto = words(
        r"(?:\bkonto|\bp-?|produktions|ordre|faktura|vare|kunde|ean|gln|kl|sags?|journal|"
        r"tlf|telefon|mobil|imei|sporings)"
        r"[.-]?\s?(?:n(?:umme)?r|nummer(?:et)?)?\.?\s?(?:er\s)?:?\s?$",
        r"\+\d{0,3}\s?$",
    )
    rules = (
        rule("separated", r"(?<![\d/])\d{6}[ \t]{0,2}[-./:_~=]{1,6}[ \t]{0,2}\d{4}(?!\d|-\d)", 0.9),
        rule("space", r"(?<!\d|\d[ ])\d{6}[ \t]{1,3}\d{4}(?!\d|[ ]\d)", 0.45),
        rule("line break", r"(?<!\d)\d{6}[ ]?-?[ ]?\n[ ]?-?[ ]?\d{4}(?!\d)", 0.45),
        rule("serial in brackets", r"(?<!\d)[0-3]\d[01]\d{3}[ ]?\(-?\d{4}\)", 0.6),
        rule("contiguous", r"(?<![\d.,/+-])\d{10}(?![\d%]|,\d)", 0.3),
        rule(
            "dotted date",
            r"(?<!\d)[0-3]?\d[ ]?[./-][ ]?[01]?\d[ ]?[./-][ ]?(?:19|20)?\d\d[ ]?[-./ ][ ]?\d{4}(?!\d)",
            0.75,
        ),
        rule(
            "pairs",
            r"(?<!\d|\d[ ])[0-3]\d[ ][01]\d[ ]\d\d[ ]?[- ][ ]?\d\d[ ]?\d\d(?!\d|[ ]\d)",
            0.5,
        ),
        # 0602 4156 11 · 060 241 5611: any grouping; the date and the words around decide
        rule(
            "other groups",
            r"(?<![\d.,/+-])(?<!\d[ ])[0-3]\d(?:[ -]?\d){8}(?![\d%]|[ -]\d|[.,:]\d|[ ]?(?:kr|kroner|stk)\b)",
            0.2,
            anchor=r"\d{2}[ -]\d{2}",
        ),
        rule("long year", r"(?<!\d)[0-3]\d[01]\d(?:19|20)\d\d[ ]?-[ ]?\d{4}(?!\d)", 0.8),
        rule(
            "spelled out", r"(?<!\d|\d[ ])\d(?:[ ]\d){5}[ ]?[- ][ ]?\d(?:[ ]\d){3}(?!\d|[ ]\d)", 0.5
        ),
        rule("serial spelled", r"(?<!\d)\d{6}[ -]{1,3}\d(?:[ ]\d){3}(?!\d|[ ]\d)", 0.7),
        rule(
            "some hidden",
            r"(?<![\w-])(?=(?:[^\d\s]{0,12}\d){4})(?=[^x*#•_?]{0,10}[x*#•_?])[\dx*#•_?]{6}[ ]?[-/ ]?[ ]?[\dx*#•_?]{4}(?![\w])",
            0.85,
            anchor=r"[x*#•_?]{2}|\d(?:[x*#•_?]|(?<=[x*#•_?][ -/]?\d))",
        ),
        rule(
            "broken off",
            r"(?<![\d/.-])[0-3]\d[01]\d{3}[ ]?-[ ]?(?:\d{1,3}(?!\d|-\d)|(?=[\s.,;:?!…)]|$))",
            0.6,
        ),
        # 0308****6017: stars at other places than the serial
        rule(
            "hidden elsewhere",
            r"(?<![\w*#-])(?=[\d -]{0,8}[x*#•_?]{2})(?=(?:[^\d\n]{0,9}\d){4})[\dx*#•_?]{2,8}[ ]?[-/ ]?[ ]?[\dx*#•_?]{2,8}(?!\w)",
            0.3,
            anchor=r"[x*#•_?]{2}",
        ),
        # O6O351-55l9: letters for digits, as typed on a telephone or read by a machine
        rule(
            "letters for digits",
            r"(?<![\p{L}\d])(?=(?:[ois|lbz /.-]{0,3}\d){5})(?=[\d /.-]{0,12}[oilsbz|])[\doilsbz|]{6}[ ]?[-/. ]?[ ]?[\doilsbz|]{4}(?![\p{L}\d])",
            0.7,
            anchor=r"\d(?:[oilsbz|]|(?<=[oilsbz|]\d))",
        ),
        rule("five serials", r"(?<!\d)\d{5,7}-\d{3,5}(?!\d|-\d)", 0.3),
        rule(
            "serial hidden",
            r"(?<!\d)\d{6}[ ]?[-/ ][ ]?(?:[x*#•_?]{4}|\d{1,3}[x*#•_?]{1,3})",
            0.85,
            anchor=r"\d[ ]?[-/ ]?[ ]?[x*#•_?]",
        ),
        rule("date hidden", r"(?<!\w)[x*#•]{6}[ ]?[-/ ]?[ ]?\d{4}(?!\d)", 0.8),
        # ••••55-5612 · ....55-5612: only the year is left of the date
        rule(
            "date half hidden",
            r"(?<![\w.])[x*#•._?]{2,4}[ ]?\d\d[ ]?-[ ]?\d{4}(?![\d-])",
            0.7,
            anchor=r"[x*#•._?]{2}[ ]?\d\d[ ]?-",
        ),
        rule(
            "replacement",
            r"(?<!\d)\d\d[01]\d\d\d[ ]?-[ ]?(?=\w{0,3}[A-Z])(?=\w{0,3}\d)?[0-9A-Z]{4}(?!\w)",
            0.8,
            case=True,
        ),
        # 140642 og så 6123
        rule(
            "words between",
            r"(?<!\d)[0-3]\d[ ]?[01]\d[ ]?\d\d,?[ ](?:(?:og|så|streg|bindestreg|minus|derefter|efterfulgt[ ]af)[ ]){1,3}\d\d[ ]?\d\d(?!\d|[ ]\d)",
            0.8,
        ),
        # 140642-6123 og -6124: the serial of a twin
        rule(
            "second serial",
            r"\d{6}[ ]?-[ ]?\d{4}(?:[^\d\n]{1,20}(?P<x>-[ ]?\d{4})|(?:,|[ ]og|[ ]eller|[ ]?/)[ ](?!19|20)(?P<x>\d{4}))(?!\d|[-/.][ ]?\d|[ ]\d)",
            0.8,
            group="x",
        ),
        rule(
            "date part",
            r"(?:cpr|person|første[ ](?:seks|6))[^\d\n]{0,45}?(?:begynde|starte|første|start)[^\d\n]{0,25}(?P<x>[0-3]\d[ ./-]?[01]\d[ ./-]?\d\d)(?!\d)",
            0.8,
            group="x",
            anchor=r"begynde|start|første",
        ),
        rule(
            "date after the word",
            r"(?:\bcpr|personn)[^\d\n]{1,30}(?P<x>[0-3]\d[01]\d\d\d)(?!\d|[./,-]\d|[ ]?(?:kr|kroner)\b)",
            0.8,
            group="x",
            anchor=r"\bcpr|personn",
        ),
        rule(
            "serial named",
            r"\b(?:løbenummer(?:et)?|løbenr\.?|kontrolcifr\w+|endecifr\w+|slutcifr\w+|(?:cpr|personn)\p{L}*[^\d\n]{0,25}(?:slutter|ender)(?:[ ]på)?|endetal(?:let)?|sluttal(?:let)?)[ ]?(?:er|:)?[ ]*(?P<x>-?\d{4}|\d[ ]\d[ ]\d[ ]\d|\d\d[ ]\d\d)(?!\d|[ ]?kr)",
            0.7,
            group="x",
        ),
        rule(
            "last four",
            r"(?:(?:fire|4)[ ]sidste|sidste[ ](?:fire|4))(?:[ ](?:cifre|tal|i[ ]cpr\w*))*"
            r"(?:[ ]?(?:er|:|var|på))*[ ]*(?P<x>\d{4}|\d[ ]\d[ ]\d[ ]\d|\d\d[ ]\d\d)(?!\d)",
            0.85,
            group="x",
            anchor=r"sidste",
        ),
        rule(
            "after the word",
            r"(?:cpr|person)[ .-]?(?:n(?:umme)?re?t?|nummer(?:et)?)?\.?[ ]?(?:er|:|=|på|slutter[ ]på|ender[ ]på)?"
            r"[ ]*(?P<x>\d[\d ./-]{2,16}\d)(?!\d)",
            0.8,
            group="x",
        ),
    )

    def vetoed(self, text: str, start: int) -> bool:
        """A real date with a dash and four digits is a CPR number, whatever it is called."""
        written = _PLAIN.match(text, start)
        if written and has_date(written[0]) and text[max(0, start - 1) : start] != "+":
            return False
        return super().vetoed(text, start)

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """Surer with a real date, and more so with the check digit; stars count for digits."""
        if each.name == "hidden elsewhere":
            places = sum(not c.isspace() and c not in "-/" for c in match[0])
            form = "_" in match[0] and " " in match[0]  # «Navn: _____ 1990»
            return min(1.0, score + 0.3) if 9 <= places <= 13 and not form else 0.0
        digits = _NO_DIGIT.sub("", match[each.group])
        if len(digits) != 10:
            return score
        if has_date(digits):
            score += 0.3
        if passes_modulus_11(digits):
            score += 0.05
        return min(score, 1.0)
