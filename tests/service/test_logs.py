"""Logs carry listed fields only, and errors without their messages."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from service.logs import FIELDS, QuietFormatter, configure, keep_listed, places


def failing() -> None:
    raise ValueError("Mette Testesen 140642-6123")


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure("INFO", stream := StringIO())
    yield stream
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_unlisted_fields_are_dropped(log):
    structlog.get_logger().info("request", status=200, text="Mette Testesen", path="/x?y=z")
    line = json.loads(log.getvalue())
    assert (line["event"], line["status"]) == ("request", 200)
    assert set(line) <= FIELDS
    assert "Mette" not in log.getvalue()


def test_an_error_is_a_type_and_places(log):
    try:
        failing()
    except ValueError as error:
        structlog.get_logger().error("failed", error=type(error).__name__, places=places(error))
        logging.getLogger("some.library").exception("it failed")
    assert "ValueError" in log.getvalue()
    assert "test_logs.py:" in log.getvalue()
    assert "Mette" not in log.getvalue()
    assert "140642" not in log.getvalue()


def test_debug_stays_out(log):
    structlog.get_logger().debug("x")
    assert log.getvalue() == ""


def test_nothing_but_the_list_passes():
    assert keep_listed(None, "info", {"event": "x", "body": "y", "status": 1}) == {
        "event": "x",
        "status": 1,
    }


def test_a_record_without_an_error():
    assert QuietFormatter().formatException((None, None, None)) == ""


def test_a_visitor_s_address_and_query_stay_out(log, client):
    client.get("/indsend?efter=hemmelig")
    assert '"route": "/indsend"' in log.getvalue()
    assert "hemmelig" not in log.getvalue()


def test_a_token_in_an_address_stays_out(log, client):
    client.get("/login/engang/et-hemmeligt-token")
    assert "hemmeligt" not in log.getvalue()
    assert "/login/engang/{token}" in log.getvalue()
