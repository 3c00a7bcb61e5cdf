"""Sagsnummer, journalnummer, dokumentnummer, reference.

The KLE topic code (27.36.04; KL's emnesystematik) alone is a subject. In a journal number it is
kept in the ``storage`` profile and only the serial is hidden; the finding here is the whole number.
"""

from __future__ import annotations

import re

from nlp.redact.recognizers.base import DanishRecognizer, rule, words

_CODE = r"(?=[\p{L}\d./_#-]*\d)[\p{L}\d](?:[\p{L}\d]|[./_#-](?=[\p{L}\d])|[ ](?=\d{4,})){1,28}"
_INITIALS = r"\p{L}{1,4}(?:/\p{L}{1,4}){1,3}[ ,]{1,2}\d[\d./-]{1,14}\d?"
_NOUN = (
    r"(?:(?<!\p{L})(?:(?:sags?|journal|jour|dokument|dok|reference|ref|akt|ankesags?|klagesags?|esas?|arkiv|løbe|"
    r"brev|bilags?|erstatnings?|forsikrings?|police|anmeldelses?|sagsbehandlings?|ansøgnings?|kvitterings?|borger|klient|henvisnings?|udbetalings?|skadess?|bevillings?|polices?|kunde|medlems)"
    r"[ .-]?(?:n(?:umme)?re?t?|nummer(?:et)?|id|nr)\b|"
    r"\b[jJ][ .-]{0,2}n(?:umme)?r\b|\bjnr\b|\bsags?id\b|\bsag\b|\bsagen\b|\bvores[ ]ref|\bderes[ ]ref|\bvor[ ]ref|\bjeres[ ]ref|\bref\b|\bid-?nr|"
    r"\breferencen?\b|\bjournal\b)|(?:sags|journal|dokument|journ)[ .-]?n(?:umme)?re?t?\b)"
)
_TOPIC = re.compile(r"\d\d\.\d\d\.\d\d")


