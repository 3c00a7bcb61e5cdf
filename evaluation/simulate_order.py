"""How many labels does an order save? The written corpus as a stream, read by orders that differ.

A run holds two writers back, takes some texts of the others as confirmed, and then reads on in
batches: each order chooses, the labels of the chosen texts are uncovered, the classifier learns
anew and is measured on the writers held back. Whatever the order, a fixed share is drawn by lot.
All orders of a run begin with the same texts. The orders themselves are in ``evaluation.orders``.

Two streams are read. The corpus *as written* was balanced on purpose: every label is about equally
common, which a real stream is not. In the *uneven* stream texts that carry one of three labels come
a fifth as often; there the writers held back are weighed alike, so that both sides have the same
mixture.

Two writers served for choosing the orders (``DEVELOPMENT``): they are in the stream but are never
held back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.figures import estimate, plain
from evaluation.gate import log_loss
from evaluation.labels import f1_by_label
from evaluation.orders import CHOICES, GAIN, STORED, UNCERTAIN, Lots, Order, Pool, Stored
from models.learning.prepared import Prepared, RowClassifier
from nlp.types import LABELS

Rows = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]
Progress = Callable[[str], None]

RANDOM = "random"
ORDERS = (RANDOM, UNCERTAIN, GAIN, STORED)
AS_WRITTEN, UNEVEN = "as written", "uneven"
DEVELOPMENT = frozenset({"d", "i"})
RARE = ("partshøring", "klagevejledning", "andre")
KEPT = 0.2
"""Part of the texts with a rare label that the uneven stream keeps."""
RESAMPLES = 2000
GOAL = 0.6
"""Of the labels that the random order needs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often it is read."""

    start: int = 100
    batch: int = 40
    end: int = 580
    """Where the random order stops: its figure there is what the others shall reach."""
    short: int = 420
    """Where the other orders stop."""
    stride: int = 2
    """Batches that the random order takes at once: it needs no classifier to choose."""
    seeds: int = 1
    held_back: int = 2
    """Writers."""
    arriving: int = 3
    """Texts that come in for each that is read, where they do not all wait from the start."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was reached after so many confirmed texts."""

    confirmed: int
    macro_f1: float
    log_loss: float
    words: int
    """Of the confirmed texts together: what reading them cost."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Texts to be read, texts to be measured on, and how much each of these counts."""

    waiting: Rows
    test: Rows
    weight: Matrix


def simulate(
    texts: Prepared,
    words: Rows,
    parameters: Mapping[str, Any],
    plan: Plan,
    *,
    progress: Progress,
) -> dict[str, Any]:
    """Every stream, every run, every order. ``words``, shape (texts,), is how long each text is."""
    found: dict[str, Any] = {}
    for name in (AS_WRITTEN, UNEVEN):
        runs: dict[str, list[list[Point]]] = {order: [] for order in ORDERS}
        for number, (stream, seed) in enumerate(_runs(texts, name, plan), 1):
            for order, made in runs.items():
                made.append(list(read(texts, words, stream, order, parameters, plan, seed)))
            done = ", ".join(f"{o} {r[-1][-1].macro_f1:.3f}" for o, r in runs.items())
            progress(f"order: {name}, run {number}: {done}")
        found[name] = summary(runs)
    return {"plan": plain(plan), "streams": found}


def _runs(texts: Prepared, name: str, plan: Plan) -> Iterator[tuple[Stream, int]]:
    writers = [one for one in sorted(set(texts.origins.tolist())) if one not in DEVELOPMENT]
    half = len(writers) // plan.held_back
    for seed in range(plan.seeds):
        for first in range(half):
            yield stream(texts, name, writers[first::half], seed), seed


def stream(texts: Prepared, name: str, held_back: Sequence[str], seed: int) -> Stream:
    """The texts of a run; ``name`` is one of the two streams."""
    away = np.isin(texts.origins, held_back)
    rare = texts.labels[:, [LABELS.index(label) for label in RARE]].any(axis=1)
    weight = np.ones(len(texts))
    kept = np.ones(len(texts), dtype=bool)
    if name == UNEVEN:
        weight[rare] = KEPT
        kept = np.random.default_rng([seed, 1]).random(len(texts)) < weight
    test = np.flatnonzero(away)
    return Stream(np.flatnonzero(~away & kept), test, weight[test])


