"""Outermost layer: safe headers, a log line without content, and a last net for errors.

An error that nobody foresaw may quote citizen text in its message. The net logs its type and
places only and answers with a bare page; the server's own traceback never sees it.
"""

from __future__ import annotations

import re
import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import NotHere, ServiceError
from service.logs import places
from service.operations.log_lines import Route
from service.problems import answer, is_api, problem_answer

log = structlog.get_logger()

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, nofollow",
}
_FOR_EVERYBODY = re.compile(r"/(?:rapporter(?:/\d{4}-.*)?|metode|anonymitet)?")
"""Addresses that search engines may list: what is published, and how it was made."""
ASKED_OFTEN = frozenset({"/health", "/ready", "/healthz", "/metrics"})
"""Asked by machines every few seconds: a line is worth writing only when the answer is no."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BARE = "Noget gik galt. Intet er gemt. Prøv igen om lidt."


class Shell:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                add_headers(scope, MutableHeaders(scope=message))
            await send(message)

        try:
            if _CONTROL.search(scope["path"]):  # PostgreSQL takes no such text, not even to look
                await answer(Request(scope), NotHere())(scope, receive, send_safely)
            else:
                await self.app(scope, receive, send_safely)
        except Exception as error:
            log.error("failed", error=type(error).__name__, places=places(error))
            if not status:
                await _bare_answer(scope, receive, send_safely)
        route = route_of(scope)
        tell = log.debug if route in ASKED_OFTEN and status < 500 else log.info
        tell(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000),
        )


def route_of(scope: Scope) -> Route:
    """The pattern of the address, not the address: a token in a path stays out of the log."""
    route = scope.get("route")
    return Route(getattr(route, "path", "-"))


def add_headers(scope: Scope, headers: MutableHeaders) -> None:
    """Safe headers everywhere; nothing but static files may be kept by a browser or proxy."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if _FOR_EVERYBODY.fullmatch(scope["path"]):
        del headers["X-Robots-Tag"]
    if scope["path"].startswith("/static/"):
        headers["Cache-Control"] = "public, max-age=3600"
    else:
        headers["Cache-Control"] = "no-store"
    if scope.get("scheme") == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


async def _bare_answer(scope: Scope, receive: Receive, send: Send) -> None:
    """As little as can be said: a problem for programs, a line of text for people."""
    if is_api(scope["path"]):
        await problem_answer(ServiceError(_BARE))(scope, receive, send)
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _BARE.encode()})
