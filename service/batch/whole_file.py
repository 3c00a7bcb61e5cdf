"""What is known of a file before its rows are read: whether it is the same again, its length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from service.batch.inputs import AnyRow, Kind
from service.batch.parts import total
from service.intake.rows import Row
from service.security.sealing import Sealer

_PIECE = 1 << 20


def fingerprint(path: Path, sealer: Sealer) -> str:
    """A keyed hash of the content: without the key nobody can try out which text fits."""
    with path.open("rb") as file:
        return sealer.seal(b"batch", hashlib.file_digest(file, "sha256").digest())


def last_row(path: Path, kind: Kind) -> int | None:
    """The number that the last row has in messages, or a little more; None when unusable."""
    if kind is Kind.PARQUET:
        return total(path, kind)
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b"")) + 1


class Named:
    """Rows of a file; one without an id gets that of its place in this very file.

    So a file that is read again after a break adds only what is missing.
    """

    def __init__(self, rows: Iterable[AnyRow], file: str) -> None:
        self._rows = rows
        self._file = file[:32]
        self.is_own = True
        """False while the row that was given last has its name from here."""

    def __iter__(self) -> Iterator[AnyRow]:
        for row in self._rows:
            self.is_own = not isinstance(row, Row) or row.draft.external_id is not None
            if isinstance(row, Row) and not self.is_own:
                name = f"{self._file}:{row.row}"
                yield Row(row.row, replace(row.draft, external_id=name))
            else:
                yield row
