"""The usual way, to compare with: greedy complementary suppression, the smallest cell first.

What is done where no optimiser is at hand (A. Hundepool et al., «Statistical Disclosure Control»,
2012, chapter 4): the cells below the minimum are hidden; then, in every row and column with a known
total, the smallest cell that is still shown, until nobody can solve for the hidden ones. When the
proof finds more to hide, again the smallest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.disclosure.choosing import FewestFirst
from service.disclosure.complement import Cell, Ints, column_is_open
from service.disclosure.plan import Key


class SmallestFirst:
    """A chooser for ``disclose``."""

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        """Cells are added from the smallest until the column is open, or none is left."""
        added: set[int] = set()
        for i in sorted((i for i in order if i not in hidden), key=lambda i: (values[i], i)):
            if not hidden or column_is_open(values, most, hidden | added, width):
                break
            added.add(i)
        return added

    def grid(self, values: Ints, hidden: set[Cell], width: int) -> set[Cell]:
        """Rows and columns in turn, until each is open or hidden whole."""
        found = set(hidden)
        rows, columns = values.shape
        lines = [[(i, j) for j in range(columns)] for i in range(rows)]
        lines += [[(i, j) for i in range(rows)] for j in range(columns)]
        while True:
            before = len(found)
            for line in lines:
                numbers = [int(values[cell]) for cell in line]
                taken = {n for n, cell in enumerate(line) if cell in found}
                order = range(len(line))
                more = self.column(numbers, [sum(numbers)] * len(line), taken, width, order)
                found |= {line[n] for n in more}
            if len(found) == before:
                return found - hidden

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        """The smallest."""
        return min(keys, key=lambda key: sizes[key])


class Watched(FewestFirst):
    """Our own choices, and whether the usual way would ever have made another.

    If not, all of it would have gone the same, and need not be done again to compare.
    """

    def __init__(self) -> None:
        self.same = True
        self._usual = SmallestFirst()

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        chosen = super().column(values, most, hidden, width, order)
        self.same &= chosen == self._usual.column(values, most, hidden, width, order)
        return chosen

    def grid(self, values: Ints, hidden: set[Cell], width: int) -> set[Cell]:
        chosen = super().grid(values, hidden, width)
        self.same &= chosen == self._usual.grid(values, hidden, width)
        return chosen

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        chosen = super().first(keys, sizes)
        self.same &= chosen == self._usual.first(keys, sizes)
        return chosen
