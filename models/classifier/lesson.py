"""What a classifier learns from: texts cut into clauses, with labels and weights, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from models.classifier.corpus import Evidence
from nlp.text.clauses import Clause, clauses

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a classifier learns from, as numbers. A row of ``marks`` is a row of labels."""

    clause_rows: sp.csr_matrix
    owner: Labels
    """Shape (clauses,): the text that a clause stands in."""
    marks: Labels
    bank_rows: sp.csr_matrix
    bank_marks: Labels
    text_rows: sp.csr_matrix
    labels: Labels
    weight: Matrix | None
    """Shape (texts,); None when each counts once. A line of the bank always counts once."""

    def clauses(self, texts: Labels) -> tuple[sp.csr_matrix, Labels, Matrix | None]:
        """The clauses of these texts and the whole bank, with their marks and weights."""
        seen = np.isin(self.owner, texts)
        rows = sp.vstack([self.clause_rows[seen], self.bank_rows]).tocsr()
        marks = np.vstack([self.marks[seen], self.bank_marks])
        if self.weight is None:
            return rows, marks, None
        ones = np.ones(len(self.bank_marks))
        return rows, marks, np.concatenate([self.weight[self.owner[seen]], ones])


def checked_texts(X: Sequence[str]) -> list[str]:
    if isinstance(X, str):
        raise TypeError("a list of texts is needed, not one string")
    texts = list(X)
    if not texts:
        raise ValueError("at least one text is needed")
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"texts are strings, not {type(text).__name__}")
    return texts


def checked_labels(Y: Any, n: int) -> Labels:
    labels = np.asarray(Y)
    if labels.ndim != 2 or len(labels) != n:
        raise ValueError(f"labels need the shape ({n}, labels), not {labels.shape}")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels are 0 or 1")
    return labels.astype(np.int64)


def checked_weight(sample_weight: Any, n: int) -> Matrix | None:
    """How many times each text counts; None when each counts once."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n,) or not (np.isfinite(weight) & (weight > 0)).all():
        raise ValueError(f"weights need the shape ({n},) and are above 0")
    return None if (weight == 1).all() else weight


def at(weight: Matrix | None, chosen: Labels) -> Matrix | None:
    return None if weight is None else weight[chosen]


def bank_of(bank: tuple[Sequence[str], Any] | None, width: int) -> tuple[list[str], Labels]:
    if bank is None:
        return [], np.zeros((0, width), dtype=np.int64)
    return list(bank[0]), np.asarray(bank[1]).astype(np.int64)


def training_clauses(
    texts: Sequence[str], labels: Labels, evidence: Sequence[Evidence] | None
) -> tuple[list[str], Labels, Labels]:
    """All clauses, the text each belongs to, and the labels each carries."""
    pieces: list[str] = []
    owner: list[int] = []
    marks: list[Labels] = []
    for index, text in enumerate(texts):
        found = clauses(text)
        pieces += [text[c.start : c.end] for c in found]
        owner += [index] * len(found)
        if evidence is None:
            marks.append(np.repeat(labels[index : index + 1], len(found), axis=0))
        else:
            marks.append(carried(found, evidence[index], labels.shape[1]))
    return pieces, np.array(owner, dtype=np.int64), np.vstack(marks)


def carried(found: Sequence[Clause], evidence: Evidence, width: int) -> Labels:
    """Which clause carries which label, shape (clauses, labels): most of it is evidence."""
    marks = np.zeros((len(found), width), dtype=np.int64)
    for start, end, label in evidence:
        shared = [min(c.end, end) - max(c.start, start) for c in found]
        hits = [
            i
            for i, c in enumerate(found)
            if shared[i] > 0.5 * (c.end - c.start) or shared[i] > 0.6 * (end - start)
        ]
        for index in hits or ([int(np.argmax(shared))] if found else []):
            marks[index, label] = 1
    return marks
