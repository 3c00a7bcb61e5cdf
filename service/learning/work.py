"""A training from beginning to end, in the process that was started for it.

It reads the database once, in one short transaction that is over before the work begins, steps
aside for the service (``nice``), and keeps what it has finished. Every file it leaves is whole: it
may be killed at any moment.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from evaluation import cards
from evaluation.figures import plain
from evaluation.gate import Verdict
from evaluation.measure_labels import ask
from models.classifier.corpus import Example
from models.classifier.suggester import Suggester
from models.manifest import Manifest
from models.reader import load_suggester
from models.releases.store import ReleaseStore
from models.releases.training import (
    Confirmed,
    Written,
    add_classifier,
    as_kept,
    data_of,
    fit,
    work_key,
    written_corpus,
)
from models.train import settings as configuration
from nlp.errors import ModelDamaged, RetssporError
from service.db import audit
from service.db.engine import Database
from service.db.upgrade import upgrade
from service.errors import DatabaseAway
from service.learning.collect import Collected, collect
from service.learning.jobs import Jobs, Pieces
from service.learning.judge import Judgement, judge, keep, locked_examples
from service.learning.pace import JUDGE, MEASURE, READ, SETTLE, Pace
from service.security.sealing import sealer_of
from service.settings import Settings

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_LOOK = 0.3
"""Seconds between looks for a wish to cancel."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a training learns from and is measured on, beside the database."""

    written: Written
    benchmark: Sequence[Example]
    classifier: dict[str, Any]
    learning: dict[str, Any]


def shipped_material() -> Material:
    """The corpus, the locked benchmark and the settings as they are shipped."""
    return Material(
        written_corpus(),
        locked_examples(),
        configuration("classifier"),
        configuration("learning"),
    )


def jobs_of(settings: Settings) -> Jobs:
    """The trainings of an installation lie beside its models."""
    return Jobs(settings.releases / "trainings")


