"""Linear programmes over counts: whole numbers, none below zero. HiGHS does the solving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


_NODES = 20
_HUGE = 2.0**53


class Contradiction(ValueError):
    """No data set fits the figures."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The smallest value of a goal, and a data set that has it.

    ``counts`` is None when the solver ran out of time: then ``value`` is a bound that no data set
    can be below, and may not be reached.
    """

    value: int
    counts: Ints | None


@dataclass(frozen=True, eq=False)
class Programme:
    """All whole-number columns with ``equations @ columns == values``; columns are at least 0."""

    equations: csr_array
    values: Floats

    def smallest(self, goal: Floats, *, seconds: float = 10.0) -> Extreme:
        """The smallest value of ``goal @ columns``. Raises Contradiction when nothing fits.

        Fractions are allowed at first: that is quicker and mostly comes out whole, which is then
        exact, since leaving out the demand for whole numbers can only lower the value.
        """
        for whole in (0, 1):
            answer = milp(
                goal,
                constraints=LinearConstraint(self.equations, self.values, self.values),
                integrality=np.full(len(goal), whole),
                bounds=Bounds(0, np.inf),
                options={"time_limit": seconds},
            )
            if answer.x is None or not answer.success:
                break
            rounded = np.round(answer.x)
            if whole or np.allclose(answer.x, rounded, rtol=0, atol=1e-6):
                counts = rounded.astype(np.int64)
                if self.fits(counts):
                    return Extreme(round(float(goal @ counts)), counts)
        if answer.status == 1:  # out of time
            bound = answer.mip_dual_bound
            least = -_HUGE if bound is None else max(float(bound), -_HUGE)
            return Extreme(int(np.ceil(least - 1e-6)), None)
        raise Contradiction("the figures contradict each other")

    def relaxed(self, goal: Floats) -> Extreme:
        """A bound that no solution is below, allowing fractions of columns.

        ``counts`` are the columns that reach it when they happen to be whole: mostly they are.
        """
        answer = milp(
            goal,
            constraints=LinearConstraint(self.equations, self.values, self.values),
            bounds=Bounds(0, np.inf),
        )
        least = -_HUGE if answer.fun is None else max(float(answer.fun), -_HUGE)
        bound = int(np.ceil(least - 1e-6))
        if answer.x is None or not np.allclose(answer.x, rounded := np.round(answer.x), 0, 1e-6):
            return Extreme(bound, None)
        counts = rounded.astype(np.int64)
        return Extreme(bound, counts if self.fits(counts) else None)

    def range_at_most(self, goal: Floats) -> tuple[int, int]:
        """Between which whole numbers ``goal @ columns`` must lie, allowing fractions of columns.

        No whole-number solution lies outside; all of it may not be reached.
        """
        return self.relaxed(goal).value, -self.relaxed(-goal).value

    def better(self, goal: Floats) -> Ints | None:
        """Some columns with a small goal: quick, seldom the smallest. None when none were found.

        The work is limited by nodes, not by time, so that every machine finds the same.
        """
        answer = milp(
            goal,
            constraints=LinearConstraint(self.equations, self.values, self.values),
            integrality=np.ones(len(goal), dtype=np.int64),
            bounds=Bounds(0, np.inf),
            options={"node_limit": _NODES, "mip_rel_gap": 0.5},
        )
        if answer.x is None:
            return None
        counts = np.round(answer.x).astype(np.int64)
        return counts if self.fits(counts) else None

    def fits(self, counts: Ints) -> bool:
        """True when these numbers meet every equation exactly: solvers round, this does not."""
        return bool(
            (counts >= 0).all() and np.array_equal(self.equations @ counts, np.round(self.values))
        )


def nearest(
    equations: csr_array, values: Ints, start: Ints, *, weights: Floats | None = None
) -> Ints | None:
    """Whole numbers that meet the equations and differ little from ``start``, which may not.

    None when none were found within the limit of nodes. ``weights`` (about 1) break ties.
    """
    change = values - equations @ start
    if not change.any():
        return start
    width = len(start)
    cost = np.ones(2 * width) if weights is None else np.concatenate([weights, weights])
    answer = milp(
        cost,
        constraints=LinearConstraint(hstack([equations, -equations]), change, change),
        integrality=np.ones(2 * width, dtype=np.int64),
        bounds=Bounds(0, np.concatenate([np.full(width, np.inf), start.astype(np.float64)])),
        options={"node_limit": _NODES, "mip_rel_gap": 0.9},
    )
    if answer.x is None:
        return None
    moved = np.round(answer.x).astype(np.int64)
    counts = start + moved[:width] - moved[width:]
    fits = (counts >= 0).all() and np.array_equal(equations @ counts, values)
    return counts if fits else None
