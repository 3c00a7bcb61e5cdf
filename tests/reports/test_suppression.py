"""Hiding: the rule as a table of near misses, then as properties under attack."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from nlp.types import LABELS
from service.reports import attack
from service.reports.aggregate import Counts, Tally, aggregate, label_pairs
from service.reports.build import disclose
from service.reports.suppression import Rule, Table, split, suppress
from service.reports.types import ConfirmedSubmission

RECEIVED = datetime(2026, 4, 30, 12, tzinfo=UTC)

FIVE = Rule(5)


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


def counts_of(*label_sets: tuple[str, ...], same_person: bool = False) -> Counts:
    return aggregate(
        (
            ConfirmedSubmission(
                f"p{i}", "one" if same_person else f"s{i}", RECEIVED, "andet", None, labels, (),
                RECEIVED, None,
            )
            for i, labels in enumerate(label_sets)
        ),
        until=RECEIVED,
        areas=("børn og familie", "andet"),
        municipalities=("Kolding", "Vejle"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("having", "total", "shown"),
    [
        (8, 8, True),  # everybody: no rest that could be exposed
        (7, 8, False),  # exposes the one who did not
        (1, 8, False),
        (0, 8, True),
        (4, 10, False),
        (5, 10, True),
        (6, 10, False),
        (5, 9, False),  # the rest is 4
    ],
)
def test_a_label_is_shown_when_it_and_its_rest_are_large_enough(having, total, shown):
    counts = counts_of(*[("frister",)] * having, *[()] * (total - having))
    figure = suppress(counts, FIVE).label("frister")
    assert figure.count == (having if shown else None)


def test_one_person_who_writes_often_is_not_a_group():
    disclosed = suppress(counts_of(*[("frister",)] * 9, same_person=True), FIVE)
    assert disclosed.total is None
    assert all(figure.count is None for figure in disclosed.labels)


@pytest.mark.parametrize(("total", "told"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_total_of_few_people_is_hidden_with_everything_else(total, told):
    disclosed = suppress(counts_of(*[("frister",)] * total), FIVE)
    assert disclosed.total == told
    if told is None:
        assert disclosed.areas.withheld
        assert disclosed.municipalities.withheld
        assert all(pair.count is None for pair in disclosed.pairs)


def test_a_pair_needs_all_four_groups():
    both, one, other, neither = ("frister", "andre"), ("frister",), ("andre",), ()
    good = counts_of(*[both] * 5, *[one] * 5, *[other] * 5, *[neither] * 5)
    bad = counts_of(*[both] * 6, *[one] * 4, *[other] * 5, *[neither] * 5)

    def shown(counts: Counts) -> list[int]:
        return [pair.count for pair in suppress(counts, FIVE).pairs if pair.count]

    assert shown(good) == [5]
    assert shown(bad) == []


@pytest.mark.parametrize("minimum", [0, -1, 501])
def test_a_minimum_must_make_sense(minimum):
    with pytest.raises(ValueError, match="at least 1"):
        Rule(minimum)


# ── properties ───────────────────────────────────────────────────────────────────────────────────
label_sets = st.sets(st.sampled_from(LABELS)).map(lambda found: tuple(sorted(found)))
tables = st.lists(st.integers(0, 30), min_size=3, max_size=8)


def possible(published: Table, total: int, key: str, keys: list[str]) -> tuple[int, int]:
    """Smallest and largest value of one group that fits a published table."""
    rows, values = [[1.0] * len(keys)], [total]
    for figure in published.shown:
        rows.append([float(figure.key == other) for other in keys])
        values.append(figure.count or 0)
    constraint = LinearConstraint(np.array(rows), values, values)
    goal = np.array([float(key == other) for other in keys])
    whole = np.ones(len(keys), dtype=np.int64)
    ends = [
        milp(sign * goal, constraints=constraint, integrality=whole, bounds=Bounds(0, np.inf))
        for sign in (1, -1)
    ]
    assert all(end.success for end in ends)
    return round(ends[0].fun), round(-ends[1].fun)


@settings(deadline=None, max_examples=60)
@given(tables, st.integers(3, 8))
def test_an_attacker_finds_many_values_for_every_group_in_the_rest(values, minimum):
    counts = table(*values)
    if sum(values) < minimum:
        return
    published = split(counts, Rule(minimum))
    for key in published.hidden:
        low, high = possible(published, sum(values), key, list(counts))
        assert low == 0
        assert high - low + 1 >= minimum


@given(tables, st.integers(3, 8))
def test_a_rest_is_several_groups_and_people_enough(values, minimum):
    counts = table(*values)
    published = split(counts, Rule(minimum))
    assert sum(f.count or 0 for f in published.shown) + (published.rest or 0) == sum(values)
    for figure in published.shown:
        assert figure.count == 0 or (figure.count or 0) >= minimum
    if published.hidden and not published.withheld:
        assert len(published.hidden) >= 2
        assert (published.rest or 0) >= minimum


@pytest.mark.parametrize("minimum", [3, 4, 5])
@pytest.mark.parametrize("groups", [3, 4])
def test_knowing_the_rule_does_not_give_a_group_away(minimum, groups):
    """Every table with the same publication is possible; no hidden group is certain."""
    for total in range(minimum, 15 if groups == 3 else 12):
        possible_tables = defaultdict(list)
        for values in product(range(total + 1), repeat=groups):
            if sum(values) == total:
                found = split(table(*values), Rule(minimum))
                possible_tables[found].append(values)
        for published, originals in possible_tables.items():
            for key in published.hidden:
                index = "abcdefgh".index(key)
                assert len({values[index] for values in originals}) >= 2, (published, originals)


@pytest.mark.parametrize("minimum", [3, 5])
def test_knowing_the_rule_does_not_give_a_label_away(minimum):
    for total in range(minimum, 30):
        hidden = [
            having
            for having in range(total + 1)
            if suppress(counts_of(*[("andre",)] * having, *[()] * (total - having)), Rule(minimum))
            .label("andre")
            .count
            is None
        ]
        assert len(hidden) != 1


@settings(deadline=None, max_examples=12)
@given(st.lists(label_sets, min_size=5, max_size=60), st.integers(3, 5))
def test_an_attacker_with_a_solver_recovers_no_label_and_no_pair(sets, minimum):
    disclosed = disclose(counts_of(*sets), Rule(minimum))
    known = attack.facts(disclosed)
    for group in attack.hidden_groups(disclosed):
        low, high = attack.bounds(known, group)
        assert high - low + 1 >= minimum, (group, low, high)


few_patterns = st.lists(
    st.tuples(label_sets, st.integers(1, 9)), min_size=2, max_size=6, unique_by=lambda one: one[0]
)


@settings(deadline=None, max_examples=15)
@given(few_patterns, st.integers(3, 5))
def test_an_attacker_is_never_certain_of_a_small_group(patterns, minimum):
    """Groups of up to three labels; few patterns, as real data have, are the hard case."""
    counts = counts_of(*[labels for labels, many in patterns for _ in range(many)])
    disclosed = disclose(counts, Rule(minimum))
    known = attack.facts(disclosed)
    for group in attack.small_groups() if known else ():
        if 0 < counts.having(group.present, group.absent).submissions < minimum:
            low, high = attack.bounds(known, group)
            assert low == 0 or high >= minimum, (group, low, high)


@given(st.lists(label_sets, max_size=60), st.integers(1, 8), st.booleans())
def test_what_is_shown_is_true(sets, minimum, same_person):
    counts = counts_of(*sets, same_person=same_person)
    disclosed = suppress(counts, Rule(minimum))
    for figure in disclosed.labels:
        assert figure.count in {None, counts.having([figure.key]).submissions}
    for pair, labels in zip(disclosed.pairs, label_pairs(), strict=True):
        assert pair.count in {None, counts.having(labels).submissions}
