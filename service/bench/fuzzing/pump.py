"""Attack strings against every pattern of the program: does the time grow faster than the text?

A pattern that backtracks gives itself away when a piece that it nearly matches is repeated. The
pieces are made from the pattern itself: its words, what it matched in the seeds, and signs of every
kind. Each is pumped to two lengths, and the growth of the time tells the exponent. The costliest
strings are then read for real, as long as a text may be: that is what decides, for some patterns
only ever see a short window of a text.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import regex

from nlp.errors import BadText, RedactionFailed
from nlp.pipeline import DanishReader
from nlp.redact.engine import LIMIT
from nlp.redact.recognizers.base import Rule
from nlp.types import RawText
from service.bench.fuzzing.tally import MOST_TIMES

SHORT, LONG = 1_000, 4_000
MOST_EXPONENT = 1.5
"""1: the time grows as the text does; 2: with its square."""
_NOTICEABLE = 2e6
"""Nanoseconds at ``LONG``: below that nothing is felt, and a clock cannot tell an exponent."""
_MOST_WORDS = 12
_AGAIN = 3
_LOOK_AGAIN = 4
_OF_STEEP, _DEAR, _SHOWN = 3, 30, 12
_TAIL = " Ingen har svaret os 12."
_FRAME = "Jeg har ventet længe på svar fra kommunen. Ingen har spurgt os om noget. "
_BEFORE = ("", "** 12 ")
"""What stands before the pieces: nothing, or what makes the anchored rules look."""
_CLAUSES = (
    "vi gik hjem, og vi ventede på svar, fordi de ikke ringede, ",
    "og ", ", og ", "fordi ", "som ", "PÅ ", "i ", "[CPR] ",
)  # fmt: skip
"""Words that clauses are cut at, without any full stop."""
_SIGNS = (
    *("a", "A", "æ", "1", " ", "\n", "-", ".", "@", "x", "_", "/", ",", "(", "*", "'", "\u00e9"),
    *("a ", "A ", "1 ", "a.", "a-", "a@", "1-", "1.", "1,", "aA", "Aa", "a\n", " \n", "1\n", "a1"),
    *("12 ", "1 2 ", "(a", "a. ", "A. ", "Aa ", "Aa-", "a' ", "og ", "12.", "x*", "@a.", "www."),
    *(
        "0000",
        "1-1 ",
        "[PERSON 1] ",
        "&amp;",
        "a\u0301",
        "1a ",
        "::",
        "ab:",
        "ff:",
        "http://",
        "\t",
    ),
)
_WORD = re.compile(r"[A-Za-zæøåÆØÅ]{2,}")
_PACKAGES = (
    *("nlp", "models", "training_data", "service.intake", "service.review", "service.security"),
    *("service.exchange", "service.batch", "service.pages", "service.parameters"),
)

Pattern = re.Pattern[str] | regex.Pattern[str]


@dataclass(frozen=True, slots=True)
class Pumped:
    """A string of one pattern: nanoseconds at ``LONG``, and how the time grew up to there."""

    pattern: str
    unit: str
    cost: int
    exponent: float

    @property
    def is_steep(self) -> bool:
        """True when the time grows faster than the text, and is felt."""
        return self.cost > _NOTICEABLE and self.exponent > MOST_EXPONENT


def patterns() -> dict[str, Pattern]:
    """Every compiled pattern of the program, by where it stands."""
    found: dict[str, Pattern] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if getattr(value, "__module__", module.__name__) == module.__name__ or _holds(value):
                for place, pattern in _within(f"{module.__name__}.{name}", value, 3):
                    if pattern not in found.values():
                        found[place] = pattern
    return found


def _holds(value: object) -> bool:
    return isinstance(value, re.Pattern | regex.Pattern | tuple | list | dict | Rule)


def _modules() -> Iterator[ModuleType]:
    for name in _PACKAGES:
        module = importlib.import_module(name)
        yield module
        for one in pkgutil.walk_packages(getattr(module, "__path__", []), f"{name}."):
            yield importlib.import_module(one.name)


def _within(place: str, value: Any, depth: int) -> Iterator[tuple[str, Pattern]]:
    """Patterns in a value: itself, members of a collection, of a rule, of a class."""
    if isinstance(value, re.Pattern | regex.Pattern):
        if isinstance(value.pattern, str):
            yield place, value
    elif isinstance(value, Rule):
        yield from _within(f"{place} «{value.name}»", value.pattern, depth)
        yield from _within(f"{place} «{value.name}» anchor", value.anchor, depth)
    elif depth and isinstance(value, dict):
        for name, one in value.items():
            yield from _within(f"{place}[{name!r}]", one, depth - 1)
    elif depth and isinstance(value, tuple | list):
        for one in value:
            yield from _within(place, one, depth - 1)
    elif depth and isinstance(value, type):
        for name, one in vars(value).items():
            if name in ("rules", "cue", "veto") or name.startswith("_"):
                yield from _within(f"{value.__module__}.{value.__name__}.{name}", one, depth - 1)


def units(pattern: Pattern, seeds: Iterable[str]) -> list[str]:
    """The pieces to repeat: signs, words of the pattern, and what it matched, whole and cut."""
    words = list(dict.fromkeys(_WORD.findall(pattern.pattern)))[:_MOST_WORDS]
    found = list(_SIGNS)
    for word in words:
        found += [word, f"{word} ", f"{word} 1"]
    for seed in seeds:
        if match := pattern.search(seed):
            piece = str(match[0])[:60]
            found += [piece, f"{piece} ", piece[:-1], piece[1:]]
    return [one for one in dict.fromkeys(found) if one]


def pump(name: str, pattern: Pattern, seeds: Iterable[str]) -> Iterator[Pumped]:
    """Each piece of a pattern, pumped to both lengths."""
    for unit in units(pattern, seeds):
        long = _timed(pattern, unit, LONG)
        if long <= _NOTICEABLE:
            yield Pumped(name, unit, long, 0.0)
            continue
        short, long = (
            min(_timed(pattern, unit, length) for _ in range(_AGAIN)) for length in (SHORT, LONG)
        )
        yield Pumped(name, unit, long, math.log(long / short) / math.log(LONG / SHORT))


def repeated(unit: str, length: int) -> str:
    """A piece repeated to a length, with ordinary words behind it that end what it began."""
    return (unit * (length // len(unit) + 1))[: max(1, length - len(_TAIL))] + _TAIL


def _timed(pattern: Pattern, unit: str, length: int) -> int:
    text = repeated(unit, length)
    started = time.thread_time_ns()
    for _ in pattern.finditer(text):
        pass
    return time.thread_time_ns() - started


@dataclass(frozen=True, slots=True)
class Long:
    """A text as long as may be, of one repeated piece: its cost beside an ordinary one's."""

    unit: str
    times: float
    outcome: str

    @property
    def is_bad(self) -> bool:
        """True when it is too slow, or was not read for being slow."""
        return self.times > MOST_TIMES or self.outcome not in ("read", "refused")


