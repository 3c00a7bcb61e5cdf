"""One whole pair of models by name, chosen once and the same in every process that reads a file.

A service follows the pointer of the store; a batch must not: all rows of a file are read by the
same versions, whoever promotes or goes back meanwhile. What is handed to workers are names and
hashes. Each finds the files of that very version whole before it loads them, or refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from models.releases.choice import Choice
from models.releases.store import ReleaseStore
from nlp.errors import ModelDamaged


@dataclass(frozen=True, slots=True)
class Pinned:
    """A choice, and the folder of the store that it was made in."""

    store: Path
    choice: Choice
    warning: str = field(default="", compare=False)
    """Why these are not the models that the pointer names; empty when they are."""

    def folder_of(self, kind: str) -> Path:
        """Where the files lie on this machine, found whole. Raises ModelDamaged, UnknownRelease."""
        return ReleaseStore(self.store).folder_of(self.choice, kind)


def pinned(store: ReleaseStore) -> Pinned:
    """What is in use now, or the latest whole choice before it, with a warning."""
    usable = store.usable()
    return Pinned(store.folder.resolve(), usable, fallback(store, usable))


def fallback(store: ReleaseStore, usable: Choice) -> str:
    """What to say when ``usable`` is not what the pointer names; empty when it is."""
    try:
        wanted = store.in_use()
    except ModelDamaged as error:
        why = str(error)
    else:
        if wanted.number == usable.number:
            return ""
        why = f"the models in use (change {wanted.number}) are damaged or missing"
    instead = f"those of change {usable.number}" if usable.number else "the shipped ones"
    return f"{why}; {instead} are used instead (see `retsspor models verify`)"
