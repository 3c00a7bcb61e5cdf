"""The application as the tests of the service have it, and its list of routes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


def service_fixtures():
    path = Path(__file__).parents[1] / "service" / "conftest.py"
    spec = importlib.util.spec_from_file_location("service_fixtures", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["service_fixtures"] = module
    spec.loader.exec_module(module)
    return module


_service = service_fixtures()
address, app, bearer, browse = _service.address, _service.app, _service.bearer, _service.browse
both, client, database = _service.both, _service.client, _service.database
keep_text, settings, sign_in, token_of = (
    _service.keep_text,
    _service.settings,
    _service.sign_in,
    _service.token_of,
)


def routes_of(found: list[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route of an application, those of included routers too."""
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes_of(inner.routes)


@pytest.fixture
def routes(app) -> list[tuple[str, str]]:
    """Method and address of everything that can be asked."""
    return sorted(
        (method, route.path)
        for route in routes_of(app.routes)
        if isinstance(route, APIRoute)
        for method in route.methods
    )
