"""May a challenger take the champion's place? Pure: what both said of the same texts, and rules.

Every rule asks for *no evidence of harm beyond a stated margin*, not for a higher figure: on some
hundred texts a higher figure is close to a coin toss. Texts are resampled whole and for both models
at once (paired bootstrap), since the six answers about one text, and the two models' answers about
it, are not independent. A label with few true cases is not judged: «kan ikke afgøres».

The bounds of recall and F1 are one-sided. A challenger that is worse by the whole margin in a label
passes that label's rule in about 1 − ``confidence`` of all cases, and must pass every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from evaluation.labels import f1_by_label
from nlp.types import LABELS

Truth = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

_LEAST_CHANCE = 1e-4
"""Probabilities are kept this far from 0 and 1: suggestions are rounded to four places."""


class Verdict(StrEnum):
    """What a comparison comes to, in the words of the page."""

    PASSED = "består"
    FAILED = "består ikke"
    UNDECIDED = "kan ikke afgøres"


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What one model said of some texts; both of shape (texts, labels)."""

    suggested: Truth
    probabilities: Shares


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a challenger. Margins are shares; log-loss is in nats a text and label."""

    label_margin: float = 0.05
    macro_margin: float = 0.02
    loss_margin: float = 0.01
    confidence: float = 0.95
    """Of each one-sided bound."""
    least_positives: int = 20
    resamples: int = 2000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure of both models. Differences are turned so that above 0 is always better."""

    measure: str
    label: str
    positives: int
    difference: float
    low: float
    margin: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """All measures over the same texts: macro-F1, log-loss, then recall and F1 of each label."""

    texts: int
    findings: tuple[Finding, ...]
    verdict: Verdict


def compare(
    truth: Truth,
    champion: Read,
    challenger: Read,
    rules: Rules = Rules(),
    *,
    labels: Sequence[str] = LABELS,
) -> Comparison:
    """Hold the challenger against the champion. Raises ValueError when the shapes differ."""
    _check(truth, champion, challenger, labels)
    positives = truth.sum(axis=0)
    if not len(truth):
        return Comparison(0, (), Verdict.UNDECIDED)
    weights = _weights(len(truth), rules)
    differences = _differences(truth, champion, challenger)
    # The first row draws every text once: the figure itself. The others are the bootstrap.
    drawn = {name: measure(weights) for name, measure in differences.items()}
    judge = _Judge(rules, labels, positives)
    findings = [judge.together("macro-F1", drawn["f1"].mean(axis=1), rules.macro_margin)]
    findings.append(judge.together("log-loss", drawn["loss"], rules.loss_margin))
    for index in range(len(labels)):
        for measure in ("recall", "f1"):
            findings.append(judge.label(measure, index, drawn[measure][:, index]))
    return Comparison(len(truth), tuple(findings), worst([one.verdict for one in findings]))


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict for many: a failure outweighs doubt, and doubt outweighs success.

    >>> worst([Verdict.PASSED, Verdict.UNDECIDED]).value
    'kan ikke afgøres'
    """
    for verdict in (Verdict.FAILED, Verdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return Verdict.PASSED if verdicts else Verdict.UNDECIDED


def log_loss(truth: Truth, probabilities: Shares) -> Shares:
    """Mean log-loss of each text over its labels, in nats, shape (texts,)."""
    given = np.clip(probabilities, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return np.asarray(-np.log(np.where(truth, given, 1 - given)).mean(axis=1), dtype=np.float64)


def prequential(truth: Truth, probabilities: Shares) -> Shares:
    """Mean log-loss over the first text, the first two, … in the order given, shape (texts,).

    Each text was scored by a model that had not learned from it or from any later one.
    """
    losses = log_loss(truth, probabilities)
    return np.asarray(np.cumsum(losses) / np.arange(1, len(losses) + 1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Judge:
    rules: Rules
    labels: Sequence[str]
    positives: npt.NDArray[np.int64]

    def together(self, measure: str, drawn: Shares, margin: float) -> Finding:
        """A measure over all labels."""
        return self._finding(measure, "", int(self.positives.sum()), drawn, margin)

    def label(self, measure: str, index: int, drawn: Shares) -> Finding:
        """A measure of one label."""
        return self._finding(
            measure,
            self.labels[index],
            int(self.positives[index]),
            drawn,
            self.rules.label_margin,
        )

    def _finding(
        self, measure: str, label: str, positives: int, drawn: Shares, margin: float
    ) -> Finding:
        difference = float(drawn[0])
        low = float(np.quantile(drawn[1:], 1 - self.rules.confidence))
        verdict = Verdict.PASSED if low > -margin else Verdict.FAILED
        if positives < self.rules.least_positives:
            verdict = Verdict.UNDECIDED
        return Finding(measure, label, positives, difference, low, margin, verdict)


def _differences(
    truth: Truth, champion: Read, challenger: Read
) -> dict[str, Callable[[Shares], Shares]]:
    """How many times each text counts, shape (draws, texts) → the difference in each draw."""
    loss = log_loss(truth, champion.probabilities) - log_loss(truth, challenger.probabilities)
    found = [(truth & one.suggested).astype(np.float64) for one in (champion, challenger)]

    def recall(weights: Shares) -> Shares:
        true = weights @ truth
        gained = weights @ (found[1] - found[0])
        return np.divide(gained, true, out=np.zeros_like(true), where=true > 0)

    def f1(weights: Shares) -> Shares:
        after = f1_by_label(truth, challenger.suggested, weights)
        return np.asarray(after - f1_by_label(truth, champion.suggested, weights))

    def mean_loss(weights: Shares) -> Shares:
        return np.asarray(weights @ loss / len(truth))

    return {"recall": recall, "f1": f1, "loss": mean_loss}


def _weights(texts: int, rules: Rules) -> Shares:
    rng = np.random.default_rng(rules.seed)
    drawn = rng.multinomial(texts, np.full(texts, 1 / texts), size=rules.resamples)
    return np.vstack([np.ones((1, texts)), drawn]).astype(np.float64)


def _check(truth: Truth, champion: Read, challenger: Read, labels: Sequence[str]) -> None:
    parts = [one for read in (champion, challenger) for one in (read.suggested, read.probabilities)]
    shapes = {part.shape for part in (truth, *parts)}
    if len(shapes) != 1 or truth.ndim != 2 or truth.shape[1] != len(labels):
        raise ValueError(f"each needs the shape (texts, {len(labels)}), not {sorted(shapes)}")
