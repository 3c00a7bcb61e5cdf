"""Texts whose features are counted once, for whoever fits many classifiers over the same texts.

``ClauseClassifier`` is given texts, and most of a small fit's time goes into hashing them. A
simulation fits hundreds of classifiers on parts of one corpus, and the list of doubtful decisions
needs only probabilities of texts that were held back: both take their rows from here. What is
learned from rows is what the classifier learns from the texts (a contract test compares the two);
only how rare a feature is, without regard to labels, is counted over all texts that were prepared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from models.classifier.corpus import Example
from models.classifier.documents import documents, summaries
from models.classifier.estimator import ClauseClassifier, straight_on
from models.classifier.features import ClauseFeatures
from models.classifier.lesson import Lesson, training_clauses
from models.classifier.scorers import Scorer

Matrix = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Texts as rows of features, with their labels."""

    clause_rows: sp.csr_matrix
    """Shape (clauses, features); the clauses of a text stand together."""
    text_rows: sp.csr_matrix
    """Shape (texts, features)."""
    starts: Rows
    """Where each text's clauses begin, and at the end how many there are; shape (texts + 1,)."""
    marks: Marks
    """Which clause carries which label, shape (clauses, labels), 0 and 1."""
    labels: Marks
    """Shape (texts, labels), 0 and 1."""
    origins: npt.NDArray[np.str_]
    """Who wrote each text, shape (texts,)."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def owner(self) -> Rows:
        """The text of each clause, shape (clauses,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def chosen(self, texts: Rows) -> Prepared:
        """These texts only, in the order given."""
        lengths = np.diff(self.starts)[texts]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        clause = np.arange(starts[-1]) + np.repeat(self.starts[texts] - starts[:-1], lengths)
        return Prepared(
            self.clause_rows[clause],
            self.text_rows[texts],
            starts,
            self.marks[clause],
            self.labels[texts],
            self.origins[texts],
        )

    def relabelled(self, labels: Marks, marks: Marks) -> Prepared:
        """The same texts as somebody else read them."""
        return replace(self, labels=labels, marks=marks)


def prepare(examples: Sequence[Example], parameters: dict[str, Any]) -> Prepared:
    """Count every feature once; ``parameters`` are those of the classifier."""
    labels = np.array([e.labels for e in examples], dtype=np.int64)
    evidence = [e.evidence for e in examples]
    pieces, owner, marks = training_clauses([e.text for e in examples], labels, evidence)
    names = ("bits", "families", "negation", "lexicon")
    features = ClauseFeatures(**{name: parameters[name] for name in names if name in parameters})
    clause_rows, text_rows = features.fit(pieces).transform_texts(pieces, owner, len(examples))
    return Prepared(
        clause_rows,
        text_rows,
        np.searchsorted(owner, np.arange(len(examples) + 1)),
        marks,
        labels,
        np.array([e.origin for e in examples]),
    )


class RowClassifier(ClauseClassifier):
    """The clause classifier over prepared rows. It is not kept: it cannot read a text."""

    def fit_rows(self, texts: Prepared) -> Self:
        """Learn from rows what ``fit`` learns from the texts, but for the promises."""
        # Only the columns that hold anything: the weights of all others would be zero.
        used = np.unique(texts.clause_rows.indices[texts.clause_rows.data != 0])
        self.used_ = used.astype(np.int64)
        clause_rows, text_rows = texts.clause_rows[:, used], texts.text_rows[:, used]
        lesson = Lesson(
            clause_rows=clause_rows,
            owner=texts.owner,
            marks=texts.marks,
            bank_rows=clause_rows[:0],
            bank_marks=texts.marks[:0],
            text_rows=text_rows,
            labels=texts.labels,
            weight=None,
        )
        self._learn(lesson, texts.origins, straight_on)
        return self

    def rows_proba(self, texts: Prepared) -> Matrix:
        """Probabilities, shape (texts, labels)."""
        of_clauses = Scorer(self.coef_, self.intercept_)
        of_texts = Scorer(self.text_coef_, self.text_intercept_)
        found = summaries(
            of_clauses.scores(texts.clause_rows[:, self.used_]),
            of_texts.scores(texts.text_rows[:, self.used_]),
            texts.owner,
        )
        return documents(found, self.document_coef_, self.document_intercept_)
