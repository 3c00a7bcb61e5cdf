"""Dato: a specific calendar date, in figures or words. Dates of statutes are not personal."""

from __future__ import annotations

import regex

from nlp.redact.recognizers.base import DanishRecognizer, Rule, rule, words

MONTHS = (
    r"(?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december|"
    r"jan|feb|febr|mar|apr|jun|jul|aug|sept|sep|okt|nov|dec|agust|janurar|febuar|feburar|septemper|novenber|desember|ogtober|oktomber)"
)
_ORDINAL = (
    r"(?:første|anden|tredje|tredie|fjerde|femte|sjette|syvende|ottende|niende|tiende|ellevte|elvte|tolvte|"
    r"trettende|fjortende|femtende|sekstende|syttende|attende|nittende|tyvende|"
    r"(?:en|to|tre|fire|fem|seks|syv|otte|ni)ogtyvende|tredivte|enogtredivte)"
)
_WORD_YEAR = r"(?:nitten(?:hundrede(?:og)?)?(?:[ ](?:og[ ])?(?=\p{L}*(?:ti|tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)\b))?\p{L}*|totusinde?\p{L}*|to[ ]tusinde?(?:[ ]og)?(?:[ ]\p{L}+)?)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY_NAMED = regex.compile(r"\b(?:den|d\.)\s?$", regex.IGNORECASE)
_IDIOMS = ("24/7", "1/2", "1/4")
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"

OF_STATUTE = words(
    r"(?:\blov(?:en)?|lovbekendtgørelse\w*|bekendtgørelse\w*|\blbk|\bbek|cirkulære\w*|vejledning\w*|\bvejl\.?|forordning\w*|direktiv\w*|principmeddelelse\w*)"
    r"\b(?:nr\.|[^.;\n]){0,25}\b(?:af|fra)\s(?:d\.?\s?|den\s)?$",
    r"\w+lov(?:en)?\saf\s(?:d\.?\s?|den\s)?$",
    r"§\s?$",
    r"(?:kl\.?|klokken)\s?$",
)
"""What stands before the date of a law, and before a time of day: such a date is nobody's."""


