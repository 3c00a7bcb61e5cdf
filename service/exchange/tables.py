"""Records as JSON lines, CSV and Parquet: the same fields, each as its format likes them.

In CSV every label has a column (1 or 0) and one for its quotation, and a cell that a spreadsheet
would calculate carries an apostrophe, which is taken off again on the way in.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.types import LABELS
from service.batch.export import plain_cell, safe_cell
from service.batch.parquet import cells_of
from service.errors import BadFields, FieldProblem, NotReadable
from service.exchange.records import FIELDS, record_of
from service.exchange.standing import Standing
from service.exchange.take_in import AnyRecord, Numbered
from service.intake.body import parse_json
from service.intake.rows import RefusedRow, csv_fields

_PASSAGE = "passage "
_SUBTAGS = "; "
_LEAD = ("id", "revision", "received_at", "area", "municipality", "is_test")
_TRAIL = ("exclusion", "subtags", "note", "text")
COLUMNS = (*_LEAD, *LABELS, *(f"{_PASSAGE}{label}" for label in LABELS), *_TRAIL)
"""The columns of the CSV, in their order."""

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("revision", pa.int64()),
        ("received_at", pa.string()),
        ("area", pa.string()),
        ("municipality", pa.string()),
        ("is_test", pa.bool_()),
        ("labels", pa.list_(pa.string())),
        ("exclusion", pa.string()),
        ("subtags", pa.list_(pa.string())),
        ("note", pa.string()),
        (
            "passages",
            pa.list_(
                pa.struct(
                    [
                        ("label", pa.string()),
                        ("text", pa.string()),
                        ("start", pa.int64()),
                        ("end", pa.int64()),
                    ]
                )
            ),
        ),
        ("text", pa.string()),
    ]
)
"""The columns of the Parquet file."""


def fields_of(one: Standing) -> dict[str, Any]:
    """A record as a JSON object."""
    assert one.record is not None
    submission, record = one.submission, one.record
    return {
        "id": record.reference,
        "revision": record.revision,
        "received_at": submission.received_at.isoformat(),
        "area": submission.area,
        "municipality": submission.municipality,
        "is_test": submission.is_test,
        "labels": list(record.labels),
        "exclusion": record.exclusion,
        "subtags": list(record.subtags),
        "note": record.note,
        "passages": [
            {"label": p.label, "text": p.text, "start": p.start, "end": p.end}
            for p in record.passages
        ],
        "text": record.text,
    }


def jsonl(rows: Iterable[Standing]) -> Iterator[bytes]:
    """One object a line."""
    for one in rows:
        yield json.dumps(fields_of(one), ensure_ascii=False).encode() + b"\n"


def as_csv(rows: Iterable[Standing]) -> Iterator[bytes]:
    """A header and a line for each record, in UTF-8 with a byte order mark, as Excel wants it."""
    yield _csv_line(COLUMNS, "\ufeff")
    for one in rows:
        yield _csv_line([safe_cell(cell) for cell in _cells(fields_of(one))])


def _csv_line(cells: Iterable[str], before: str = "") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return (before + out.getvalue()).encode()


def _cells(fields: Mapping[str, Any]) -> Iterator[str]:
    quoted = {one["label"]: one["text"] for one in fields["passages"]}
    for column in COLUMNS:
        if column in LABELS:
            yield str(int(column in fields["labels"]))
        elif column.startswith(_PASSAGE):
            yield quoted.get(column.removeprefix(_PASSAGE), "")
        elif column == "subtags":
            yield _SUBTAGS.join(fields["subtags"])
        else:
            value = fields[column]
            yield "" if value is None else str(value)


def write_parquet(rows: Iterable[Standing], out: BinaryIO, *, group: int = 2_000) -> None:
    """A Parquet file, in groups of rows."""
    fields = (fields_of(one) for one in rows)
    with pq.ParquetWriter(out, SCHEMA, compression="zstd") as writer:
        while batch := list(islice(fields, group)):
            writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA))


# ── in ───────────────────────────────────────────────────────────────────────────────────────────


def read_jsonl(lines: Iterable[bytes], *, longest: int) -> Iterator[AnyRecord]:
    """One JSON object a line; empty lines are passed over. Rows are lines, as an editor counts."""
    for number, line in enumerate(lines, start=1):
        if len(line) > longest:
            yield _refused(number, "is too long", "Linjen er for lang.")
        elif line.strip():
            yield _read_line(number, line)


def _read_line(number: int, line: bytes) -> AnyRecord:
    try:
        return _checked(number, parse_json(line))
    except NotReadable as error:
        return _refused(number, "is not one JSON object in UTF-8", error.detail)


def read_csv(lines: Iterable[bytes], *, limit: int) -> Iterator[AnyRecord]:
    """Rows under a header. Columns may be left out, save ``id`` and the labels."""
    for row in csv_fields(lines, limit=limit, check=_header_problems):
        if isinstance(row, RefusedRow):
            yield row
            continue
        try:
            fields = _uncelled(row.cells)
        except BadFields as error:
            yield RefusedRow(row.row, error.problems)
        else:
            yield _checked(row.row, fields)


def _header_problems(names: list[str]) -> Iterator[FieldProblem]:
    if missing := [name for name in ("id", *LABELS) if name not in names]:
        what = ", ".join(missing)
        yield FieldProblem("", f"columns are missing: {what}", f"Kolonner mangler: {what}.")
    if any(name not in COLUMNS for name in names):
        yield FieldProblem("", "there is an unknown column", "Der er en ukendt kolonne.")


def _uncelled(cells: Mapping[str, str]) -> dict[str, Any]:
    """Fields as a JSON line has them. Empty cells say nothing, but for the note: it is empty."""
    plain = {name: plain_cell(cell) for name, cell in cells.items()}
    labels = {label: plain.pop(label).strip() for label in LABELS}
    if set(labels.values()) - {"0", "1", ""}:
        raise BadFields(
            [FieldProblem("labels", "labels: cells must be 1 or 0", "Mærker skal være 1 eller 0.")]
        )
    quoted = {label: plain.pop(f"{_PASSAGE}{label}", "") for label in LABELS}
    subtags = plain.pop("subtags", "").strip()
    fields: dict[str, Any] = {
        name: value for name, value in plain.items() if value or name == "note"
    }
    return fields | {
        "labels": [label for label, cell in labels.items() if cell == "1"],
        "subtags": [one.strip() for one in subtags.split(";")] if subtags else [],
        "passages": [{"label": label, "text": text} for label, text in quoted.items() if text],
    }


def read_parquet(source: Any, *, limit: int) -> Iterator[AnyRecord]:
    """Rows of a Parquet file, a path or a file object; rows count from 1."""
    for row in cells_of(source, known=FIELDS, needed=("id", "labels"), limit=limit):
        if isinstance(row, RefusedRow):
            yield row
        else:
            yield _checked(row.row, {k: v for k, v in row.cells.items() if v is not None})


def _checked(row: int, fields: Mapping[str, Any]) -> AnyRecord:
    try:
        return Numbered(row, record_of(fields))
    except BadFields as error:
        return RefusedRow(row, error.problems)


def _refused(row: int, english: str, danish: str) -> RefusedRow:
    return RefusedRow(row, (FieldProblem("", english, danish),))
