"""Where results go: JSON lines or Parquet, whole lines only, also when somebody presses Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS_IN_MEMORY = 2_000

_PASSAGE = pa.struct([("start", pa.int64()), ("end", pa.int64())])
TAGGED = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        (
            "entities",
            pa.list_(
                pa.struct([("start", pa.int64()), ("end", pa.int64()), ("type", pa.string())])
            ),
        ),
        (
            "suggestions",
            pa.list_(
                pa.struct(
                    [
                        ("label", pa.string()),
                        ("probability", pa.float64()),
                        ("suggested", pa.bool_()),
                        ("evidence", pa.list_(_PASSAGE)),
                    ]
                )
            ),
        ),
        ("excerpts", pa.list_(pa.struct([("label", pa.string()), ("text", pa.string())]))),
        ("versions", pa.struct([("redactor", pa.string()), ("classifier", pa.string())])),
    ]
)
"""The columns of a tagged Parquet file: the fields of a line of ``tag``."""


class Output(Protocol):
    """Takes lines, and leaves a file that can be read whenever it is closed."""

    def write(self, lines: Sequence[str]) -> None:
        """Add whole lines."""

    def close(self) -> None:
        """Nothing more comes."""


class LineOutput:
    """JSON lines, to a file or to standard output."""

    def __init__(self, stream: BinaryIO, *, keep_open: bool = False) -> None:
        self._stream = stream
        self._keep_open = keep_open

    def write(self, lines: Sequence[str]) -> None:
        """Add lines, and hand them to the system at once."""
        if lines:
            self._stream.write("".join(f"{line}\n" for line in lines).encode("utf-8"))
            self._stream.flush()

    def close(self) -> None:
        """Close the file; standard output stays open."""
        if not self._keep_open:
            self._stream.close()


class ParquetOutput:
    """The same lines as rows of a Parquet file, written in groups."""

    def __init__(self, path: Path, schema: pa.Schema = TAGGED) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def write(self, lines: Sequence[str]) -> None:
        """Keep rows until there are enough for a group."""
        self._waiting.extend(json.loads(line) for line in lines)
        if len(self._waiting) >= _ROWS_IN_MEMORY:
            self._flush()

    def close(self) -> None:
        """Write what waits, and the footer without which nothing can be read."""
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting = []


class Stop:
    """Ctrl-C, held back while something must not be torn in the middle."""

    def __init__(self) -> None:
        self._held = False
        self._asked = False

    def ask(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Stop now, or as soon as it does no harm."""
        if not self._held:
            raise KeyboardInterrupt
        self._asked = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block nothing is interrupted."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Ctrl-C and a polite kill go through a ``Stop`` as long as the block lasts."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {one: signal.signal(one, stop.ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def writing(target: str) -> Iterator[Callable[[Sequence[str]], None]]:
    """A function that adds whole lines to a file, or to standard output for ``-``.

    The file is opened with the first lines, so that a run that cannot start leaves an earlier
    result alone. Ctrl-C within the block keeps what was written.
    """
    output: Output | None = None

    def write(lines: Sequence[str]) -> None:
        nonlocal output
        with stop.held():
            output = output or _opened(target)
            output.write(lines)

    with stoppable() as stop:
        try:
            yield write
            write([])
        finally:
            with stop.held():
                if output is not None:
                    output.close()


def _opened(target: str) -> Output:
    if target == "-":
        return LineOutput(sys.stdout.buffer, keep_open=True)
    path = Path(target)
    return ParquetOutput(path) if path.suffix.lower() == ".parquet" else LineOutput(path.open("wb"))
