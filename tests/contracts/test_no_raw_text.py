"""The canary: invented names and numbers go in by every way; afterwards they are nowhere.

A real server on a real port, with a temporary folder of its own. What is sent holds details that
exist nowhere else; then every byte that the server left behind is searched: the database with its
write-ahead log, log output and tracebacks, temporary files, and what other people are shown. The
sender's own form is the one place where the sender's words may stand.
"""

from __future__ import annotations

import logging
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import structlog
import uvicorn

from models.reader import load_reader
from nlp.errors import RedactionFailed
from nlp.interfaces import Reader
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Role
from service.db.upgrade import upgrade
from service.logs import configure
from service.security import accounts
from service.settings import Settings

SECRETS = (
    "Torbjørgine",
    "Hvidsandsø",
    "140642-6123",
    "1406426123",
    "83 41 77 02",
    "83417702",
    "torbjorgine@hvidsand.example",
)
LETTER = (
    "Jeg hedder Torbjørgine Hvidsandsø, mit cpr er 140642-6123 og telefonen er 83 41 77 02. "
    "Skriv til torbjorgine@hvidsand.example. Kommunen har ikke svaret på vores ansøgning i ni "
    "måneder, og ingen spurgte os, før de traf afgørelsen."
)


@dataclass
class Unsteady:
    """The real reader, which can be told to fail in the middle of its work."""

    inner: Reader
    mood: str = "well"
    read_count: int = field(default=0)

    @property
    def versions(self):
        return self.inner.versions

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        self.read_count += 1
        reading = self.inner.read(raw, known=known)
        self._fail(raw)
        return reading

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        redacted = self.inner.redact(raw, profile=profile, known=known)
        self._fail(raw)
        return redacted

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        return self.inner.excerpt(label, redacted, start, end)

    def _fail(self, raw: RawText) -> None:
        if self.mood == "refuses":
            raise RedactionFailed("names", "TimeoutError")
        if self.mood == "crashes":  # an error that quotes what it was reading, as libraries do
            raise ValueError(f"cannot read {raw.reveal()!r}")


@dataclass(frozen=True)
class Site:
    """The running service and where it may have left something."""

    http: httpx.Client
    reader: Unsteady
    folder: Path
    sender: dict[str, str]
    reviewer: dict[str, str]
    log: StringIO


@pytest.fixture(scope="module")
def real_reader() -> Reader:
    return load_reader()


@pytest.fixture
def site(real_reader, tmp_path, monkeypatch) -> Iterator[Site]:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    settings = Settings(var=tmp_path / "var", log_level="DEBUG")
    reader = Unsteady(real_reader)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure("DEBUG", log := StringIO())
    with running(create_app(settings, reader)) as address:
        headers = {role: bearer(settings, role) for role in (Role.SENDER, Role.REVIEWER)}
        with httpx.Client(base_url=address, follow_redirects=True) as http:
            yield Site(http, reader, tmp_path, headers[Role.SENDER], headers[Role.REVIEWER], log)
    root.handlers, root.level = before
    structlog.reset_defaults()


class running:  # noqa: N801
    """The application on a free port, as long as the block lasts."""

    def __init__(self, app) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        config = uvicorn.Config(app, port=self.port, log_config=None, access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_error) -> None:
        self.server.should_exit = True
        self.thread.join(10)


def bearer(settings: Settings, role: Role) -> dict[str, str]:
    database = Database(settings.address)
    upgrade(database)
    with database.write() as session:
        token = accounts.api_token(session, accounts.create(session, role.value, role))
    database.close()
    return {"Authorization": f"Bearer {token}"}


def form(site: Site, **more: str) -> httpx.Response:
    fields = {"text": LETTER, "navn": "Torbjørgine Hvidsandsø", "adresse": "Hvidsandsø 4"}
    return site.http.post("/indsend", data=fields | more)


def api(site: Site, **more: object) -> httpx.Response:
    return site.http.post("/api/submissions", json={"text": LETTER} | more, headers=site.sender)


