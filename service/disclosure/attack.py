"""Plays the attacker: solves for what was hidden, knowing only what was published.

The attacker knows every figure of every publication, which periods they cover, and that all tables
are about the same submissions. He knows no true count. Unknown are the numbers of submissions with
each set of labels in each area, in each place, and in each quarter, for each set of publications
that may count them. Each figure is one linear equation; whole numbers, none below zero. What can be
said of a group is the smallest and the largest value over all data sets that fit: exact bounds, by
integer programming.

It shares nothing with the proof (``witness``) but the solver, and its bounds come from the outside
where those of the proof come from the inside: so each checks the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import numpy as np
from scipy.sparse import csr_array

from nlp.types import LABELS
from service.disclosure.programme import Floats, Programme
from service.disclosure.published import Published
from service.disclosure.types import Group

Names = tuple[str, ...]
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the attacker believes of submissions that an earlier publication counted.

    Without ``withdrawals`` he takes it that all are still there, which mostly is so and tells him
    the most. With them, any may have gone since.
    """

    withdrawals: bool = False


def classes_of(publications: Sequence[Published], suspicion: Suspicion) -> list[int]:
    """The sets of publications (as bits, in their order) that may count one submission.

    It was received at some time, was confirmed before some publication, and stayed, or was
    withdrawn before some later one.
    """
    moments = {one.until for one in publications} | {one.until + _A_MOMENT for one in publications}
    moments |= {one.since for one in publications if one.since}
    moments.add(min(moments) - _A_MOMENT)
    last = len(publications)
    found = set()
    for moment, start in product(moments, range(last)):
        for end in range(start + 1, last + 1) if suspicion.withdrawals else [last]:
            found.add(_bits(publications, moment, range(start, end)))
    return sorted(found - {0})


def _bits(publications: Sequence[Published], moment: datetime, among: Iterable[int]) -> int:
    return sum(
        1 << t
        for t in among
        if moment <= publications[t].until
        and ((since := publications[t].since) is None or moment >= since)
    )


