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
from scipy.special import expit

from models.classifier.corpus import Example
from models.classifier.estimator import ClauseClassifier, carried, summarise
from models.classifier.features import ClauseFeatures
from models.classifier.scorers import Scorer, fit_scorer, fit_sigmoid
from nlp.text.clauses import clauses

Matrix = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

_NO_CLAUSE = -6.0
"""The score of a text without clauses, as the classifier has it."""


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
    pieces: list[str] = []
    starts = [0]
    marks = []
    for example in examples:
        found = clauses(example.text)
        pieces += [example.text[c.start : c.end] for c in found]
        starts.append(len(pieces))
        marks.append(carried(found, example.evidence, len(example.labels)))
    names = ("bits", "families", "negation", "lexicon")
    features = ClauseFeatures(**{name: parameters[name] for name in names if name in parameters})
    owner = np.repeat(np.arange(len(examples)), np.diff(starts))
    clause_rows, text_rows = features.fit(pieces).transform_texts(pieces, owner, len(examples))
    return Prepared(
        clause_rows,
        text_rows,
        np.array(starts),
        np.vstack(marks).astype(np.int64),
        np.array([e.labels for e in examples], dtype=np.int64),
        np.array([e.origin for e in examples]),
    )


class RowClassifier(ClauseClassifier):
    """The clause classifier over prepared rows. It is not kept: it cannot read a text.

    Attributes
    ----------
    unseen_ : shape (texts, labels), the probability of each text given by scorers and a second
        regression that were fitted on other writers
    """

    def fit_rows(self, texts: Prepared) -> Self:
        """Learn from rows: the steps of ``ClauseClassifier.fit``, without the hashing."""
        self.n_labels_ = texts.labels.shape[1]
        parts = self._parts(texts.origins)
        used = _used(texts.clause_rows)
        clause_rows, text_rows = texts.clause_rows[:, used], texts.text_rows[:, used]
        owner = texts.owner
        scores, whole = np.zeros(texts.marks.shape), np.zeros(texts.labels.shape)
        for train, test in parts:
            seen, held = np.isin(owner, train), np.isin(owner, test)
            scorer = fit_scorer(clause_rows[seen], texts.marks[seen], self.C)
            scores[held] = scorer.scores(clause_rows[held])
            of_texts = fit_scorer(text_rows[train], texts.labels[train], self.text_C)
            whole[test] = of_texts.scores(text_rows[test])
        sigmoid = fit_sigmoid(scores, texts.marks)
        self.used_ = used
        self.clause_scorer_ = fit_scorer(clause_rows, texts.marks, self.C).through(sigmoid)
        self.text_scorer_ = fit_scorer(text_rows, texts.labels, self.text_C)
        summaries = _summaries(sigmoid.of(scores), whole, texts.starts)
        self.unseen_ = self._crossed(summaries, texts.labels, parts)
        self._decide(summaries, texts.labels, None)
        return self

    def _crossed(self, summaries: Matrix, labels: Marks, parts: Sequence[Any]) -> Matrix:
        """Probabilities by second regressions that had not seen the texts' writers."""
        unseen = np.zeros(labels.shape)
        for train, test in parts:
            self._decide(summaries[train], labels[train], None)
            unseen[test] = self._of_summaries(summaries[test])
        return unseen

    def _of_summaries(self, summaries: Matrix) -> Matrix:
        total = (summaries * self.document_coef_.T).sum(axis=1) + self.document_intercept_
        return np.asarray(expit(total), dtype=np.float64)

    def rows_proba(self, texts: Prepared) -> Matrix:
        """Probabilities, shape (texts, labels)."""
        logits = _scores(self.clause_scorer_, texts.clause_rows, self.used_)
        whole = _scores(self.text_scorer_, texts.text_rows, self.used_)
        return self._of_summaries(_summaries(logits, whole, texts.starts))


def _used(rows: sp.csr_matrix) -> Rows:
    """The columns that hold anything: weights of the others would be zero."""
    return np.unique(rows.indices[rows.data != 0]).astype(np.int64)


def _scores(scorer: Scorer, rows: sp.csr_matrix, used: Rows) -> Matrix:
    return scorer.scores(rows[:, used])


def _summaries(logits: Matrix, whole: Matrix, starts: Rows) -> Matrix:
    """Shape (texts, DOCUMENT_FEATURES, labels)."""
    none = np.full((1, logits.shape[1]), _NO_CLAUSE)
    by_text = [part if len(part) else none for part in np.split(logits, starts[1:-1])]
    return np.array([summarise(*pair) for pair in zip(by_text, whole, strict=True)])
