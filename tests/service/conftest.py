"""A real application on a fresh database for every test, and ways to sign in."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from models import corpora
from models.classifier.corpus import bank_arrays
from models.reader import load_reader
from models.releases.reader import BESIDE, Beside
from models.releases.training import Written
from models.train import settings as configuration
from nlp.interfaces import Reader
from nlp.types import (
    LABELS,
    Entity,
    Evidence,
    Excerpt,
    RawText,
    Reading,
    Redacted,
    Suggestion,
    Versions,
)
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Role, Source
from service.db.upgrade import upgrade
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.learning.collect import collect
from service.learning.work import Material
from service.review.decisions import Choice, Reviewer
from service.review.service import decide
from service.secrets import new_submitter
from service.security import accounts
from service.security.sealing import Sealer
from service.settings import Settings

with warnings.catch_warnings():  # it only asks for another HTTP library than the locked one
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The shipped reader, loaded once."""
    return load_reader()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of both kinds."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'both.sqlite3'}"


@pytest.fixture
def both(address: str) -> Iterator[Database]:
    """An upgraded database, of both kinds."""
    database = Database(address)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """An upgraded SQLite database, for what does not depend on the kind."""
    database = Database(f"sqlite:///{tmp_path / 'embedded.sqlite3'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path / "var", blind_percent=0)  # unless a test asks for it


@pytest.fixture
def app(settings: Settings, reader: Reader) -> FastAPI:
    return create_app(settings, reader)


@pytest.fixture
def client(app: FastAPI) -> Iterator[httpx.Client]:
    """A browser that nobody has signed in with."""
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def database(app: FastAPI, client: httpx.Client) -> Database:
    """The database of the running application."""
    found: Database = app.state.database
    return found


@dataclass(frozen=True)
class Staff:
    """A signed-in browser with its form token."""

    http: httpx.Client
    csrf: str
    name: str

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form as a page of this session would."""
        return self.http.post(path, data={"csrf": self.csrf} | fields)

    def take(self, path: str) -> httpx.Response:
        """Claim the submission of a page; the answer is its page."""
        return self.post(f"{path}/tag")

    def form_of(self, path: str) -> dict[str, str]:
        """Claim a submission; the hidden fields of the form on its page."""
        page = self.take(path).text
        return dict(re.findall(r'name="(revision|vist)" value="(\d+)"', page.split("fortryd")[0]))


@pytest.fixture
def sign_in(app: FastAPI, database: Database) -> Callable[..., Staff]:
    """Make an account and sign in with a one-time link (a password costs time on purpose)."""

    def enter(role: Role, name: str | None = None) -> Staff:
        name = name or role.value
        with database.write() as session:
            account = accounts.create(session, name, role)
            path = f"/login/engang/{accounts.one_time_link(session, account, hours=1)}"
        http = TestClient(app, base_url="http://localhost")
        answer = http.post(path, data={"csrf": form_token(http.get(path).text)})
        assert answer.status_code == 200
        return Staff(http, form_token(answer.text), name)

    return enter


@pytest.fixture
def reviewer(sign_in: Callable[..., Staff]) -> Staff:
    return sign_in(Role.REVIEWER)


@pytest.fixture
def bearer(database: Database) -> Callable[[Role], dict[str, str]]:
    """Headers of a program with a role."""

    def headers(role: Role) -> dict[str, str]:
        with database.write() as session:
            account = accounts.create(session, f"program-{role.value}", role)
            return {"Authorization": f"Bearer {accounts.api_token(session, account)}"}

    return headers


@pytest.fixture
def as_sender(bearer: Callable[[Role], dict[str, str]]) -> dict[str, str]:
    return bearer(Role.SENDER)


def form_token(page: str) -> str:
    """The hidden token of a page's first form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def token_of() -> Callable[[str], str]:
    """Finds the hidden token of a page's first form."""
    return form_token


@pytest.fixture
def browse() -> Callable[..., TestClient]:
    """Opens a browser on an application; use it with ``with`` to start and stop the application."""
    return partial(TestClient, base_url="http://localhost")


@pytest.fixture(scope="session")
def keep_text() -> Callable[..., str]:
    """Keeps a submission as a reader might have read it, without a model; returns its reference."""

    def keep(
        database: Database,
        text: str = "[PERSON 1] har ventet på svar i syv måneder. Ingen har spurgt os.",
        *,
        evidence: str = "",
        excerpt: str = "",
        possible: str = "",
        suggested: tuple[str, ...] = ("frister",),
        is_test: bool = False,
    ) -> str:
        def places(words: str) -> list[tuple[int, int]]:
            return [m.span() for m in re.finditer(re.escape(words), text)] if words else []

        suggestions = tuple(
            Suggestion(
                label,
                0.9 if label in suggested else 0.05,
                label in suggested,
                tuple(Evidence(*one, 0.9) for one in places(evidence)) * (label in suggested),
            )
            for label in LABELS
        )
        redacted = Redacted(
            text,
            tuple(Entity(*m.span(), "PERSON") for m in re.finditer(r"\[PERSON \d\]", text)),
            possible=tuple(Entity(*one, "PERSON", True) for one in places(possible)),
        )
        excerpts = (Excerpt("frister", excerpt),) if excerpt else ()
        reading = Reading(redacted, suggestions, excerpts, Versions("r1", "c1"))
        draft = Draft(RawText(""), "handicap", is_test=is_test)
        with database.write() as session:
            incoming = Incoming(draft, reading, Source.FORM, new_submitter(), None)
            return add(session, incoming, "test")

    return keep


@pytest.fixture
def person() -> Callable[..., Reviewer]:
    """Makes a reviewer."""

    def make(database: Database, name: str) -> Reviewer:
        with database.write() as session:
            return Reviewer(accounts.create(session, name, Role.REVIEWER).id, name)

    return make


# ── learning from the staff ──────────────────────────────────────────────────────────────────────
@dataclass
class Desk:
    """Keeps submissions and decides on them, as one reviewer."""

    database: Database
    reader: object
    reviewer: Reviewer

    def keep(
        self,
        words: str,
        *,
        suggested: float = 0.9,
        beside: float | None = None,
        versions: tuple[str, str] = ("c1", "c0"),
        submitter: str = "",
    ) -> str:
        def said(chance: float) -> tuple[Suggestion, ...]:
            end = len(words.split(".")[0]) + 1
            return tuple(
                Suggestion(one, chance if one == "frister" else 0.05, one == "frister" and chance > 0.5,
                           (Evidence(0, end, chance),) if one == "frister" else ())
                for one in LABELS
            )  # fmt: skip

        people = tuple(Entity(*m.span(), "PERSON") for m in re.finditer(r"\[PERSON \d\]", words))
        facts = {} if beside is None else {BESIDE: Beside(versions[1], said(beside))}
        reading = Reading(
            Redacted(words, people), said(suggested), (), Versions("r1", versions[0]), facts
        )
        with self.database.write() as session:
            incoming = Incoming(
                Draft(RawText(""), "handicap"), reading, Source.FORM, submitter or new_submitter(), None
            )  # fmt: skip
            return add(session, incoming, "test")

    def confirm(self, public_id: str, *labels: str, blind: bool = False, **more: object) -> None:
        choice = Choice(frozenset(labels), **more)
        decide(
            self.database, self.reader, public_id, choice, self.reviewer,
            revision=0, blind_percent=100 if blind else 0,
        )  # fmt: skip

    def collected(self):
        with self.database.read() as session:
            return collect(session, Sealer(b"k" * 32), weight=2.0)


@pytest.fixture
def desk_on(reader: Reader, person: Callable[..., Reviewer]) -> Callable[[Database], Desk]:
    """A desk over any database."""
    return lambda database: Desk(database, reader, person(database, "Ane"))


@pytest.fixture
def desk(embedded: Database, desk_on: Callable[[Database], Desk]) -> Desk:
    """A desk over an SQLite database."""
    return desk_on(embedded)


@pytest.fixture(scope="session")
def material() -> Material:
    """A little of the corpus, and settings that make a training short."""
    every = corpora.examples()
    chosen = every[:: len(every) // 120]
    small = {**configuration("classifier"), "bits": 12, "families": ["words"], "folds": 3}
    return Material(
        Written(chosen[:60], bank_arrays([]), "small"),
        chosen[60:70],
        small,
        {**configuration("learning"), "least_confirmed": 3, "slower": 100.0},
    )


@pytest.fixture
def place(tmp_path, reader) -> tuple[Settings, Desk]:
    settings = Settings(var=tmp_path / "var")
    database = Database(settings.address)
    upgrade(database)
    with database.write() as session:
        account = accounts.create(session, "Ane", Role.REVIEWER)
        accounts.create(session, "Ada", Role.ADMINISTRATOR)
        desk = Desk(database, reader, Reviewer(account.id, "Ane"))
    for number in range(6):
        desk.confirm(
            desk.keep(f"Vi har ikke fået svar i syv måneder. Det er brev nummer {number}."),
            "frister",
        )
    return settings, desk
