"""What all tests share: a clean environment, a real PostgreSQL server, a real Chromium.

A test that asks for ``postgres_url`` or ``chromium_path`` is skipped where the program is missing,
and fails instead when ``RETSSPOR_REQUIRE_ALL=1``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from models.manifest import SHIPPED, Manifest, read_manifest, seal
from models.releases.store import ReleaseStore
from nlp.interfaces import Reader

REQUIRE_ALL = os.environ.get("RETSSPOR_REQUIRE_ALL") == "1"
MISSING: set[str] = set()

# A slow machine is no error, and the same commit gives the same examples when it is checked in.
settings.register_profile("retsspor", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("retsspor")


def missing(what: str) -> None:
    """Skip the test, or fail it where nothing may be skipped."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is needed (RETSSPOR_REQUIRE_ALL=1)")
    MISSING.add(what)
    pytest.skip(f"{what} is not installed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in capitals what was not tested."""
    for what in sorted(MISSING):
        terminalreporter.write_line(f"{what.upper()} IS MISSING: ITS TESTS WERE SKIPPED", red=True)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test; what a test sets is taken back."""
    for name in [name for name in os.environ if name.startswith("RETSSPOR_")]:
        monkeypatch.delenv(name)
    # A command that runs inside a test must not forbid dumps to every later test.
    monkeypatch.setattr("service.dumps.no_dumps", lambda: None)


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The shipped reader, loaded once for all tests that need it, and only then: it is heavy."""
    from models.reader import load_reader

    return load_reader()


@pytest.fixture(scope="session")
def renamed() -> Callable[[ReleaseStore, str, str], str]:
    """Adds a shipped model to a store under another version: it reads as the shipped one does."""

    def add(store: ReleaseStore, kind: str, version: str) -> str:
        def write(folder: Path) -> Manifest:
            shutil.copytree(SHIPPED / kind, folder, dirs_exist_ok=True)
            return seal(folder, replace(read_manifest(folder), version=version))

        return store.add(kind, write).version

    return add


@pytest.fixture
def installed(tmp_path: Path, renamed: Callable[[ReleaseStore, str, str], str]) -> ReleaseStore:
    """A store with a redactor (aaaaaaaaaaaa) and a classifier (bbbbbbbbbbbb) in use."""
    store = ReleaseStore(tmp_path / "models")
    for kind, version in (("redactor", "a" * 12), ("classifier", "b" * 12)):
        store.promote(kind, renamed(store, kind, version), by="Ada", why="")
    return store


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing("Chromium")
    raise AssertionError


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own, gone after the tests."""

    port: int
    run: Callable[..., None]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"


def postgres_programs() -> Path | None:
    """The folder with ``initdb``: the newest of Debian's, or the one on the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: then everything is run as the user ``postgres``."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A private server in a temporary folder, on a free port of this machine only."""
    programs = postgres_programs()
    if programs is None:
        missing("PostgreSQL")
        raise AssertionError
    folder = Path(tempfile.mkdtemp(prefix="retsspor-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()

    def run(program: str, *arguments: str) -> None:
        command = [*as_postgres(), str(programs / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c full_page_writes=off"
    run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Cluster(port, run)
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """A fresh, empty database for one test."""
    database = f"t{uuid4().hex}"
    where = ("-h", "127.0.0.1", "-p", str(postgres_cluster.port), "-U", "postgres")
    postgres_cluster.run("createdb", *where, database)
    yield postgres_cluster.url(database)
    postgres_cluster.run("dropdb", *where, "--force", database)