def train(
    settings: Settings,
    identifier: str,
    material: Material | None = None,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Train, measure, judge and keep; gives what is written as the result.

    Raises AlreadyRunning, and whatever else goes wrong: then the result says in Danish what to do,
    if it can be written, and what was learned so far is taken over by the next training.
    """
    jobs = jobs_of(settings)
    with jobs.running():
        _end_when_cancelled(jobs.folder / identifier / "cancel")
        jobs.tidy()
        material = material or shipped_material()
        os.nice(material.learning["nice"])
        pace = jobs.pace(identifier, material.classifier["folds"])
        training = Training(settings, jobs, identifier, material, _Steps(pace, progress))
        try:
            result = training.run()
        except (OSError, RetssporError, SQLAlchemyError) as error:
            with suppress(OSError):
                jobs.finish(identifier, {"failed": why(error)})
            raise
        jobs.finish(identifier, result)
        return result


def why(error: Exception) -> str:
    """What went wrong with a training and what to do, in Danish; quotes nothing.

    >>> why(OSError(errno.ENOSPC, "No space left on device"))[:30]
    'Der er ikke plads på disken. G'
    """
    again = "Det, der er lært, bliver brugt, når I begynder igen."
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"Der er ikke plads på disken. Gør plads. {again}"
    if isinstance(error, OSError):
        return f"En fil kunne ikke læses eller skrives ({type(error).__name__}). {again}"
    if isinstance(error, ModelDamaged):
        return f"En models filer er beskadiget; se `retsspor models verify`. {again}"
    if isinstance(error, (DatabaseAway, SQLAlchemyError)):
        return f"Databasen svarede ikke. {again}"
    return f"Træningen kunne ikke blive færdig ({type(error).__name__}). {again}"


@dataclass(frozen=True, slots=True)
class _Steps:
    """Says each step that is over, to the file that pages look at and to the command line."""

    pace: Pace
    progress: Callable[[str], None]

    def did(self, step: str, was_there: bool = False) -> None:
        found = self.pace.did(step, was_there=was_there)
        left = f", about {found.seconds_left} seconds left" if found.seconds_left else ""
        self.progress(f"{step}{' (was there)' if was_there else ''}: {found.percent} %{left}")


@dataclass(frozen=True, slots=True)
class Training:
    """One training: what it works on, and whom it tells."""

    settings: Settings
    jobs: Jobs
    identifier: str
    material: Material
    steps: _Steps

    def run(self) -> dict[str, Any]:
        """From the database to a version that is kept and judged."""
        self.steps.pace.begin()
        learning = self.material.learning
        collected = read_once(self.settings, learning["confirmed_weight"])
        count, least = len(collected.confirmed.examples), learning["least_confirmed"]
        if count < least:
            return {
                "refused": f"Der er {count} bekræftede indsendelser at lære af. "
                f"Der skal mindst være {least}."
            }
        store = ReleaseStore(self.settings.releases)
        champion = load_suggester(store.folder_of(store.usable(), "classifier"))
        self.steps.did(READ)
        draft = self.jobs.folder / self.identifier / "draft"
        try:
            judgement, made = self._made(store, champion, collected, draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self.steps.did(JUDGE)
        return {
            "version": made.version,
            "champion": champion.version,
            "verdict": judgement.verdict.value,
            "confirmed": count,
            "blind": len(collected.blind),
            "data": made.data["fingerprint"],
            "resumed": self.steps.pace.resumed,
            "seconds": self.steps.pace.seconds,
        }

    def _made(
        self, store: ReleaseStore, champion: Suggester, collected: Collected, draft: Path
    ) -> tuple[Judgement, Manifest]:
        material, learning = self.material, self.material.learning
        pieces = self._pieces(collected.confirmed)
        fitted = fit(material.written, collected.confirmed, material.classifier, step=pieces)
        kept, version = as_kept(fitted, draft)
        challenger = Suggester(kept, version=version)
        self.steps.did(SETTLE)
        scores = measured(challenger, material.benchmark)
        self.steps.did(MEASURE)
        judgement = judge(
            champion, challenger, draft, collected, learning,
            benchmark=material.benchmark, known=[store.shipped / "classifier"],
        )  # fmt: skip
        made = add_classifier(
            store, challenger.classifier, data_of(material.written, collected.confirmed),
            {**material.classifier, "learning": learning},
            parent=champion.version, scores=scores, card=cards.trained,
        )  # fmt: skip
        keep(store, judgement)
        _tell(self.settings, store, judgement)
        pieces.forget()  # not before: a training that could not be kept begins where it was
        return judgement, made

    def _pieces(self, confirmed: Confirmed) -> Pieces:
        """What was finished by a training of the same, and what this one finishes."""
        key = work_key(self.material.written, confirmed, self.material.classifier)
        pieces = Pieces(self.jobs, key, self.steps.did)
        pieces.forget_others()
        return pieces


def read_once(settings: Settings, weight: float) -> Collected:
    """Everything of the database that a training needs, in one transaction that only looks."""
    database = Database(settings.address)
    try:
        upgrade(database)
        with database.read() as session:
            return collect(session, sealer_of(settings), weight=weight)
    finally:
        database.close()


def measured(classifier: Suggester, benchmark: Sequence[Example]) -> dict[str, Any]:
    """The figures of a manifest: label scores with intervals, and evidence, on locked texts."""
    found = ask(classifier, benchmark)
    evidence = found.evidence_score(range(len(benchmark)))
    return {"locked": {**plain(found.scores()), "evidence": plain(evidence)}}


def _tell(settings: Settings, store: ReleaseStore, judgement: Judgement) -> None:
    """The trail says what happened; then a challenger that passed reads along from now on."""
    passed = judgement.verdict is Verdict.PASSED
    database = Database(settings.address)
    try:
        with database.write() as session:
            audit.record(
                session, actor="training", action="model.trained", subject=judgement.challenger,
                against=judgement.champion, passed=passed,
            )  # fmt: skip
    finally:
        database.close()
    if passed and judgement.challenger != judgement.champion:
        store.read_along(judgement.challenger, by="training", why="passed the gate")


def _end_when_cancelled(wish: Path) -> None:
    """End this process, at once and whatever it is at, when somebody asks for it."""

    def look() -> None:
        while not wish.exists():
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=look, daemon=True).start()