def csv(site: Site, content: bytes) -> httpx.Response:
    headers = site.sender | {"content-type": "text/csv"}
    return site.http.post("/api/submissions/csv", content=content, headers=headers)


def keyed(site: Site, **more: object) -> httpx.Response:
    """Twice under a key that is itself personal."""
    headers = site.sender | {"Idempotency-Key": "torbjorgine@hvidsand.example"}
    for _ in range(2):
        answer = site.http.post("/api/submissions", json={"text": LETTER} | more, headers=headers)
    return answer


def redaction(site: Site) -> httpx.Response:
    return site.http.post("/api/redactions", json={"text": LETTER}, headers=site.sender)


def decisions(site: Site, content: str, kind: str) -> httpx.Response:
    """A file of decisions that somebody filled with raw text."""
    headers = site.reviewer | {"content-type": kind}
    return site.http.post("/api/decisions", content=content.encode(), headers=headers)


def broken_csv(letter: str) -> bytes:
    quoted = f'"{letter}"'
    return "\n".join(
        [
            "id,text,area,municipality",
            f"1,{quoted},jobcenter,Kolding",
            f'2,"{letter}',
            f"Torbjørgine,{quoted},jobcenter,Kolding",
            f"140642-6123,{quoted},jobcenter,Kolding",
            f"3,{quoted},Hvidsandsø,Kolding",
            f"4,{quoted},jobcenter,Torbjørgine",
            f"5,{quoted},a,b,c,Hvidsandsø",
            f"6,{quoted},handicap,Vejle",
        ]
    ).encode() + "\n7,Torbjørgine Hvidsandsø,,\n".encode("latin-1")


def send_well(site: Site) -> None:
    form(site, handling="vis")
    form(site, handling="send")
    api(site)
    keyed(site)
    redaction(site)
    csv(site, broken_csv(LETTER))


def send_badly(site: Site) -> None:
    """Requests that must be refused, each with the details somewhere else."""
    form(site, municipality="Torbjørgine", handling="send")
    form(site, area="Hvidsandsø", handling="send")
    api(site, area="Torbjørgine", municipality="Hvidsandsø", received_at="83417702")
    api(site, id="Torbjørgine Hvidsandsø")
    api(site, id="140642-6123")
    api(site, text=LETTER * 200)
    api(site, text=LETTER + "\x00")
    api(site, text="My name is Torbjørgine Hvidsandsø and the council will not answer the letters.")
    api(site, is_test=LETTER)
    for body in (LETTER, f'{{"text": "{LETTER}', f'["{LETTER}"]', f'"{LETTER}"'):
        headers = site.sender | {"content-type": "application/json"}
        site.http.post("/api/submissions", content=body.encode(), headers=headers)
        site.http.post("/api/submissions", content=body.encode("utf-16"), headers=headers)
    csv(site, f"text,{LETTER}\n1,2\n".encode())
    csv(site, LETTER.encode("latin-1"))
    keyed(site, area="Torbjørgine")
    for one in ('{"id": "%s"}', '{"note": "%s"}', '{"labels": ["%s"]}', "%s", '[{"data": "%s"}]'):
        for kind in ("application/json", "application/x-ndjson", "text/csv"):
            decisions(site, one % LETTER, kind)
    for path in ("submissions?cursor=", "submissions?limit=", "queue?area=", "submissions/"):
        site.http.get(f"/api/{path}Torbjørgine Hvidsandsø", headers=site.reviewer)
    files = {"text": ("letter.txt", (LETTER * 20_000).encode(), "text/plain")}
    site.http.post("/indsend", files=files)
    site.http.post("/api/submissions", files=files, headers=site.sender)
    form(site, text=LETTER * 10_000)


def search(site: Site) -> list[str]:
    """Every file below the folder that holds a secret, with the secret."""
    return [
        f"{path.relative_to(site.folder)}: {secret}"
        for path in site.folder.rglob("*")
        if path.is_file()
        for secret in leaks(path.read_bytes())
    ]


