"""A second look over the whole document, after all recognizers have spoken.

``spread``: a name found once is found everywhere, also inflected, in other case and misspelt.
``look_again``: what is still readable is searched for leftovers: words of the name lists that are
nothing else in Danish are masked; unknown capitalised words and long runs of digits are masked when
the context makes it likely and otherwise marked «possibly personal» for the reviewer.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from nlp.redact.name_class import NameClasses
from nlp.redact.not_personal import NOT_PERSONAL
from nlp.redact.people import bare, same, tokens
from nlp.redact.spans import PLACEHOLDER
from nlp.text.case import without_case
from nlp.text.frequent import FREQUENT
from nlp.text.lexicon import is_listed, is_ordinary, nearly_ordinary
from nlp.types import Span

_WORD = regex.compile(r"\p{L}[\p{L}'-]*")
_DIGITS = regex.compile(r"(?<![\p{L}\d])\d(?:[ ./-]{0,3}\d){6,}(?!\d)")
_MONEY = regex.compile(r"\s?(?:kr\b|kroner|dkk|,-|%|€|euro)", regex.IGNORECASE)
_SENTENCE_START = regex.compile(r"(?:^|[.!?:;\n\"»(\-*•]|\.\.\.)\s*$")
_FOREIGN_SCRIPT = regex.compile(
    r"[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}\p{Tamil}\p{Devanagari}\p{Georgian}\p{Armenian}\p{Ethiopic}]{2,}(?:[ ][\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}\p{Tamil}\p{Devanagari}\p{Georgian}\p{Armenian}\p{Ethiopic}]{2,})*"
)


def spread(text: str, spans: Sequence[Span]) -> list[Span]:
    """Further mentions of the persons that were found.

    A name that is also an ordinary word («Liv», «Storm») is only followed with a capital letter
    inside a sentence, or written just as it was found.
    """
    forms = {text[s.start : s.end] for s in spans if s.type == "PERSON"}
    parts = {part for form in forms for part in tokens(form) if len(part) > 2}
    written = {word for form in forms for word in _WORD.findall(form)}
    if not parts:
        return []
    capitals = not without_case(text)
    return [
        Span(match.start(), match.end(), "PERSON", 0.8, "spread")
        for match in _readable(text, spans)
        if _follows(match, text, parts, written, capitals)
    ]


def _follows(
    match: regex.Match[str], text: str, parts: set[str], written: set[str], capitals: bool
) -> bool:
    word = match[0]
    lowered = word.lower()
    known = lowered in parts or bare(lowered) in parts
    if not known and not any(len(part) >= 5 and same(lowered, part) for part in parts):
        return False
    if is_ordinary(lowered) or is_ordinary(bare(lowered)):
        if not capitals:
            return known and lowered not in _COMMON and bare(lowered) not in _COMMON
        capital = (
            word[0].isupper() and not _starts_sentence(text, match.start()) and not word.isupper()
        )
        as_written = word in written and not is_listed(lowered)  # «Kirkegaard», only a compound
        return known and (capital or as_written)
    return True


_AFTER_NAME = regex.compile(
    r"[ ](?P<x>\p{Lu}\p{L}+(?:-\p{Lu}\p{L}+)?|\p{Lu}\.?|\p{Ll}(?=$|[ '.,!?;:s\n])|\p{Ll}{2,})"
)
_STREET = regex.compile(r"(?<![\p{L}\d])(?P<x>\p{L}[\p{L}.'-]{3,})[ ]\Z")
_BEGINNING = regex.compile(
    r"(?:(?<=[\p{Ll},][ ])(?P<x>D(?:en|et)[ ])|(?<!\p{L})(?P<x>\p{Lu}\p{Ll}{2,14}-[ ]og[ ]))\Z"
)
"""«Den» with a capital inside a sentence, and the first half of a double name."""
_LONGEST_BEGINNING = 24
_LONGEST_STREET = 40
_COMMON = frozenset(FREQUENT)
"""Words that stand everywhere: without capitals, no name is followed through them."""
_SMALL = frozenset(
    "i å a o u og er på at af de en et om nu så vi du jeg har var kan der som til med men han hun det den".split()
)


def lengthened(text: str, spans: Sequence[Span], classes: NameClasses) -> list[Span]:
    """Persons with the surname or initial that follows: «Elias O», «mai brix tøndering»."""
    starts = {span.start for span in spans}
    capitals = not without_case(text)
    longer = []
    for span in spans:
        if span.type != "PERSON":
            continue
        end = span.end
        while (match := _AFTER_NAME.match(text, end)) and match.start("x") not in starts:
            if not _is_rest_of_name(match["x"], classes, capitals=capitals):
                break
            end = match.end()
        if end > span.end:
            longer.append(Span(span.start, end, "PERSON", span.score, "lengthened"))
    return longer


def institutions(text: str, spans: Sequence[Span]) -> list[Span]:
    """Institutions with the beginning of their name: «Social- og Sundhedsskolen», «Den Gule Dør»."""
    longer = []
    for span in spans:
        if span.type != "INSTITUTION" or not text[span.start].isupper():
            continue
        match = _BEGINNING.search(text[max(0, span.start - _LONGEST_BEGINNING) : span.start])
        if match:
            start = span.start - len(match["x"])
            longer.append(Span(start, span.end, "INSTITUTION", span.score, "beginning"))
    return longer


def streets(text: str, spans: Sequence[Span]) -> list[Span]:
    """Addresses that begin with their number, with the street before: «bakkedraget 14 2 tv»."""
    longer = []
    for span in spans:
        if span.type != "ADDRESS" or not text[span.start].isdigit():
            continue
        match = _STREET.search(text[max(0, span.start - _LONGEST_STREET) : span.start])
        if match and match["x"].lower() not in _COMMON and len(match["x"]) > 3:
            start = span.start - len(match[0])
            longer.append(Span(start, span.end, "ADDRESS", span.score, "street"))
    return longer


def _is_rest_of_name(word: str, classes: NameClasses, *, capitals: bool = True) -> bool:
    """True when a word behind a name may be more of it. ``capitals``: do they mean anything here?"""
    lowered = word.lower().rstrip(".")
    if len(lowered) == 1 and word[0].isupper() and word != "I":
        return True
    if lowered in _SMALL or lowered in NOT_PERSONAL:
        return False
    if len(lowered) == 1:
        return True
    listed = set(classes.of(lowered))
    if capitals and word[0].isupper() and not word.isupper():
        return not is_ordinary(lowered) or "l" in listed
    if is_ordinary(lowered):
        return not capitals and "l" in listed and lowered not in _COMMON
    return "l" in listed or not (capitals or len(lowered) < 4 or nearly_ordinary(lowered))


def look_again(
    text: str, spans: Sequence[Span], classes: NameClasses
) -> tuple[list[Span], list[Span]]:
    """What is masked after all, and what only may be personal."""
    sure: list[Span] = []
    possible: list[Span] = []
    shouting = without_case(text)
    for match in _readable(text, spans):
        verdict = _judge_word(match, text, classes, spans, shouting)
        if verdict is True:
            sure.append(Span(match.start(), match.end(), "PERSON", 0.6, "second look"))
        elif verdict is None:
            possible.append(Span(match.start(), match.end(), "PERSON", 0.3, "second look"))
    for match in _FOREIGN_SCRIPT.finditer(text):
        sure.append(Span(match.start(), match.end(), "PERSON", 0.55, "foreign script"))
    for match in _DIGITS.finditer(text):
        covered = any(s.start < match.end() and match.start() < s.end for s in spans)
        if not covered and not _MONEY.match(text, match.end()):
            possible.append(Span(match.start(), match.end(), "CASE_NO", 0.3, "digit run"))
    return sure, [doubt for doubt in possible if not any(doubt.overlaps(span) for span in sure)]


def _judge_word(
    match: regex.Match[str], text: str, classes: NameClasses, spans: Sequence[Span], shouting: bool
) -> bool | None:
    """True: mask. None: possibly personal. False: leave it."""
    word = match[0]
    lowered = word.lower()
    listed = classes.of(lowered)
    is_name = "f" in listed or "l" in listed
    capital = word[0].isupper() and not word.isupper() and not shouting
    if not (is_name or capital):
        return False
    if (
        len(word) < 3
        or lowered in NOT_PERSONAL
        or is_ordinary(lowered)
        or is_ordinary(bare(lowered))
    ):
        return False
    if is_name or _touches_person(match, text, spans):
        return True
    return False if _starts_sentence(text, match.start()) else None


def _touches_person(match: regex.Match[str], text: str, spans: Sequence[Span]) -> bool:
    """True when a person stands directly before or after: the rest of a name."""
    return any(
        span.type == "PERSON"
        and (text[span.end : match.start()] in (" ", "-") or text[match.end() : span.start] == " ")
        for span in spans
        if abs(span.end - match.start()) < 3 or abs(span.start - match.end()) < 3
    )


def _readable(text: str, spans: Sequence[Span]) -> list[regex.Match[str]]:
    """The words that no span touches, and that are no placeholder."""
    taken = bytearray(len(text) + 1)
    for span in spans:
        taken[span.start : span.end] = b"\x01" * (span.end - span.start)
    for match in PLACEHOLDER.finditer(text):
        taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    return [m for m in _WORD.finditer(text) if taken.find(1, m.start(), m.end()) < 0]


def _starts_sentence(text: str, start: int) -> bool:
    return bool(_SENTENCE_START.search(text[max(0, start - 6) : start])) or start == 0
