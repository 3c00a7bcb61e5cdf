"""The sheets of a frame as programmes: columns, equations, and the groups that must stay hidden.

See ``frame`` for why sheets can be looked at one by one. Four are made: labels by area, labels by
place, areas by quarter (each with its margins held fast, so that the others still agree), and a
joint sheet of the largest groups of area and place, in which the sets of labels may change too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack, vstack

from nlp.types import LABELS
from service.disclosure.census import PATTERNS, Bools, Census, Ints, View, pattern_set
from service.disclosure.frame import Equation, Frame, Names, inside, small
from service.disclosure.moves import Blocks
from service.disclosure.types import Group

_BUNDLE = 4
_MOST_WORLDS = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A group that must not be found out.

    ``hidden``: a figure that was left out of a table; otherwise a small group that no table names,
    in one view (counted now, new since a publication, no longer in the period).
    """

    group: Group
    view: View
    hidden: bool


@dataclass(eq=False)
class Sheet:
    """Counts in cells, equations that hold for them, and targets with the range seen so far.

    Columns are a grid: ``shape`` is [class, …, pattern or quarter]. ``start`` is the data set
    from which submissions are moved: the truth, or another that tells the same.
    """

    truth: Ints
    shape: tuple[int, ...]
    equations: csr_array
    margin: int
    """The equation that keeps class 0 without labels; those of the other sets of labels and classes
    follow. They hold the sheets of areas and places to the same sets of labels."""
    targets: list[Target]
    goals: csr_array
    pieces: list[Ints]
    """The columns of each area or place (or all), of which ``together`` go into one programme."""
    together: int
    free: Bools | None = None
    """Of a sheet of one dimension and labels: see ``Blocks``."""
    low: Ints = field(init=False)
    high: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.low = self.goals @ self.truth
        self.high = self.low.copy()
        self.hidden = np.array([target.hidden for target in self.targets], dtype=np.bool_)
        self.begin(self.truth)

    def begin(self, counts: Ints) -> None:
        """Move on from here. The caller knows that all of it tells the same as the truth."""
        self.start = counts
        self.told = self.equations @ counts
        self.see(counts)

    def see(self, counts: Ints) -> None:
        """Take a witness into account: counts that tell the same."""
        if (counts < 0).any() or not np.array_equal(self.equations @ counts, self.told):
            raise AssertionError("a witness must tell the same figures")
        values = self.goals @ counts
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def blocks(self) -> Blocks | None:
        """The counts as blocks, for moves by hand."""
        if self.free is None:
            return None
        return Blocks(self.start.reshape(self.shape), self.free)

    def unproven_one(self, number: int, minimum: int) -> bool:
        """The same for one target."""
        low, high = int(self.low[number]), int(self.high[number])
        return high - low < minimum and (bool(self.hidden[number]) or low > 0)

    def block_of(self, number: int) -> tuple[int | None, Bools]:
        """The block that a target lies in (None when in several), and its classes."""
        columns = self.goals.indices[self.goals.indptr[number] : self.goals.indptr[number + 1]]
        position = np.unravel_index(columns, self.shape)
        classes = np.zeros(self.shape[0], dtype=np.bool_)
        classes[position[0]] = True
        found = np.unique(position[1])
        return int(found[0]) if len(found) == 1 else None, classes

    def unproven(self, minimum: int) -> Bools:
        """Which targets have too narrow a range so far."""
        safe: Bools = (self.high - self.low >= minimum) | (~self.hidden & (self.low == 0))
        return ~safe


@dataclass(frozen=True, eq=False)
class _Columns:
    """Which cell each column is: positions of class, area atom, place atom, pattern (or quarter).

    None where a sheet is summed over that dimension.
    """

    classes: Ints
    areas: Ints | None
    places: Ints | None
    patterns: Ints | None
    quarters: Ints | None

    def __len__(self) -> int:
        return len(self.classes)

    def taken(
        self, classes: Bools, areas: Bools, places: Bools, quarters: Bools, patterns: Bools
    ) -> Bools:
        """Which columns are in a group."""
        found = classes[self.classes]
        for chosen, position in (
            (areas, self.areas),
            (places, self.places),
            (quarters, self.quarters),
            (patterns, self.patterns),
        ):
            if position is not None:
                found = found & chosen[position]
        return found


