"""The label part of an evaluation: the shipped classifier on held-out submissions, and trials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluation import goals
from evaluation.contenders import OURS, Bank, Maker, contenders
from evaluation.experiments import (
    Trial,
    ablation,
    by_redaction,
    compare,
    learning_curve,
    redacted_example,
    trial,
    truth_of,
)
from evaluation.figures import plain
from evaluation.goals import Goal
from evaluation.labels import (
    EvidenceScore,
    LabelScores,
    Shares,
    Truth,
    by_key,
    confusion,
    evidence_score,
    score,
    token_f1,
)
from evaluation.measure_promises import kept
from evaluation.measure_readers import agreement, readings
from evaluation.split import locked
from evaluation.texts import SecondReading, Submission
from models.classifier.corpus import Example
from models.classifier.promises import Promise
from nlp.interfaces import Classifier, Redactor
from nlp.types import LABELS, Redacted, Suggestion

Progress = Callable[[str], None]
_WORST = 40
_LENGTHS = ((0, 40, "under 40 words"), (40, 120, "40-119 words"), (120, 9999, "120 words or more"))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the classifier said of some examples."""

    examples: tuple[Example, ...]
    truth: Truth
    suggested: Truth
    probabilities: Shares
    evidence: tuple[tuple[int, float | None], ...]
    """(index of the text, token-F1 or None when missed) of every true label."""

    def scores(self, rows: Any = slice(None)) -> LabelScores:
        """Every figure over the chosen rows."""
        return score(self.truth[rows], self.suggested[rows], self.probabilities[rows])

    def evidence_score(self, chosen: Sequence[int]) -> EvidenceScore:
        """Evidence over the chosen texts."""
        wanted = set(chosen)
        return evidence_score([value for index, value in self.evidence if index in wanted])


def ask(classifier: Classifier, examples: Sequence[Example]) -> Answers:
    """Let the classifier read every example."""
    given = [classifier.suggest(Redacted(example.text, ())) for example in examples]
    return Answers(
        tuple(examples),
        truth_of(examples),
        np.array([[s.suggested for s in row] for row in given], dtype=bool),
        np.array([[s.probability for s in row] for row in given], dtype=float),
        tuple(
            (index, _evidence(example, row[label], label))
            for index, (example, row) in enumerate(zip(examples, given, strict=True))
            for label in range(len(LABELS))
            if example.labels[label]
        ),
    )


def _evidence(example: Example, suggestion: Suggestion, label: int) -> float | None:
    if not suggestion.suggested:
        return None
    gold = [(start, end) for start, end, which in example.evidence if which == label]
    return token_f1(example.text, gold, [(e.start, e.end) for e in suggestion.evidence])


def measure(
    redactor: Redactor,
    classifier: Classifier,
    items: Sequence[Submission],
    *,
    fresh: Sequence[Submission] = (),
    promises: Sequence[Promise] = (),
    second: Mapping[str, SecondReading] | None = None,
    progress: Progress,
) -> dict[str, Any]:
    """The shipped classifier, on what our redactor leaves of the held-out submissions.

    ``fresh`` are texts of other writers, written after everything else: scored, never listed.
    ``promises`` are those of the classifier, one a label, and ``second`` holds a second reading of
    every text; each adds a table. Raises KeyError when a text has no second reading.
    """
    progress("labels: redacting the held-out submissions")
    variants = by_redaction(items, redactor)
    progress("labels: reading them")
    answers = {name: ask(classifier, examples) for name, examples in variants.items()}
    main = answers["our redactor"]
    away = np.array([locked(item.id) for item in items])
    parts = {"all": np.arange(len(items)), "open": np.flatnonzero(~away)}
    parts["locked"] = np.flatnonzero(away)
    table = {
        name: {
            **plain(main.scores(rows)),
            "evidence": plain(main.evidence_score(rows.tolist())),
        }
        for name, rows in parts.items()
    }
    chosen: dict[str, tuple[Answers, Any]] = {"all": (main, parts["all"])}
    chosen["locked"] = (main, parts["locked"])
    if fresh:
        last = ask(classifier, [redacted_example(item, redactor) for item in fresh])
        chosen["written last"] = (last, np.arange(len(fresh)))
        table["written last"] = {
            **plain(last.scores()),
            "evidence": plain(last.evidence_score(range(len(fresh)))),
        }
    without = {name: round(found.scores().macro_f1.value, 4) for name, found in answers.items()}
    return {
        "texts": len(items),
        "locked": int(away.sum()),
        "refused": sum(not example.text for example in main.examples),
        "labels": list(LABELS),
        "goals": goals.rows(_goals(table["locked"], without)),
        "scores": table,
        "redaction": without,
        "confusion": confusion(main.truth, main.suggested).tolist(),
        "by": _by(items, main),
        "open_errors": _worst(items, main),
        **({"promises": _promises(promises, chosen)} if promises else {}),
        **({"readers": _readers(second, chosen)} if second is not None else {}),
    }


