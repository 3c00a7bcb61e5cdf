"""What a text must hold before a pattern can match in it, read off the pattern itself.

Most patterns look for something that most texts do not hold: a run of eight digits, the word
«matrikel». To know this beforehand is cheap, to try the pattern is not. Nothing is declared by hand
and so nothing can be forgotten when a pattern changes: the demands are worked out from the tree that
``regex`` compiles the pattern from. What is not understood demands nothing, and the pattern is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from importlib import import_module
from itertools import groupby
from math import inf
from typing import Any

import regex

from nlp.redact.recognizers.demands import WIDEST_GAP, Demands, Digits, Words, plain

tree: Any = import_module("regex._regex_core")
"""How ``regex`` itself reads a pattern. Not its public face: what changes there demands nothing."""

_MOST_WORDS = 40
"""More alternatives than these take longer to look for than the pattern takes."""
_SHORTEST_WORD = 3
"""Letters from which a word is not found in every text."""
_COUNTS = (13, 10, 8, 6, 4, 1)
_WIDTHS = (2, 20, 47)
"""Demands are rounded to these, so that rules share what is worked out for them in a text."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern. ``words`` is None where no word is sure to stand in it."""

    width: float = 0
    """Characters that it matches, at most."""
    digits: int = 0
    head: float = 0
    """Characters before the first sure digit, at most."""
    gap: float = 0
    """Between two neighbouring sure digits, at most."""
    tail: float = 0
    """Behind the last sure digit, at most."""
    literal: str | None = ""
    """What it matches, where it can match one thing only."""
    words: Words | None = None


_NOTHING = _Part()
_UNKNOWN = _Part(width=inf, literal=None)


def demands(pattern: str, flags: int) -> Demands:
    """What every match of a pattern holds. Raises ``regex.error`` for what is no pattern."""
    root = _parsed(pattern, flags)
    part, looked_at = _part(root), _looked_at(root)
    words = _best([part.words, _as_words(part.literal)])
    if words is not None:
        words = words.between(0, looked_at) if len(words.any_of) <= _MOST_WORDS else None
    if not part.digits:
        return Demands(words)
    count = next(each for each in _COUNTS if each <= part.digits)
    return Demands(words, _digits(count, _rounded(part.head), _rounded(part.tail + looked_at)))


@cache
def _digits(count: int, before: float, after: float) -> Digits:
    return Digits(count, before, after)


def _rounded(width: float) -> float:
    return next((each for each in _WIDTHS if each >= width), width)


def _parsed(pattern: str, flags: int) -> Any:
    source = tree.Source(pattern)
    info = tree.Info(flags, source.char_type, {})
    info.guess_encoding = regex.UNICODE
    source.ignore_space = bool(info.flags & regex.VERBOSE)
    return tree._parse_pattern(source, info)


def _part(node: Any) -> _Part:
    """What one node of the tree is sure to match."""
    match node:
        case tree.Character() if node.positive and not node.zerowidth:
            letter = plain(chr(node.value))
            return _DIGIT if letter.isdigit() else _Part(width=1, literal=letter)
        case tree.Sequence():
            return _in_a_row([_part(item) for item in node.items])
        case tree.Branch() if type(node) is tree.Branch:
            return reduce(_or, map(_part, node.branches))
        case tree.Group() | tree.Atomic():
            return _part(node.subpattern)
        case tree.GreedyRepeat():  # lazy and possessive ones too
            most = inf if node.max_count is None else node.max_count
            return _repeated(_part(node.subpattern), node.min_count, most)
        case tree.Property() | tree.SetUnion() | tree.Range():
            return _DIGIT if _only_digits(node) else _Part(width=1, literal=None)
        case tree.SetBase() | tree.Any() | tree.Character():
            return _Part(width=1, literal=None)
        case tree.LookAround() | tree.ZeroWidthBase():
            return _NOTHING
        case _:
            return _UNKNOWN


_DIGIT = _Part(width=1, digits=1, literal=None)


def _only_digits(node: Any) -> bool:
    """True for «\\d», «[1-9]» and sets of such."""
    match node:
        case tree.Property():
            return bool(node.positive) and node.value == _ANY_DIGIT.value
        case tree.Range():
            return bool(node.positive) and ord("0") <= node.lower <= node.upper <= ord("9")
        case tree.Character():
            return bool(node.positive) and ord("0") <= node.value <= ord("9")
        case tree.SetUnion():
            return bool(node.positive) and all(map(_only_digits, node.items))
        case _:
            return False


def _in_a_row(parts: Sequence[_Part]) -> _Part:
    """Pieces behind each other; letters that stand side by side are joined first."""
    runs = groupby(parts, key=lambda part: part.literal is not None)
    return reduce(
        _then, (_joined(run) if same else reduce(_then, run) for same, run in runs), _NOTHING
    )


def _joined(letters: Iterable[_Part]) -> _Part:
    literal = "".join(part.literal or "" for part in letters)
    return _Part(width=len(literal), literal=literal)


