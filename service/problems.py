"""One table from errors to answers: problem+json (RFC 9457) for programs, a page for people.

The framework's own answers repeat the rejected input; these never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from nlp.errors import BadText, RedactionFailed
from service.errors import (
    AlreadyDecided,
    BadFields,
    FieldProblem,
    NotHere,
    NotRedacted,
    NotSignedIn,
    OtherHttp,
    OutOfMemory,
    ServiceError,
    Unavailable,
    WrongMethod,
)
from service.intake.fields import text_problem
from service.operations.log_lines import places
from service.pages.contexts import ErrorPage
from service.pages.render import Pages
from service.security.origin import way_back

log = structlog.get_logger()

NOT_REDACTED = NotRedacted().detail
MEDIA_TYPE = "application/problem+json"
NO_THREAD = "can't start new thread"
_VARIABLE = re.compile(r"\{[^}]+\}")
_FOR_MACHINES = frozenset({"/healthz", "/health", "/ready", "/metrics", "/openapi.json"})


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(BadText, _bad_text)
    app.add_exception_handler(RedactionFailed, _redaction_failed)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(MemoryError, _no_memory)
    app.add_exception_handler(RuntimeError, _no_thread)


def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    if isinstance(error, NotSignedIn) and not is_api(request.url.path):
        return _to_sign_in(request)
    response = answer(request, error)
    if isinstance(error, WrongMethod):
        response.headers["Allow"] = ", ".join(_methods(request))
    if isinstance(error, AlreadyDecided):
        response.headers["ETag"] = f'"{error.revision}"'
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _bad_text(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadText)
    return answer(request, BadFields([text_problem(error)]))


def _redaction_failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RedactionFailed)
    log.error("redaction failed", recognizer=error.recognizer, error=error.cause.split(":")[0])
    return answer(request, NotRedacted())


def _validation_error(request: Request, error: Exception) -> Response:
    """The framework checked a parameter. Its own answer would repeat the input."""
    assert isinstance(error, RequestValidationError)
    problems = [
        FieldProblem(
            str(one["loc"][-1]),
            one["type"],
            f"Feltet {one['loc'][-1]} har ikke den rigtige form eller er ikke en kendt værdi.",
        )
        for one in error.errors()
    ]
    return answer(request, BadFields(problems))


async def _no_memory(request: Request, error: Exception) -> Response:
    """Not in a thread, as the other handlers: there may be no memory for one."""
    log.error("failed", error=type(error).__name__, places=places(error))
    return _service_error(request, OutOfMemory())


async def _no_thread(request: Request, error: Exception) -> Response:
    """The same, as Python says it when a thread gets no stack. Other errors go on."""
    if str(error) != NO_THREAD:
        raise error
    return await _no_memory(request, error)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = answer(request, _of_framework(error.status_code))
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_api(request.url.path):
        response.headers["Allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """Every method of an address; the framework names those of one of its routes only."""
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    path = request.url.path
    if path in paths:
        return _names(paths[path])
    fits = (one for template, one in paths.items() if _is_of(path, template))
    return sorted({name for one in fits for name in _names(one)})


def _names(operations: Iterable[str]) -> list[str]:
    return sorted(method.upper() for method in operations)


def _is_of(path: str, template: str) -> bool:
    """True when an address is one of a pattern's: ``/a/{b}``."""
    return re.fullmatch(_VARIABLE.sub("[^/]+", template), path) is not None


def _of_framework(status: int) -> ServiceError:
    if status == HTTPStatus.NOT_FOUND:
        return NotHere()
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return WrongMethod()
    return OtherHttp(status, HTTPStatus(status).phrase)


def answer(request: Request, error: ServiceError) -> Response:
    """An error as a program or a person reads it."""
    if is_api(request.url.path):
        return problem_answer(error)
    pages: Pages = request.app.state.pages
    page = ErrorPage(error.title, error.detail, error.problems)
    return pages.answer("error.html", page, status=error.status)


def problem_answer(error: ServiceError) -> JSONResponse:
    """The problem under a number of its own, by which it can be found again in the log."""
    instance = f"urn:uuid:{uuid4()}"
    log.info("refused", slug=error.slug, status=error.status, instance=instance)
    return JSONResponse(
        problem_of(error, instance), status_code=error.status, media_type=MEDIA_TYPE
    )


def problem_of(error: ServiceError, instance: str) -> dict[str, Any]:
    """Problem details (RFC 9457): five members that are always there, and those of this kind.

    >>> problem_of(NotHere("Indsendelsen findes ikke."), "urn:uuid:0")["type"]
    'urn:retsspor:findes-ikke'
    """
    content: dict[str, Any] = {
        "type": f"urn:retsspor:{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "instance": instance,
        **error.more,
    }
    if error.problems:
        content["errors"] = [{"field": one.field, "message": one.danish} for one in error.problems]
    return content


def is_api(path: str) -> bool:
    """True for addresses that programs read."""
    return path.startswith("/api/") or path in _FOR_MACHINES


def _to_sign_in(request: Request) -> Response:
    target = way_back(request.url.path) if request.method == "GET" else ""
    return RedirectResponse(f"/login?til={target}" if target else "/login", status_code=303)
