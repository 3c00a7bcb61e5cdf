"""The queue: which submissions, in which order, one page at a time.

Pages start after a known row (keyset), so the thousandth page costs as much as the first and a
new submission does not shift the others. Every question names one state: then an index holds the
rows in their order already, whatever the filters. «Alle» asks for each state and merges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import InstrumentedAttribute

from nlp.types import LABELS
from service.clock import now
from service.db.tables import Claim, State, Submission, SuggestionRow
from service.review.blind import UNREAD, tickets
from service.review.lease import stands
from service.review.repository import first_reader
from training_data.areas import AREAS
from training_data.municipalities import find

PAGE = 20
ORDERS = {
    "mulige": "Måske personlige",
    "lærerige": "Mest lærerige først",
    "usikre": "Mest usikre først",
    "nyeste": "Nyeste først",
}
AGAIN = "igen"
"""The order of second looks, by how much speaks against what was decided. Those not in doubt are
not in it. The list does not offer it: it has a page of its own."""
STATES = {
    "nye": "Mangler vurdering",
    "anden": "Venter på anden læsning",
    "uenige": "Uenige læsninger",
    "vurderede": "Vurderede",
    "alle": "Alle",
}
_STATES = {
    "nye": State.NEW,
    "anden": State.SECOND,
    "uenige": State.DISPUTED,
    "vurderede": State.REVIEWED,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reviewer wants to see. Unknown values count as not given.

    A second look is at what was decided: that order has one state only.
    """

    order: str = "mulige"
    state: str = "nye"
    area: str = ""
    municipality: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        if self.order == AGAIN:
            object.__setattr__(self, "state", "vurderede")

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """From the address of a page."""
        municipality = find(query.get("kommune", "")[:100])
        return cls(
            order=_known(query.get("orden", ""), (*ORDERS, AGAIN), "mulige"),
            state=_known(query.get("status", ""), STATES, "nye"),
            area=_known(query.get("område", ""), AREAS, ""),
            municipality=municipality.name if municipality else "",
            label=_known(query.get("mærke", ""), LABELS, ""),
        )

    def query(self, **more: str) -> str:
        """Back to an address, without what is usual."""
        given = {
            "orden": self.order if self.order != "mulige" else "",
            "status": self.state if self.state != "nye" else "",
            "område": self.area,
            "kommune": self.municipality,
            "mærke": self.label,
        } | more
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def _known(value: str, values: Sequence[str] | Mapping[str, str], otherwise: str) -> str:
    return value if value in values else otherwise


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and how large a share is to be read without suggestions."""

    account_id: int
    blind_percent: int = 0


def page(
    session: Session, filters: Filters, viewer: Viewer, *, after: str = "", most: int = PAGE
) -> list[Submission]:
    """Submissions in order, from the one behind ``after`` (a public id) on."""
    places = _in_order(session, filters, viewer, after=after, most=most)
    query = select(Submission).where(Submission.id.in_([one.id for one in places]))
    found = session.scalars(query.options(selectinload(Submission.suggestions)))
    by_id = {one.id: one for one in found}
    return [by_id[one.id] for one in places]


@dataclass(frozen=True, slots=True)
class Next:
    """A submission to be read."""

    id: int
    public_id: str


def next_in_line(
    session: Session, filters: Filters, viewer: Viewer, *, after: str = ""
) -> Next | None:
    """What to read next (id and public id): behind ``after``, else the first of the queue.

    Nobody else reads it. On PostgreSQL its row is locked, and rows that others are just taking
    are passed over; SQLite lets one write at a time, so there is nothing to pass over.
    """
    free = (
        Submission.public_id != after,
        Submission.text_deleted_at.is_(None),
        not_(_taken(viewer)),
    )
    for start in (after, "") if after else ("",):
        for one in _in_order(session, filters, viewer, *free, after=start, most=1, locks=True):
            return Next(one.id, one.public_id)
    return None


class _Place(NamedTuple):
    """Where a submission stands in an order; sorts by the first two."""

    key: Any
    id: int
    public_id: str


def _in_order(
    session: Session,
    filters: Filters,
    viewer: Viewer,
    *conditions: ColumnElement[bool],
    after: str,
    most: int,
    locks: bool = False,
) -> list[_Place]:
    """The first places behind ``after``, from all states that are asked for."""
    keys = _FIRST_KEYS[filters.order], Submission.id
    query = select(*keys, Submission.public_id).where(
        *_conditions(session, filters, viewer), *conditions
    )
    query = _after(session, query, filters, after).order_by(*_order(filters)).limit(most)
    if locks:
        query = query.with_for_update(of=Submission, skip_locked=True)
    found = [
        _Place(*row)
        for state in _states(filters)
        for row in session.execute(query.where(Submission.state == state.value))
    ]
    return sorted(found, reverse=filters.order != "usikre")[:most]


def _states(filters: Filters) -> tuple[State, ...]:
    return tuple(State) if filters.state == "alle" else (_STATES[filters.state],)


def _taken(viewer: Viewer) -> ColumnElement[bool]:
    """Another person reads it now."""
    return exists().where(
        Claim.submission_id == Submission.id,
        Claim.account_id != viewer.account_id,
        *stands(now()),
    )


def _conditions(session: Session, filters: Filters, viewer: Viewer) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.order == AGAIN:
        conditions += [Submission.doubt.is_not(None), Submission.text_deleted_at.is_(None)]
    if filters.state == "anden":
        conditions.append(first_reader(Submission.id) != viewer.account_id)
    if filters.municipality:
        conditions.append(Submission.municipality == filters.municipality)
    if filters.area:
        conditions.append(_in_area(session, filters))
    if filters.label:
        suggested = select(SuggestionRow.submission_id).where(
            SuggestionRow.label == filters.label,
            SuggestionRow.suggested,
            SuggestionRow.submission_id == Submission.id,
        )
        conditions += [suggested.exists(), not_(_blind(viewer))]
    return conditions


def _in_area(session: Session, filters: Filters) -> ColumnElement[bool]:
    """A municipality leaves fewer rows than an area, but SQLite keeps no statistics.

    It would choose between the two indexes by the order of the words: the expression keeps it off
    the one by area.
    """
    if filters.municipality and session.get_bind().dialect.name == "sqlite":
        return func.coalesce(Submission.area, "") == filters.area
    return Submission.area == filters.area


def _blind(viewer: Viewer) -> ColumnElement[bool]:
    """Must be read without suggestions: then a filter by suggestion must not show it either."""
    return and_(Submission.draw < tickets(viewer.blind_percent), Submission.state.in_(UNREAD))


_FIRST_KEYS: dict[str, InstrumentedAttribute[Any]] = {
    "mulige": Submission.urgency,
    "lærerige": Submission.place,
    "usikre": Submission.uncertainty,
    "nyeste": Submission.received_at,
    AGAIN: Submission.doubt,
}


def _keys(filters: Filters) -> tuple[InstrumentedAttribute[Any], InstrumentedAttribute[int]]:
    return _FIRST_KEYS[filters.order], Submission.id


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    first, second = _keys(filters)
    if filters.order == "usikre":
        return [first.asc(), second.asc()]
    return [first.desc(), second.desc()]


def _after(session: Session, query: Select[Any], filters: Filters, after: str) -> Select[Any]:
    """Only what stands behind a row; the same query when that row is unknown."""
    if not after:
        return query
    keys = _keys(filters)
    row = session.execute(select(*keys).where(Submission.public_id == after)).one_or_none()
    if row is None:
        return query
    here, there = tuple_(*keys), tuple_(*row)
    return query.where(here > there if filters.order == "usikre" else here < there)
