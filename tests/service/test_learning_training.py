"""A training in a process of its own: cancelled, resumed, without a disk, without a database."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from joblib import wrap_non_picklable_objects
from sqlalchemy import select

from models.releases.store import ReleaseStore
from models.releases.training import data_of
from service.db.tables import Submission
from service.learning import releases, work
from service.learning.collect import collect
from service.learning.jobs import AlreadyRunning, Jobs, Pieces
from service.learning.withdraw import withdraw
from service.learning.work import Material, jobs_of
from service.security.sealing import sealer_of
from service.settings import Settings

Told = Callable[[str], None]


def begun(
    settings: Settings, material: Material, told: Callable[[str], Told] = lambda identifier: print
) -> tuple[str, multiprocessing.Process]:
    """A training in a process of its own; ``told`` makes what gets a line after each step there."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.learning.work"])
    identifier = jobs_of(settings).new()
    # A function of a test cannot be imported there: it travels by value.
    progress = wrap_non_picklable_objects(told(identifier))
    process = context.Process(
        target=work.train,
        args=(settings, identifier, material),
        kwargs={"progress": progress},
        daemon=True,
    )
    process.start()
    return identifier, process


def trained(settings: Settings, material: Material) -> dict:
    identifier, process = begun(settings, material)
    process.join(120)
    job = jobs_of(settings).job(identifier)
    assert process.exitcode == 0
    assert (job.progress.percent, job.progress.phase, job.progress.seconds_left) == (
        100,
        "Færdig",
        0,
    )
    return job.result


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def assert_whole(settings: Settings) -> None:
    """What a service that starts now needs: one whole model, no half one, nobody at work."""
    store = ReleaseStore(settings.releases)
    assert store.usable().number == store.in_use().number
    assert releases.damaged(settings) == []
    assert not list(settings.releases.rglob(".new-*"))
    assert not jobs_of(settings).is_running()


def test_a_training_after_a_withdrawal_is_of_other_data_and_says_so(place, material):
    settings, desk = place
    with desk.database.read() as session:
        before = collect(session, sealer_of(settings), weight=2.0).confirmed
        public_id = session.scalars(select(Submission.public_id)).first()
    kept = withdraw(desk.database, sealer_of(settings), public_id, actor="Ada")
    without = trained(settings, material)
    assert without["data"] != data_of(material.written, before)["fingerprint"]
    assert without["confirmed"] == len(before.examples) - 1
    store = ReleaseStore(settings.releases)
    manifest = store.check("classifier", without["version"])
    assert manifest.data["confirmed"]["withdrawn"] == [kept]
    assert set(manifest.scores["locked"]["macro_f1"]) == {"value", "low", "high"}
    card = (store.path("classifier", without["version"]) / "README.md").read_text(encoding="utf-8")
    assert "trained on confirmed decisions" in card
    # What each step took is what the next training is foretold by.
    assert jobs_of(settings).measured() == without["seconds"]
    assert_whole(settings)


@pytest.mark.parametrize("step", ["part 2", "settle", "measure"])
def test_a_training_may_be_cancelled_at_each_step_and_the_next_goes_on(place, material, step):
    settings, desk = place

    def cancelling(identifier: str) -> Told:
        def told(line: str) -> None:
            if line.startswith(f"{step}:"):
                jobs_of(settings).cancel(identifier)
                time.sleep(60)  # whatever it is at: nobody asks it for leave

        return told

    identifier, process = begun(settings, material, cancelling)
    wait_for(lambda: (found := jobs_of(settings).job(identifier).progress) and found.percent > 0)
    desk.confirm(desk.keep("Mens der trænes. Det går fint."), "andre")  # nobody waits for it
    process.join(60)
    assert process.exitcode == -signal.SIGTERM
    jobs = jobs_of(settings)
    job = jobs.job(identifier)
    assert (job.is_running, job.is_cancelled, job.result) == (False, True, None)
    assert_whole(settings)
    assert len(list(jobs.folder.glob("pieces/*/*"))) == (2 if step == "part 2" else 4)
    if step == "measure":
        with desk.database.read() as session:
            newest = select(Submission.public_id).order_by(Submission.id.desc())
            latest = session.scalars(newest).first()
        # The same data as before, but for the list of those withdrawn, which nothing learns from.
        withdraw(desk.database, sealer_of(settings), latest, actor="Ada")
        assert trained(settings, material)["resumed"] == 4
        assert not list(jobs.folder.glob("*/draft"))
        assert not list(jobs.folder.glob("pieces/*"))


