"""How well labels are suggested. Pure: arrays in, figures out.

Rows are texts, columns are the labels in the order of ``LABELS``. Intervals come from resampling
texts, since the six answers about one text are not independent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.figures import Estimate, Rate, estimate
from nlp.types import LABELS

Truth = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]
Ranges = Sequence[tuple[int, int]]

RESAMPLES = 1000
BINS = 10
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: how often it is right, and how many of it are found."""

    positives: int
    precision: Rate
    recall: Rate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts that were given about the same probability, and how many of them had the label."""

    low: float
    high: float
    count: int
    probability: float
    frequency: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Do probabilities mean what they say?"""

    ece: float
    brier: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class LabelScores:
    """Everything about suggestions over some texts."""

    texts: int
    macro_f1: Estimate
    by_label: Mapping[str, LabelScore]
    recall: Rate
    """True labels that are suggested."""
    surplus: Estimate
    """Suggestions a text beyond the true ones."""
    exact: Rate
    """Texts with exactly the right labels."""
    calibration: Calibration


def score(truth: Truth, suggested: Truth, probabilities: Shares, *, seed: int = 1) -> LabelScores:
    """Every figure over these texts. Raises ValueError when the shapes differ."""
    if not truth.shape == suggested.shape == probabilities.shape or truth.ndim != 2:
        raise ValueError(f"shapes differ: {truth.shape}, {suggested.shape}, {probabilities.shape}")
    weights = resample(len(truth), seed)
    resampled = f1_by_label(truth, suggested, weights)
    exact = f1_by_label(truth, suggested, np.ones((1, len(truth))))[0]
    surplus = (suggested & ~truth).sum(axis=1)
    return LabelScores(
        texts=len(truth),
        macro_f1=estimate(float(exact.mean()), resampled.mean(axis=1).tolist()),
        by_label={
            label: _label_score(truth[:, i], suggested[:, i], float(exact[i]), resampled[:, i])
            for i, label in enumerate(LABELS[: truth.shape[1]])
        },
        recall=Rate(int((truth & suggested).sum()), int(truth.sum())),
        surplus=estimate(
            float(surplus.mean()) if len(truth) else 0.0,
            (weights @ surplus / max(1, len(truth))).tolist(),
        ),
        exact=Rate(int((truth == suggested).all(axis=1).sum()), len(truth)),
        calibration=calibration(truth, probabilities),
    )


def resample(texts: int, seed: int = 1) -> Shares:
    """How often each text is drawn in each resample, shape (RESAMPLES, texts)."""
    if texts == 0:
        return np.zeros((RESAMPLES, 0))
    rng = np.random.default_rng(seed)
    return rng.multinomial(texts, np.full(texts, 1 / texts), size=RESAMPLES).astype(np.float64)


def f1_by_label(truth: Truth, suggested: Truth, weights: Shares) -> Shares:
    """F1 for each row of weights and each label; 0 where a label is neither true nor suggested."""
    hits = weights @ (truth & suggested)
    wrong = weights @ (truth ^ suggested)
    whole = 2 * hits + wrong
    return np.divide(2 * hits, whole, out=np.zeros_like(whole), where=whole > 0)


def _label_score(truth: Truth, suggested: Truth, f1: float, resampled: Shares) -> LabelScore:
    hits = int((truth & suggested).sum())
    return LabelScore(
        positives=int(truth.sum()),
        precision=Rate(hits, int(suggested.sum())),
        recall=Rate(hits, int(truth.sum())),
        f1=estimate(f1, resampled.tolist()),
    )


def macro_f1(truth: Truth, suggested: Truth) -> float:
    """The plain mean of the labels' F1."""
    return float(f1_by_label(truth, suggested, np.ones((1, len(truth))))[0].mean())


def calibration(truth: Truth, probabilities: Shares, *, bins: int = BINS) -> Calibration:
    """Expected calibration error over equal bins of (text, label) pairs, and the Brier score."""
    right, given = truth.ravel().astype(float), probabilities.ravel()
    if not len(given):
        return Calibration(0.0, 0.0, ())
    if given.min() < 0 or given.max() > 1:
        raise ValueError("probabilities lie between 0 and 1")
    place = np.minimum((given * bins).astype(int), bins - 1)
    found = []
    for index in range(bins):
        inside = place == index
        if inside.any():
            mean, frequency = float(given[inside].mean()), float(right[inside].mean())
            edges = index / bins, (index + 1) / bins
            found.append(Bin(*edges, int(inside.sum()), mean, frequency))
    error = sum(b.count * abs(b.probability - b.frequency) for b in found) / len(given)
    return Calibration(float(error), float(((given - right) ** 2).mean()), tuple(found))


