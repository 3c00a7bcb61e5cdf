"""Counts the database in one go: GROUP BY does the work, Python sees a few thousand rows.

Everybody who wrote once is counted where the data are. Rows come one by one only for people who
wrote more often (they must not be counted twice) and for submissions that were decided again after
an earlier report (it must be seen whether it counted them as they are now).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import Decision, Exclusion, Review, State, Submission
from service.db.types import Utc
from service.disclosure.census import PATTERNS, Entry, Gathered, census_of, pattern_of
from service.disclosure.published import Published
from service.disclosure.types import UNKNOWN, Tally
from service.reports.aggregate import REGIONS, Counts, mask_of, quarter_of, quarters_between
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES

_NO_AREA = "andet"
_CITIES = frozenset({"Aalborg", "Aarhus", "København", "Odense"})


def municipality_order() -> list[str]:
    """The fixed order in which municipalities are kept when some must be hidden: cities first."""
    names = [municipality.name for municipality in MUNICIPALITIES]
    return sorted(names, key=lambda name: name not in _CITIES)


def count_confirmed(
    session: Session,
    *,
    until: datetime,
    since: datetime | None = None,
    earlier: Sequence[Published] = (),
) -> Counts:
    """What ``service.reports.aggregate.aggregate`` counts of a list, of the whole database.

    All is read in the transaction of ``session``, so that it is of one moment.
    """
    period = _Period(since, until)
    first, last = session.execute(
        select(func.min(Submission.received_at), func.max(Submission.received_at)).where(
            _counts(), period.holds()
        )
    ).one()
    return Counts(
        census=census_of(
            _gathered(session, period, earlier),
            areas=AREAS,
            places=(*municipality_order(), UNKNOWN),
            now=1 << len(earlier),
        ),
        regions=REGIONS,
        tests=_number(session, period, _is_test()),
        excluded=_excluded(session, period),
        waiting=_number(
            session,
            period,
            and_(
                Submission.state != State.REVIEWED,
                Submission.exclusion.is_(None),
                Submission.is_test.is_(False),
            ),
        ),
        first=first,
        last=last,
    )


@dataclass(frozen=True, slots=True)
class _Period:
    since: datetime | None
    until: datetime

    def holds(self) -> ColumnElement[bool]:
        """Received in it."""
        inside = Submission.received_at <= self.until
        return inside if self.since is None else and_(inside, Submission.received_at >= self.since)

    def has(self, moment: datetime) -> bool:
        return moment <= self.until and (self.since is None or moment >= self.since)


def _counts() -> ColumnElement[bool]:
    """Confirmed, and never left out."""
    return and_(
        Submission.state == State.REVIEWED,
        Submission.exclusion.is_(None),
        Submission.is_test.is_(False),
    )


def _is_test() -> ColumnElement[bool]:
    return or_(
        Submission.exclusion == Exclusion.TEST,
        and_(Submission.is_test.is_(True), Submission.exclusion.is_(None)),
    )


def _number(session: Session, period: _Period, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Submission).where(condition, period.holds())
    return session.scalar(query) or 0


def _excluded(session: Session, period: _Period) -> Tally:
    query = select(func.count(), func.count(Submission.submitter.distinct())).where(
        Submission.exclusion.is_not(None), Submission.exclusion != Exclusion.TEST, period.holds()
    )
    submissions, people = session.execute(query).one()
    return Tally(submissions, singles=people)


# ── grouping ─────────────────────────────────────────────────────────────────────────────────────
Cells = dict[tuple[int, str, str, int], tuple[int, int]]
Times = dict[tuple[int, str, str], tuple[int, int]]
_LABELS, _QUARTER, _ONE = range(3)
"""Kinds of rows: so many with the same labels, in the same quarter, and one submission."""


def _gathered(session: Session, period: _Period, earlier: Sequence[Published]) -> Gathered:
    _make_room(session)
    again = _decided_again(session, earlier)
    quarters = _quarters(session, period, earlier)
    if not quarters:
        return Gathered({}, {}, [])
    cells: Cells = {}
    times: Times = {}
    apart = list(_one_by_one(session, period, earlier, again))
    for kind, mask, area, place, value, count, submitter in session.execute(
        _grouped(period, earlier, [begins for _, begins in quarters], set(again))
    ):
        where = mask, _area(area), _place(place)
        if kind == _LABELS:
            cell = *where, int(value)
            cells[cell] = _plus(cells.get(cell), count, count)
        elif kind == _QUARTER:
            moment = mask, where[1], quarters[value][0]
            times[moment] = _plus(times.get(moment), count, count)
        else:
            quarter, pattern = divmod(int(value), PATTERNS)
            apart.append(Entry(submitter, *where, quarters[quarter][0], pattern))
    for one in apart:
        cell, moment = (
            (one.mask, one.area, one.place, one.pattern),
            (one.mask, one.area, one.quarter),
        )
        cells[cell] = _plus(cells.get(cell), 1, 0)
        times[moment] = _plus(times.get(moment), 1, 0)
    return Gathered(cells, times, apart)


def _make_room(session: Session) -> None:
    """PostgreSQL sorts on disk what does not fit into its cautious default."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL work_mem = '256MB'"))
        session.execute(text("SET LOCAL jit = off"))


