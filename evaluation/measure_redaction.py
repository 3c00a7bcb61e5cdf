"""The redaction part of an evaluation: every finder, every twin, every name group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation import goals
from evaluation.baselines import Finder
from evaluation.figures import Rate, plain
from evaluation.goals import Goal
from evaluation.redaction import Scored, mistakes, score
from evaluation.split import apart, locked
from evaluation.texts import MarkedText
from evaluation.twins import damaged, gap, renamed, with_people
from nlp.errors import BadText, RedactionFailed
from training_data.names import NameGroup
from training_data.noise import NOISES

Progress = Callable[[str], None]

_EXACT = ("CPR", "EMAIL", "ACCOUNT")
_NUMBERS = ("PHONE", "ADDRESS", "CASE_NO", "PLATE", "CVR", "IP", "URL")
_MOST_MISTAKES = 200


def run(finder: Finder, items: Sequence[MarkedText]) -> tuple[list[Scored], list[str]]:
    """What the finder found, and the ids of texts that it refused (nothing of those is kept)."""
    found: list[Scored] = []
    refused: list[str] = []
    for item in items:
        try:
            spans = tuple(finder.find(item.text))
        except (BadText, RedactionFailed):
            refused.append(item.id)
            continue
        found.append(Scored(item.id, item.text, item.gold, spans, item.hard_negative))
    return found, refused


def measure(
    ours: Finder,
    others: Sequence[Finder],
    items: Sequence[MarkedText],
    groups: Sequence[NameGroup],
    *,
    progress: Progress,
) -> dict[str, Any]:
    """Everything about redaction, ready for JSON. ``ours`` comes first in every table."""
    finders = [ours, *others]
    table: dict[str, Any] = {}
    twins: dict[str, Any] = {}
    for finder in finders:
        progress(f"redaction: {finder.name}")
        found, refused = run(finder, items)
        table[finder.name] = _parts(found, refused)
        progress(f"redaction: {finder.name}, damaged twins")
        twins[finder.name] = {noise: _twin(finder, items, found, noise) for noise in NOISES}
        if finder is ours:
            open_texts, _ = apart(found)
            errors = mistakes(open_texts)[:_MOST_MISTAKES]
    progress("redaction: name groups")
    fairness = _fairness(ours, items, groups)
    return {
        "texts": len(items),
        "locked": sum(locked(item.id) for item in items),
        "hard_negatives": sum(item.hard_negative for item in items),
        "goals": goals.rows(_goals(table[ours.name], twins[ours.name], fairness)),
        "finders": table,
        "twins": twins,
        "name_groups": fairness,
        "open_mistakes": plain(errors),
    }


def _parts(found: Sequence[Scored], refused: Sequence[str]) -> dict[str, Any]:
    """The same figures for all, the open and the locked texts."""
    open_texts, locked_texts = apart(found)
    return {
        "all": plain(score(found)),
        "open": plain(score(open_texts)),
        "locked": plain(score(locked_texts)),
        "refused": len(refused),
        "open_refused": [name for name in refused if not locked(name)],
    }


def _twin(
    finder: Finder, items: Sequence[MarkedText], straight: Sequence[Scored], noise: str
) -> dict[str, Any]:
    """Recall under one kind of damage, and what was lost on the texts read both times."""
    found, refused = run(finder, [damaged(item, noise) for item in items])
    after = score(found)
    read = {item.id for item in found}
    before = score([item for item in straight if item.id in read])
    return {
        "entities": after.entities.to_json(),
        "person": after.by_group["person"].to_json(),
        "direct identifiers": after.by_group["direct identifiers"].to_json(),
        "lost": _lost(before.entities, after.entities),
        "lost_person": _lost(before.by_group["person"], after.by_group["person"]),
        "over_masked": after.over_masked.to_json(),
        "refused": len(refused),
    }


def _lost(before: Rate, after: Rate) -> float | None:
    if before.share is None or after.share is None:
        return None
    return round(before.share - after.share, 5)


def _fairness(
    finder: Finder, items: Sequence[MarkedText], groups: Sequence[NameGroup]
) -> dict[str, Any]:
    """Recall of person mentions when all people of the benchmark are of one group."""
    people = with_people(items)
    recall: dict[str, Rate] = {}
    for group in groups:
        found, _ = run(finder, [renamed(item, group) for item in people])
        recall[group.group] = score(found).by_type["PERSON"]
    return {
        "texts": len(people),
        "recall": {name: rate.to_json() for name, rate in recall.items()},
        "gap": gap(recall),
    }


def _goals(
    parts: Mapping[str, Any], twins: Mapping[str, Any], fairness: Mapping[str, Any]
) -> list[Goal]:
    """The promises of redaction, on the locked third."""
    scores = parts["locked"]
    plain_damage = [twins[name]["lost"] for name in twins if name != "lookalike"]
    return [
        *(Goal(f"{t}: recall", scores["by_type"][t]["share"], 1.0) for t in _EXACT),
        *(Goal(f"{t}: recall", scores["by_type"][t]["share"], 0.99) for t in _NUMBERS),
        Goal("PERSON: recall of mentions", scores["by_type"]["PERSON"]["share"], 0.99),
        Goal("PERSON: precision", scores["precision_by_type"]["PERSON"]["share"], 0.95),
        Goal("PLACE: recall", scores["by_type"]["PLACE"]["share"], 0.95),
        Goal("INSTITUTION: recall", scores["by_type"]["INSTITUTION"]["share"], 0.95),
        Goal("twins: worst loss of recall", max(plain_damage), 0.01, most=True),
        Goal("look-alike letters: loss of recall", twins["lookalike"]["lost"], 0.03, most=True),
        Goal("name groups: gap in recall", fairness["gap"], 0.005, most=True),
        Goal("ordinary words masked", scores["over_masked"]["share"], 0.005, most=True),
        Goal(
            "ordinary words masked, hard negatives",
            scores["over_masked_negatives"]["share"],
            0.01,
            most=True,
        ),
    ]