def read(
    texts: Prepared,
    words: Rows,
    stream: Stream,
    order: str,
    parameters: Mapping[str, Any],
    plan: Plan,
    seed: int,
) -> Iterator[Point]:
    """One order reads one stream; a point after the start and after each batch."""
    rng = np.random.default_rng([seed, 2])
    confirmed = rng.permutation(stream.waiting)[: plan.start]
    queue = _queue(order, texts, np.setdiff1d(stream.waiting, confirmed), rng, plan)
    test = texts.chosen(stream.test)
    end, batch = plan.short, plan.batch
    if order == RANDOM:
        end, batch = plan.end, plan.batch * plan.stride
    while True:
        classifier = RowClassifier(**parameters).fit_rows(texts.chosen(np.sort(confirmed)))
        yield _point(classifier, test, stream.weight, confirmed, int(words[confirmed].sum()))
        if len(confirmed) >= end:
            return
        chosen = queue.take(classifier, confirmed, batch)
        if not len(chosen):
            return
        confirmed = np.concatenate([confirmed, chosen])


def _queue(
    order: str, texts: Prepared, waiting: Rows, rng: np.random.Generator, plan: Plan
) -> Order:
    if order == RANDOM:
        return Lots(waiting, rng)
    if order == STORED:
        return Stored(texts, waiting, rng, plan.arriving)
    return Pool(texts, waiting, rng, CHOICES[order])


def _point(
    classifier: RowClassifier, test: Prepared, weight: Matrix, confirmed: Rows, words: int
) -> Point:
    truth = test.labels.astype(bool)
    probabilities = classifier.rows_proba(test)
    f1 = f1_by_label(truth, probabilities >= classifier.thresholds_, weight[None])
    loss = np.average(log_loss(truth, probabilities), weights=weight)
    return Point(len(confirmed), float(f1.mean()), float(loss), words)


def summary(runs: Mapping[str, Sequence[Sequence[Point]]]) -> dict[str, Any]:
    """Mean curves with intervals over the runs, and the labels each order needs."""
    return {
        "runs": len(runs[RANDOM]),
        "orders": {
            order: {
                "points": _curve(made),
                **({} if order == RANDOM else {"needed": needed(runs[RANDOM], made)}),
            }
            for order, made in runs.items()
        },
    }


def _curve(runs: Sequence[Sequence[Point]]) -> list[dict[str, Any]]:
    f1 = np.array([[point.macro_f1 for point in run] for run in runs])
    drawn = _drawn(len(runs)) @ f1 / len(runs)
    return [
        {
            "confirmed": point.confirmed,
            "macro_f1": plain(estimate(float(f1[:, at].mean()), drawn[:, at].tolist())),
            "log_loss": round(float(np.mean([run[at].log_loss for run in runs])), 4),
            "words": round(float(np.mean([run[at].words for run in runs]))),
        }
        for at, point in enumerate(runs[0])
    ]


def needed(random: Sequence[Sequence[Point]], other: Sequence[Sequence[Point]]) -> dict[str, Any]:
    """Labels after which the other order is as good as the random one at each of its points.

    The share of labels is of the mean curves; its interval comes from drawing the runs anew, both
    orders of a run together. None where the other order did not come that far.
    """
    counts = np.array([p.confirmed for p in random[0]]), np.array([p.confirmed for p in other[0]])
    f1 = [np.array([[p.macro_f1 for p in run] for run in made]) for made in (random, other)]
    weights = np.vstack([np.ones(len(random)), _drawn(len(random))]) / len(random)
    curves = [weights @ values for values in f1]
    rows = []
    for at in range(len(counts[0])):
        shares = [
            reached(counts[1], curve, goal) / counts[0][at]
            for curve, goal in zip(curves[1], curves[0][:, at], strict=True)
        ]
        low, high = np.quantile(shares[1:], [0.025, 0.975], method="inverted_cdf")
        rows.append(
            {
                "random": int(counts[0][at]),
                "macro_f1": round(float(curves[0][0, at]), 4),
                "share": _known(shares[0]),
                "low": _known(low),
                "high": _known(high),
            }
        )
    return {"at": rows, "last": rows[-1]}


def reached(counts: Rows, curve: Matrix, goal: float) -> float:
    """The count, between two points, at which a curve first reaches a goal; infinite if never.

    >>> reached(np.array([100, 140]), np.array([0.5, 0.75]), 0.625)
    120.0
    """
    best = np.maximum.accumulate(curve)
    at = int(np.searchsorted(best, goal))
    if at == len(best):
        return float("inf")
    if at == 0:
        return float(counts[0])
    part = (goal - best[at - 1]) / (best[at] - best[at - 1])
    return float(counts[at - 1] + part * (counts[at] - counts[at - 1]))


def _known(share: float) -> float | None:
    return round(float(share), 3) if np.isfinite(share) else None


def _drawn(runs: int) -> Matrix:
    rng = np.random.default_rng(1)
    return rng.multinomial(runs, np.full(runs, 1 / runs), size=RESAMPLES).astype(np.float64)
