"""What became of the promises: counted on texts that were not there when they were made. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evaluation.figures import Rate
from evaluation.labels import Shares, Truth
from models.classifier.promises import Promise
from nlp.types import LABELS

Part = tuple[Truth, Shares]
"""Truth and probabilities of some texts, shape (texts, labels) each."""


def kept(promises: Sequence[Promise], parts: Mapping[str, Part]) -> dict[str, Any]:
    """Each label's promise, and recall and surplus at its threshold in each part of the texts.

    A label without a promise has no threshold, and nothing is counted for it.
    """
    thresholds = np.array(
        [np.nan if p.threshold is None else p.threshold for p in promises], dtype=float
    )
    return {
        "by_label": {
            label: {
                "positives": promise.positives,
                "threshold": None if promise.threshold is None else round(promise.threshold, 4),
                "words": promise.words,
                "parts": {name: _named(thresholds, *part, [i]) for name, part in parts.items()},
            }
            for i, (label, promise) in enumerate(zip(LABELS, promises, strict=True))
        },
        "together": {
            name: _named(thresholds, *part, range(len(LABELS))) for name, part in parts.items()
        },
    }


def _named(
    thresholds: Shares, truth: Truth, probabilities: Shares, columns: Sequence[int]
) -> dict[str, Any]:
    """Recall and surplus a text over some labels, when all from the threshold on is named."""
    promised = [i for i in columns if not np.isnan(thresholds[i])]
    named = probabilities[:, promised] >= thresholds[promised]
    true = truth[:, promised]
    surplus = float((named & ~true).sum(axis=1).mean()) if promised and len(truth) else None
    return {
        "recall": Rate(int((named & true).sum()), int(true.sum())).to_json(),
        "surplus": None if surplus is None else round(surplus, 4),
    }
