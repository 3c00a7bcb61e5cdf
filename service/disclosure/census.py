"""All submissions as numbers: how many with each set of labels in each area, place and quarter.

A *class* is the set of publications that count a submission, as bits: bit ``t`` for the earlier
publication ``t``, the highest bit for the one being made. So «new since publication 2» is a choice
of classes, and differencing needs no second count.

People are counted exactly without naming everybody: who wrote once is in one cell only and is just
a number there (``singles``); who wrote more often is kept by key (``Repeaters``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlp.types import LABELS
from service.disclosure.types import ENOUGH, Group

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
PATTERNS = 2 ** len(LABELS)
_BIT = {label: 1 << place for place, label in enumerate(LABELS)}


class Entry(NamedTuple):
    """One submission: who, which publications count it, and what it is."""

    submitter: str
    mask: int
    area: str
    place: str
    quarter: str
    pattern: int


class Size(NamedTuple):
    """How many submissions, from how many people."""

    submissions: int
    people: int


@dataclass(frozen=True, slots=True)
class View:
    """Which submissions: in all of the publications ``inside``, in none of ``outside`` (bits)."""

    inside: int
    outside: int = 0

    def takes(self, mask: int) -> bool:
        """True for a class that belongs to this view."""
        return mask & self.inside == self.inside and not mask & self.outside


@dataclass(frozen=True, slots=True)
class Repeaters:
    """Submissions of people who wrote more than once: positions in the lists of the census."""

    person: Ints
    mask: Ints
    area: Ints
    place: Ints
    quarter: Ints
    pattern: Ints


@dataclass(frozen=True, eq=False)
class Census:
    """The counts, as arrays.

    ``cube[class, area, place, pattern]`` and ``times[class, area, quarter]`` are submissions;
    ``cube_singles`` and ``times_singles`` of them those by people who wrote once.
    """

    areas: tuple[str, ...]
    places: tuple[str, ...]
    quarters: tuple[str, ...]
    classes: tuple[int, ...]
    now: int
    """The bit of the publication being made."""
    cube: Ints
    cube_singles: Ints
    times: Ints
    times_singles: Ints
    repeaters: Repeaters

    @property
    def present(self) -> View:
        """Everything that the publication being made counts."""
        return View(self.now)

    def views(self) -> list[View]:
        """What is counted now; for each earlier publication what it counted, what is new since,
        and what is no longer in the period.

        Of several views with the same submissions only the first is kept.
        """
        earlier = [1 << t for t in range(self.now.bit_length() - 1)]
        found = [self.present]
        found += [View(self.now, bit) for bit in earlier]
        found += [View(bit, self.now) for bit in earlier]
        found += [View(bit) for bit in earlier]
        different = {tuple(self.chosen(view)): view for view in reversed(found)}
        return [
            view
            for view in found
            if view in different.values() and (view == self.present or any(self.chosen(view)))
        ]

    def chosen(self, view: View) -> Bools:
        """Which classes belong to a view."""
        return np.array([view.takes(mask) for mask in self.classes], dtype=np.bool_)

    @cached_property
    def by_area(self) -> Ints:
        """[class, area, pattern]"""
        return np.asarray(self.cube.sum(axis=2))

    @cached_property
    def by_place(self) -> Ints:
        """[class, place, pattern]"""
        return np.asarray(self.cube.sum(axis=1))

    def size(self, group: Group, view: View | None = None) -> Size:
        """How many submissions and people are in a group.

        A group with a quarter can have areas beside it, and no labels or places. Beyond ``ENOUGH``
        people who wrote once, the others are not counted: no minimum comes near.
        """
        view = view or self.present
        classes = self.chosen(view)
        if group.quarters:
            return self._size_in_time(group, view, classes)
        areas, places = self.area_set(group.areas), self.place_set(group.places)
        patterns = pattern_set(group.present, group.absent)
        chosen = np.ix_(classes, areas, places, patterns)
        submissions = int(self.cube[chosen].sum())
        singles = int(self.cube_singles[chosen].sum())
        if submissions == singles or singles >= ENOUGH:
            return Size(submissions, singles)
        repeaters = self.repeaters
        rows = (
            self._taken(view)
            & areas[repeaters.area]
            & places[repeaters.place]
            & patterns[repeaters.pattern]
        )
        return Size(submissions, singles + len(np.unique(repeaters.person[rows])))

    def _size_in_time(self, group: Group, view: View, classes: Bools) -> Size:
        if group.places or group.present or group.absent:
            raise ValueError("quarters are counted by area only")
        areas = self.area_set(group.areas)
        quarters = _among(self.quarters, group.quarters)
        chosen = np.ix_(classes, areas, quarters)
        submissions = int(self.times[chosen].sum())
        singles = int(self.times_singles[chosen].sum())
        if submissions == singles or singles >= ENOUGH:
            return Size(submissions, singles)
        repeaters = self.repeaters
        rows = self._taken(view) & areas[repeaters.area] & quarters[repeaters.quarter]
        return Size(submissions, singles + len(np.unique(repeaters.person[rows])))

    def _taken(self, view: View) -> Bools:
        mask = self.repeaters.mask
        return np.asarray((mask & view.inside == view.inside) & (mask & view.outside == 0))

    def area_set(self, names: Sequence[str]) -> Bools:
        """Which areas are meant; none named means all."""
        return _among(self.areas, names)

    def place_set(self, names: Sequence[str]) -> Bools:
        """Which places are meant; none named means all."""
        return _among(self.places, names)


def _among(all_names: Sequence[str], names: Sequence[str]) -> Bools:
    if not names:
        return np.ones(len(all_names), dtype=np.bool_)
    wanted = set(names)
    return np.array([name in wanted for name in all_names], dtype=np.bool_)


def pattern_of(labels: Iterable[str]) -> int:
    """A set of labels as a number of six bits.

    >>> pattern_of(["partshøring", "sagsoplysning"])
    3
    """
    return sum({_BIT[label] for label in labels})


def labels_of(pattern: int) -> frozenset[str]:
    """The set of labels that a number stands for."""
    return frozenset(label for label, bit in _BIT.items() if pattern & bit)


def pattern_set(present: Iterable[str], absent: Iterable[str] = ()) -> Bools:
    """Which of the 64 sets of labels have all of ``present`` and none of ``absent``."""
    patterns = np.arange(PATTERNS)
    wanted, unwanted = pattern_of(present), pattern_of(absent)
    chosen: Bools = (patterns & wanted == wanted) & (patterns & unwanted == 0)
    return chosen


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a database or a list counted, before it becomes arrays.

    ``cells`` are (mask, area, place, pattern) → (submissions, by people who wrote once), ``times``
    the same for (mask, area, quarter). ``repeaters`` are the submissions of the others.
    """

    cells: Mapping[tuple[int, str, str, int], tuple[int, int]]
    times: Mapping[tuple[int, str, str], tuple[int, int]]
    repeaters: Sequence[Entry]


