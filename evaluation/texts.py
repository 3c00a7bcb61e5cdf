"""The texts that are measured on, read from ``benchmark/``.

They have other writers than the training text and lie in a folder of their own; a contract test
keeps the two apart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from nlp.types import LABELS, Span
from training_data.markup import Block, read

BENCHMARK = Path(__file__).parent / "benchmark"
SECOND_READER = BENCHMARK / "second_reader.jsonl"
HARD_NEGATIVES = "bench_negativer"


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text of the redaction benchmark with its personal data."""

    id: str
    text: str
    gold: tuple[Span, ...]
    origin: str = ""
    genre: str = ""

    @property
    def hard_negative(self) -> bool:
        """True for texts written to be masked by mistake."""
        return self.origin == HARD_NEGATIVES


@dataclass(frozen=True, slots=True)
class Submission:
    """A held-out submission as it was written, with the file it comes from."""

    block: Block
    origin: str

    @property
    def id(self) -> str:
        """The id of the block."""
        return self.block.id


def redaction_texts(folder: Path = BENCHMARK / "redaction") -> list[MarkedText]:
    """Every text of the redaction benchmark, in the order of files and blocks."""
    return [
        MarkedText(b.id, b.text, b.spans, path.stem, b.fields[0] if b.fields else "")
        for path in sorted(folder.glob("*.txt"))
        for b in read(path)
    ]


def submissions(folder: Path = BENCHMARK / "submissions") -> list[Submission]:
    """Every held-out submission."""
    paths = sorted(folder.glob("*.txt"))
    return [Submission(block, path.stem) for path in paths for block in read(path)]


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a second reader, blind to the first labels, set for one text (see ``DATASHEET.md``)."""

    id: str
    labels: tuple[str, ...]
    unsure: tuple[str, ...]
    """Labels, set or not, that the reader hesitated over."""


def second_readings(path: Path = SECOND_READER) -> dict[str, SecondReading]:
    """Id → the second reading. Raises ValueError for an unknown label or an id read twice."""
    found: dict[str, SecondReading] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        reading = SecondReading(row["id"], tuple(row["labels"]), tuple(row["unsure"]))
        if unknown := {*reading.labels, *reading.unsure} - set(LABELS):
            raise ValueError(f"{reading.id}: no label is called {', '.join(sorted(unknown))}")
        if reading.id in found:
            raise ValueError(f"{reading.id} was read twice")
        found[reading.id] = reading
    return found
