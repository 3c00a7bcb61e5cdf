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
import scipy.sparse as sp
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from models.classifier.corpus import Evidence
from models.classifier.features import ClauseFeatures
from models.classifier.lexicon import Lexicon
from models.classifier.promises import Promise, promised_threshold
from models.classifier.scorers import Scorer, Sigmoid, fit_scorer, fit_sigmoid
from nlp.text.clauses import Clause, clauses

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

Arrays = tuple[Matrix, ...]
Step = Callable[[str, Callable[[], Arrays]], Arrays]
"""Does a named piece of the work of ``fit``, or gives back what the same piece gave before."""

_LEAST_POSITIVE = 3
"""Positive texts below which a label's second regression is not fitted."""
DOCUMENT_FEATURES = 6


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
        texts = _texts(X)
        labels = _labels(Y, len(texts))
        self.n_labels_ = labels.shape[1]
        self.classes_ = [np.array([0, 1])] * self.n_labels_
        weight = _weight(sample_weight, len(texts))
        lesson = self._lesson(texts, labels, evidence, bank, weight)
        origin = np.asarray(groups if groups is not None else np.arange(len(texts)).astype(str))
        parts = self._parts(origin)
        scores, whole = self._unseen_scores(lesson, parts, step)
        sigmoid = fit_sigmoid(scores, lesson.marks, _at(weight, lesson.owner))
        self._keep_scorers(lesson, sigmoid, step)
        by_text = _by_text(sigmoid.of(scores), lesson.owner, len(texts))
        summaries = np.array([summarise(*pair) for pair in zip(by_text, whole, strict=True)])
        self._decide(summaries, labels, weight)
        self._promise(summaries, labels, parts, origin, weight)
        return self

    def _lesson(
        self,
        texts: Sequence[str],
        labels: Labels,
        evidence: Sequence[Evidence] | None,
        bank: tuple[Sequence[str], Any] | None,
        weight: Matrix | None,
    ) -> _Lesson:
        """Everything that is learned from, as numbers; fits the features on the way."""
        pieces, owner, marks = _training_clauses(texts, labels, evidence)
        extra, extra_marks = _bank(bank, self.n_labels_)
        self.features_ = ClauseFeatures(self.bits, self.families, self.negation, self.lexicon)
        self.features_.fit([*pieces, *extra])
        clause_rows, text_rows = self.features_.transform_texts(pieces, owner, len(texts))
        bank_rows = self.features_.transform(extra) if extra else clause_rows[:0]
        return _Lesson(clause_rows, owner, marks, bank_rows, extra_marks, text_rows, labels, weight)

    def _unseen_scores(
        self, lesson: _Lesson, parts: Sequence[tuple[Labels, Labels]], step: Step
    ) -> tuple[Matrix, Matrix]:
        """Scores of clauses and of texts by scorers that had not seen them."""
        scores, whole = np.zeros(lesson.marks.shape), np.zeros(lesson.labels.shape)
        for number, (train, test) in enumerate(parts, 1):
            held = np.isin(lesson.owner, test)
            work = partial(self._scores_of, lesson, train, held, test)
            scores[held], whole[test] = step(f"part {number}", work)
        return scores, whole

    def _scores_of(
        self, lesson: _Lesson, train: Labels, held: npt.NDArray[np.bool_], test: Labels
    ) -> Arrays:
        clause_scorer, text_scorer = self._scorers(lesson, train)
        return (
            clause_scorer.scores(lesson.clause_rows[held]),
            text_scorer.scores(lesson.text_rows[test]),
        )

    def _keep_scorers(self, lesson: _Lesson, sigmoid: Sigmoid, step: Step) -> None:
        """The scorers that learned from everything."""
        every = np.arange(len(lesson.labels))

        def work() -> Arrays:
            clauses, texts = self._scorers(lesson, every)
            return clauses.coef, clauses.intercept, texts.coef, texts.intercept

        coef, intercept, self.text_coef_, self.text_intercept_ = step("whole", work)
        clause_scorer = Scorer(coef, intercept).through(sigmoid)
        self.coef_, self.intercept_ = clause_scorer.coef, clause_scorer.intercept

    def _scorers(self, lesson: _Lesson, texts: Labels) -> tuple[Scorer, Scorer]:
        """Of clauses and of whole texts, from the chosen texts and the whole bank."""
        rows, marks, weight = lesson.clauses(texts)
        of_texts = self._text_scorer(
            lesson.text_rows[texts], lesson.labels[texts], _at(lesson.weight, texts)
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

    def _decide(self, summaries: Matrix, labels: Labels, weight: Matrix | None) -> None:
        """The second regression and the thresholds, label by label."""
        self.document_coef_, self.document_intercept_ = _fit_documents(summaries, labels, weight)
        probabilities = _documents(summaries, self.document_coef_, self.document_intercept_)
        self.thresholds_ = np.full(self.n_labels_, 1 / (1 + self.miss_cost))
        for label in np.flatnonzero(_varied(labels)):
            self.thresholds_[label] = cheapest_threshold(
                labels[:, label], probabilities[:, label], self.miss_cost, weight
            )

    def _promise(
        self,
        summaries: Matrix,
        labels: Labels,
        parts: Sequence[tuple[Labels, Labels]],
        origin: npt.NDArray[Any],
        weight: Matrix | None,
    ) -> None:
        """What can be promised, from probabilities of writers that no regression was fitted on.

        Two weak ties are left. The scorers behind the summaries that a part's regression learns
        from have met the writers held back: leaving them out there too would cost a fit of all
        scorers for every pair of parts, and touches only seven numbers a label. And how rare a
        feature is, without regard to labels, is counted over all texts.
        """
        self.promised_thresholds_ = np.full(self.n_labels_, np.nan)
        self.promise_positives_ = np.zeros(self.n_labels_, dtype=np.int64)
        if len(parts) < 2:
            return  # one origin: there is no text of a writer that was not learned from
        unseen = np.zeros(labels.shape)
        for train, test in parts:
            fitted = _fit_documents(summaries[train], labels[train], _at(weight, train))
            unseen[test] = _documents(summaries[test], *fitted)
        self.promise_positives_ = labels.sum(axis=0)
        for label in range(self.n_labels_):
            self.promised_thresholds_[label] = promised_threshold(
                labels[:, label],
                unseen[:, label],
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
        found_proba = _documents(summary[None], self.document_coef_, self.document_intercept_)
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
        return np.array([self.read(text).probabilities for text in _texts(X)])

    def predict(self, X: Sequence[str]) -> npt.NDArray[np.int64]:
        """0 or 1 for each text and label, by the tuned thresholds."""
        return (self.predict_proba(X) >= self.thresholds_).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
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


@dataclass(frozen=True, slots=True)
class Scored:
    """A text as the classifier read it."""

    clauses: list[Clause]
    clause_probabilities: Matrix
    """Shape (clauses, labels)."""
    probabilities: Matrix
    """Of the whole text, shape (labels,)."""


def summarise(logits: Matrix, whole: Matrix) -> Matrix:
    """What the scores come to, shape (DOCUMENT_FEATURES, labels).

    Best clause, second best, «at least one» if clauses were independent, mean, length of the text,
    and what the words of the whole text say.
    """
    ordered = -np.sort(-logits, axis=0)
    second = ordered[1] if len(ordered) > 1 else np.full(logits.shape[1], -6.0)
    none = np.log1p(-np.clip(expit(logits), 0, 1 - 1e-9)).sum(axis=0)
    any_of = np.log(np.clip(-np.expm1(none), 1e-9, 1 - 1e-9)) - none
    length = np.full(logits.shape[1], np.log1p(len(logits)))
    return np.stack(
        [
            ordered[0],
            np.clip(second, -8, 8),
            np.clip(any_of, -8, 8),
            logits.mean(axis=0),
            length,
            whole,
        ]
    )


def cheapest_threshold(
    truth: npt.NDArray[Any],
    probabilities: Matrix,
    miss_cost: float,
    weight: Matrix | None = None,
) -> float:
    """The threshold with the least cost of misses and surplus suggestions, kept near the theory.

    For calibrated probabilities it is 1 / (1 + miss_cost); data may move it by half of that.
    """
    centre = 1 / (1 + miss_cost)
    candidates = np.linspace(centre * 0.7, centre * 1.4, 29)
    counts = np.ones(len(truth)) if weight is None else weight
    costs = [
        miss_cost * counts[(probabilities < t) & (truth == 1)].sum()
        + counts[(probabilities >= t) & (truth == 0)].sum()
        for t in candidates
    ]
    best = np.flatnonzero(np.array(costs) == min(costs))
    return float(candidates[best[len(best) // 2]])


def _texts(X: Sequence[str]) -> list[str]:
    if isinstance(X, str):
        raise TypeError("a list of texts is needed, not one string")
    texts = list(X)
    if not texts:
        raise ValueError("at least one text is needed")
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"texts are strings, not {type(text).__name__}")
    return texts


def _labels(Y: Any, n: int) -> npt.NDArray[np.int64]:
    labels = np.asarray(Y)
    if labels.ndim != 2 or len(labels) != n:
        raise ValueError(f"labels need the shape ({n}, labels), not {labels.shape}")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels are 0 or 1")
    return labels.astype(np.int64)


def _weight(sample_weight: Any, n: int) -> Matrix | None:
    """How many times each text counts; None when each counts once."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n,) or not (np.isfinite(weight) & (weight > 0)).all():
        raise ValueError(f"weights need the shape ({n},) and are above 0")
    return None if (weight == 1).all() else weight


def _at(weight: Matrix | None, chosen: Labels) -> Matrix | None:
    return None if weight is None else weight[chosen]


def _bank(
    bank: tuple[Sequence[str], Any] | None, width: int
) -> tuple[list[str], npt.NDArray[np.int64]]:
    if bank is None:
        return [], np.zeros((0, width), dtype=np.int64)
    return list(bank[0]), np.asarray(bank[1]).astype(np.int64)


def _training_clauses(
    texts: Sequence[str], labels: npt.NDArray[np.int64], evidence: Sequence[Evidence] | None
) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All clauses, the text each belongs to, and the labels each carries."""
    pieces: list[str] = []
    owner: list[int] = []
    marks: list[npt.NDArray[np.int64]] = []
    for index, text in enumerate(texts):
        found = clauses(text)
        pieces += [text[c.start : c.end] for c in found]
        owner += [index] * len(found)
        if evidence is None:
            marks.append(np.repeat(labels[index : index + 1], len(found), axis=0))
        else:
            marks.append(carried(found, evidence[index], labels.shape[1]))
    return pieces, np.array(owner, dtype=np.int64), np.vstack(marks)


def carried(found: Sequence[Clause], evidence: Evidence, width: int) -> npt.NDArray[np.int64]:
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


def _varied(labels: Labels) -> npt.NDArray[np.bool_]:
    """Labels with enough texts on both sides for a second regression."""
    positives = labels.sum(axis=0)
    return np.asarray(np.minimum(positives, len(labels) - positives) >= _LEAST_POSITIVE)


def _fit_documents(
    summaries: Matrix, labels: Labels, weight: Matrix | None = None
) -> tuple[Matrix, Matrix]:
    """The second regression of each label; where there is too little, the best clause decides."""
    coef = np.zeros((labels.shape[1], DOCUMENT_FEATURES))
    coef[:, 0] = 1.0
    intercept = np.zeros(labels.shape[1])
    for label in np.flatnonzero(_varied(labels)):
        # Seven numbers: Newton's method is there in a few steps, and exact to the last digits.
        model = LogisticRegression(C=1.0, solver="newton-cholesky")
        model.fit(summaries[:, :, label], labels[:, label], sample_weight=weight)
        coef[label] = model.coef_[0]
        intercept[label] = model.intercept_[0]
    return coef, intercept


def _documents(summaries: Matrix, coef: Matrix, intercept: Matrix) -> Matrix:
    """Probabilities of texts, shape (texts, labels); summaries: (texts, features, labels)."""
    total = (summaries * coef.T).sum(axis=1) + intercept
    return np.asarray(expit(total), dtype=np.float64)


def _by_text(logits: Matrix, owner: npt.NDArray[np.int64], n: int) -> list[Matrix]:
    rows = [logits[owner == index] for index in range(n)]
    return [part if len(part) else np.full((1, logits.shape[1]), -6.0) for part in rows]
