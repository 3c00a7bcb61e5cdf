"""The meaning of the labels, in Danish: shown to those who decide, and kept with the examples.

The text stands in ``codebook.toml``, so that a change of meaning is seen in review as what it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.types import LABELS

PATH = Path(__file__).with_name("codebook.toml")


class CodebookError(ValueError):
    """The codebook is not whole; names the label and what is wrong."""


@dataclass(frozen=True, slots=True)
class Borderline:
    """A case near the edge, the labels it gets, and why."""

    text: str
    labels: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One label: its Danish name, the law behind it, and when it is set."""

    id: str
    name: str
    law: str
    description: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    borderline: tuple[Borderline, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """All labels in the order of ``LABELS``, with what holds for each of them."""

    version: str
    principle: str
    rules: tuple[str, ...]
    entries: tuple[Entry, ...]

    def entry(self, label: str) -> Entry:
        """The entry of a label. Raises KeyError for a label that does not exist.

        >>> read_codebook().entry("frister").name
        'Frister'
        """
        for entry in self.entries:
            if entry.id == label:
                return entry
        raise KeyError(label)


def read_codebook(path: Path = PATH) -> Codebook:
    """The codebook of a file. Raises CodebookError when it is not whole."""
    return parse_codebook(path.read_text(encoding="utf-8"))


def parse_codebook(source: str) -> Codebook:
    """A codebook from TOML. Raises CodebookError for missing, unknown or unordered labels."""
    try:
        content = tomllib.loads(source)
        entries = tuple(_entry(table) for table in content["labels"])
        book = Codebook(content["version"], content["principle"], tuple(content["rules"]), entries)
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise CodebookError(f"the codebook cannot be read: {error}") from None
    _check(book)
    return book


def _entry(table: Mapping[str, Any]) -> Entry:
    cases = (Borderline(c["text"], tuple(c["labels"]), c["why"]) for c in table["borderline"])
    return Entry(
        table["id"], table["name"], table["law"], table["description"],
        tuple(table["yes"]), tuple(table["no"]), tuple(cases),
    )  # fmt: skip


def _check(book: Codebook) -> None:
    found = tuple(entry.id for entry in book.entries)
    if found != LABELS:
        raise CodebookError(f"the labels must be {', '.join(LABELS)}, in this order")
    for entry in book.entries:
        if not (entry.yes and entry.no and entry.borderline):
            raise CodebookError(f"{entry.id}: needs yes, no and borderline cases")
        for case in entry.borderline:
            if not set(case.labels) <= set(LABELS):
                raise CodebookError(f"{entry.id}: a borderline case has an unknown label")
