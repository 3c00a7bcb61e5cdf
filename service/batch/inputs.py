"""What a command is given to read: a file by its suffix, or standard input by how it begins.

Rows come one after the other; a row that cannot be taken is a ``RefusedRow`` and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from nlp.errors import BadText, NotText, RetssporError
from service.batch.lines import bounded, longest
from service.errors import BadFields, FieldProblem, NotReadable
from service.intake.body import parse_json
from service.intake.fields import draft, text_problem
from service.intake.rows import RefusedRow, Row, read_csv, read_jsonl

AnyRow = Row | RefusedRow

_LOOK_AHEAD = 20


class WrongUse(RetssporError):
    """The command was called in a way that cannot work. Exit code 2."""


class Kind(StrEnum):
    """What a file holds."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    TEXT = "txt"


def kind_of(path: Path) -> Kind:
    """By the suffix. Raises WrongUse for a file that is not there or of another kind."""
    if not path.is_file():
        raise WrongUse(f"there is no file {path}")
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in list(Kind):
        raise WrongUse(f"{path.name}: the name must end in .jsonl, .csv, .parquet or .txt")
    return Kind(suffix)


def refused(row: int, english: str, danish: str, field: str = "") -> RefusedRow:
    """A row that cannot be taken, for one reason."""
    return RefusedRow(row, (FieldProblem(field, english, danish),))


def refused_text(row: int, error: BadText) -> RefusedRow:
    """A row whose text cannot be taken."""
    return RefusedRow(row, (text_problem(error),))


def shifted(rows: Iterable[AnyRow], by: int) -> Iterator[AnyRow]:
    """The same rows with higher numbers."""
    for row in rows:
        if isinstance(row, Row):
            yield Row(row.row + by, row.draft)
        else:
            yield RefusedRow(row.row + by, row.problems)


def jsonl_rows(lines: Iterable[bytes], *, limit: int, first: int = 1) -> Iterator[AnyRow]:
    """JSON lines, the first of which has the number ``first``."""
    for number, line in enumerate(lines, start=first):
        if len(line) >= longest(limit):
            yield refused(
                number,
                f"is longer than {longest(limit)} bytes; a text may have {limit} characters",
                f"Linjen er for lang. En tekst må have {limit} tegn.",
            )
        else:
            yield from shifted(read_jsonl([line], limit=limit), number - 1)


def header_as_row(rows: Iterable[AnyRow]) -> Iterator[AnyRow]:
    """A file whose header cannot be used has one row, which is refused."""
    try:
        yield from rows
    except BadFields as error:
        yield RefusedRow(1, error.problems)
    except NotText as error:
        yield refused_text(1, error)


def csv_rows(lines: Iterable[bytes], *, limit: int) -> Iterator[AnyRow]:
    """CSV under its header."""
    return header_as_row(read_csv(lines, limit=limit))


def text_row(content: bytes, *, limit: int) -> AnyRow:
    """A whole file as one document, which is row 1."""
    if len(content) >= longest(limit):
        return refused(
            1,
            f"the text has more than {limit} characters, which is the limit",
            f"Teksten er for lang. Grænsen er {limit} tegn.",
            "text",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return refused_text(1, NotText())
    try:
        return Row(1, draft({"text": _without_last_line_end(text)}, limit=limit))
    except BadFields as error:
        return RefusedRow(1, error.problems)


def stream_rows(stream: BinaryIO, *, limit: int) -> Iterator[AnyRow]:
    """Standard input: JSON lines when it begins like that, else one document."""
    lines = (line for line, _ in bounded(stream, longest(limit)))
    seen: list[bytes] = []
    if _begins_as_jsonl(lines, seen):
        yield from jsonl_rows(chain(seen, lines), limit=limit)
    else:
        yield text_row(_joined(chain(seen, lines), longest(limit)), limit=limit)


def _begins_as_jsonl(lines: Iterator[bytes], seen: list[bytes]) -> bool:
    """True when one of the first lines is a JSON object and the very first looks like one."""
    for line in lines:
        seen.append(line)
        content = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not content:
            continue
        if _is_object(content):
            return True
        if not content.startswith(b"{") or len(seen) >= _LOOK_AHEAD:
            return False
    return False


def _is_object(line: bytes) -> bool:
    try:
        parse_json(line)
    except NotReadable:
        return False
    return True


def _joined(lines: Iterable[bytes], most: int) -> bytes:
    """All lines, or as many as it takes to see that they are too many."""
    content = bytearray()
    for line in lines:
        content += line
        if len(content) >= most:
            break
    return bytes(content)


def _without_last_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
