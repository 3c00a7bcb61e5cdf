"""Rows of a Parquet file, only those that are asked for. Row numbers count from 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.errors import NotText
from service.batch.inputs import AnyRow, refused
from service.errors import BadFields, FieldProblem
from service.intake.fields import FIELDS, draft
from service.intake.rows import Cells, RefusedRow, Row

_BATCH = 128
_BUFFER = 1 << 16
MOST_BYTES_A_CELL = 1 << 20
"""A cell longer than this is refused unread; no field of ours comes near it."""
MOST_BYTES_A_GROUP = 1 << 28
"""Unpacked bytes of a row group, as its file says. What says more is refused unopened."""

Source = Path | BinaryIO


def row_count(path: Path) -> int:
    """Rows of a file. Raises NotText or BadFields when it cannot be used at all."""
    with _opened(path, FIELDS, ("text",)) as file:
        return int(file.metadata.num_rows)


def parquet_rows(path: Path, start: int, stop: int, *, limit: int) -> Iterator[AnyRow]:
    """The rows ``start`` (from 0) up to ``stop``."""
    rows = cells_of(path, known=FIELDS, needed=("text",), limit=limit, start=start, stop=stop)
    for row in rows:
        yield row if isinstance(row, RefusedRow) else _row(row, limit)


def cells_of(
    source: Source,
    *,
    known: Sequence[str],
    needed: Sequence[str],
    limit: int,
    start: int = 0,
    stop: int | None = None,
) -> Iterator[Cells | RefusedRow]:
    """Rows of any Parquet file as cells, ``start`` (from 0) up to ``stop``.

    Text columns stay dictionaries as long as they are read together: a file of a few kilobytes may
    else unpack one long cell a million times. Raises NotText or BadFields for a file that cannot be
    used.
    """
    number = start
    try:
        with _opened(source, known, needed) as file:
            stop = file.metadata.num_rows if stop is None else stop
            for batch, first in _batches(file, start, stop, known):
                for index in range(max(start - first, 0), min(stop - first, batch.num_rows)):
                    number = first + index
                    yield _cells(number + 1, batch, index, max(MOST_BYTES_A_CELL, 4 * limit))
    except (pa.ArrowException, OSError):  # a damaged page; the message may quote what it held
        yield refused(
            number + 1,
            f"cannot be read from the file, nor what follows up to row {stop}",
            f"Rækken kan ikke læses, og heller ikke resten til række {stop}.",
        )


def _opened(source: Source, known: Sequence[str], needed: Sequence[str]) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(source, buffer_size=_BUFFER, pre_buffer=False)
        texts = _texts(file.schema_arrow)
        if texts:
            file = pq.ParquetFile(
                source, buffer_size=_BUFFER, pre_buffer=False, read_dictionary=texts
            )
    except (pa.ArrowException, UnicodeDecodeError):  # the latter for a name or a note of the file
        raise NotText("no Parquet file") from None
    except OSError as error:
        if error.errno is not None:  # the system's own: no such file, no permission
            raise
        raise NotText("no Parquet file") from None
    problems = [*_column_problems(file.schema_arrow.names, known, needed), *_too_large(file)]
    if problems:
        file.close()
        raise BadFields(problems)
    return file


def _texts(schema: pa.Schema) -> list[str]:
    return [one.name for one in schema if pa.types.is_string(one.type)]


def _too_large(file: pq.ParquetFile) -> Iterator[FieldProblem]:
    groups = (file.metadata.row_group(one) for one in range(file.metadata.num_row_groups))
    if any(group.total_byte_size > MOST_BYTES_A_GROUP for group in groups):
        yield FieldProblem(
            "",
            f"a row group unpacks to more than {MOST_BYTES_A_GROUP >> 20} MB",
            f"En gruppe af rækker fylder over {MOST_BYTES_A_GROUP >> 20} MB udpakket.",
        )


def _column_problems(
    names: list[str], known: Sequence[str], needed: Sequence[str]
) -> Iterator[FieldProblem]:
    for name in needed:
        if name not in names:
            yield FieldProblem(name, f"the column {name} is missing", f"Kolonnen {name} mangler.")
    if len(set(names)) != len(names):
        yield FieldProblem("", "a column stands twice", "En kolonne står to gange.")
    if any(name not in known and not _is_index(name) for name in names):
        yield FieldProblem(
            "",
            f"there is a column that is not one of {', '.join(known)}",
            f"Der er en ukendt kolonne. Kolonnerne hedder {', '.join(known)}.",
        )


def _is_index(name: str) -> bool:
    """The index that pandas writes along."""
    return name.startswith("__index_level_")


def _batches(
    file: pq.ParquetFile, start: int, stop: int, known: Sequence[str]
) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Batches that hold rows of the range, each with the number of its first row."""
    columns = [name for name in file.schema_arrow.names if name in known]
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


def _cells(number: int, batch: pa.RecordBatch, index: int, most: int) -> Cells | RefusedRow:
    try:
        cells = {name: batch.column(name)[index] for name in batch.schema.names}
        if any(_size(cell) > most for cell in cells.values()):
            return refused(number, "has a cell that is too long", "Rækken har en for lang celle.")
        return Cells(number, {name: cell.as_py() for name, cell in cells.items()})
    except UnicodeDecodeError:
        return refused(number, "is not UTF-8 text", "Rækken er ikke UTF-8.")


def _size(cell: pa.Scalar) -> int:
    """Bytes of a text before it is made one; 0 for what is no text."""
    value = cell.value if isinstance(cell, pa.DictionaryScalar) else cell
    is_text = isinstance(value, pa.StringScalar | pa.LargeStringScalar) and value.is_valid
    return value.as_buffer().size if is_text else 0


def _row(row: Cells, limit: int) -> AnyRow:
    fields = {name: _plain(name, value) for name, value in row.cells.items()}
    try:
        kept = {name: value for name, value in fields.items() if value is not None}
        return Row(row.row, draft(kept, limit=limit))
    except BadFields as error:
        return RefusedRow(row.row, error.problems)


def _plain(name: str, value: Any) -> object:
    """A cell as a JSON line would hold it: times as ISO 8601, numbers in ``id`` as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value != value:  # what pandas writes for a missing value
        return None
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
