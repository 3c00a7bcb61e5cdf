"""Complementary suppression: which further cells must go so that the hidden ones cannot be solved.

A small cell that is hidden alone in a table with totals is the total less the others. ``in_column``
treats one column with a known total and finds the fewest further cells; ``in_grid`` treats a table
with both totals by rectangles, as the hypercube method does (Giessing and Repsilber, «Tools and
strategies to protect multiple tables with the GHQUAR cell suppression engine», 2002): around a
rectangle of hidden cells counts can be moved without changing a total.

Where several choices are equally good the first in a fixed order is taken, never the smallest cell:
whoever knows the rule shall not learn from the choice how large a cell is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Cell = tuple[int, int]


def column_is_open(
    values: Sequence[int], most: Sequence[int], hidden: Iterable[int], width: int
) -> bool:
    """True when each hidden cell of a column can be many things.

    ``values`` add up to a total that is known; cell ``i`` is known to be at most ``most[i]`` (its
    row's total). Open means: the largest possible value less the smallest is ``width`` or more.

    >>> column_is_open([1, 9, 20], [12, 30, 40], {0}, 5)
    False
    >>> column_is_open([1, 9, 20], [12, 30, 40], {0, 1}, 5)
    True
    """
    chosen = list(hidden)
    rest = sum(values[i] for i in chosen)
    room = sum(most[i] for i in chosen)
    return all(min(most[i], rest) - max(0, rest - (room - most[i])) >= width for i in chosen)


def in_column(
    values: Sequence[int],
    most: Sequence[int],
    hidden: Iterable[int],
    width: int,
    order: Sequence[int],
) -> set[int]:
    """The fewest further cells to hide, the first such choice in ``order``.

    Up to two are searched for completely; more are taken one by one, and the needless put back.
    All that can be hidden is hidden when nothing less will do.
    """
    start = set(hidden)
    if not start:
        return set()
    free = [i for i in order if i not in start]
    for count in range(3):
        for extra in combinations(free, count):
            if column_is_open(values, most, start | set(extra), width):
                return set(extra)
    added: set[int] = set()
    for i in free:
        added.add(i)
        if column_is_open(values, most, start | added, width):
            break
    for i in sorted(added, key=order.index, reverse=True):
        if column_is_open(values, most, start | (added - {i}), width):
            added.remove(i)
    return added


def in_grid(values: Ints, hidden: Iterable[Cell], width: int) -> set[Cell]:
    """Further cells of a table, all of whose row and column totals are known.

    Each hidden cell gets a rectangle of hidden cells around which ``width`` counts can be moved:
    the rectangle that hides the fewest further cells, and of those the first.
    """
    start, found = set(hidden), set[Cell]()
    for cell in sorted(start):
        if not any(_moves(values, one) >= width for one in _around(values, cell, start | found)):
            found |= _cheapest(values, cell, start | found, width) - start
    return found


Rectangle = tuple[Cell, Cell, Cell, Cell]


def _around(values: Ints, cell: Cell, allowed: set[Cell]) -> Iterable[Rectangle]:
    """Rectangles with this corner, all of hidden cells."""
    row, column = cell
    for other_column in (j for i, j in allowed if i == row and j != column):
        for other_row in (i for i, j in allowed if j == column and i != row):
            if (other_row, other_column) in allowed:
                yield cell, (row, other_column), (other_row, column), (other_row, other_column)


def _moves(values: Ints, rectangle: Rectangle) -> int:
    """How many counts can be moved around it, in both directions together."""
    corner, beside, below, opposite = (int(values[cell]) for cell in rectangle)
    return min(corner, opposite) + min(beside, below)


def _cheapest(values: Ints, cell: Cell, hidden: set[Cell], width: int) -> set[Cell]:
    """What to hide for this cell; everything when no rectangle is wide enough."""
    row, column = cell
    rows, columns = values.shape
    best: set[Cell] | None = None
    for i in range(rows):
        for j in range(columns):
            if i == row or j == column:
                continue
            corners: Rectangle = (cell, (row, j), (i, column), (i, j))
            extra = set(corners) - hidden
            if _moves(values, corners) >= width and (best is None or len(extra) < len(best)):
                best = extra
    if best is None:
        return {(i, j) for i in range(rows) for j in range(columns)}
    return best