class Attacker:
    """All that is known, ready to be asked about any group.

    ``labels`` may be fewer than all when the figures speak of fewer. Raises
    ``programme.Contradiction`` on being asked when nothing fits the figures.
    """

    def __init__(
        self,
        publications: Sequence[Published],
        *,
        areas: Sequence[str],
        places: Sequence[str],
        quarters: Sequence[str] = (),
        labels: Sequence[str] = LABELS,
        suspicion: Suspicion | None = None,
    ) -> None:
        self._labels = tuple(labels)
        self._patterns = list(product((False, True), repeat=len(labels)))
        self._classes = classes_of(publications, suspicion or Suspicion())
        facts = [(t, fact) for t, one in enumerate(publications) for fact in one.facts]
        self._areas = _units(areas, [fact.group.areas for _, fact in facts])
        self._places = _units(places, [fact.group.places for _, fact in facts])
        known = dict.fromkeys((*quarters, *(x for _, fact in facts for x in fact.group.quarters)))
        self._quarters = tuple((name,) for name in known) or ((),)
        self._columns = self._numbered()
        self._rows: list[dict[int, float]] = []
        self._values: list[int] = []
        for t, fact in facts:
            self._know(dict.fromkeys(self._in(fact.group, 1 << t), 1.0), fact.count)
        self._agree()
        self._known = _programme(self._rows, self._values, len(self._columns))

    # ── unknowns ─────────────────────────────────────────────────────────────────────────────────
    def _numbered(self) -> dict[tuple[str, int, Names, object], int]:
        """A column for each unknown number: kind, class, area (or place), labels (or quarter)."""
        keys: list[tuple[str, int, Names, object]] = []
        for mask in self._classes:
            keys += [("area", mask, *pair) for pair in product(self._areas, self._patterns)]
            keys += [("place", mask, *pair) for pair in product(self._places, self._patterns)]
            keys += [("time", mask, *pair) for pair in product(self._areas, self._quarters)]
        return {key: number for number, key in enumerate(keys)}

    def _in(
        self, group: Group, inside: int, outside: int = 0, *, touched: bool = False
    ) -> Iterator[int]:
        """The columns that add up to a group, as one of the three tables has it.

        Of several names that no figure tells apart, one may have nobody, or (``touched``) all.
        """
        kind = "time" if group.quarters else "place" if group.places else "area"
        names = set(group.places if kind == "place" else group.areas)
        for (which, mask, unit, other), number in self._columns.items():
            if which != kind or mask & inside != inside or mask & outside:
                continue
            if not _belongs(unit, names, touched=touched):
                continue
            if self._has(group, kind, other):
                yield number

    def _has(self, group: Group, kind: str, other: object) -> bool:
        if kind == "time":
            assert isinstance(other, tuple)
            return set(group.quarters).issuperset(other)
        pattern = dict(zip(self._labels, other, strict=True))  # type: ignore[call-overload]
        return all(pattern.get(x, False) for x in group.present) and not any(
            pattern.get(x, False) for x in group.absent
        )

    # ── equations ────────────────────────────────────────────────────────────────────────────────
    def _know(self, row: dict[int, float], value: int) -> None:
        self._rows.append(row)
        self._values.append(value)

    def _agree(self) -> None:
        """The three tables are about the same submissions."""
        for mask in self._classes:
            for pattern in self._patterns:
                row = {self._columns["area", mask, unit, pattern]: 1.0 for unit in self._areas}
                row |= {self._columns["place", mask, unit, pattern]: -1.0 for unit in self._places}
                self._know(row, 0)
            for unit in self._areas:
                row = {self._columns["area", mask, unit, x]: 1.0 for x in self._patterns}
                row |= {self._columns["time", mask, unit, x]: -1.0 for x in self._quarters}
                self._know(row, 0)

    # ── asking ───────────────────────────────────────────────────────────────────────────────────
    def least(self, group: Group, inside: int, outside: int = 0) -> int:
        """The fewest submissions that can be in a group, of those counted by all publications
        ``inside`` and none of ``outside`` (bits)."""
        return self._extreme(group, inside, outside, 1)

    def most(self, group: Group, inside: int, outside: int = 0) -> int:
        """The most, likewise."""
        return -self._extreme(group, inside, outside, -1)

    def bounds(self, group: Group, inside: int, outside: int = 0) -> tuple[int, int]:
        """Both."""
        return self.least(group, inside, outside), self.most(group, inside, outside)

    def exposes(
        self, group: Group, inside: int, minimum: int, *, outside: int = 0, hidden: bool = False
    ) -> bool:
        """True when a group is found out: it cannot be empty and is known within ``minimum``; a
        ``hidden`` figure also when it may be empty."""
        low = self.least(group, inside, outside)
        if low == 0 and not hidden:
            return False
        return self.most(group, inside, outside) - low < minimum

    def _extreme(self, group: Group, inside: int, outside: int, sign: int) -> int:
        if group.areas and group.places:
            return self._of_both(group, inside, outside, sign)
        goal = np.zeros(len(self._columns))
        goal[list(self._in(group, inside, outside, touched=sign < 0))] = sign
        return self._known.smallest(goal).value

    def _of_both(self, group: Group, inside: int, outside: int, sign: int) -> int:
        """Areas within places: for each set of labels an overlap that no table shows.

        It is at most those in the area, and those in the place; and at least their sum less all.
        Three slack columns make equations of it.
        """
        rows, values, width = list(self._rows), list(self._values), len(self._columns)
        wanted = []
        areas = [x for x in self._areas if _belongs(x, set(group.areas), touched=sign < 0)]
        places = [x for x in self._places if _belongs(x, set(group.places), touched=sign < 0)]
        for mask in self._classes:
            if mask & inside != inside or mask & outside:
                continue
            for pattern in self._patterns:
                if not self._has(group, "area", pattern):
                    continue
                overlap, width = width, width + 4
                wanted.append(overlap)
                here = [self._columns["area", mask, unit, pattern] for unit in areas]
                there = [self._columns["place", mask, unit, pattern] for unit in places]
                everybody = [self._columns["area", mask, unit, pattern] for unit in self._areas]
                rows.append({overlap: 1.0, overlap + 1: 1.0, **dict.fromkeys(here, -1.0)})
                rows.append({overlap: 1.0, overlap + 2: 1.0, **dict.fromkeys(there, -1.0)})
                elsewhere = {column: 1.0 for column in everybody if column not in here}
                rows.append(
                    {overlap: 1.0, overlap + 3: -1.0, **elsewhere, **dict.fromkeys(there, -1.0)}
                )
                values += [0, 0, 0]
        goal = np.zeros(width)
        goal[wanted] = sign
        return _programme(rows, values, width).smallest(goal).value


def _belongs(unit: Names, names: set[str], *, touched: bool) -> bool:
    if not names or not unit:
        return True
    return not names.isdisjoint(unit) if touched else names.issuperset(unit)


def _units(names: Sequence[str], groups: Sequence[Names]) -> tuple[Names, ...]:
    """The names, those together that no figure tells apart."""
    told = [set(group) for group in groups if group]
    units: dict[tuple[bool, ...], list[str]] = {}
    for name in names:
        units.setdefault(tuple(name in group for group in told), []).append(name)
    return tuple(tuple(members) for members in units.values())


def _programme(rows: Sequence[dict[int, float]], values: Sequence[int], width: int) -> Programme:
    matrix = csr_array(
        (
            np.array([weight for row in rows for weight in row.values()]),
            np.array([column for row in rows for column in row], dtype=np.int64),
            np.concatenate([[0], np.cumsum([len(row) for row in rows])]),
        ),
        shape=(len(rows), width),
    )
    told: Floats = np.array(values, dtype=np.float64)
    return Programme(matrix, told)
