"""What a log line may say: known events, known fields, and for each field a closed set of values.

A value is a number within bounds, a word of a list that the program itself holds (HTTP methods, the
names of its own errors, of its modules, of its recognizers), or an address pattern that the router
gave out (``Route``). No field takes a free string, so nothing that a person wrote fits into any.
What is not declared here is dropped; a value that does not fit becomes ``"?"``.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPMethod
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeAlias

UNKNOWN = "?"
UNLISTED = "unlisted"
"""The event of a line whose own event is not declared."""
LARGEST = 10_000_000
"""Numbers stay below this: eight digits could be a telephone number."""

Fits: TypeAlias = Callable[[Any], bool]


class Route(str):
    """The pattern of an address, as the router knows it; made from nothing else."""

    __slots__ = ()


# ── values ───────────────────────────────────────────────────────────────────────────────────────
def _number(value: Any) -> bool:
    return type(value) is int and 0 <= value < LARGEST


def _status(value: Any) -> bool:
    return type(value) is int and 0 <= value < 600


def _one_of(words: Iterable[str]) -> Fits:
    known = frozenset(words)
    return lambda value: type(value) is str and value in known


def _route(value: Any) -> bool:
    return type(value) is Route


def _error(value: Any) -> bool:
    """The name of a class of errors that this process knows."""
    return type(value) is str and value in {one.__name__ for one in _kinds_of(BaseException)}


def _slug(value: Any) -> bool:
    from service.errors import ServiceError  # not above: the errors of the web need no log

    kinds = _kinds_of(ServiceError)
    return type(value) is str and (value in {one.slug for one in kinds} or _is_http(value))


def _is_http(value: str) -> bool:
    return re.fullmatch(r"http-[1-5][0-9]{2}", value) is not None


def _recognizer(value: Any) -> bool:
    return type(value) is str and value in recognizer_names()


def _instance(value: Any) -> bool:
    """The random number of a refusal."""
    return type(value) is str and _UUID.fullmatch(value) is not None


def _version(value: Any) -> bool:
    """A fingerprint of a model: 12 hexadecimal digits, not all of them decimal."""
    return type(value) is str and _FINGERPRINT.fullmatch(value) is not None


def _places(value: Any) -> bool:
    return type(value) is list and all(_place(one) for one in value)


def _place(value: Any) -> bool:
    """File and line of a module that is loaded."""
    if type(value) is not str:
        return False
    file, _, line = value.rpartition(":")
    return _LINE.fullmatch(line) is not None and file in _loaded_files()


def _module(value: Any) -> bool:
    """The outermost package of a module that is loaded."""
    return type(value) is str and value in {name.partition(".")[0] for name in sys.modules}


def _moment(value: Any) -> bool:
    return type(value) is str and _MOMENT.fullmatch(value) is not None


_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FINGERPRINT = re.compile(r"(?=[0-9a-f]*[a-f])[0-9a-f]{12}")
_LINE = re.compile(r"[1-9][0-9]{0,5}")
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def _kinds_of(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for one in type.__subclasses__(kind):
        yield from _kinds_of(one)


def recognizer_names() -> frozenset[str]:
    """The parts of the redactor that can fail, by name."""
    from nlp.redact.recognizers.base import DanishRecognizer  # heavy, and loaded by then anyhow

    return frozenset({"engine", *(one.__name__ for one in _kinds_of(DanishRecognizer))})


def _loaded_files() -> frozenset[str]:
    files = (getattr(one, "__file__", None) for one in list(sys.modules.values()))
    return frozenset(Path(one).name for one in files if isinstance(one, str))


# ── fields and events ────────────────────────────────────────────────────────────────────────────
SAID = {
    "Started server process [%d]": "starting",
    "Waiting for application startup.": "preparing",
    "Application startup complete.": "ready",
    "Application startup failed. Exiting.": "start failed",
    "Shutting down": "stopping",
    "Application shutdown complete.": "stopped",
    "Finished server process [%d]": "ended",
    "Invalid HTTP request received.": "not HTTP",
    "Exception in ASGI application\n": "failed",
}
"""Fixed sentences of the web server, and what becomes of them. Their arguments are dropped."""

LEVELS = ("debug", "info", "warning", "error", "critical")

FIELDS: Mapping[str, Fits] = {
    "level": _one_of(LEVELS),
    "timestamp": _moment,
    "method": _one_of([*HTTPMethod, "other"]),
    "route": _route,
    "status": _status,
    "milliseconds": _number,
    "error": _error,
    "places": _places,
    "place": _place,
    "module": _module,
    "said": _one_of(SAID.values()),
    "slug": _slug,
    "instance": _instance,
    "code": _one_of(name for name in dir(sqlite3) if name.startswith("SQLITE_")),
    "recognizer": _recognizer,
    "version": _version,
    "count": _number,
    "refused": _number,
    "repeated": _number,
    "submissions": _number,
    "texts": _number,
    "excerpts": _number,
    "expired": _number,
    "part": _one_of(("database", "layout", "models", "disk")),
}
"""Field → whether a value may stand in it. A new field needs a closed set of values."""

EVENTS: Mapping[str, frozenset[str]] = {
    name: frozenset(fields)
    for name, fields in {
        "request": ("method", "route", "status", "milliseconds"),
        "failed": ("error", "places"),
        "refused": ("slug", "status", "instance"),
        "the doubtful decisions were not listed": ("error",),
        "doubtful decisions listed": ("submissions",),
        "the database cannot be used": ("error", "code"),
        "waiting for the database": (),
        "redaction failed": ("recognizer", "error"),
        "rows received": ("count", "refused", "repeated"),
        "the model in use was not looked after": ("error",),
        "model demoted": ("version",),
        "models refused": ("version",),
        "models changed": ("version",),
        "reading along failed": ("error",),
        "reading along refused": ("version",),
        "tidied": ("texts", "excerpts", "expired", "milliseconds"),
        "not tidied": ("error", "places"),
        "not ready": ("part",),
        "library": ("module", "place", "said", "error", "places"),
        "warning": ("error", "place"),
        UNLISTED: (),
    }.items()
}
"""Event → the fields of its lines, beside level and time."""

_ALWAYS = frozenset({"level", "timestamp"})


def declared(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line with what is declared of it, and nothing else.

    >>> declared({"event": "request", "status": 200, "method": "Mette", "text": "Mette"})
    {'event': 'request', 'status': 200, 'method': '?'}
    >>> declared({"event": "Mette ringede", "status": 200})
    {'event': 'unlisted'}
    """
    event = line.get("event")
    event = event if type(event) is str and event in EVENTS else UNLISTED
    fields = EVENTS[event] | _ALWAYS
    said = {name: _fitting(name, value) for name, value in line.items() if name in fields}
    return {"event": event, **said}


def _fitting(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "places" and type(value) is list:
        return [one if _place(one) else UNKNOWN for one in value]
    if not FIELDS[name](value):
        return UNKNOWN
    return str(value) if isinstance(value, Route) else value


def places(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: file and line, nothing of the content."""
    frames = extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-12:]]
