"""What is in use: a redactor and a classifier by name, since when, by whom and why. Values only.

Needs no language pipeline: a choice is handed to workers before they load anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KINDS = ("redactor", "classifier")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A version by its fingerprint, and the SHA-256 of its manifest."""

    version: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is in use, since when, by whom and why. Shipped models have no manifest hash here."""

    number: int
    redactor: Chosen
    classifier: Chosen
    at: str
    by: str
    why: str
    beside: Chosen | None = None
    """A classifier that reads along: what it says is kept for comparison and shown to nobody."""

    def of(self, kind: str) -> Chosen:
        """The version of one kind."""
        return self.redactor if kind == "redactor" else self.classifier

    @property
    def is_shipped(self) -> bool:
        """True while nobody ever chose: the models are those that the program came with."""
        return self.number == 0

    @property
    def names(self) -> str:
        """Both versions in words."""
        return " and ".join(f"{kind} {self.of(kind).version}" for kind in KINDS)


def choice_of(row: dict[str, Any]) -> Choice:
    """A choice as the pointer holds it. Raises TypeError for anything else."""
    if not isinstance(row, dict):
        raise TypeError("a choice is an object")
    parts = {name: _chosen(row[name]) for name in (*KINDS, "beside") if row.get(name)}
    choice = Choice(**{**row, **parts})
    words = (choice.at, choice.by, choice.why)
    if type(choice.number) is not int or not all(isinstance(one, str) for one in words):
        raise TypeError("a member of a choice is of another kind")
    if not all(isinstance(choice.of(kind), Chosen) for kind in KINDS):
        raise TypeError("a choice needs a model of each kind")
    return choice


def _chosen(row: object) -> Chosen:
    if not isinstance(row, dict) or not all(isinstance(one, str) for one in row.values()):
        raise TypeError("a version and its hash are text")
    return Chosen(**row)


def same_models(one: Choice, other: Choice) -> bool:
    """True when both name the same redactor and classifier."""
    return one.redactor == other.redactor and one.classifier == other.classifier
