"""Hiding: the rule as a table of near misses, then as properties under an attacker who solves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlp.types import LABELS
from service.disclosure.attack import Attacker
from service.disclosure.control import disclose
from service.disclosure.excerpts import Candidate, may_quote
from service.disclosure.published import Published, published_from
from service.disclosure.types import UNKNOWN, Disclosed, Group, Refusal, Rule, label_pairs
from service.reports.aggregate import Counts, aggregate
from service.reports.types import ConfirmedSubmission

FIVE = Rule(5)
AREAS = ("børn og familie", "handicap", "andet")
PLACES = ("Kolding", "Vejle", "Aarhus")
START = datetime(2026, 1, 10, 12, tzinfo=UTC)
Row = tuple[tuple[str, ...], str, str | None, int]
"""Labels, area, municipality, and the number of the submitter."""


def confirmed(number: int, row: Row, received: datetime = START) -> ConfirmedSubmission:
    labels, area, place, submitter = row
    return ConfirmedSubmission(
        f"p{number}", f"s{submitter}", received, area, place, labels, (), received, None
    )


def counts_of(
    rows: Sequence[Row], *, until: datetime = START, earlier: Sequence[Published] = ()
) -> Counts:
    return aggregate(
        [confirmed(number, row) for number, row in enumerate(rows)],
        until=until,
        areas=AREAS,
        municipalities=PLACES,
        earlier=earlier,
    )


def alike(*groups: tuple[int, tuple[str, ...], str, str | None]) -> list[Row]:
    """So many of each, every one by somebody else."""
    rows: list[Row] = []
    for many, labels, area, place in groups:
        rows += [(labels, area, place, len(rows) + i) for i in range(many)]
    return rows


def shown(rows: Sequence[Row], rule: Rule = FIVE) -> Disclosed:
    found = disclose(counts_of(rows), rule)
    assert isinstance(found, Disclosed), found
    return found


@pytest.mark.parametrize(
    ("counts", "areas", "rest"),
    [
        ((7, 1, 0), {}, 8),  # the seed: 7 shown would give the 1 away
        ((8, 0, 0), {"børn og familie": 8, "handicap": 0, "andet": 0}, None),
        ((20, 12, 1), {"børn og familie": 20}, 13),  # the 12 covers the 1
        ((20, 12, 5), {"børn og familie": 20, "handicap": 12, "andet": 5}, None),
        ((20, 2, 2), {}, 24),  # 4 people are too few, and 20 is all there is to add
        ((4, 1, 0), {}, 5),
    ],
)
def test_areas_show_only_what_covers_the_rest(counts, areas, rest):
    rows = alike(*((many, (), area, None) for many, area in zip(counts, AREAS, strict=True)))
    table = shown(rows).areas
    assert ({figure.key: figure.count for figure in table.shown}, table.rest) == (areas, rest)


@pytest.mark.parametrize(
    ("having", "total", "told"),
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
def test_a_label_needs_itself_and_its_rest_to_be_large_enough(having, total, told):
    rows = alike((having, ("frister",), "andet", None), (total - having, (), "andet", None))
    assert shown(rows).label("frister").count == (having if told else None)


def test_one_person_who_writes_often_is_not_a_group():
    found = shown([(("frister",), "andet", None, 1)] * 9)
    assert found.total is None
    assert all(figure.count is None for figure in found.labels)


@pytest.mark.parametrize(("total", "told"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_total_of_few_people_is_hidden_with_everything_else(total, told):
    found = shown(alike((total, ("frister",), "andet", None)))
    assert found.total == told
    if told is None:
        assert found.areas.withheld
        assert found.municipalities.withheld
        assert all(pair.count is None for pair in found.pairs)


def test_a_minimum_of_one_hides_nothing():
    found = shown(alike((7, ("frister",), "andet", None), (1, (), "handicap", None)), Rule(1))
    assert found.label("frister").count == 7
    assert not found.hidden


@pytest.mark.parametrize("minimum", [0, -1, 501])
def test_a_minimum_must_make_sense(minimum):
    with pytest.raises(ValueError, match="at least 1"):
        Rule(minimum)


# ── quotations ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("candidate", "already", "allowed"),
    [
        (Candidate("frister", "andet", "Vejle", "s1"), (), True),
        (Candidate("frister", "andet", "Vejle", "s1"), ("s1",), False),  # quoted already
        (Candidate("frister", "handicap", "Vejle", "s1"), (), False),  # alone in the area
        (Candidate("frister", "andet", None, "s1"), (), False),  # nobody without a municipality
        (Candidate("andre", "andet", "Vejle", "s1"), (), False),  # a figure that is not shown
    ],
)
def test_a_quotation_must_be_one_of_many(candidate, already, allowed):
    rows = alike(
        (6, ("frister",), "andet", "Vejle"),
        (6, (), "andet", "Vejle"),
        (1, ("frister",), "handicap", "Vejle"),
        (6, (), "handicap", "Vejle"),
    )
    counts = counts_of(rows)
    found = disclose(counts, FIVE)
    assert isinstance(found, Disclosed)
    verdict = may_quote(candidate, counts, FIVE, found, already=already)
    assert verdict.allowed is allowed
    assert bool(verdict.reason) is not allowed


# ── under attack ─────────────────────────────────────────────────────────────────────────────────
label_sets = st.sets(st.sampled_from(LABELS), max_size=3).map(lambda s: tuple(sorted(s)))
kinds = st.tuples(label_sets, st.sampled_from(AREAS), st.sampled_from((*PLACES, None)))
populations = st.lists(st.tuples(kinds, st.integers(1, 14)), min_size=2, max_size=6).map(
    lambda found: alike(*((many, *kind) for kind, many in found))
)


def told(found: Disclosed, until: datetime, number: int) -> Published:
    return published_from(found, version=str(number), since=None, until=until, taken_at=until)


def attacker(*publications: Published) -> Attacker:
    quarters = ("2026-K1",)
    return Attacker(publications, areas=AREAS, places=(*PLACES, UNKNOWN), quarters=quarters)


def small_groups(counts: Counts, minimum: int) -> list[Group]:
    """Groups of one or two labels, in all or in an area, that truly are few."""
    wheres = [Group(), *(Group(areas=(a,)) for a in AREAS), *(Group(places=(p,)) for p in PLACES)]
    found = []
    for where in wheres:
        for size in (1, 2):
            for labels in combinations(LABELS, size):
                group = Group(where.areas, where.places, present=frozenset(labels))
                if 0 < counts.tally(group).submissions < minimum:
                    found.append(group)
    return found


@settings(deadline=None, derandomize=True, max_examples=4)
@given(populations, st.integers(3, 5))
def test_an_attacker_who_solves_finds_nobody(rows, minimum):
    counts = counts_of(rows)
    found = disclose(counts, Rule(minimum))
    assume(isinstance(found, Disclosed) and found.total is not None)
    attack = attacker(told(found, START, 1))
    for group in small_groups(counts, minimum)[:12]:
        assert not attack.exposes(group, 1, minimum), group
    for hidden in [one for one in found.hidden if one.table in ("labels", "pairs")][:12]:
        low, high = attack.bounds(hidden.group, 1)
        assert low <= counts.tally(hidden.group).submissions <= high
        assert high - low + 1 >= minimum, hidden


@settings(deadline=None, derandomize=True, max_examples=3)
@given(populations, populations, st.integers(3, 5))
def test_two_publications_together_expose_nobody(first, second, minimum):
    """The second knows the first: what came between must not be small either."""
    later = START + timedelta(days=20)
    found = disclose(counts_of(first), Rule(minimum))
    assume(isinstance(found, Disclosed) and found.total is not None)
    one = told(found, START, 1)
    everybody = [confirmed(i, row) for i, row in enumerate(first)]
    everybody += [
        confirmed(10_000 + i, (labels, area, place, 10_000 + person), later)
        for i, (labels, area, place, person) in enumerate(second)
    ]
    counts = aggregate(everybody, until=later, areas=AREAS, municipalities=PLACES, earlier=[one])
    again = disclose(counts, Rule(minimum), [one])
    if isinstance(again, Refusal):
        assert again.danish
        return
    attack = attacker(one, told(again, later, 2))
    new = counts_of(second)
    for group in small_groups(new, minimum)[:8]:
        assert not attack.exposes(group, 2, minimum, outside=1), group


@settings(deadline=None, derandomize=True, max_examples=4)
@given(populations)
def test_what_is_shown_is_true(rows):
    counts = counts_of(rows)
    found = disclose(counts, FIVE)
    assume(isinstance(found, Disclosed))
    for figure in found.labels:
        assert figure.count in {None, counts.having([figure.key]).submissions}
    for pair, labels in zip(found.pairs, label_pairs(), strict=True):
        assert pair.count in {None, counts.having(labels).submissions}


def test_too_few_new_people_are_refused_in_danish():
    rows = alike((12, ("frister",), "andet", None), (12, (), "andet", None))
    first = disclose(counts_of(rows), FIVE)
    assert isinstance(first, Disclosed)
    one = told(first, START, 1)
    later = START + timedelta(days=3)
    everybody = [confirmed(i, row) for i, row in enumerate(rows)]
    everybody.append(confirmed(99, (("frister",), "andet", None, 999), later))
    counts = aggregate(everybody, until=later, areas=AREAS, municipalities=PLACES, earlier=[one])
    refused = disclose(counts, FIVE, [one])
    assert isinstance(refused, Refusal)
    assert refused.code == "too_few_new"
    assert "Færre end 5" in refused.danish


def test_what_a_publication_told_can_be_kept_and_read_again():
    first = shown(alike((12, ("frister",), "andet", "Vejle"), (12, (), "andet", "Vejle")))
    one = told(first, START, 1)
    assert Published.from_json(one.to_json()) == one
    for broken in ({}, {**one.to_json(), "facts": "none"}):
        with pytest.raises(ValueError, match="."):
            Published.from_json(broken)
