"""Plays the attacker: solves for what a publication hides, with an integer-programming solver.

The attacker knows every figure shown and the total, and that each submission has some set of the
six labels. The unknowns are the 64 numbers of submissions with exactly each set; each figure shown
is one linear equation over them. What can be said of a hidden figure is the smallest and the
largest value over all whole-number solutions. (Areas and municipalities share nothing with the
labels but the total, so they are solved by hand: a hidden group lies between 0 and the rest.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from nlp.types import LABELS
from service.reports.suppression import Disclosed

PATTERNS: tuple[frozenset[str], ...] = tuple(
    frozenset(label for label, on in zip(LABELS, choice, strict=True) if on)
    for choice in product((False, True), repeat=len(LABELS))
)


@dataclass(frozen=True, slots=True)
class Group:
    """Those who have all of ``present`` and none of ``absent``."""

    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    def row(self) -> list[float]:
        """1 for each pattern in the group, else 0."""
        return [
            float(self.present <= pattern and not self.absent & pattern) for pattern in PATTERNS
        ]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a publication tells: so many are in this group."""

    group: Group
    count: int


def facts(disclosed: Disclosed) -> list[Fact]:
    """Every equation over the labels that the shown figures tell."""
    if disclosed.total is None:
        return []
    found = [Fact(Group(), disclosed.total)]
    for figure in disclosed.labels:
        if figure.count is not None:
            found.append(Fact(Group(frozenset({figure.key})), figure.count))
    for pair in disclosed.pairs:
        if pair.count is not None:
            found.append(Fact(Group(frozenset({pair.first, pair.second})), pair.count))
    return found


def bounds(known: Iterable[Fact], group: Group) -> tuple[int, int]:
    """The smallest and the largest number of this group that fits everything known."""
    known = list(known)
    equations = LinearConstraint(
        np.array([fact.group.row() for fact in known]),
        [fact.count for fact in known],
        [fact.count for fact in known],
    )
    return _solve(equations, group, 1), -_solve(equations, group, -1)


def _solve(equations: LinearConstraint, group: Group, sign: int) -> int:
    """The smallest value of ``sign`` times the group.

    Fractions are allowed at first: that is quicker, and mostly comes out whole, which is exact.
    """
    goal = sign * np.array(group.row())
    for whole in (0, 1):
        answer = milp(
            goal,
            constraints=equations,
            integrality=np.full(len(PATTERNS), whole),
            bounds=Bounds(0, np.inf),
        )
        if not answer.success:
            break
        if whole or np.allclose(answer.x, np.round(answer.x), rtol=0, atol=1e-6):
            return round(answer.fun)
    raise ValueError("the figures contradict each other")


def hidden_groups(disclosed: Disclosed) -> Iterator[Group]:
    """Every figure over the labels that was hidden."""
    for figure in disclosed.labels:
        if figure.count is None:
            yield Group(frozenset({figure.key}))
    for pair in disclosed.pairs:
        if pair.count is None:
            yield Group(frozenset({pair.first, pair.second}))


def small_groups(size: int = 3) -> Iterator[Group]:
    """Every group that up to ``size`` labels, present or absent, can describe."""
    for count in range(1, size + 1):
        for labels in combinations(LABELS, count):
            for choice in product((False, True), repeat=count):
                present = frozenset(x for x, on in zip(labels, choice, strict=True) if on)
                yield Group(present, frozenset(labels) - present)


def breaks(disclosed: Disclosed, truth: Callable[[Group], int]) -> bool:
    """True when the shown figures give somebody away.

    That is: a hidden figure with fewer possible values than the minimum, or a group of which it
    is certain that it has somebody in it, and fewer than the minimum. ``truth`` saves work: what
    is really so is possible, so only groups that really are small can be certain to be.
    """
    known = facts(disclosed)
    if not known or all(pair.count is None for pair in disclosed.pairs):
        return False  # shown labels alone never do: see tests/reports/test_attack.py
    if any(_too_narrow(known, group, disclosed.minimum) for group in hidden_groups(disclosed)):
        return True
    return any(
        _certainly_few(known, group, disclosed.minimum)
        for group in small_groups()
        if 0 < truth(group) < disclosed.minimum
    )


def _too_narrow(known: list[Fact], group: Group, minimum: int) -> bool:
    low, high = bounds(known, group)
    return high - low + 1 < minimum


def _certainly_few(known: list[Fact], group: Group, minimum: int) -> bool:
    low, high = bounds(known, group)
    return low >= 1 and high < minimum
