"""The attacker itself: it must find what careless publications give away."""

from __future__ import annotations

from itertools import product

import pytest

from nlp.types import LABELS
from service.reports.aggregate import label_pairs
from service.reports.attack import Fact, Group, bounds, breaks, facts, small_groups
from service.reports.suppression import Disclosed, Figure, Pair, Table

A, B, C = "sagsoplysning", "partshøring", "begrundelse"


def having(*labels: str) -> Group:
    return Group(frozenset(labels))


def without(*labels: str) -> Group:
    return Group(frozenset(), frozenset(labels))


def published(total: int, labels: dict[str, int], pairs: dict[tuple[str, str], int]) -> Disclosed:
    nothing = Table((), None, ())
    return Disclosed(
        minimum=5,
        total=total,
        labels=tuple(Figure(label, labels.get(label)) for label in LABELS),
        pairs=tuple(Pair(*pair, pairs.get(pair)) for pair in label_pairs()),
        areas=nothing,
        municipalities=nothing,
        several_municipalities=False,
        tests=0,
        excluded=0,
        waiting=0,
    )


@pytest.mark.parametrize(
    ("known", "group", "expected"),
    [
        ([Fact(Group(), 8), Fact(having(A), 7)], without(A), (1, 1)),  # 7 of 8 gives the 1 away
        ([Fact(Group(), 8)], having(A), (0, 8)),
        ([Fact(Group(), 8), Fact(having(A), 8), Fact(having(B), 3)], having(A, B), (3, 3)),
        ([Fact(Group(), 10), Fact(having(A), 6), Fact(having(B), 7)], having(A, B), (3, 6)),
        (
            [Fact(Group(), 9), Fact(having(A), 6), Fact(having(B), 6), Fact(having(A, B), 3)],
            without(A, B),
            (0, 0),
        ),
    ],
)
def test_the_attacker_finds_the_bounds(known, group, expected):
    assert bounds(known, group) == expected


def test_figures_that_contradict_each_other_are_an_error():
    with pytest.raises(ValueError, match="contradict"):
        bounds([Fact(Group(), 3), Fact(having(A), 4)], having(A))


def truth(**patterns: int):
    """The real table: sets of labels, written as letters, with how many have exactly them."""
    letters = {"a": A, "b": B, "c": C}
    table = {frozenset(letters[x] for x in key if x in letters): n for key, n in patterns.items()}

    def count(group: Group) -> int:
        return sum(
            n
            for labels, n in table.items()
            if group.present <= labels and not group.absent & labels
        )

    return count


def test_a_pair_that_leaves_one_person_over_is_found():
    careless = published(20, {A: 10, B: 10}, {(A, B): 9})
    assert breaks(careless, truth(ab=9, a=1, b=1, none=9))


def test_a_pair_that_narrows_a_hidden_one_is_found():
    """A is B, so «A and C» tells «B and C», which was hidden."""
    careless = published(40, {A: 20, B: 20, C: 20}, {(A, B): 20, (A, C): 10})
    assert breaks(careless, truth(abc=10, ab=10, c=10, none=10))


def test_pairs_that_are_fine_one_by_one_can_corner_a_small_group():
    """Every four groups of two labels are empty or 5 and more; the 4 with A alone are certain."""
    real = truth(ab=6, ac=5, a=4, none=5)
    assert all(
        real(group) == 0 or real(group) >= 5
        for group in small_groups(2)
        if (group.present | group.absent) <= {A, B, C}
    )
    figures = published(20, {A: 15, B: 6, C: 5}, {(A, B): 6, (A, C): 5, (B, C): 0})
    assert bounds(facts(figures), Group(frozenset({A}), frozenset({B, C}))) == (4, 4)
    assert breaks(figures, real)


def test_a_careful_publication_holds():
    figures = published(40, {A: 20, B: 20}, {(A, B): 10})
    assert not breaks(figures, truth(ab=10, a=10, b=10, none=10))


@pytest.mark.parametrize("counts", list(product([0, 5, 7, 12], repeat=3)))
def test_shown_labels_alone_never_give_a_group_away(counts):
    """What ``breaks`` relies on to be quick.

    With nothing but the labels known, a group can be as large as the smallest of its parts, and
    each part (those with a label, or those without) is empty or has the minimum.
    """
    having_label = dict(zip((A, B, C), counts, strict=True))
    known = facts(published(12, having_label, {}))
    for group in (Group(frozenset({A, B}), frozenset({C})), Group(frozenset({A}), frozenset({B}))):
        parts = [having_label[label] for label in group.present]
        parts += [12 - having_label[label] for label in group.absent]
        assert bounds(known, group)[1] == min(parts)


def test_there_are_232_groups_of_up_to_three_labels():
    assert len(set(small_groups())) == 232
