"""One database, two ways in: ``read`` cannot write, ``write`` is short and takes its lock at once.

On SQLite a deferred transaction that reads and then writes fails with "database is locked" when
another writer came between, whatever the time-out; so writes start with BEGIN IMMEDIATE, and
reads run with ``query_only``. On PostgreSQL reads are READ ONLY transactions. A database that
cannot be used is told as DatabaseAway or InDoubt, whichever of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from service.db import away
from service.db.postgres import Patience, make_postgres

BUSY_MILLISECONDS = 15_000
_WRITES = "retsspor_writes"


class Database:
    """An engine with its sessions. Make one for a process and hand it in.

    ``patience`` is for web requests: without it a statement may take as long as it needs.
    """

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        self.engine = _make_engine(address, patience)
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
        with away.told(writes=False), self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A short transaction: all of it is kept, or nothing.

        Raises DatabaseAway when nothing was kept, InDoubt when that cannot be known.
        """
        with away.told(writes=True), self._writers() as session:
            yield session
            with away.told(writes=True, commits=True):
                session.commit()
        away.note_kept()

    def forget(self) -> None:
        """Overwrite what was just deleted or shortened, as far as the database lets us.

        SQLite zeroes freed bytes (``secure_delete``); the copies in its write-ahead log go when
        the log is emptied. When somebody is reading that waits for the next time, no longer than
        a second. PostgreSQL keeps old rows until the daily
        tidying writes its tables anew.
        """
        if not self.is_sqlite:
            return
        with away.told(writes=True), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 1000")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _make_engine(address: str, patience: Patience | None) -> Engine:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return make_postgres(url, patience)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _drop_stale)
    return engine


def _drop_stale(context: ExceptionContext) -> None:
    """A connection that met a read-only or broken file stays so after the disk is well again."""
    if away.is_stale(context.original_exception):
        context.is_disconnect = True


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, the driver must not
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only an empty file takes it
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit that was answered outlives the power, not only the process
        "secure_delete = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