@dataclass(frozen=True, eq=False)
class World:
    """A whole data set that tells the same: by sets of labels, by area, and by place."""

    labels: Ints
    areas: Ints
    places: Ints


@dataclass(eq=False)
class Joint(Sheet):
    """The sheets of areas, places and quarters side by side; figures and agreement hold them.

    The witnesses that were shown are kept, the truth first: they are worlds.
    """

    widths: tuple[int, int] = (0, 0)
    """How many columns are of areas, and of places. Those of quarters follow."""
    by_labels: csr_array = field(default_factory=lambda: csr_array((0, 0), dtype=np.int64))
    """Adds columns up to how many have each set of labels."""
    worlds: list[Ints] = field(default_factory=list)

    def see(self, counts: Ints) -> None:
        """Take a witness into account, and keep it."""
        super().see(counts)
        if len(self.worlds) < _MOST_WORLDS:
            self.worlds.append(counts)

    def world(self, counts: Ints) -> World:
        """The whole data set."""
        areas, places, _ = np.split(counts, np.cumsum(self.widths))
        return World(self.by_labels @ counts, areas, places)


class Crossed:
    """Small groups of one area within one place, and the range that worlds leave them.

    No figure tells of areas within places. In each world the two are independent once labels are
    given: a group can be as small as ``sum(max(0, area + place - all))`` over classes and sets of
    labels, and as large as ``sum(min(area, place))``, and whole numbers reach both.
    """

    def __init__(
        self, frame: Frame, census: Census, minimum: int, proven: Collection[Target] = ()
    ) -> None:
        self._frame, self._census, self._minimum = frame, census, minimum
        self._proven = proven
        self._views = [(view, census.chosen(view)) for view in census.views()]
        shape = len(self._views), len(frame.area_atoms), len(frame.place_atoms)
        self._low = np.full(shape, np.iinfo(np.int64).max)
        self._high = np.zeros(shape, dtype=np.int64)

    def see(self, world: World) -> None:
        """Take a world into account."""
        classes = len(self._census.classes)
        areas = world.areas.reshape(classes, -1, PATTERNS)
        places = world.places.reshape(classes, -1, PATTERNS)
        everybody = world.labels.reshape(classes, 1, PATTERNS)
        for v, (_, chosen) in enumerate(self._views):
            place, both = places[chosen], everybody[chosen]
            for a in range(areas.shape[1]):
                area = areas[chosen, a][:, None, :]
                low = np.maximum(0, area + place - both).sum(axis=(0, 2))
                high = np.minimum(area, place).sum(axis=(0, 2))
                self._low[v, a] = np.minimum(self._low[v, a], low)
                self._high[v, a] = np.maximum(self._high[v, a], high)

    def is_open(self, target: Target) -> bool:
        """True for a target that is not proven yet."""
        return target in self.unproven()

    def unproven(self) -> list[Target]:
        """Groups with too narrow a range, that really are small: each of one atom and one atom."""
        found = []
        narrow = (self._low > 0) & (self._high - self._low < self._minimum)
        for v, a, g in zip(*np.nonzero(narrow), strict=True):
            view = self._views[v][0]
            group = Group(areas=self._frame.area_atoms[a], places=self._frame.place_atoms[g])
            target = Target(group, view, False)
            if target in self._proven:
                continue
            if 0 < self._census.size(group, view).people < self._minimum:
                found.append(target)
        return found


