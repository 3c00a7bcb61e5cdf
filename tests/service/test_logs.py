"""Logs say what is declared and nothing else, whoever writes them: we, libraries, warnings, errors."""

from __future__ import annotations

import ast
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from service.logs import LibraryLines, configure, places, told_models
from service.operations.log_lines import EVENTS, FIELDS, LEVELS, UNKNOWN, UNLISTED, Route, declared

CANARIES = ("Mette Testesen", "140642-6123", "1406426123", "83417702", "a@hvidsand.example")
ROOT = Path(__file__).parents[2]


def failing(words: str = "Mette Testesen 140642-6123") -> None:
    raise ValueError(words)


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.getLogger("uvicorn.error").level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    configure("INFO", stream := StringIO())
    yield stream
    root.handlers, root.level = before[:2]
    logging.getLogger("uvicorn.error").setLevel(before[2])
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    structlog.reset_defaults()


def lines(log: StringIO) -> list[dict[str, Any]]:
    """Every line is JSON, and says only what is declared."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    for line in found:
        assert set(line) <= EVENTS[line["event"]] | {"event", "level", "timestamp"}
    return found


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────
def test_undeclared_fields_are_dropped(log):
    structlog.get_logger().info("request", status=200, text="Mette Testesen", path="/x?y=z")
    (line,) = lines(log)
    assert (line["event"], line["status"]) == ("request", 200)
    assert set(line) == {"event", "level", "timestamp", "status"}


def test_an_undeclared_event_says_nothing(log):
    structlog.get_logger().warning("Mette Testesen ringede", status=200, count=3)
    (line,) = lines(log)
    assert (line["event"], line["level"]) == (UNLISTED, "warning")
    assert set(line) == {"event", "level", "timestamp"}


FITTING = [
    ("request", "route", Route("/gennemgang/{public_id}"), "/gennemgang/Mette"),
    ("request", "method", "GET", "METTE"),
    ("request", "status", 404, 83417702),
    ("request", "milliseconds", 31, 83417702),
    ("failed", "error", "ValueError", "Mette"),
    ("failed", "places", ["test_logs.py:40"], ["mette.py:40"]),
    ("refused", "slug", "findes-ikke", "mette"),
    ("refused", "instance", "urn:uuid:6f1f8f1e-4f0e-4a3b-9d8e-2c7a5b1d0e9f", "urn:uuid:mette"),
    ("redaction failed", "recognizer", "CprRecognizer", "Mette"),
    ("model demoted", "version", "2bf26e4c5df9", "004583417702"),
    ("the database cannot be used", "code", "SQLITE_FULL", "SQLITE_METTE"),
    ("library", "module", "structlog", "mette"),
    ("library", "place", "logs.py:3", "mette.py:3"),
    ("library", "said", "ready", "mette"),
    ("tidied", "texts", 9_999_999, 10_000_000),
    ("tidied", "texts", 0, -1),
    ("tidied", "texts", 1, True),
    ("not ready", "part", "disk", "mette"),
]


@pytest.mark.parametrize(("event", "field", "fits", "not_quite"), FITTING)
def test_a_value_fits_or_becomes_a_question_mark(event, field, fits, not_quite):
    assert declared({"event": event, field: fits})[field] == fits
    (told,) = [declared({"event": event, field: not_quite})[field]]
    assert told in (UNKNOWN, [UNKNOWN])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.sampled_from(CANARIES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


def allowed(value: Any) -> bool:
    """What a declared line may hold at all: no word of it came from outside."""
    return (
        value is None
        or value == UNKNOWN
        or (type(value) is int and abs(value) < 10_000_000)
        or (type(value) is list and all(allowed(one) for one in value))
    )


@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.sampled_from(sorted(FIELDS)), anything))
def test_whatever_is_given_no_words_come_out(event, fields):
    """Hypothesis knows no pattern of a route and no name of an error, so all its words must go."""
    told = declared({"event": event, **fields})
    assert told.pop("event") == event
    for name, value in told.items():
        assert allowed(value) or FIELDS[name](value)
        assert not any(canary in str(value) for canary in CANARIES)


@given(st.text() | anything, st.dictionaries(st.text(), anything))
def test_whatever_an_event_is_called(event, fields):
    if isinstance(event, str) and event in EVENTS:
        return
    assert declared({**fields, "event": event}) in (
        {"event": UNLISTED},
        {"event": UNLISTED, "level": UNKNOWN},
        {"event": UNLISTED, "timestamp": UNKNOWN},
        {"event": UNLISTED, "level": UNKNOWN, "timestamp": UNKNOWN},
    ) or set(fields) & {"level", "timestamp"}


@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"places"}))
@pytest.mark.parametrize("canary", CANARIES)
def test_no_field_takes_a_name_or_a_number_of_a_person(field, canary):
    for value in (canary, Path(canary), canary.encode(), [canary], {"x": canary}):
        assert not FIELDS[field](value)


def logged_events() -> dict[str, set[str]]:
    """Every ``log.info("…", …)`` in the source: event → the fields that are given with it."""
    found: dict[str, set[str]] = {}
    for file in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_log(node.func) and node.args:
                event = ast.literal_eval(node.args[0])
                found.setdefault(event, set()).update(one.arg or "" for one in node.keywords)
    return found


def _is_log(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "tell"
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id == "log"
    )


def test_every_line_in_the_source_is_declared_with_its_fields():
    """Whoever adds one declares it: else it would say nothing."""
    found = logged_events()
    assert len(found) > 10
    wrong = {
        event: more
        for event, fields in found.items()
        if (more := fields - EVENTS.get(event, set()))
    }
    assert {event for event in found if event not in EVENTS} == set()
    assert wrong == {}


def test_a_change_of_models_keeps_its_version_only(log):
    told_models("models refused", "names.json of Mette Testesen is altered")
    told_models("reading along refused", "2bf26e4c5df9")
    told_models("reading along failed", "ValueError")
    first, second, third = lines(log)
    assert (first["version"], second["version"]) == (UNKNOWN, "2bf26e4c5df9")
    assert third["error"] == "ValueError"


# ── others ───────────────────────────────────────────────────────────────────────────────────────
def test_an_error_is_a_type_and_places(log):
    try:
        failing()
    except ValueError as error:
        structlog.get_logger().error("failed", error=type(error).__name__, places=places(error))
        logging.getLogger("sqlalchemy.engine").exception("it failed for %s", "Mette Testesen")
    ours, theirs = lines(log)
    for line in (ours, theirs):
        assert line["error"] == "ValueError"
        assert line["places"][-1].startswith("test_logs.py:")
    assert theirs["module"] == "sqlalchemy"
    assert not any(canary in log.getvalue() for canary in CANARIES)


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.engine", "alembic", "mette", ""])
@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL, 35])
def test_a_library_s_words_are_dropped(log, name, level):
    logger, (handler,) = logging.getLogger(name), ours(log)
    for message, arguments in (
        ("Mette Testesen %s", ("140642-6123",)),
        ("%s and %s", ("only 140642-6123",)),  # cannot even be put together
        ({"text": "Mette Testesen"}, ()),
    ):
        more = {"text": "83417702"}
        handler.handle(
            logger.makeRecord(logger.name, level, __file__, 1, message, arguments, None, extra=more)
        )
    assert [line["event"] for line in lines(log)] == ["library"] * 3
    assert not any(canary in log.getvalue() for canary in CANARIES)
    assert {line["place"].partition(":")[0] for line in lines(log)} == {"test_logs.py"}


def ours(log: StringIO) -> list[logging.Handler]:
    """The one handler that ``configure`` leaves; pytest adds some of its own to the root."""
    return [one for one in logging.getLogger().handlers if isinstance(one, LibraryLines)]


def test_what_the_web_server_always_says_is_told(log):
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s", "http://mette.example")
    first, second = lines(log)
    assert first["said"] == "ready"
    assert "said" not in second


def test_a_library_with_a_handler_of_its_own_loses_it(log):
    own = StringIO()
    logger = logging.getLogger("decision_process")
    logger.addHandler(logging.StreamHandler(own))
    logger.propagate = False
    configure("INFO", log)
    logger.warning("Mette Testesen")
    assert own.getvalue() == ""
    assert [line["event"] for line in lines(log)] == ["library"]


def test_a_warning_is_its_kind_and_place(log):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure("INFO", log)
        warnings.warn("Mette Testesen 140642-6123", stacklevel=1)
    (line,) = lines(log)
    assert (line["event"], line["error"]) == ("warning", "UserWarning")
    assert line["place"].startswith("test_logs.py:")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_nobody_caught_in_a_thread(log, capfd):
    thread = threading.Thread(target=failing)
    thread.start()
    thread.join()
    (line,) = lines(log)
    assert (line["event"], line["error"]) == ("failed", "ValueError")
    assert "Mette" not in "".join(capfd.readouterr())


def test_an_error_that_nobody_caught_at_all(log):
    try:
        failing()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    (line,) = lines(log)
    assert (line["event"], line["level"], line["error"]) == ("failed", "error", "ValueError")


def test_a_closed_stream_breaks_nothing(log):
    log.close()
    logging.getLogger("uvicorn.error").error("Mette Testesen")


def test_debug_stays_out(log):
    structlog.get_logger().debug("request", status=200)
    logging.getLogger("httpx").info("GET https://mette.example")
    assert log.getvalue() == ""


# ── the service ──────────────────────────────────────────────────────────────────────────────────
def test_a_visitor_s_address_and_query_stay_out(log, client):
    client.get("/indsend?efter=hemmelig")
    assert "/indsend" in [line.get("route") for line in lines(log)]
    assert "hemmelig" not in log.getvalue()


def test_a_token_in_an_address_stays_out(log, client):
    client.get("/login/engang/et-hemmeligt-token")
    assert "hemmeligt" not in log.getvalue()
    assert "/login/engang/{token}" in log.getvalue()


def test_machines_that_ask_every_second_leave_no_line(log, client):
    for path in ("/health", "/ready", "/healthz"):
        assert client.get(path).status_code == 200
    assert [line for line in lines(log) if line["event"] == "request"] == []