def gather(entries: Iterable[Entry]) -> Gathered:
    """Count a list, as the database does."""
    kept = list(entries)
    times_written = Counter(one.submitter for one in kept)
    cells: dict[tuple[int, str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    times: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in kept:
        single = int(times_written[one.submitter] == 1)
        for found in (
            cells[one.mask, one.area, one.place, one.pattern],
            times[one.mask, one.area, one.quarter],
        ):
            found[0] += 1
            found[1] += single
    return Gathered(
        {key: (n, single) for key, (n, single) in cells.items()},
        {key: (n, single) for key, (n, single) in times.items()},
        [one for one in kept if times_written[one.submitter] > 1],
    )


def census_of(
    gathered: Gathered, *, areas: Sequence[str], places: Sequence[str], now: int
) -> Census:
    """The arrays. ``now`` is the bit of the publication being made.

    ``areas`` and ``places`` are all that could have been chosen, so that the zeros exist. Raises
    ValueError for one that is not among them.
    """
    classes = tuple(sorted({key[0] for key in gathered.cells} | {now}))
    quarters = tuple(sorted({key[2] for key in gathered.times}))
    at = {mask: i for i, mask in enumerate(classes)}
    area_at, place_at = _positions(areas, "area"), _positions(places, "place")
    quarter_at = {name: i for i, name in enumerate(quarters)}
    cube = np.zeros((2, len(classes), len(areas), len(places), PATTERNS), dtype=np.int64)
    for (mask, area, place, pattern), sizes in gathered.cells.items():
        cube[:, at[mask], area_at[area], place_at[place], pattern] = sizes
    times = np.zeros((2, len(classes), len(areas), len(quarters)), dtype=np.int64)
    for (mask, area, quarter), sizes in gathered.times.items():
        times[:, at[mask], area_at[area], quarter_at[quarter]] = sizes
    people: dict[str, int] = {}
    rows = [
        (
            people.setdefault(one.submitter, len(people)),
            one.mask,
            area_at[one.area],
            place_at[one.place],
            quarter_at[one.quarter],
            one.pattern,
        )
        for one in gathered.repeaters
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return Census(
        areas=tuple(areas),
        places=tuple(places),
        quarters=quarters,
        classes=classes,
        now=now,
        cube=cube[0],
        cube_singles=cube[1],
        times=times[0],
        times_singles=times[1],
        repeaters=Repeaters(*columns),
    )


class _Positions(dict[str, int]):
    """Name → position, with a clear error."""

    def __init__(self, names: Sequence[str], kind: str) -> None:
        super().__init__((name, i) for i, name in enumerate(names))
        self._kind = kind

    def __missing__(self, name: str) -> int:
        raise ValueError(f"there is no such {self._kind}: {name!r}")


def _positions(names: Sequence[str], kind: str) -> _Positions:
    return _Positions(names, kind)