class Sheets:
    """Makes the sheets with their targets: the ``hidden`` figures, and every small group of up to
    three labels, of two labels within an area or a place, or of an area in a quarter."""

    def __init__(
        self,
        frame: Frame,
        census: Census,
        hidden: Sequence[Group],
        minimum: int,
        proven: Collection[Target] = (),
    ) -> None:
        self.frame, self.census, self.minimum = frame, census, minimum
        self.hidden, self.proven = hidden, proven

    def by_area(self) -> Sheet:
        cube = self.frame.cube.sum(axis=2)
        where = np.nonzero(np.ones_like(cube))
        columns = _Columns(where[0], where[1], None, where[2], None)
        keep = [where[0] * PATTERNS + where[2]]
        if any(one.group.quarters and one.group.areas for one in self.frame.equations):
            signature = self._time_signature()
            keep.append(_pairs(where[0], signature[where[1]]))
        told = [one for one in self.frame.equations if one.group.areas and not one.group.quarters]
        groups = [g for g in self.hidden if g.areas and not g.quarters]
        targets = self._hidden(groups)
        if len(self.frame.area_atoms) > 1:
            singles = self.frame.singles.sum(axis=2)
            targets += self._small(self.frame.area_atoms, cube, singles, "areas", 2)
        sheet = self._sheet(columns, cube, keep, told, targets, _pieces(where[1]), _BUNDLE)
        sheet.free = self._free("areas")
        return sheet

    def by_place(self) -> Sheet:
        cube = self.frame.cube.sum(axis=1)
        where = np.nonzero(np.ones_like(cube))
        columns = _Columns(where[0], None, where[1], where[2], None)
        keep = [where[0] * PATTERNS + where[2]]
        told = [one for one in self.frame.equations if one.group.places]
        groups = [g for g in self.hidden if g.places]
        targets = self._hidden(groups)
        if len(self.frame.place_atoms) > 1:
            singles = self.frame.singles.sum(axis=1)
            targets += self._small(self.frame.place_atoms, cube, singles, "places", 2)
        sheet = self._sheet(columns, cube, keep, told, targets, _pieces(where[1]), _BUNDLE)
        sheet.free = self._free("places")
        return sheet

    def _free(self, dimension: str) -> Bools:
        """[class, atom, label]: no publication that counts the class told the label there."""
        atoms = self.frame.area_atoms if dimension == "areas" else self.frame.place_atoms
        free = np.ones((len(self.census.classes), len(atoms), len(LABELS)), dtype=np.bool_)
        for one in self.frame.equations:
            if getattr(one.group, dimension):
                inside_it = one.areas if dimension == "areas" else one.places
                for label in one.group.present:
                    told = np.ix_(one.classes, inside_it, np.array([LABELS.index(label)]))
                    free[told] = False
        return free

    def by_quarter(self) -> Sheet:
        times = self.frame.times
        where = np.nonzero(np.ones_like(times))
        columns = _Columns(where[0], where[1], None, None, where[2])
        keep = [_pairs(where[0], where[1])]
        told = [one for one in self.frame.equations if one.group.quarters]
        groups = [g for g in self.hidden if g.quarters]
        targets = self._hidden(groups) + (self._small_in_time() if told else [])
        return self._sheet(columns, times, keep, told, targets)

    def _hidden(self, groups: Sequence[Group]) -> list[Target]:
        return [Target(group, self.census.present, True) for group in groups]

    def by_labels(self) -> Sheet:
        """Sets of labels, wherever they are: to be completed by the sheets of areas and places."""
        cube = self.frame.cube.sum(axis=(1, 2))
        where = np.nonzero(np.ones_like(cube))
        columns = _Columns(where[0], None, None, where[1], None)
        told = [
            one
            for one in self.frame.equations
            if not (one.group.areas or one.group.places or one.group.quarters)
        ]
        plain = [g for g in self.hidden if not (g.areas or g.places or g.quarters)]
        singles = self.frame.singles.sum(axis=(1, 2))
        targets = self._hidden(plain)
        targets += self._small(((),), cube[:, None], singles[:, None], "areas", 3)
        return self._sheet(columns, cube, [where[0]], told, targets)

    def joint(
        self, labels: Sheet, areas: Sheet, places: Sheet, times: Sheet, minimum: int
    ) -> Joint:
        """What the single sheets have not proven, with labels, areas, places and quarters free.

        The sheets of areas and places agree on the sets of labels, those of areas and quarters on
        how many there are in each area.
        """
        patterns = len(labels.truth)
        by_area, by_place = _sums(areas, patterns), _sums(places, patterns)
        in_area = _row_sums(areas)
        in_time = _row_sums(times)
        widths = [len(one.truth) for one in (areas, places, times)]
        by_labels = _wide([by_area, None, None], widths)
        equations = vstack(
            [
                _wide([_told(areas), None, None], widths),
                _wide([None, _told(places), None], widths),
                _wide([None, None, _told(times)], widths),
                _wide([by_area, -by_place, None], widths),
                _wide([in_area, None, -in_time], widths),
                labels.equations @ by_labels,
            ]
        ).tocsr()
        found = []
        goals = []
        for sheet, spread in (
            (labels, lambda rows: rows @ by_labels),
            (areas, lambda rows: _wide([rows, None, None], widths)),
            (places, lambda rows: _wide([None, rows, None], widths)),
            (times, lambda rows: _wide([None, None, rows], widths)),
        ):
            left = np.flatnonzero(sheet.unproven(minimum))
            found += [sheet.targets[i] for i in left]
            goals.append(spread(sheet.goals[left]))
        starts = np.cumsum([0, *widths])
        return Joint(
            np.concatenate([areas.truth, places.truth, times.truth]),
            (int(starts[-1]),),
            equations,
            0,
            found,
            vstack(goals).tocsr(),
            [
                piece + start
                for sheet, start in zip((areas, places, times), starts, strict=False)
                for piece in sheet.pieces
            ],
            2 * _BUNDLE,
            widths=(widths[0], widths[1]),
            by_labels=by_labels,
        )

    def _time_signature(self) -> Ints:
        """A number for each area atom; the same where no figure with a quarter tells two apart."""
        told = [one.areas for one in self.frame.equations if one.group.quarters and one.group.areas]
        if not told:
            return np.zeros(len(self.frame.area_atoms), dtype=np.int64)
        _, signature = np.unique(np.array(told), axis=1, return_inverse=True)
        return signature.astype(np.int64).ravel()

    def _sheet(
        self,
        columns: _Columns,
        truth: Ints,
        keep: Sequence[Ints],
        told: Sequence[Equation],
        targets: list[Target],
        pieces: list[Ints] | None = None,
        together: int = 1,
    ) -> Sheet:
        rows = [
            np.flatnonzero(
                columns.taken(one.classes, one.areas, one.places, one.quarters, one.patterns)
            )
            for one in told
        ]
        for key in keep:
            rows += _same(key)
        targets = [target for target in targets if target not in self.proven]
        goals = _matrix([np.flatnonzero(self._of(columns, one)) for one in targets], len(columns))
        return Sheet(
            truth.ravel(),
            truth.shape,
            _matrix(rows, len(columns)),
            len(told),
            targets,
            goals,
            pieces or [np.arange(len(columns))],
            together,
        )

    def _of(self, columns: _Columns, target: Target) -> Bools:
        group = target.group
        return columns.taken(
            self.census.chosen(target.view),
            inside(self.frame.area_atoms, group.areas),
            inside(self.frame.place_atoms, group.places),
            inside([(name,) for name in self.census.quarters], group.quarters),
            pattern_set(group.present, group.absent),
        )

    def _small(
        self, atoms: Sequence[Names], cube: Ints, singles: Ints, dimension: str, most: int
    ) -> list[Target]:
        """Small groups: each atom with up to ``most`` labels, present or absent.

        Of names that no figure tells apart nothing can be said singly, so atoms are enough.
        """
        described = list(described_by(most, alone=bool(atoms[0])))
        matrix = np.array([pattern_set(*labels) for labels in described]).T.astype(np.int64)
        found = []
        for view in self.census.views():
            classes = self.census.chosen(view)
            counts = cube[classes].sum(axis=0) @ matrix
            once = singles[classes].sum(axis=0) @ matrix
            groups = [
                Group(
                    areas=atom if dimension == "areas" else (),
                    places=atom if dimension == "places" else (),
                    present=present,
                    absent=absent,
                )
                for atom in atoms
                for present, absent in described
            ]
            few = small(
                counts.ravel(),
                once.ravel(),
                self.minimum,
                lambda i, groups=groups, view=view: self.census.size(groups[i], view).people,  # type: ignore[misc]
            )
            found += [Target(groups[i], view, False) for i in np.flatnonzero(few)]
        return found

    def _small_in_time(self) -> list[Target]:
        atoms, quarters = self.frame.area_atoms, self.census.quarters
        groups = [Group(areas=atom, quarters=(quarter,)) for atom in atoms for quarter in quarters]
        found = []
        for view in self.census.views():
            classes = self.census.chosen(view)
            few = small(
                self.frame.times[classes].sum(axis=0).ravel(),
                self.frame.times_singles[classes].sum(axis=0).ravel(),
                self.minimum,
                lambda i, view=view: self.census.size(groups[i], view).people,  # type: ignore[misc]
            )
            found += [Target(groups[i], view, False) for i in np.flatnonzero(few)]
        return found


