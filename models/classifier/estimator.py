"""The classifier: scores clauses, and lets the clauses decide for the text.

A clause scorer (``models.classifier.scorers``, over hashed features) says how much each clause
speaks for a label; another looks at the words of the whole text. What they say together becomes
the text's probability through a second, small regression that was fitted on scores of texts they
had not seen (out of fold, by origin): this calibrates. Evidence is not computed afterwards: it is
the clauses that decided.

For the promises (``models.classifier.promises``) the second regression is cut the same way: the
probabilities that they are counted on are of writers that neither regression was fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from models.classifier.corpus import Evidence
from models.classifier.documents import (
    cheapest_threshold,
    documents,
    fit_documents,
    summaries,
    summarise,
    varied,
)
from models.classifier.features import ClauseFeatures
from models.classifier.lesson import (
    Lesson,
    at,
    bank_of,
    checked_labels,
    checked_texts,
    checked_weight,
    training_clauses,
)
from models.classifier.lexicon import Lexicon
from models.classifier.promises import Promise, promised_threshold
from models.classifier.scorers import Scorer, Sigmoid, fit_scorer, fit_sigmoid
from nlp.text.clauses import Clause, clauses

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

Arrays = tuple[Matrix, ...]
Step = Callable[[str, Callable[[], Arrays]], Arrays]
"""Does a named piece of the work of ``fit``, or gives back what the same piece gave before."""


def straight_on(name: str, work: Callable[[], Arrays]) -> Arrays:
    """The plain ``Step``: works, keeps nothing."""
    return work()


class ClauseClassifier(ClassifierMixin, BaseEstimator):
    """Multi-label classifier of redacted Danish texts.

    Parameters
    ----------
    C, text_C : inverse strength of regularisation of the scorers of clauses and of whole texts
    bits : columns of each feature family are 2**bits
    families : feature families (see ``ClauseFeatures``)
    folds : parts that the texts are cut into, by origin, to calibrate
    miss_cost : what a missed label costs, in surplus suggestions; sets the thresholds
    whole_text : whether the words of the whole text are asked beside its clauses
    negation : whether words near a negation are marked (see ``ClauseFeatures``)
    lexicon : which words mean the same kind of thing (see ``ClauseFeatures``)
    promise_recall, promise_confidence : the share of true labels that is promised to be named, and
        how sure that shall be

    Attributes
    ----------
    coef_, text_coef_ : shape (labels, features); intercept_, text_intercept_ : shape (labels,)
    document_coef_ : shape (labels, DOCUMENT_FEATURES); document_intercept_ : shape (labels,)
    thresholds_ : shape (labels,)
    promised_thresholds_ : shape (labels,); NaN where nothing can be promised
    promise_positives_ : shape (labels,), true labels that the promise was counted on
    unseen_ : shape (texts, labels), the probability of each text by parts that had met nothing of
        its origin; NaN when there is one origin only. Not kept with the classifier
    n_labels_ : int
    """

    def __init__(
        self,
        C: float = 0.1,
        text_C: float = 0.1,
        bits: int = 18,
        families: tuple[str, ...] = ("words", "stems", "pairs", "letters"),
        folds: int = 5,
        miss_cost: float = 2.0,
        whole_text: bool = True,
        negation: bool = True,
        lexicon: Lexicon | None = None,
        promise_recall: float = 0.9,
        promise_confidence: float = 0.95,
    ):
        self.C = C
        self.text_C = text_C
        self.bits = bits
        self.families = families
        self.folds = folds
        self.miss_cost = miss_cost
        self.whole_text = whole_text
        self.negation = negation
        self.lexicon = lexicon
        self.promise_recall = promise_recall
        self.promise_confidence = promise_confidence

    def fit(
        self,
        X: Sequence[str],
        Y: Any,
        *,
        evidence: Sequence[Evidence] | None = None,
        groups: Sequence[str] | None = None,
        bank: tuple[Sequence[str], Any] | None = None,
        sample_weight: Any = None,
        step: Step = straight_on,
    ) -> ClauseClassifier:
        """Learn from texts ``X`` and labels ``Y`` (shape (texts, labels), 0 and 1).

        ``evidence`` marks the clauses that carry a label; without it every clause of a positive
        text counts. ``groups`` are origins. ``bank`` holds single clauses with labels.
        ``sample_weight``, shape (texts,), is how many times a text counts where weights and
        thresholds are learned; what is promised is counted on texts as they are. ``step`` does the
        long pieces by name: «part 1» and so on, and «whole».
        """
        texts = checked_texts(X)
        labels = checked_labels(Y, len(texts))
        weight = checked_weight(sample_weight, len(texts))
        lesson = self._lesson(texts, labels, evidence, bank, weight)
        origin = np.asarray(groups if groups is not None else np.arange(len(texts)).astype(str))
        self._learn(lesson, origin, step)
        self._promise(labels, origin)
        return self

    def _learn(self, lesson: Lesson, origin: npt.NDArray[Any], step: Step) -> None:
        """Everything that is learned, but for the promises."""
        self.n_labels_ = lesson.labels.shape[1]
        self.classes_ = [np.array([0, 1])] * self.n_labels_
        parts = self._parts(origin)
        scores, whole = self._unseen_scores(lesson, parts, step)
        sigmoid = fit_sigmoid(scores, lesson.marks, at(lesson.weight, lesson.owner))
        self._keep_scorers(lesson, sigmoid, step)
        found = summaries(sigmoid.of(scores), whole, lesson.owner)
        self._decide(found, lesson.labels, lesson.weight)
        self.unseen_ = _crossed(found, lesson, parts)

    def _lesson(
        self,
        texts: Sequence[str],
        labels: Labels,
        evidence: Sequence[Evidence] | None,
        bank: tuple[Sequence[str], Any] | None,
        weight: Matrix | None,
    ) -> Lesson:
        """Everything that is learned from, as numbers; fits the features on the way."""
        pieces, owner, marks = training_clauses(texts, labels, evidence)
        extra, extra_marks = bank_of(bank, labels.shape[1])
        self.features_ = ClauseFeatures(self.bits, self.families, self.negation, self.lexicon)
        self.features_.fit([*pieces, *extra])
        clause_rows, text_rows = self.features_.transform_texts(pieces, owner, len(texts))
        bank_rows = self.features_.transform(extra) if extra else clause_rows[:0]
        return Lesson(clause_rows, owner, marks, bank_rows, extra_marks, text_rows, labels, weight)

    def _unseen_scores(
        self, lesson: Lesson, parts: Sequence[tuple[Labels, Labels]], step: Step
    ) -> tuple[Matrix, Matrix]:
        """Scores of clauses and of texts by scorers that had not seen them."""
        scores, whole = np.zeros(lesson.marks.shape), np.zeros(lesson.labels.shape)
        for number, (train, test) in enumerate(parts, 1):
            held = np.isin(lesson.owner, test)
            work = partial(self._scores_of, lesson, train, held, test)
            scores[held], whole[test] = step(f"part {number}", work)
        return scores, whole

    def _scores_of(
        self, lesson: Lesson, train: Labels, held: npt.NDArray[np.bool_], test: Labels
    ) -> Arrays:
        clause_scorer, text_scorer = self._scorers(lesson, train)
        return (
            clause_scorer.scores(lesson.clause_rows[held]),
            text_scorer.scores(lesson.text_rows[test]),
        )

    def _keep_scorers(self, lesson: Lesson, sigmoid: Sigmoid, step: Step) -> None:
        """The scorers that learned from everything."""
        every = np.arange(len(lesson.labels))

        def work() -> Arrays:
            clauses, texts = self._scorers(lesson, every)
            return clauses.coef, clauses.intercept, texts.coef, texts.intercept

        coef, intercept, self.text_coef_, self.text_intercept_ = step("whole", work)
        clause_scorer = Scorer(coef, intercept).through(sigmoid)
        self.coef_, self.intercept_ = clause_scorer.coef, clause_scorer.intercept

    def _scorers(self, lesson: Lesson, texts: Labels) -> tuple[Scorer, Scorer]:
        """Of clauses and of whole texts, from the chosen texts and the whole bank."""
        rows, marks, weight = lesson.clauses(texts)
        of_texts = self._text_scorer(
            lesson.text_rows[texts], lesson.labels[texts], at(lesson.weight, texts)
        )
        return fit_scorer(rows, marks, self.C, weight), of_texts

    def _parts(self, origin: npt.NDArray[Any]) -> list[tuple[Labels, Labels]]:
        """Which texts are learned from and which are scored, by origin."""
        n = len(origin)
        parts = min(self.folds, len(set(origin.tolist())))
        if parts < 2:
            return [(np.arange(n), np.arange(n))]
        return list(GroupKFold(parts).split(np.zeros(n), groups=origin))

    def _text_scorer(self, rows: Any, labels: Labels, weight: Matrix | None) -> Scorer:
        """One scorer a label over whole texts; silent where it is left out."""
        if not self.whole_text:
            width = labels.shape[1]
            return Scorer(np.zeros((width, rows.shape[1])), np.zeros(width))
        return fit_scorer(rows, labels, self.text_C, weight)

    def _decide(self, found: Matrix, labels: Labels, weight: Matrix | None) -> None:
        """The second regression and the thresholds, label by label."""
        self.document_coef_, self.document_intercept_ = fit_documents(found, labels, weight)
        probabilities = documents(found, self.document_coef_, self.document_intercept_)
        self.thresholds_ = np.full(self.n_labels_, 1 / (1 + self.miss_cost))
        for label in np.flatnonzero(varied(labels)):
            self.thresholds_[label] = cheapest_threshold(
                labels[:, label], probabilities[:, label], self.miss_cost, weight
            )

    def _promise(self, labels: Labels, origin: npt.NDArray[Any]) -> None:
        """What can be promised, from probabilities of writers that no regression was fitted on."""
        self.promised_thresholds_ = np.full(self.n_labels_, np.nan)
        self.promise_positives_ = np.zeros(self.n_labels_, dtype=np.int64)
        if np.isnan(self.unseen_).any():
            return  # one origin: there is no text of a writer that was not learned from
        self.promise_positives_ = labels.sum(axis=0)
        for label in range(self.n_labels_):
            self.promised_thresholds_[label] = promised_threshold(
                labels[:, label],
                self.unseen_[:, label],
                writers=origin,
                recall=self.promise_recall,
                confidence=self.promise_confidence,
            )

    def promises(self) -> tuple[Promise, ...]:
        """What is promised about each label, in the order of the labels."""
        check_is_fitted(self)
        found = zip(self.promise_positives_, self.promised_thresholds_, strict=True)
        return tuple(
            Promise(
                int(positives),
                None if np.isnan(threshold) else float(threshold),
                self.promise_recall,
                self.promise_confidence,
            )
            for positives, threshold in found
        )

    def read(self, text: str) -> Scored:
        """The clauses of a text, their probabilities and the text's own. The one forward pass."""
        check_is_fitted(self)
        found = clauses(text)
        if not found:
            return Scored([], np.zeros((0, self.n_labels_)), np.zeros(self.n_labels_))
        pieces = [text[c.start : c.end] for c in found]
        owner = np.zeros(len(found), dtype=np.int64)
        clause_rows, text_row = self.features_.transform_texts(pieces, owner, 1)
        clause_weights, text_weights = self._columns()
        logits = np.asarray(clause_rows @ clause_weights + self.intercept_, dtype=np.float64)
        whole = np.asarray(text_row @ text_weights + self.text_intercept_, dtype=np.float64)[0]
        summary = summarise(logits, whole)
        found_proba = documents(summary[None], self.document_coef_, self.document_intercept_)
        return Scored(found, expit(logits), found_proba[0])

    def _columns(self) -> tuple[Matrix, Matrix]:
        """The weights with a row a feature, in one piece: a view would be copied at every call."""
        kept: tuple[Any, Any, Matrix, Matrix] | None = getattr(self, "_kept", None)
        if kept is None or kept[0] is not self.coef_ or kept[1] is not self.text_coef_:
            turned = [np.ascontiguousarray(each.T) for each in (self.coef_, self.text_coef_)]
            kept = (self.coef_, self.text_coef_, turned[0], turned[1])
            self._kept = kept
        return kept[2], kept[3]

    def predict_proba(self, X: Sequence[str]) -> Matrix:
        """Calibrated probabilities, shape (texts, labels)."""
        check_is_fitted(self)
        return np.array([self.read(text).probabilities for text in checked_texts(X)])

    def predict(self, X: Sequence[str]) -> npt.NDArray[np.int64]:
        """0 or 1 for each text and label, by the tuned thresholds."""
        return (self.predict_proba(X) >= self.thresholds_).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Scored:
    """A text as the classifier read it."""

    clauses: list[Clause]
    clause_probabilities: Matrix
    """Shape (clauses, labels)."""
    probabilities: Matrix
    """Of the whole text, shape (labels,)."""


def _crossed(found: Matrix, lesson: Lesson, parts: Sequence[tuple[Labels, Labels]]) -> Matrix:
    """Probabilities of texts whose writers no second regression had met, shape (texts, labels).

    NaN when there is one origin only. Two weak ties are left. The scorers behind the summaries that
    a part's regression learns from have met the writers held back: leaving them out there too would
    cost a fit of all scorers for every pair of parts, and touches only seven numbers a label. And
    how rare a feature is, without regard to labels, is counted over all texts.
    """
    unseen = np.full(lesson.labels.shape, np.nan)
    if len(parts) < 2:
        return unseen
    for train, test in parts:
        fitted = fit_documents(found[train], lesson.labels[train], at(lesson.weight, train))
        unseen[test] = documents(found[test], *fitted)
    return unseen
