"""People who are called by one letter: «B oplyser, at F er 14». Pure.

Casework hides children behind a letter, and parents do the same; but bilag, models and vitamins have
letters too. A letter is a person when it does in one place what only people do; then it is followed
through the document, except where a word for what is lettered stands before it.
"""

from __future__ import annotations

import regex

from nlp.text.case import without_case
from nlp.types import Span

_LETTER = r"(?P<x>[A-HJ-Z])"
"""Not I, which is a word; not Æ, Ø and Å, which are words in dialect and in names of places."""
_ACTS = (
    r"(?:bor|går[ ](?:i|på|til|hjemme)|oplyser|oplyste|fortæller|fortalte|siger|sagde|ønsker|ønskede|mødte|"
    r"møder|græder|græd|ringer|ringede|skriver|skrev|føler|lider|sover|spiser|flyttede|flytter|fylder|fyldte|"
    r"mener|mente|deltager|deltog|reagerer|trives|udtrykker|beskriver|henvender|henvendte|bliver[ ](?:ked|vred|bange|urolig)|"
    r"kan[ ]lide|vil[ ](?:ikke|gerne|hjem|hellere)|er[ ](?:\d{1,2}[ -]?år|født|anbragt|indlagt|begyndt|ked|glad|vred|bange|hjemme|diagnosticeret|"
    r"udredt|henvist|enlig|gravid|orienteret|en[ ](?:\d+-årig|dreng|pige|mand|kvinde|ung))|"
    r"har[ ](?:selv[ ]|ikke[ ]|også[ ]|nu[ ])?(?:søgt|boet|gået|sagt|fortalt|adhd|autisme|angst|skolevægring|svært|haft|mødt|behov|brug[ ]for|født))"
)
_LINK = r"(?:at|som|når|hvis|da|fordi|mens|både|hverken|hos|om)"
_KIN = (
    r"(?:søn|datter|dreng|pige|barn|mor|far|bror|søster|lillebror|lillesøster|storebror|storesøster|plejesøn|"
    r"plejedatter|mand|kone|kæreste|elev|borger|borgeren|barnet|drengen|pigen)"
)
_SHOWN = (
    # at B ikke … · B bor hos
    regex.compile(
        rf"(?:(?:^|[.!?:;][ ]|,[ ])|\b{_LINK}[ ]){_LETTER}[ ](?:{_ACTS}\b|(?<={_LINK}[ ].[ ])(?:ikke|selv)\b)",
        regex.MULTILINE,
    ),
    # min søn, T, · Hr. L · den store, F,
    regex.compile(
        rf"\b(?:[mM]in|[vV]ores|[hH]ans|[hH]endes|[dD]eres|[sS]in)[ ](?:\p{{L}}+[ ])?{_KIN},?[ ]{_LETTER}(?![\p{{L}}\d.-])"
    ),
    regex.compile(rf"\b(?:[hH]r|[fF]rk?u?)\.?[ ]{_LETTER}(?![\p{{L}}\d-])"),
    regex.compile(rf"\b[dD]en[ ](?:store|lille|ældste|yngste|mindste|mellemste),[ ]{_LETTER},"),
    # A og B er søskende
    regex.compile(
        rf"(?<![\p{{L}}\d.-]){_LETTER}[ ]og[ ]{_LETTER}[ ](?:er[ ](?:søskende|tvillinger|gift|skilt|samlevende|kærester|flyttet|anbragt)|bor|går[ ]i)\b"
    ),
    # Bs far
    regex.compile(rf"(?<![\p{{L}}\d.]){_LETTER}'?s[ ](?:\p{{L}}+[ ])?{_KIN}\b"),
)
_LETTERED = regex.compile(
    r"(?:\p{L}*(?:bilag|model|afsnit|punkt|gruppe|hold|kategori|klasse|type|plan|blok|opgang|indgang|hus|litra|bogstav|bus|"
    r"linje|niveau|trin|fase|scenarie|spor|vitamin|hepatitis|team|afdeling|dør|stue|rum|lokale|felt|rubrik|boks|skema|"
    r"størrelse|str|version|løsning|mulighed|række|zone|takst|sektion|bygning|stand|kolonne|del|option|variant|influenza|"
    r"streptokok|serie|pulje|vej|gade|allé|nr)(?:en|et|ene|er|erne)?s?\.?|(?:bilag|afsnit|punkt|litra|gruppe|hold)\p{L}*[ ][A-Z],?[ ]?(?:og|eller|til|-|samt))[ ]\Z",
    regex.IGNORECASE,
)


def letters(text: str) -> list[Span]:
    """The letters that stand for persons, wherever they stand alone.

    >>> text = "Jeg ved, at B ikke sover. Se bilag B. Ring til B"
    >>> [(s.start, text[s.start]) for s in letters(text)]
    [(12, 'B'), (47, 'B')]
    """
    if without_case(text):
        return []
    shown = {
        letter
        for pattern in _SHOWN
        for match in pattern.finditer(text)
        if not _is_label(text, match.starts("x")[0])
        for letter in match.captures("x")
    }
    if not shown:
        return []
    alone = regex.compile(rf"(?<![\p{{L}}\d.-])[{''.join(sorted(shown))}](?:'?s)?(?![\p{{L}}\d-])")
    return [
        Span(match.start(), match.end(), "PERSON", 0.6, "letters")
        for match in alone.finditer(text)
        if not _is_label(text, match.start())
    ]


def _is_label(text: str, start: int) -> bool:
    """True when the letter names a thing: «bilag B», «model A og B»."""
    return bool(_LETTERED.search(text[max(0, start - 32) : start]))
