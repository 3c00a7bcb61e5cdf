"""Whole stories under attack: the measurement in small, and what it found before."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from nlp.types import LABELS
from service.bench.attacked import attack, steps
from service.bench.disclosure import Kept, Outcome, fingerprint, measure, plan, summary, tell
from service.bench.disclosure_table import as_tables, write
from service.bench.greedy import SmallestFirst
from service.bench.stories import KINDS, story
from service.disclosure.census import Entry, View, census_of, gather
from service.disclosure.complement import column_is_open
from service.disclosure.types import ENOUGH, Disclosed, Group

SEED = 20_260_501
DONE = Outcome("wild", 0, {"published": 2}, 1, 90, 16, (), Kept(20, 18, 17), Kept(9, 4, 5))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_tells_the_same_story(kind):
    assert story(kind, 3) == story(kind, 3) != story(kind, 4)


def test_a_centre_has_all_areas_and_labels_and_many_municipalities():
    lives = max((story("centre", seed).lives for seed in range(6)), key=len)
    firsts = [life.first for life in lives]
    assert len({one.area for one in firsts}) == 8
    assert {label for one in firsts for label in one.labels} == set(LABELS)
    assert len({one.municipality for one in firsts}) > 60


@pytest.mark.parametrize("number", [0, 7])
def test_an_attacker_finds_nobody_in_a_story(number):
    told = story("wild", SEED + number)
    tried = 0
    for step in steps(told):
        found = attack(told, step, most=6, seed=number)
        assert found.found == ()
        tried += found.tried
    assert tried


def test_a_careless_publication_is_found_out():
    """The attacker of the measurement can find something: without hiding, he does."""
    told = replace(story("wild", SEED), plans=story("wild", SEED).plans[:1])
    (careful,) = steps(told)
    careless = replace(told, rule=type(told.rule)(1))
    (shown,) = steps(careless)
    assert isinstance(careful.outcome, Disclosed)
    mixed = replace(careful, published=shown.published)
    assert attack(told, mixed, most=60, seed=1).found


def test_what_earlier_publications_counted_is_protected_as_well():
    """A later publication may give away small groups of an earlier one: they are a view too."""
    entries = [Entry(f"s{n}", mask, "x", "p", "2026-K1", 0) for n, mask in enumerate([5, 6, 6, 7])]
    census = census_of(gather(entries), areas=["x"], places=["p"], now=4)
    assert {View(1), View(2)} <= set(census.views())
    different = {tuple(census.chosen(view)) for view in census.views()}
    assert len(different) == len(census.views())


def test_who_wrote_often_is_counted_up_to_what_matters():
    """Beyond ENOUGH people who wrote once, the others need not be looked at one by one."""
    (step, *_) = steps(story("wild", SEED))
    census = step.counts.census
    many = replace(
        census,
        cube=np.where(census.cube > 0, ENOUGH + 5, 0),
        cube_singles=np.where(census.cube > 0, ENOUGH, 0),
    )
    assert many.size(Group()).people >= ENOUGH
    assert census.size(Group()).people <= census.size(Group()).submissions


# ── the usual way ────────────────────────────────────────────────────────────────────────────────
def test_the_usual_way_hides_the_smallest_first():
    chooser = SmallestFirst()
    assert chooser.column([1, 9, 20], [12, 30, 40], {0}, 5, [2, 1, 0]) == {1}
    assert chooser.column([1, 9, 20], [12, 30, 40], set(), 5, [2, 1, 0]) == set()


def test_the_usual_way_opens_every_row_and_column():
    values = np.array([[1, 9, 20], [8, 30, 40], [7, 11, 50]])
    hidden = {(0, 0)} | SmallestFirst().grid(values, {(0, 0)}, 5)
    for lines, numbers in ((values, 0), (values.T, 1)):
        for i, line in enumerate(lines):
            mine = {cell[1 - numbers] for cell in hidden if cell[numbers] == i}
            assert column_is_open(list(line), [int(line.sum())] * 3, mine, 5)


# ── the measurement ──────────────────────────────────────────────────────────────────────────────
def test_a_run_goes_on_where_it_was(tmp_path):
    kind, number = plan(1)[0]
    journal = tmp_path / f"disclosure-{SEED}-{fingerprint()}.jsonl"
    told = tell(kind, number, SEED)
    measure(1, tmp_path, seed=SEED, jobs=1)
    assert json.loads(journal.read_text(encoding="utf-8"))["tried"] == told.tried
    journal.write_text(journal.read_text(encoding="utf-8") + '{"kind": "wi', encoding="utf-8")
    heard: list[int] = []
    assert measure(1, tmp_path, seed=SEED, jobs=1, progress=heard.append) == [told]
    assert heard == [1]


def test_the_tables_say_what_was_found(tmp_path):
    result = summary([DONE], seed=7, made="2026-11-24T00:00:00+00:00")
    tables = write(result, tmp_path)
    assert json.loads((tmp_path / "disclosure.json").read_text(encoding="utf-8")) == result
    assert "| all | 1 | 2 | 1 | 90 | 16 | **0** |" in tables
    assert "| all | the first | 20 | 18 (90.0 %) | 17 (85.0 %) | – |" in tables
    assert "**1**" in as_tables(summary([replace(DONE, found=("x",))], seed=7, made="2026-11-24"))
