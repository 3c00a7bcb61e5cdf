"""Does a model hold a word of what it learned from? Looks at every byte of its files.

Hashed features keep no vocabulary, and arrays hold only numbers: this looks whether that is still
so. Words are looked for as UTF-8 and as NumPy keeps text (four bytes a letter), in any case, in the
bytes of a file and, unpacked, in those of each array within it. Short words are left out: four
letters stand somewhere in ten million random bytes by chance.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.manifest import NAME
from nlp.redact.spans import PLACEHOLDER

SHORTEST = 6
"""Bytes below which a find could well be chance."""
_NUMBERS = "?biuf"
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff-]{6,}")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in a file that should not be there. Never says which word."""

    file: str
    what: str
    count: int


def telling_words(texts: Iterable[str], is_ordinary: Callable[[str], bool]) -> frozenset[str]:
    """The words of some redacted texts that no list of Danish holds: names hide among them."""
    words = {
        match[0].casefold()
        for text in texts
        for match in _WORD.finditer(PLACEHOLDER.sub(" ", text))
    }
    return frozenset(
        word for word in words if len(word.encode()) >= SHORTEST and not is_ordinary(word)
    )


def leaks(folder: Path, words: Iterable[str], *, known: Sequence[Path] = ()) -> list[Leak]:
    """Everything in a model's folder that should not be there; empty is well.

    ``known`` are folders of shipped models: a word that stands there was not learned here.
    """
    found = [Leak(name, "an array of something else than numbers", 1) for name in _strange(folder)]
    wanted = frozenset(words)
    hits = {name: _found(content, wanted) for name, content in _contents(folder)}
    there = frozenset(word for some in hits.values() for word in some)
    if there:
        contents = (content for path in known for _, content in _contents(path))
        there -= {word for content in contents for word in _found(content, there)}
    found += [
        Leak(name, "words that were learned from", len(some & there))
        for name, some in hits.items()
        if some & there
    ]
    return found


def _strange(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.npz")):
        with np.load(path, allow_pickle=False) as arrays:
            for name in arrays.files:
                try:
                    kind = arrays[name].dtype.kind
                except ValueError:  # an array of objects, which only a pickle could give
                    kind = "O"
                if kind not in _NUMBERS:
                    yield f"{path.relative_to(folder)}:{name}"


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its bytes; an archive also member by member, unpacked."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME):
        name = str(path.relative_to(folder))
        yield name, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{name}:{member}", archive.read(member)


def _found(content: bytes, words: Iterable[str]) -> set[str]:
    """Which words stand in the bytes, whatever their case and spelling in memory."""
    spelt = " ".join(run.decode("utf-8", "ignore") for run in _LETTERS.findall(content))
    wide = " ".join(run.decode("latin-1") for run in _LETTERS.findall(content[::4]))
    text = f"{spelt} {wide}".casefold()
    return {word for word in words if word in text}
