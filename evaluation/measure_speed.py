"""The speed part of an evaluation: pace, growth and hostile texts, all in one run on one core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import spacy

from evaluation import goals
from evaluation.baselines import Finder
from evaluation.figures import plain
from evaluation.goals import Goal
from evaluation.speed import LENGTHS, Fuzzed, Growth, Pace, fuzz, growth, letters, pace
from nlp.interfaces import Reader
from nlp.types import RawText

Progress = Callable[[str], None]
_WORST_FUZZ = 10
_NOTICEABLE_MS = 50.0
"""Below this, the growth of a hostile text is noise."""


def measure(
    reader: Reader,
    others: Sequence[Finder],
    texts: Sequence[str],
    *,
    count: int,
    fuzz_length: int,
    lengths: Sequence[int] = LENGTHS,
    progress: Progress,
) -> dict[str, Any]:
    """Everything about speed. The reader must not refuse text of other languages."""
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
    grown = growth(lambda text: reader.redact(RawText(text)), "\n\n".join(sample), lengths=lengths)
    progress("speed: hostile texts")
    hostile = fuzz(lambda text: reader.redact(RawText(text)), length=fuzz_length)
    return {
        "letters": len(sample),
        "goals": goals.rows(_goals(paces, grown, hostile, fuzz_length)),
        "pace": plain(paces),
        "growth": plain(grown),
        "fuzz": {
            "texts": len(hostile),
            "length": fuzz_length,
            "refused": sum(text.refused for text in hostile),
            "slowest": plain(hostile[:_WORST_FUZZ]),
        },
    }


def _goals(
    paces: dict[str, Pace], grown: Growth, hostile: Sequence[Fuzzed], length: int
) -> list[Goal]:
    ours, whole = paces["redact"], paces["redact, suggest and quote"]
    naive = paces.get("naive stack")
    times = ours.words_per_second / naive.words_per_second if naive else None
    tagged = whole.words_per_second / naive.words_per_second if naive else None
    worst = hostile[0].milliseconds
    steepest = max((t.exponent for t in hostile if t.milliseconds > _NOTICEABLE_MS), default=1.0)
    added = ours.words_per_second / whole.words_per_second - 1
    return [
        Goal("redact a 200-word letter: p95, ms", ours.p95_ms, 50, most=True),
        Goal("throughput, times the naive stack's", times, 1.5),
        Goal("redact, suggest and quote: times the naive stack's redaction", tagged, 1.2),
        Goal("time that suggesting and quoting adds", added, 0.3, most=True),
        Goal("growth with length: exponent", grown.exponent, 1.15, most=True),
        Goal("slowest hostile text, ms a 1,000 letters", worst / length * 1000, 200, most=True),
        Goal("hostile texts: exponent of the worst growth", steepest, 1.5, most=True),
    ]
