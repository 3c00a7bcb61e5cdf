"""Text → words → hashes: one spelling for a word, however it was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
import Stemmer

from nlp.redact.spans import PLACEHOLDER, PLACEHOLDERS

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_TOLD = ("DATE", "PLACE", "INSTITUTION", "KOMMUNE", "AGE")
_WHO = frozenset(word for type, word in PLACEHOLDERS.items() if type not in _TOLD)
"""Placeholders of who somebody is: a grievance is the same whoever it is about."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae"})


def folded(text: str) -> str:
    """Lower case, one spelling, digits by their number only.

    Placeholders of dates, places and institutions are words; those of who somebody is are left out:
    «sagsbehandler [PERSON 3] har ikke svaret» is what it is without the name.

    >>> folded("NÅR [PERSON 2] ringer [DATO], 12. maj")
    'naar   ringer  xdato , 00. maj'
    """
    text = PLACEHOLDER.sub(_as_word, text).lower().translate(_FOLD)
    return _DIGITS.sub(lambda m: "0" * min(len(m[0]), 4), text)


def _as_word(placeholder: re.Match[str]) -> str:
    name = placeholder[1]
    return " " if name in _WHO else f" x{name.lower().replace('-', '')} "


def tokens_of(text: str) -> list[str]:
    """The folded words of a text."""
    return _WORD.findall(folded(text))


def token_hashes(tokens: Sequence[Sequence[str]]) -> tuple[Hashes, Rows]:
    """A hash for each token, and the clause that it stands in."""
    flat = [crc32(token.encode()) for clause in tokens for token in clause]
    rows = np.repeat(np.arange(len(tokens)), [len(clause) for clause in tokens])
    return np.array(flat, dtype=np.uint64), rows


def stem_hashes(tokens: Sequence[Sequence[str]]) -> tuple[Hashes, Rows]:
    """The same for stems."""
    stemmer = Stemmer.Stemmer("danish", 0)  # 0: it must remember no word
    return token_hashes([stemmer.stemWords(_danish(clause)) for clause in tokens])


def _danish(tokens: Sequence[str]) -> list[str]:
    """Folded words in the letters that the stemmer knows."""
    return [t.replace("ae", "æ").replace("oe", "ø").replace("aa", "å") for t in tokens]
