"""Health and readiness, and what the files under deploy/ say of the program."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import threading
import time
import tomllib
from collections.abc import Iterator
from configparser import RawConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click
import pytest
import typer.main
import yaml
from sqlalchemy import text

from service.app import create_app
from service.cli import app as command_line
from service.db.engine import Database
from service.db.upgrade import downgrade, upgrade
from service.operations import health, probe
from service.operations.health import Readiness, is_writable, layout_of, newest_layout
from service.operations.metrics import Metrics
from service.operations.routes import router
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCUMENTS = (ROOT / "docs" / "operations.md", ROOT / "docs" / "upgrade.md")


# ── up ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_process_is_up_whatever_else_is_not(client, database):
    database.close()
    assert client.get("/health").json() == {"status": "up"}


def test_everything_is_there(client):
    answer = client.get("/ready")
    assert answer.status_code == 200
    parts = {"database": "ok", "layout": "ok", "models": "ok", "disk": "ok"}
    assert answer.json() == {"status": "ready", "parts": parts}


def look(readiness: Readiness) -> dict[str, bool]:
    return dict(readiness.look())


ALL = {"database": True, "layout": True, "models": True, "disk": True}


@pytest.fixture
def readiness(embedded, reader, tmp_path) -> Readiness:
    return Readiness(embedded, reader, Settings(var=tmp_path))


def test_an_older_or_newer_layout_is_not_ready(both, reader, tmp_path):
    readiness = Readiness(both, reader, Settings(var=tmp_path))
    assert look(readiness) == ALL
    newest = newest_layout()
    with both.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert look(readiness) == {**ALL, "layout": False}
    with both.write() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{newest}'"))
    downgrade(both, "-1")
    assert look(readiness) == {**ALL, "layout": False}
    upgrade(both)
    assert look(readiness) == ALL


def test_a_database_that_is_away(reader, tmp_path):
    gone = Database("postgresql+psycopg://nobody:hemmelig@127.0.0.1:1/none")
    found = look(Readiness(gone, reader, Settings(var=tmp_path)))
    assert found == {**ALL, "database": False, "layout": False}


def test_an_empty_database_has_no_layout(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'empty'}")
    assert layout_of(database) is None
    database.close()


def test_a_disk_that_takes_nothing(embedded, reader, tmp_path, monkeypatch):
    missing = Readiness(embedded, reader, Settings(var=tmp_path / "not" / "there"))
    assert look(missing) == {**ALL, "disk": False}
    monkeypatch.setattr(health, "LEAST_SPACE", 10**18)
    assert not is_writable(tmp_path)


def test_looking_leaves_nothing_on_the_disk(tmp_path):
    assert is_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_models_that_are_damaged(readiness, monkeypatch):
    from nlp.errors import ModelDamaged

    class Damaged:
        @property
        def versions(self):
            raise ModelDamaged("names.json is altered")

    monkeypatch.setattr(readiness, "_reader", Damaged())
    assert look(readiness) == {**ALL, "models": False}


def test_an_answer_says_which_part_and_no_secret(tmp_path, reader, browse):
    settings = Settings(var=tmp_path / "var")
    with browse(create_app(settings, reader)) as client:
        shutil.rmtree(tmp_path / "var")
        answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["disk"] == "missing"
    assert str(tmp_path) not in answer.text
    assert "sqlite" not in answer.text


def test_many_who_ask_make_one_look(readiness, monkeypatch):
    looks: list[int] = []
    monkeypatch.setattr(readiness, "look", lambda: looks.append(1) or ALL)

    async def ask() -> None:
        answers = await asyncio.gather(*(readiness.parts() for _ in range(50)))
        assert answers == [ALL] * 50

    asyncio.run(ask())
    assert len(looks) == 1


def test_a_part_that_hangs_is_not_ready_and_holds_nobody_up(readiness, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(readiness, "look", lambda: time.sleep(0.3) or ALL)

    async def ask() -> None:
        started = time.monotonic()
        answers = await asyncio.gather(*(readiness.parts() for _ in range(20)))
        assert time.monotonic() - started < 0.3
        assert all(not any(one.values()) for one in answers)
        await asyncio.sleep(0.4)

    asyncio.run(ask())


# ── the probe of unit and container ──────────────────────────────────────────────────────────────
@pytest.fixture
def after_a_while() -> Iterator[str]:
    """A server that is ready at the third time of asking."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if len(asked) > 2 else 503)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ready"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_probe_waits_for_yes(after_a_while, monkeypatch):
    monkeypatch.setattr(probe, "PAUSE", 0.01)
    assert probe.main([after_a_while, "0"]) == 1
    assert probe.main([after_a_while, "20"]) == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [(["http://127.0.0.1:1/ready", "0"], 1), (["http://127.0.0.1:1/ready"], 2), (["x", "y"], 2)],
)
def test_the_probe_says_no(words, code):
    assert probe.main(words) == code


