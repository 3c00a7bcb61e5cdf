"""Is the process up, and can it do its work? Asked by the unit, the container and the proxy.

``/health`` says that the process answers. ``/ready`` looks at what a submission needs: the database
at the layout of this version, the models, a disk that can be written to. It says which part is
missing and nothing of why: whoever may know reads the log.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from uuid import uuid4

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from nlp.errors import RetssporError
from nlp.interfaces import Reader
from service.db.engine import Database
from service.db.upgrade import config
from service.errors import DatabaseAway
from service.settings import Settings

log = structlog.get_logger()

FRESH = 2.0
"""An answer is given again for this many seconds, however many ask."""
PATIENCE = 5.0
"""A part that takes longer than this many seconds is not ready."""
LEAST_SPACE = 50_000_000
"""Bytes that must be free: room for the write-ahead log and a checkpoint."""

Parts = Mapping[str, bool]


class Readiness:
    """Looks at most once at a time: who asks meanwhile waits for that answer."""

    def __init__(self, database: Database, reader: Reader, settings: Settings) -> None:
        self._database = database
        self._reader = reader
        self._settings = settings
        self._looking: asyncio.Task[Parts] | None = None
        self._known: Parts = {}
        self._looked_at = -FRESH

    async def parts(self) -> Parts:
        """Part → whether it is ready. A look that takes too long is no for every part."""
        if time.monotonic() - self._looked_at < FRESH:
            return self._known
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(run_in_threadpool(self.look))
        try:
            found = await asyncio.wait_for(asyncio.shield(self._looking), PATIENCE)
        except TimeoutError:
            return dict.fromkeys(("database", "layout", "models", "disk"), False)
        self._tell(found)
        self._known, self._looked_at = found, time.monotonic()
        return found

    def look(self) -> Parts:
        """Look at every part now."""
        layout = layout_of(self._database)
        return {
            "database": layout is not None,
            "layout": layout == newest_layout(),
            "models": _holds(self._has_models),
            "disk": _holds(lambda: is_writable(self._settings.var)),
        }

    def _has_models(self) -> bool:
        """A reader verifies every file when it loads: it has versions, or it was never made."""
        versions = self._reader.versions
        return bool(versions.redactor and versions.classifier)

    def _tell(self, found: Parts) -> None:
        for part, is_ready in found.items():
            if not is_ready and self._known.get(part, True):
                log.error("not ready", part=part)


@cache
def newest_layout() -> str | None:
    """The migration that this version of the program ends with."""
    return ScriptDirectory.from_config(config()).get_current_head()


def layout_of(database: Database) -> str | None:
    """The migration at which a database stands; None when it cannot be reached or has none."""
    try:
        with database.read() as session:
            return MigrationContext.configure(session.connection()).get_current_revision()
    except (SQLAlchemyError, DatabaseAway):
        return None


def is_writable(folder: Path) -> bool:
    """True when a file can be made in a folder and some space is left. The file holds nothing."""
    if shutil.disk_usage(folder).free < LEAST_SPACE:
        return False
    probe = folder / f".ready-{uuid4().hex}"
    probe.touch()
    probe.unlink()
    return True


def _holds(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (OSError, RetssporError):
        return False