def _area(name: str | None) -> str:
    """One of the areas; what is none of them counts as «andet»."""
    return name if name and name in AREAS else _NO_AREA


def _place(name: str | None) -> str:
    """One of the municipalities; what is none of them counts as not told."""
    return name if name and name in REGIONS else UNKNOWN


def _plus(sizes: tuple[int, int] | None, more: int, singles: int) -> tuple[int, int]:
    """More submissions, and how many of them are of people who wrote once."""
    before, once = sizes or (0, 0)
    return before + more, once + singles


def _quarters(
    session: Session, period: _Period, earlier: Sequence[Published]
) -> list[tuple[str, datetime]]:
    """The quarters in which anything was received, with the moment each begins."""
    latest = max([period.until, *(one.until for one in earlier)])
    received = select(Submission.received_at).where(Submission.received_at <= latest)
    first = session.scalar(received.order_by(Submission.received_at).limit(1))
    last = session.scalar(received.order_by(Submission.received_at.desc()).limit(1))
    return quarters_between(first, last) if first and last else []


def _grouped(
    period: _Period, earlier: Sequence[Published], begins: Sequence[datetime], again: set[int]
) -> CompoundSelect[Any]:
    """People who wrote once, by labels and by quarter; submissions of the others one by one."""
    base = _base(period, earlier, begins, again).cte("base")
    cell = base.c.mask, base.c.area, base.c.place, base.c.pattern
    moment = base.c.mask, base.c.area, base.c.quarter
    nobody, nowhere = literal(""), literal("")
    return union_all(
        select(literal(_LABELS), *cell, func.count(), nobody).where(base.c.once).group_by(*cell),
        select(literal(_QUARTER), *moment[:2], nowhere, moment[2], func.count(), nobody)
        .where(base.c.once)
        .group_by(*moment),
        select(
            literal(_ONE),
            *cell[:3],
            base.c.quarter * PATTERNS + base.c.pattern,
            literal(1),
            base.c.submitter,
        ).where(~base.c.once),
    )


def _base(
    period: _Period, earlier: Sequence[Published], begins: Sequence[datetime], again: set[int]
) -> Select[int, str, str, int, int, str, bool]:
    """A row for each submission: what it is, which reports counted it, and whether its sender wrote
    once only."""
    labels = _labels().subquery("labels")
    often = _wrote_often().subquery("often")
    mask: ColumnElement[int] = case((period.holds(), 1 << len(earlier)), else_=0)
    for t, one in enumerate(earlier):
        counted = and_(_Period(one.since, one.until).holds(), Review.decided_at <= one.taken_at)
        mask = mask + case((counted, 1 << t), else_=0)
    query = (
        select(
            mask.label("mask"),
            func.coalesce(Submission.area, _NO_AREA).label("area"),
            func.coalesce(Submission.municipality, UNKNOWN).label("place"),
            _quarter(begins).label("quarter"),
            cast(func.coalesce(labels.c.pattern, 0), Integer).label("pattern"),
            Submission.submitter,
            often.c.submitter.is_(None).label("once"),
        )
        .outerjoin(
            labels,
            and_(labels.c.submission_id == Submission.id, labels.c.revision == Submission.revision),
        )
        .outerjoin(often, often.c.submitter == Submission.submitter)
        .where(_counts(), _in_any(period, earlier))
    )
    if earlier:
        query = query.join(Review, _standing()).where(mask > 0)
    return query.where(Submission.id.not_in(again)) if again else query


