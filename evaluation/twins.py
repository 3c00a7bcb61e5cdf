"""The same benchmark, told otherwise: damaged spelling, and other people's names.

A twin keeps the story and its spans, so the difference in recall is due to the damage alone. Each
text is damaged with a random generator seeded by its own id: adding a text changes no other twin.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from evaluation.figures import Rate
from evaluation.texts import MarkedText
from training_data.names import NameGroup
from training_data.noise import NOISES
from training_data.swap import swap


def damaged(item: MarkedText, noise: str) -> MarkedText:
    """The twin of a text under one kind of damage (a key of ``NOISES``)."""
    text, spans = NOISES[noise](item.text, item.gold, random.Random(f"{noise}:{item.id}"))
    return replace(item, text=text, gold=tuple(spans))


def renamed(item: MarkedText, group: NameGroup) -> MarkedText:
    """The text with the names of one group in its person slots, and its places as they were."""
    rng = random.Random(f"{group.group}:{item.id}")
    text, spans = swap(item.text, item.gold, [group], (), rng)
    return replace(item, text=text, gold=tuple(spans))


def with_people(items: Sequence[MarkedText]) -> list[MarkedText]:
    """The texts that name somebody: only they tell name groups apart."""
    return [item for item in items if any(span.type == "PERSON" for span in item.gold)]


def gap(recall: Mapping[str, Rate]) -> float:
    """The distance between the best and the worst group, as a share.

    >>> gap({"nordisk": Rate(99, 100), "arabisk": Rate(97, 100)})
    0.02
    """
    shares = [rate.share for rate in recall.values() if rate.share is not None]
    return round(max(shares) - min(shares), 5) if shares else 0.0
