"""Learning from the staff, simulated on the written corpus: order, doubtful decisions, gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation import goals, orders, simulate_gate, simulate_noise, simulate_order
from evaluation.gate import Rules
from evaluation.goals import Goal
from evaluation.simulate_order import Plan
from models.classifier.corpus import Example
from models.learning.prepared import RowClassifier, prepare

Progress = Callable[[str], None]

SMALLER = {"bits": 14}
"""What differs from the shipped classifier's settings: hundreds are fitted here."""
_FOLDS = 3
"""Parts, for the small classifiers of the reading orders."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated."""

    plan: Plan = Plan()
    noise_seeds: int = 2
    challengers: int = simulate_gate.CHALLENGERS
    gate_texts: tuple[int, ...] = simulate_gate.SIZES
    rules: Rules = Rules()
    loss: float = simulate_gate.LOSS


def measure(
    examples: Sequence[Example],
    parameters: Mapping[str, Any],
    *,
    size: Size = Size(),
    progress: Progress,
) -> dict[str, Any]:
    """All three simulations; ``parameters`` are the classifier's."""
    chosen = {**parameters, **SMALLER}
    progress(f"learning: counting the features of {len(examples)} texts")
    texts = prepare(examples, chosen)
    whole = RowClassifier(**chosen).fit_rows(texts)
    gate = simulate_gate.simulate(
        texts.labels.astype(bool),
        whole.unseen_,
        whole.thresholds_,
        challengers=size.challengers,
        sizes=size.gate_texts,
        rules=size.rules,
        loss=size.loss,
        progress=progress,
    )
    noise = simulate_noise.simulate(texts, chosen, seeds=size.noise_seeds, progress=progress)
    words = np.array([len(example.text.split()) for example in examples])
    quick = {**chosen, "folds": _FOLDS}
    order = simulate_order.simulate(texts, words, quick, size.plan, progress=progress)
    return {
        "texts": len(examples),
        "writers": len(set(texts.origins.tolist())),
        "settings": {name: chosen[name] for name in ("bits", "folds", "families", "miss_cost")},
        "goals": goals.rows(_goals(order, noise, gate)),
        "order": order,
        "noise": noise,
        "gate": gate,
    }


def _goals(
    order: Mapping[str, Any], noise: Sequence[Mapping[str, Any]], gate: Sequence[Mapping[str, Any]]
) -> list[Goal]:
    found = []
    for name, stream in order["streams"].items():
        last = stream["orders"][orders.STORED]["needed"]["last"]
        said = f"labels needed for the macro-F1 of {last['random']} in random order, stream {name}"
        share = last["share"]
        if share is None:  # all the labels that the order was given were too few
            share, said = order["plan"]["short"] / last["random"], f"{said} (more than)"
        found.append(Goal(said, share, simulate_order.GOAL, most=True))
    for row in noise:
        said = f"wrong labels in the first quarter of the list: {row['kind']}"
        share = row["found"][simulate_noise.OURS]["share"]
        found.append(Goal(said, share, simulate_noise.GOAL))
    for row in gate:
        said = f"{row['texts']} texts, {row['way']}"
        worse, better = (row[name]["passed"]["share"] for name in ("worse", "better"))
        found.append(
            Goal(f"worse challengers that pass: {said}", worse, simulate_gate.MOST_WORSE, most=True)
        )
        if row["texts"] >= max(simulate_gate.SIZES):
            found.append(
                Goal(f"better challengers that pass: {said}", better, simulate_gate.LEAST_BETTER)
            )
    return found
