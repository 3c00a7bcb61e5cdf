"""Does a capital letter mean anything in this text?

Many write without capitals, or in nothing else. What tells a name by its first letter is then blind,
or sees names everywhere.
"""

from __future__ import annotations

import regex

FEW = 0.02
"""Share of words with a capital up to which a text counts as written without."""
SHOUTED = 0.5
"""Share of words in capitals from which a text counts as written in capitals."""

_WORD = regex.compile(r"(?<![\p{L}\p{N}@./])\p{L}{2,}+(?!@)")


def without_case(text: str) -> bool:
    """True for a text (nearly) without capitals, or in capitals (nearly) throughout.

    >>> without_case("hej det er mette"), without_case("JEG HAR SPURGT METTE"), without_case("Hej Mette")
    (True, True, False)
    """
    words: list[str] = _WORD.findall(text)
    if not words:
        return False
    capital = sum(map(str.isupper, [word[0] for word in words]))
    shouted = sum(map(str.isupper, words))
    return capital <= FEW * len(words) or shouted >= SHOUTED * len(words)


def lowered(text: str) -> str:
    """Lower case of the same length: a letter whose lower case is two letters stays as it is.

    >>> lowered("İSTANBUL Å")
    'İstanbul å'
    """
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
