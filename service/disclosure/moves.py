"""Witnesses made by hand: submissions that change places with others, so that no figure changes.

Two moves, within one class (the same publications) and for one dimension, areas or places:

*   *Exchange.* Where label ``l`` is told neither for block ``b`` nor for ``h``: a submission of
    ``b`` with labels ``s`` and one of ``h`` with ``s`` but for ``l`` trade places. Where ``h`` has
    none like it, one of ``h`` with other labels will do, if a third block has the two that then are
    too few, and takes the two that are too many: its labels keep their numbers.
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
_THIRDS = 12
_BITS = 1 << np.arange(len(LABELS))


@dataclass(frozen=True, eq=False)
class Blocks:
    """Counts [class, block, pattern], and whether a label may change:
    ``free[class, block, label]``, no publication of the class having told it for the block."""

    counts: Ints
    free: Bools

    def shifted(
        self, block: int, label: int, classes: Bools, *, gain: bool, most: int
    ) -> tuple[Ints, int]:
        """Counts in which a block has, by exchanges, more (or fewer) with a label, and how many:
        up to ``most``."""
        bit = int(_BITS[label])
        source = (_ALL & bit == 0) if gain else (_ALL & bit != 0)
        counts, moved = self.counts.copy(), 0
        for c in np.flatnonzero(classes):
            free = self.free[c, :, label]
            for pattern in np.flatnonzero(source & (counts[c, block] > 0)):
                while (
                    moved < most
                    and counts[c, block, pattern]
                    and self._exchange(counts[c], free, block, int(pattern), bit)
                ):
                    moved += 1
        return counts, moved

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
            return self._exchange_by_a_third(counts, free, block, pattern, bit)
        other = int(np.argmax(others))
        _move(counts, block, pattern, pattern ^ bit)
        _move(counts, other, pattern ^ bit, pattern)
        return True

    def _exchange_by_a_third(
        self, counts: Ints, free: Bools, block: int, pattern: int, bit: int
    ) -> bool:
        opposite = (counts > 0) & free[:, None] & (_ALL & bit != pattern & bit)
        opposite[block] = False
        if not opposite.any():
            return False
        largest = np.argsort(-counts.sum(axis=1), kind="stable")
        for third in [int(i) for i in largest if i != block][:_THIRDS]:
            fitting = opposite & (counts[third, _ALL ^ bit] > 0)
            fitting[third] = False
            if counts[third, pattern ^ bit] and fitting.any():
                other, second = map(int, np.unravel_index(int(np.argmax(fitting)), fitting.shape))
                _move(counts, block, pattern, pattern ^ bit)
                _move(counts, other, second, second ^ bit)
                _move(counts, third, pattern ^ bit, pattern)
                _move(counts, third, second ^ bit, second)
                return True
        return False

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
