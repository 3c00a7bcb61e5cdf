"""What makes the classifier good, tried out: more text, feature families, other models, redaction.

Everything is fitted on the training text and measured on the held-out submissions, so all tables
compare with each other. Each function gives its rows one by one: a run can be watched and stopped.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluation.contenders import Bank, Fitted, Maker, Ours, tuned
from evaluation.figures import Estimate
from evaluation.labels import Truth, macro_f1, score
from evaluation.split import locked
from evaluation.texts import Submission
from models.classifier.corpus import Example, example_from
from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Redactor
from nlp.types import Profile, RawText, Span

CURVE = (0.1, 0.25, 0.5, 0.75)
"""Shares of the training text for the learning curve, beside all of it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One row of a table: a way of doing it, and how well it did."""

    name: str
    macro_f1: Estimate
    locked_macro_f1: float
    by_label: tuple[float, ...]
    seconds: float
    size: int
    """Training texts."""


def truth_of(examples: Sequence[Example]) -> Truth:
    """The labels as an array, shape (texts, labels)."""
    return np.array([example.labels for example in examples], dtype=bool)


def trial(name: str, make: Maker, train: Sequence[Example], test: Sequence[Example]) -> Trial:
    """Fit, tune and measure one way."""
    started = time.perf_counter()
    fitted = tuned(make, train)
    return measured(name, fitted, test, time.perf_counter() - started, len(train))


def measured(
    name: str, fitted: Fitted, test: Sequence[Example], seconds: float, size: int
) -> Trial:
    """Measure what was fitted."""
    probabilities, suggested = fitted.suggest([example.text for example in test])
    truth = truth_of(test)
    scores = score(truth, suggested, probabilities)
    away = np.array([locked(example.id) for example in test])
    return Trial(
        name,
        scores.macro_f1,
        macro_f1(truth[away], suggested[away]),
        tuple(label.f1.value for label in scores.by_label.values()),
        seconds,
        size,
    )


def compare(
    makers: Mapping[str, Maker], train: Sequence[Example], test: Sequence[Example]
) -> Iterator[Trial]:
    """One row a contender."""
    for name, make in makers.items():
        yield trial(name, make, train, test)


def learning_curve(
    settings: dict[str, Any],
    bank: Bank,
    train: Sequence[Example],
    test: Sequence[Example],
    *,
    shares: Sequence[float] = CURVE,
    seed: int = 1,
) -> Iterator[Trial]:
    """More and more of the training text, drawn over all writers; the clause bank grows alike."""
    order, rows = list(range(len(train))), list(range(len(bank[0])))
    random.Random(seed).shuffle(order)
    random.Random(seed).shuffle(rows)
    for share in shares:
        part = [train[i] for i in sorted(order[: round(share * len(order))])]
        clauses = rows[: round(share * len(rows))]
        smaller = [bank[0][i] for i in clauses], np.asarray(bank[1])[clauses]
        yield trial(f"{share:.0%}", lambda b=smaller: Ours(settings, b), part, test)  # type: ignore[misc]


def ablation(settings: dict[str, Any], bank: Bank) -> dict[str, Maker]:
    """Name → our classifier without one of its parts."""
    families: tuple[str, ...] = settings["families"]
    without = {
        f"without {family}": {**settings, "families": tuple(f for f in families if f != family)}
        for family in families
        if len(families) > 1
    }
    if "stems" in families:  # negation is marked on stems
        without["without negation"] = {**settings, "negation": False}
    without["without the words of the whole text"] = {**settings, "whole_text": False}
    makers = {name: _with(changed, bank) for name, changed in without.items()}
    makers["without the clause bank"] = lambda: Ours(settings, None)
    makers["without marked evidence"] = lambda: Ours(settings, bank, evidence=False)
    return makers


def _with(settings: dict[str, Any], bank: Bank) -> Maker:
    return lambda: Ours(settings, bank)


def by_redaction(items: Sequence[Submission], redactor: Redactor) -> dict[str, list[Example]]:
    """The held-out submissions with gold placeholders, with our redactor's, and as written."""
    return {
        "gold placeholders": [example_from(item.block) for item in items],
        "our redactor": [redacted_example(item, redactor) for item in items],
        "raw text": [example_from(item.block, redacted=False) for item in items],
    }


def redacted_example(item: Submission, redactor: Redactor) -> Example:
    """What staff and classifier see of a submission, with the evidence moved along.

    The text is empty when the redactor refuses it.
    """
    try:
        found = redactor.find(RawText(item.block.text), profile=Profile.STORAGE)
    except (BadText, RedactionFailed):
        # Nothing is kept of a refused submission, so nothing can be suggested for it.
        return replace(example_from(item.block), text="", evidence=())
    spans = tuple(Span(s.start, s.end, s.type) for s in found)
    return example_from(replace(item.block, spans=spans))
