"""Requests with a canary in them against the whole application, on a database of its own.

No answer may be a fault, no answer and no line of the log may hold the canary.
"""

from __future__ import annotations

import atexit
import warnings
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from urllib.parse import quote_from_bytes

from nlp.interfaces import Reader
from service.app import create_app
from service.bench.fuzzing.canaries import canary
from service.bench.fuzzing.tally import Broken
from service.db.engine import Database
from service.db.tables import Role
from service.logs import configure
from service.security import accounts
from service.settings import Settings

with warnings.catch_warnings():  # it only asks for another HTTP library than the locked one
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

_JSON, _LINES, _CSV = "application/json", "application/x-ndjson", "text/csv"
_REFERENCE = "01KT5Q3H6ZJ8W4M2N7R9V0XBCD"
_PATHS = (
    ("POST", "/api/redactions", _JSON),
    ("POST", "/api/submissions", _JSON),
    ("POST", "/api/submissions/csv", _CSV),
    ("POST", "/api/submissions/csv", _LINES),
    ("POST", "/api/decisions", _JSON),
    ("POST", "/api/decisions", _CSV),
    ("POST", "/api/decisions", "application/vnd.apache.parquet"),
    ("POST", f"/api/submissions/{_REFERENCE}/decisions", _JSON),
    ("POST", f"/api/submissions/{_REFERENCE}/maskings", _JSON),
    ("POST", "/login", "application/x-www-form-urlencoded"),
    ("GET", "/api/queue?area={}", ""),
    ("GET", "/api/submissions?cursor={}", ""),
    ("GET", "/api/submissions/{}", ""),
    ("GET", "/rapporter/{}/1/rapport.json", ""),
    ("GET", "/login/oidc/svar?state={}&code={}", ""),
    ("GET", "/{}", ""),
)
_LONGEST_QUERY = 2_000


def asking(reader: Reader, folder: Path) -> Callable[[bytes], str]:
    """One request an input; its first byte chooses which."""
    log = StringIO()
    configure("DEBUG", log)
    app = create_app(Settings(var=folder / "web"), reader)
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    client.__enter__()
    atexit.register(client.__exit__, None, None, None)
    headers = _administrator(app.state.database)

    def run(content: bytes) -> str:
        number = int.from_bytes(content[:3])
        one = canary(number)
        method, path, media = _PATHS[number % len(_PATHS)]
        rest = content[3:]
        sent = rest.replace(b"CANARY", one.told.encode())
        log.seek(0)
        log.truncate()
        answer = client.request(
            method,
            path.replace("{}", quote_from_bytes(sent[:_LONGEST_QUERY], safe="")),
            content=sent if media else None,
            headers=headers | ({"content-type": media} if media else {}),
            follow_redirects=False,
        )
        if answer.status_code >= 500:
            raise Broken(f"{method} {path}: {answer.status_code}")
        if one.is_in(answer.text):
            raise Broken(f"{method} {path}: the answer holds the canary")
        if one.is_in(log.getvalue()):
            raise Broken(f"{method} {path}: the log holds the canary")
        return f"{answer.status_code}"

    return run


def _administrator(database: Database) -> dict[str, str]:
    with database.write() as session:
        account = accounts.create(session, "fuzz", Role.ADMINISTRATOR)
        return {"Authorization": f"Bearer {accounts.api_token(session, account)}"}


def seeds(bodies: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Bodies of the readers, each at every address, with the canary told in them."""
    more = (b'{"text": "Jeg har ventet. CANARY Ingen svarer."}', b'{"CANARY": 1}', b"CANARY")
    return tuple(
        number.to_bytes(3) + body for body in (*more, *bodies) for number in range(len(_PATHS))
    )
