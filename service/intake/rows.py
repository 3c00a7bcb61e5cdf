"""Rows of a CSV or JSONL file, one after the other; a broken row is named and the rest goes on.

Python's own reader lets an unclosed quotation mark swallow every row after it. Here a row that
does not close within reason, or closes in the wrong place, is refused at its first line and
reading starts again on the line after it. Row numbers are line numbers, as an editor shows them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlp.errors import BadRow, NotText
from service.errors import BadFields, FieldProblem, NotReadable
from service.intake.body import parse_json
from service.intake.fields import FIELDS, Draft, draft

_MOST_LINES = 2_000
_DELIMITERS = ",;\t"


class RefusedRow(BadRow):
    """A row that cannot be taken: its line, and each field with what is wrong."""

    def __init__(self, row: int, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(row, "; ".join(problem.english for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be read, with the line it starts on."""

    row: int
    draft: Draft


def _refused(row: int, english: str, danish: str, field: str = "") -> RefusedRow:
    return RefusedRow(row, (FieldProblem(field, english, danish),))


def _not_utf8(row: int) -> RefusedRow:
    return _refused(row, "is not UTF-8 text", "Linjen er ikke UTF-8.")


def _broken(row: int) -> RefusedRow:
    return _refused(row, "has a broken quotation mark", "Linjen har et forkert anførselstegn.")


def _checked(row: int, fields: Mapping[str, object], limit: int) -> Row | RefusedRow:
    try:
        return Row(row, draft(fields, limit=limit))
    except BadFields as error:
        return RefusedRow(row, error.problems)


def read_jsonl(lines: Iterable[bytes], *, limit: int) -> Iterator[Row | RefusedRow]:
    """One JSON object a line; empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not content.strip():
            continue
        try:
            fields = parse_json(content)
        except NotReadable as error:
            yield _refused(number, "is not one JSON object in UTF-8", error.detail)
            continue
        yield _checked(number, fields, limit)


def read_csv(lines: Iterable[bytes], *, limit: int) -> Iterator[Row | RefusedRow]:
    """Rows under a header. Raises NotText or BadFields when the header itself cannot be used."""
    for row in csv_fields(lines, limit=limit, check=_header_problems):
        if isinstance(row, RefusedRow):
            yield row
            continue
        fields = {name: cell for name, cell in row.cells.items() if cell or name == "text"}
        yield _checked(row.row, fields, limit)


@dataclass(frozen=True, slots=True, repr=False)
class Cells:
    """A row as it was read, with the line it starts on. Hides its content."""

    row: int
    cells: Mapping[str, Any]


def csv_fields(
    lines: Iterable[bytes], *, limit: int, check: Callable[[list[str]], Iterable[FieldProblem]]
) -> Iterator[Cells | RefusedRow]:
    """Rows of any CSV by the names of its header; ``check`` tells what is wrong with these names.

    Raises NotText or BadFields when the header itself cannot be used.
    """
    source = _Lines(lines, most=4 * limit + 2_000)
    header, delimiter = _header(source, check)
    while (start := source.take()) is not None:
        number, first = start
        if first is None:
            yield _not_utf8(number)
        elif first.strip():
            yield _record(source, number, first, header, delimiter)


def _record(
    source: _Lines, number: int, first: str, header: list[str], delimiter: str
) -> Cells | RefusedRow:
    """The row that starts here, over as many lines as its quotation marks need."""
    text = _whole(source, first)
    cells = None if text is None else _cells(text, delimiter)
    used = 0 if text is None else text.count("\n", 0, -1)
    if cells is None or (used and len(cells) != len(header)):
        return _broken(number)
    source.skip(used)
    if len(cells) != len(header):
        return _refused(
            number,
            f"has {len(cells)} columns, the header has {len(header)}",
            f"Linjen har {len(cells)} kolonner, overskriften har {len(header)}.",
        )
    return Cells(number, dict(zip(header, cells, strict=True)))


def _whole(source: _Lines, first: str) -> str | None:
    """The first line with those that its open quotation mark takes in; None when it stays open."""
    lines, length, is_open = [first], len(first), first.count('"') % 2 == 1
    while is_open:
        following = source.peek(len(lines) - 1)
        if following is None or len(lines) > _MOST_LINES or length > source.most:
            return None
        lines.append(following)
        length += len(following)
        is_open ^= following.count('"') % 2 == 1
    return "".join(lines)


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one row, or None when its quotation marks are wrong."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _header(
    source: _Lines, check: Callable[[list[str]], Iterable[FieldProblem]]
) -> tuple[list[str], str]:
    """Column names and delimiter (comma, semicolon or tab)."""
    start = source.take()
    if start is None:
        raise BadFields([FieldProblem("", "the file is empty", "Filen er tom.")])
    if start[1] is None:
        raise NotText("not UTF-8 text")
    line = start[1].removeprefix("\ufeff")
    if "\x00" in line:
        raise NotText("binary")
    delimiter = max(_DELIMITERS, key=line.count)
    names = [name.strip().lower() for name in _cells(line, delimiter) or []]
    problems = list(check(names))
    if len(set(names)) != len(names):
        problems.append(FieldProblem("", "a column stands twice", "En kolonne står to gange."))
    if problems:
        raise BadFields(problems)
    return names, delimiter


def _header_problems(names: list[str]) -> Iterator[FieldProblem]:
    if "text" not in names:
        yield FieldProblem("text", "the column text is missing", "Kolonnen text mangler.")
    if any(name not in FIELDS for name in names):
        yield FieldProblem(
            "",
            f"there is a column that is not one of {', '.join(FIELDS)}",
            f"Der er en ukendt kolonne. Kolonnerne hedder {', '.join(FIELDS)}.",
        )


class _Lines:
    """Lines of a file with a look ahead; a line that is not UTF-8 is None."""

    def __init__(self, lines: Iterable[bytes], *, most: int) -> None:
        self._lines = iter(lines)
        self._ahead: list[str | None] = []
        self._number = 0
        self.most = most

    def take(self) -> tuple[int, str | None] | None:
        """The next line with its number, or None at the end."""
        if not self._fill(1):
            return None
        self._number += 1
        return self._number, self._ahead.pop(0)

    def peek(self, offset: int) -> str | None:
        """A later line, or None when there is none or it is no text."""
        return self._ahead[offset] if self._fill(offset + 1) else None

    def skip(self, count: int) -> None:
        """Pass over lines that were used."""
        del self._ahead[:count]
        self._number += count

    def _fill(self, count: int) -> bool:
        while len(self._ahead) < count:
            line = next(self._lines, None)
            if line is None:
                return False
            self._ahead.append(_decoded(line))
        return True


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
