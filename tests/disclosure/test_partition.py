"""Tables that add up: the rule as a table of near misses, then as properties."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.disclosure.partition import split
from service.disclosure.types import Rule, Table, Tally

FIVE = Rule(5)
tables = st.lists(st.integers(0, 30), min_size=3, max_size=8)


def people(count: int, of: str) -> Tally:
    return Tally(count, frozenset(f"{of}{i}" for i in range(count)))


def table(*counts: int) -> dict[str, Tally]:
    return {name: people(count, name) for name, count in zip("abcdefgh", counts, strict=False)}


def outcome(found: Table) -> tuple[dict[str, int | None], int | None]:
    return {figure.key: figure.count for figure in found.shown}, found.rest


@pytest.mark.parametrize(
    ("counts", "shown", "rest"),
    [
        ((7, 1, 0), {}, 8),  # the seed: 7 shown would give the 1 away
        ((8, 0, 0), {"a": 8, "b": 0, "c": 0}, None),  # nobody is in the zeros
        ((20, 12, 1), {"a": 20}, 13),  # the 12 covers the 1
        ((20, 12, 5), {"a": 20, "b": 12, "c": 5}, None),
        ((20, 4, 3), {"a": 20}, 7),  # two small ones cover each other
        ((20, 4, 4), {}, 28),  # but a sum of 8 tells that both are 4
        ((20, 2, 2), {}, 24),  # 4 people are too few, and 20 is all there is to add
        ((20, 9, 2, 2), {"a": 20}, 13),
        ((20, 9, 4, 0), {"a": 20}, 13),  # a zero does not make a group of 4 larger
        ((5, 5, 5), {"a": 5, "b": 5, "c": 5}, None),
        ((6, 6, 9, 1), {"a": 6, "b": 6}, 10),  # the last joins the rest, not the smallest
        ((4, 0, 0), {}, 4),
        ((0, 0, 0), {"a": 0, "b": 0, "c": 0}, None),
    ],
)
def test_a_table_shows_only_what_covers_the_rest(counts, shown, rest):
    assert outcome(split(table(*counts), FIVE)) == (shown, rest)


def test_groups_are_counted_in_people_not_in_submissions():
    busy = Tally(30, frozenset({"one", "two"}))
    found = split({"a": people(20, "a"), "b": busy, "c": people(9, "c")}, FIVE)
    assert outcome(found) == ({"a": 20}, 39)


def test_the_same_person_in_two_groups_covers_once():
    twice = Tally(4, frozenset({"x1", "x2", "x3", "x4"}))
    found = split({"a": people(20, "a"), "b": twice, "c": twice, "d": people(6, "d")}, FIVE)
    assert outcome(found) == ({"a": 20}, 14)


def test_a_minimum_of_one_hides_nothing():
    assert outcome(split(table(7, 1, 0), Rule(1))) == ({"a": 7, "b": 1, "c": 0}, None)


@pytest.mark.parametrize("minimum", [0, -1, 501])
def test_a_minimum_must_make_sense(minimum):
    with pytest.raises(ValueError, match="at least 1"):
        Rule(minimum)


@given(tables, st.integers(3, 8))
def test_a_rest_is_several_groups_and_people_enough(values, minimum):
    found = split(table(*values), Rule(minimum))
    assert sum(f.count or 0 for f in found.shown) + (found.rest or 0) == sum(values)
    for figure in found.shown:
        assert figure.count == 0 or (figure.count or 0) >= minimum
    if found.hidden and not found.withheld:
        assert len(found.hidden) >= 2
        assert (found.rest or 0) >= minimum


@pytest.mark.parametrize("minimum", [3, 4, 5])
@pytest.mark.parametrize("groups", [3, 4])
def test_knowing_the_rule_does_not_give_a_group_away(minimum, groups):
    """Every table with the same publication is possible; no hidden group is certain."""
    for total in range(minimum, 15 if groups == 3 else 12):
        possible_tables = defaultdict(list)
        for values in product(range(total + 1), repeat=groups):
            if sum(values) == total:
                possible_tables[split(table(*values), Rule(minimum))].append(values)
        for found, originals in possible_tables.items():
            for key in found.hidden:
                index = "abcdefgh".index(key)
                assert len({values[index] for values in originals}) >= 2, (found, originals)
