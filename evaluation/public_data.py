"""Public Danish data, read by path for the naive stack. Nothing of it is kept or shipped.

Two things are read: news with named entities (DaN+, tab-separated: token, outer tag, inner tag) and
lists of names. Their licences allow use, not inclusion here; so a path is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training_data.names import public_groups

NEWS = Path("danplus") / "da_news_train.tsv"
_TAGS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
_COMMON = 2
"""Times that a word stands in lower case in the news before it counts as an ordinary word."""


@dataclass(frozen=True, slots=True)
class NewsSentence:
    """The tokens of a sentence with their entities (BIO, Presidio's names)."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def has_public_data(folder: Path) -> bool:
    """True when the folder holds what the naive stack is made from."""
    return (folder / NEWS).is_file() and (folder / "dacy_names" / "names.csv").is_file()


def news(folder: Path) -> list[NewsSentence]:
    """The training part of the news."""
    return list(_sentences((folder / NEWS).read_text(encoding="utf-8").splitlines()))


def _sentences(lines: Sequence[str]) -> Iterator[NewsSentence]:
    words: list[str] = []
    tags: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            word, tag, *_ = line.split("\t")
            words.append(word)
            tags.append(presidio_tag(tag))
        elif words:
            yield NewsSentence(tuple(words), tuple(tags))
            words, tags = [], []


def presidio_tag(tag: str) -> str:
    """A tag of the news corpus in Presidio's words; parts, derivations and the rest are outside.

    >>> presidio_tag("B-PER"), presidio_tag("I-ORG"), presidio_tag("B-LOCderiv"), presidio_tag("O")
    ('B-PERSON', 'I-ORGANIZATION', 'O', 'O')
    """
    prefix, _, name = tag.partition("-")
    return f"{prefix}-{_TAGS[name]}" if name in _TAGS else "O"


def cased_names(folder: Path, sentences: Sequence[NewsSentence]) -> frozenset[str]:
    """Names with a capital, without those that are ordinary words of the news too."""
    seen: dict[str, int] = {}
    for sentence in sentences:
        for word in sentence.words:
            if word.islower():
                seen[word] = seen.get(word, 0) + 1
    names = {name for group in public_groups(folder) for name in (*group.first, *group.last)}
    return frozenset(n for n in names if len(n) > 1 and seen.get(n.lower(), 0) < _COMMON)
