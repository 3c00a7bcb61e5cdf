"""One database, two ways in: ``read`` cannot write, ``write`` is short and takes its lock at once.

On SQLite a deferred transaction that reads and then writes fails with "database is locked" when
another writer came between, whatever the time-out; so writes start with BEGIN IMMEDIATE, and
reads run with ``query_only``. On PostgreSQL reads are READ ONLY transactions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_MILLISECONDS = 15_000
_WRITES = "retsspor_writes"


class Database:
    """An engine with its sessions. Make one for a process and hand it in."""

    def __init__(self, address: str) -> None:
        self.engine = _make_engine(address)
        reading = self.engine.execution_options(**{_WRITES: False, "postgresql_readonly": True})
        writing = self.engine.execution_options(**{_WRITES: True})
        self._readers = sessionmaker(reading, autoflush=False, expire_on_commit=False)
        self._writers = sessionmaker(writing, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that can only look. An attempt to write is an error."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A short transaction: all of it is kept, or nothing."""
        with self._writers() as session, session.begin():
            yield session

    def forget(self) -> None:
        """Overwrite what was just deleted or shortened, as far as the database lets us.

        SQLite zeroes freed bytes (``secure_delete``); the copies in its write-ahead log go when
        the log is emptied. When somebody is reading that waits for the next time, no longer than
        a second. PostgreSQL keeps old rows until its own VACUUM.
        """
        if not self.is_sqlite:
            return
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 1000")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _make_engine(address: str) -> Engine:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, the driver must not
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
