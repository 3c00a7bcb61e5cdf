"""Further cells: as few as will do, and enough."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.disclosure.complement import column_is_open, in_column, in_grid

columns = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair))),
    min_size=2,
    max_size=5,
)


@pytest.mark.parametrize(
    ("values", "most", "hidden", "expected"),
    [
        ([1, 9, 20], [12, 30, 40], {0}, {2}),  # one more; the last, though 9 is smaller
        ([1, 9, 20], [12, 30, 40], set(), set()),
        ([3, 4, 20], [12, 30, 40], {0, 1}, set()),  # they cover each other
        ([1, 0, 20], [12, 2, 40], {0, 1}, {2}),  # with so little room they do not
        ([1, 5], [3, 6], {0}, {1}),  # nothing will do: everything is hidden
    ],
)
def test_the_fewest_cells_are_added_the_last_first(values, most, hidden, expected):
    order = list(range(len(values)))[::-1]
    assert in_column(values, most, hidden, 5, order) == expected


def possible(values, most, hidden):
    """Every column that tells the same, by trying them all."""
    rest = sum(values[i] for i in hidden)
    ranges = [range(most[i] + 1) for i in hidden]
    return [choice for choice in product(*ranges) if sum(choice) == rest]


@given(columns, st.integers(0, 31), st.integers(2, 5))
def test_open_means_what_trying_every_column_shows(cells, chosen, width):
    values, most = zip(*cells, strict=True)
    hidden = [i for i in range(len(cells)) if chosen >> i & 1]
    found = possible(values, most, hidden)
    truth = all(
        max(c[i] for c in found) - min(c[i] for c in found) >= width for i in range(len(hidden))
    )
    assert column_is_open(values, most, hidden, width) == truth


@given(columns, st.integers(0, 31), st.integers(2, 5))
def test_no_smaller_choice_would_do(cells, chosen, width):
    values, most = zip(*cells, strict=True)
    hidden = {i for i in range(len(cells)) if chosen >> i & 1}
    order = list(range(len(cells)))
    extra = in_column(values, most, hidden, width, order)
    assert not extra & hidden
    if not hidden:
        return
    free = [i for i in order if i not in hidden]
    opened = [
        count
        for count in range(len(free) + 1)
        if any(
            column_is_open(values, most, hidden | set(more), width)
            for more in combinations(free, count)
        )
    ]
    assert len(extra) == (min(opened) if opened else len(free))


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4),
    st.integers(3, 5),
)
def test_in_a_grid_each_hidden_cell_can_move(rows, width):
    values = np.array(rows)
    small = {
        (int(i), int(j)) for i, j in zip(*np.nonzero((values > 0) & (values < width)), strict=True)
    }
    hidden = small | in_grid(values, small, width)
    if len(hidden) == values.size:
        return  # nothing less would do
    for i, j in small:
        assert any(
            min(values[i, j], values[k, m]) + min(values[i, m], values[k, j]) >= width
            for k, m in hidden
            if k != i and m != j and {(i, m), (k, j)} <= hidden
        )
