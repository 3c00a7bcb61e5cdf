"""Decisions that deserve a second look: those that the model, not having seen them, contradicts.

Northcutt, Jiang and Chuang, «Confident Learning: Estimating Uncertainty in Dataset Labels», JAIR
70 (2021): wrong labels are found by probabilities that were given out of sample, measured against
what is usual for the label. Here each decision (a text and a label, yes or no) is ranked by the
chance of the opposite, less half of what that chance is on average where the answer was the same.
The half lies between two ways that cleanlab offers: the plain chance finds random slips best, the
whole correction finds labels that were forgotten; ``evaluation.simulate_noise`` compares all three.

A place on the list is a question, not a verdict: some texts are hard, and the model may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

_CORRECTION = 0.5


@dataclass(frozen=True, slots=True)
class Doubt:
    """One decision to look at again."""

    text: int
    """Row of the text."""
    label: int
    """Column of the label."""
    decided: bool
    probability: float
    """Of the label, from a model that had not seen the text's writer."""
    suspicion: float


def suspicion(decided: Flags, unseen: Matrix) -> Matrix:
    """How much speaks against each decision, same shape (texts, labels); higher is worse.

    ``unseen`` are probabilities out of sample. Raises ValueError when the shapes differ.
    """
    if decided.shape != unseen.shape or decided.ndim != 2:
        raise ValueError(f"shapes differ: {decided.shape} and {unseen.shape}")
    opposite = np.where(decided, 1 - unseen, unseen)
    found = opposite.copy()
    for answer in (True, False):
        same = decided == answer
        many = same.sum(axis=0)
        mean = np.where(same, opposite, 0).sum(axis=0) / np.maximum(many, 1)
        found -= np.where(same, _CORRECTION * mean, 0)
    return found


def contradicted(decided: Flags, unseen: Matrix) -> Flags:
    """The decisions that confident learning takes for errors, same shape (texts, labels).

    The opposite of the decision is at least as probable as it is on average where that opposite was
    decided: a bar of its own for each label and answer, which no one has to choose. Where nobody
    ever decided the opposite there is no such average, and nothing is said.
    """
    found = np.zeros(decided.shape, dtype=bool)
    for answer in (True, False):
        for label in range(decided.shape[1]):
            same = decided[:, label] == answer
            if same.all() or not same.any():
                continue
            opposite = 1 - unseen[:, label] if answer else unseen[:, label]
            found[:, label] |= same & (opposite >= opposite[~same].mean())
    return found


def doubts(decided: Flags, unseen: Matrix) -> Iterator[Doubt]:
    """Every decision, the most suspicious first; take as many as there is time for.

    >>> one = next(doubts(np.array([[True], [False]]), np.array([[0.9], [0.8]])))
    >>> (one.text, one.decided, one.probability)
    (1, False, 0.8)
    """
    against = suspicion(decided, unseen)
    for flat in np.argsort(-against, axis=None, kind="stable"):
        text, label = divmod(int(flat), decided.shape[1])
        chance, doubt = float(unseen[text, label]), float(against[text, label])
        yield Doubt(text, label, bool(decided[text, label]), chance, doubt)