class CaseNumberRecognizer(DanishRecognizer):
    """Numbers of cases, journals and documents."""

    entity = "CASE_NO"
    of_digits = True
    cue = words(
        r"sags?",
        r"journal",
        r"\bj\.?\s?nr",
        r"\bref",
        r"\bdok",
        r"\bakt",
        r"nummer",
        r"numre",
        r"\bhedder\b",
        r"\bnr\b",
        r"\bid\b",
    )
    veto = words(
        r"\b(?:bekendtgørelse|lbk|bek|lov|cirkulære|vejledning|vejl|forordning|direktiv|l|fob|folketingsbeslutning|b)\s?(?:nr\.?\s?)?$",
        r"\b(?:tlf\w*|telefon\w*|mobil|ring|ordre\w*|faktura\w*|vare\w*|principmeddelelse\w*)\.?\s?(?:nr\.?|nummer)?\s?:?\s?$",
    )
    before = 30
    rules = (
        rule(
            "KLE",
            r"(?<![\d.])\d\d\.\d\d\.\d\d[ ]?-[ ]?\p{L}\d\d(?:[ ]?-[ ]?\d{1,6}){1,4}(?![\d])",
            1.0,
        ),
        rule(
            "KLE other", r"(?<![\d.])\d\d\.\d\d\.\d\d[-/]\d{1,6}(?:[-/]\d{1,6}){0,3}(?![\d])", 0.9
        ),
        rule(
            "prefixed",
            r"(?<![\w])(?:sag|emn|sj|dok|ast|esdh|acadre|sbsys|akt|jnr|edoc|sid|ks|bu|jc|fam|ref|id)[-/_]?(?:20\d\d[-/]\d{2,9}|\d{2,4}[-/]\d{3,9}|\d{5,12})(?:[-/]\d{1,6})?(?!\w)",
            0.85,
        ),
        rule("police", r"(?<![\w-])\d{4}-\d{5}-\d{5}-\d{2}(?![\w-])", 0.95),
        rule(
            "letter and year",
            r"(?<![\w/.-])\p{Lu}{1,4}(?:19|20)?\d\d[-/]\d{2,8}(?!\w|[-/]\d)",
            0.7,
            case=True,
        ),
        rule(
            "letter, space and year",
            r"(?<![\w/.-])(?!(?:SAG|LOG|DEN|FRA|TIL|KL|NR|UGE|ÅR|DET|MED|I|OG|CA|PÅ)\b)\p{Lu}{1,4}[ ](?:(?:19|20)\d\d[-/]\d{2,8}|\d\d[-/]\d{3,8})(?!\w|[-/.]\d|[ ](?:19|20)\d\d)",
            0.55,
            case=True,
        ),
        # the same in lower case, and a letter before a long number: only with a word for it
        rule(
            "letters first, any case",
            r"(?<![\w/.-])\p{L}{1,5}[-/]?(?:\d{2,4}[-/]\d{3,8}(?:-\d{1,4})?|(?<=[-/])\d{5,9})(?!\w|[-/.]\d)",
            0.3,
        ),
        # Dok 4417/24-3 · sag 24/301
        rule(
            "dok",
            r"(?<!\p{L})(?:dok|dokument|akt|sag|sagen|journal|bilag|afgift|klage|ref)\.?[ :#]{1,2}(?:nr\.?[ ])?(?P<x>\d{2,7}[/-]\d{1,6}(?:[/-]\d{1,6}){0,2})(?![\w]|[.,/-]\d)",
            0.6,
            group="x",
        ),
        # Ref.: MV/jl 2024-7 · Sag: 2024 - 77 / 301
        rule(
            "noun and groups",
            rf"(?:{_NOUN}|\bdok)(?:[ ]?(?:[.:=#]|nr\.?|nummer)){{0,4}}[ ]{{0,2}}(?P<x>{_INITIALS}|(?!(?:199|20[0-3])\d[ ]-[ ](?:199|20[0-3])\d(?![\d]|[ ]?/))\d{{2,6}}(?:[ ][-/][ ]\d{{1,8}}){{1,3}})(?![\w]|[.,]\d|[ ]?(?:kr|%|timer|dage|uger|år))",
            0.7,
            group="x",
            anchor=r"\d[ ][-/][ ]\d|/(?<=\p{L}/)\p{L}{1,4}[ ,]{1,2}\d",
        ),
        rule(
            "reference with initials",
            r"\bref(?:erence)?\.?(?:[ ]?nr\.?)?[ ]?:[ ]?(?P<x>\p{L}{1,5}[ ]\d[\d./-]{2,14})(?!\w)",
            0.75,
            group="x",
        ),
        rule(
            "dotted year",
            r"(?<![\w/.,-])(?:19|20)\d\d\.\d{2,4}[.-]\d{2,6}(?:[.-]\d{1,6})?(?![\w]|\.\d)",
            0.35,
        ),
        rule(
            "three groups",
            r"(?<![\w/.,-])\d{1,4}-\d{2,6}-\d{3,6}(?:-[\p{L}\d]{1,4})?(?![\w]|-\d)",
            0.3,
        ),
        rule(
            "repeated",
            rf"{_NOUN}[^\n\d]{{0,20}}{_CODE}(?:,|[ ]og|[ ]eller|[ ]samt|;|[ ]til)[ ](?:nr\.?[ ]|dok\.?[ ])?(?P<x>{_CODE})(?![\p{{L}}\d])",
            0.7,
            group="x",
        ),
        rule(
            "letters first",
            r"(?<![\w/.-])\p{Lu}{1,5}[-/]\d{2,4}[-/]\d{2,8}(?:-\d{1,4})?(?!\w)",
            0.75,
            case=True,
        ),
        rule(
            "year first",
            r"(?<![\w/.,-])(?!(?:199|20[0-3])\d[-/](?:199|20[0-3])\d(?![\d-]))(?:19|20)\d\d[-/](?!(?:0\d|1[0-2])[-/](?:[0-2]\d|3[01])(?!\d))\d{3,9}(?:-\d{1,6}){0,2}(?![\w]|-\d)",
            0.75,
        ),
        rule("short year", r"(?<![\w/.,-])[012]\d/\d{4,7}(?:-\d{1,4})?(?![\w/])", 0.4),
        rule("short year long", r"(?<![\w/.,-])[012]\d/\d{5,7}(?:-\d{1,4})?(?![\w/])", 0.6),
        rule("short year dash", r"(?<![\w/.,-])[012]\d-\d{5,7}(?:-\d{1,4})?(?![\w/]|-\d)", 0.55),
        rule(
            "noun",
            rf"{_NOUN}(?:[ ](?:er|hedder|lyder|var|har))?(?:[ ]?(?:[.:=#]|nr\.?|nummer|er|på)){{0,4}}[ ]{{0,2}}(?P<x>{_CODE})(?![\p{{L}}\d]|[ ]?(?:timer|dage|uger|måneder|år|kr|kroner|sider|gange|børn|personer|minutter|procent|pct)\b|[ ]?%)",
            0.7,
            group="x",
        ),
    )

    def judge(self, each, match, score):  # type: ignore[no-untyped-def]
        """A year alone after «sag» («i sagen 2023») is no number; a month and year neither."""
        code = match[each.group]
        digits = sum(c.isdigit() for c in code)
        if each.name == "dok" and digits < 5:  # «akt 12-14» are pages
            return 0.0
        if each.name in ("noun", "repeated") and (digits < 3 or _year_or_topic(code)):
            return 0.0
        if each.name == "short year" and code[3:5] in ("19", "20") and len(code) == 7:
            return score if score > 0.7 else 0.0
        return score


def _year_or_topic(code: str) -> bool:
    is_year = len(code) == 4 and code[:2] in ("19", "20") and code.isdigit()
    return is_year or _TOPIC.fullmatch(code) is not None
