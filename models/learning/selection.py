"""Which submission to read next: the one that the model would learn most from. Pure.

A submission is worth more where the model hesitates (entropy of its probabilities), more where it
hesitates over labels that few confirmed submissions carry, and less where it says what others of
the same batch say already: features that have been read are worth less each time (the concave
coverage of Wei, Iyer and Bilmes, «Submodularity in Data Subset Selection and Active Learning»,
ICML 2015, on the classifier's own hashed features).

An order that looks for the difficult gives no fair picture: what it lets people read is harder than
what comes in. So a fixed share of places goes to submissions drawn by lot, and whatever is measured
on confirmed decisions is measured on these. How many labels the order saves is measured by
``evaluation.simulate_order``; see ``docs/which-next.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import entr

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

RANDOM_PERCENT = 20
"""Places of a hundred that are drawn by lot."""
LEAST_SHARE = 0.03
"""A label is taken to be at least this common: one never met would outweigh all others."""
_SHORTLIST = 0.2
"""Part of the submissions, the most valuable, among which variety is sought."""
_LOTS = 10_000


def expected_gain(probabilities: Matrix, shares: Matrix) -> Matrix:
    """What reading each text is worth, shape (texts,), in nats weighed by rarity.

    ``probabilities`` has the shape (texts, labels); ``shares``, shape (labels,), says how common
    each label is among what was confirmed. Raises ValueError for what is no probability.

    >>> expected_gain(np.array([[0.5, 0.0], [0.0, 0.5]]), np.array([0.5, 0.1])).round(2).tolist()
    [1.39, 6.93]
    """
    if probabilities.ndim != 2 or shares.shape != probabilities.shape[1:]:
        raise ValueError(f"shapes do not fit: {probabilities.shape} and {shares.shape}")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities lie between 0 and 1")
    doubt = entr(probabilities) + entr(1 - probabilities)
    return np.asarray((doubt / np.maximum(shares, LEAST_SHARE)).sum(axis=1), dtype=np.float64)


def closeness(probabilities: Matrix, thresholds: Matrix) -> Matrix:
    """The nearest threshold, turned: 0 is a coin toss, less is surer. Shape (texts,)."""
    return np.asarray(-np.abs(probabilities - thresholds).min(axis=1), dtype=np.float64)


def varied(rows: sp.csr_matrix, read: sp.csr_matrix, gains: Matrix, most: int) -> Rows:
    """The ``most`` rows to read, best first: valuable, and unlike what was read and each other.

    ``rows`` are features of what waits, ``read`` of what was read (same columns). Among the fifth
    with the highest gain the one is taken, again and again, that adds most to the features covered,
    for its length; a feature counts as much as it is common among what waits.
    """
    order = np.argsort(-gains, kind="stable")
    shortlist = order[: max(most, round(_SHORTLIST * len(order)))]
    common = _present(rows).sum(axis=0, dtype=np.float64)
    covered = np.asarray(_present(read).sum(axis=0, dtype=np.float64)).ravel()
    waiting = _present(rows[shortlist])
    worth = np.asarray(common).ravel()
    worth[worth < 2] = 0.0  # one text alone: a name or a slip
    root = np.sqrt(np.maximum(np.diff(waiting.indptr), 1))
    chosen: list[int] = []
    for _ in range(min(most, len(shortlist))):
        added = worth * (np.sqrt(covered + 1) - np.sqrt(covered))
        value = (waiting @ added) / root
        value[chosen] = -np.inf
        best = int(value.argmax())
        chosen.append(best)
        covered[waiting.indices[waiting.indptr[best] : waiting.indptr[best + 1]]] += 1
    return np.asarray(shortlist[chosen], dtype=np.int64)


def _present(rows: sp.csr_matrix) -> sp.csr_matrix:
    held = rows.copy()
    held.data = np.ones_like(held.data, dtype=np.float32)
    return held


def by_lot(most: int, percent: int = RANDOM_PERCENT) -> int:
    """How many of ``most`` places are drawn by lot.

    >>> by_lot(40), by_lot(3), by_lot(40, 0)
    (8, 1, 0)
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"a share lies between 0 and 100 per cent, not {percent}")
    return round(most * percent / 100)


def place(gain: float, known: Sequence[float], lot: int, *, percent: int = RANDOM_PERCENT) -> float:
    """Where one submission stands in the queue, 0 to 1, the highest read first.

    Needs no other submission, so it can be stored when the suggestions are made. ``known`` are
    gains of earlier submissions, rising: the place is the share of them that is below. ``lot`` is
    a number from 0 to 9999 drawn once for the submission: the lowest ``percent`` per cent stand
    where the lot puts them, whatever they are worth. However far down the queue people come, what
    they have read of these is a fair sample of everything received.

    >>> place(3.0, [1.0, 2.0, 4.0, 5.0], lot=7000)
    0.5
    >>> place(3.0, [1.0, 2.0, 4.0, 5.0], lot=500), place(99.0, [1.0], lot=500)
    (0.25, 0.25)
    """
    if not 0 <= lot < _LOTS:
        raise ValueError(f"a lot lies between 0 and {_LOTS - 1}, not {lot}")
    drawn = _LOTS * percent // 100
    if lot < drawn:
        return lot / drawn
    if not len(known):
        return 0.5
    return float(np.searchsorted(known, gain) / len(known))
