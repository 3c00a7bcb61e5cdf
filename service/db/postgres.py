"""PostgreSQL over a network: nothing waits for a server longer than a person would.

The server's own limits (``statement_timeout``, ``lock_timeout``) do not help against a server that
went silent: frozen, cut off, on a machine without power. So every wait has an end on this side too;
after it the connection is dead, as nobody knows what would still come through it.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a web request waits, in seconds. Work without a person in front of it has none."""

    connect: int = 5
    ping: float = 3
    """For a sign of life from a connection that was idle."""
    statement: int = 30
    lock: int = 15
    """Of another transaction; as long as ``busy_timeout`` on SQLite."""
    idle: int = 60
    """Within a transaction: a process that froze gives its locks back."""
    free: float = 15
    """For a connection when all are in use."""


_NOTICING = {
    "application_name": "retsspor",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A peer that vanished without a word is noticed after a minute at most (seconds; milliseconds)."""


class Bounded(psycopg.Connection[Any]):
    """A connection that gives up on a silent server, and is closed then."""

    patience: float | None = None
    """Seconds that one exchange with the server may take; None: as long as it likes."""

    def wait(self, gen: Generator[Any, Any, T], *arguments: Any, **named: Any) -> T:
        """As psycopg's, which takes each of its waits through here."""
        if self.patience is None:
            return super().wait(gen, *arguments, **named)
        return super().wait(self._until(gen, time.monotonic() + self.patience), *arguments, **named)

    def _until(self, gen: Generator[Any, Any, T], deadline: float) -> Generator[Any, Any, T]:
        """Hand on what passes between driver and exchange; stop when there was nothing too long."""
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def make_postgres(url: URL, patience: Patience | None) -> Engine:
    """An engine that asks each connection for a sign of life before it is used."""
    noticing: dict[str, Any] = {k: v for k, v in _NOTICING.items() if k not in url.query}
    if patience is None:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=noticing)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=patience.free,
        connect_args=noticing | {"connect_timeout": patience.connect},
    )
    _limit(engine, patience)
    return engine


def _limit(engine: Engine, patience: Patience) -> None:
    limits = {
        "statement_timeout": patience.statement,
        "lock_timeout": patience.lock,
        "idle_in_transaction_session_timeout": patience.idle,
    }

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, positional: Any, named: Any) -> Bounded:
        connection = Bounded.connect(*positional, **named)
        connection.patience = patience.statement + patience.ping  # the server may say it first
        try:
            for name, seconds in limits.items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, str(seconds * 1000)))
            connection.commit()
        except psycopg.Error:
            connection.close()
            raise
        return connection

    # A connection is asked for its sign of life between these two.
    @event.listens_for(engine, "checkin")
    def rest(connection: Any, _record: Any) -> None:
        if connection is not None:
            connection.patience = patience.ping

    @event.listens_for(engine, "checkout")
    def work(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.patience = patience.statement + patience.ping
