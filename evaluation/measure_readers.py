"""Is the classifier as good as a second reader? Both beside the first labels. Pure.

Neither reader is a person (``evaluation/DATASHEET.md``): what is measured is how clear the codebook
and the texts are to careful readers, which is the most that the figures of a classifier can mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.figures import Rate, estimate, plain
from evaluation.labels import Truth, f1_by_label, krippendorff_alpha, resample
from evaluation.texts import SecondReading
from nlp.types import LABELS


@dataclass(frozen=True, slots=True)
class Readings:
    """The same texts, read three times; each of the shape (texts, labels)."""

    first: Truth
    second: Truth
    unsure: Truth
    """What the second reader hesitated over."""
    suggested: Truth
    """What the classifier suggests."""

    def __post_init__(self) -> None:
        shapes = {a.shape for a in (self.first, self.second, self.unsure, self.suggested)}
        if len(shapes) != 1:
            raise ValueError(f"shapes differ: {sorted(shapes)}")

    def __add__(self, other: Readings) -> Readings:
        return Readings(
            np.vstack([self.first, other.first]),
            np.vstack([self.second, other.second]),
            np.vstack([self.unsure, other.unsure]),
            np.vstack([self.suggested, other.suggested]),
        )

    def chosen(self, rows: Any) -> Readings:
        """Some of the texts."""
        return Readings(
            self.first[rows], self.second[rows], self.unsure[rows], self.suggested[rows]
        )


def readings(
    ids: Sequence[str], first: Truth, suggested: Truth, second: Mapping[str, SecondReading]
) -> Readings:
    """Put the three readings side by side. Raises KeyError for a text that was read once only."""
    given = [second[name] for name in ids]
    return Readings(
        first,
        np.array([[label in r.labels for label in LABELS] for r in given], dtype=bool),
        np.array([[label in r.unsure for label in LABELS] for r in given], dtype=bool),
        suggested,
    )


def agreement(parts: Mapping[str, Readings], whole: Readings) -> dict[str, Any]:
    """By label over all texts, and both readers' macro-F1 against the first labels in each part."""
    return {
        "texts": len(whole.first),
        "by_label": {label: _label(whole, [i]) for i, label in enumerate(LABELS)},
        "together": _label(whole, list(range(len(LABELS)))),
        "parts": {name: _part(part) for name, part in parts.items()},
    }


def _label(read: Readings, columns: Sequence[int]) -> dict[str, Any]:
    """F1 and alpha of each against the first labels: means over the given labels."""
    first, second, suggested = (a[:, columns] for a in (read.first, read.second, read.suggested))
    apart = first != second
    return {
        "positives": int(first.sum()),
        "second": _against(first, second),
        "classifier": _against(first, suggested),
        "disagreements": int(apart.sum()),
        "unsure": Rate(int((apart & read.unsure[:, columns]).sum()), int(apart.sum())).to_json(),
    }


def _against(first: Truth, other: Truth) -> dict[str, float | None]:
    alphas = [krippendorff_alpha(a, b) for a, b in zip(first.T, other.T, strict=True)]
    known = [alpha for alpha in alphas if alpha is not None]
    f1 = f1_by_label(first, other, np.ones((1, len(first))))
    return {
        "f1": round(float(f1.mean()), 4),
        "alpha": round(float(np.mean(known)), 4) if known else None,
    }


def _part(read: Readings) -> dict[str, Any]:
    """Macro-F1 of both, and what the classifier has more; drawn again from the same texts."""
    once = np.ones((1, len(read.first)))
    weights = resample(len(read.first))
    second, classifier = (
        (
            float(f1_by_label(read.first, other, once).mean()),
            f1_by_label(read.first, other, weights).mean(axis=1),
        )
        for other in (read.second, read.suggested)
    )
    return {
        "texts": len(read.first),
        "second": plain(estimate(second[0], second[1].tolist())),
        "classifier": plain(estimate(classifier[0], classifier[1].tolist())),
        "difference": plain(
            estimate(classifier[0] - second[0], (classifier[1] - second[1]).tolist())
        ),
    }
