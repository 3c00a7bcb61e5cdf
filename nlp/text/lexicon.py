"""Ordinary Danish words: what needs no masking when a capital letter is the only hint.

The word list is simplemma's (788,000 Danish forms, lemma by form); a lemma with a capital letter is
a proper noun and not ordinary. Compounds are taken apart, since Danish writes them in one word.

Nothing here remembers what it was asked: a cache of words would be a cache of citizens' text. For
the same reason simplemma's own ``lemmatize`` (which caches) is not called on text.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from nlp.text.casework import CASEWORK

_LINKS = ("s", "e", "")
_ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
_LONG_ENOUGH = 6
_SHORTEST_PART = 3


@lru_cache(maxsize=1)
def _hashes() -> array[int]:
    """Hashes of the ordinary words, sorted: 6 MB in place of the 260 MB of the dictionary."""
    dictionary = DefaultDictionaryFactory().get_dictionary("da")
    ordinary = (hash(_text(form)) for form, lemma in dictionary.items() if _is_lower(lemma))
    hashes = np.fromiter(ordinary, dtype=np.int64)
    hashes.sort()  # five times as fast as sorting Python's numbers
    return array("q", hashes.tobytes())


def _is_lower(lemma: str | bytes) -> bool:
    return str(lemma)[:1].islower()


def _text(form: str | bytes) -> str:
    return form.decode() if isinstance(form, bytes) else form


def is_listed(word: str) -> bool:
    """True when the lower-cased word itself is an ordinary word of the list.

    >>> is_listed("kommunen"), is_listed("Jørgen"), is_listed("qwzx")
    (True, False, False)
    """
    hashes = _hashes()
    wanted = hash(word.lower())
    place = bisect_left(hashes, wanted)
    return place < len(hashes) and hashes[place] == wanted


def is_ordinary(word: str) -> bool:
    """True for listed words, for compounds of two, and for what casework and its writers use.

    >>> is_ordinary("sagsbehandlerskiftet"), is_ordinary("maaned"), is_ordinary("Kurtović")
    (True, True, False)
    """
    lowered = word.lower().strip("-'")
    if is_listed(lowered) or lowered in CASEWORK or _is_compound(lowered):
        return True
    if lowered.endswith("nr") and len(lowered) > _SHORTEST_PART + 2:
        return True  # «bestillingsnr»
    danish = _with_danish_letters(lowered)
    if danish == lowered or len(lowered) <= _SHORTEST_PART:
        return False
    return is_listed(danish) or _is_compound(danish)


def nearly_ordinary(word: str) -> bool:
    """True for a long word that is one slip of the pen away from a listed one.

    Short words are left out: one letter away from «hanen» is a name.

    >>> nearly_ordinary("terasse"), nearly_ordinary("kommunnen"), nearly_ordinary("Hanin")
    (True, True, False)
    """
    lowered = word.lower()
    return len(lowered) >= _LONG_ENOUGH and any(map(is_listed, _one_slip(lowered)))


def _one_slip(word: str) -> Iterator[str]:
    """What a word may have been before a letter was dropped, doubled, changed or swapped."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _ALPHABET:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _with_danish_letters(word: str) -> str:
    return word.replace("ae", "æ").replace("oe", "ø").replace("aa", "å")


def _is_compound(lowered: str) -> bool:
    return any(
        is_listed(lowered[cut:]) and _is_first_part(lowered[:cut])
        for cut in range(_SHORTEST_PART, len(lowered) - _SHORTEST_PART + 1)
    )


def _is_first_part(part: str) -> bool:
    return any(
        part.endswith(link)
        and len(part) - len(link) >= _SHORTEST_PART
        and is_listed(part[: len(part) - len(link)])
        for link in _LINKS
    )
