"""Every version of the models, and the one file that says which of them are in use.

    <folder>/classifier/<version>/   files, manifest.json, README.md (the model card)
    <folder>/redactor/<version>/     the same
    <folder>/in-use.json             the pointer: which version of each, and those before

A version is written beside its place, brought to the disk, and renamed: it is there whole or not at
all. The pointer is one small file, replaced by a rename: a reader sees the old one or the new one.
It holds the hash of each version's manifest, and that holds the hash of every other file, so
whoever alters a file, or the manifest with it, is found out. No file is code.

A version that is damaged is not used: what was in use stays, or at a start the newest whole one
before it, and in the end the shipped models.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from models.manifest import NAME, SHIPPED, Manifest, file_hash, now, read_manifest, verified
from models.releases.choice import KINDS, Choice, Chosen, choice_of, same_models
from models.releases.disk import DRAFT, Stamp, flush, replace_file, stamp_of, to_disk
from nlp.errors import ModelDamaged, RetssporError

POINTER = "in-use.json"
_LOCK = "store.lock"
_VERSION = re.compile(r"[0-9a-f]{12}")
_EXECUTABLE = 0o111
_REMEMBERED = 100
"""Changes that the pointer remembers."""


Note = Callable[[Choice], None]


def no_note(choice: Choice) -> None:
    """The plain ``Note``: nothing is written down."""


class UnknownRelease(RetssporError):
    """No such version is in the store."""


class NothingBefore(RetssporError):
    """There is no earlier version to go back to."""


class ReleaseStore:
    """The versions in a folder. Makes nothing until something is added or promoted."""

    def __init__(self, folder: Path, *, shipped: Path = SHIPPED):
        self.folder = folder
        self.shipped = shipped

    # ── looking ──────────────────────────────────────────────────────────────────────────────────
    def stamp(self) -> Stamp:
        """Changes whenever the pointer does; one look at the file system."""
        return stamp_of(self.folder / POINTER)

    def choices(self) -> tuple[Choice, ...]:
        """What was in use, the latest last; the shipped models begin it. Raises ModelDamaged."""
        try:
            text = (self.folder / POINTER).read_text(encoding="utf-8")
            rows = json.loads(text)["choices"]
            found = tuple(choice_of(row) for row in rows)
        except FileNotFoundError:
            return (self._shipped_choice(),)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ModelDamaged(f"{POINTER} cannot be read") from None
        if not found:
            raise ModelDamaged(f"{POINTER} names no model")
        return found

    def in_use(self) -> Choice:
        """What the pointer names, unchecked. Raises ModelDamaged."""
        return self.choices()[-1]

    def usable(self) -> Choice:
        """The latest choice that is whole: the one in use, else one before, else the shipped.

        Raises ModelDamaged when not even those are whole.
        """
        try:
            found = self.choices()
        except ModelDamaged:
            found = ()
        for choice in reversed(found):
            if self._is_whole(choice):
                return choice
        return self._shipped_choice()

    def path(self, kind: str, version: str) -> Path:
        """Where a version lies. Raises UnknownRelease."""
        own = self.folder / kind / version
        if _VERSION.fullmatch(version) and own.is_dir():
            return own
        if read_manifest(self.shipped / kind).version == version:
            return self.shipped / kind
        raise UnknownRelease(f"there is no {kind} {version} in the store")

    def versions(self, kind: str) -> list[str]:
        """Every version of a kind that has a place in the store, unchecked, by name."""
        home = self.folder / kind
        names = [p.name for p in home.iterdir()] if home.is_dir() else []
        own = {name for name in names if _VERSION.fullmatch(name)}
        return sorted(own | {read_manifest(self.shipped / kind).version})

    def check(self, kind: str, version: str, *, manifest: str = "") -> Manifest:
        """The manifest of a version after every file was found whole.

        ``manifest`` is the hash that the pointer holds. Raises ModelDamaged or UnknownRelease.
        """
        folder = self.path(kind, version)
        found = verified(folder, kind=kind)
        if found.version != version:
            raise ModelDamaged(f"{version}: its manifest is that of {found.version}")
        if manifest and file_hash(folder / NAME) != manifest:
            raise ModelDamaged(f"{version}: its manifest is not the one that was promoted")
        for name in found.files:
            if (folder / name).stat().st_mode & _EXECUTABLE:
                raise ModelDamaged(f"{version}: {name} may be run; no file of a model may")
        return found

    def folder_of(self, choice: Choice, kind: str) -> Path:
        """Where the files of a choice lie, after they were found whole. Raises ModelDamaged."""
        one = choice.of(kind)
        self.check(kind, one.version, manifest=one.manifest)
        return self.path(kind, one.version)

    # ── changing ─────────────────────────────────────────────────────────────────────────────────
    def add(self, kind: str, write: Callable[[Path], Manifest]) -> Manifest:
        """Keep a new version. ``write`` fills an empty folder and seals it with its manifest.

        The same version again changes nothing; in the place of a damaged one the new files go.
        """
        with self._alone():
            home = self.folder / kind
            home.mkdir(parents=True, exist_ok=True)
            self._tidy(home)
            draft = home / f"{DRAFT}{os.getpid()}"
            draft.mkdir()
            try:
                return self._placed(home, draft, write(draft))
            finally:
                self._tidy(home)

    def _placed(self, home: Path, draft: Path, made: Manifest) -> Manifest:
        """A draft that is whole becomes a version; what is there and good stays."""
        verified(draft, kind=home.name)
        to_disk(draft)
        place = home / made.version
        if place.exists():
            if self._is_good(home.name, made.version):
                return read_manifest(place)
            place.rename(home / f"{DRAFT}damaged-{made.version}")
        draft.rename(place)
        flush(home)
        return made

    def take_in(self, kind: str, folder: Path) -> Manifest:
        """Copy a sealed version from a folder. Raises ModelDamaged when it is not whole."""
        made = verified(folder, kind=kind)

        def write(draft: Path) -> Manifest:
            shutil.copytree(folder, draft, dirs_exist_ok=True)
            return made

        return self.add(kind, write)

    def promote(
        self, kind: str, version: str, *, by: str, why: str, note: Note = no_note
    ) -> Choice:
        """Put a version to use; a former classifier reads along from then on, to be compared with.

        ``note`` gets the choice before it is made, while nobody else can make one: where the act
        shall be known of, it is written down first. What it raises lets nothing happen. Raises
        ModelDamaged or UnknownRelease, and changes nothing then.
        """
        with self._alone():
            chosen = self._chosen(kind, version)
            past = self._past()
            current = past[-1]
            if kind == "redactor":
                return self._point(past, replace(current, redactor=chosen), by, why, note)
            is_new = chosen != current.classifier
            beside = current.classifier if is_new else current.beside
            wanted = replace(current, classifier=chosen, beside=beside)
            return self._point(past, wanted, by, why, note)

    def read_along(self, version: str, *, by: str, why: str) -> Choice:
        """Let a classifier read along, or none (``""``). Raises as ``promote``."""
        with self._alone():
            beside = self._chosen("classifier", version) if version else None
            past = self._past()
            return self._point(past, replace(past[-1], beside=beside), by, why)

    def _chosen(self, kind: str, version: str) -> Chosen:
        self.check(kind, version)
        return Chosen(version, file_hash(self.path(kind, version) / NAME))

    def rollback(
        self, *, by: str, why: str, expected: int | None = None, note: Note = no_note
    ) -> Choice:
        """Back to the latest whole choice that differs from what is in use. Never deletes anything.

        ``expected`` is the number of the choice that is to be left: when another is in use by now,
        nothing happens and that one is the answer. ``note``: as for ``promote``. Raises
        NothingBefore.
        """
        with self._alone():
            past = self._past()
            current = past[-1]
            if expected is not None and current.number != expected:
                return current
            choice = self.before()
            if choice is None:
                raise NothingBefore("there is no earlier whole version to go back to")
            return self._point(past, replace(choice, beside=None), by, why, note)

    def before(self) -> Choice | None:
        """Where ``rollback`` would go now; None when there is nothing to go back to."""
        line = self._line(self._past())
        return next((one for one in reversed(line) if self._is_whole(one)), None)

    def _line(self, past: tuple[Choice, ...]) -> list[Choice]:
        """The choices that lead to the one in use, without those that were taken back."""
        line: list[Choice] = []
        for choice in past:
            same = [i for i, one in enumerate(line) if same_models(one, choice)]
            line = [*line[: same[-1]], choice] if same else [*line, choice]
        return line[:-1]

    def _point(
        self,
        past: tuple[Choice, ...],
        wanted: Choice,
        by: str,
        why: str,
        note: Note = no_note,
    ) -> Choice:
        choice = replace(wanted, number=past[-1].number + 1, at=now(), by=by, why=why)
        note(choice)
        kept = [*past, choice][-_REMEMBERED:]
        text = json.dumps({"choices": [asdict(one) for one in kept]}, ensure_ascii=False, indent=1)
        replace_file(self.folder / POINTER, text.encode() + b"\n")
        return choice

    def _past(self) -> tuple[Choice, ...]:
        """All choices; a pointer that cannot be read is no reason not to choose anew."""
        try:
            return self.choices()
        except ModelDamaged:
            return (self._shipped_choice(),)

    def _shipped_choice(self) -> Choice:
        parts = {
            kind: Chosen(manifest.version, file_hash(self.shipped / kind / NAME))
            for kind in KINDS
            for manifest in [read_manifest(self.shipped / kind)]
        }
        return Choice(0, **parts, at="", by="", why="")

    def _is_whole(self, choice: Choice) -> bool:
        return all(
            self._is_good(kind, choice.of(kind).version, choice.of(kind).manifest) for kind in KINDS
        )

    def _is_good(self, kind: str, version: str, manifest: str = "") -> bool:
        try:
            self.check(kind, version, manifest=manifest)
        except (ModelDamaged, UnknownRelease, OSError):
            return False
        return True

    def _tidy(self, home: Path) -> None:
        """Drafts of writers that were killed. Whoever holds the lock is the only writer."""
        for draft in home.glob(f"{DRAFT}*"):
            shutil.rmtree(draft)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time on this folder; the system lets go when a process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