@pytest.mark.parametrize("step", ["read", "settle"])
def test_a_full_disk_ends_a_training_with_a_word_and_leaves_nothing_half(place, material, step):
    """From this step on no file may grow beyond 2,000 bytes: neither a piece nor a model."""
    settings, _ = place

    def filling(identifier: str) -> Told:
        def told(line: str) -> None:
            if line.startswith(f"{step}:"):
                resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

        return told

    identifier, process = begun(settings, material, filling)
    process.join(60)
    assert process.exitcode == 1
    assert jobs_of(settings).job(identifier).result == {
        "failed": "Der er ikke plads på disken. Gør plads. "
        "Det, der er lært, bliver brugt, når I begynder igen."
    }
    assert_whole(settings)
    assert ReleaseStore(settings.releases).versions("classifier") == [
        ReleaseStore(settings.releases).in_use().classifier.version
    ]


def test_a_database_that_goes_away_costs_no_more_than_the_time_since(place, material):
    settings, desk = place
    desk.database.close()
    file, away = settings.var / "retsspor.sqlite3", settings.var / "away"

    def parting(identifier: str) -> Told:
        def told(line: str) -> None:
            if line.startswith("measure:"):
                os.rename(file, away)

        return told

    identifier, process = begun(settings, material, parting)
    process.join(60)
    assert process.exitcode == 1
    failed = jobs_of(settings).job(identifier).result["failed"]
    assert failed.startswith("Databasen svarede ikke.")
    assert ReleaseStore(settings.releases).in_use().number == 0  # nobody signed for anything
    assert_whole(settings)
    away.rename(file)
    assert trained(settings, material)["resumed"] == 4


def test_a_database_that_is_away_at_the_start_is_said(tmp_path, material):
    settings = Settings(var=tmp_path, database_url="postgresql+psycopg://x@127.0.0.1:1/x")
    identifier, process = begun(settings, material)
    process.join(60)
    assert process.exitcode == 1
    assert jobs_of(settings).job(identifier).result["failed"].startswith("Databasen svarede ikke.")


def test_two_trainings_at_once_are_one_too_many(place):
    settings, _ = place
    jobs = jobs_of(settings)
    with jobs.running(), pytest.raises(AlreadyRunning), jobs.running():
        pass


def test_who_looks_whether_a_training_runs_is_not_taken_for_one(tmp_path):
    """A page asks all the time; neither a training nor another page may stumble over that."""
    jobs = Jobs(tmp_path)
    with jobs.running():
        assert jobs.is_running()
    seen: list[bool] = []
    stopped = threading.Event()

    def look() -> None:
        while not stopped.is_set():
            seen.append(Jobs(tmp_path).is_running())

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    wait_for(lambda: len(seen) > 300)
    assert not any(seen)
    for _ in range(100):
        with jobs.running():
            pass
    stopped.set()
    for looker in lookers:
        looker.join()


def test_a_damaged_piece_is_made_again(tmp_path):
    told: list[tuple[str, bool]] = []
    pieces = Pieces(Jobs(tmp_path), "key", lambda name, there: told.append((name, there)))
    made = [pieces("part 1", lambda: (np.arange(3.0), np.eye(2))) for _ in range(2)]
    path = next(tmp_path.rglob("*.sealed"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    made.append(pieces("part 1", lambda: (np.arange(3.0), np.eye(2))))
    assert [there for _, there in told] == [False, True, False]
    assert all(np.array_equal(one[1], np.eye(2)) for one in made)
