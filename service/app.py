"""The web application, made by a function from its settings and a reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text

from nlp.interfaces import Reader
from service import description, problems
from service.db.engine import Database
from service.db.postgres import Patience
from service.db.upgrade import bring_up_to_date
from service.exchange import api as exchange_api
from service.intake import api as intake_api
from service.intake import routes as intake_routes
from service.intake.service import OneAtATime
from service.learning import drift_page
from service.learning import routes as learning_routes
from service.learning.watcher import keep_watch
from service.operations import routes as operations_routes
from service.operations.health import Readiness
from service.operations.metrics import MeasuredReader, Measuring, Metrics
from service.operations.standing import Standing
from service.operations.tidy import keep_tidy
from service.pages.render import FOLDER, Pages
from service.reports import desk as report_desk
from service.reports import routes as report_routes
from service.review import api as review_api
from service.review import doubts_api, figures_api, queue_api
from service.review import routes as review_routes
from service.security import oidc_routes
from service.security import routes as security_routes
from service.security.headers import Shell
from service.security.sealing import sealer_of
from service.settings import Settings
from service.web import DatabaseDep


def create_app(settings: Settings, reader: Reader) -> FastAPI:
    """The service. Brings the database to the newest layout before it answers."""
    database = Database(settings.address, Patience())
    metrics = Metrics()
    metrics.also(Standing(database, reader, settings).collect)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        bring_up_to_date(settings.address)
        app.state.sealer = sealer_of(settings)
        tasks = [
            asyncio.create_task(keep_watch(database, settings)),
            asyncio.create_task(keep_tidy(settings, metrics.tidied)),
        ]
        yield
        for task in tasks:
            task.cancel()
        database.close()

    app = FastAPI(
        title="Retsspor",
        version="1",
        description=description.INTRODUCTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.reader = OneAtATime(MeasuredReader(reader, metrics))
    app.state.metrics = metrics
    app.state.readiness = Readiness(database, reader, settings)
    app.state.pages = Pages()
    problems.install(app)
    app.add_middleware(Shell)
    app.add_middleware(Measuring, metrics=metrics)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_api_route("/healthz", healthy, include_in_schema=False)
    app.add_api_route("/", _home, include_in_schema=False)
    for module in (
        operations_routes,
        intake_routes,
        intake_api,
        security_routes,
        oidc_routes,
        review_routes,
        review_api,
        queue_api,
        doubts_api,
        figures_api,
        exchange_api,
        learning_routes,
        drift_page,
        report_desk,  # before the others: «ny» is no name of a report
        report_routes,
    ):
        app.include_router(module.router)
    description.install(app, (*intake_api.BODIES, *review_api.BODIES))
    return app


def healthy(database: DatabaseDep) -> dict[str, str]:
    """Answers when the database does."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}


def _home() -> RedirectResponse:
    return RedirectResponse("/indsend", status_code=303)
