"""The values that flow through the program. All are immutable; offsets are code points.

The stages have types of their own, so that a step out of order does not type-check:
``RawText`` (in memory only) → ``Redacted`` → ``Suggestion`` × 6 → ``Excerpt`` → ``Reading``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

LABELS: tuple[str, ...] = (
    "sagsoplysning",
    "partshøring",
    "begrundelse",
    "frister",
    "klagevejledning",
    "andre",
)
"""The indicator labels, in the order used everywhere (shared design, ``Labels``)."""

ENTITIES: tuple[str, ...] = (
    "PERSON",
    "CPR",
    "PHONE",
    "EMAIL",
    "URL",
    "USERNAME",
    "IP",
    "ADDRESS",
    "PLACE",
    "KOMMUNE",
    "INSTITUTION",
    "DATE",
    "AGE",
    "CASE_NO",
    "ACCOUNT",
    "CVR",
    "PLATE",
    "PASSPORT",
    "LICENCE",
    "MATRIKEL",
)
"""Every type of personal data that the redactor knows."""


class Profile(StrEnum):
    """How much is masked: ``storage`` is what staff read, ``publication`` is stricter."""

    STORAGE = "storage"
    PUBLICATION = "publication"


class RawText:
    """A citizen's text before redaction. It hides itself: no repr, no JSON, no pickle, no str.

    >>> RawText("Jeg hedder Jens")
    RawText(15 characters)
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself. Only redaction calls this."""
        return self.__text

    def __len__(self) -> int:
        return len(self.__text)

    def __repr__(self) -> str:
        return f"RawText({len(self.__text)} characters)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("RawText cannot be pickled: raw text stays in this process")

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Personal data found in a text: ``[start, end)`` in code points."""

    start: int
    end: int
    type: str
    score: float = 1.0
    recognizer: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}, {self.end}")

    def overlaps(self, other: Span) -> bool:
        """True when the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Entity:
    """A placeholder in redacted text: where it stands and what it stands for."""

    start: int
    end: int
    type: str
    possible: bool = False
    """True for what only may be personal: shown to the reviewer, still readable."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be stored or shown, with its placeholders."""

    text: str
    entities: tuple[Entity, ...]
    profile: Profile = Profile.STORAGE
    possible: tuple[Entity, ...] = ()
    """Words left readable that the second look finds possibly personal (offsets in ``text``)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The clause that speaks for a label: ``[start, end)`` in the redacted text."""

    start: int
    end: int
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the model proposes for one label. Never changed afterwards."""

    label: str
    probability: float
    suggested: bool
    evidence: tuple[Evidence, ...] = ()
    threshold: float = 0.5
    sure: bool = True
    """False when too close to the threshold to say, and when ``possible``: «usikker»."""
    possible: bool = False
    """Not suggested, but leaving it out would break what is promised about its label."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A short anonymous quotation for one label, in the ``publication`` profile."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Versions:
    """Which redactor and which classifier made a reading."""

    redactor: str
    classifier: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is known of a submission after it was read; holds no raw text."""

    redacted: Redacted
    suggestions: tuple[Suggestion, ...]
    excerpts: tuple[Excerpt, ...]
    versions: Versions
    facts: Mapping[str, Any] = field(default_factory=dict)
