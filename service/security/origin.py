"""Is a form sent from one of our own pages? Browsers say so; the token proves it.

Our pages send no referrer, and browsers then write ``Origin: null``. So ``Sec-Fetch-Site`` is
asked first (all current browsers, on HTTPS and localhost), then ``Origin``; the session's token
is needed in any case where somebody is signed in.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fastapi import Request

from service.errors import ForgedForm
from service.secrets import same

_STAFF_PAGE = re.compile(
    r"/(?:gennemgang(?:/[0-9A-Z]{26})?|tal|enighed|aendringer|rapporter(?:/ny)?)"
)


def way_back(path: str) -> str:
    """The path if it is a page of staff, or nothing: a sign-in must not send people elsewhere."""
    return path if _STAFF_PAGE.fullmatch(path) else ""


def need_own_origin(request: Request) -> None:
    """Raise ForgedForm for a form that another site sent."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForgedForm
        return
    origin = request.headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForgedForm


def need_token(expected: str, given: str) -> None:
    """Raise ForgedForm unless the form carries the session's token."""
    if not expected or not same(expected, given):
        raise ForgedForm
