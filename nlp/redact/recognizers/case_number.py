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
    r"brev|bilags?|erstatnings?|forsikrings?|police|anmeldelses?|sagsbehandlings?|ansøgnings?|kvitterings?|borger|klient|henvisnings?|udbetalings?|skadess?|bevillings?|polices?|kunde|medlems|aftale|lejemåls?|lejer|låne?|kontrakts?|ticket|henvendelses?|udlændinge|udl|person|bo|dødsbo)"
    r"[ .-]?(?:n(?:umme)?re?t?|nummer(?:et)?|id|nr)\b|"
    r"\b[jJ][ .-]{0,2}n(?:umme)?r\b|\bjnr\b|\bsags?id\b|\bsag\b|\bsagen\b|\bvores[ ]ref|\bderes[ ]ref|\bvor[ ]ref|\bjeres[ ]ref|\bref\b|\bid-?nr|"
    r"\breferencen?\b|\bjournal\b)|(?:sags|journal|dokument|journ)[ .-]?n(?:umme)?re?t?\b)"
)
_SYSTEM = (
    r"(?:sbsys|acadre|nova|dubu|nexus|sapa|edoc|esdh|cura|columna|fasit|momentum|workzone|getorganized|captia|"
    r"schultz|kmd(?:[ ]\p{L}+)?|ksd|ky|kp|opus|jobnet|momentum|aula|netforvaltning|sensum|bosted[ ]system|eindsats|asta)"
)
"""Programs in which municipalities keep cases; a number behind their name is a case."""
_COURT = r"(?:BS|FS|SS|SKS|AS|AB|KS|TS|RG|SB|B|K|S)"
"""Kinds of court cases (domstol.dk): civil, bailiff's, criminal, probate …"""
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
        r"\bklagen?\b",
        r"aftale",
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
        # Nova 2200417855 · Nexus-id 880412 · DUBU-sag: 4417829
        rule(
            "system",
            rf"\b{_SYSTEM}(?:[ -]?(?:id|nr|nummer|sags?(?:nr|id|nummer)?|sagen|ref|journal|besked|akt)(?!\p{{L}}))?\.?(?:[ ](?:nr|nummer|id|er)(?!\p{{L}}))?[ .:#=]{{1,3}}(?P<x>(?=[^\s\d]{{0,6}}\d)(?!\d\d\.\d\d\.\d\d(?![\d-]))\w[\w/-]{{3,24}}\w)(?![\w/]|[.,]\d|[ ]?(?:kr|timer|dage)\b)",
            0.7,
            group="x",
        ),
        # Borger-id 12884410 · udlændingenummer (person-id) er 12884410
        rule(
            "id",
            r"(?<!\p{L})\p{L}{1,14}-id[ ]?\)?(?:[ ](?:er|hedder)|[ ]?[:=])?[ ](?P<x>(?:\p{L}{1,4}-?)?\d{4,12})(?![\w]|[.,]\d)",
            0.7,
            group="x",
            anchor=r"-id\b",
        ),
        # BS-14882/2023-AAL · FS 41-2871/2024 · SKS 12-4418/23
        rule(
            "court",
            rf"(?<![\w/.-]){_COURT}[ -]?(?:\d{{1,3}}-)?\d{{2,6}}/(?:(?:19|20)\d\d|(?<=-\d{{2,6}}/)\d\d)(?:-\p{{Lu}}{{2,4}})?(?![\w/])",
            0.85,
            case=True,
        ),
        # KLG00118820: letters and many digits, with a word for it
        rule(
            "letters and digits",
            r"(?<![\w/.-])\p{Lu}{1,5}-?\d{6,10}(?![\w/-]|[.,]\d)",
            0.2,
            case=True,
        ),
        # 014-0-214-3: a lease
        rule(
            "lease",
            r"\b(?:lejemål|lejekontrakt|bolig|lejlighed)(?:et|en)?(?:[ ]?(?:nr|nummer)\.?)?[ :]{1,2}(?P<x>\d{1,5}(?:-\d{1,5}){2,4})(?![\d-])",
            0.75,
            group="x",
            anchor=r"\d-\d",
        ),
        # 2023 - 55821 · jc 24 - 88301
        rule(
            "year, dash and number",
            r"(?<![\w/.,-])(?:(?:19|20)\d\d[ ]-[ ](?!(?:19|20)\d\d(?!\d))|(?<=(?<!\p{L})\p{L}{2,4}[ ])\d\d[ ]-[ ](?=\d{4}))\d{4,7}(?![\w/-]|[.,:]\d|[ ]?(?:kr|kroner|%|elever|borgere|personer)\b)",
            0.55,
            anchor=r"\d[ ]-[ ]\d{4}",
        ),
        rule(
            "guid",
            r"(?<![\w-])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])",
            0.95,
        ),
        rule("hash", r"(?<![\w&/#])\#\d{4,10}(?![\w])", 0.6),
        # 2024EMN01234
        rule("year and letters", r"(?<!\w)(?:19|20)\d\d\p{Lu}{2,5}\d{3,8}(?!\w)", 0.8, case=True),
        # afgørelsen (23-8812)
        rule(
            "in brackets",
            r"\b\p{L}*(?:sag|afgørelse|brev|klage|ansøgning|referat|notat)(?:e?n|et)?[ ]\((?P<x>(?!(?:19|20)\d\d[-/](?:19|20)\d\d\))\d{2,4}[-/]\d{3,7}(?:-\d{1,4})?)\)",
            0.7,
            group="x",
            anchor=r"\(\d",
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
            anchor=r"[\p{L}\d](?:[,;]|[ ](?:og|eller|samt|til))[ ](?=(?:(?:nr|dok)\.?[ ])?[^\s\d]{0,27}\d)",
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
