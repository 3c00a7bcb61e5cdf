"""Witnesses made by hand: submissions that change places with others, so that no figure changes.

Two moves, within one class (the same publications) and for one dimension, areas or places:

*   *Exchange.* Where label ``l`` is told neither for block ``b`` nor for ``h``: a submission of
    ``b`` with labels ``s`` and one of ``h`` with ``s`` but for ``l`` trade places.
*   *Crossing.* Two submissions of ``b`` swap their value of ``l``; two of ``h`` that have just the
    resulting labels swap back. Every label keeps its number in ``b`` and in ``h``, every set of
    labels its number over all.

They find most of what the integer programmes would, at a hundredth of the price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.types import LABELS
from service.disclosure.census import PATTERNS, Bools, Ints, pattern_set

_ALL = np.arange(PATTERNS)
_BITS = 1 << np.arange(len(LABELS))


@dataclass(frozen=True, eq=False)
class Blocks:
    """Counts [class, block, pattern], and whether a label may change:
    ``free[class, block, label]``, no publication of the class having told it for the block."""

    counts: Ints
    free: Bools

    def room(self, block: int, label: int, classes: Bools) -> tuple[int, int]:
        """How far the number with a label in a block can fall and rise by exchanges."""
        bit = int(_BITS[label])
        without = np.flatnonzero(_ALL & bit == 0)
        fall = rise = 0
        for c in np.flatnonzero(classes):
            if not self.free[c, block, label]:
                continue
            others = self.free[c, :, label].copy()
            others[block] = False
            elsewhere = self.counts[c, others].sum(axis=0)
            here = self.counts[c, block]
            fall += int(np.minimum(here[without | bit], elsewhere[without]).sum())
            rise += int(np.minimum(here[without], elsewhere[without | bit]).sum())
        return fall, rise

    def emptied(
        self, block: int, present: Sequence[int], absent: Sequence[int], classes: Bools
    ) -> Ints | None:
        """Counts in which nobody of the block is in a group of labels; None when no move helps."""
        names = [LABELS[i] for i in present], [LABELS[i] for i in absent]
        group = pattern_set(*names)
        counts = self.counts.copy()
        for c in map(int, np.flatnonzero(classes)):
            for pattern in np.flatnonzero(group & (counts[c, block] > 0)):
                while counts[c, block, pattern]:
                    if not self._moved(
                        counts[c], c, block, int(pattern), (*present, *absent), group
                    ):
                        return None
        return counts

    def _moved(
        self,
        counts: Ints,
        c: npt.NDArray[np.intp] | int,
        block: int,
        pattern: int,
        labels: Sequence[int],
        group: Bools,
    ) -> bool:
        """Take one submission out of the group by one of the labels that describe it."""
        return any(
            self._exchange(counts, self.free[c, :, label], block, pattern, int(_BITS[label]))
            or self._cross(counts, block, pattern, int(_BITS[label]), group)
            for label in labels
        )

    def _exchange(self, counts: Ints, free: Bools, block: int, pattern: int, bit: int) -> bool:
        if not free[block]:
            return False
        others = free & (counts[:, pattern ^ bit] > 0)
        others[block] = False
        if not others.any():
            return False
        other = int(np.argmax(others))
        _move(counts, block, pattern, pattern ^ bit)
        _move(counts, other, pattern ^ bit, pattern)
        return True

    def _cross(self, counts: Ints, block: int, pattern: int, bit: int, group: Bools) -> bool:
        second = (counts[block] > 0) & (_ALL & bit != pattern & bit) & ~group[_ALL ^ bit]
        holders = counts[:, pattern ^ bit] > 0
        holders[block] = False
        fitting = holders[:, None] & (counts[:, _ALL ^ bit] > 0) & second
        if not fitting.any():
            return False
        other, partner = (int(i) for i in np.unravel_index(int(np.argmax(fitting)), fitting.shape))
        _move(counts, block, pattern, pattern ^ bit)
        _move(counts, block, partner, partner ^ bit)
        _move(counts, other, pattern ^ bit, pattern)
        _move(counts, other, partner ^ bit, partner)
        return True


def _move(counts: Ints, block: int, old: int, new: int) -> None:
    counts[block, old] -= 1
    counts[block, new] += 1
