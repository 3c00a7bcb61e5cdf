"""Writes ``nlp/text/casework.py``: words of the training texts that no Danish word list knows.

Run after writing training text: ``python scripts/casework_words.py``. A word is taken when it
stands in two or more places and never inside personal data, and is on no list of names.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models import corpora
from nlp.text import lexicon

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LEAST = 2
_HEAD = '''"""Words of casework, platforms and hurried spelling that no Danish word list knows.

Written by ``scripts/casework_words.py`` from the texts written for training, where each stands in
two or more places and never inside personal data; none is on a list of names.
"""

CASEWORK: frozenset[str] = frozenset(
    (
'''


def _texts() -> Iterator[tuple[str, bytearray]]:
    """Every training text, and which of its characters are personal."""
    for block in corpora.blocks("submissions", "letters"):
        personal = bytearray(len(block.text))
        for span in block.spans:
            personal[span.start : span.end] = b"\1" * (span.end - span.start)
        yield block.text, personal
    for clause in corpora.clause_bank():
        yield clause.text, bytearray(len(clause.text))


def words() -> list[str]:
    """The words, sorted."""
    counted: Counter[str] = Counter()
    inside: set[str] = set()
    for text, personal in _texts():
        for match in _WORD.finditer(text):
            word = match[0].lower()
            if any(personal[match.start() : match.end()]):
                inside |= {word, word.removesuffix("s")}
            else:
                counted[word] += 1
    names = corpora.name_classes()
    return sorted(
        word
        for word, count in counted.items()
        if count >= _LEAST
        and len(word) > 2
        and word not in inside
        and names.of(word) == "-"
        and not lexicon.is_ordinary(word)
    )


def main() -> None:
    """Write the module."""
    lexicon.CASEWORK = frozenset()  # type: ignore[misc]  # what stands there already is found anew
    lines = textwrap.wrap(" ".join(words()), 88, break_on_hyphens=False, break_long_words=False)
    body = "\n".join(f'        "{line} "' for line in lines)
    Path("nlp/text/casework.py").write_text(f"{_HEAD}{body}\n    ).split()\n)\n", encoding="utf-8")


if __name__ == "__main__":
    main()
