"""Counts confirmed submissions. Pure: values in, values out.

``aggregate`` counts a list, ``service.reports.counting`` a database; both make the same ``Counts``.
What of them may be shown is decided in ``service.disclosure``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from zoneinfo import ZoneInfo

from service.disclosure.census import Census, Entry, census_of, gather, pattern_of
from service.disclosure.published import Published
from service.disclosure.types import UNKNOWN, Group, Tally
from service.reports.types import ConfirmedSubmission
from training_data.municipalities import MUNICIPALITIES

TEST = "test"
"""The reason of exclusion that concerns nobody: the centre's own tests."""

DENMARK = ZoneInfo("Europe/Copenhagen")
REGIONS: Mapping[str, str] = {one.name: one.region for one in MUNICIPALITIES}


@dataclass(frozen=True, eq=False)
class Counts:
    """What was counted: not yet fit to be shown.

    ``census`` also knows the submissions that only earlier publications counted. ``regions`` tells
    which municipalities are put together first. ``first`` and ``last`` are times of arrival.
    """

    census: Census
    regions: Mapping[str, str]
    tests: int
    excluded: Tally
    waiting: int
    first: datetime | None
    last: datetime | None

    def tally(self, group: Group) -> Tally:
        """How many submissions, from how many people, are in a group."""
        size = self.census.size(group)
        return Tally(size.submissions, singles=size.people)

    def having(self, present: Iterable[str] = (), absent: Iterable[str] = ()) -> Tally:
        """Those with all labels of ``present`` and none of ``absent``."""
        return self.tally(Group(present=frozenset(present), absent=frozenset(absent)))

    @property
    def total(self) -> Tally:
        """Everything that counts."""
        return self.tally(Group())


def aggregate(
    submissions: Iterable[ConfirmedSubmission],
    *,
    until: datetime,
    areas: Sequence[str],
    municipalities: Sequence[str],
    since: datetime | None = None,
    earlier: Sequence[Published] = (),
) -> Counts:
    """Count what was received from ``since`` to ``until``, confirmed, and not excluded.

    ``areas`` and ``municipalities`` are all that could have been chosen, so that the zeros exist;
    the order is that in which they are kept when some must be told together. What ``earlier``
    publications counted is marked, so that the new figures can be compared with theirs.
    """
    now = 1 << len(earlier)
    entries, excluded, received = list[Entry](), list[str](), list[datetime]()
    tests = waiting = 0
    for one in submissions:
        inside = one.received_at <= until and (since is None or one.received_at >= since)
        if one.excluded == TEST:
            tests += inside
        elif one.excluded is not None:
            excluded += [one.submitter] * inside
        elif one.reviewed_at is None:
            waiting += inside
        else:
            mask = now * inside + mask_of(earlier, one.received_at, one.reviewed_at)
            if mask:
                entries.append(_entry(one, mask))
            received += [one.received_at] * inside
    return Counts(
        census=census_of(gather(entries), areas=areas, places=(*municipalities, UNKNOWN), now=now),
        regions=REGIONS,
        tests=tests,
        excluded=Tally(len(excluded), frozenset(excluded)),
        waiting=waiting,
        first=min(received, default=None),
        last=max(received, default=None),
    )


def _entry(one: ConfirmedSubmission, mask: int) -> Entry:
    return Entry(
        submitter=one.submitter,
        mask=mask,
        area=one.area,
        place=one.municipality or UNKNOWN,
        quarter=quarter_of(one.received_at),
        pattern=pattern_of(one.labels),
    )


def mask_of(earlier: Sequence[Published], received_at: datetime, decided_at: datetime) -> int:
    """The bits of the earlier publications that counted such a submission as it is now."""
    return sum(1 << t for t, one in enumerate(earlier) if one.counts(received_at, decided_at))


def quarter_of(moment: datetime) -> str:
    """The quarter of a moment in Denmark.

    >>> quarter_of(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    '2026-K2'
    """
    local = moment.astimezone(DENMARK)
    return f"{local.year}-K{(local.month + 2) // 3}"


def quarters_between(first: datetime, last: datetime) -> list[tuple[str, datetime]]:
    """Every quarter from that of ``first`` to that of ``last``, with the moment it begins (UTC)."""
    start, end = first.astimezone(DENMARK), last.astimezone(DENMARK)
    found = []
    for number in range(start.year * 4 + (start.month - 1) // 3, end.year * 4 + end.month // 3 + 1):
        begins = datetime(number // 4, number % 4 * 3 + 1, 1, tzinfo=DENMARK)
        if begins <= end:
            found.append((quarter_of(begins), begins.astimezone(UTC)))
    return found


def wilson(count: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % interval for a share; behaves at 0, at all, and for small totals.

    >>> tuple(round(bound, 2) for bound in wilson(4, 8))
    (0.22, 0.78)
    >>> tuple(round(bound, 2) for bound in wilson(8, 8))
    (0.68, 1.0)
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError(f"no share: {count} of {total}")
    share, square = count / total, z * z
    middle = share + square / (2 * total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    low = 0.0 if count == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if count == total else min(1.0, (middle + half) / scale)
    return low, high
