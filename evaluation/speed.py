"""How fast redaction and suggestion are, and whether any text can make them slow.

All figures of one run come from one process on one core, one after another, so they compare with
each other; absolute times belong to the machine that they were taken on.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.errors import BadText, RedactionFailed

WORDS = 200
"""Words of the letter that the promise speaks of."""
LENGTHS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000)
FUZZ_UNITS = (
    "a", "1", "1 ", "12-", "a.", "A. ", "-", "aB", "@", "a@", "a@b.", "www.", "http://", "(",
    "+45 ", "vej 1 ", "Aa Bb ", " ", "\n", "\t \n", "Æ", "A.B.", "2.3.", "0/", "DK", "DK12 ",
    "sagsnr ", "[", "[PERSON ", "&", "&#", "e\u0301", "\u200b", "1\u00a0", "'", "s's ", "nr. ",
    "hilsen ", "cpr ", "født d. ", "st. tv ", "1. sal ", "a-", "Hej\n", "snabel a ", "a punktum ",
    "#", "%41", "x" * 60, '"(J\n+ea',
)  # fmt: skip
"""Pieces of what the patterns look for: repeated, they make a careless pattern slow."""
Clock = Callable[[], float]
_ALPHABET = "aeiosbkvJÆø0123456789 .,-/@:()[]&#'+\n\u00a0\u200b"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long single texts take, and how many words a second that makes."""

    texts: int
    words: int
    p50_ms: float
    p95_ms: float
    words_per_second: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Time against length: a straight line if ``exponent`` is about 1."""

    lengths: tuple[int, ...]
    milliseconds: tuple[float, ...]
    ms_per_1000: float
    start_ms: float
    r_squared: float
    exponent: float
    """Slope of the logarithms over the longer half."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """A text made to be slow: its building block, the time, and the growth from half the length."""

    unit: str
    milliseconds: float
    exponent: float
    refused: bool = False
    """True when redaction failed closed: nothing leaked, but the text could not be sent."""


def letters(texts: Sequence[str], count: int, *, words: int = WORDS) -> list[str]:
    """Letters of about so many words, put together from whole texts."""
    made: list[str] = []
    parts: list[str] = []
    for text in texts:
        parts.append(text)
        if sum(len(part.split()) for part in parts) >= words:
            made.append(" ".join(" \n".join(parts).split(" ")[: words + 20]))
            parts = []
        if len(made) == count:
            break
    return made


def pace(
    work: Callable[[str], object],
    texts: Sequence[str],
    *,
    rounds: int = 2,
    clock: Clock = time.perf_counter,
) -> Pace:
    """Times of single texts after a warm-up; the best of some rounds, since a machine is shared.

    With ``time.process_time`` what else the machine does is not counted at all.
    """
    if not texts:
        raise ValueError("at least one text is needed")
    work(texts[0])
    best = np.min([[_seconds(work, text, clock) for text in texts] for _ in range(rounds)], axis=0)
    words = sum(len(text.split()) for text in texts)
    p50, p95 = np.percentile(best, [50, 95]) * 1000
    return Pace(len(texts), words, float(p50), float(p95), words / float(best.sum()))


def _seconds(work: Callable[[str], object], text: str, clock: Clock) -> float:
    started = clock()
    work(text)
    return clock() - started


def growth(
    work: Callable[[str], object],
    source: str,
    *,
    lengths: Sequence[int] = LENGTHS,
    rounds: int = 3,
    clock: Clock = time.perf_counter,
) -> Growth:
    """Time of ever longer pieces of one text."""
    long = source * (max(lengths) // max(1, len(source)) + 1)
    work(long[:200])
    times = [
        min(_seconds(work, long[:length], clock) for _ in range(rounds)) * 1000
        for length in lengths
    ]
    return fitted(lengths, times)


def fitted(lengths: Sequence[int], milliseconds: Sequence[float]) -> Growth:
    """The straight line through times, how well it fits, and the exponent at the long end."""
    x, y = np.array(lengths, dtype=float), np.array(milliseconds, dtype=float)
    slope, start = np.polyfit(x, y, 1)
    spread = float(((y - y.mean()) ** 2).sum())
    rest = float(((y - slope * x - start) ** 2).sum())
    half = len(x) // 2
    exponent = np.polyfit(np.log(x[half:]), np.log(np.maximum(y[half:], 1e-6)), 1)[0]
    return Growth(
        tuple(lengths),
        tuple(float(t) for t in y),
        float(slope) * 1000,
        float(start),
        1 - rest / spread if spread else 1.0,
        float(exponent),
    )


def fuzz_texts(length: int, *, random_texts: int = 12, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(building block, text): repeated pieces of patterns, and random soups of their letters."""
    for unit in FUZZ_UNITS:
        yield unit, (unit * (length // len(unit) + 1))[:length]
    rng = random.Random(seed)
    for _ in range(random_texts):
        unit = "".join(rng.choices(_ALPHABET, k=rng.randint(2, 12)))
        yield unit, (unit * (length // len(unit) + 1))[:length]


def fuzz(work: Callable[[str], object], *, length: int = 20_000) -> list[Fuzzed]:
    """Slowest first. An exponent near 2 means quadratic, far above means catastrophic."""
    found = []
    for unit, text in fuzz_texts(length):
        half, _ = _attempt(work, text[: length // 2])
        whole, refused = _attempt(work, text)
        exponent = math.log2(max(whole, 1e-9) / max(half, 1e-9))
        found.append(Fuzzed(unit[:12], whole * 1000, exponent, refused))
    return sorted(found, key=lambda f: -f.milliseconds)


def _attempt(work: Callable[[str], object], text: str) -> tuple[float, bool]:
    """Seconds, and whether redaction failed. A text that is no text (only spaces) is no failure."""
    started = time.perf_counter()
    try:
        work(text)
    except BadText:
        return time.perf_counter() - started, False
    except RedactionFailed:
        return time.perf_counter() - started, True
    return time.perf_counter() - started, False
