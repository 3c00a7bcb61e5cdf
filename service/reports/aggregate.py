"""Counts confirmed submissions. Pure: values in, values out.

Every count is kept twice: in submissions, which is what a report says, and in people (distinct
submitters), which is what disclosure control asks about. Somebody who writes five times is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from nlp.types import LABELS
from service.reports.types import ConfirmedSubmission

UNKNOWN = "ikke oplyst"
"""The municipality of those who named none."""

TEST = "test"
"""The reason of exclusion that concerns nobody: the centre's own tests."""


ENOUGH = 1_000
"""So many people are remembered of a group at most: no minimum comes near it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many submissions, from which submitters (of large groups, only the first of them)."""

    submissions: int = 0
    people: frozenset[str] = frozenset()

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.submissions + other.submissions, self.people | other.people)


class Example(NamedTuple):
    """An anonymous quotation, with the label that it speaks for and the key of its sender."""

    label: str
    text: str
    submitter: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: not yet fit to be shown. ``patterns`` maps sets of labels to tallies."""

    total: Tally
    patterns: Mapping[frozenset[str], Tally]
    areas: Mapping[str, Tally]
    municipalities: Mapping[str, Tally]
    tests: int
    excluded: Tally
    waiting: int
    first: datetime | None
    last: datetime | None
    examples: tuple[Example, ...]

    def having(self, present: Iterable[str] = (), absent: Iterable[str] = ()) -> Tally:
        """Those with all labels of ``present`` and none of ``absent``."""
        wanted, unwanted = frozenset(present), frozenset(absent)
        return total_of(
            tally
            for labels, tally in self.patterns.items()
            if wanted <= labels and not unwanted & labels
        )


class _Counter:
    """A tally under way: sets and dicts that are frozen at the end."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._submissions: dict[str, int] = dict.fromkeys(keys, 0)
        self._people: dict[str, set[str]] = {key: set() for key in self._submissions}

    def add(self, key: str, submitter: str) -> None:
        self._submissions[key] = self._submissions.get(key, 0) + 1
        people = self._people.setdefault(key, set())
        if len(people) < ENOUGH:
            people.add(submitter)

    def tallies(self) -> dict[str, Tally]:
        return {
            key: Tally(count, frozenset(self._people[key]))
            for key, count in self._submissions.items()
        }


def total_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together; a person in several counts once."""
    submissions, people = 0, set[str]()
    for tally in tallies:
        submissions += tally.submissions
        if len(people) < ENOUGH:
            people |= tally.people
    return Tally(submissions, frozenset(people))


def aggregate(
    submissions: Iterable[ConfirmedSubmission],
    *,
    until: datetime,
    areas: Sequence[str],
    municipalities: Sequence[str],
) -> Counts:
    """Count what was received up to ``until``, confirmed, and not excluded.

    ``areas`` and ``municipalities`` are all that could have been chosen, so that the zeros exist.
    """
    by_area, by_municipality = _Counter(areas), _Counter((*municipalities, UNKNOWN))
    by_pattern, outside = _Counter(), _Counter()
    tests, waiting, received, examples = 0, 0, list[datetime](), list[Example]()
    for one in submissions:
        if one.received_at > until:
            continue
        if one.excluded == TEST:
            tests += 1
        elif one.excluded is not None:
            outside.add("", one.submitter)
        elif one.reviewed_at is None:
            waiting += 1
        else:
            by_area.add(one.area, one.submitter)
            by_municipality.add(one.municipality or UNKNOWN, one.submitter)
            by_pattern.add("|".join(sorted(set(one.labels))), one.submitter)
            received.append(one.received_at)
            examples.extend(
                Example(label, text, one.submitter)
                for label, text in one.excerpts
                if label in one.labels
            )
    patterns = {
        frozenset(filter(None, key.split("|"))): tally
        for key, tally in by_pattern.tallies().items()
    }
    return Counts(
        total=total_of(patterns.values()),
        patterns=patterns,
        areas=by_area.tallies(),
        municipalities=by_municipality.tallies(),
        tests=tests,
        excluded=total_of(outside.tallies().values()),
        waiting=waiting,
        first=min(received, default=None),
        last=max(received, default=None),
        examples=tuple(examples),
    )


def label_pairs() -> list[tuple[str, str]]:
    """The fifteen pairs of labels, in order."""
    return [(a, b) for i, a in enumerate(LABELS) for b in LABELS[i + 1 :]]


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
