"""Other names in the marked slots: one written text becomes many, with the story unchanged.

Names keep their shape (first name, full name, initials, case, genitive) and stay the same person
through the text. Only names and places are swapped; everything else is as a person wrote it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from nlp.redact.people import bare
from nlp.types import Span
from training_data.names import NameGroup

_PART = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


def swap(
    text: str,
    spans: Sequence[Span],
    groups: Sequence[NameGroup],
    places: Sequence[str],
    rng: random.Random,
    *,
    share: float = 1.0,
) -> tuple[str, list[Span]]:
    """The text with other names and places, and its spans moved along.

    ``share`` is the part of people and places that get another name.
    """
    people = _Cast(groups, rng, share)
    people.learn([text[s.start : s.end] for s in spans if s.type == "PERSON"])
    known_places: dict[str, str] = {}
    parts: list[str] = []
    moved: list[Span] = []
    position = length = 0
    for span in spans:
        value = text[span.start : span.end]
        if span.type == "PERSON":
            value = people.rename(value)
        elif span.type == "PLACE" and places:
            if value not in known_places:
                known_places[value] = rng.choice(places) if rng.random() < share else value
            value = _dressed(known_places[value], value)
        between = text[position : span.start]
        parts += [between, value]
        length += len(between)
        moved.append(Span(length, length + len(value), span.type))
        length += len(value)
        position = span.end
    parts.append(text[position:])
    return "".join(parts), moved


class _Cast:
    """The people of one text and the names they get."""

    def __init__(self, groups: Sequence[NameGroup], rng: random.Random, share: float):
        self.groups = groups
        self.rng = rng
        self.share = share
        self.names: dict[str, str] = {}

    def learn(self, values: Sequence[str]) -> None:
        """Decide a new name for every part of every name, full names first."""
        for value in sorted(values, key=lambda v: -len(v.split())):
            parts = _PART.findall(value)
            group = self.rng.choice(self.groups)
            keep = self.rng.random() >= self.share
            for index, part in enumerate(parts):
                key = bare(part.lower())
                if key in self.names:
                    continue
                last = index == len(parts) - 1 and len(parts) > 1
                pool = group.last if last and group.last else group.first
                self.names[key] = part if keep or len(part) == 1 else self.rng.choice(pool)

    def rename(self, value: str) -> str:
        """The value with its parts renamed and dressed as they were."""
        if len(value) <= 4 and value.replace(".", "").isupper():
            return "".join(
                self.rng.choice("ABCDEFGHIJKLMNOPRSTUV") if c.isalpha() else c for c in value
            )
        return _PART.sub(lambda m: self._part(m[0]), value)

    def _part(self, part: str) -> str:
        if len(part) == 1:
            return part
        return _dressed(self.names.get(bare(part.lower()), part), part)


def _dressed(name: str, model: str) -> str:
    """The name in the case of the model."""
    if model.islower():
        return name.lower()
    if model.isupper() and len(model) > 1:
        return name.upper()
    return name
