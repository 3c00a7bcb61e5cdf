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
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import Decision, Exclusion, Review, State, Submission
from service.db.types import Utc
from service.disclosure.census import Entry, Gathered, census_of, pattern_of
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


def _gathered(session: Session, period: _Period, earlier: Sequence[Published]) -> Gathered:
    again = _decided_again(session, earlier)
    cells, times = _grouped(session, period, earlier, set(again))
    repeaters = [one for one in _apart(session, period, earlier, again) if one.mask]
    for one in repeaters:
        cell, moment = (
            (one.mask, one.area, one.place, one.pattern),
            (one.mask, one.area, one.quarter),
        )
        cells[cell] = _plus_one(cells.get(cell))
        times[moment] = _plus_one(times.get(moment))
    return Gathered(cells, times, repeaters)


def _area(name: str | None) -> str:
    """One of the areas; what is none of them counts as «andet»."""
    return name if name and name in AREAS else _NO_AREA


def _place(name: str | None) -> str:
    """One of the municipalities; what is none of them counts as not told."""
    return name if name and name in REGIONS else UNKNOWN


def _plus(sizes: tuple[int, int] | None, count: int) -> tuple[int, int]:
    """More submissions, of people who wrote once."""
    submissions, singles = sizes or (0, 0)
    return submissions + count, singles + count


def _plus_one(sizes: tuple[int, int] | None) -> tuple[int, int]:
    """One more submission, of somebody who is counted by key."""
    submissions, singles = sizes or (0, 0)
    return submissions + 1, singles


def _grouped(
    session: Session, period: _Period, earlier: Sequence[Published], again: set[int]
) -> tuple[Cells, Times]:
    """The submissions of people who wrote once: by labels, and by quarter."""
    quarters = _quarters(session, period, earlier)
    if not quarters:
        return {}, {}
    base = _base(period, earlier, quarters, again).cte("base")
    by_labels = select(
        literal(0), base.c.mask, base.c.area, base.c.place, base.c.pattern, func.count()
    ).group_by(base.c.mask, base.c.area, base.c.place, base.c.pattern)
    by_quarter = select(
        literal(1), base.c.mask, base.c.area, literal(""), base.c.quarter, func.count()
    ).group_by(base.c.mask, base.c.area, base.c.quarter)
    cells: Cells = {}
    times: Times = {}
    for kind, mask, area, place, value, count in session.execute(union_all(by_labels, by_quarter)):
        if kind == 0:
            cell = mask, _area(area), _place(place), int(value)
            cells[cell] = _plus(cells.get(cell), count)
        else:
            moment = mask, _area(area), quarters[value][0]
            times[moment] = _plus(times.get(moment), count)
    return cells, times


def _quarters(
    session: Session, period: _Period, earlier: Sequence[Published]
) -> list[tuple[str, datetime]]:
    """The quarters in which anything was received, with the moment each begins."""
    latest = max([period.until, *(one.until for one in earlier)])
    received = select(Submission.received_at).where(Submission.received_at <= latest)
    first = session.scalar(received.order_by(Submission.received_at).limit(1))
    last = session.scalar(received.order_by(Submission.received_at.desc()).limit(1))
    return quarters_between(first, last) if first and last else []


def _base(
    period: _Period,
    earlier: Sequence[Published],
    quarters: Sequence[tuple[str, datetime]],
    again: set[int],
) -> Select[Any]:
    """A row for each submission of somebody who wrote once: what it is, and who counted it."""
    labels = _labels(with_time=bool(earlier)).subquery("labels")
    wrote_again = (
        select(Submission.submitter).group_by(Submission.submitter).having(func.count() > 1)
    )
    query = (
        select(
            _mask(period, earlier, labels).label("mask"),
            func.coalesce(Submission.area, _NO_AREA).label("area"),
            func.coalesce(Submission.municipality, UNKNOWN).label("place"),
            _quarter([begins for _, begins in quarters]).label("quarter"),
            labels.c.pattern.label("pattern"),
        )
        .join(
            labels,
            and_(labels.c.submission_id == Submission.id, labels.c.revision == Submission.revision),
        )
        .where(_counts(), _in_any(period, earlier), Submission.submitter.not_in(wrote_again))
    )
    return query.where(Submission.id.not_in(again)) if again else query


