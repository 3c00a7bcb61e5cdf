"""Run the service. uvicorn's own access log is off: it writes query strings."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from service.logs import configure
from service.settings import Settings


def serve(app: FastAPI, settings: Settings, *, host: str, port: int) -> None:
    """Answer until Ctrl-C."""
    configure(settings.log_level)
    uvicorn.run(app, host=host, port=port, access_log=False, log_config=None, server_header=False)
