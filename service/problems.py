"""One table from errors to answers: problem+json (RFC 9457) for programs, a page for people.

The framework's own answers repeat the rejected input; these never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from nlp.errors import BadText, RedactionFailed
from service.errors import AlreadyDecided, FieldProblem, NotSignedIn, ServiceError
from service.intake.fields import text_problem
from service.pages.contexts import ErrorPage
from service.pages.render import Pages
from service.security.origin import way_back

log = structlog.get_logger()

NOT_REDACTED = "Personoplysninger kunne ikke fjernes sikkert. Intet er gemt. Prøv igen om lidt."


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(BadText, _bad_text)
    app.add_exception_handler(RedactionFailed, _redaction_failed)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    if isinstance(error, NotSignedIn) and not _is_api(request):
        return _to_sign_in(request)
    response = answer(
        request, error.status, error.slug, error.title, error.detail, error.problems, error.more
    )
    if isinstance(error, AlreadyDecided):
        response.headers["ETag"] = f'"{error.revision}"'
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _bad_text(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadText)
    problem = text_problem(error)
    return answer(request, 422, "ugyldige-felter", "Noget skal rettes", problem.danish, (problem,))


def _redaction_failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RedactionFailed)
    log.error("redaction failed", recognizer=error.recognizer, error=error.cause.split(":")[0])
    return answer(request, 503, "anonymisering-fejlede", "Teksten er ikke gemt", NOT_REDACTED)


def _validation_error(request: Request, error: Exception) -> Response:
    """The framework checked a parameter. Its own answer would repeat the input."""
    assert isinstance(error, RequestValidationError)
    problems = tuple(
        FieldProblem(str(one["loc"][-1]), one["type"], "Feltet har ikke den rigtige form.")
        for one in error.errors()
    )
    return answer(request, 422, "ugyldige-felter", "Noget skal rettes", "", problems)


_TITLES = {404: "Siden findes ikke", 405: "Det kan man ikke her"}


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, HTTPStatus(error.status_code).phrase)
    response = answer(request, error.status_code, f"http-{error.status_code}", title, "")
    response.headers.update(error.headers or {})
    return response


def answer(
    request: Request,
    status: int,
    slug: str,
    title: str,
    detail: str,
    problems: tuple[FieldProblem, ...] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """An error as a program or a person reads it; ``more`` is for programs."""
    if _is_api(request):
        return _problem(status, slug, title, detail, problems, more)
    pages: Pages = request.app.state.pages
    return pages.answer("error.html", ErrorPage(title, detail, problems), status=status)


def _problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    problems: tuple[FieldProblem, ...],
    more: Mapping[str, Any],
) -> JSONResponse:
    content: dict[str, object] = {
        "type": f"urn:retsspor:{slug}",
        "title": title,
        "status": status,
        **more,
    }
    if detail:
        content["detail"] = detail
    if problems:
        content["errors"] = [{"field": one.field, "message": one.danish} for one in problems]
    return JSONResponse(content, status_code=status, media_type="application/problem+json")


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path in {"/healthz", "/openapi.json"}


def _to_sign_in(request: Request) -> Response:
    target = way_back(request.url.path) if request.method == "GET" else ""
    return RedirectResponse(f"/login?til={target}" if target else "/login", status_code=303)
