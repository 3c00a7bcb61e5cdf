"""The equations that publications tell, over counts in cells that they can tell apart.

Areas and places that no figure tells apart (all of a rest) are one *atom*. Figures meet labels and
areas, labels and places, areas and quarters; never areas and places. So a data set is described by
three sheets that agree where they meet:

*   how many with each set of labels in each area,
*   how many with each set of labels in each place,
*   how many in each area in each quarter.

Whole numbers that agree can always be dealt out to single submissions again (areas and places are
independent once the labels are given, quarters and the rest once the area is given), so nothing is
lost by looking at the sheets one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from service.disclosure.census import Bools, Census, Ints, pattern_set
from service.disclosure.types import Group

Names = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Equation:
    """What a figure counts: which classes, area atoms, place atoms, quarters, patterns."""

    group: Group
    classes: Bools
    areas: Bools
    places: Bools
    quarters: Bools
    patterns: Bools


@dataclass(frozen=True, eq=False)
class Frame:
    """The census in atoms, and every equation told by the earlier publications and the new one."""

    area_atoms: tuple[Names, ...]
    place_atoms: tuple[Names, ...]
    cube: Ints
    """[class, area atom, place atom, pattern], submissions"""
    singles: Ints
    """The same, of people who wrote once."""
    times: Ints
    """[class, area atom, quarter]"""
    times_singles: Ints
    equations: tuple[Equation, ...]


def frame_of(census: Census, told: Sequence[tuple[int, Group]]) -> Frame:
    """The frame for ``told``: pairs of a publication's bit and a group that it told."""
    groups = [group for _, group in told]
    area_atoms = atoms(census.areas, (group.areas for group in groups))
    place_atoms = atoms(census.places, (group.places for group in groups))
    by_area, by_place = _summing(census.areas, area_atoms), _summing(census.places, place_atoms)
    masks = np.array(census.classes, dtype=np.int64)

    def fold(cube: Ints) -> Ints:
        found: Ints = np.einsum("cagp,ax,gy->cxyp", cube, by_area, by_place, optimize=True)
        return found

    def fold_times(times: Ints) -> Ints:
        found: Ints = np.einsum("caq,ax->cxq", times, by_area)
        return found

    return Frame(
        area_atoms,
        place_atoms,
        fold(census.cube),
        fold(census.cube_singles),
        fold_times(census.times),
        fold_times(census.times_singles),
        tuple(
            Equation(
                group,
                (masks & bit) > 0,
                inside(area_atoms, group.areas),
                inside(place_atoms, group.places),
                inside([(name,) for name in census.quarters], group.quarters),
                pattern_set(group.present, group.absent),
            )
            for bit, group in dict.fromkeys(told)
        ),
    )


def atoms(names: Sequence[str], groups: Iterable[Names]) -> tuple[Names, ...]:
    """The names, put together where no group tells them apart."""
    sets = [frozenset(group) for group in dict.fromkeys(groups) if group]
    found: dict[tuple[bool, ...], list[str]] = {}
    for name in names:
        found.setdefault(tuple(name in one for one in sets), []).append(name)
    return tuple(tuple(members) for members in found.values())


def inside(atoms: Sequence[Names], names: Names) -> Bools:
    """Which atoms are in a group; none named means all."""
    wanted = set(names)
    return np.array([not names or wanted.issuperset(atom) for atom in atoms], dtype=np.bool_)


def _summing(names: Sequence[str], atoms: Sequence[Names]) -> Ints:
    position = {name: i for i, atom in enumerate(atoms) for name in atom}
    matrix = np.zeros((len(names), len(atoms)), dtype=np.int64)
    for row, name in enumerate(names):
        matrix[row, position[name]] = 1
    return matrix


def small(submissions: Ints, singles: Ints, minimum: int, exact: Callable[[int], int]) -> Bools:
    """Which groups have somebody in them and fewer people than the minimum.

    ``exact`` counts the people of one group; it is asked only where the two numbers do not tell.
    """
    found: Bools = (submissions > 0) & (submissions < minimum)
    unsure = np.flatnonzero((submissions >= minimum) & (singles < minimum))
    for i in unsure:
        found[i] = exact(int(i)) < minimum
    return found
