"""Run the service. uvicorn's own access log is off: it writes query strings."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from service.db.upgrade import upgrade_when_there
from service.logs import configure
from service.settings import Settings


def serve(app: FastAPI, settings: Settings, *, host: str, port: int) -> None:
    """Answer until Ctrl-C. Waits for a database that is not there yet. Raises LayoutTooNew."""
    configure(settings.log_level)
    upgrade_when_there(settings.address)
    uvicorn.run(app, host=host, port=port, access_log=False, log_config=None, server_header=False)
