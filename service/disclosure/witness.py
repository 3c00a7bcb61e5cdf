"""Proves that what is hidden stays hidden: by showing other data sets that tell the same.

A *witness* is a data set of whole numbers that gives every figure of this publication and of all
earlier ones. Whoever knows only the figures cannot tell it from the truth. If a hidden figure has
the value 2 in the truth, 0 in one witness and 9 in another, nobody can narrow it below 0 to 9. So
witnesses give ranges from the inside, which is the side that proves safety: bounds from a relaxed
programme come from the outside and can only prove danger.

Witnesses start at the truth and move submissions between cells without changing a figure. Withdrawn
submissions stay as they were, so it does not help to know about those either. Moves are found by
integer programmes on parts of the sheets (``sheets``); a part only makes ranges narrower. First
each sheet alone, the others held: small programmes. What is left is looked for on the joint sheet,
where areas and places change together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.types import LABELS
from service.disclosure.census import PATTERNS, Bools, Census, Ints
from service.disclosure.frame import Frame, Names, frame_of, inside
from service.disclosure.moves import Blocks
from service.disclosure.programme import Programme
from service.disclosure.published import Published
from service.disclosure.sheets import Crossed, Sheet, Sheets, Target, World
from service.disclosure.types import Group

_ROUNDS = 12
_IN_VAIN = 2
_COLUMNS = 1024
_TURNS = 2
_WORLDS = 4
_FEW = 6
_HOPELESS = 100
_MOST_DIRECTED = 60
_SEED = 20260501
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Finding:
    """What could and could not be proven, and what it took.

    ``proven`` stays true when fewer figures are told. ``ranges`` are those of hidden figures.
    """

    proven: frozenset[Target]
    unproven: tuple[Target, ...]
    ranges: Mapping[Group, int]
    witnesses: int
    solved: int


def prove(
    census: Census,
    earlier: Sequence[Published],
    told: Sequence[Group],
    hidden: Sequence[Group],
    minimum: int,
    proven: frozenset[Target] = frozenset(),
) -> Finding:
    """Try to prove that telling ``told``, beside ``earlier``, gives nobody away.

    A figure in ``hidden`` is safe with a range of at least ``minimum``. A small group that no
    figure names is safe when it may as well be empty, or has such a range. ``proven`` are targets
    that were proven when more was told.
    """
    everything = [(1 << t, fact.group) for t, one in enumerate(earlier) for fact in one.facts]
    everything += [(census.now, group) for group in told]
    frame = frame_of(census, everything)
    prover = _Prover(minimum)
    sheets = Sheets(frame, census, _apart(frame, census, hidden, minimum), minimum, proven)
    times, areas, places = sheets.by_quarter(), sheets.by_area(), sheets.by_place()
    labels = sheets.by_labels()
    for sheet in (times, areas, places):
        prover.prove(sheet)
        if sheet.unproven(minimum).sum() > _HOPELESS:  # hide more before a dear search
            return _finding([times, areas, places], [sheet], prover, proven, minimum)
    joint = sheets.joint(labels, areas, places, times, minimum)
    prover.prove(joint)
    crossed = Crossed(frame, census, minimum, proven)
    worlds = [joint.world(counts) for counts in joint.worlds]
    crossed.see(worlds[0])
    small = crossed.unproven()
    for world in worlds[1:]:
        crossed.see(world)
    for target in crossed.unproven()[:_MOST_DIRECTED]:
        for world in worlds[:_WORLDS]:
            if crossed.is_open(target):
                crossed.see(prover.apart(target, world, sheets, areas, places))
    still = crossed.unproven()
    proven |= set(small) - set(still)
    return _finding([times, areas, places], [joint], prover, proven, minimum, still)


def _finding(
    searched: Sequence[Sheet],
    last: Sequence[Sheet],
    prover: _Prover,
    proven: frozenset[Target],
    minimum: int,
    still: Sequence[Target] = (),
) -> Finding:
    """What was found. A target is proven when a sheet ``searched`` or ``last`` shows it; what the
    ``last`` do not show, and ``still``, is unproven."""
    shown = {
        sheet.targets[i]
        for sheet in (*searched, *last)
        for i in np.flatnonzero(~sheet.unproven(minimum))
    }
    open_ones = [target for sheet in last for target in _unproven(sheet, minimum)]
    return Finding(
        proven=proven | shown,
        unproven=(*open_ones, *still),
        ranges=_ranges([*searched, *last]),
        witnesses=prover.witnesses,
        solved=prover.solved,
    )


def _unproven(sheet: Sheet, minimum: int) -> list[Target]:
    return [sheet.targets[i] for i in np.flatnonzero(sheet.unproven(minimum))]


def _ranges(sheets: Sequence[Sheet]) -> dict[Group, int]:
    """The range of each hidden figure, the widest where several sheets know it."""
    ranges: dict[Group, int] = {}
    for sheet in sheets:
        for i in np.flatnonzero(sheet.hidden):
            group = sheet.targets[i].group
            ranges[group] = max(ranges.get(group, 0), int(sheet.high[i] - sheet.low[i]))
    return ranges


def _apart(frame: Frame, census: Census, hidden: Sequence[Group], minimum: int) -> list[Group]:
    """The hidden figures, with a name that no figure tells from others replaced by all of those.

    One of several such names can be anything from nobody to all of them. So with the minimum in
    all of them together nothing is left to prove, and else their sum must be open.
    """
    found: dict[Group, None] = {}
    for group in hidden:
        atom = _atom_of(frame, group)
        if len(atom) < 2:
            found[group] = None
            continue
        together = Group(areas=atom) if group.areas else Group(places=atom)
        if census.size(together).submissions < minimum:
            found[together] = None
    return list(found)


def _atom_of(frame: Frame, group: Group) -> Names:
    """The names that are never told apart from the single name of a group; else nothing."""
    names, atoms = group.areas or group.places, frame.area_atoms
    if group.places:
        atoms = frame.place_atoms
    if len(names) != 1 or group.quarters or group.present:
        return ()
    return next(atom for atom in atoms if names[0] in atom)


class _Prover:
    """Solves part programmes and counts them. The seed makes it repeatable."""

    def __init__(self, minimum: int) -> None:
        self._minimum = minimum
        self._random = np.random.default_rng(_SEED)
        self.witnesses = 0
        self.solved = 0

    def prove(self, sheet: Sheet) -> None:
        """Widen the ranges of a sheet: by hand, then of all targets at once, then one by one."""
        if (blocks := sheet.blocks()) is not None:
            self._by_hand(sheet, blocks)
        self._at_random(sheet)
        if sheet.unproven(self._minimum).sum() > _HOPELESS:
            return
        few, many = sheet.together, 4 * sheet.together
        for size in (few, many) if len(sheet.pieces) > many else (many,):
            left = np.flatnonzero(sheet.unproven(self._minimum))
            for number in left[:_MOST_DIRECTED]:
                if sheet.unproven_one(number, self._minimum):
                    self._both_ends(sheet, int(number), size)
            if len(sheet.pieces) <= size:
                break

    def _at_random(self, sheet: Sheet) -> None:
        """All targets at once: a random mixture of those still open is made small, then large.

        One witness proves many, so a few rounds do for thousands of targets.
        """
        in_vain = 0
        for _ in range(_ROUNDS):
            still = sheet.unproven(self._minimum)
            if still.sum() < _FEW or in_vain == _IN_VAIN:
                return
            signs = self._random.choice([-1.0, 1.0], len(still))
            weights = np.where(still, signs * self._random.uniform(0.2, 1.8, len(still)), 0.0)
            goal = sheet.goals.T @ weights
            for sign in (1.0, -1.0):
                self._show_all(sheet, self._bundles(sheet), sign * goal)
            in_vain = 0 if sheet.unproven(self._minimum).sum() < still.sum() else in_vain + 1

    def apart(
        self, target: Target, world: World, sheets: Sheets, areas: Sheet, places: Sheet
    ) -> World:
        """A world in which an area and a place have, if possible, no set of labels that only
        submissions in both could make up. Areas and places are moved in turn."""
        frame, chosen = sheets.frame, sheets.census.chosen(target.view)
        a = inside(frame.area_atoms, target.group.areas)
        g = inside(frame.place_atoms, target.group.places)
        everybody = np.maximum(1, world.labels.reshape(len(chosen), PATTERNS))
        by_area, by_place = world.areas, world.places
        for _ in range(_TURNS):
            share = by_place.reshape(places.shape)[:, g].sum(axis=1) / everybody
            areas.begin(by_area)
            by_area = self._away(areas, chosen, a, share)
            share = by_area.reshape(areas.shape)[:, a].sum(axis=1) / everybody
            places.begin(by_place)
            by_place = self._away(places, chosen, g, share)
        self.witnesses += 1
        return World(world.labels, by_area, by_place)

    def _away(self, sheet: Sheet, chosen: Bools, block: Bools, share: Floats) -> Ints:
        """Counts in which the block avoids the sets of labels of which others hold a share."""
        goal = np.zeros(sheet.shape)
        goal[np.ix_(chosen, block)] = share[chosen][:, None]
        flat = goal.ravel()
        if not flat.any():
            return sheet.start
        columns = self._around(sheet, flat > 0)
        counts = sheet.start.copy()
        counts[columns] = self._moved(sheet, columns, flat[columns])
        return counts

    def _around(self, sheet: Sheet, wanted: Bools) -> Ints:
        """The pieces with any of the wanted columns, and some of the largest others."""
        own = [piece for piece in sheet.pieces if wanted[piece].any()]
        others = sorted(
            (piece for piece in sheet.pieces if not wanted[piece].any()),
            key=lambda piece: -int(sheet.truth[piece].sum()),
        )
        return np.sort(np.concatenate([*own, *others[: 2 * sheet.together]]))

    def _by_hand(self, sheet: Sheet, blocks: Blocks) -> None:
        """Exchanges for hidden figures, exchanges and crossings for small groups."""
        for number in map(int, np.flatnonzero(sheet.unproven(self._minimum))):
            if not sheet.unproven_one(number, self._minimum):
                continue
            target = sheet.targets[number]
            block, classes = sheet.block_of(number)
            if block is None:
                continue
            present = [LABELS.index(label) for label in target.group.present]
            absent = [LABELS.index(label) for label in target.group.absent]
            if target.hidden and len(present) == 1:
                for gain in (True, False):
                    shifted, moved = blocks.shifted(
                        block, present[0], classes, gain=gain, most=self._minimum
                    )
                    if moved and sheet.unproven_one(number, self._minimum):
                        self.witnesses += 1
                        sheet.see(shifted.ravel())
            elif not target.hidden:
                counts = blocks.emptied(block, present, absent, classes)
                if counts is not None:
                    self.witnesses += 1
                    sheet.see(counts.ravel())

    def _bundles(self, sheet: Sheet) -> list[Ints]:
        """The pieces of a sheet, some together, in a new order each time."""
        order = self._random.permutation(len(sheet.pieces))
        together = max(sheet.together, _COLUMNS // max(1, len(sheet.pieces[0])))
        return [
            np.concatenate([sheet.pieces[i] for i in order[start : start + together]])
            for start in range(0, len(order), together)
        ]

    def _both_ends(self, sheet: Sheet, number: int, size: int) -> None:
        """The smallest and the largest value of one target, as far as one bundle can move it.

        The bundle is the target's own pieces, those where the same labels are hidden, and others.
        """
        goal = sheet.goals[[number]].toarray()[0].astype(np.float64)
        present = sheet.targets[number].group.present
        alike = [
            i for i in np.flatnonzero(sheet.hidden) if sheet.targets[i].group.present == present
        ]
        near = sheet.goals[alike].sum(axis=0)
        order = sorted(
            self._random.permutation(len(sheet.pieces)).tolist(),
            key=lambda i: (not goal[sheet.pieces[i]].any(), not near[sheet.pieces[i]].any()),
        )
        own = sum(bool(goal[piece].any()) for piece in sheet.pieces)
        bundle = np.concatenate([sheet.pieces[i] for i in order[: max(size, own)]])
        self._widened(sheet, bundle, goal, number)

    def _widened(self, sheet: Sheet, columns: Ints, goal: Floats, number: int) -> None:
        """Fractions first: mostly they come out whole and are witnesses; else they tell when
        whole numbers cannot be far enough apart either."""
        part, ends, still = _part(sheet, columns), [], list[float]()
        for sign in (1.0, -1.0):
            self.solved += 1
            end = part.relaxed(sign * goal[columns])
            ends.append(end.value)
            if end.counts is None:
                still.append(sign)
            else:
                self._show(sheet, columns, end.counts)
            if not sheet.unproven_one(number, self._minimum):
                return
        beside = int(goal @ sheet.start - goal[columns] @ sheet.start[columns])
        may_be_empty = not sheet.hidden[number] and ends[0] + beside <= 0
        if -ends[1] - ends[0] < self._minimum and not may_be_empty:
            return
        for sign in still:
            if sheet.unproven_one(number, self._minimum):
                self._show(sheet, columns, self._moved(sheet, columns, sign * goal[columns]))

    def _show(self, sheet: Sheet, columns: Ints, values: Ints) -> None:
        """One witness: these columns have other counts."""
        counts = sheet.start.copy()
        counts[columns] = values
        self.witnesses += 1
        sheet.see(counts)

    def _show_all(self, sheet: Sheet, bundles: Sequence[Ints], goal: Floats) -> None:
        """One witness: the best counts of each bundle in place of the true ones."""
        counts = sheet.start.copy()
        for columns in bundles:
            if goal[columns].any():
                counts[columns] = self._moved(sheet, columns, goal[columns])
        self.witnesses += 1
        sheet.see(counts)

    def _moved(self, sheet: Sheet, columns: Ints, goal: Floats) -> Ints:
        """Counts of these columns with the smallest goal; the true ones when none is found."""
        self.solved += 1
        found = _part(sheet, columns).better(goal)
        return sheet.start[columns] if found is None else found


def _part(sheet: Sheet, columns: Ints) -> Programme:
    """The equations of a sheet over some of its columns, the others held fast."""
    part = sheet.equations[:, columns]
    part = part[np.flatnonzero(np.diff(part.indptr))]
    return Programme(part, part @ sheet.start[columns])
