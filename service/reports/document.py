"""The report as a value: what was asked for, its figures, its sections, and what it was made of.

Page, file, PDF, CSV and JSON are made of this one value, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from nlp.errors import RetssporError
from service.disclosure.types import FLOOR, Rule

DENMARK = ZoneInfo("Europe/Copenhagen")
LONGEST_TITLE = 150


class ReportRefused(RetssporError):
    """A report that cannot be made as asked for. ``danish`` is shown on pages."""

    def __init__(self, message: str, danish: str) -> None:
        super().__init__(message)
        self.danish = danish


class Audience(StrEnum):
    """Who may read the report: everybody, or signed-in analysts only."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. An internal report hides nothing and may not be published.

    ``as_of`` is the date of the report. ``first`` and ``last`` are the first and the last day on
    which what is counted was received; without them: from the beginning, up to ``as_of``.
    """

    title: str
    as_of: date
    audience: Audience = Audience.PUBLIC
    minimum: int = 5
    max_examples: int = 12
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ReportRefused("the report needs a title", "Skriv en titel.")
        if len(self.title) > LONGEST_TITLE:
            raise ReportRefused(
                f"the title is longer than {LONGEST_TITLE} characters",
                f"Højst {LONGEST_TITLE} tegn i titlen.",
            )
        if self.audience is Audience.PUBLIC and self.minimum < FLOOR:
            raise ReportRefused(
                f"a public report needs a minimum of at least {FLOOR}",
                f"En offentlig rapport skal skjule grupper på færre end {FLOOR} indsendere.",
            )
        if self.first is not None and self.first > self.end:
            raise ReportRefused(
                "the period begins after it ends", "Perioden begynder, efter at den slutter."
            )
        if self.end > self.as_of:
            raise ReportRefused(
                "the period ends after the date of the report",
                "Perioden slutter efter rapportens dato.",
            )

    def check(self, today: date) -> None:
        """Refuse a day that is not here yet."""
        if self.as_of > today:
            raise ReportRefused("--as-of lies in the future", "Datoen ligger i fremtiden.")

    @property
    def rule(self) -> Rule:
        """The smallest group that may be seen."""
        return Rule(self.minimum if self.audience is Audience.PUBLIC else 1)

    @property
    def end(self) -> date:
        """The last day that is counted."""
        return self.last or self.as_of

    @property
    def since(self) -> datetime | None:
        """The first moment of the first day, in Denmark; None from the beginning."""
        return None if self.first is None else datetime.combine(self.first, time(), DENMARK)

    @property
    def until(self) -> datetime:
        """The last moment of the last day, in Denmark."""
        following = datetime.combine(self.end + timedelta(days=1), time(), DENMARK)
        return following - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report was made of: fingerprint of the data, and the models that read them."""

    fingerprint: str = ""
    redactors: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    program: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What stands on the front and in the colophon. ``published_on`` is None before that."""

    title: str
    as_of: date
    first: date | None
    last: date
    audience: Audience
    minimum: int
    basis: Basis = Basis()
    slug: str = ""
    version: int = 1
    changes: str = ""
    published_on: date | None = None

    @property
    def number(self) -> str:
        """The version as it is written: «1.0»."""
        return f"{self.version}.0"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the report, in submissions; a line of the CSV.

    ``count`` is None when it is hidden, and ``reason`` says why (a code of the data dictionary).
    ``of`` is what the share is a share of; ``low`` and ``high`` are Wilson's 95 % interval.
    """

    table: str
    row: str
    column: str = ""
    count: int | None = None
    of: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column names the row."""

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, with its interval; ``value`` None is drawn as words."""

    name: str
    value: float | None
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars from 0 to ``most``. ``summary`` says in words what the drawing shows."""

    id: str
    caption: str
    summary: str
    bars: tuple[Bar, ...]
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class Item:
    """A small heading with its sentences."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """An anonymous excerpt and the label that it speaks for.

    The words stand in the excerpt with the number ``excerpt``, not in the stored report; None
    where personal words were found in them later.
    """

    number: int
    label: str
    text: str | None = None
    excerpt: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: sentences, then items, charts, tables and quotations."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a reader of the report sees, and what it told for later comparisons.

    ``told`` is ``service.disclosure.published.Published`` in JSON; empty in an internal report.
    """

    edition: Edition
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    told: dict[str, Any]

    @property
    def quotations(self) -> tuple[Quotation, ...]:
        """All quotations, in order."""
        return tuple(one for section in self.sections for one in section.quotations)

    def with_words(self, words: Mapping[int, str]) -> Report:
        """The quotations with their words by number; those without are withdrawn."""
        return self._quoting(words)

    def without_words(self) -> Report:
        """As it is stored: no word of a quotation, no number of an excerpt."""
        return self._quoting({})

    def _quoting(self, words: Mapping[int, str]) -> Report:
        sections = tuple(
            replace(
                section,
                quotations=tuple(
                    Quotation(one.number, one.label, words.get(one.number))
                    for one in section.quotations
                ),
            )
            for section in self.sections
        )
        return replace(self, sections=sections)
