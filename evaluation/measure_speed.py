"""The speed part of an evaluation: pace, growth and hostile texts, all in one run on one core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import spacy

from evaluation import goals
from evaluation.baselines import Finder
from evaluation.figures import plain
from evaluation.goals import Goal
from evaluation.speed import Fuzzed, Growth, Pace, fuzz, growth, letters, pace
from nlp.interfaces import Reader
from nlp.types import RawText

Progress = Callable[[str], None]
_WORST_FUZZ = 10
_TOO_SLOW_MS = 20_000.0
"""A hostile text of 20,000 characters that takes longer counts as catastrophic."""


def measure(
    reader: Reader,
    tolerant: Finder,
    others: Sequence[Finder],
    texts: Sequence[str],
    *,
    count: int,
    fuzz_length: int,
    progress: Progress,
) -> dict[str, Any]:
    """Everything about speed. ``tolerant`` is our redactor, refusing no other language."""
    sample = letters(texts, count)
    progress(f"speed: {len(sample)} letters")
    blank = spacy.blank("da")
    paces = {
        "bare tokenisation (spaCy)": pace(blank, sample),
        "redact": pace(lambda text: reader.redact(RawText(text)), sample),
        "redact, suggest and quote": pace(lambda text: reader.read(RawText(text)), sample),
        **{other.name: pace(other.find, sample) for other in others},
    }
    progress("speed: time against length")
    grown = growth(lambda text: reader.redact(RawText(text)), "\n\n".join(sample))
    progress("speed: hostile texts")
    hostile = fuzz(tolerant.find, length=fuzz_length)
    return {
        "letters": len(sample),
        "goals": goals.rows(_goals(paces, grown, hostile)),
        "pace": plain(paces),
        "growth": plain(grown),
        "fuzz": {
            "texts": len(hostile),
            "length": fuzz_length,
            "slowest": plain(hostile[:_WORST_FUZZ]),
        },
    }


def _goals(paces: dict[str, Pace], grown: Growth, hostile: Sequence[Fuzzed]) -> list[Goal]:
    ours, whole, naive = (
        paces["redact"],
        paces["redact, suggest and quote"],
        paces.get("naive stack"),
    )
    times = ours.words_per_second / naive.words_per_second if naive else None
    added = ours.words_per_second / whole.words_per_second - 1
    return [
        Goal("redact a 200-word letter: p95, ms", ours.p95_ms, 50, most=True),
        Goal("throughput, times the naive stack's", times, 1.5),
        Goal("time that suggesting and quoting adds", added, 0.3, most=True),
        Goal("growth with length: exponent", grown.exponent, 1.15, most=True),
        Goal("slowest hostile text, ms", hostile[0].milliseconds, _TOO_SLOW_MS, most=True),
    ]