def _labels(*, with_time: bool) -> Select[Any]:
    """The labels of each revision as one number, and when it was decided."""
    bits = case(*((Decision.label == label, pattern_of([label])) for label in LABELS), else_=0)
    pattern = func.sum(case((Decision.value, bits), else_=0)).label("pattern")
    columns: list[ColumnElement[Any]] = [Decision.submission_id.label("submission_id")]
    columns += [Decision.revision.label("revision"), pattern]
    if with_time:
        columns.append(func.max(Decision.decided_at, type_=Utc()).label("decided_at"))
    return select(*columns).group_by(Decision.submission_id, Decision.revision)


def _in_any(period: _Period, earlier: Sequence[Published]) -> ColumnElement[bool]:
    return or_(period.holds(), *(_Period(one.since, one.until).holds() for one in earlier))


def _mask(period: _Period, earlier: Sequence[Published], labels: Subquery) -> ColumnElement[int]:
    """The bits of the publications that count a submission: as ``mask_of``."""
    mask: ColumnElement[int] = case((period.holds(), 1 << len(earlier)), else_=0)
    for t, one in enumerate(earlier):
        counted = and_(_Period(one.since, one.until).holds(), labels.c.decided_at <= one.taken_at)
        mask = mask + case((counted, 1 << t), else_=0)
    return mask


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
    labels = _labels(with_time=False).where(Decision.submission_id.in_(reviewed)).subquery()
    query = (
        select(
            Review.submission_id,
            Review.state,
            Review.exclusion,
            Review.decided_at,
            labels.c.pattern,
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
    standing: dict[int, tuple[str, str | None, int | None]] = {}
    for submission_id, state, exclusion, decided_at, pattern in session.execute(query):
        now = state, exclusion, None if pattern is None else int(pattern)
        if standing.get(submission_id) != now:
            standing[submission_id] = now
            since[submission_id] = decided_at
    return since


def _apart(
    session: Session, period: _Period, earlier: Sequence[Published], again: dict[int, datetime]
) -> Iterator[Entry]:
    """The submissions of people who wrote more than once, and those that were decided again."""
    wrote_again = (
        select(Submission.submitter).group_by(Submission.submitter).having(func.count() > 1)
    )
    found = {
        row[0]: row
        for row in session.execute(
            _rows(period, earlier).where(Submission.submitter.in_(wrote_again))
        )
    }
    left = sorted(set(again) - set(found))
    for start in range(0, len(left), _AT_ONCE):
        some = left[start : start + _AT_ONCE]
        for row in session.execute(_rows(period, earlier).where(Submission.id.in_(some))):
            found[row[0]] = row
    now = 1 << len(earlier)
    for number, submitter, area, place, received_at, pattern, decided_at in found.values():
        mask = mask_of(earlier, received_at, again.get(number, decided_at))
        yield Entry(
            submitter,
            mask + (now if period.has(received_at) else 0),
            _area(area),
            _place(place),
            quarter_of(received_at),
            int(pattern),
        )


_AT_ONCE = 500


def _rows(period: _Period, earlier: Sequence[Published]) -> Select[Any]:
    labels = _labels(with_time=True).subquery("labels")
    return (
        select(
            Submission.id,
            Submission.submitter,
            Submission.area,
            Submission.municipality,
            Submission.received_at,
            labels.c.pattern,
            labels.c.decided_at,
        )
        .join(
            labels,
            and_(labels.c.submission_id == Submission.id, labels.c.revision == Submission.revision),
        )
        .where(_counts(), _in_any(period, earlier))
    )
