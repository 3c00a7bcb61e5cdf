"""Many people at once against the real server process, killed in the middle; and the judge itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from nlp.interfaces import Reader
from service.batch.inputs import WrongUse
from service.bench import rows
from service.bench.people import Act, Diary
from service.bench.queue import QueueRun, Timing, write_queue
from service.bench.reviewers import Plan, bench_reviewers, verdict_on, write_reviewers
from service.db.engine import Database
from service.db.tables import Claim, Decision, Review, State, Submission, SuggestionRow
from service.db.upgrade import upgrade
from service.intake.repository import uncertainty
from service.review.decisions import Choice, Reviewer
from service.review.service import decide


@pytest.fixture(scope="module")
def some_readings(reader: Reader) -> list:
    return rows.readings(reader)[:6]


@pytest.mark.slow
@pytest.mark.timeout(300)  # the service loads its models twice
@pytest.mark.parametrize(
    ("address", "kills"),
    [("sqlite", True), pytest.param("postgres", False, marks=pytest.mark.postgres)],
    indirect=["address"],
)
def test_nothing_is_lost(address, kills, some_readings, tmp_path):
    """Eight people, a training beside them; SIGKILL in the middle where a file is the database.

    `retsspor bench reviewers --kill` does the same with twenty, for a minute.
    """
    plan = Plan(people=8, seconds=2, kills=kills)
    run = bench_reviewers(address, some_readings, plan, tmp_path / "desk", rows=300)
    verdict = run.verdict
    assert verdict.kept >= 3  # on a busy machine two seconds are few
    assert (verdict.lost, verdict.doubled, verdict.unexplained, verdict.halves) == (0, 0, 0, 0)
    assert (verdict.broken_trail, run.locked, run.failures) == (0, 0, 0)
    assert run.trainings == 1
    assert run.is_clean
    assert run.name in write_reviewers(run, tmp_path)


@pytest.fixture
def decided(
    both: Database, reader: Reader, keep_text: Callable[..., str], person: Callable[..., Reviewer]
) -> tuple[Database, Act]:
    """One decision, and how its reviewer remembers it."""
    public_id, anna = keep_text(both), person(both, "anna")
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    return both, Act("anna", public_id, 1, is_undo=False, labels=frozenset({"frister"}))


@pytest.mark.parametrize(
    ("kept", "unanswered", "wrong"),
    [
        (lambda act: [act], [], {}),
        (lambda act: [], lambda act: [act], {}),
        (lambda act: [act], lambda act: [replace(act, revision=2)], {}),
        (lambda act: [act, replace(act, revision=2)], [], {"lost": 1}),
        (lambda act: [replace(act, labels=frozenset())], [], {"lost": 1, "unexplained": 1}),
        (lambda act: [replace(act, who="bo")], [], {"lost": 1, "unexplained": 1}),
        (lambda act: [act, act], [], {"doubled": 1}),
        (lambda act: [], [], {"unexplained": 1}),
    ],
)
def test_the_judge_sees_what_is_wrong(decided, kept, unanswered, wrong):
    database, act = decided
    diary = Diary(kept=kept(act), unanswered=unanswered(act) if unanswered else [])
    with database.read() as session:
        verdict = verdict_on(session, [diary], 0)
    found = {name: getattr(verdict, name) for name in ("lost", "doubled", "unexplained", "halves")}
    assert {name: many for name, many in found.items() if many} == wrong
    assert verdict.is_clean is not bool(wrong)


def test_invented_rows_look_like_real_ones(both, some_readings):
    rows.fill(both, some_readings, 400)
    with both.read() as session:
        states = dict(
            session.execute(select(Submission.state, func.count()).group_by(Submission.state)).all()
        )
        one = session.scalar(select(Submission).where(Submission.state == State.NEW.value).limit(1))
        assert one.uncertainty == pytest.approx(uncertainty(one.suggestions))
        assert session.scalar(select(func.count()).select_from(SuggestionRow)) == 2_400
        assert session.scalar(select(func.count()).select_from(Review)) == 400 - states["new"]
        assert session.scalar(select(func.count()).select_from(Decision)) > 1_000
        assert session.scalar(select(func.count()).select_from(Claim)) == 0
    assert set(states) == set(State)
    assert states["reviewed"] > states["new"] > states["second"]


def test_rows_only_grow_and_only_in_a_database_of_their_own(both, keep_text, some_readings):
    rows.fill(both, some_readings, 20)
    rows.fill(both, some_readings, 30)
    with pytest.raises(WrongUse, match="of its own"):
        rows.fill(both, some_readings, 10)
    keep_text(both)
    with pytest.raises(WrongUse, match="of its own"):
        rows.fill(both, some_readings, 40)


def test_the_same_seed_gives_the_same_rows(tmp_path, some_readings):
    def made(name: str, *steps: int) -> list[tuple]:
        database = Database(f"sqlite:///{tmp_path / name}")
        upgrade(database)
        for step in steps:
            rows.fill(database, some_readings, step)
        with database.read() as session:
            found = session.execute(
                select(Submission.public_id, Submission.urgency, Submission.area)
            )
            kept = [tuple(row) for row in found]
        database.close()
        return kept

    assert made("one", 40) == made("two", 15, 40)


def test_runs_stand_beside_each_other(tmp_path: Path):
    def run(many: int, p95: float) -> QueueRun:
        timings = (Timing("all pages", 480, 8.0, p95, 2.0, 4.0),)
        return QueueRun("2026-05-01T12:00:00+00:00", "SQLite 3.40", many, 2, 0.5, "3.11", timings)

    write_queue(run(10_000, 20.0), tmp_path)
    table = write_queue(run(1_000_000, 45.0), tmp_path)
    assert "| SQLite 3.40 | 10,000 | 20.0 | 1.00 | yes |" in table
    assert "| SQLite 3.40 | 1,000,000 | 45.0 | 2.25 | **no** |" in table
    assert (tmp_path / "queue.md").read_text(encoding="utf-8") == table
