"""What the trained entity tagger found, as a Presidio recognizer.

Findings that cannot be personal are left out: countries and authorities, dates without a month, ages
that are lengths. A name made of nothing but ordinary words needs a surer tagger.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_result import RecognizerResult

from nlp.redact.name_class import NameClasses
from nlp.redact.not_personal import NOT_PERSONAL
from nlp.redact.recognizers.base import DanishRecognizer
from nlp.redact.recognizers.date import OF_STATUTE
from nlp.redact.spans import PLACEHOLDER
from nlp.text.case import without_case
from nlp.text.lexicon import is_ordinary

TYPES = ("PERSON", "PLACE", "INSTITUTION", "ADDRESS", "KOMMUNE", "AGE", "DATE")
SURE_OF_ORDINARY = 0.9
"""What the tagger must say of a person whose name is an ordinary word."""

_LEAD = regex.compile(r"[\s\p{P}\p{S}]+")
_TRAIL = regex.compile(r"(?:[\s,;:!?\"»«/(\[☐☒]|\s(?:i|ved|på|og|for|hos)(?=\s*$))+$")
_WORD = regex.compile(r"\p{L}[\p{L}'-]*")
_MONTH = regex.compile(
    r"jan|feb|mar|apr|maj|mai|jun|jul|aug|sep|okt|oct|nov|dec|\d\D+\d|\d{6}|te\b|ende\b",
    regex.IGNORECASE,
)
_NO_DATE = regex.compile(
    r"24/7|[1-9]\d?-[1-9]\d?|\d{1,2}-\d{3}|\d\d\.(?:1[3-9]|[2-9]\d)(?:\.\d\d)?|\d\.?-\d\.?"
)
"""A KLE topic, a time of day, a range of classes or hours, a part number."""
_NO_DATE_BEFORE = regex.compile(r"\b(?:side|pkt\.?|punkt|§|nr\.?) ?$", regex.IGNORECASE)
_DAY_AND_MONTH = regex.compile(r"\D*(\d{1,2})[./-](\d{1,2})(?:[./-]\d+)?\D*")
_WEEKDAYS = regex.compile(
    r"(?:man|tirs|ons|tors|fre|lør|søn)\.?(?:\s?-\s?(?:man|tirs|ons|tors|fre|lør|søn)\.?)?",
    regex.IGNORECASE,
)
_ABBREVIATED = regex.compile(r"p\.\s?a\.?|m\.\s?v\.?|o\.\s?l\.?", regex.IGNORECASE)
_PARTS_OF_SYSTEMS = frozenset("id ip nr kode ref boks besked login sagsnr".split())
_NO_AGE = regex.compile(r"\W*(?:år|aar|uger|måneder|mdr\.?|db)?\W*", regex.IGNORECASE)
_NOT_AGE_AFTER = regex.compile(
    r"\s?(?:cm|km|kr|kg|m2|%|procent|timer|time|minutter|dage|uger|gange|over|stk|grader|mg|ml|mm|klasse|personer|point|db|sider?\b|m/s|\.\d|,\d|-\d)",
    regex.IGNORECASE,
)
_MEASURE = regex.compile(r"\b(?:db|cm|km|kr|kg|mg|ml|mm|point|timer|uger)\b", regex.IGNORECASE)
_NOT_AGE_BEFORE = regex.compile(
    r"(?:\b(?:under|over|grænsen er|fyldte|kl\.?|klokken(?: er)?|mindst|ca\.|§|nr\.?|uge|fra|efter|hele|man (?:er|fylder|bliver)|(?-i:[A-ZÆØÅ]{3,}(?:-[A-Z]+)?)(?: [iI][qQ])? (?:på|viste|gav|var))(?: \d+)?|[:/-]) ?$",
    regex.IGNORECASE,
)


class TaggedEntityRecognizer(DanishRecognizer):
    """Persons, places, institutions and more by the trained pipeline."""

    entity = "PERSON"

    def __init__(
        self, classes: NameClasses | None = None, supported_language: str = "da", **kwargs: Any
    ):
        self.classes = classes or NameClasses()
        super().__init__(supported_language=supported_language, **kwargs)

    @classmethod
    def entities(cls) -> list[str]:
        """All types the pipeline was trained for."""
        return list(TYPES)

    def find(self, text: str, artifacts: NlpArtifacts | None) -> Iterator[RecognizerResult]:
        """Entities of the pipeline, trimmed of punctuation at the edges."""
        if artifacts is None:
            raise ValueError("the tagged recognizer needs the pipeline's artifacts")
        capitals = not without_case(text)
        for entity, score in zip(artifacts.entities, artifacts.scores, strict=True):
            start, end = _trimmed(text, entity.start_char, entity.end_char)
            if capitals and _is_ordinary_thing(text[start:end], entity.label_, float(score)):
                continue
            if start < end and self.is_likely(text, start, end, entity.label_, float(score)):
                yield self.result(start, end, max(0.5, min(0.95, float(score))), type=entity.label_)

    def is_likely(self, text: str, start: int, end: int, type: str, score: float) -> bool:
        """False for what cannot be personal data of this type."""
        piece = text[start:end]
        if PLACEHOLDER.search(text[max(0, start - 8) : end + 8]):
            return False
        if type == "DATE":
            before = text[max(0, start - 40) : start]
            return not (
                _NO_DATE.fullmatch(piece)
                or _NO_DATE_BEFORE.search(before)
                or OF_STATUTE.search(before)
            ) and _may_be_date(piece)
        if type == "AGE":
            before = text[max(0, start - 20) : start]
            return not (
                _NO_AGE.fullmatch(piece)
                or _MEASURE.search(piece)
                or _NOT_AGE_AFTER.match(text, end)
                or _NOT_AGE_BEFORE.search(before)
            )
        words = [word.lower() for word in _WORD.findall(piece)]
        if not words:
            return type == "ADDRESS" and len(piece) > 3
        if all(word in NOT_PERSONAL for word in words) or _is_term(piece):
            return False
        if type == "PERSON" and any(c.isdigit() for c in piece):
            return any(set(self.classes.of(word)) & {"f", "l"} for word in words)
        if type == "PERSON" and score < SURE_OF_ORDINARY:
            return not all(
                is_ordinary(word) and not set(self.classes.of(word)) & {"f", "l"} for word in words
            )
        return True


def _is_ordinary_thing(piece: str, type: str, score: float) -> bool:
    """True for an institution of ordinary words, in a text whose names have capitals."""
    return (
        type == "INSTITUTION"
        and score < SURE_OF_ORDINARY
        and piece.islower()
        and not any(c.isdigit() for c in piece)
        and all(map(is_ordinary, _WORD.findall(piece)))
    )


def _is_term(piece: str) -> bool:
    """A weekday, or a compound with a hyphen that nobody is called: «AULA-besked», «person-id»."""
    if _WEEKDAYS.fullmatch(piece) or _ABBREVIATED.fullmatch(piece):
        return True
    first, hyphen, last = piece.partition("-")
    if not hyphen or not first.isalpha() or not last.isalpha():
        return False
    if last.lower() in _PARTS_OF_SYSTEMS:
        return True
    telling = first.lower() in NOT_PERSONAL or (len(first) > 1 and first.isupper())
    return telling and last.islower() and is_ordinary(last)


def _may_be_date(piece: str) -> bool:
    """A month by name, or a day and a month by number: no time of day, no «6/60»."""
    if not _MONTH.search(piece) or ":" in piece:
        return False
    numbers = _DAY_AND_MONTH.fullmatch(piece)
    return not numbers or (int(numbers[1]) <= 31 and int(numbers[2]) <= 12)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    lead = _LEAD.match(piece)
    return start + (lead.end() if lead else 0), start + len(_TRAIL.sub("", piece))
