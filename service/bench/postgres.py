"""A PostgreSQL server of our own for a measurement, with the settings it comes with; gone after."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from service.bench.faults_postgres import cluster
from service.bench.faults_types import CannotRun


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on this machine only."""

    port: int

    def database(self, name: str) -> str:
        """The address of an empty database; one of that name is thrown away."""
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"


@contextmanager
def own_server(folder: Path) -> Iterator[Server | None]:
    """A server with its files in a new folder; None where PostgreSQL is not installed."""
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)  # last, when it has stopped
        try:
            running = stack.enter_context(cluster(folder))
        except CannotRun:
            yield None
            return
        yield Server(running.port)
