"""What our classifier is compared with: the same texts, the same splits, thresholds tuned alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import spacy
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC
from spacy.training import Example as SpacyExample
from thinc.api import fix_random_seed

from evaluation.keyword_rules import KeywordRules
from evaluation.labels import Shares, cheapest_f1_thresholds
from models.classifier.corpus import Example
from models.classifier.estimator import ClauseClassifier
from nlp.types import LABELS

Bank = tuple[Sequence[str], Any]
"""Single clauses and their labels."""
OURS = "ours"
"""Our classifier's name among the contenders."""
HELD_OUT = 0.2
"""Part of the texts on which thresholds are tuned."""


class Contender(Protocol):
    """Learns from examples, gives probabilities for texts."""

    def fit(self, examples: Sequence[Example]) -> Any:
        """Learn."""

    def predict_proba(self, texts: Sequence[str]) -> Shares:
        """Probabilities, shape (texts, labels)."""


Maker = Callable[[], Contender]


class WholeText:
    """TF-IDF of words and letters over the whole text, and one linear model a label."""

    def __init__(self, model: Any):
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True
        )
        features = FeatureUnion([("words", words), ("letters", letters)])
        self.pipeline = make_pipeline(features, OneVsRestClassifier(model))

    def fit(self, examples: Sequence[Example]) -> WholeText:
        """Learn from whole texts."""
        self.pipeline.fit([e.text for e in examples], np.array([e.labels for e in examples]))
        return self

    def predict_proba(self, texts: Sequence[str]) -> Shares:
        """Probabilities; a margin goes through the logistic curve."""
        if hasattr(self.pipeline, "predict_proba"):
            return np.asarray(self.pipeline.predict_proba(list(texts)))
        return np.asarray(expit(2 * self.pipeline.decision_function(list(texts))))


class SpacyTextcat:
    """spaCy's ``textcat_multilabel`` with its default network (bag of words)."""

    def __init__(self, *, epochs: int = 10, seed: int = 1):
        self.epochs = epochs
        self.seed = seed

    def fit(self, examples: Sequence[Example]) -> SpacyTextcat:
        """Learn from whole texts."""
        fix_random_seed(self.seed)
        rng = random.Random(self.seed)
        self.nlp = spacy.blank("da")
        self.nlp.add_pipe("textcat_multilabel")
        made = [
            SpacyExample.from_dict(
                self.nlp.make_doc(e.text),
                {"cats": dict(zip(LABELS, map(float, e.labels), strict=True))},
            )
            for e in examples
        ]
        optimizer = self.nlp.initialize(lambda: made)
        for _ in range(self.epochs):
            rng.shuffle(made)
            for start in range(0, len(made), 32):
                self.nlp.update(made[start : start + 32], sgd=optimizer, drop=0.2)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Shares:
        """Probabilities."""
        docs = self.nlp.pipe(texts)
        return np.array([[doc.cats[label] for label in LABELS] for doc in docs])


class Ours:
    """The clause classifier; ``evidence`` and ``bank`` may be left out for the ablation table."""

    def __init__(
        self,
        settings: dict[str, Any],
        bank: Bank | None,
        *,
        evidence: bool = True,
    ):
        self.classifier = ClauseClassifier(**settings)
        self.bank = bank
        self.evidence = evidence

    def fit(self, examples: Sequence[Example]) -> Ours:
        """Learn from clauses."""
        self.classifier.fit(
            [e.text for e in examples],
            np.array([e.labels for e in examples]),
            evidence=[e.evidence for e in examples] if self.evidence else None,
            groups=[e.origin for e in examples],
            bank=self.bank,
        )
        return self

    def predict_proba(self, texts: Sequence[str]) -> Shares:
        """Calibrated probabilities."""
        return self.classifier.predict_proba(texts)


def contenders(settings: dict[str, Any], bank: Bank) -> dict[str, Maker]:
    """Name → how to make one, in the order of the table."""
    return {
        "keyword rules": KeywordRules,
        "TF-IDF + LR, whole text": lambda: WholeText(
            LogisticRegression(C=10.0, solver="liblinear")
        ),
        "TF-IDF + SVC, whole text": lambda: WholeText(LinearSVC(C=0.5)),
        "spaCy textcat_multilabel": SpacyTextcat,
        OURS: lambda: Ours(settings, bank),
    }


@dataclass(frozen=True, slots=True)
class Fitted:
    """A contender that learned from everything, and thresholds tuned on what it had not seen."""

    model: Contender
    thresholds: npt.NDArray[np.float64]

    def suggest(self, texts: Sequence[str]) -> tuple[Shares, npt.NDArray[np.bool_]]:
        """Probabilities and what is suggested."""
        probabilities = self.model.predict_proba(texts)
        return probabilities, probabilities >= self.thresholds


def tuned(make: Maker, examples: Sequence[Example], *, seed: int = 1) -> Fitted:
    """Thresholds with the best F1 on a fifth of the texts, then a model of all examples.

    Drawn over all writers: one writer alone may have written only texts without a label.
    """
    seen, held = train_test_split(range(len(examples)), test_size=HELD_OUT, random_state=seed)
    tuning = [examples[i] for i in held]
    trial = make().fit([examples[i] for i in seen])
    truth = np.array([example.labels for example in tuning], dtype=bool)
    thresholds = cheapest_f1_thresholds(truth, trial.predict_proba([e.text for e in tuning]))
    return Fitted(make().fit(examples), thresholds)
