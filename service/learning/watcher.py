"""Looks after the model in use for as long as the service runs."""

from __future__ import annotations

import asyncio

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from nlp.errors import RetssporError
from service.db.engine import Database
from service.learning.doubts import renew
from service.learning.releases import look
from service.security.sealing import sealer_of
from service.settings import Settings

log = structlog.get_logger()


async def keep_watch(database: Database, settings: Settings) -> None:
    """Every so often look after the models. Ends when cancelled."""
    while settings.watch_minutes:
        await asyncio.sleep(settings.watch_minutes * 60)
        await run_in_threadpool(look_after, database, settings)


def look_after(database: Database, settings: Settings) -> None:
    """Demote a model that does worse than the one before; list what the latest training doubts.

    What goes wrong is logged, and tried again the next time.
    """
    try:
        after = look(database, settings)
        if after is not None:
            log.warning("model demoted", version=after.classifier.version)
    except (RetssporError, SQLAlchemyError, OSError) as error:
        log.error("the model in use was not looked after", error=type(error).__name__)
    try:
        listed = renew(database, settings.releases, sealer_of(settings))
        if listed is not None:
            log.info("doubtful decisions listed", submissions=listed)
    except (RetssporError, SQLAlchemyError, OSError) as error:
        log.error("the doubtful decisions were not listed", error=type(error).__name__)
