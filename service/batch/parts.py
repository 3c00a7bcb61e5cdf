"""Cuts a file into parts that can be read on their own, without keeping any of it.

A part is a path and a range: bytes of a line file, rows of a Parquet file. It holds no text, so it
may travel to another process or machine. CSV is cut where a row begins; which lines make up a row
depends only on the lines after its first, so a part is read exactly as the whole would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from nlp.errors import NotText
from service.batch.inputs import (
    AnyRow,
    Kind,
    csv_rows,
    header_as_row,
    jsonl_rows,
    shifted,
    text_row,
)
from service.batch.lines import Placed, bounded, lines_between, longest
from service.batch.parquet import parquet_rows, row_count
from service.errors import BadFields
from service.intake.rows import read_csv

ROWS = 32
BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a file: ``[start, stop)`` in bytes (lines) or rows (Parquet)."""

    path: str
    kind: Kind
    start: int
    stop: int
    row: int
    """The number of the first row, as messages name it."""


def total(path: Path, kind: Kind) -> int | None:
    """The ``stop`` of the last part; None for a file that cannot be used at all."""
    try:
        return row_count(path) if kind is Kind.PARQUET else path.stat().st_size
    except (BadFields, NotText):
        return None


def split(path: Path, kind: Kind, *, limit: int, rows: int = ROWS) -> Iterator[Part]:
    """The parts of a file in order. Raises NotText or BadFields when its header is unusable."""
    if kind is Kind.PARQUET:
        count = row_count(path)
        for start in range(0, count, rows):
            yield Part(str(path), kind, start, min(start + rows, count), start + 1)
    elif kind is Kind.TEXT:
        yield Part(str(path), kind, 0, path.stat().st_size, 1)
    else:
        yield from _line_parts(path, kind, limit, rows)


def rows_of(part: Part, *, limit: int) -> Iterator[AnyRow]:
    """The rows of a part, with their numbers in the whole file."""
    path, most = Path(part.path), longest(limit)
    if part.kind is Kind.PARQUET:
        return parquet_rows(path, part.start, part.stop, limit=limit)
    if part.kind is Kind.TEXT:
        with path.open("rb") as file:
            return iter([text_row(file.read(most), limit=limit)])
    lines = lines_between(path, part.start, part.stop, most)
    if part.kind is Kind.JSONL:
        return jsonl_rows(lines, limit=limit, first=part.row)
    header = lines_between(path, 0, 1, most)
    return shifted(csv_rows(chain(header, lines), limit=limit), part.row - 2)


def _line_parts(path: Path, kind: Kind, limit: int, rows: int) -> Iterator[Part]:
    with path.open("rb") as file:
        placed = Placed(file, longest(limit))
        first, start, count = 0, 0, 0
        for row in _row_numbers(placed, kind, limit):
            place = placed.start_of(row)
            if count and (count == rows or place - start >= BYTES):
                yield Part(str(path), kind, start, place, first)
                count = 0
            if not count:
                first, start = row, place
            count += 1
        if count:
            yield Part(str(path), kind, start, placed.end, first)


def _row_numbers(placed: Placed, kind: Kind, limit: int) -> Iterator[int]:
    """The line on which each row begins."""
    if kind is Kind.JSONL:
        for number, _line in enumerate(placed, start=1):
            yield number
    else:
        for row in read_csv(placed, limit=limit):
            yield row.row


def whole(path: Path, kind: Kind, *, limit: int) -> Iterator[AnyRow]:
    """All rows of a file, one after the other."""
    if kind is Kind.PARQUET:
        yield from header_as_row(_all_parquet_rows(path, limit))
        return
    with path.open("rb") as file:
        most = longest(limit)
        if kind is Kind.TEXT:
            yield text_row(file.read(most), limit=limit)
            return
        lines = (line for line, _ in bounded(file, most))
        read = csv_rows if kind is Kind.CSV else jsonl_rows
        yield from read(lines, limit=limit)


def _all_parquet_rows(path: Path, limit: int) -> Iterator[AnyRow]:
    yield from parquet_rows(path, 0, row_count(path), limit=limit)
