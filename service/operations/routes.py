"""``/health``, ``/ready`` and ``/metrics``: for machines, without sign-in or with a token."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from service.errors import NotHere, NotSignedIn
from service.operations.health import Readiness
from service.operations.metrics import Metrics
from service.secrets import same
from service.web import SettingsDep

router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health() -> dict[str, str]:
    """The process is up. Looks at nothing else, so a database that is away restarts nobody."""
    return {"status": "up"}


@router.get("/ready")
async def ready(request: Request) -> JSONResponse:
    """200 when a submission can be taken now, else 503; which parts are, and nothing else."""
    readiness: Readiness = request.app.state.readiness
    parts = await readiness.parts()
    is_ready = all(parts.values())
    content: dict[str, Any] = {
        "status": "ready" if is_ready else "not ready",
        "parts": {name: "ok" if fine else "missing" for name, fine in parts.items()},
    }
    return JSONResponse(content, 200 if is_ready else 503)


@router.get("/metrics")
def metrics(request: Request, settings: SettingsDep) -> Response:
    """Figures for Prometheus, for who has the token; without one they are not there at all."""
    if settings.metrics_token is None:
        raise NotHere
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same(
        secret.strip(), settings.metrics_token.get_secret_value()
    ):
        raise NotSignedIn("Tokenet kendes ikke.")
    found: Metrics = request.app.state.metrics
    return Response(found.exposition(), media_type=CONTENT_TYPE_LATEST)
