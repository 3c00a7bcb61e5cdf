"""Linear scorers: one margin a label over sparse features, and how a margin becomes a chance.

A support vector machine over features that are scaled by how unevenly they stand in positive and
negative examples (Wang & Manning, «Baselines and Bigrams: Simple, Good Sentiment and Topic
Classification», ACL 2012, there interpolated). On clauses it ranks better than logistic regression
over the same features, and is fitted several times faster. Its margins are no chances: ``Sigmoid``
(Platt 1999) makes them so, from margins of examples that the scorer had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

_PRIOR = 0.1
"""Weight that every feature is taken to have had in each class, so that no ratio is infinite."""
_CONSTANT = 6.0
"""The score, either way, of a label that never varied."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """Weights a feature: ``rows @ coef.T + intercept`` is a score a label."""

    coef: Matrix
    """Shape (labels, features)."""
    intercept: Matrix
    """Shape (labels,)."""

    def scores(self, rows: sp.csr_matrix) -> Matrix:
        """Shape (rows, labels)."""
        return np.asarray(rows @ self.coef.T + self.intercept, dtype=np.float64)

    def through(self, sigmoid: Sigmoid) -> Scorer:
        """The same scorer, its scores log-odds."""
        return Scorer(
            self.coef * sigmoid.slope[:, None], self.intercept * sigmoid.slope + sigmoid.offset
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sigmoid:
    """Margins → log-odds, a line a label. Both of shape (labels,); slopes are not negative."""

    slope: Matrix
    offset: Matrix

    def of(self, scores: Matrix) -> Matrix:
        """Log-odds, same shape as the scores (examples, labels)."""
        return scores * self.slope + self.offset


def fit_scorer(
    rows: sp.csr_matrix, marks: Labels, C: float, weight: Matrix | None = None
) -> Scorer:
    """A scorer of each column of ``marks`` (shape (rows, labels), 0 and 1).

    ``weight``, shape (rows,), is how many times a row counts; None: once each.
    """
    coef = np.zeros((marks.shape[1], rows.shape[1]))
    intercept = np.zeros(marks.shape[1])
    for label, truth in enumerate(marks.T):
        if truth.min() == truth.max():
            intercept[label] = _CONSTANT if truth.min() == 1 else -_CONSTANT
            continue
        scale = unevenness(rows, truth, weight)
        machine = LinearSVC(C=C, tol=0.1, random_state=0)
        machine.fit(rows @ sp.diags(scale), truth, sample_weight=weight)
        coef[label] = machine.coef_[0] * scale
        intercept[label] = machine.intercept_[0]
    return Scorer(coef, intercept)


def unevenness(rows: sp.csr_matrix, truth: Labels, weight: Matrix | None = None) -> Matrix:
    """1 + |log ratio| of a feature's share among positive and among negative rows, (features,)."""
    if weight is not None:
        rows = (sp.diags(weight) @ rows).tocsr()
    positives, negatives = rows[truth == 1], rows[truth == 0]
    # The larger class holds more of everything: its prior grows with it.
    times = negatives.shape[0] / positives.shape[0]
    ratio = _share(positives, _PRIOR) / _share(negatives, _PRIOR * times)
    return np.asarray(1 + np.abs(np.log(ratio)), dtype=np.float32)


def _share(rows: sp.csr_matrix, prior: float) -> Matrix:
    """Each feature's share of the weight of these rows, shape (features,)."""
    weight = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel() + prior
    return np.asarray(weight / weight.sum())


def fit_sigmoid(scores: Matrix, marks: Labels, weight: Matrix | None = None) -> Sigmoid:
    """From scores of examples that the scorer had not seen; both of shape (examples, labels)."""
    slope, offset = np.ones(marks.shape[1]), np.zeros(marks.shape[1])
    for label, truth in enumerate(marks.T):
        if truth.min() == truth.max():
            continue
        model = LogisticRegression(C=1.0, solver="newton-cholesky")
        model.fit(scores[:, [label]], truth, sample_weight=weight)
        if model.coef_[0, 0] > 0:  # else it ranks worse than chance: nothing to be made of it
            slope[label], offset[label] = model.coef_[0, 0], model.intercept_[0]
    return Sigmoid(slope, offset)