def leaks(content: bytes) -> list[str]:
    """The secrets in some bytes, in whatever way they may have been written."""
    spellings = {
        secret: [
            secret.encode(),
            secret.encode("latin-1"),
            secret.encode("utf-16-le"),
            quote(secret).encode(),
            secret.encode("unicode_escape"),
        ]
        for secret in SECRETS
    }
    folded = content.lower()
    return [
        secret
        for secret, ways in spellings.items()
        if any(way in content or way.lower() in folded for way in ways)
    ]


def shown_to_others(site: Site) -> list[str]:
    """What a reviewer, a passer-by and a program can see."""
    ids = sorted(set(re.findall(r"01[0-9A-Z]{24}", all_ids(site))))
    pages = [site.http.get(f"/api/submissions/{one}", headers=site.reviewer).text for one in ids]
    pages += [
        site.http.get(path).text for path in ("/indsend", "/healthz", "/rapporter", "/nowhere")
    ]
    return [secret for page in pages for secret in leaks(page.encode())]


def all_ids(site: Site) -> str:
    database = Database(f"sqlite:///{site.folder / 'var' / 'retsspor.sqlite3'}")
    with database.read() as session:
        found = session.connection().exec_driver_sql("SELECT public_id FROM submission").all()
    database.close()
    return " ".join(row[0] for row in found)


@pytest.mark.parametrize("mood", ["well", "refuses", "crashes"])
@pytest.mark.parametrize("send", [send_well, send_badly], ids=lambda send: send.__name__)
def test_nothing_is_left(site: Site, capfd, send: Callable[[Site], None], mood: str):
    site.reader.mood = mood
    send(site)
    output = site.log.getvalue() + "".join(capfd.readouterr())
    assert '"event": "request"' in output
    assert leaks(output.encode()) == []
    assert search(site) == []
    assert shown_to_others(site) == []
    assert [path for path in (site.folder / "temp").rglob("*") if path.is_file()] == []


def test_the_way_well_trodden_does_keep_submissions(site: Site):
    """Else the test above would search an empty house."""
    send_well(site)
    assert site.reader.read_count >= 5
    assert len(all_ids(site).split()) == 5
    assert "[CPR]" in str(
        [
            site.http.get(f"/api/submissions/{one}", headers=site.reviewer).json()
            for one in all_ids(site).split()
        ]
    )


def test_answers_to_programs_never_repeat_what_was_refused(site: Site):
    answers = [
        api(site, area="Torbjørgine"),
        api(site, id="Torbjørgine Hvidsandsø"),
        api(site, text=LETTER + "\x00"),
        csv(site, broken_csv(LETTER)),
        site.http.get("/gennemgang/Torbjørgine"),
        site.http.post("/api/submissions", content=LETTER.encode(), headers=site.sender),
        site.http.get("/api/submissions?limit=Torbjørgine", headers=site.sender),
        site.http.get("/api/queue?area=Hvidsandsø", headers=site.reviewer),
        decisions(site, f'{{"note": "{LETTER}"}}', "application/x-ndjson"),
    ]
    site.reader.mood = "crashes"
    new_ids = broken_csv(LETTER).replace(b"\n1,", b"\n11,").replace(b"\n6,", b"\n16,")
    answers += [api(site), csv(site, new_ids)]
    assert [leak for answer in answers for leak in leaks(answer.content)] == []
    assert answers[-1].status_code == 500


def test_after_a_failure_nothing_at_all_is_kept(site: Site):
    for mood, status in (("refuses", 503), ("crashes", 500)):
        site.reader.mood = mood
        assert api(site).status_code == status
        assert form(site, handling="send").status_code == status
    assert all_ids(site) == ""


def test_the_sender_s_words_go_back_to_the_sender_only(site: Site):
    answer = form(site, municipality="Atlantis", handling="send")
    assert LETTER in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "Torbjørgine" not in str(answer.url)
