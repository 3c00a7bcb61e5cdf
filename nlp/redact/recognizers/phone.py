"""Telefonnummer: eight digits, in every grouping people use, and foreign numbers.

Denmark has no area codes, so any eight digits may be a phone: what they are is decided by grouping
and by the words around. Numbers outside the numbering plan are masked too: people mistype.
"""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule, words

_SEP = r"[ \t./\u00b7_-]"
_NOT_YEARS = r"(?!(?:199|20[0-3])\d[ ]?[ -][ ]?(?:199|20[0-3])\d(?!\d))"  # «2019-2023»
_NOT_DATE = (
    r"(?!(?:0[1-9]|[12]\d|3[01])(?P<dot>[ ./-])(?:0[1-9]|1[0-2])(?P=dot)(?:19|20)\d\d(?!\d))"
)
_COUNTRY = r"(?:(?:\(?(?:\+|00|plus[ ])[ ]?45\)?)[ ./-]{0,2}(?:\(0\)[ ]?)?)"


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
        r"journalnummer|sagsnummer|pas|dok|dokument|ref|løbe|skema|aftale|bestillings?|artikel|reservedels|"
        r"produkt|del|lager|katalog|hmi-?|type|pbs|kreditor|debitor|deb\.?gr|kr\.?gr)"
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
        rule(
            "four and four",
            rf"(?<![\w/.,+-]){_NOT_YEARS}[2-9]\d{{3}}[ ]?[ -][ ]?\d{{4}}{_END}",
            0.5,
        ),
        rule("four and four low", rf"(?<![\w/.,+-])[01]\d{{3}}[ ]?[ -][ ]?\d{{4}}{_END}", 0.3),
        rule("two three three", rf"(?<![\w/.,+-])\d\d{_SEP}\d{{3}}{_SEP}\d{{3}}{_END}", 0.5),
        rule("three two three", rf"(?<![\w/.,+-])\d{{3}}{_SEP}\d\d{_SEP}\d{{3}}{_END}", 0.55),
        rule("two two four", rf"(?<![\w/.,+-]){_NOT_DATE}\d\d{_SEP}\d\d{_SEP}\d{{4}}{_END}", 0.3),
        # 45 85 66 10 02: the country without its plus
        rule("bare country code", rf"(?<![\w/.,+-])(?<!\d[ ])45(?:[ ]\d\d){{4}}{_END}", 0.6),
        # 84 12 3456 · 85 4411 22
        rule(
            "with a four",
            rf"(?<![\w/.,+-]){_NOT_DATE}[2-9]\d(?:[ ]\d\d[ ]\d{{4}}|[ ./-]\d{{4}}[ ./-]\d\d){_END}",
            0.5,
        ),
        rule("other signs", r"(?<![\w/.,:+-])[2-9]\d(?:[:,]\d\d){3}(?![:,.]?\d|[ ]?kr)", 0.25),
        # 84 12 34 5x: not all of it is told
        rule(
            "some hidden",
            r"(?<![\w/.,+-])[2-9]\d[ ]?\d\d[ ]?\d\d[ ]?(?:\d[x*•]|[x*•]{2})(?!\w)",
            0.7,
            anchor=r"\d[ ]?[x*•]",
        ),
        rule(
            "extension",
            r"\blokal(?:n(?:umme)?r)?\.?[ :]{1,2}(?P<x>\d{4})(?![\w]|[.,]\d)",
            0.6,
            group="x",
        ),
        rule("four two two", rf"(?<![\w/.,+-])\d{{4}}{_SEP}\d\d{_SEP}\d\d{_END}", 0.45),
        rule("two six", rf"(?<![\w/.,+-])\d\d{_SEP}\d{{6}}{_END}", 0.4),
        rule("contiguous", rf"(?<![\w/.,+-])[2-9]\d{{7}}{_END}", 0.5),
        rule("contiguous low", rf"(?<![\w/.,+-])[01]\d{{7}}{_END}", 0.3),
        # 8 3 1 2 3 4 5 6 · 8 3 . 1 2 . 3 4 . 5 6 · 8-3-1-2-3-4-5-6
        rule(
            "spelled out",
            r"(?<!\d|\d[ ])(?!1[ ]2[ ]3[ ]4)\d(?:[ ]{1,2}(?:[./-][ ]{1,2})?\d){7}(?!\d|[ ]{1,2}(?:[./-][ ]{1,2})?\d)",
            0.5,
        ),
        rule("spelled with dashes", r"(?<![\d-])\d(?:-\d){7}(?![\d-])", 0.55),
        # 84 55 66 7o: letters for digits
        rule(
            "letters for digits",
            r"(?<![\p{L}\d])(?=(?:[oil _.-]{0,3}\d){5})(?=[\d .-]{0,11}[oil])[\doil]{2}(?:[ ][\doil]{2}){3}(?![\p{L}\d])",
            0.7,
            anchor=r"\d(?:[oil]|(?<=[oil]\d))",
        ),
        rule(
            "letters for digits together",
            r"(?<![\p{L}\d])(?=(?:[oil -]{0,3}\d){4})(?=[\d -]{0,9}[oil])[\doil]{4}[ -]?[\doil]{4}(?![\p{L}\d])",
            0.4,
            anchor=r"\d(?:[oil]|(?<=[oil]\d))",
        ),
        rule("uneven", rf"(?<![\w/.,+-]){_NOT_YEARS}\d(?:[ ]?\d){{7}}{_END}", 0.3),
        rule(
            "after the word",
            r"(?:(?<!\p{L})t(?:e)?lf|telefon|mobil|(?<!\p{L})mob|(?<!\p{L})tel|fax|sms[ ]til|ring(?:[ ](?:til|på))?|lokal)\p{L}{0,7}[.:]{0,2}[ ]?(?:er[ ]|på[ ]|nr\.?:?[ ])?"
            r"(?P<x>\+?\d(?:[ ().-]{0,2}\d){4,13})(?!\d)",
            0.7,
            group="x",
        ),
        # mit nye nummer er 83 12 34 5 · kan nås på 83 777 012
        rule(
            "after words",
            r"\b(?:(?:mit|min|hendes|hans|vores|jeres|deres|sit|nyt|mors|fars)[ ](?:nye[ ]|gamle[ ]|private[ ]|mobil\p{L}*[ ])?(?:nr|nummer|tlf|telefon\p{L}*|mobil\p{L}*)\.?"
            r"|træffes|nås|fanges|kontaktes|ringes[ ]op|ring|sms'?e?|whatsapp|signal|viber)(?:[ ]?:|[ ](?:er|på|til|nu|bedst|igen|lige|nummer|nr\.?|:)){0,4}[ ]"
            r"(?P<x>\d(?:[ ]{0,2}[.-]?[ ]{0,2}\d){5,9})(?!\d|[ ]?[.,:/-]\d|[ ]?(?:kr|kroner|gange|%)\b)",
            0.7,
            group="x",
        ),
    )
