"""How many confirmed submissions carry each label, in all, by area and by municipality.

These are raw figures for staff; what is published goes through ``service.reports`` and its
disclosure control.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import CONFIRMED, State, Submission
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

_NOT_GIVEN = "ikke oplyst"


@dataclass(frozen=True, slots=True)
class CountRow:
    """A place with its submissions and, in the order of the labels, how many carry each."""

    name: str
    total: int
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """All figures of the page."""

    received: int
    waiting: int
    excluded: int
    confirmed: CountRow
    areas: tuple[CountRow, ...]
    municipalities: tuple[CountRow, ...]


def count(session: Session) -> Counts:
    """Count what is confirmed at this moment."""
    areas = _rows(session, CONFIRMED.c.area, AREAS)
    total = CountRow(
        "I alt",
        sum(row.total for row in areas),
        tuple(sum(row.labels[i] for row in areas) for i in range(len(LABELS))),
    )
    names = tuple(one.name for one in MUNICIPALITIES)
    municipalities = _rows(session, CONFIRMED.c.municipality, names)
    return Counts(*_standing(session), total, areas, municipalities)


def _standing(session: Session) -> tuple[int, int, int]:
    """Received, waiting, excluded."""
    query = select(Submission.state, Submission.exclusion.is_not(None), func.count()).group_by(
        Submission.state, Submission.exclusion.is_not(None)
    )
    rows = [(state, bool(out), number) for state, out, number in session.execute(query)]
    return (
        sum(number for _, _, number in rows),
        sum(number for state, out, number in rows if state != State.REVIEWED and not out),
        sum(number for _, out, number in rows if out),
    )


def _rows(session: Session, column: Column[str], order: tuple[str, ...]) -> tuple[CountRow, ...]:
    query = select(column, CONFIRMED.c.label, CONFIRMED.c.value, func.count()).group_by(
        column, CONFIRMED.c.label, CONFIRMED.c.value
    )
    cells = {
        (name or _NOT_GIVEN, label, bool(value)): number
        for name, label, value, number in session.execute(query)
    }
    names = [name for name in (*order, _NOT_GIVEN) if any(key[0] == name for key in cells)]
    return tuple(_row(name, cells) for name in names)


def _row(name: str, cells: dict[tuple[str, str, bool], int]) -> CountRow:
    yes = tuple(cells.get((name, label, True), 0) for label in LABELS)
    return CountRow(name, yes[0] + cells.get((name, LABELS[0], False), 0), yes)
