"""Which submission to read next: the one that the model would learn most from. Pure.

A submission is worth more where the model hesitates (entropy of its probabilities) or expects
labels, more where these are labels that few confirmed submissions carry, and less where it says
what others of the same batch say already: features that have been read are worth less each time
(the concave coverage of Wei, Iyer and Bilmes, «Submodularity in Data Subset Selection and Active
Learning», ICML 2015, on the classifier's own hashed features). The place that is stored when a
submission comes in knows nothing of the last of these.

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
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

RANDOM_PERCENT = 20
"""Places of a hundred that are drawn by lot."""
LEAST_SHARE = 0.03
"""A label is taken to be at least this common: one never met would outweigh all others."""
_SHORTLIST = 0.2
"""Part of the submissions, the most valuable, among which variety is sought."""
DRAWS = 10_000
KNOWN = 500
"""Earlier submissions that a new one is held against."""
LATEST = 200
"""Decided submissions, the latest, that tell how common each label is."""
_IMAGINED, _USUAL_SHARE = 20, 0.25
"""Texts that stand beside those decided, and how common every label is in them."""


def expected_gain(probabilities: Matrix, shares: Matrix) -> Matrix:
    """What reading each text is worth, shape (texts,): doubt and expected labels, by rarity.

    Doubt is the entropy in nats; beside it stands the probability itself, since a text that carries
    a label shows what it looks like, and one that does not shows little. A label that is nearly
    sure is worth about as much as one in doubt, one that is nearly ruled out is worth nothing.
    ``probabilities`` has the shape (texts, labels); ``shares``, shape (labels,), says how common
    each label is among what was confirmed. Raises ValueError for what is no probability.

    >>> expected_gain(np.array([[0.5, 0.0], [0.0, 0.5]]), np.array([0.5, 0.1])).round(2).tolist()
    [2.39, 11.93]
    """
    if probabilities.ndim != 2 or shares.shape != probabilities.shape[1:]:
        raise ValueError(f"shapes do not fit: {probabilities.shape} and {shares.shape}")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities lie between 0 and 1")
    taught = entr(probabilities) + entr(1 - probabilities) + probabilities
    return np.asarray((taught / np.maximum(shares, LEAST_SHARE)).sum(axis=1), dtype=np.float64)


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


def place(gain: float, known: Sequence[float], draw: int, position: float) -> float:
    """Where one submission stands in the queue, 0 to 1, the highest read first.

    Looks at no other submission that waits, so it can be stored when the suggestions are made.
    ``known`` are gains of earlier submissions, rising: the place says which share of them is below.
    ``draw``, 0 to 9999, is drawn once for the submission: the lowest ``RANDOM_PERCENT`` per cent
    stand at their ``position`` (0 to 1, drawn too), whatever they are worth. However far down the
    queue people come, what they have read of these is a fair sample of everything received.

    >>> place(3.0, [1.0, 2.0, 4.0, 5.0], draw=7000, position=0.9)
    0.5
    >>> place(3.0, [1.0], draw=1999, position=0.9), place(99.0, [1.0], draw=0, position=0.1)
    (0.9, 0.1)
    """
    if not 0 <= draw < DRAWS:
        raise ValueError(f"a draw lies between 0 and {DRAWS - 1}, not {draw}")
    if is_by_lot(draw):
        return position
    return share_below(gain, known)


def is_by_lot(draw: int) -> bool:
    """True for a submission that stands where the lot put it."""
    return draw < DRAWS * RANDOM_PERCENT // 100


def share_below(gain: float, known: Sequence[float]) -> float:
    """The share of earlier gains below this one, without ties: it rises wherever the gain does.

    Between two known gains it goes straight; above the highest it goes on towards 1, below the
    lowest towards 0. With nothing known everything stands in the middle.

    >>> share_below(1.5, [1.0, 2.0, 3.0]), share_below(6.0, [1.0, 2.0, 3.0])
    (0.375, 0.875)
    """
    if not len(known):
        return 0.5
    step = 1 / (len(known) + 1)
    if gain > known[-1]:
        return 1 - step * float(known[-1] / gain)
    return float(np.interp(gain, [0.0, *known], step * np.arange(len(known) + 1)))


def how_common(positives: Counts, texts: int) -> Matrix:
    """How common each label is, shape (labels,), when so many of so many texts carry it.

    A few texts that nobody has read stand beside them, so that the first decisions do not turn the
    order upside down: with none all labels are alike.

    >>> how_common(np.array([0, 80]), 80).tolist()
    [0.05, 0.85]
    """
    imagined = _IMAGINED * _USUAL_SHARE
    return np.asarray((positives + imagined) / (texts + _IMAGINED), dtype=np.float64)
