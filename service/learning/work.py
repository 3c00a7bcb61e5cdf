"""A training from beginning to end, in the process that was started for it.

It reads the database once, in one short transaction that is over before the work begins, steps
aside for the service (``nice``), and keeps what it has finished. Every file it leaves is whole: it
may be killed at any moment.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from evaluation import cards
from evaluation.figures import plain
from evaluation.measure_labels import ask
from models.classifier.corpus import Example
from models.classifier.suggester import Suggester
from models.reader import load_suggester
from models.releases.store import ReleaseStore
from models.releases.training import (
    Written,
    add_classifier,
    as_kept,
    data_of,
    fit,
    work_key,
    written_corpus,
)
from models.train import settings as configuration
from service.db import audit
from service.db.engine import Database
from service.learning.collect import Collected, collect
from service.learning.jobs import Jobs, Pace, Pieces
from service.learning.judge import Judgement, judge, keep, locked_examples
from service.security.sealing import sealer_of
from service.settings import Settings

_SHARES = {"read": 4, "pieces": 72, "measure": 12, "judge": 12}
"""Percent of the work, as measured on the shipped corpus."""
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


def train(settings: Settings, identifier: str, material: Material | None = None) -> dict[str, Any]:
    """Train, measure, judge and keep; gives what is written as the result.

    Raises AlreadyRunning, and whatever else goes wrong; then there is no result.
    """
    jobs = jobs_of(settings)
    with jobs.running():
        _end_when_cancelled(jobs.folder / identifier / "cancel")
        pace = Pace(jobs, identifier)
        pace.told("Læser teksterne")
        material = material or shipped_material()
        os.nice(material.learning["nice"])
        result = _train(settings, jobs, identifier, material, pace)
        jobs.finish(identifier, result)
        pace.told("Færdig", 100)
        return result


def _train(
    settings: Settings, jobs: Jobs, identifier: str, material: Material, pace: Pace
) -> dict[str, Any]:
    learning = material.learning
    collected = read_once(settings, learning["confirmed_weight"])
    count = len(collected.confirmed.examples)
    if count < learning["least_confirmed"]:
        return {
            "refused": f"Der er {count} bekræftede indsendelser at lære af. Der skal mindst være "
            f"{learning['least_confirmed']}."
        }
    pace.told("Lærer", _SHARES["read"])
    store = ReleaseStore(settings.releases)
    champion = _champion(store)
    draft = jobs.folder / identifier / "draft"
    challenger = _fitted(jobs, material, collected, pace, draft)
    pace.told("Måler på de låste tekster")
    scores = measured(challenger, material.benchmark)
    pace.told("Holder den op mod modellen i brug", _SHARES["measure"])
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
    _tell(settings, store, judgement)
    shutil.rmtree(draft, ignore_errors=True)
    pace.told("Gemmer", _SHARES["judge"])
    return {
        "version": made.version,
        "champion": champion.version,
        "verdict": judgement.verdict.value,
        "confirmed": count,
        "blind": len(collected.blind),
        "data": made.data["fingerprint"],
        "resumed": pace.resumed,
    }


def read_once(settings: Settings, weight: float) -> Collected:
    """Everything of the database that a training needs, in one transaction that only looks."""
    database = Database(settings.address)
    try:
        with database.read() as session:
            return collect(session, sealer_of(settings), weight=weight)
    finally:
        database.close()


def measured(classifier: Suggester, benchmark: Sequence[Example]) -> dict[str, Any]:
    """The figures of a manifest: label scores with intervals, and evidence, on locked texts."""
    found = ask(classifier, benchmark)
    evidence = found.evidence_score(range(len(benchmark)))
    return {"locked": {**plain(found.scores()), "evidence": plain(evidence)}}


def _champion(store: ReleaseStore) -> Suggester:
    return load_suggester(store.folder_of(store.usable(), "classifier"))


def _fitted(
    jobs: Jobs, material: Material, collected: Collected, pace: Pace, draft: Path
) -> Suggester:
    """The challenger as it will be read back from its files, which lie in ``draft``."""
    confirmed, configured = collected.confirmed, material.classifier
    share = _SHARES["pieces"] / (configured["folds"] + 1)

    def told(name: str, was_there: bool) -> None:
        pace.told(f"Lærer: {name.replace('part', 'del').replace('whole', 'det hele')}", share,
                  was_there=was_there)  # fmt: skip

    pieces = Pieces(jobs, work_key(material.written, confirmed, configured), told)
    pieces.forget_others()
    fitted = fit(material.written, confirmed, configured, step=pieces)
    kept, version = as_kept(fitted, draft)
    pieces.forget()
    return Suggester(kept, version=version)


def _tell(settings: Settings, store: ReleaseStore, judgement: Judgement) -> None:
    """A challenger that passed reads along from now on; either way the trail says what happened."""
    passed = judgement.verdict.value == "består"
    if passed and judgement.challenger != judgement.champion:
        store.read_along(judgement.challenger, by="training", why="passed the gate")
    database = Database(settings.address)
    try:
        with database.write() as session:
            audit.record(
                session, actor="training", action="model.trained", subject=judgement.challenger,
                against=judgement.champion, passed=passed,
            )  # fmt: skip
    finally:
        database.close()


def _end_when_cancelled(wish: Path) -> None:
    """End this process, at once and whatever it is at, when somebody asks for it."""

    def look() -> None:
        while not wish.exists():
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=look, daemon=True).start()
