"""What a worker process does: read its own rows, load the models once, give back redacted lines.

Arguments and results are pickled, sent through pipes and sockets, and may be logged by a cluster:
a part and the names of models go in, redacted lines and row numbers with reasons come out.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from models.releases.pinned import Pinned
from nlp.interfaces import Reader
from service.batch.documents import outcomes, tagging
from service.batch.parts import Part, rows_of
from service.batch.quiet import quiet_warnings
from service.dumps import no_dumps

_loading = Lock()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part."""

    stop: int
    lines: tuple[str, ...]
    refused: tuple[tuple[int, str], ...]
    """Row number and reason."""


def tag_part(part: Part, limit: int, models: Pinned) -> Done:
    """Redact, suggest and quote every row of a part. Raises ModelDamaged or UnknownRelease."""
    return read_part(part, limit, reader_of_this_process(limit, models))


def read_part(part: Part, limit: int, reader: Reader) -> Done:
    """The same with a given reader."""
    lines: list[str] = []
    refused: list[tuple[int, str]] = []
    for result in outcomes(rows_of(part, limit=limit), tagging(reader)):
        if isinstance(result, str):
            lines.append(result)
        else:
            refused.append((result.row, result.why))
    return Done(part.stop, tuple(lines), tuple(refused))


def reader_of_this_process(limit: int, models: Pinned) -> Reader:
    """The reader of these models, loaded once. A worker of a cluster may have several threads."""
    with _loading:
        return _load(limit, models)


@lru_cache(maxsize=2)  # a worker of a cluster outlives a file, and models may change between two
def _load(limit: int, models: Pinned) -> Reader:
    from service.batch.loading import load_reader  # only workers pay for the language pipeline
    from service.intake.service import OneAtATime

    no_dumps()  # here, as a cluster starts its workers by itself
    return OneAtATime(load_reader(limit, models))


def settle() -> None:
    """For a process of our own: Ctrl-C is the main process's to answer, and warnings are quiet."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quiet_warnings()
