"""Rows of a Parquet file, only those that are asked for. Row numbers count from 1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.errors import NotText
from service.batch.inputs import AnyRow, refused
from service.errors import BadFields, FieldProblem
from service.intake.fields import FIELDS, draft
from service.intake.rows import RefusedRow, Row

_BATCH = 128
_BUFFER = 1 << 16


def row_count(path: Path) -> int:
    """Rows of a file. Raises NotText or BadFields when it cannot be used at all."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


def parquet_rows(path: Path, start: int, stop: int, *, limit: int) -> Iterator[AnyRow]:
    """The rows ``start`` (from 0) up to ``stop``."""
    number = start
    try:
        with _opened(path) as file:
            for batch, first in _batches(file, start, stop):
                for index in range(max(start - first, 0), min(stop - first, batch.num_rows)):
                    number = first + index
                    yield _row(number + 1, batch, index, limit)
    except (pa.ArrowException, OSError):  # a damaged page; the message may quote what it held
        yield refused(
            number + 1,
            f"cannot be read from the file, nor what follows up to row {stop}",
            f"Rækken kan ikke læses, og heller ikke resten til række {stop}.",
        )


def _opened(path: Path) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
    except pa.ArrowException:
        raise NotText("no Parquet file") from None
    except OSError as error:
        if error.errno is not None:  # the system's own: no such file, no permission
            raise
        raise NotText("no Parquet file") from None
    problems = list(_column_problems(file.schema_arrow.names))
    if problems:
        file.close()
        raise BadFields(problems)
    return file


def _column_problems(names: list[str]) -> Iterator[FieldProblem]:
    if "text" not in names:
        yield FieldProblem("text", "the column text is missing", "Kolonnen text mangler.")
    if len(set(names)) != len(names):
        yield FieldProblem("", "a column stands twice", "En kolonne står to gange.")
    if any(name not in FIELDS and not _is_index(name) for name in names):
        yield FieldProblem(
            "",
            f"there is a column that is not one of {', '.join(FIELDS)}",
            f"Der er en ukendt kolonne. Kolonnerne hedder {', '.join(FIELDS)}.",
        )


def _is_index(name: str) -> bool:
    """The index that pandas writes along."""
    return name.startswith("__index_level_")


def _batches(file: pq.ParquetFile, start: int, stop: int) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Batches that hold rows of the range, each with the number of its first row."""
    columns = [name for name in file.schema_arrow.names if name in FIELDS]
    first = 0
    for group in range(file.metadata.num_row_groups):
        end = first + file.metadata.row_group(group).num_rows
        if first < stop and end > start:
            for batch in file.iter_batches(_BATCH, row_groups=[group], columns=columns):
                if first >= stop:
                    return
                if first + batch.num_rows > start:
                    yield batch, first
                first += batch.num_rows
        first = end


def _row(number: int, batch: pa.RecordBatch, index: int, limit: int) -> AnyRow:
    try:
        cells = {name: batch.column(name)[index].as_py() for name in batch.schema.names}
    except UnicodeDecodeError:
        return refused(number, "is not UTF-8 text", "Rækken er ikke UTF-8.")
    fields = {name: _plain(name, value) for name, value in cells.items()}
    try:
        return Row(number, draft({k: v for k, v in fields.items() if v is not None}, limit=limit))
    except BadFields as error:
        return RefusedRow(number, error.problems)


def _plain(name: str, value: Any) -> object:
    """A cell as a JSON line would hold it: times as ISO 8601, numbers in ``id`` as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value != value:  # what pandas writes for a missing value
        return None
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
