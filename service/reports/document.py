"""The report as a value: what was asked for, its figures, and its sections.

Page, file and JSON are made of this one value, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from nlp.errors import RetssporError
from service.reports.suppression import FLOOR, Disclosed, Rule

DENMARK = ZoneInfo("Europe/Copenhagen")


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
    """What is asked for. An internal report hides nothing and may not be published."""

    title: str
    as_of: date
    audience: Audience = Audience.PUBLIC
    minimum: int = 5
    max_examples: int = 6
    version: str = "1.0"

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ReportRefused("the report needs a title", "Skriv en titel.")
        if self.audience is Audience.PUBLIC and self.minimum < FLOOR:
            raise ReportRefused(
                f"a public report needs a minimum of at least {FLOOR}",
                f"En offentlig rapport skal skjule grupper på færre end {FLOOR} indsendere.",
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
    def until(self) -> datetime:
        """The last moment of the day, in Denmark."""
        following = datetime.combine(self.as_of + timedelta(days=1), time(), DENMARK)
        return following - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A small heading with its sentences."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """An anonymous excerpt and the label that it speaks for."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: sentences, then items, a table and quotations, where it has them."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    grid: Grid | None = None
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a reader of the report sees."""

    order: Order
    lead: tuple[str, ...]
    figures: Disclosed
    sections: tuple[Section, ...]
