"""Trainings on disk: at most one runs, anybody may look, and what is finished is not done twice.

    <folder>/running.lock        held by the training process as long as it lives
    <folder>/<id>/progress.json  how far it is, replaced whole
    <folder>/<id>/cancel         its presence asks the process to end
    <folder>/<id>/result.json    what came of it
    <folder>/pieces/<key>/       finished pieces of the work, as arrays with their hashes

The lock tells whether a training runs, not a number of a process: the system lets go of it when the
process dies, however it dies. Pieces lie under a fingerprint of data, settings and program, so a
training that begins again with the same takes them over, and any other does not.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from models.classifier.estimator import Arrays
from models.releases.disk import replace_file
from nlp.errors import RetssporError
from service.clock import now
from service.learning.pace import Pace, Progress, steps, weights

_ID = re.compile(r"[0-9]{8}T[0-9]{9}Z")
_LOCK = "running.lock"
_LOOKED = 0.5
"""Seconds: longer than anybody looks at the lock."""
_LATEST = 20
"""Trainings whose times are asked for, the latest."""


class AlreadyRunning(RetssporError):
    """Another training runs."""

    def __init__(self) -> None:
        super().__init__("a training runs already; wait for it or cancel it")


@dataclass(frozen=True, slots=True)
class Job:
    """A training as anybody can see it."""

    id: str
    is_running: bool
    is_cancelled: bool
    progress: Progress | None
    result: dict[str, Any] | None


class Jobs:
    """The trainings of an installation."""

    def __init__(self, folder: Path):
        self.folder = folder

    def latest(self) -> Job | None:
        """The training that was begun last."""
        names = self._names()
        return self.job(max(names)) if names else None

    def measured(self) -> dict[str, float]:
        """Seconds of each step of the latest training that was done in one go; empty before it."""
        for name in sorted(self._names(), reverse=True)[:_LATEST]:
            result = _read(self.folder / name / "result.json") or {}
            if result.get("seconds") and not result.get("resumed"):
                return {str(step): float(took) for step, took in result["seconds"].items()}
        return {}

    def _names(self) -> list[str]:
        return [p.name for p in self.folder.glob("*Z") if _ID.fullmatch(p.name)]

    def job(self, identifier: str) -> Job:
        """One training; its files may be missing when it died early."""
        folder = self.folder / identifier
        progress = _read(folder / "progress.json")
        result = _read(folder / "result.json")
        return Job(
            identifier,
            result is None and self.is_running(),
            (folder / "cancel").exists(),
            Progress(**progress) if progress else None,
            result,
        )

    def is_running(self) -> bool:
        """True while a training process holds the lock."""
        try:
            with (self.folder / _LOCK).open("a") as lock:
                # Shared: those who only look do not take each other for a training.
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def new(self) -> str:
        """A folder for a training that is about to begin; gives its id."""
        identifier = now().strftime("%Y%m%dT%H%M%S%f")[:-3] + "Z"
        (self.folder / identifier).mkdir(parents=True)
        return identifier

    def cancel(self, identifier: str) -> None:
        """Ask a training to end. What is finished of it stays for the next."""
        if _ID.fullmatch(identifier) and (self.folder / identifier).is_dir():
            (self.folder / identifier / "cancel").touch()

    def tidy(self) -> None:
        """Drafts of trainings that were killed. Whoever holds the lock is the only training."""
        for draft in self.folder.glob("*/draft"):
            shutil.rmtree(draft, ignore_errors=True)

    def forget_pieces(self) -> None:
        """Pieces of trainings that were broken off: arrays that were made from texts."""
        shutil.rmtree(self.folder / "pieces", ignore_errors=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Be the one training process. Raises AlreadyRunning."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("a") as lock:
            _hold(lock)
            yield

    def pace(self, identifier: str, parts: int) -> Pace:
        """What tells how far a training is."""
        found = weights(steps(parts), self.measured())
        return Pace(self.folder / identifier / "progress.json", found)

    def finish(self, identifier: str, result: dict[str, Any]) -> None:
        """Write what came of a training."""
        _write(self.folder / identifier / "result.json", result)


def _hold(lock: IO[str]) -> None:
    """Take the lock; whoever only looks has it for a moment. Raises AlreadyRunning."""
    until = time.monotonic() + _LOOKED
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise AlreadyRunning from None
            time.sleep(_LOOKED / 50)
        else:
            return


class Pieces:
    """Finished pieces of one piece of work, each an archive of numbers with its hash.

    A ``models.classifier.estimator.Step``: a piece that lies here whole is not done again. One that
    is damaged is done again.
    """

    def __init__(self, jobs: Jobs, key: str, told: Callable[[str, bool], None]) -> None:
        self._folder = jobs.folder / "pieces" / key
        self._told = told

    def __call__(self, name: str, work: Callable[[], Arrays]) -> Arrays:
        """The arrays of a piece, kept or made."""
        kept = self._kept(name)
        if kept is not None:
            self._told(name, True)
            return kept
        made = work()
        self._keep(name, made)
        self._told(name, False)
        return made

    def _kept(self, name: str) -> Arrays | None:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        digest, archive = content[:32], content[32:]
        if hashlib.sha256(archive).digest() != digest:
            return None
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            return tuple(arrays[str(number)] for number in range(len(arrays.files)))

    def _keep(self, name: str, made: Arrays) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        archive = io.BytesIO()
        numbered: dict[str, Any] = {str(number): one for number, one in enumerate(made)}
        np.savez_compressed(archive, allow_pickle=False, **numbered)
        content = archive.getvalue()
        replace_file(self._path(name), hashlib.sha256(content).digest() + content)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name.replace(' ', '-')}.npz.sealed"

    def forget(self) -> None:
        """All pieces, of this work and of others, are of no use any more."""
        shutil.rmtree(self._folder.parent, ignore_errors=True)

    def forget_others(self) -> None:
        """Pieces of other data or settings will hardly be asked for again."""
        home = self._folder.parent
        for folder in home.iterdir() if home.is_dir() else ():
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, value: dict[str, Any]) -> None:
    replace_file(path, json.dumps(value, ensure_ascii=False).encode())


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found
