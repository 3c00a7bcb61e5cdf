"""Structured logs that cannot carry citizen text: only listed fields pass, all others are dropped.

Tracebacks are written as places (file, line, type), without the message of the error: a message
can quote what was being read.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "method",
        "route",
        "status",
        "milliseconds",
        "error",
        "places",
        "count",
        "refused",
        "source",
        "recognizer",
        "role",
        "action",
        "port",
        "host",
        "revision",
        "version",
    ]
)
"""What a log line may hold. A new name needs a thought about what it could carry."""


def keep_listed(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not listed."""
    return {name: value for name, value in event.items() if name in FIELDS}


def places(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: file and line, nothing of the content."""
    frames = extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-12:]]


class QuietFormatter(logging.Formatter):
    """For libraries that log by themselves: no error messages, only types and places."""

    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Type and places of the error."""
        error = ei[1]
        return "" if error is None else f"{type(error).__name__} at {' '.join(places(error))}"


def told_models(event: str, detail: str) -> None:
    """What became of a change of models. ``detail`` names versions and files, never a text."""
    structlog.get_logger().warning(event, version=detail)


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Set up logging for a process that serves; to standard error unless told otherwise."""
    stream = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_listed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter("%(levelname)s %(name)s %(message)s"))
    for talkative in ("alembic", "httpcore", "httpx"):  # they log statements and addresses
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