def confusion(truth: Truth, suggested: Truth) -> npt.NDArray[np.int64]:
    """Row label missed while column label was suggested wrongly: number of texts.

    The diagonal holds how often a label was missed with no wrong suggestion beside it.
    """
    missed, wrong = truth & ~suggested, suggested & ~truth
    table = missed.astype(np.int64).T @ wrong.astype(np.int64)
    alone = missed & ~wrong.any(axis=1, keepdims=True)
    table[np.diag_indices_from(table)] = alone.sum(axis=0)
    return table


def tokens(text: str, ranges: Ranges) -> set[int]:
    """Where the words start that share a character with one of the ranges."""
    return {
        match.start()
        for match in _WORD.finditer(text)
        if any(match.start() < end and start < match.end() for start, end in ranges)
    }


def token_f1(text: str, gold: Ranges, shown: Ranges) -> float:
    """Overlap of two sets of words.

    >>> token_f1("ingen har spurgt os", [(0, 19)], [(0, 9)])
    0.6666666666666666
    """
    wanted, given = tokens(text, gold), tokens(text, shown)
    if not wanted and not given:
        return 1.0
    return 2 * len(wanted & given) / (len(wanted) + len(given))


def krippendorff_alpha(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float | None:
    """Agreement of two readers beyond chance, on values without order, each read by both.

    1 - observed / expected disagreement, expected as if all 2n values had been dealt out at random:
    Krippendorff, «Computing Krippendorff's Alpha-Reliability» (2011), sections A and B. None when
    there is but one value: then nothing can disagree, and agreement means nothing. Raises
    ValueError when the shapes differ.

    >>> meg = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    >>> owen = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    >>> round(krippendorff_alpha(meg, owen), 3)
    0.095
    """
    if one.shape != other.shape:
        raise ValueError(f"shapes differ: {one.shape}, {other.shape}")
    _, counts = np.unique(np.concatenate([one.ravel(), other.ravel()]), return_counts=True)
    values = int(counts.sum())
    # Ordered pairs of unequal values, over all pairs that could be formed of the values.
    unequal = values**2 - int((counts.astype(np.int64) ** 2).sum())
    if unequal == 0:
        return None
    observed = float((one != other).sum()) * 2 / values
    return 1 - observed * values * (values - 1) / unequal


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """Do the passages shown carry the label?"""

    when_suggested: float
    """Mean token-F1 over true labels that were suggested."""
    of_all: float
    """The same over all true labels; a label that was missed counts as 0."""
    pairs: int
    """True (text, label) pairs."""


def evidence_score(found: Sequence[float | None]) -> EvidenceScore:
    """From the token-F1 of every true label; None where it was not suggested."""
    shown = [value for value in found if value is not None]
    return EvidenceScore(
        when_suggested=float(np.mean(shown)) if shown else 0.0,
        of_all=float(sum(shown) / len(found)) if found else 0.0,
        pairs=len(found),
    )


def cheapest_f1_thresholds(truth: Truth, probabilities: Shares) -> Shares:
    """For each label the threshold with the best F1, between two probabilities; else 0.5."""
    best = np.full(truth.shape[1], 0.5)
    for label in range(truth.shape[1]):
        right, given = truth[:, label], probabilities[:, label]
        order = np.argsort(-given, kind="stable")
        sorted_given = given[order]
        # A cut is only possible where the probability changes.
        ends = np.flatnonzero(np.append(np.diff(sorted_given) < 0, True))
        hits = np.cumsum(right[order])[ends]
        f1 = 2 * hits / (ends + 1 + right.sum())
        if right.any() and f1.max() > 0:
            at = ends[int(f1.argmax())]
            after = sorted_given[at + 1] if at + 1 < len(given) else 0.0
            best[label] = (sorted_given[at] + after) / 2
    return best


def by_key(keys: Sequence[str], truth: Truth, suggested: Truth) -> dict[str, dict[str, Any]]:
    """Macro-F1 over the labels that occur, recall and surplus of each part of the texts."""
    parts: dict[str, dict[str, Any]] = {}
    for key in sorted(set(keys)):
        rows = np.array([other == key for other in keys])
        right, given = truth[rows], suggested[rows]
        occurs = right.any(axis=0)
        f1 = f1_by_label(right, given, np.ones((1, len(right))))[0]
        parts[key] = {
            "texts": int(rows.sum()),
            "micro_f1": _micro_f1(right, given),
            "macro_f1": round(float(f1[occurs].mean()), 4) if occurs.any() else None,
            "recall": Rate(int((right & given).sum()), int(right.sum())).to_json(),
            "surplus": round(float((given & ~right).sum() / len(right)), 3),
        }
    return parts


def _micro_f1(truth: Truth, suggested: Truth) -> float | None:
    whole = int(truth.sum() + suggested.sum())
    return round(2 * int((truth & suggested).sum()) / whole, 4) if whole else None