def _labels() -> Select[int, int, Any]:
    """The labels of each revision as one number. A revision without any has no row."""
    return (
        select(Decision.submission_id, Decision.revision, func.sum(_BIT).label("pattern"))
        .where(Decision.value)
        .group_by(Decision.submission_id, Decision.revision)
    )


_BIT = case(*((Decision.label == label, pattern_of([label])) for label in LABELS), else_=0)


def _wrote_often() -> Select[Any]:
    return select(Submission.submitter).group_by(Submission.submitter).having(func.count() > 1)


def _standing() -> ColumnElement[bool]:
    """The review that stands."""
    return and_(Review.submission_id == Submission.id, Review.revision == Submission.revision)


def _in_any(period: _Period, earlier: Sequence[Published]) -> ColumnElement[bool]:
    return or_(period.holds(), *(_Period(one.since, one.until).holds() for one in earlier))


def _quarter(begins: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the quarter in which a submission was received."""
    later = [
        (Submission.received_at >= moment, number)
        for number, moment in reversed(list(enumerate(begins)))
        if number
    ]
    return case(*later, else_=0) if later else literal(0)


# ── one by one ───────────────────────────────────────────────────────────────────────────────────
def _decided_again(session: Session, earlier: Sequence[Published]) -> dict[int, datetime]:
    """Submissions with more than one review, the last of them after an earlier report was made.

    The value is the moment since which they count as they do now: a later review that changed
    nothing (personal words taken out, a second reading) does not make a new submission of one.
    """
    if not earlier:
        return {}
    oldest = min(one.taken_at for one in earlier)
    reviewed = (
        select(Review.submission_id)
        .join(Submission, Submission.id == Review.submission_id)
        .where(_counts())
        .group_by(Review.submission_id)
        .having(and_(func.count() > 1, func.max(Review.decided_at, type_=Utc()) > oldest))
    )
    labels = _labels().where(Decision.submission_id.in_(reviewed)).subquery()
    query = (
        select(
            Review.submission_id,
            Review.state,
            Review.exclusion,
            Review.decided_at,
            func.coalesce(labels.c.pattern, 0),
        )
        .outerjoin(
            labels,
            and_(
                labels.c.submission_id == Review.submission_id,
                labels.c.revision == Review.revision,
            ),
        )
        .where(Review.submission_id.in_(reviewed))
        .order_by(Review.submission_id, Review.revision)
    )
    since: dict[int, datetime] = {}
    standing: dict[int, tuple[str, str | None, int]] = {}
    for submission_id, state, exclusion, decided_at, pattern in session.execute(query):
        as_it_is = state, exclusion, int(pattern)
        if standing.get(submission_id) != as_it_is:
            standing[submission_id] = as_it_is
            since[submission_id] = decided_at
    return since


def _one_by_one(
    session: Session, period: _Period, earlier: Sequence[Published], again: dict[int, datetime]
) -> Iterator[Entry]:
    """The submissions that were decided again, for every report that counted them as they are."""
    now, numbers = 1 << len(earlier), sorted(again)
    for start in range(0, len(numbers), _AT_ONCE):
        query = (
            select(
                Submission.id,
                Submission.submitter,
                Submission.area,
                Submission.municipality,
                Submission.received_at,
                func.sum(case((Decision.value, _BIT), else_=0)),
            )
            .join(Review, _standing())
            .outerjoin(Decision, Decision.review_id == Review.id)
            .where(Submission.id.in_(numbers[start : start + _AT_ONCE]))
            .group_by(Submission.id)
        )
        for number, submitter, area, place, received_at, pattern in session.execute(query):
            mask = mask_of(earlier, received_at, again[number])
            mask += now if period.has(received_at) else 0
            if mask:
                yield Entry(
                    submitter,
                    mask,
                    _area(area),
                    _place(place),
                    quarter_of(received_at),
                    int(pattern or 0),
                )


_AT_ONCE = 500
