"""Where a text holds what patterns demand: worked out once a text, asked by every rule.

A rule is tried only where it can match. That nothing is lost by it is no matter of taste: a pattern's
demands are read off the pattern (``nlp.redact.recognizers.pattern_reading``), and a range is given only where
the pattern cannot see its edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import regex

from nlp.redact.recognizers.demands import WIDEST_GAP, Demands, Digits, Words, plain

Range = tuple[int, int]
"""``[start, end)`` in code points of the text."""

_DIGITS = regex.compile(r"\d+")
_BEGINNING = 40
"""Characters that could be read in the time that it takes to begin a range."""
_FEW = 4
"""Digits that leave no more than one in so many characters: words need not be looked for too."""
_NUMBER = regex.compile(r"\d[\d .,:/()+-]*")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a pattern can match, with all that it looks at: ranges in order, disjoint."""

    ranges: list[Range]
    effort: float
    """What it takes to try a pattern there, in characters read."""


NOWHERE = Places([], 0)


class Landmarks:
    """The digits and words of one text. Lives as long as the text is read."""

    def __init__(self, text: str):
        self.text = text
        self._plain = plain(text)
        self._numbers = _numbers(text)
        self._places: dict[Digits, Places] = {}
        self._hits: dict[str, list[Range]] = {}
        self._near_digits: dict[int, list[Range]] = {}
        self.has_digits = bool(self._numbers)

    def places(self, demanded: Demands, farthest: float) -> list[Range] | None:
        """The only places of a pattern's matches.

        None when they are too many to be worth it, or the pattern looks ``farthest`` or farther.
        """
        words, digits = demanded.words, demanded.digits
        if words is not None and not any(word in self._plain for word in words.any_of):
            return []
        least: list[Range] | None = None
        effort: float = len(self.text)
        if digits is not None:
            found = self._places.get(digits) or self._found(digits)
            if found is NOWHERE:
                return []
            if found.effort < effort and digits.before < farthest and digits.after < farthest:
                least, effort = found.ranges, found.effort
        if words is None or effort < len(self.text) / _FEW:
            return least
        if words.before < farthest and words.after < farthest:
            found = self._found(words)
            least = found.ranges if found.effort < effort else least
        return least

    def _found(self, one: Digits | Words) -> Places:
        if isinstance(one, Words):
            hits = [hit for word in one.any_of for hit in self._all_of(word)]
            return self._around(hits, one.before, one.after)
        hits = [(start, end) for start, end, count in self._numbers if count >= one.count]
        self._places[one] = found = self._around(hits, one.before, one.after)
        return found

    def _all_of(self, word: str) -> list[Range]:
        if word not in self._hits:
            self._hits[word] = hits = []
            start = self._plain.find(word)
            while start >= 0:
                hits.append((start, start + len(word)))
                start = self._plain.find(word, start + 1)
        return self._hits[word]

    def _around(self, hits: list[Range], before: float, after: float) -> Places:
        if not hits:
            return NOWHERE
        if len(hits) * _BEGINNING > len(self.text) or before + after > len(self.text):
            return Places([], inf)  # not worth it
        # One more at the end: where the range ends, the pattern believes that the text ends.
        left, right, last = int(before), int(after) + 1, len(self.text)
        ranges: list[Range] = []
        for start, end in sorted(hits):
            _widen(ranges, max(0, start - left), min(last, end + right))
        return Places(ranges, sum(end - start + _BEGINNING for start, end in ranges))

    def near(self, anchor: regex.Pattern[str], reach: int, timeout: float) -> list[Range]:
        """Disjoint ranges around the hits of an anchor, in order, cut at white space."""
        ranges: list[Range] = []
        for match in anchor.finditer(self.text, timeout=timeout):
            start, end = match.span()
            _widen(ranges, max(0, start - reach), min(len(self.text), end + reach))
        return [(start, self._to_space(end)) for start, end in ranges]

    def near_digits(self, reach: int, timeout: float) -> list[Range]:
        """The same around everything that looks like a number."""
        if reach not in self._near_digits:
            self._near_digits[reach] = self.near(_NUMBER, reach, timeout)
        return self._near_digits[reach]

    def _to_space(self, end: int) -> int:
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        return end


def _widen(ranges: list[Range], start: int, end: int) -> None:
    """Add a range to others in order, joined with the last one where they touch."""
    if ranges and start <= ranges[-1][1]:
        ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
    else:
        ranges.append((start, end))


def _numbers(text: str) -> list[tuple[int, int, int]]:
    """Digits that stand close together: where they begin and end, and how many they are."""
    found: list[tuple[int, int, int]] = []
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if found and start - found[-1][1] <= WIDEST_GAP:
            first, _, count = found[-1]
            found[-1] = (first, end, count + end - start)
        else:
            found.append((start, end, end - start))
    return found
