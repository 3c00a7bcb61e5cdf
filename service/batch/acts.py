"""Lines in the audit trail about what commands do to a whole database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError

from service.db import audit
from service.db.audit import Head
from service.db.engine import Database
from service.errors import DatabaseAway


def trail_end(address: str) -> Head | None:
    """The head of a database's trail, or None where there is none that can be read."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None  # looking must not make a file
    database = Database(address)
    try:
        if not inspect(database.engine).has_table("audit"):
            return None
        with database.read() as session:
            return audit.head(session)
    except (DBAPIError, DatabaseAway):  # damaged: perhaps the very reason for a restore
        return None
    finally:
        database.close()


def note(address: str, action: str, subject: str, **detail: str | int | bool | None) -> None:
    """Add a line, where there is a trail; the layout of the database stays as it is."""
    if trail_end(address) is None:
        return
    database = Database(address)
    try:
        with database.write() as session:
            audit.record(session, actor="command line", action=action, subject=subject, **detail)
    finally:
        database.close()