class DateRecognizer(DanishRecognizer):
    """Calendar dates, birth dates among them."""

    entity = "DATE"
    veto = OF_STATUTE
    cue = words(
        r"\bd\.\s*\n",
        r"\bden\s*\n",
        r"\bdato",
        r"født",
        r"\bf\.",
        r"fødselsdag",
        r"\bfra\b",
        r"\btil\b",
        r"\bpr\.",
        r"\bsiden\b",
        r"\binden\b",
        r"\bd\b",
        r"\bsendt",
        r"mødet?",
        r"brev",
        r"modtog",
        r"afgørelse",
    )
    of_digits = True
    of_words = frozenset({"ordinal"})
    before = 22
    after = 2
    rules = (
        rule(
            "dotted",
            rf"(?<![\d./-])(?P<x>{_DAY}[ ]?\.[ ]?{_MONTH}[ ]?\.[ ]?(?:(?:19|20)\d\d|\d\d(?!\d|\.\d)))(?!\d|[./]\d|-[\p{{L}}])",
            0.8,
            group="x",
        ),
        rule(
            "slashed",
            rf"(?<![\d./-])(?P<x>{_DAY}[ ]?/[ ]?{_MONTH}[ ]?[-/ .][ ]?{_YEAR})(?!\d|/\d)",
            0.8,
            group="x",
        ),
        rule(
            "dashed",
            rf"(?<![\d./-])(?P<x>{_DAY}[ ]?-[ ]?{_MONTH}[ ]?-[ ]?{_YEAR})(?!\d|-\d)",
            0.75,
            group="x",
        ),
        rule(
            "spaced",
            rf"(?=\d)(?<![\d./-]|\d[ ])(?P<x>{_DAY}[ ]{_MONTH}[ ](?:19|20)\d\d)(?!\d|[ ]\d)",
            0.6,
            group="x",
        ),
        rule(
            "iso",
            r"(?<![\d./-])(?P<x>(?:19|20)\d\d[-./](?:0[1-9]|1[0-2])[-./](?:0[1-9]|[12]\d|3[01]))(?=T|\D|$)",
            0.9,
            group="x",
        ),
        rule(
            "no year",
            rf"(?<![\d./,-])(?P<x>{_DAY}/{_MONTH})(?![\d/%]|-\d|[.,]\d|[ ]?(?:år|time|dag|uge|måned|stilling|liter|af\b|del|kop|tsk|spsk|pris|kost|portion|tid|side|døgn|og[ ]en))",
            0.5,
            group="x",
        ),
        rule(
            "dotted no year",
            rf"(?:\bd\.|\bden|\bfra|\btil|\bsiden|\binden|\bpr\.)[ ]?(?P<x>{_DAY}\.[ ]?{_MONTH}\.?)(?![\d.,]\d|[ ]?(?:kr|%|klasse|sal)|\d)",
            0.6,
            group="x",
        ),
        # 8. i 3. 2024 · den 13. i 10.
        rule(
            "day in month",
            rf"(?<![\d./,-])(?:(?P<x>{_DAY}\.?[ ]i[ ]{_MONTH}\.?[ ]{{0,2}}(?:19|20)\d\d)|\b(?:den|d\.|fra|til|siden|inden|pr\.)\s{{1,2}}(?P<x>{_DAY}\.[ ]i[ ]{_MONTH}\.(?:[ ]{{0,2}}(?:19|20)\d\d)?))(?!\d|[.,]\d|[ ]?(?:klasse|division|række|kl\b|sal|forsøg|runde|semester|kvartal))",
            0.7,
            group="x",
            anchor=r"\d\.?[ ]i[ ]\d",
        ),
        rule(
            "at the line's beginning",
            r"^[ \t]*(?P<x>(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.)(?=[ ]?(?:$|[:;-]|kl\b)|[ ](?-i:[A-ZÆØÅ]))",
            0.6,
            group="x",
        ),
        # den 13. var · d. 22., · d 5.5 · den 12 9,
        rule(
            "day alone",
            rf"\b(?:den|d\.?|dags)[ ](?P<x>{_DAY}(?:\.?(?:[ ]?ds\.?)?(?=[ ]?[,;)!?\n]|[ ]?$|[ ](?:var|kom|kl|blev|fik|skal|er[ ]der|har|igen|hvor|sku|ds)\b|[ ](?:og|men)[ ](?:d(?:en)?|det|så|jeg|vi|han|hun|de|ikke)\b)|(?:te|nde|ende|ste|de)(?!\p{{L}})))(?!\d)",
            0.6,
            group="x",
        ),
        # onsdag d 25 · fredag den 13.
        rule(
            "weekday and day",
            rf"\b(?:man|tirs|ons|tors|fre|lør|søn)(?:dag(?:en)?|\.)?,?[ ](?:den|d\.?)[ ]?(?P<x>{_DAY}(?:\.?[ ]?ds)?+\.?+)(?![\d./-]*\d|[ ]?{MONTHS}(?!\p{{L}})|[ ]?(?:klasse|sal|time|gang)\b)",
            0.7,
            group="x",
            anchor=r"(?:dag|dagen|man|tirs|ons|tors|fre|lør|søn)\.?,?[ ](?:den|d\.?)[ ]?\d",
        ),
        # 19. ds. · 6. dennes
        rule(
            "this month",
            rf"(?<![\d./-])(?P<x>{_DAY}\.?[ ](?:ds\b\.?|dennes\b))",
            0.8,
            group="x",
            anchor=r"\d\.?[ ](?:ds|dennes)\b",
        ),
        rule(
            "day and month",
            rf"\b(?:d\.?|dateret|(?:den|d\.?)(?=[ ]\d\d?[ ]))[ ](?P<x>{_DAY}[. ]{_MONTH}\.?)(?=[ ]?(?:[,;)!?\n]|$)|\.(?:\s|$)|[ ]og\b)",
            0.6,
            group="x",
        ),
        rule(
            "month name",
            rf"(?=\d)(?<![\d§])(?P<x>(?:{_DAY}\.?[ ]?(?:-|og|til)[ ]?)?{_DAY}(?:[ ]?\.|'?(?:te|nde|ste|de|die|ende|tyvende))?[ ]{{0,2}}(?:ds\.?[ ])?{MONTHS}(?:s(?!\p{{L}}))?(?![\p{{L}}])(?:\.(?=[ ]?\d))?(?:[ ,]{{0,2}}{_YEAR}(?!\d|[./:]\d|[ ]?(?:år|kr|gange|børn|dage)))?)",
            0.85,
            group="x",
        ),
        rule(
            "day month",
            rf"(?<![\d./,-])(?P<x>{_DAY}-{_MONTH})(?=[ ](?:kl\.?[ ]?)?\d\d[:.]\d\d)",
            0.7,
            group="x",
        ),
        rule(
            "spaced day month",
            rf"(?=\d)(?<![\d./,-]|\d[ ])(?P<x>{_DAY}[ ]{_MONTH})(?=[ ](?:kl|klokken)\b)",
            0.7,
            group="x",
        ),
        rule(
            "announced",
            rf"\b(?:senest|brev|mail|siger|den|d\.|inden|fra|til|siden)[ ](?P<x>{_DAY}\.[ ]?{_MONTH}\.?)(?![\d.]\d|\d|[ ]?(?:kr|%|sal|klasse|time|pct))",
            0.55,
            group="x",
        ),
        rule(
            "glued",
            rf"(?=\d)(?<![\d§])(?P<x>{_DAY}\.?{MONTHS}(?:{_YEAR})?)(?![\p{{L}}\d])",
            0.8,
            group="x",
        ),
        rule(
            "month first",
            rf"(?<![\p{{L}}])(?P<x>{MONTHS}[ ]d\.?(?:en)?[ ]{_DAY}\.?)(?!\d)",
            0.7,
            group="x",
        ),
        rule(
            "ordinal",
            rf"(?<![\p{{L}}])(?P<x>{_ORDINAL}[ ](?:i[ ])?(?:{MONTHS}|i[ ](?:første|anden|tredje|fjerde|femte|sjette|syvende|ottende|niende|tiende|ellevte|tolvte))(?![\p{{L}}])(?:[ ](?:{_YEAR}(?!\d)|{_WORD_YEAR}))?)",
            0.85,
            group="x",
        ),
        rule(
            "born",
            r"(?:\bfødt|\bfødselsdato|\bfødselsdag|\bf\.|\bfdato|\bfødsdato|\bf:)[ .:]{0,3}(?:er[ ]|d\.?[ ]?|den[ ]|i[ ])?(?P<x>[0-3]\d[01]\d(?:(?:19|20)\d\d|\d\d)|[0-3]?\d[ ./-]{1,2}[01]?\d[ ./-]{1,3}\d{2,4})(?![\d])",
            0.85,
            group="x",
        ),
        rule(
            "born pairs",
            r"(?:\bfødt|\bfødselsdato)[^\d\n]{0,12}(?P<x>[0-3]\d[ ][01]\d[ ]\d\d)(?![\d]|[ -]\d)",
            0.85,
            group="x",
        ),
        rule(
            "six digits",
            r"(?:^|\bnotat|\bbrev|\bmail|\bringet(?:[ ]op)?|møde|\bsamtale|\btid|\bmødt|\bdato|\bd\.|\bden)[ ]?(?P<x>[0-3]\d[01]\d[0-3]\d)(?=[ ]?[:.,;]|$)",
            0.6,
            group="x",
            anchor=r"\d{6}(?!\d)",
        ),
        rule("compact", r"(?<![\d./,+-])(?P<x>[0-3]\d[01]\d(?:19|20)\d\d)(?![\d])", 0.2, group="x"),
    )

    def judge(self, each: Rule, match: regex.Match[str], score: float) -> float:
        """24/7 and fractions are no dates; eight digits need a possible day and month."""
        value = match[each.group]
        if each.name == "no year" and value in (
            "24/7",
            "1/1",
            "1/2",
            "1/3",
            "1/4",
            "2/3",
            "3/4",
            "50/50",
        ):
            named = bool(_DAY_NAMED.search(match.string[: match.start()]))
            return score if named or (score > 0.6 and value not in _IDIOMS) else 0.0
        if each.name == "compact" and (
            not 1 <= int(value[:2]) <= 31 or not 1 <= int(value[2:4]) <= 12
        ):
            return 0.0
        return score
