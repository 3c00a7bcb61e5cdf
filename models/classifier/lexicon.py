"""Words → the concept they stand for, kept as hashes: no word can be read out of a model.

«Psykologens udtalelse» and «lægens attest» share no word; both are an expert and
an expert's paper. What the classes hold is written in ``training_data/concepts/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.classifier.words import Hashes, stem_hashes, tokens_of


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Sorted hashes of stems, and the number of the class that each belongs to (from 1)."""

    keys: Hashes
    codes: Hashes

    def of(self, hashes: Hashes) -> Hashes:
        """The class of each stem; 0 for a stem of none. Same shape."""
        if not len(self.keys):
            return np.zeros(len(hashes), dtype=np.uint64)
        place = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        found: Hashes = np.where(self.keys[place] == hashes, self.codes[place], np.uint64(0))
        return found


EMPTY = Lexicon(np.zeros(0, np.uint64), np.zeros(0, np.uint64))
"""Knows no word."""


def lexicon(classes: Mapping[str, Sequence[str]]) -> Lexicon:
    """The lexicon of these classes. A stem that two classes claim goes to the first."""
    code_of: dict[int, int] = {}
    for number, words in enumerate(classes.values(), 1):
        hashes, _ = stem_hashes([tokens_of(" ".join(words))])
        for stem in hashes.tolist():
            code_of.setdefault(stem, number)
    keys = np.array(sorted(code_of), dtype=np.uint64)
    codes = np.array([code_of[key] for key in keys.tolist()], dtype=np.uint64)
    return Lexicon(keys, codes)


def codes_only(codes: Hashes, rows: npt.NDArray[np.int64]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """The concepts of each clause in order, with the words between them left out."""
    kept = codes > 0
    return codes[kept], rows[kept]