# ── deploy/ ──────────────────────────────────────────────────────────────────────────────────────
def commands(group: click.Command, before: str = "") -> dict[str, set[str]]:
    """Every command → its options."""
    inner = getattr(group, "commands", None)
    if inner is None:
        return {before: {option for one in group.params for option in one.opts}}
    return {
        name: options
        for key, one in inner.items()
        for name, options in commands(one, f"{before} {key}".strip()).items()
    }


KNOWN = commands(typer.main.get_command(command_line))
FILES = [one for one in sorted(DEPLOY.iterdir()) if one.is_file()] if DEPLOY.is_dir() else []


def unit() -> RawConfigParser:
    """The unit; a key that stands twice keeps its last value."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(DEPLOY / "retsspor.service", encoding="utf-8")
    return parser


def called(line: str) -> tuple[str, list[str]]:
    """The command of a line that calls the program, and its options."""
    words = line.split()
    parts = [one for one in words if not one.startswith("-")]
    for length in (2, 1):
        name = " ".join(parts[:length])
        if name in KNOWN:
            return name, [one.partition("=")[0] for one in words if one.startswith("--")]
    raise AssertionError(f"no such command: retsspor {line}")


@pytest.mark.parametrize("file", [*FILES, *DOCUMENTS], ids=lambda one: one.name)
def test_every_command_that_is_named_exists(file):
    content = file.read_text(encoding="utf-8").replace("\\\n", " ")
    content = content.replace('", "', " ")  # a container's list of words
    for line in re.findall(r"bin/retsspor\"?,? ([a-z][^\n`\"|;]*)", content):
        name, options = called(line)
        assert set(options) <= KNOWN[name] | {"--help"}, line
    for line in re.findall(r"`retsspor ([a-z][^`]*)`", content):
        name, options = called(line)
        assert set(options) <= KNOWN[name], line


@pytest.mark.parametrize("file", [*FILES, *DOCUMENTS], ids=lambda one: one.name)
def test_every_setting_that_is_named_exists(file):
    known = {f"RETSSPOR_{name.upper()}" for name in Settings.model_fields}
    named = re.findall(r"RETSSPOR_[A-Z_]+[A-Z]", file.read_text(encoding="utf-8"))
    assert set(named) <= known | {"RETSSPOR_REQUIRE_ALL"}


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_every_address_that_is_asked_exists(file):
    known = {one.path for one in router.routes}
    content = file.read_text(encoding="utf-8")
    asked = set(re.findall(r"127\.0\.0\.1:8000(/[a-z]+)", content))
    assert asked <= known
    for path in re.findall(r"metrics_path: (\S+)", content):
        assert path in known


def test_every_figure_that_an_alert_asks_for_exists(client, app):
    metrics: Metrics = app.state.metrics
    there = set(re.findall(r"^# TYPE (\S+)", metrics.exposition().decode(), re.MULTILINE))
    alerts = (DEPLOY / "prometheus-alerts.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\b(retsspor_[a-z_]+)\b", alerts))
    ends = "(_total|_bucket|_count|_sum)$"
    assert {re.sub(ends, "", one) for one in asked} <= {re.sub(ends, "", one) for one in there}
    assert len(asked) > 5


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("*.yml")), ids=lambda one: one.name)
def test_files_for_prometheus_can_be_read(file):
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    rules = [rule for group in found.get("groups", ()) for rule in group["rules"]]
    assert all({"alert", "expr", "annotations"} <= set(rule) for rule in rules)
    assert all(rule["expr"].count("(") == rule["expr"].count(")") for rule in rules)


def test_the_container_installs_what_is_locked_and_runs_as_nobody():
    recipe = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in recipe
    assert not re.search(r"index-url|--trusted-host|https?://(?!127\.0\.0\.1)", recipe)
    for source in re.findall(r"^COPY (?!--from)(\S.*) \S+$", recipe, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name
    user = re.findall(r"^USER (\S+)$", recipe, re.MULTILINE)[-1]
    assert user not in {"root", "0"}
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert re.search(r"^ARG PYTHON=3\.1[1-3]", recipe, re.MULTILINE)
    assert python == ">=3.11"


def test_the_unit_grants_the_least():
    service = dict(unit()["Service"])
    expected = {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "MemoryDenyWriteExecute": "yes",
        "LimitCORE": "0",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
    }
    assert {name: service.get(name) for name in expected} == expected
    assert service["User"] == "retsspor"
    assert service["StateDirectory"] == "retsspor"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_thinks_the_unit_safe():
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15",
         str(DEPLOY / "retsspor.service")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-400:] + done.stderr