def _promises(
    promises: Sequence[Promise], chosen: Mapping[str, tuple[Answers, Any]]
) -> dict[str, Any]:
    """What became of the promises in each part."""
    return kept(
        promises,
        {name: (a.truth[rows], a.probabilities[rows]) for name, (a, rows) in chosen.items()},
    )


def _readers(
    second: Mapping[str, SecondReading], chosen: Mapping[str, tuple[Answers, Any]]
) -> dict[str, Any]:
    """The classifier beside the second reader, in each part and over everything."""
    found = {
        name: readings(
            [e.id for e in answers.examples], answers.truth, answers.suggested, second
        ).chosen(rows)
        for name, (answers, rows) in chosen.items()
    }
    whole = found["all"]
    if "written last" in found:
        whole = whole + found["written last"]
    return agreement(found, whole)


def _goals(scores: dict[str, Any], redaction: dict[str, float]) -> list[Goal]:
    """The promises about labels, on the locked third."""
    f1 = {label: scores["by_label"][label]["f1"]["value"] for label in LABELS}
    loss = redaction["raw text"] - redaction["our redactor"]
    return [
        Goal("macro-F1", scores["macro_f1"]["value"], 0.85),
        *(Goal(f"{label}: F1", value, 0.78) for label, value in f1.items()),
        Goal("true labels that are suggested", scores["recall"]["share"], 0.92),
        Goal("surplus suggestions a text", scores["surplus"]["value"], 1.6, most=True),
        Goal("evidence token-F1", scores["evidence"]["when_suggested"], 0.65),
        Goal("expected calibration error", scores["calibration"]["ece"], 0.05, most=True),
        Goal("macro-F1 lost by redaction (all texts)", loss, 0.01, most=True),
    ]


def _by(items: Sequence[Submission], answers: Answers) -> dict[str, Any]:
    """The same texts by area, by length and by the file (voice) that they come from."""
    keys = {
        "area": [example.area for example in answers.examples],
        "length": [_length(item.block.text) for item in items],
        "origin": [item.origin for item in items],
    }
    return {name: by_key(k, answers.truth, answers.suggested) for name, k in keys.items()}


def _length(text: str) -> str:
    words = len(text.split())
    return next(name for low, high, name in _LENGTHS if low <= words < high)


def _worst(items: Sequence[Submission], answers: Answers) -> list[dict[str, Any]]:
    """Open texts where the classifier was surest and wrong."""
    wrong = [
        {
            "id": item.id,
            "label": label,
            "kind": "missed" if answers.truth[row, column] else "surplus",
            "probability": round(float(answers.probabilities[row, column]), 3),
        }
        for row, item in enumerate(items)
        if not locked(item.id)
        for column, label in enumerate(LABELS)
        if answers.truth[row, column] != answers.suggested[row, column]
    ]
    wrong.sort(key=_how_wrong, reverse=True)
    return wrong[:_WORST]


def _how_wrong(error: dict[str, Any]) -> float:
    given = float(error["probability"])
    return 1 - given if error["kind"] == "missed" else given


def trials(
    settings: dict[str, Any],
    bank: Bank,
    train: Sequence[Example],
    raw: Sequence[Example],
    items: Sequence[Submission],
    redactor: Redactor,
    extra: dict[str, Maker],
    *,
    progress: Progress,
) -> dict[str, Any]:
    """Learning curve, ablation, other models, and learning from unredacted text. Takes minutes."""
    variants = by_redaction(items, redactor)
    test = variants["our redactor"]

    def told(rows: Iterable[Trial]) -> Iterator[Trial]:
        for row in rows:
            progress(f"labels: {row.name}: macro-F1 {row.macro_f1.value:.3f}")
            yield row

    compared = list(told(compare({**contenders(settings, bank), **extra}, train, test)))
    # All of the text and all of the parts: that is the classifier itself, fitted once.
    whole = next(row for row in compared if row.name == OURS)
    curve = told(learning_curve(settings, bank, train, test))
    parts = told(compare(ablation(settings, bank), train, test))
    found = {
        "comparison": compared,
        "learning_curve": [*curve, replace(whole, name="100%")],
        "ablation": [replace(whole, name="complete"), *parts],
    }
    ours = contenders(settings, bank)[OURS]
    progress("labels: learning from unredacted text")
    never = trial("learned from and read unredacted", ours, raw, variants["raw text"])
    tables = {name: [plain(row) for row in rows] for name, rows in found.items()}
    return {**tables, "never_redacted": plain(never)}
