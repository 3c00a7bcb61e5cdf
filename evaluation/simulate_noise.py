"""Does the list of doubtful decisions find wrong labels? Some are injected, and looked for.

The classifier learns from the labels as they are *after* the injection, as it would have to, and
gives every text a probability from parts that had not seen its writer. The list is then read from
the top: which part of the injected errors stands in its first quarter? Other mistakes of the
corpus, if there are any, count against the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from cleanlab.rank import get_label_quality_scores

from evaluation.figures import Rate
from models.learning.noise import contradicted, suspicion
from models.learning.prepared import Marks, Prepared, RowClassifier
from nlp.types import LABELS

Flags = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]
Progress = Callable[[str], None]
Ranking = Callable[[Flags, Matrix], Matrix]

SHARE = 0.2
"""Of the labels that are made wrong."""
QUARTER = 0.25
GOAL = 0.7
OURS = "ours"
NEIGHBOURS = {
    "sagsoplysning": "partshøring",
    "partshøring": "sagsoplysning",
    "begrundelse": "klagevejledning",
    "klagevejledning": "begrundelse",
    "frister": "andre",
    "andre": "frister",
}
"""What a reader takes a label for: hearing the parties is near to informing the case, grounds stand
in the same letter as guidance on appeal, and no answer at all is near to everything else."""


@dataclass(frozen=True, slots=True, eq=False)
class Injected:
    """Labels with errors, and where the errors are."""

    labels: Marks
    marks: Marks
    wrong: Flags


def flipped(texts: Prepared, rng: np.random.Generator) -> Injected:
    """A fifth of all decisions the other way: yes becomes no, no becomes yes."""
    return _turned(texts, rng.random(texts.labels.shape) < SHARE, rng)


def missing(texts: Prepared, rng: np.random.Generator) -> Injected:
    """A fifth of the labels that were set were forgotten."""
    wrong = (texts.labels == 1) & (rng.random(texts.labels.shape) < SHARE)
    return _turned(texts, wrong, rng)


def confused(texts: Prepared, rng: np.random.Generator) -> Injected:
    """A fifth of the labels that were set were taken for their neighbour, evidence and all."""
    labels, marks = texts.labels.copy(), texts.marks.copy()
    chosen = (texts.labels == 1) & (rng.random(labels.shape) < SHARE)
    for text, label in zip(*np.nonzero(chosen), strict=True):
        other = LABELS.index(NEIGHBOURS[LABELS[label]])
        own = slice(texts.starts[text], texts.starts[text + 1])
        if not texts.labels[text, other]:
            labels[text, other] = 1
            marks[own, other] = texts.marks[own, label]
        if not chosen[text, other]:
            labels[text, label] = 0
            marks[own, label] = 0
    return Injected(labels, marks, labels != texts.labels)


KINDS: Mapping[str, Callable[[Prepared, np.random.Generator], Injected]] = {
    "flipped": flipped,
    "missing": missing,
    "taken for the neighbour": confused,
}


def _turned(texts: Prepared, wrong: Flags, rng: np.random.Generator) -> Injected:
    """These decisions the other way. A label set by mistake has some clause as its evidence."""
    labels = np.where(wrong, 1 - texts.labels, texts.labels)
    marks = texts.marks.copy()
    for text, label in zip(*np.nonzero(wrong), strict=True):
        start, end = texts.starts[text], texts.starts[text + 1]
        marks[start:end, label] = 0
        if labels[text, label] and end > start:
            marks[rng.integers(start, end), label] = 1
    return Injected(labels, marks, wrong)


def _cleanlab(method: str, *, is_adjusted: bool = False) -> Ranking:
    """cleanlab's score of each decision, label by label, turned so that higher is worse."""

    def rank(decided: Flags, unseen: Matrix) -> Matrix:
        columns = [
            1
            - get_label_quality_scores(
                decided[:, label].astype(int),
                np.column_stack([1 - unseen[:, label], unseen[:, label]]),
                method=method,
                adjust_pred_probs=is_adjusted,
            )
            for label in range(decided.shape[1])
        ]
        return np.column_stack(columns)

    return rank


RANKINGS: Mapping[str, Ranking] = {
    OURS: suspicion,
    "cleanlab, self-confidence": _cleanlab("self_confidence"),
    "cleanlab, margin adjusted": _cleanlab("normalized_margin", is_adjusted=True),
}


def simulate(
    texts: Prepared, parameters: Mapping[str, Any], *, seeds: int, progress: Progress
) -> list[dict[str, Any]]:
    """One row a kind of error: what stands in the first quarter, for each ranking."""
    rows = []
    for number, (kind, inject) in enumerate(KINDS.items()):
        counts: dict[str, Rate] = {name: Rate(0, 0) for name in [*RANKINGS, "texts"]}
        errors, listed, caught = Rate(0, 0), Rate(0, 0), Rate(0, 0)
        for seed in range(seeds):
            made = inject(texts, np.random.default_rng([seed, number]))
            changed = texts.relabelled(made.labels, made.marks)
            unseen = RowClassifier(**parameters).fit_rows(changed).unseen_
            decided = made.labels.astype(bool)
            errors += Rate(int(made.wrong.sum()), made.wrong.size)
            for name, rank in RANKINGS.items():
                counts[name] += found(rank(decided, unseen).ravel(), made.wrong.ravel())
            doubted = contradicted(decided, unseen)
            listed += Rate(int((doubted & made.wrong).sum()), int(doubted.sum()))
            caught += Rate(int((doubted & made.wrong).sum()), int(made.wrong.sum()))
            worst = suspicion(decided, unseen).max(axis=1)
            counts["texts"] += found(worst, np.asarray(made.wrong.any(axis=1)))
        progress(f"noise: {kind}: {counts[OURS].share:.3f} in the first quarter")
        rows.append(
            {
                "kind": kind,
                "injected": errors.to_json(),
                "found": {name: counts[name].to_json() for name in RANKINGS},
                "texts": counts["texts"].to_json(),
                "list": {"wrong": listed.to_json(), "caught": caught.to_json()},
            }
        )
    return rows


def found(scores: Matrix, wrong: Flags) -> Rate:
    """Errors in the first quarter of the list, of all errors.

    >>> found(np.array([0.9, 0.1, 0.2, 0.3]), np.array([True, False, True, False]))
    Rate(hits=1, total=2)
    """
    first = np.argsort(-scores, kind="stable")[: round(len(scores) * QUARTER)]
    return Rate(int(wrong[first].sum()), int(wrong.sum()))
