"""The attacker itself: it must find what careless publications give away, and no more."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest

from service.disclosure.attack import Attacker, Suspicion, classes_of
from service.disclosure.programme import Contradiction
from service.disclosure.published import Fact, Published
from service.disclosure.types import Group

DAY = datetime(2026, 5, 1, tzinfo=UTC)
A, B, C = "sagsoplysning", "partshøring", "begrundelse"
AREAS, PLACES = ("x", "y"), ("p", "q")


def having(*labels: str, without: tuple[str, ...] = (), **where: tuple[str, ...]) -> Group:
    return Group(present=frozenset(labels), absent=frozenset(without), **where)


def told(*facts: tuple[Group, int], day: int = 0, since: int | None = None) -> Published:
    start = None if since is None else DAY + timedelta(days=since)
    until = DAY + timedelta(days=day)
    return Published(f"{day}", start, until, until, tuple(Fact(*fact) for fact in facts))


def attacker(*publications: Published, labels=(A, B, C), **other) -> Attacker:
    return Attacker(publications, areas=AREAS, places=PLACES, labels=labels, **other)


@pytest.mark.parametrize(
    ("known", "group", "expected"),
    [
        ([(Group(), 8), (having(A), 7)], having(without=(A,)), (1, 1)),  # 7 of 8
        ([(Group(), 8)], having(A), (0, 8)),
        ([(Group(), 8), (having(A), 8), (having(B), 3)], having(A, B), (3, 3)),
        ([(Group(), 10), (having(A), 6), (having(B), 7)], having(A, B), (3, 6)),
        (
            [(Group(), 9), (having(A), 6), (having(B), 6), (having(A, B), 3)],
            having(without=(A, B)),
            (0, 0),
        ),
        # the seed's table: 7 + 1
        ([(Group(), 8), (having(areas=("x",)), 7)], having(areas=("y",)), (1, 1)),
        # tables that overlap: all of x have A, all of q have not
        (
            [
                (Group(), 9),
                (having(areas=("x",)), 5),
                (having(A, areas=("x",)), 5),
                (having(places=("q",)), 4),
                (having(A, places=("q",)), 0),
            ],
            having(areas=("x",), places=("q",)),
            (0, 0),
        ),
        # area and place overlap by their numbers alone
        (
            [(Group(), 9), (having(areas=("x",)), 7), (having(places=("p",)), 6)],
            having(areas=("x",), places=("p",)),
            (4, 6),
        ),
    ],
)
def test_the_attacker_finds_the_bounds(known, group, expected):
    assert attacker(told(*known)).bounds(group, 1) == expected


def test_figures_that_contradict_each_other_are_an_error():
    with pytest.raises(Contradiction):
        attacker(told((Group(), 3), (having(A), 4))).bounds(having(A), 1)


def test_two_publications_tell_of_the_one_who_came():
    before = told((Group(), 20), (having(A), 10))
    after = told((Group(), 21), (having(A), 11), day=9)
    found = attacker(before, after)
    assert found.bounds(having(A), 2, 1) == (1, 1)
    assert found.exposes(having(A), 2, 5, outside=1)


def test_who_knows_that_some_may_have_gone_is_less_sure():
    before = told((Group(), 20), (having(A), 10))
    after = told((Group(), 21), (having(A), 11), day=9)
    found = attacker(before, after, suspicion=Suspicion(withdrawals=True))
    assert found.bounds(having(A), 2, 1) == (1, 11)


def test_a_figure_that_fell_contradicts_the_trusting_and_tells_the_suspicious():
    before, after = told((Group(), 20)), told((Group(), 19), day=9)
    with pytest.raises(Contradiction):
        attacker(before, after).bounds(Group(), 1)
    suspicious = attacker(before, after, suspicion=Suspicion(withdrawals=True))
    assert suspicious.bounds(Group(), 1, 2) == (1, 20)


def test_periods_that_add_up_tell_what_is_between():
    """January to March, April to June, and all of it: the whole tells of latecomers."""
    spring = told((Group(), 30), day=60, since=0)
    summer = told((Group(), 30), day=120, since=61)
    both = told((Group(), 62), day=120, since=0)
    assert classes_of([spring, summer, both], Suspicion()) == [4, 5, 6]
    assert attacker(spring, summer, both).bounds(Group(), 4, 3) == (2, 2)


def test_names_that_no_figure_tells_apart_may_have_nobody_or_all():
    found = attacker(told((Group(), 9)))
    assert found.bounds(having(areas=("x",)), 1) == (0, 9)
    assert found.bounds(having(areas=("x", "y")), 1) == (9, 9)


# ── against trying every data set ────────────────────────────────────────────────────────────────
LABELS = (A, B)
CELLS = list(product(AREAS, PLACES, [frozenset(), {A}, {B}, {A, B}]))
FIGURES = (
    Group(),
    having(A),
    having(B),
    having(A, B),
    having(areas=("x",)),
    having(places=("p",)),
    having(A, areas=("x",)),
    having(B, areas=("y",)),
    having(A, places=("p",)),
    having(B, places=("q",)),
)
ASKED = (
    *FIGURES,
    having(A, without=(B,)),
    having(A, B, areas=("x",)),
    having(A, without=(B,), places=("q",)),
    having(areas=("x",), places=("p",)),
    having(A, areas=("y",), places=("p",)),
)


def number(data, group: Group) -> int:
    return sum(
        (not group.areas or area in group.areas)
        and (not group.places or place in group.places)
        and group.present <= set(labels)
        and not group.absent & set(labels)
        for area, place, labels in data
    )


@pytest.mark.parametrize(
    "shown", [0b1, 0b111, 0b1111, 0b110001, 0b1111111, 0b1100111111, 0b1111111111]
)
def test_the_bounds_are_those_that_trying_every_data_set_finds(shown):
    """All 3,876 data sets of four submissions, with two labels, areas and places; for a few of what
    they tell, every bound."""
    figures = [group for i, group in enumerate(FIGURES) if shown >> i & 1]
    same = defaultdict(list)
    for data in combinations_with_replacement(CELLS, 4):
        same[tuple(number(data, group) for group in figures)].append(data)
    for numbers in sorted(same, key=lambda key: -len(same[key]))[:: max(1, len(same) // 6)]:
        known = attacker(told(*zip(figures, numbers, strict=True)), labels=LABELS)
        for group in ASKED:
            values = [number(data, group) for data in same[numbers]]
            assert known.bounds(group, 1) == (min(values), max(values)), (numbers, group)


def test_and_so_are_those_of_two_publications():
    """Two submissions, then up to two more: every pair of data sets."""
    figures = (Group(), having(A), having(areas=("x",)), having(A, areas=("x",)))
    same = defaultdict(list)
    for before in combinations_with_replacement(CELLS, 2):
        for new in combinations_with_replacement(CELLS, 2):
            key = (
                tuple(number(before, g) for g in figures),
                tuple(number((*before, *new), g) for g in figures),
            )
            same[key].append(new)
    for (first, second), data in list(same.items())[:: max(1, len(same) // 8)]:
        known = attacker(
            told(*zip(figures, first, strict=True)),
            told(*zip(figures, second, strict=True), day=9),
            labels=LABELS,
        )
        for group in (having(A), having(areas=("x",)), having(A, areas=("y",))):
            values = [number(new, group) for new in data]
            assert known.bounds(group, 2, 1) == (min(values), max(values))
