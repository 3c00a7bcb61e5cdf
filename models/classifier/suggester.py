"""A fitted classifier as ``nlp.interfaces.Classifier``: suggestions with evidence and doubt."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.classifier.estimator import ClauseClassifier
from nlp.text.clauses import Clause
from nlp.types import LABELS, Evidence, Redacted, Suggestion

MOST_EVIDENCE = 3
"""Passages shown for one label."""
UNSURE = 0.14
"""Distance of the probability to the threshold within which the page says «usikker»."""


class Suggester:
    """Proposes labels for redacted texts. See ``nlp.interfaces.Classifier``."""

    def __init__(self, classifier: ClauseClassifier, *, version: str):
        self.classifier = classifier
        self.version = version

    def suggest(self, redacted: Redacted) -> tuple[Suggestion, ...]:
        """Six suggestions in the order of ``LABELS``; evidence best first."""
        scored = self.classifier.read(redacted.text)
        return tuple(
            self._suggestion(
                index,
                float(scored.probabilities[index]),
                scored.clauses,
                scored.clause_probabilities,
            )
            for index in range(len(LABELS))
        )

    def _suggestion(
        self, index: int, probability: float, found: list[Clause], scores: npt.NDArray[np.float64]
    ) -> Suggestion:
        threshold = float(self.classifier.thresholds_[index])
        suggested = probability >= threshold
        evidence = passages(found, scores[:, index]) if suggested else ()
        # NaN, when nothing is promised, is never reached.
        possible = not suggested and probability >= self.classifier.promised_thresholds_[index]
        return Suggestion(
            LABELS[index],
            round(probability, 4),
            suggested,
            evidence,
            round(threshold, 4),
            sure=abs(probability - threshold) > UNSURE and not possible,
            possible=bool(possible),
        )


def passages(found: list[Clause], scores: npt.NDArray[np.float64]) -> tuple[Evidence, ...]:
    """The clauses that carry a label, neighbours joined: those close to the best one."""
    if not len(scores):
        return ()
    best = float(scores.max())
    chosen = [i for i, score in enumerate(scores) if score >= max(0.25, 0.55 * best)] or [
        int(scores.argmax())
    ]
    joined: list[Evidence] = []
    previous = -2
    for index in chosen:
        clause, score = found[index], float(scores[index])
        near = index == previous + 1 and found[previous].sentence == clause.sentence
        if joined and near:
            joined[-1] = Evidence(
                joined[-1].start, clause.end, max(joined[-1].probability, round(score, 4))
            )
        else:
            joined.append(Evidence(clause.start, clause.end, round(score, 4)))
        previous = index
    return tuple(sorted(joined, key=lambda e: (-e.probability, e.start))[:MOST_EVIDENCE])