def ordinary(reader: DanishReader, seeds: Sequence[str]) -> float:
    """Nanoseconds that a character costs in ordinary texts of full length: the median."""
    joined = "\n".join(seeds)
    starts = range(0, max(1, len(joined) - LIMIT), LIMIT // 4)
    texts = [joined[start : start + LIMIT] for start in starts]
    return statistics.median(_read(reader, text)[0] / len(text) for text in texts)


def at_full_length(reader: DanishReader, unit: str, before: str, median: float) -> Long:
    """The cost of ``LIMIT`` characters of one piece, framed so that they pass for Danish."""
    middle = before + repeated(unit, LIMIT - 2 * len(_FRAME) - len(before))
    text = f"{_FRAME}{middle}{_FRAME}"
    cost, outcome = _read(reader, text)
    if cost / len(text) > _LOOK_AGAIN * median:
        cost, outcome = min((cost, outcome), _read(reader, text))
    return Long(before + unit, round(cost / len(text) / median, 2), outcome)


def _read(reader: DanishReader, text: str) -> tuple[int, str]:
    started = time.thread_time_ns()
    try:
        reader.read(RawText(text))
        outcome = "read"
    except BadText:
        outcome = "refused"
    except RedactionFailed as error:
        outcome = f"failed in {error.recognizer}"
    return time.thread_time_ns() - started, outcome


@dataclass(frozen=True, slots=True)
class PumpRun:
    """How many strings, which patterns are steep, and what that does to the reader."""

    patterns: int
    strings: int
    steep: list[str]
    """Patterns whose time grows faster than their text. Some only ever read a short window."""
    texts: int
    ordinary_microseconds: float
    worst: list[Long]
    """The costliest texts of full length, the worst first."""

    @property
    def is_clean(self) -> bool:
        """True when no text of full length was too slow or failed."""
        return not any(one.is_bad for one in self.worst)


def bench_pump(reader: DanishReader, seeds: Sequence[str]) -> PumpRun:
    """Pump every pattern; then read the costliest strings at full length."""
    every = patterns()
    found = [one for name, pattern in every.items() for one in pump(name, pattern, seeds)]
    median = ordinary(reader, seeds)
    longs = [
        at_full_length(reader, unit, before, median)
        for unit in costliest(found)
        for before in _BEFORE
    ]
    return PumpRun(
        patterns=len(every),
        strings=len(found),
        steep=sorted({one.pattern for one in found if one.is_steep}),
        texts=len(longs),
        ordinary_microseconds=round(median / 1e3, 1),
        worst=sorted(longs, key=lambda one: -one.times)[:_SHOWN],
    )


def costliest(found: Sequence[Pumped]) -> list[str]:
    """The pieces to read at full length: those of steep patterns, the dearest, and every sign."""
    by_cost = sorted(found, key=lambda one: -one.cost)
    steep: dict[str, list[str]] = {}
    dear: dict[str, str] = {}
    for one in by_cost:
        dear.setdefault(one.pattern, one.unit)
        if one.is_steep and len(kept := steep.setdefault(one.pattern, [])) < _OF_STEEP:
            kept.append(one.unit)
    chosen = [unit for kept in steep.values() for unit in kept]
    return list(dict.fromkeys([*chosen, *list(dear.values())[:_DEAR], *_SIGNS, *_CLAUSES]))