def _then(one: _Part, other: _Part) -> _Part:
    """One piece behind the other."""
    joined = None
    if one.literal is not None and other.literal is not None:
        joined = one.literal + other.literal
    head, gap, tail, digits = _chained(one, other)
    settled = [_moved(one.words, 0, other.width), _moved(other.words, one.width, 0)]
    if joined is None:  # a literal that nothing can be joined to any more is a word
        settled += [
            _moved(_as_words(one.literal), 0, other.width),
            _moved(_as_words(other.literal), one.width, 0),
        ]
    return _Part(one.width + other.width, digits, head, gap, tail, joined, _best(settled))


def _chained(one: _Part, other: _Part) -> tuple[float, float, float, int]:
    """Head, gap, tail and number of the sure digits; the longer run where they stand too far apart."""
    if not other.digits:
        head = one.head if one.digits else 0
        return head, one.gap, one.tail + other.width if one.digits else 0, one.digits
    if not one.digits:
        return one.width + other.head, other.gap, other.tail, other.digits
    between = one.tail + other.head
    if max(one.gap, other.gap, between) <= WIDEST_GAP:
        return one.head, max(one.gap, other.gap, between), other.tail, one.digits + other.digits
    if one.digits >= other.digits:
        return one.head, one.gap, one.tail + other.width, one.digits
    return one.width + other.head, other.gap, other.tail, other.digits


def _or(one: _Part, other: _Part) -> _Part:
    """One piece or the other."""
    digits = min(one.digits, other.digits)
    words = None
    ones, others = (_best([part.words, _as_words(part.literal)]) for part in (one, other))
    if ones is not None and others is not None:
        words = Words(
            _without_longer({*ones.any_of, *others.any_of}),
            max(ones.before, others.before),
            max(ones.after, others.after),
        )
        # A longer word that is left out is found by the shorter one somewhere in it.
        left_out = max(map(len, (*ones.any_of, *others.any_of))) - min(map(len, words.any_of))
        words = words.between(left_out, left_out)
    return _Part(
        max(one.width, other.width),
        digits,
        max(one.head, other.head) if digits else 0,
        max(one.gap, other.gap) if digits else 0,
        max(one.tail, other.tail) if digits else 0,
        one.literal if one.literal == other.literal else None,
        words,
    )


def _repeated(part: _Part, least: int, most: float) -> _Part:
    """A piece some times over."""
    width = part.width * most if part.width and most else 0
    if least == 0:
        return _Part(width=width, literal=None)
    literal = part.literal * least if part.literal is not None and least == most else None
    words = part.words or (_as_words(part.literal) if literal is None else None)
    words = _moved(words, 0, part.width * (most - 1) if most > 1 else 0)
    apart = part.tail + part.head
    if not part.digits:
        return _Part(width=width, literal=literal, words=words)
    if most == 1:
        return _Part(width, part.digits, part.head, part.gap, part.tail, literal, words)
    if max(part.gap, apart) > WIDEST_GAP:
        # Only the first round is counted; the others stand behind it.
        tail = part.tail + part.width * (most - 1)
        return _Part(width, part.digits, part.head, part.gap, tail, literal, words)
    digits = part.digits * least
    return _Part(width, digits, part.head, max(part.gap, apart), part.tail, literal, words)


def _looked_at(node: Any) -> float:
    """How far behind the match the pattern looks, at most; word boundaries look one further."""
    if isinstance(node, tree.LookAround) and not node.behind:
        return _part(node.subpattern).width + _looked_at(node.subpattern)
    inner = [_looked_at(each) for each in _children(node)]
    return max([1, *inner])


def _children(node: Any) -> Any:
    match node:
        case tree.Sequence():
            return node.items
        case tree.Branch():
            return node.branches
        case tree.Group() | tree.Atomic() | tree.GreedyRepeat() | tree.LookAround():
            return [node.subpattern]
        case _:
            return []


def _as_words(literal: str | None) -> Words | None:
    return Words((literal,)) if literal is not None and len(literal) >= _SHORTEST_WORD else None


def _moved(words: Words | None, before: float, after: float) -> Words | None:
    return words.between(before, after) if words is not None else None


def _best(choices: Iterable[Words | None]) -> Words | None:
    """The choice that says most: near the match's edges, then few and long words."""
    told = [words for words in choices if words is not None]
    return min(told, key=_vagueness, default=None)


def _vagueness(words: Words) -> tuple[bool, int, int, tuple[str, ...]]:
    shortest = min(map(len, words.any_of))
    endless = max(words.before, words.after) == inf
    return endless, len(words.any_of), -shortest, words.any_of


def _without_longer(words: set[str]) -> tuple[str, ...]:
    """Without words that hold another: where «plejesøn» stands, «søn» stands."""
    shortest = sorted(words, key=lambda word: (len(word), word))
    kept: list[str] = []
    for word in shortest:
        if not any(each in word for each in kept):
            kept.append(word)
    return tuple(kept)


_ANY_DIGIT = _parsed(r"\d", 0).items[0]
