"""What can be promised about a label: «at least 90 % of the true ones are named». Pure.

For each label the highest threshold is sought at which the promise still holds with the stated
confidence, from texts that the classifier had not seen. A true label is missed or not, and a higher
threshold misses more: these are the Risk-Controlling Prediction Sets of Bates et al. (2021),
«Distribution-Free, Risk-Controlling Prediction Sets», J. ACM 68(6), with the exact binomial bound
of Clopper and Pearson (1934) in place of their general ones.

That bound counts each text as a draw of its own. Texts of one writer are alike, so a miss seldom
comes alone: where writers are given, as many texts are counted as they are worth (Korn and
Graubard 1998, «Confidence Intervals for Proportions with Small Expected Number of Positive Counts
Estimated from Survey Data», Survey Methodology 24). This makes the promise more careful, not exact.

What is assumed in both cases: the texts to come are drawn like those that were counted. The
writers here are few and wrote what they were asked to; a real submitter is another writer still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import beta
from scipy.stats import t as student

Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

NO_PROMISE = "for få eksempler til at love noget"


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised about one label, and how many true labels it was counted on."""

    positives: int
    threshold: float | None
    """Named from this probability on; None when nothing can be promised."""
    recall: float
    confidence: float

    @property
    def words(self) -> str:
        """The promise in Danish.

        >>> Promise(400, 0.08, 0.9, 0.95).words
        'mindst 90 % af de sande bliver foreslået eller meldt usikre, med 95 % sikkerhed'
        >>> Promise(20, None, 0.9, 0.95).words
        'for få eksempler til at love noget'
        """
        if self.threshold is None:
            return NO_PROMISE
        return (
            f"mindst {self.recall * 100:g} % af de sande bliver foreslået eller meldt usikre, "
            f"med {self.confidence * 100:g} % sikkerhed"
        )


def promised_threshold(
    truth: npt.NDArray[Any],
    probabilities: Shares,
    *,
    writers: npt.NDArray[Any] | None = None,
    recall: float = 0.9,
    confidence: float = 0.95,
) -> float:
    """The highest threshold that keeps the promise for one label; NaN when there is none.

    ``truth`` (0 and 1), ``probabilities`` and ``writers`` have the shape (texts,). Thresholds are
    tried from below and the first that fails ends the search: a fixed sequence, so no correction
    for trying many is needed. Raises ValueError for other shapes, and for shares beyond (0, 1).
    """
    _check(truth, probabilities, writers, recall, confidence)
    true = np.asarray(truth).astype(bool)
    given = probabilities[true]
    whose = None if writers is None else np.asarray(writers)[true]
    kept = np.nan
    # Between two probabilities nothing changes, so the probabilities themselves are tried.
    for threshold in np.unique(given):
        if miss_bound(given < threshold, confidence=confidence, writers=whose) > 1 - recall:
            break
        kept = float(threshold)
    return kept


def _check(
    truth: npt.NDArray[Any],
    probabilities: Shares,
    writers: npt.NDArray[Any] | None,
    recall: float,
    confidence: float,
) -> None:
    shapes = {np.shape(a) for a in (truth, probabilities, writers) if a is not None}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise ValueError(f"one value a text is needed, not the shapes {sorted(shapes)}")
    if not (0 < recall < 1 and 0 < confidence < 1):
        raise ValueError(f"recall and confidence lie within 0 and 1, not {recall}, {confidence}")


def miss_bound(
    missed: Flags, *, confidence: float, writers: npt.NDArray[Any] | None = None
) -> float:
    """How large the share of misses may be in truth: the one-sided upper Clopper-Pearson bound.

    No miss among 29 shows that fewer than one in ten are missed; no miss among 28 does not yet.

    >>> [round(miss_bound(np.zeros(n, bool), confidence=0.95), 4) for n in (28, 29)]
    [0.1015, 0.0981]
    """
    if missed.all():
        return 1.0
    size = float(len(missed))
    if writers is not None:
        size = effective_size(missed, writers, confidence=confidence)
    share = float(missed.mean())
    return float(beta.ppf(confidence, share * size + 1, size - share * size))


def effective_size(missed: Flags, writers: npt.NDArray[Any], *, confidence: float) -> float:
    """How many texts of as many writers would tell as much as these; never more than there are.

    The variance that the binomial law expects, over that of the writers' totals; less still when
    there are few writers to see it from (Korn and Graubard 1998). With no miss, or one writer,
    no difference between writers can be seen and every text counts.
    """
    size, share = len(missed), float(missed.mean())
    _, owner = np.unique(writers, return_inverse=True)
    count = int(owner.max()) + 1
    excess = np.bincount(owner, weights=missed - share)
    variance = count / max(1, count - 1) * float((excess**2).sum()) / size**2
    if count < 2 or variance == 0:
        return float(size)
    few = student.ppf(confidence, size - 1) / student.ppf(confidence, count - 1)
    return float(min(size, share * (1 - share) / variance * few**2))