def _sums(sheet: Sheet, patterns: int) -> csr_array:
    """The equations of a sheet that add up how many have each set of labels."""
    return sheet.equations[sheet.margin : sheet.margin + patterns]


def _told(sheet: Sheet) -> csr_array:
    """The equations of a sheet that are figures."""
    return sheet.equations[: sheet.margin]


def _row_sums(sheet: Sheet) -> csr_array:
    """Adds up each class and block of a sheet: over sets of labels, or over quarters."""
    width, height = sheet.shape[-1], int(np.prod(sheet.shape[:-1]))
    row = np.repeat(np.arange(height), width)
    ones = np.ones(len(row), dtype=np.int64)
    return csr_array((ones, (row, np.arange(len(row)))), shape=(height, len(row)))


def _wide(parts: Sequence[csr_array | None], widths: Sequence[int]) -> csr_array:
    """Matrices side by side; None is nothing, as wide as its place says."""
    height = next(part.shape[0] for part in parts if part is not None)
    return hstack(
        [
            csr_array((height, width), dtype=np.int64) if part is None else part
            for part, width in zip(parts, widths, strict=True)
        ]
    ).tocsr()


def described_by(
    most: int, *, alone: bool = False
) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
    """Every choice of up to ``most`` labels, each present or absent; ``alone``: also no label."""
    for count in range(0 if alone else 1, most + 1):
        for labels in combinations(LABELS, count):
            for choice in product((False, True), repeat=count):
                present = frozenset(x for x, on in zip(labels, choice, strict=True) if on)
                yield present, frozenset(labels) - present


def _pieces(blocks: Ints) -> list[Ints]:
    """The columns of each block that has any."""
    return _same(blocks)


def _pairs(first: Ints, second: Ints) -> Ints:
    """One number for each pair of two positions."""
    return first * (int(second.max(initial=0)) + 1) + second


def _same(key: Ints) -> list[Ints]:
    """The columns of each value of the key."""
    order = np.argsort(key, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else []


def _matrix(rows: Sequence[npt.NDArray[np.int64]], width: int) -> csr_array:
    """A row of ones for each list of columns."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.concatenate(rows) if len(rows) else np.zeros(0, dtype=np.int64)
    return csr_array(
        (np.ones(len(indices), dtype=np.int64), indices, pointers), shape=(len(rows), width)
    )
