"""Structured logs that cannot carry citizen text, whoever writes them.

Every line goes through ``service.operations.log_lines``: ours, those of libraries, warnings, and
errors that nobody caught in any thread. Of a library's line the words are dropped, since they may
quote what was being read; what stays is its package, the place in its source that wrote it, and
the kind of error. The words can be read there.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from service.operations.log_lines import SAID, declared, places

__all__ = ["configure", "places", "told_models"]


def only_declared(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The processor that every line of ours goes through."""
    return declared(event)


class LibraryLines(logging.Handler):
    """For libraries, which log sentences of their own: a line of ours instead."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        error = record.exc_info[1] if record.exc_info else None
        line = declared(
            {
                "event": "library",
                "level": record.levelname.lower(),
                "timestamp": _moment(),
                "module": record.name.partition(".")[0],
                "place": f"{Path(record.pathname).name}:{record.lineno}",
                **({"said": SAID[record.msg]} if _is_said(record.msg) else {}),
                **(_told(error) if error is not None else {}),
            }
        )
        with suppress(ValueError, OSError):  # the stream is closed: nobody reads any more
            _write(self._stream, line)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing: the standard library would print the words and arguments."""


def told_models(event: str, detail: str) -> None:
    """What became of a change of models. Of the detail only a version or kind of error is kept.

    `retsspor models verify` says which file is damaged.
    """
    field = "error" if event == "reading along failed" else "version"
    structlog.get_logger().warning(event, **{field: detail})


class Forgiving:
    """A stream that drops what it cannot write: a full disk under the log must stop no request."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """All of it, or nothing."""
        try:
            return self._stream.write(text)
        except OSError:
            return 0

    def flush(self) -> None:
        """As far as the disk lets us."""
        with suppress(OSError):
            self._stream.flush()


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Set up logging for a process that serves; to standard error unless told otherwise."""
    stream = cast("TextIO", Forgiving(stream or sys.stderr))
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_declared,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _take_libraries(stream, number)
    _take_what_is_not_caught(stream)


def _take_libraries(stream: TextIO, number: int) -> None:
    """All lines of libraries go to one handler, also of those that brought their own."""
    logging.basicConfig(
        level=max(number, logging.WARNING), handlers=[LibraryLines(stream)], force=True
    )
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.INFO))
    for one in list(logging.root.manager.loggerDict.values()):
        if isinstance(one, logging.Logger):
            one.handlers.clear()
            one.propagate = True


def _take_what_is_not_caught(stream: TextIO) -> None:
    """Python prints errors with their messages, and warnings with their line of source."""

    def of_process(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        _write(stream, _failure(error))

    def of_thread(caught: threading.ExceptHookArgs) -> None:
        _write(stream, _failure(caught.exc_value))

    def of_finalizer(caught: Any) -> None:
        _write(stream, _failure(caught.exc_value))

    def of_warning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        place = f"{Path(filename).name}:{lineno}"
        _write(stream, _line("warning", "warning", error=category.__name__, place=place))

    sys.excepthook = of_process
    threading.excepthook = of_thread
    sys.unraisablehook = of_finalizer
    warnings.showwarning = of_warning


def _failure(error: BaseException | None) -> dict[str, Any]:
    return _line("failed", "error", **(_told(error) if error is not None else {}))


def _told(error: BaseException) -> dict[str, Any]:
    return {"error": type(error).__name__, "places": places(error)}


def _line(event: str, level: str, **fields: Any) -> dict[str, Any]:
    return declared({"event": event, "level": level, "timestamp": _moment(), **fields})


def _is_said(message: object) -> bool:
    return type(message) is str and message in SAID


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _write(stream: TextIO, line: Mapping[str, Any]) -> None:
    stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    stream.flush()
