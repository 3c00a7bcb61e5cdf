"""Looks after the model in use for as long as the service runs."""

from __future__ import annotations

import asyncio

import structlog
from fastapi.concurrency import run_in_threadpool

from nlp.errors import RetssporError
from service.db.engine import Database
from service.learning.releases import look
from service.settings import Settings

log = structlog.get_logger()


async def keep_watch(database: Database, settings: Settings) -> None:
    """Every so often demote a model that does worse than the one before. Ends when cancelled."""
    while settings.watch_minutes:
        await asyncio.sleep(settings.watch_minutes * 60)
        try:
            after = await run_in_threadpool(look, database, settings)
        except (RetssporError, OSError) as error:
            log.error("the model in use was not looked after", error=type(error).__name__)
        else:
            if after is not None:
                log.warning("model demoted", version=after.classifier.version)
