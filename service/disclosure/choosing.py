"""Which of several figures is hidden when one of them must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from service.disclosure.complement import Cell, Ints, in_column, in_grid
from service.disclosure.plan import Key


class Chooser(Protocol):
    """How complementary cells are chosen. The measurement compares the usual way with ours."""

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        """Further cells of a column of which the total is known."""

    def grid(self, values: Ints, hidden: set[Cell], width: int) -> set[Cell]:
        """Further cells of a table of which all totals of rows and columns are known."""

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        """Which of several figures, all of which might help, is hidden next."""


class FewestFirst:
    """Ours: the fewest cells that will do, and never by size."""

    def column(
        self,
        values: Sequence[int],
        most: Sequence[int],
        hidden: set[int],
        width: int,
        order: Sequence[int],
    ) -> set[int]:
        return in_column(values, most, hidden, width, order)

    def grid(self, values: Ints, hidden: set[Cell], width: int) -> set[Cell]:
        return in_grid(values, hidden, width)

    def first(self, keys: Sequence[Key], sizes: Mapping[Key, int]) -> Key:
        return keys[-1]
