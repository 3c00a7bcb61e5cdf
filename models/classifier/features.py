"""Clauses → numbers: hashed words, stems with negation, and letters.

Hashing keeps no vocabulary, so no name can hide in a model (design, trap 7). Words are folded
(case, æøå, digits, placeholders) so that «NAAR», «når» and «naar» are one word. Negation counts for
what stands near it: «ikke hørt» is another feature than «hørt».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import Stemmer
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import FeatureHasher

_PLACEHOLDER = re.compile(r"\[([A-ZÆØÅ-]{2,14})(?: \d+)?\]")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae"})
_NEGATIONS = frozenset(
    "ikke ik ikk ikek aldrig ingen intet uden hverken heller mangler manglede manglende "
    "naegter naegtede naeppe ingenting umuligt glemt glemte undlod".split()
)
_BEFORE, _AFTER = 3, 5


def folded(text: str) -> str:
    """Lower case, one spelling, placeholders as words, digits by their number only.

    >>> folded("NÅR [PERSON 2] ringer 12. maj")
    'naar  xperson  ringer 00. maj'
    """
    text = _PLACEHOLDER.sub(lambda m: f" x{m[1].lower().replace('-', '')} ", text)
    text = text.lower().translate(_FOLD)
    return _DIGITS.sub(lambda m: "0" * min(len(m[0]), 4), text)


def grams(tokens: Sequence[str], longest: int, prefix: str) -> Iterator[str]:
    """All runs of 1 to ``longest`` tokens."""
    for size in range(1, longest + 1):
        for start in range(len(tokens) - size + 1):
            yield prefix + " ".join(tokens[start : start + size])


def negated(tokens: Sequence[str]) -> Iterator[str]:
    """Tokens near a negation, marked."""
    for index, token in enumerate(tokens):
        if token in _NEGATIONS:
            for other in tokens[max(0, index - _BEFORE) : index + _AFTER]:
                if other not in _NEGATIONS:
                    yield "not " + other


def letters(tokens: Iterable[str], shortest: int, longest: int) -> Iterator[str]:
    """Letter runs inside words, with the word's edges."""
    for token in tokens:
        padded = f" {token} "
        width = len(padded)
        for size in range(shortest, min(longest, width) + 1):
            for start in range(width - size + 1):
                yield padded[start : start + size]


class ClauseFeatures(TransformerMixin, BaseEstimator):
    """Hashed, IDF-weighted features of clauses. Families are scaled to unit length each.

    Parameters
    ----------
    bits : columns of each family are 2**bits
    families : which of "words", "stems", "letters" are used (for the ablation table)

    Attributes
    ----------
    idf_ : list of arrays, one a family, shape (2**bits,)
    """

    def __init__(self, bits: int = 18, families: tuple[str, ...] = ("words", "stems", "letters")):
        self.bits = bits
        self.families = families

    def fit(self, clauses: Sequence[str], y: object = None) -> ClauseFeatures:
        """Learn how rare each feature is."""
        self.idf_ = []
        for family in self.families:
            counts = self._counts(clauses, family)
            seen = np.bincount(counts.indices, minlength=counts.shape[1])
            # A feature seen once is as likely noise (or a name) as not: it gets no weight.
            idf = np.log((1 + len(clauses)) / (1 + seen)) + 1
            self.idf_.append(np.where(seen >= 2, idf, 0.0).astype(np.float32))
        return self

    def transform(self, clauses: Sequence[str]) -> sp.csr_matrix:
        """Sparse matrix, shape (clauses, families × 2**bits), float32."""
        blocks = []
        for family, idf in zip(self.families, self.idf_, strict=True):
            counts = self._counts(clauses, family)
            counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
            blocks.append(_unit_rows(counts))
        stacked: sp.csr_matrix = sp.hstack(blocks, format="csr")
        return stacked

    def _counts(self, clauses: Sequence[str], family: str) -> sp.csr_matrix:
        hasher = FeatureHasher(
            2**self.bits, input_type="string", alternate_sign=False, dtype=np.float32
        )
        counts: sp.csr_matrix = hasher.transform(_FAMILIES[family](clauses))
        counts.sum_duplicates()
        return counts


def _words(clauses: Iterable[str]) -> Iterator[list[str]]:
    for clause in clauses:
        yield list(grams(_WORD.findall(folded(clause)), 3, "w "))


def _stems(clauses: Iterable[str]) -> Iterator[list[str]]:
    stemmer = Stemmer.Stemmer("danish", 0)  # 0: it must remember no word
    for clause in clauses:
        tokens = _WORD.findall(folded(clause))
        stems = stemmer.stemWords(
            [token.replace("ae", "æ").replace("oe", "ø").replace("aa", "å") for token in tokens]
        )
        yield [*grams(stems, 3, "s "), *negated([s.translate(_FOLD) for s in stems])]


def _letters(clauses: Iterable[str]) -> Iterator[list[str]]:
    for clause in clauses:
        yield list(letters(_WORD.findall(folded(clause)), 2, 5))


_FAMILIES = {"words": _words, "stems": _stems, "letters": _letters}


def _unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    lengths: npt.NDArray[np.float64] = np.sqrt(
        np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    )
    lengths[lengths == 0] = 1.0
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr)).astype(matrix.data.dtype)
    return matrix
