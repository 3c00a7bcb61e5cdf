"""How far a training is: from counted steps, each weighing what it took the last time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.learning.jobs import Jobs
from service.learning.pace import Pace, Progress, steps, weights

EVEN = dict.fromkeys(steps(2), 10.0)


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


def told(tmp_path, weighed: dict[str, float], *acts: tuple[str, float, bool]) -> list[Progress]:
    """What is said after each (step, seconds it took, whether it was there)."""
    clock = Clock()
    pace = Pace(tmp_path / "progress.json", weighed, clock)
    pace.begin()
    found = []
    for step, took, was_there in acts:
        clock.moment += took
        found.append(pace.did(step, was_there=was_there))
        assert json.loads(pace.path.read_text())["percent"] == found[-1].percent
    return found


def test_it_begins_with_the_first_step_and_no_guess(tmp_path):
    pace = Pace(tmp_path / "progress.json", EVEN)
    pace.begin()
    found = Progress(**json.loads(pace.path.read_text()))
    assert found == Progress("Læser teksterne", 0, None)


def test_each_step_is_told_with_what_is_left_at_this_pace(tmp_path):
    found = told(tmp_path, EVEN, ("read", 20, False), ("part 1", 20, False), ("part 2", 5, False))
    assert found == [
        Progress("Lærer: del 1", 14, 120),  # twice as slow as foretold
        Progress("Lærer: del 2", 29, 100),
        Progress("Lærer: det hele", 43, 60),
    ]


def test_the_end_is_the_end(tmp_path):
    found = told(tmp_path, EVEN, *((step, 10, False) for step in EVEN))
    assert found[-1] == Progress("Færdig", 100, 0)


def test_what_was_taken_over_is_no_part_of_the_pace(tmp_path):
    acts = [("read", 10, False), ("part 1", 0.1, True), ("part 2", 0.1, True), ("whole", 10, False)]
    found = told(tmp_path, EVEN, *acts)
    assert [one.seconds_left for one in found] == [60, 50, 40, 30]
    assert [one.resumed for one in found] == [0, 1, 2, 2]


def test_few_writers_make_fewer_parts_than_were_planned(tmp_path):
    found = told(tmp_path, EVEN, ("read", 1, False), ("part 1", 1, False), ("whole", 1, False))
    assert found[-1].phase == "Lærer: grænserne"


@settings(max_examples=20)  # each writes, and brings to the disk, nine files
@given(
    st.lists(
        st.tuples(st.floats(0.001, 1e4), st.floats(0, 1e4), st.booleans()), min_size=7, max_size=7
    )
)
def test_it_only_ever_rises_and_never_promises_less_than_nothing(tmp_path_factory, drawn):
    weighed = dict(zip(steps(2), (one for one, _, _ in drawn), strict=True))
    acts = [(step, took, there) for step, (_, took, there) in zip(weighed, drawn, strict=True)]
    found = told(tmp_path_factory.mktemp("pace"), weighed, *acts)
    percents = [one.percent for one in found]
    assert percents == sorted(percents)
    assert (percents[0] >= 0, percents[-1]) == (True, 100)
    assert all(one.seconds_left is None or one.seconds_left >= 0 for one in found)


@pytest.mark.parametrize(
    ("measured", "first"),
    [
        (dict.fromkeys(steps(3), 7.0), 7.0),
        (dict.fromkeys(steps(4), 7.0), None),  # other parts: its times say nothing
        ({}, None),
        (dict.fromkeys(steps(3), 0.0), None),
    ],
)
def test_a_step_weighs_what_it_took_the_last_time(measured, first):
    found = weights(steps(3), measured)
    assert tuple(found) == steps(3)
    usual = weights(steps(3), {})
    assert found["read"] == (usual["read"] if first is None else first)
    assert all(value > 0 for value in found.values())


def test_the_last_training_that_was_done_in_one_go_is_the_measure(tmp_path):
    jobs = Jobs(tmp_path)
    for identifier, result in {
        "20260101T000000000Z": {"seconds": {"read": 1.0}, "resumed": 0},
        "20260102T000000000Z": {"seconds": {"read": 2.0}, "resumed": 0},
        "20260103T000000000Z": {"seconds": {"read": 3.0}, "resumed": 2},
        "20260104T000000000Z": {"failed": "…"},
    }.items():
        (tmp_path / identifier).mkdir()
        jobs.finish(identifier, result)
    assert jobs.measured() == {"read": 2.0}
