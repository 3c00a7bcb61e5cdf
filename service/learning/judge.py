"""Is a challenger good enough? Loads both models, lets them read the same texts, applies the gate.

The judgement is a file of the store, beside the versions that it is about: ``promote`` reads it.
It holds numbers and names of labels, no text.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.gate import (
    Comparison,
    Finding,
    Read,
    Rules,
    Truth,
    Verdict,
    compare,
    prequential,
    worst,
)
from evaluation.leaks import leaks, telling_words
from evaluation.split import locked
from evaluation.texts import submissions
from models.classifier.corpus import Example, example_from
from models.classifier.suggester import Suggester
from models.manifest import now
from models.releases.disk import replace_file
from models.releases.store import ReleaseStore
from nlp.errors import RetssporError
from nlp.interfaces import Classifier
from nlp.text.lexicon import is_ordinary
from nlp.types import LABELS, Redacted
from service.learning.collect import Collected

_TIMED = 40
_ROUNDS = 3


class NotGoodEnough(RetssporError):
    """A challenger that did not pass the gate against what is in use now."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a challenger must not make worse."""

    name: str
    """In Danish, as the page says it."""
    verdict: Verdict
    said: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything about one challenger against one champion."""

    challenger: str
    champion: str
    at: str
    checks: tuple[Check, ...]
    locked: Comparison
    blind: Comparison
    blind_loss: tuple[tuple[int, float, float], ...]
    """(texts so far, mean log-loss of the champion, of the challenger), along the stream."""

    @property
    def verdict(self) -> Verdict:
        """Of all: a small blind share leaves its part undecided, which an administrator must see.

        It does not refuse: the locked benchmark decides every label. On the benchmark doubt does.
        """
        must = [self.locked.verdict, *(one.verdict for one in self.checks)]
        if worst(must) is not Verdict.PASSED:
            return Verdict.FAILED
        return self.blind.verdict if self.blind.verdict is Verdict.FAILED else Verdict.PASSED


def rules_of(configured: dict[str, Any]) -> Rules:
    """The rules as ``models/configs/learning.toml`` states them."""
    names = ("label_margin", "macro_margin", "loss_margin", "confidence", "least_positives")
    return Rules(**{name: configured[name] for name in names})


def locked_examples() -> list[Example]:
    """The locked third of the held-out submissions, with gold placeholders."""
    return [example_from(item.block) for item in submissions() if locked(item.id)]


def judge(
    champion: Suggester,
    challenger: Suggester,
    folder: Path,
    collected: Collected,
    configured: dict[str, Any],
    *,
    benchmark: Sequence[Example],
    known: Sequence[Path],
) -> Judgement:
    """Hold a challenger, whose files lie in ``folder``, against the champion."""
    rules = rules_of(configured)
    truth = np.array([e.labels for e in benchmark], dtype=bool).reshape(-1, len(LABELS))
    texts = [e.text for e in benchmark]
    blind = [one.text for one in collected.blind]
    on_blind = answers(champion, blind), answers(challenger, blind)
    checks = (
        _leak_check(folder, collected, known),
        _speed_check(champion, challenger, texts[:_TIMED], configured["slower"]),
    )
    return Judgement(
        challenger.version,
        champion.version,
        now(),
        checks,
        compare(truth, answers(champion, texts), answers(challenger, texts), rules),
        compare(collected.truth, *on_blind, rules),
        _along(collected.truth, *on_blind),
    )


def answers(classifier: Classifier, texts: Sequence[str]) -> Read:
    """What a classifier says of redacted texts."""
    given = [classifier.suggest(Redacted(text, ())) for text in texts]
    return Read(
        np.array([[s.suggested for s in row] for row in given], dtype=bool).reshape(
            -1, len(LABELS)
        ),
        np.array([[s.probability for s in row] for row in given], dtype=float).reshape(
            -1, len(LABELS)
        ),
    )


def _along(truth: Truth, one: Read, other: Read) -> tuple[tuple[int, float, float], ...]:
    """Ten places along the stream."""
    if not len(truth):
        return ()
    losses = prequential(truth, one.probabilities), prequential(truth, other.probabilities)
    places = sorted({max(1, round(len(truth) * part / 10)) for part in range(1, 11)})
    return tuple(
        (n, round(float(losses[0][n - 1]), 4), round(float(losses[1][n - 1]), 4)) for n in places
    )


def _leak_check(folder: Path, collected: Collected, known: Sequence[Path]) -> Check:
    words = telling_words((e.text for e in collected.confirmed.examples), is_ordinary)
    found = leaks(folder, words, known=known)
    said = f"{len(words)} ord fra de bekræftede tekster er søgt i alle filer og tabeller"
    if found:
        said = "; ".join(f"{one.file}: {one.count}" for one in found)
    return Check("Ingen navne i modellen", _verdict(not found), said)


def _speed_check(
    champion: Classifier, challenger: Classifier, texts: Sequence[str], slower: float
) -> Check:
    """Both read the same texts in turns, so that what else the machine does meets both."""
    times = [(_seconds(champion, texts), _seconds(challenger, texts)) for _ in range(_ROUNDS)]
    ratio = statistics.median(new / old for old, new in times) if texts else 1.0
    said = f"{ratio:.2f} gange modellens tid; højst {slower:.2f}".replace(".", ",")
    return Check("Lige så hurtig", _verdict(ratio <= slower), said)


def _seconds(classifier: Classifier, texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    for text in texts:
        classifier.suggest(Redacted(text, ()))
    return max(time.perf_counter() - begun, 1e-9)


def _verdict(is_well: bool) -> Verdict:
    return Verdict.PASSED if is_well else Verdict.FAILED


# ── kept judgements ──────────────────────────────────────────────────────────────────────────────
def _place(store: ReleaseStore, challenger: str, champion: str) -> Path:
    return store.folder / "judgements" / f"{challenger}-against-{champion}.json"


def keep(store: ReleaseStore, judgement: Judgement) -> None:
    """Write a judgement beside the versions."""
    path = _place(store, judgement.challenger, judgement.champion)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps(asdict(judgement), ensure_ascii=False, indent=1).encode())


def kept(store: ReleaseStore, challenger: str, champion: str) -> Judgement | None:
    """The latest judgement of one against the other; None when there is none that can be read."""
    try:
        row = json.loads(_place(store, challenger, champion).read_text(encoding="utf-8"))
        return _judgement(row)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _judgement(row: dict[str, Any]) -> Judgement:
    checks = tuple(Check(c["name"], Verdict(c["verdict"]), c["said"]) for c in row["checks"])
    parts = {name: _comparison(row[name]) for name in ("locked", "blind")}
    along = tuple((int(n), float(a), float(b)) for n, a, b in row["blind_loss"])
    return Judgement(
        row["challenger"], row["champion"], row["at"], checks, **parts, blind_loss=along
    )


def _comparison(row: dict[str, Any]) -> Comparison:
    findings = (Finding(**{**f, "verdict": Verdict(f["verdict"])}) for f in row["findings"])
    return Comparison(row["texts"], tuple(findings), Verdict(row["verdict"]))


def need_passed(store: ReleaseStore, challenger: str) -> Judgement:
    """The judgement that lets a challenger be promoted now. Raises NotGoodEnough."""
    champion = store.in_use().classifier.version
    found = kept(store, challenger, champion)
    if found is None:
        raise NotGoodEnough(f"{challenger} was not compared with {champion}, which is in use now")
    if found.verdict is not Verdict.PASSED:
        raise NotGoodEnough(f"{challenger} did not pass the gate against {champion}")
    return found
