"""Bring a database to the newest layout, or back."""

from __future__ import annotations

import time
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nlp.errors import RetssporError
from service.db import away
from service.db.engine import Database
from service.db.locks import Lock, alone_on
from service.errors import DatabaseAway

log = structlog.get_logger()
_SCRIPTS = Path(__file__).parent / "migrations"
_PAUSE = 2.0


class LayoutTooNew(RetssporError):
    """The database was brought to a layout that this version of the program does not know."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"the database has layout {found}, this version of Retsspor knows them up to {known}: "
            "start the newer version, or restore the backup from before the upgrade"
        )


def config() -> Config:
    """Where Alembic finds the migrations."""
    found = Config()
    found.set_main_option("script_location", str(_SCRIPTS))
    return found


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing, in one transaction; one process at a time.

    Raises LayoutTooNew for a database of a later version, DatabaseAway when there is none.
    """
    settings = config()
    with away.told(writes=True), database.engine.begin() as connection:
        alone_on(connection, Lock.UPGRADE)
        _need_known(connection, settings)
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def bring_up_to_date(address: str) -> None:
    """The same over connections of its own, which wait as long as a migration takes."""
    database = Database(address)
    try:
        upgrade(database)
    finally:
        database.close()


def upgrade_when_there(address: str) -> None:
    """The same, once the database answers: after a power cut it may start later than we do."""
    while True:
        try:
            return bring_up_to_date(address)
        except DatabaseAway:
            log.warning("waiting for the database")
            time.sleep(_PAUSE)


def _need_known(connection: Connection, settings: Config) -> None:
    scripts = ScriptDirectory.from_config(settings)
    known = {one.revision for one in scripts.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise LayoutTooNew(found, max(known))


def downgrade(database: Database, revision: str = "base") -> None:
    """Undo migrations down to a revision."""
    with database.engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, revision)
