"""The concept lexicon: which words of casework mean the same kind of thing.

Files in ``concepts/`` hold a class a line, ``class: word, word``; a class may have several lines.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent / "concepts"
_CLASS = re.compile(r"[a-z_]{2,40}")
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['-][^\W_]+)*")


def read_classes(path: Path) -> dict[str, list[str]]:
    """Class → words of one file. Raises ValueError naming the line, and no more."""
    classes: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, separator, listed = line.partition(":")
        words = [word.strip() for word in listed.split(",") if word.strip()]
        if not separator or not _CLASS.fullmatch(name.strip()):
            raise ValueError(f"{path.name}, line {number}: starts with a class and a colon")
        if wrong := [word for word in words if not _WORD.fullmatch(word)]:
            raise ValueError(f"{path.name}, line {number}: not one word: {wrong[0]!r}")
        classes.setdefault(name.strip(), []).extend(word.lower() for word in words)
    return classes


def concepts(folder: Path = HERE) -> dict[str, tuple[str, ...]]:
    """Class → words of all files, classes in alphabetical order."""
    merged: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        for name, words in read_classes(path).items():
            merged.setdefault(name, []).extend(words)
    return {name: tuple(dict.fromkeys(words)) for name, words in sorted(merged.items())}
