"""The clause bank: single clauses with the labels they carry, ``tags: clause`` a line.

fri: de har endnu ikke svaret os
-: fristen blev overholdt
beg,par: der stod ikke hvorfor, og ingen havde spurgt mig
and/aktindsigt: jeg må ikke se min egen sag
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlp.types import LABELS
from training_data.markup import TAGS, MarkupError


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and the labels that it carries on its own."""

    text: str
    labels: tuple[str, ...]
    subtag: str
    origin: str


def parse_clause(line: str, *, origin: str) -> Clause:
    """One line of a clause file. Raises MarkupError for unknown tags or a missing text."""
    tags, separator, text = line.partition(":")
    text = text.strip()
    if not separator or not text:
        raise MarkupError(f"{origin}: a line needs 'tags: clause'")
    labels: set[str] = set()
    subtag = ""
    for tag in (tag.strip() for tag in tags.split(",")):
        name, _, sub = tag.partition("/")
        if name == "-":
            continue
        if name not in TAGS:
            raise MarkupError(f"{origin}: unknown tag {name[:12]!r}")
        labels.add(TAGS[name])
        subtag = sub or subtag
    return Clause(text, tuple(label for label in LABELS if label in labels), subtag, origin)


def read_clauses(path: Path) -> list[Clause]:
    """All clauses of a file; empty lines and lines that start with # are left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        parse_clause(line, origin=path.stem)
        for line in lines
        if line.strip() and not line.startswith("#")
    ]
