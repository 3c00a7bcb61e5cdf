"""The queue: which submissions, in which order, one page at a time.

Pages start after a known row (keyset), so the thousandth page costs as much as the first and a
new submission does not shift the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import InstrumentedAttribute

from nlp.types import LABELS
from service.db.tables import State, Submission, SuggestionRow
from training_data.areas import AREAS
from training_data.municipalities import find

PAGE = 20
ORDERS = {"nyeste": "Nyeste først", "usikre": "Mest usikre først"}
STATES = {"nye": "Mangler vurdering", "vurderede": "Vurderede", "alle": "Alle"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reviewer wants to see. Unknown values count as not given."""

    order: str = "nyeste"
    state: str = "nye"
    area: str = ""
    municipality: str = ""
    label: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """From the address of a page."""
        municipality = find(query.get("kommune", "")[:100])
        return cls(
            order=_known(query.get("orden", ""), ORDERS, "nyeste"),
            state=_known(query.get("status", ""), STATES, "nye"),
            area=_known(query.get("område", ""), AREAS, ""),
            municipality=municipality.name if municipality else "",
            label=_known(query.get("mærke", ""), LABELS, ""),
        )

    def query(self, **more: str) -> str:
        """Back to an address, without what is usual."""
        given = {
            "orden": self.order if self.order != "nyeste" else "",
            "status": self.state if self.state != "nye" else "",
            "område": self.area,
            "kommune": self.municipality,
            "mærke": self.label,
        } | more
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def _known(value: str, values: Sequence[str] | Mapping[str, str], otherwise: str) -> str:
    return value if value in values else otherwise


def page(
    session: Session, filters: Filters, *, after: str = "", most: int = PAGE
) -> list[Submission]:
    """Submissions in order, from the one behind ``after`` (a public id) on."""
    query = select(Submission).where(*_conditions(filters))
    query = _after(session, query, filters, after).order_by(*_order(filters)).limit(most)
    return list(session.scalars(query.options(selectinload(Submission.suggestions))))


def following(session: Session, filters: Filters, current: str) -> str | None:
    """The public id to read next: behind the current one, else the first of the queue."""
    for after in (current, ""):
        query = select(Submission.public_id).where(
            *_conditions(filters), Submission.public_id != current
        )
        query = _after(session, query, filters, after).order_by(*_order(filters)).limit(1)
        if found := session.scalar(query):
            return found
    return None


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state != "alle":
        state = State.NEW if filters.state == "nye" else State.REVIEWED
        conditions.append(Submission.state == state.value)
    if filters.area:
        conditions.append(Submission.area == filters.area)
    if filters.municipality:
        conditions.append(Submission.municipality == filters.municipality)
    if filters.label:
        suggested = select(SuggestionRow.submission_id).where(
            SuggestionRow.label == filters.label,
            SuggestionRow.suggested,
            SuggestionRow.submission_id == Submission.id,
        )
        conditions.append(suggested.exists())
    return conditions


def _keys(filters: Filters) -> tuple[InstrumentedAttribute[Any], InstrumentedAttribute[int]]:
    first: InstrumentedAttribute[Any] = (
        Submission.uncertainty if filters.order == "usikre" else Submission.received_at
    )
    return first, Submission.id


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    first, second = _keys(filters)
    if filters.order == "usikre":
        return [first.asc(), second.asc()]
    return [first.desc(), second.desc()]


def _after(session: Session, query: Select[Any], filters: Filters, after: str) -> Select[Any]:
    """Only what stands behind a row; the same query when that row is unknown."""
    keys = _keys(filters)
    row = session.execute(select(*keys).where(Submission.public_id == after)).one_or_none()
    if row is None:
        return query
    here, there = tuple_(*keys), tuple_(*row)
    return query.where(here > there if filters.order == "usikre" else here < there)
