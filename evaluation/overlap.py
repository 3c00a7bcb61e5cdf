"""Near-duplicates between two sets of texts: what was learned from may not be measured on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

WIDTH = 8
"""Characters in a piece."""
_SPACE = re.compile(r"\s+")


def pieces(text: str) -> frozenset[str]:
    """Every run of ``WIDTH`` characters, without case and with single spaces.

    >>> sorted(pieces("Intet  svar"))
    ['intet sv', 'ntet sva', 'tet svar']
    """
    folded = _SPACE.sub(" ", text.lower()).strip()
    return frozenset(
        folded[start : start + WIDTH] for start in range(max(1, len(folded) - WIDTH + 1))
    )


def near_duplicates(
    ones: Mapping[str, str], others: Iterable[tuple[str, str]], *, least: float = 0.5
) -> Iterator[tuple[str, str, float]]:
    """(id, other id, Jaccard) for pairs that share more than ``least`` of their pieces."""
    index: defaultdict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for name, text in ones.items():
        found = pieces(text)
        sizes[name] = len(found)
        for piece in found:
            index[piece].append(name)
    for other, text in others:
        found = pieces(text)
        shared = Counter(name for piece in found for name in index.get(piece, ()))
        for name, common in shared.items():
            jaccard = common / (sizes[name] + len(found) - common)
            if jaccard > least:
                yield name, other, jaccard
