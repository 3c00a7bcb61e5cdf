"""What a run that was broken off leaves beside its output, so that the next one goes on from there.

    OUT.unfinished/journal.jsonl   what the work is, then a line for each part that is finished
    OUT.unfinished/lines.jsonl     the lines of these parts

A part is finished when it stands in the journal, and its lines are on the disk before that. What
was written after the last such part is cut off when the work goes on: no row is lost and none comes
twice, whatever ended the run. OUT itself appears in one moment, whole, at the end.

Nothing raw lies here: redacted lines, numbers of rows, reasons, and a keyed hash of the input.
Without the key nobody can try out which text fits the hash.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from models.releases.pinned import Pinned
from service.batch.inputs import Kind, WrongUse
from service.batch.outputs import ParquetOutput
from service.batch.parts import BYTES, ROWS
from service.batch.whole_file import fingerprint
from service.batch.worker import Done
from service.security.sealing import Sealer

_JOURNAL, _LINES, _PARQUET = "journal.jsonl", "lines.jsonl", "lines.parquet"


class CannotGoOn(WrongUse):
    """What was left does not fit what is asked for now."""

    def __init__(self, why: str, folder: Path) -> None:
        super().__init__(
            f"{folder.name} holds work that was broken off, but {why}; nothing was changed "
            "(--anew throws it away and begins again)"
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What two runs must have in common for the second to go on with the first."""

    input: str
    """A keyed hash of its content."""
    kind: str
    limit: int
    cut: tuple[int, int]
    """Rows and bytes of a part."""
    models: str
    """The versions that read every row."""
    program: str


_DIFFERENCES = {
    "input": "the input is another one, or was changed",
    "kind": "the input is of another kind",
    "limit": "RETSSPOR_MAX_CHARACTERS is another",
    "models": "other models are in use now",
    "cut": "it was made by another version of the program",
    "program": "it was made by another version of the program",
}


def work_on(path: Path, kind: Kind, models: Pinned, *, limit: int, sealer: Sealer) -> Work:
    """The work of tagging a file with these models. Reads all of the file once."""
    return Work(
        input=fingerprint(path, sealer),
        kind=kind.value,
        limit=limit,
        cut=(ROWS, BYTES),
        models=models.choice.names,
        program=version("retsspor"),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a work is."""

    stop: int = 0
    """Where the last finished part stops, as ``Part.stop``."""
    size: int = 0
    """Bytes of the lines of all finished parts."""
    refused: tuple[tuple[int, str], ...] = ()
    is_whole: bool = False
    """True when every part is finished."""

    def after(self, entry: dict[str, Any]) -> Standing:
        """As it is after one more line of the journal."""
        if entry.get("whole"):
            return replace(self, is_whole=True)
        return replace(
            self,
            stop=entry["stop"],
            size=entry["size"],
            refused=self.refused + tuple((row, why) for row, why in entry["refused"]),
        )


class Unfinished:
    """The work as it stands, and the only one who may go on with it."""

    def __init__(self, folder: Path, journal: BinaryIO, lines: BinaryIO, standing: Standing):
        self.standing = standing
        self._folder = folder
        self._journal = journal
        self._lines = lines

    def keep(self, done: Done) -> None:
        """Keep a part that follows the last one."""
        data = "".join(f"{line}\n" for line in done.lines).encode("utf-8")
        self._lines.write(data)
        _to_disk(self._lines)
        entry = {
            "stop": done.stop,
            "size": self.standing.size + len(data),
            "refused": done.refused,
        }
        _add(self._journal, entry)
        # What was refused in this run is told as it comes: only what earlier runs refused is held.
        self.standing = replace(self.standing.after(entry), refused=self.standing.refused)

    def finish(self, target: Path) -> None:
        """Put all lines where they belong, in one moment, and tidy up."""
        if not self.standing.is_whole:
            _add(self._journal, {"whole": True})
        self._lines.close()
        lines = self._folder / _LINES
        if lines.exists():  # else it was put there, and only the tidying up is left
            _put(_as_parquet(lines) if target.suffix.lower() == ".parquet" else lines, target)
        shutil.rmtree(self._folder)


@contextmanager
def unfinished(target: Path, work: Work, *, anew: bool = False) -> Iterator[Unfinished]:
    """The work whose result shall be ``target``: begun now, or as an earlier run left it.

    ``anew`` throws away what was left. Raises CannotGoOn.
    """
    folder = target.with_name(f"{target.name}.unfinished")
    folder.mkdir(exist_ok=True)
    with (folder / _JOURNAL).open("a+b") as journal:
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotGoOn("another run is at it", folder) from None
        if anew:
            journal.truncate(0)
        standing = _read(journal, work, folder)
        with _lines(folder, standing) as lines:
            yield Unfinished(folder, journal, lines, standing)


def _read(journal: BinaryIO, work: Work, folder: Path) -> Standing:
    """How far the journal goes. A last line that is not whole never was."""
    standing, end, wanted = Standing(), 0, json.loads(json.dumps(asdict(work)))
    journal.seek(0)
    for line in journal:
        if not line.endswith(b"\n"):
            break
        try:
            entry = json.loads(line)
        except ValueError:
            raise CannotGoOn("its journal is damaged", folder) from None
        if end:
            standing = standing.after(entry)
        elif entry != wanted:
            raise CannotGoOn(_difference(entry, wanted), folder)
        end += len(line)
    journal.truncate(end)
    if not end:
        _add(journal, wanted)
    return standing


def _difference(entry: dict[str, Any], wanted: dict[str, Any]) -> str:
    names = (name for name in wanted if entry.get(name) != wanted[name])
    return _DIFFERENCES[next(names, "program")]


def _lines(folder: Path, standing: Standing) -> BinaryIO:
    """The lines of the finished parts, opened for more."""
    path = folder / _LINES
    if standing.is_whole and not path.exists():
        return Path(os.devnull).open("ab")
    lines = path.open("ab")
    if lines.tell() < standing.size:
        lines.close()
        raise CannotGoOn("lines of it are missing", folder)
    lines.truncate(standing.size)
    return lines


def _add(journal: BinaryIO, entry: dict[str, Any]) -> None:
    journal.write(json.dumps(entry, ensure_ascii=False).encode("utf-8") + b"\n")
    journal.flush()


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _as_parquet(lines: Path) -> Path:
    """The same lines as a Parquet file beside them."""
    made = lines.with_name(_PARQUET)
    output = ParquetOutput(made)
    with lines.open(encoding="utf-8") as file:
        for line in file:
            output.write([line])
    output.close()
    return made


def _put(made: Path, target: Path) -> None:
    """Under its name at once or not at all, also when the power goes."""
    with made.open("rb+") as file:
        _to_disk(file)
    made.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
