"""Files of records by the ends of their names: .json (Label Studio), .jsonl, .csv, .parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from nlp.errors import NotText
from service.batch.inputs import WrongUse
from service.batch.lines import bounded
from service.errors import BadFields, FieldProblem, NotReadable
from service.exchange import label_studio, tables
from service.exchange.standing import Standing
from service.exchange.take_in import AnyRecord
from service.intake.fields import text_problem
from service.intake.rows import RefusedRow

FORMATS = ("json", "jsonl", "csv", "parquet")
LARGEST_JSON = 256_000_000
"""Bytes of a Label Studio file: it is one JSON value and has to be read whole."""


def encoded(rows: Iterable[Standing], kind: str, *, blind_percent: int) -> Iterator[bytes]:
    """The bytes of a file, piece by piece; Parquet in one piece."""
    if kind == "json":
        return label_studio.tasks(rows, blind_percent=blind_percent)
    decided = (one for one in rows if one.record is not None)
    if kind == "jsonl":
        return tables.jsonl(decided)
    if kind == "csv":
        return tables.as_csv(decided)
    out = BytesIO()
    tables.write_parquet(decided, out)
    return iter([out.getvalue()])


def write_file(rows: Iterable[Standing], path: Path, *, blind_percent: int) -> int:
    """Write a file, and tell how many submissions it holds."""
    count = 0

    def counted() -> Iterator[Standing]:
        nonlocal count
        for one in rows:
            count += 1
            yield one

    with path.open("wb") as file:
        if path.suffix.lower() == ".parquet":
            tables.write_parquet((one for one in counted() if one.record is not None), file)
        else:
            kind = path.suffix.lower().removeprefix(".")
            file.writelines(encoded(counted(), kind, blind_percent=blind_percent))
    return count


def records_in(content: bytes, kind: str, *, limit: int) -> Iterator[AnyRecord]:
    """Records of a body that was received whole.

    Raises BadFields, NotText or NotReadable for one that cannot be used at all.
    """
    if kind == "json":
        return label_studio.read_tasks(content)
    if kind == "parquet":
        return tables.read_parquet(BytesIO(content), limit=limit)
    return _lines(BytesIO(content), kind, limit)


def records_of(path: Path, *, limit: int) -> Iterator[AnyRecord]:
    """Records of a file. Raises WrongUse for one that cannot be such a file."""
    kind = path.suffix.lower().removeprefix(".")
    if not path.is_file():
        raise WrongUse(f"there is no file {path}")
    if kind not in FORMATS:
        raise WrongUse(f"{path.name}: the name must end in .{', .'.join(FORMATS)}")
    if kind == "json":
        if path.stat().st_size > LARGEST_JSON:
            raise WrongUse(f"{path.name} has more than {LARGEST_JSON // 1_000_000} MB")
        yield from usable(label_studio.read_tasks(path.read_bytes()))
    elif kind == "parquet":
        yield from usable(tables.read_parquet(path, limit=limit))
    else:
        with path.open("rb") as file:
            yield from usable(
                _lines((line for line, _ in bounded(file, _longest(limit))), kind, limit)
            )


def _longest(limit: int) -> int:
    """Bytes of a line: the text, its passages and its note, each letter in up to twelve bytes."""
    return 128 * limit + 262_144


def _lines(lines: Iterable[bytes], kind: str, limit: int) -> Iterator[AnyRecord]:
    if kind == "csv":
        return tables.read_csv(lines, limit=limit)
    return tables.read_jsonl(lines, longest=_longest(limit) - 1)


def usable(records: Iterator[AnyRecord]) -> Iterator[AnyRecord]:
    """A file that cannot be used at all has one row, which is refused."""
    try:
        yield from records
    except BadFields as error:
        yield RefusedRow(1, error.problems)
    except NotText as error:
        yield RefusedRow(1, (text_problem(error),))
    except NotReadable as error:
        yield RefusedRow(
            1, (FieldProblem("", "the file is not a JSON array of tasks", error.detail),)
        )
