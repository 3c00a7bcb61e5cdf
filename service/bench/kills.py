"""Kill trainings and promotions at random moments: is there always one whole, verified model?

A child process trains a small classifier on real texts, keeps it, puts it to use, goes back, and
begins again with more texts. It is killed with SIGKILL at a random moment of that, and started
again, many times. After each kill the store must name models of which every file is whole, and read
a text with them; at the end a training that was broken off must give the very version that an
undisturbed one gives.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from models import corpora
from models.classifier.corpus import Example, bank_arrays
from models.manifest import Manifest
from models.reader import load_suggester
from models.releases.store import ReleaseStore
from models.releases.training import (
    Confirmed,
    Written,
    add_classifier,
    data_of,
    fit,
    work_key,
)
from models.train import settings as configuration
from nlp.errors import RetssporError
from nlp.types import LABELS, Redacted
from service.learning.jobs import Jobs, Pieces

MOMENTS = 50
_TEXTS = 40
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class KillsRun:
    """What was found. Only ``kills``, ``choices``, ``versions`` and ``resumed`` may be above 0."""

    kills: int
    seed: int
    seconds_of_a_turn: float
    unreadable: int
    """Kills after which the pointer could not be read, or named a model that was not whole."""
    silent: int
    """Kills after which the model in use did not read a text."""
    stuck: int
    """Kills after which a training seemed still to be running."""
    choices: int
    """Promotions and rollbacks that were finished in between."""
    versions: int
    resumed: int
    """Pieces of work that were taken over from a training that was killed."""
    same_after_resuming: bool

    @property
    def is_clean(self) -> bool:
        """True when nothing was ever broken."""
        return not (self.unreadable or self.silent or self.stuck) and self.same_after_resuming


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the children learn from: invented texts, small settings."""

    written: Written
    configured: Mapping[str, Any]
    more: Sequence[Example]

    def confirmed(self, turn: int) -> Confirmed:
        """Every turn one text more: another version."""
        return Confirmed(self.more[: 1 + turn % len(self.more)], 2.0)


def small_lesson() -> Lesson:
    """Some of the written submissions, and settings that make a training short."""
    examples = corpora.examples()
    chosen = examples[:: len(examples) // (2 * _TEXTS)]
    configured = {**configuration("classifier"), "bits": 14, "families": ["words", "stems"]}
    written = Written(chosen[:_TEXTS], bank_arrays([]), "small")
    return Lesson(written, {**configured, "folds": 3}, chosen[_TEXTS : 2 * _TEXTS])


def turn(folder: Path, lesson: Lesson, number: int) -> tuple[Manifest, int]:
    """Train, keep, promote, go back, promote: the version, and how many pieces were taken over."""
    jobs, store = Jobs(folder / "trainings"), ReleaseStore(folder)
    confirmed = lesson.confirmed(number)
    resumed = 0

    def told(name: str, was_there: bool) -> None:
        nonlocal resumed
        resumed += was_there

    with jobs.running():
        key = work_key(lesson.written, confirmed, lesson.configured)
        pieces = Pieces(jobs, key, told)
        fitted = fit(lesson.written, confirmed, lesson.configured, step=pieces)
        made = add_classifier(
            store, fitted, data_of(lesson.written, confirmed), lesson.configured,
            parent=store.in_use().classifier.version, scores={}, card=lambda m: m.version,
        )  # fmt: skip
        pieces.forget()
        store.promote("classifier", made.version, by="bench", why="turn")
        store.rollback(by="bench", why="turn")
        store.promote("classifier", made.version, by="bench", why="turn")
    return made, resumed


def endless(folder: Path, lesson: Lesson, ready: Event, begin: Event) -> None:
    """Turn after turn, until killed. Runs in a process of its own."""
    number, counted = _turns(folder), folder / "resumed"
    ready.set()
    begin.wait()
    while True:
        _, resumed = turn(folder, lesson, number)
        with counted.open("a") as file:
            file.write("x" * resumed)
        number += 1
        (folder / "turns").write_text(str(number))


def _turns(folder: Path) -> int:
    try:
        return int((folder / "turns").read_text() or 0)
    except FileNotFoundError:
        return 0


def bench_kills(folder: Path, *, moments: int = MOMENTS, seed: int = 1) -> KillsRun:
    """Kill that many times, look after each, and compare with an undisturbed training."""
    folder.mkdir(parents=True, exist_ok=True)
    lesson, rng = small_lesson(), random.Random(seed)
    begun = time.monotonic()
    turn(folder / "undisturbed", lesson, 0)
    seconds = time.monotonic() - begun
    store = ReleaseStore(folder / "store")
    store.folder.mkdir()
    found = [_killed(store, lesson, rng.uniform(0, 1.3 * seconds)) for _ in range(moments)]
    number = _turns(store.folder)
    last, _ = turn(store.folder, lesson, number)
    clean, _ = turn(folder / "clean", lesson, number)
    counted = store.folder / "resumed"
    times = {name: sum(name in one for one in found) for name in ("unreadable", "silent", "stuck")}
    return KillsRun(
        kills=moments,
        seed=seed,
        seconds_of_a_turn=round(seconds, 2),
        unreadable=times["unreadable"],
        silent=times["silent"],
        stuck=times["stuck"],
        choices=store.in_use().number,
        versions=len(store.versions("classifier")) - 1,
        resumed=len(counted.read_text()) if counted.exists() else 0,
        same_after_resuming=last.version == clean.version,
    )


def _killed(store: ReleaseStore, lesson: Lesson, after: float) -> set[str]:
    """What was wrong after a kill so many seconds into the work."""
    # Forked from a server that has only imported: starting costs nothing, and no thread is copied.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.bench.kills"])
    ready, begin = context.Event(), context.Event()
    child = context.Process(target=endless, args=(store.folder, lesson, ready, begin), daemon=True)
    child.start()
    ready.wait(_PATIENCE)
    begin.set()
    time.sleep(after)
    child.kill()
    child.join(_PATIENCE)
    return wrong_with(store)


def wrong_with(store: ReleaseStore) -> set[str]:
    """What a service that starts now would find wrong; empty is well."""
    wrong = set()
    if Jobs(store.folder / "trainings").is_running():
        wrong.add("stuck")
    try:
        choice = store.in_use()
        folders = [store.folder_of(choice, kind) for kind in ("redactor", "classifier")]
    except (RetssporError, OSError):
        return wrong | {"unreadable"}
    try:
        said = load_suggester(folders[1]).suggest(Redacted("Vi har ikke fået svar.", ()))
    except (RetssporError, OSError, ValueError):
        return wrong | {"silent"}
    return wrong if len(said) == len(LABELS) else wrong | {"silent"}


def write_kills(run: KillsRun, output: Path) -> str:
    """``kills.json`` and ``kills.md``; gives the table."""
    rows = "\n".join(
        f"| {name.replace('_', ' ')} | {value} |" for name, value in asdict(run).items()
    )
    text = (
        "# Trainings and promotions killed at random moments\n\n"
        "SIGKILL to a process that trains, keeps, promotes and goes back, again and again; after "
        "each kill the store is opened as a starting service would, every file is verified, and a "
        f"text is read. Made by `retsspor bench kills --moments {run.kills}`.\n\n"
        f"| | |\n|---|---|\n{rows}\n"
    )
    (output / "kills.json").write_text(json.dumps(asdict(run), indent=1) + "\n", encoding="utf-8")
    (output / "kills.md").write_text(text, encoding="utf-8")
    return text
