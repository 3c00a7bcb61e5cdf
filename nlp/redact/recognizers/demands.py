"""What a text must hold before a pattern can match in it: words, and digits that stand together.

Read off the pattern by ``nlp.redact.recognizers.pattern_reading``, looked for in a text by
``nlp.redact.recognizers.landmarks``.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDEST_GAP = 6
"""Characters that may stand between two digits of one number."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One of ``any_of`` stands in every match. Equal to itself only: it is looked up often."""

    any_of: tuple[str, ...]
    """In the letters of ``plain``."""
    before: float = 0
    """Characters from the beginning of the match to the word, at most."""
    after: float = 0
    """Characters from the end of the word to the end of what the pattern looks at, at most."""

    def between(self, before: float, after: float) -> Words:
        """The same words with so much more around them."""
        return Words(self.any_of, self.before + before, self.after + after)


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """So many digits stand in every match, each at most ``WIDEST_GAP`` behind the one before.

    Equal to itself only; ``_digits`` gives the same one for the same numbers.
    """

    count: int
    before: float
    """Characters from the beginning of the match to the first of these digits, at most."""
    after: float
    """Characters from the last of these digits to the end of what the pattern looks at, at most."""


@dataclass(frozen=True, slots=True)
class Demands:
    """All of it holds for every match; None where nothing is sure."""

    words: Words | None = None
    digits: Digits | None = None


def plain(text: str) -> str:
    """Lower case, in which a word is found however ``regex`` would take its letters as equal.

    Of the same length: «İ», the one letter whose lower case is longer, is among the twins.

    >>> plain("KONTO ſIDİ")
    'konto sidi'
    """
    return text.lower() if text.isascii() else text.translate(_TWINS).lower()


_TWINS = {ord("İ"): "i", ord("ı"): "i", ord("ſ"): "s"}
"""Letters that count as equal without case and that ``lower`` leaves different."""
