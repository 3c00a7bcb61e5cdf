"""Lines of a file as bytes, in bounded memory, with the place where each begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def longest(limit: int) -> int:
    """Bytes that a line may have: JSON spells a letter with up to twelve, and some air."""
    return 64 * limit + 65_536


def bounded(file: BinaryIO, most: int) -> Iterator[tuple[bytes, int]]:
    """Each line with the bytes that it takes in the file; of a longer one the first ``most``.

    >>> from io import BytesIO
    >>> list(bounded(BytesIO(b"ab\\nabcdef\\ng"), 4))
    [(b'ab\\n', 3), (b'abcd', 7), (b'g', 1)]
    """
    while line := file.readline(most):
        size, last = len(line), line
        while not last.endswith(b"\n") and (last := file.readline(most)):
            size += len(last)
        yield line, size


def lines_between(path: Path, start: int, stop: int, most: int) -> Iterator[bytes]:
    """The lines that begin at byte ``start`` or later and before ``stop``."""
    with path.open("rb") as file:
        file.seek(start)
        for line, size in bounded(file, most):
            if start >= stop:
                return
            yield line
            start += size


class Placed:
    """Lines that remember where they began, as far back as anybody can still ask."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._lines = bounded(file, most)
        self._starts: deque[int] = deque()
        self._forgotten = 0
        self.end = 0

    def __iter__(self) -> Iterator[bytes]:
        for line, size in self._lines:
            self._starts.append(self.end)
            self.end += size
            yield line

    def start_of(self, number: int) -> int:
        """The byte at which a line begins (lines count from 1). Forgets the lines before it."""
        while self._forgotten < number - 1:
            self._starts.popleft()
            self._forgotten += 1
        return self._starts[0]
