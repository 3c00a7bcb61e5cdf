"""From the scores of clauses and of the whole text to the probability of the text, label by label.

A second, small regression over a handful of numbers a label, which calibrates; and the threshold
above which a label is suggested.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

DOCUMENT_FEATURES = 6
_LEAST_POSITIVE = 3
"""Positive texts below which a label's second regression is not fitted."""
_NO_CLAUSE = -6.0
"""The score of a text without clauses, and of the second best of a text with one."""


def summarise(logits: Matrix, whole: Matrix) -> Matrix:
    """What the scores come to, shape (DOCUMENT_FEATURES, labels).

    Best clause, second best, «at least one» if clauses were independent, mean, length of the text,
    and what the words of the whole text say.
    """
    ordered = -np.sort(-logits, axis=0)
    second = ordered[1] if len(ordered) > 1 else np.full(logits.shape[1], _NO_CLAUSE)
    none = np.log1p(-np.clip(expit(logits), 0, 1 - 1e-9)).sum(axis=0)
    any_of = np.log(np.clip(-np.expm1(none), 1e-9, 1 - 1e-9)) - none
    length = np.full(logits.shape[1], np.log1p(len(logits)))
    return np.stack(
        [
            ordered[0],
            np.clip(second, -8, 8),
            np.clip(any_of, -8, 8),
            logits.mean(axis=0),
            length,
            whole,
        ]
    )


def summaries(logits: Matrix, whole: Matrix, owner: Labels) -> Matrix:
    """Of many texts, shape (texts, DOCUMENT_FEATURES, labels).

    ``owner``, shape (clauses,), is the text of each clause; the clauses of a text stand together,
    and the texts in their order. ``whole`` has the shape (texts, labels).
    """
    starts = np.searchsorted(owner, np.arange(1, len(whole)))
    none = np.full((1, whole.shape[1]), _NO_CLAUSE)
    by_text = (part if len(part) else none for part in np.split(logits, starts))
    return np.array([summarise(*pair) for pair in zip(by_text, whole, strict=True)])


def cheapest_threshold(
    truth: npt.NDArray[Any],
    probabilities: Matrix,
    miss_cost: float,
    weight: Matrix | None = None,
) -> float:
    """The threshold with the least cost of misses and surplus suggestions, kept near the theory.

    For calibrated probabilities it is 1 / (1 + miss_cost); data may move it by half of that.
    """
    centre = 1 / (1 + miss_cost)
    candidates = np.linspace(centre * 0.7, centre * 1.4, 29)
    counts = np.ones(len(truth)) if weight is None else weight
    costs = [
        miss_cost * counts[(probabilities < t) & (truth == 1)].sum()
        + counts[(probabilities >= t) & (truth == 0)].sum()
        for t in candidates
    ]
    best = np.flatnonzero(np.array(costs) == min(costs))
    return float(candidates[best[len(best) // 2]])


def varied(labels: Labels) -> npt.NDArray[np.bool_]:
    """Labels with enough texts on both sides for a second regression."""
    positives = labels.sum(axis=0)
    return np.asarray(np.minimum(positives, len(labels) - positives) >= _LEAST_POSITIVE)


def fit_documents(
    summaries: Matrix, labels: Labels, weight: Matrix | None = None
) -> tuple[Matrix, Matrix]:
    """The second regression of each label; where there is too little, the best clause decides."""
    coef = np.zeros((labels.shape[1], DOCUMENT_FEATURES))
    coef[:, 0] = 1.0
    intercept = np.zeros(labels.shape[1])
    for label in np.flatnonzero(varied(labels)):
        # Seven numbers: Newton's method is there in a few steps, and exact to the last digits.
        model = LogisticRegression(C=1.0, solver="newton-cholesky")
        model.fit(summaries[:, :, label], labels[:, label], sample_weight=weight)
        coef[label] = model.coef_[0]
        intercept[label] = model.intercept_[0]
    return coef, intercept


def documents(summaries: Matrix, coef: Matrix, intercept: Matrix) -> Matrix:
    """Probabilities of texts, shape (texts, labels); summaries: (texts, features, labels)."""
    total = (summaries * coef.T).sum(axis=1) + intercept
    return np.asarray(expit(total), dtype=np.float64)
