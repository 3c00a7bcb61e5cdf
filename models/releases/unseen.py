"""What a training thought of each confirmed submission before it had learned from it.

A training cuts its texts into parts by sender, and gives each text a probability from the parts
that had met nothing by its sender. Of confirmed submissions these are kept beside the versions,
under the keyed hash of the reference, with the labels that were learned from: numbers, no text.

    <folder>/unseen/<version>.json

It is a letter to the service, which turns it into its list of doubtful decisions and deletes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.classifier.corpus import Example
from models.classifier.estimator import ClauseClassifier
from models.releases.disk import replace_file
from nlp.errors import ModelDamaged
from nlp.types import LABELS

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FOLDER = "unseen"
_CARRIED = "unseen_of_confirmed"


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Probabilities of confirmed submissions, given before they were learned from."""

    references: tuple[str, ...]
    """Keyed hashes."""
    decided: Flags
    """The labels that were learned from, shape (submissions, labels)."""
    probabilities: Matrix
    """The same shape; NaN when all texts were by one sender."""

    @property
    def is_known(self) -> bool:
        """True when there is something to tell."""
        return bool(self.references) and bool(np.isfinite(self.probabilities).all())


def of_confirmed(classifier: ClauseClassifier, own: Sequence[Example]) -> Unseen:
    """The part of a fit that belongs to its last examples, ``own``."""
    first = len(classifier.unseen_) - len(own)
    decided = np.array([one.labels for one in own], dtype=bool).reshape(-1, len(LABELS))
    return Unseen(tuple(one.id for one in own), decided, classifier.unseen_[first:])


def carry(classifier: ClauseClassifier, found: Unseen | None) -> None:
    """Let a classifier take it along: beside what it learned, and no part of its files."""
    classifier.__dict__[_CARRIED] = found


def carried(classifier: ClauseClassifier) -> Unseen | None:
    """What a classifier takes along."""
    found: Unseen | None = classifier.__dict__.get(_CARRIED)
    return found


def write(home: Path, version: str, found: Unseen) -> None:
    """Leave it beside the versions, whole or not at all."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        reference: [decided.astype(int).tolist(), probabilities.round(4).tolist()]
        for reference, decided, probabilities in zip(
            found.references, found.decided, found.probabilities, strict=True
        )
    }
    replace_file(folder / f"{version}.json", json.dumps(rows).encode())


def waiting(home: Path) -> list[Path]:
    """Letters that nobody has read, the latest last."""
    found = [path for path in (home / FOLDER).glob("*.json") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def read(path: Path) -> Unseen:
    """A letter. Raises ModelDamaged when it is none."""
    try:
        rows = dict(json.loads(path.read_text(encoding="utf-8")).items())
        values = np.array(list(rows.values()), dtype=np.float64).reshape(-1, 2, len(LABELS))
    except (OSError, ValueError, TypeError, AttributeError):
        raise ModelDamaged(f"{FOLDER}/{path.name} cannot be read") from None
    if not ((values >= 0) & (values <= 1)).all():
        raise ModelDamaged(f"{FOLDER}/{path.name} holds what is no probability")
    return Unseen(tuple(map(str, rows)), values[:, 0] > 0, values[:, 1])
