"""How often does the gate pass a challenger that is truly worse, or refuse one that is better?

The truth is known here: the held-out probabilities of the whole corpus are the population. One of
the two models gives these; the other gives them with its log-odds disturbed, by as much as it takes
to lose exactly five points of macro-F1 *in the population*. A gate sees a sample of the texts only.
Each simulated challenger is disturbed anew and judged on a sample of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from evaluation.figures import Rate
from evaluation.gate import Read, Rules, Verdict, compare
from evaluation.labels import macro_f1

Truth = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]
Progress = Callable[[str], None]

LOSS = 0.05
"""Macro-F1 between the two models."""
SIZES = (200, 800)
CHALLENGERS = 200
FAR = 30.0
"""A disturbance (standard deviation of log-odds) after which nothing is left."""
_NEAR = 1e-3
"""How near to the loss wanted is near enough."""
_HALVINGS = 40
MOST_WORSE, LEAST_BETTER = 0.05, 0.8


def simulate(
    truth: Truth,
    probabilities: Matrix,
    thresholds: Matrix,
    *,
    challengers: int = CHALLENGERS,
    sizes: Sequence[int] = SIZES,
    rules: Rules = Rules(),  # noqa: B008  frozen: the same for every call
    loss: float = LOSS,
    progress: Progress,
) -> list[dict[str, Any]]:
    """One row a way of being worse and a number of test texts; shares of challengers that pass."""
    rows = []
    for way, reach in WAYS.items():
        for size in sizes:
            verdicts: dict[str, list[Verdict]] = {"worse": [], "better": [], "as good": []}
            for number in range(challengers):
                rng = np.random.default_rng([number, size])
                good = _said(probabilities, thresholds)
                bad, other = (
                    disturbed(truth, probabilities, thresholds, reach(rng, truth.shape), loss=loss)
                    for _ in range(2)
                )
                drawn = rng.integers(0, len(truth), size)
                pairs = {"worse": (good, bad), "better": (bad, good), "as good": (bad, other)}
                for name, (champion, challenger) in pairs.items():
                    sample = _part(champion, drawn), _part(challenger, drawn)
                    verdicts[name].append(compare(truth[drawn], *sample, rules).verdict)
            shares = {name: _passed(found) for name, found in verdicts.items()}
            worse, better = (shares[name]["passed"]["share"] for name in ("worse", "better"))
            progress(f"gate: {way}, {size} texts: {worse:.3f} and {better:.3f} pass")
            rows.append({"way": way, "texts": size, **shares})
    return rows


def _everywhere(rng: np.random.Generator, shape: tuple[int, ...]) -> Matrix:
    return rng.standard_normal(shape)


def _one_label(rng: np.random.Generator, shape: tuple[int, ...]) -> Matrix:
    """A single label is overlooked, more in some texts than in others; the others are as before."""
    noise = np.zeros(shape)
    noise[:, int(rng.integers(shape[1]))] = -rng.exponential(size=shape[0])
    return noise


WAYS: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], Matrix]] = {
    "every label a little": _everywhere,
    "one label overlooked": _one_label,
}


def disturbed(
    truth: Truth,
    probabilities: Matrix,
    thresholds: Matrix,
    noise: Matrix,
    *,
    loss: float = LOSS,
) -> Read:
    """What a model says whose log-odds are off by ``noise``, so far that it is worse by ``loss``.

    In a small population a single text may weigh more than ``_NEAR``: then it is the least
    disturbance found that costs ``loss`` or more. Raises ValueError where none costs that much.
    """
    whole = macro_f1(truth, probabilities >= thresholds)
    odds = logit(np.clip(probabilities, 1e-6, 1 - 1e-6))
    low, high = 0.0, FAR
    worst = _said(expit(odds + high * noise), thresholds)
    if whole - macro_f1(truth, worst.suggested) < loss:
        raise ValueError(f"no disturbance makes this model worse by {loss}")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        said = _said(expit(odds + middle * noise), thresholds)
        lost = whole - macro_f1(truth, said.suggested)
        if abs(lost - loss) <= _NEAR:
            return said
        if lost < loss:
            low = middle
        else:
            high, worst = middle, said
    return worst


def _said(probabilities: Matrix, thresholds: Matrix) -> Read:
    return Read(probabilities >= thresholds, probabilities)


def _part(read: Read, texts: npt.NDArray[np.int64]) -> Read:
    return Read(read.suggested[texts], read.probabilities[texts])


def _passed(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    def share(verdict: Verdict) -> dict[str, Any]:
        return Rate(sum(one is verdict for one in verdicts), len(verdicts)).to_json()

    return {"passed": share(Verdict.PASSED), "undecided": share(Verdict.UNDECIDED)}
