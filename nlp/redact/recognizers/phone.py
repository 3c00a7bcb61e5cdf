"""Telefonnummer: eight digits, in every grouping people use, and foreign numbers.

Denmark has no area codes, so any eight digits may be a phone: what they are is decided by grouping
and by the words around. Numbers outside the numbering plan are masked too: people mistype.
"""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule, words

_SEP = r"[ \t./\u00b7_-]"
_NOT_YEARS = r"(?!(?:199|20[0-3])\d[ ]?[ -][ ]?(?:199|20[0-3])\d(?!\d))"  # «2019-2023»
_COUNTRY = r"(?:(?:\(?(?:\+|00)[ ]?45\)?)[ ./-]{0,2}(?:\(0\)[ ]?)?)"


class PhoneRecognizer(DanishRecognizer):
    """Danish, Greenlandic, Faroese and other phone numbers."""

    entity = "PHONE"
    of_digits = True
    cue = words(
        r"\bt(?:e)?lf",
        r"telefon",
        r"\bmob",
        r"\bring",
        r"\bnummer",
        r"\bnr\b",
        r"\bsms",
        r"\bkald",
        r"\bfax",
        r"\btel\b",
        r"kontakt",
        r"\bopkald",
        r"træffes",
        r"\bt:",
        r"\bm:",
        r"whatsapp",
        r"\bmobil",
        r"arbejde:",
        r"privat:",
        r"direkte",
        r"lokal",
        r"mobilepay",
        r"hotline",
        r"skriv til",
    )
    veto = words(
        r"(?:cvr|se-?nr|ean|gln|ordre|faktura|vare|kunde|medlems|sags?|journal|konto|reg|bilags?|"
        r"kørekort\w*|serie|model|isbn|køretøj|pakke|sporings|licens|matrikel|polices?|giro|"
        r"journalnummer|sagsnummer|pas|dok|dokument|ref|løbe|skema|aftale)"
        r"[.-]?\s?(?:n(?:umme)?r|nummer|id)?(?:et)?\.?\s?(?:er\s)?:?\s?$",
        r"(?:kr\.?|dkk|beløb\w*|kroner|version)\s?:?\s?$",
    )
    _END = r"(?![\d]|[.,:]\d|[ ]?(?:kr|kroner|%|,-|dkk)\b)"
    rules = (
        rule("country code", rf"(?<![\w+]){_COUNTRY}\d(?:{_SEP}?\d){{7}}(?!\d)", 0.95),
        rule(
            "north atlantic", r"(?<![\w+])(?:\+|00)29[89][ .-]?\d\d[ .-]?\d\d[ .-]?\d\d(?!\d)", 0.95
        ),
        rule(
            "foreign", r"(?<![\w+])(?:\+|00)(?!45)[1-9]\d{0,2}(?:[ ()./-]{0,2}\d){6,12}(?!\d)", 0.85
        ),
        rule("pairs", rf"(?<![\w/.,+-])\(?\d\d\)?(?:{_SEP}{{1,2}}\d\d){{3}}{_END}", 0.7),
        rule(
            "second number",
            rf"\d\d(?:{_SEP}?\d\d){{3}}[ ]?/[ ]?(?P<x>\d\d(?:{_SEP}?\d\d){{3}}){_END}",
            0.7,
            group="x",
        ),
        rule("spaced dashes", rf"(?<![\w/.,+-])\d\d(?:[ ][-./][ ]\d\d){{3}}{_END}", 0.7),
        rule("four and four", rf"(?<![\w/.,+-]){_NOT_YEARS}\d{{4}}[ ]?[ -][ ]?\d{{4}}{_END}", 0.5),
        rule("two three three", rf"(?<![\w/.,+-])\d\d{_SEP}\d{{3}}{_SEP}\d{{3}}{_END}", 0.5),
        rule("three two three", rf"(?<![\w/.,+-])\d{{3}}{_SEP}\d\d{_SEP}\d{{3}}{_END}", 0.55),
        rule("two two four", rf"(?<![\w/.,+-])\d\d{_SEP}\d\d{_SEP}\d{{4}}{_END}", 0.3),
        rule("four two two", rf"(?<![\w/.,+-])\d{{4}}{_SEP}\d\d{_SEP}\d\d{_END}", 0.45),
        rule("two six", rf"(?<![\w/.,+-])\d\d{_SEP}\d{{6}}{_END}", 0.4),
        rule("contiguous", rf"(?<![\w/.,+-])[2-9]\d{{7}}{_END}", 0.5),
        rule("contiguous low", rf"(?<![\w/.,+-])[01]\d{{7}}{_END}", 0.3),
        rule("spelled out", r"(?<!\d|\d[ ])\d(?:[ ]\d){7}(?!\d|[ ]\d)", 0.5),
        rule("uneven", rf"(?<![\w/.,+-]){_NOT_YEARS}\d(?:[ ]?\d){{7}}{_END}", 0.3),
        rule(
            "after the word",
            r"(?:\bt(?:e)?lf|telefon|mobil|\bmob|\btel|fax|sms[ ]til|ring(?:[ ](?:til|på))?|lokal)\p{L}{0,7}[.:]{0,2}[ ]?(?:er[ ]|på[ ]|nr\.?:?[ ])?"
            r"(?P<x>\+?\d(?:[ ().-]{0,2}\d){4,13})(?!\d)",
            0.7,
            group="x",
        ),
    )
