"""Clauses → numbers: hashed words, stems with negation, pairs of stems, and letters.

Hashing keeps no vocabulary, so no name can hide in a model (design, trap 7). Words are folded
(case, æøå, digits, placeholders) so that «NAAR», «når» and «naar» are one word. Negation counts for
what stands near it: «ikke hørt» is another feature than «hørt».

All clauses of a call are hashed at once with NumPy: one polynomial hash a window, 64 bits, folded
to ``bits``. The hash is our own: it must be the same in every process and library version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from models.classifier.lexicon import Lexicon, codes_only
from models.classifier.words import Hashes, Rows, stem_hashes, token_hashes, tokens_of

_NEGATIONS = frozenset(
    crc32(word.encode())
    for word in (
        "ikke ik ikk ikek aldrig ingen intet uden hverken heller mangl naegt naepp ingenting "
        "umul glemt glemm undlod"
    ).split()
)
_BEFORE, _AFTER = 3, 5
_SHORTEST, _LONGEST = 2, 5
_RUN = 3
_APART = 5
"""How far the second word of a pair stands behind the first, at most."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_SPACE = ord(" ")


class ClauseFeatures(TransformerMixin, BaseEstimator):
    """Hashed, IDF-weighted features of clauses. Families are scaled to unit length each.

    Parameters
    ----------
    bits : columns of each family are 2**bits
    families : which of "words", "stems", "pairs", "letters" are used (for the ablation table)
    negation : whether stems that stand near a negation are marked (for the ablation table)
    lexicon : which words mean the same kind of thing; the family "concepts" needs it

    Attributes
    ----------
    idf_ : shape (families × 2**bits,), float32
    """

    def __init__(
        self,
        bits: int = 18,
        families: tuple[str, ...] = ("words", "stems", "pairs", "letters"),
        negation: bool = True,
        lexicon: Lexicon | None = None,
    ):
        self.bits = bits
        self.families = families
        self.negation = negation
        self.lexicon = lexicon

    def fit(self, clauses: Sequence[str], y: object = None) -> ClauseFeatures:
        """Learn how rare each feature is."""
        counts = self._counts(clauses)
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        # A feature seen once is as likely noise (or a name) as not: it gets no weight.
        idf = np.log((1 + len(clauses)) / (1 + seen)) + 1
        self.idf_ = np.where(seen >= 2, idf, 0.0).astype(np.float32)
        return self

    def transform(self, clauses: Sequence[str]) -> sp.csr_matrix:
        """Sparse matrix, shape (clauses, families × 2**bits), float32."""
        return self._weighed(self._counts(clauses))

    def transform_texts(
        self, clauses: Sequence[str], owner: Rows, n: int
    ) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """The clauses, and the ``n`` texts they come from (``owner``: clause → text).

        A text is what its clauses hold together: nothing is hashed twice.
        """
        counts = self._counts(clauses)
        ones = np.ones(len(owner), dtype=np.float32)
        sums = sp.csr_matrix((ones, (owner, np.arange(len(owner)))), shape=(n, len(clauses)))
        texts = self._weighed(sums @ counts)
        return self._weighed(counts), texts

    def _weighed(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Counts (changed in place) → weights; each family of a row is brought to unit length."""
        weights = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        group = rows * len(self.families) + (counts.indices >> self.bits)
        lengths = np.sqrt(np.bincount(group, weights=weights**2))
        lengths[lengths == 0] = 1.0
        counts.data = (weights / lengths[group]).astype(np.float32)
        return counts

    def _counts(self, clauses: Sequence[str]) -> sp.csr_matrix:
        """How often each feature stands in each clause; a family's columns lie side by side."""
        tokens = [tokens_of(clause) for clause in clauses]
        stems = stem_hashes(tokens)
        makers: dict[str, Callable[[], tuple[Hashes, Rows]]] = {
            "words": lambda: _runs(*token_hashes(tokens)),
            "stems": lambda: (_stems if self.negation else _plain_stems)(*stems),
            "pairs": lambda: _apart(*stems),
            "concepts": lambda: self._concepts(*stems),
            "letters": lambda: _letters(tokens),
        }
        columns, rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for place, family in enumerate(self.families):
            hashes, found = makers[family]()
            folded = ((hashes * _MIX) >> np.uint64(64 - self.bits)).astype(np.int64)
            columns.append(folded + (place << self.bits))
            rows.append(found)
        where = np.concatenate(rows), np.concatenate(columns)
        ones = np.ones(len(where[0]), dtype=np.float32)
        shape = (len(clauses), len(self.families) << self.bits)
        return sp.coo_matrix((ones, where), shape=shape).tocsr()

    def _concepts(self, stems: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
        """Runs of one to three concepts, and two concepts with others between."""
        if self.lexicon is None:
            return np.zeros(0, np.uint64), np.zeros(0, np.int64)
        codes, rows = codes_only(self.lexicon.of(stems), rows)
        runs, run_rows = _runs(codes, rows)
        apart, apart_rows = _apart(codes, rows)
        return np.concatenate([runs, apart]), np.concatenate([run_rows, apart_rows])


def _plain_stems(hashes: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
    """Runs of one to three stems."""
    return _runs(hashes + np.uint64(1), rows)


def _stems(hashes: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
    """Runs of one to three stems, and every stem that stands near a negation, marked."""
    near, near_rows = _negated(hashes, rows)
    runs, run_rows = _runs(hashes + np.uint64(1), rows)
    return np.concatenate([runs, near]), np.concatenate([run_rows, near_rows])


def _apart(hashes: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
    """Two of one clause in order, not side by side: «ikke … hvor … klage».

    A linear model sees only through such pairs that words mean something together.
    """
    found, places = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for distance in range(2, min(_APART, len(hashes) - 1) + 1):
        count = len(hashes) - distance
        inside = rows[:count] == rows[distance:]
        pair = hashes[:count] * _BASE + hashes[distance:] * _SECOND
        found.append(pair[inside])
        places.append(rows[:count][inside])
    return np.concatenate(found), np.concatenate(places)


def _letters(tokens: Sequence[Sequence[str]]) -> tuple[Hashes, Rows]:
    """Runs of two to five letters inside words, with the words' edges as spaces."""
    joined = [f" {' '.join(clause)} " for clause in tokens]
    codes = np.frombuffer("\0".join(joined).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(joined)), [len(text) + 1 for text in joined])[: len(codes)]
    hashes, places = [], []
    for size in range(_SHORTEST, _LONGEST + 1):
        count = len(codes) - size + 1
        if count <= 0:
            break
        windows = np.lib.stride_tricks.sliding_window_view(codes, size)
        inner = windows[:, 1:-1]
        whole = (windows != 0).all(axis=1) & (inner != _SPACE).all(axis=1)
        whole &= ~((windows[:, 0] == _SPACE) & (windows[:, -1] == _SPACE) & (size == 2))
        value = np.full(count, np.uint64(size), dtype=np.uint64)
        for offset in range(size):
            value = value * _BASE + windows[:, offset]
        hashes.append(value[whole])
        places.append(rows[:count][whole])
    if not hashes:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    return np.concatenate(hashes), np.concatenate(places)


def _runs(hashes: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
    """Runs of one to three tokens that stand in one clause."""
    found, places = [], []
    for size in range(1, _RUN + 1):
        count = len(hashes) - size + 1
        if count <= 0:
            break
        value = np.full(count, np.uint64(size), dtype=np.uint64)
        for offset in range(size):
            value = value * _BASE + hashes[offset : offset + count]
        inside = rows[:count] == rows[size - 1 :]
        found.append(value[inside])
        places.append(rows[:count][inside])
    if not found:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    return np.concatenate(found), np.concatenate(places)


def _negated(hashes: Hashes, rows: Rows) -> tuple[Hashes, Rows]:
    """Tokens from three before to four after a negation in the same clause."""
    negations = np.flatnonzero(np.isin(hashes, np.array(sorted(_NEGATIONS), dtype=np.uint64)))
    reach = negations[:, None] + np.arange(-_BEFORE, _AFTER)
    owner = np.repeat(negations, reach.shape[1])
    flat = reach.ravel()
    inside = (flat >= 0) & (flat < len(hashes))
    flat, owner = flat[inside], owner[inside]
    kept = (rows[flat] == rows[owner]) & (flat != owner)
    marked: Hashes = hashes[flat[kept]] * _BASE + np.uint64(77)
    return marked, rows[flat[kept]]
