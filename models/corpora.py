"""What is written for training, read from ``training_data/`` (and public data by path)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import training_data
from models.classifier.corpus import Example, example_from
from models.ner import NerSlots, NerText
from nlp.redact.name_class import NameClasses
from nlp.text.frequent import FREQUENT
from nlp.types import Span
from training_data.clauses import Clause, read_clauses
from training_data.markup import Block, read
from training_data.names import own_groups, places, public_groups

HERE = Path(training_data.__file__).parent
_PUBLIC_TYPES = {"PER": "PERSON", "LOC": "PLACE", "ORG": "INSTITUTION"}
_LINES_A_TEXT = 5


def paths(folder: str) -> list[Path]:
    """The files of ``training_data/<folder>``, by name."""
    return sorted((HERE / folder).glob("*.txt"))


def blocks(*folders: str) -> list[Block]:
    """All blocks of the given folders."""
    return [block for folder in folders for path in paths(folder) for block in read(path)]


def clause_bank() -> list[Clause]:
    """All single clauses."""
    return [clause for path in paths("clauses") for clause in read_clauses(path)]


def examples(*, redacted: bool = True) -> list[Example]:
    """All labelled submissions; their origin is the writer."""
    return [example_from(block, redacted=redacted) for block in blocks("submissions")]


def name_classes() -> NameClasses:
    """The lists written here, as the recognizers read them.

    The most frequent words («alle», «min») tell nothing of a name, though somebody has it.
    """
    groups = own_groups()
    common = frozenset(FREQUENT)
    return NameClasses(
        first=frozenset(name.lower() for group in groups for name in group.first) - common,
        last=frozenset(name.lower() for group in groups for name in group.last) - common,
        places=frozenset(name.lower() for name in places()) - common,
    )


def slots(public: Path | None) -> NerSlots:
    """Names and places for the marked slots; a third from public lists where a path is given."""
    groups = own_groups()
    if public is not None:
        *others, statistics = public_groups(public)
        groups = [*groups, *others, *[statistics] * (len(groups) // 3)]
    return NerSlots(groups, places())


def ner_texts(public: Path | None) -> list[NerText]:
    """Every text the entity recognizer learns from."""
    own = [NerText(block.text, block.spans) for block in blocks("submissions", "letters")]
    quiet = [NerText(text, ()) for text in _nameless(clause_bank())]
    news = list(_news(public)) if public is not None else []
    return [*own, *quiet, *news]


def _nameless(clauses: Sequence[Clause]) -> Iterator[str]:
    """Clauses without any placeholder, a few to a text: what holds no personal data at all.

    Lines with a capital inside are left out: the bank does not mark institutions.
    """
    plain = [
        c.text for c in clauses if "[" not in c.text and not re.search(r"\S\s+[A-ZÆØÅ]", c.text)
    ]
    for start in range(0, len(plain), _LINES_A_TEXT):
        yield " ".join(_ended(line) for line in plain[start : start + _LINES_A_TEXT])


def _ended(line: str) -> str:
    return line if line[-1:] in ".!?" else f"{line}."


def _news(public: Path) -> Iterator[NerText]:
    """Sentences of UNER Danish DDT. It marks other places and bodies than PII.md: persons only."""
    path = public / "uner_danish_ddt" / "da_ddt-ud-train.iob2"
    tokens: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#"):
            continue
        if line:
            columns = line.split("\t")
            tokens.append((columns[1], columns[2]))
        elif tokens:
            yield _sentence(tokens)
            tokens = []


def _sentence(tokens: Sequence[tuple[str, str]]) -> NerText:
    parts: list[str] = []
    spans: list[Span] = []
    length = 0
    for word, tag in tokens:
        prefix, _, kind = tag.partition("-")
        if prefix == "I" and spans and spans[-1].end == length - 1:
            spans[-1] = Span(spans[-1].start, length + len(word), spans[-1].type)
        elif prefix in ("B", "I") and kind in _PUBLIC_TYPES:
            spans.append(Span(length, length + len(word), _PUBLIC_TYPES[kind]))
        parts.append(word)
        length += len(word) + 1
    return NerText(" ".join(parts), tuple(spans), frozenset({"PLACE", "INSTITUTION"}))
