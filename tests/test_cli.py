"""The command line as it is typed: formats to the letter, exit codes, and nothing quoted."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from nlp.errors import RedactionFailed
from nlp.types import LABELS
from service.batch import loading, worker
from service.cli import app
from service.db.engine import Database
from service.db.tables import Account, Submission
from service.settings import Settings

LETTER = "Min søn Villads Hvidsandsø, cpr 140652-6517, fik afslag uden begrundelse fra kommunen."
SECRETS = ("Torbjørgine", "Hvidsandsø", "140642-6123", "1406426123", "83 41 77 02", "83417702")
CANARY = (
    "Jeg hedder Torbjørgine Hvidsandsø, mit cpr er 140642-6123 og telefonen er 83 41 77 02. "
    "Kommunen har ikke svaret på vores ansøgning i ni måneder."
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, request):
    """A database of its own for every test."""
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shipped(reader, monkeypatch):
    """Commands of this process share the shipped models with all tests."""
    monkeypatch.setattr(loading, "load_reader", lambda limit, models: reader)
    monkeypatch.setattr(loading, "load_redactor", lambda limit, models: reader.redactor)
    monkeypatch.setattr(worker, "_load", lambda limit, models: reader)
    return reader


def run(*arguments, stdin: str | bytes | None = None):
    return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def jsonl(path: Path, *rows) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


# ── redact ───────────────────────────────────────────────────────────────────────────────────────
def test_redact_writes_text_and_entities(shipped):
    done = run("redact", stdin=LETTER + "\n")
    assert (done.exit_code, done.stderr) == (0, "")
    (line,) = lines(done.stdout)
    assert list(line) == ["id", "text", "entities"]
    assert line["id"] == "1"
    assert "[CPR]" in line["text"]
    assert "søn" in done.stdout  # no \u escapes
    for entity in line["entities"]:
        assert list(entity) == ["start", "end", "type"]
    assert {(e["type"], line["text"][e["start"] : e["end"]]) for e in line["entities"]} >= {
        ("PERSON", "[PERSON 1]"),
        ("CPR", "[CPR]"),
    }


def test_spans_are_code_points_of_the_original(shipped):
    letter = "👩‍👧 Æh. " + LETTER
    done = run("redact", "-", "--spans", stdin=letter)
    (line,) = lines(done.stdout)
    assert list(line) == ["id", "spans"]
    found = {span["type"]: letter[span["start"] : span["end"]] for span in line["spans"]}
    assert found["CPR"] == "140652-6517"
    assert "Villads" in found["PERSON"]
    assert all(list(s) == ["start", "end", "type", "score", "recognizer"] for s in line["spans"])


def test_profiles_differ(shipped):
    letter = "Vejle Kommune har ikke svaret på vores ansøgning, og min datter er 9 år."
    storage = run("redact", "--profile", "storage", stdin=letter).stdout
    publication = run("redact", "--profile", "publication", stdin=letter).stdout
    assert "Vejle" in storage
    assert "Vejle" not in publication


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.parquet", "in.txt"])
def test_redact_reads_every_kind(shipped, home, name):
    if name.endswith("jsonl"):
        jsonl(home / name, {"id": "a", "text": LETTER})
    elif name.endswith("csv"):
        (home / name).write_text(f'id,text\na,"{LETTER}"\n')
    elif name.endswith("parquet"):
        import pandas as pd

        pd.DataFrame([{"id": "a", "text": LETTER}]).to_parquet(home / name)
    else:
        (home / name).write_text(LETTER)
    done = run("redact", home / name, "-o", home / "out.jsonl")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    (line,) = lines((home / "out.jsonl").read_text())
    assert line["id"] == ("1" if name.endswith("txt") else "a")
    assert "Hvidsandsø" not in line["text"]


def test_refused_rows_are_listed_and_the_rest_is_written(shipped, home):
    (home / "in.csv").write_bytes(
        "\n".join(
            [
                "id,text,municipality,area",
                f'a,"{LETTER}",Kolding,jobcenter',
                f'b,"{CANARY}',
                "c,,,",
                f'd,"{CANARY}",Torbjørgine,',
                f'e,"{CANARY}",,Torbjørgine',
                f'f,"{CANARY}",,,,',
                f'g,"{CANARY}\x00",,',
                'h,"My name is Torbjørgine and the council will not answer any of my letters.",,',
                f'i,"{CANARY * 200}",,',
                f'j,"{LETTER}",Vejle,handicap',
            ]
        ).encode()
        + "\nk,blåbær,,\n".encode("latin-1")
    )
    done = run("redact", home / "in.csv")
    assert [line["id"] for line in lines(done.stdout)] == ["a", "j"]
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "row 3: has a broken quotation mark",
        "row 4: the text is empty",
        "row 5: municipality: is not a Danish municipality",
        "row 6: area: is not one of the eight areas",
        "row 7: has 6 columns, the header has 4",
        "row 8: the input is binary",
        "row 9: the text does not look Danish",
        f"row 10: the text has {len(CANARY) * 200} characters, the limit is 20000",
        "row 12: is not UTF-8 text",
        "9 rows refused",
    ]


@pytest.mark.parametrize(
    ("stdin", "why"),
    [
        (b"", "row 1: the text is empty"),
        (b"\x00\x01", "row 1: the input is binary"),
        ("blåbær".encode("latin-1"), "row 1: the input is not UTF-8 text"),
        (b"x" * 20_001, "row 1: the text has 20001 characters, the limit is 20000"),
    ],
)
def test_one_bad_document(shipped, stdin, why):
    done = run("redact", stdin=stdin)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == why


def test_the_limit_is_a_setting(shipped, monkeypatch):
    monkeypatch.setenv("RETSSPOR_MAX_CHARACTERS", "100")
    assert "the limit is 100" in run("redact", stdin="x" * 101).stderr


# ── tag ──────────────────────────────────────────────────────────────────────────────────────────
def test_tag_writes_the_agreed_fields(shipped, home):
    source = jsonl(home / "in.jsonl", {"id": "a", "text": LETTER}, {"text": LETTER})
    done = run("tag", source, "-o", "-", "--jobs", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = lines(done.stdout)
    assert list(first) == ["id", "text", "entities", "suggestions", "excerpts", "versions"]
    assert (first["id"], second["id"]) == ("a", "2")
    assert tuple(one["label"] for one in first["suggestions"]) == LABELS
    for one in first["suggestions"]:
        assert list(one) == ["label", "probability", "suggested", "evidence"]
        assert 0 <= one["probability"] <= 1
        assert all(list(e) == ["start", "end"] for e in one["evidence"])
        assert all(0 <= e["start"] < e["end"] <= len(first["text"]) for e in one["evidence"])
    assert all(list(one) == ["label", "text"] for one in first["excerpts"])
    assert list(first["versions"]) == ["redactor", "classifier"]


def test_tag_to_parquet(shipped, home):
    source = jsonl(home / "in.jsonl", {"id": "a", "text": LETTER}, {"id": "b", "text": ""})
    done = run("tag", source, "-o", "out.parquet", "--jobs", "1")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == ["row 2: the text is empty", "1 row refused"]
    (row,) = pq.read_table("out.parquet").to_pylist()
    assert row["id"] == "a"
    assert (
        run("tag", source, "-o", "-", "--jobs", "1").stdout
        == json.dumps(row, ensure_ascii=False) + "\n"
    )


@pytest.mark.slow
def test_ctrl_c_keeps_whole_lines_and_leaves_no_process(home):
    source = jsonl(home / "in.jsonl", *({"id": f"r{n}", "text": LETTER * 20} for n in range(3_000)))
    command = [sys.executable, "-m", "service.cli", "tag", str(source), "-o", "out.jsonl"]
    process = subprocess.Popen(
        [*command, "--jobs", "2"], cwd=home, stderr=subprocess.PIPE, start_new_session=True
    )
    journal = home / "out.jsonl.unfinished" / "journal.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 1):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.decode() == "Stopped. What was finished is kept.\n"
    assert not (home / "out.jsonl").exists()
    ids = [line["id"] for line in lines((journal.parent / "lines.jsonl").read_text())]
    assert ids == [f"r{n}" for n in range(len(ids))]
    assert 0 < len(ids) < 3_000
    assert gone(process.pid)


def gone(group: int) -> bool:
    """True when, after a moment, no process of the group is left."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


# ── wrong use ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["redact", "missing.jsonl"], "there is no file missing.jsonl"),
        (["redact", "in.docx"], "the name must end in"),
        (["redact", "in.jsonl", "-o", "out.csv"], "OUT must end in"),
        (["redact", "in.jsonl", "-o", "in.jsonl"], "OUT is the same file as INPUT"),
        (["redact", "in.jsonl", "-o", "nowhere/out.jsonl"], "there is no folder nowhere"),
        (["redact", "--profile", "secret"], "--profile"),
        (["tag", "in.jsonl"], "--output"),
        (["tag", "in.txt", "-o", "out.jsonl"], "tag reads"),
        (["tag", "in.jsonl", "-o", "out.csv"], "OUT must end in .jsonl or .parquet"),
        (["tag", "in.jsonl", "-o", "in.jsonl"], "OUT is the same file as INPUT"),
        (["tag", "in.jsonl", "-o", "out.jsonl", "--jobs", "0"], "--jobs"),
        (["export", "-o", "out.txt"], "OUT must end in"),
        (["import", "missing.csv"], "there is no file"),
        (["import", "--decisions", "missing.csv"], "belong together"),
        (["import", "--by", "anna", "missing.csv"], "belong together"),
        (["import", "--decisions", "--by", "anna", "x.csv"], "must name an active account"),
        (["export", "--decisions", "-o", "out.txt"], "OUT must end in"),
        (["export", "--waiting", "-o", "out.json"], "--waiting needs --decisions"),
        (["report", "--as-of", "yesterday", "--title", "x"], "--as-of"),
        (["report", "--as-of", "2999-01-01", "--title", "x"], "lies in the future"),
        (["report", "--as-of", "2026-01-01", "--title", " "], "needs a title"),
        (["report", "--as-of", "2026-01-01", "--title", "x", "-o", "x.doc"], ".html, .pdf, .csv"),
        (
            ["report", "--as-of", "2026-01-01", "--from", "2026-02-01", "--title", "x"],
            "begins after",
        ),
        (["report", "--as-of", "2026-01-01", "--title", "x", "--publish"], "nothing is confirmed"),
        (["users", "add", "anna", "--role", "chef"], "--role must be one of"),
        (["users", "link", "nobody"], "no active account"),
        (["users", "token", "nobody"], "no active account"),
        (["db", "restore", "missing"], "there is no file"),
        (["db", "backup", "copy"], "there is no database"),
        (["train", "everything"], "redactor, classifier or all"),
        (["train", "--public-data", "nowhere"], "there is no folder"),
        (["evaluate", "beauty"], "no part is called beauty"),
        (["models", "promote"], "Missing argument"),
        (["serve", "--port", "0"], "--port"),
        (["dance"], "No such command"),
    ],
)
def test_wrong_use_is_said_and_is_2(home, arguments, why):
    jsonl(home / "in.jsonl", {"text": LETTER})
    (home / "in.txt").touch()
    (home / "in.docx").touch()
    done = run(*arguments)
    assert done.exit_code == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert (home / "in.jsonl").read_text()  # nothing was overwritten


def test_a_wrong_setting_is_named_without_its_value(monkeypatch):
    monkeypatch.setenv("RETSSPOR_SESSION_HOURS", "hemmeligt")
    done = run("users", "list")
    assert done.exit_code == 2
    assert "RETSSPOR_SESSION_HOURS" in done.stderr
    assert "hemmeligt" not in done.stderr


def test_an_unreachable_database_is_said_without_its_password(monkeypatch):
    url = "postgresql://anna:hemmelig@127.0.0.1:1/x?connect_timeout=1"
    monkeypatch.setenv("RETSSPOR_DATABASE_URL", url)
    done = run("users", "list")
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: the database cannot be used; ")
    assert "hemmelig" not in done.stderr


def test_a_fault_of_the_program_is_named_and_not_quoted(monkeypatch):
    def breaks(limit, models):
        raise LookupError(CANARY)

    monkeypatch.setattr(loading, "load_redactor", breaks)
    done = run("redact", stdin=CANARY)
    assert done.exit_code == 70
    assert "LookupError at terminal.py:" in done.stderr
    assert leaks(done.output.encode()) == []


def test_help_answers_without_the_language_pipeline():
    code = (
        "import sys\nfrom service.cli import app\n"
        "try: app(sys.argv[1:])\nexcept SystemExit: pass\n"
        "heavy = {'spacy', 'sklearn', 'pandas', 'sqlalchemy', 'fastapi', 'pyarrow', 'presidio_analyzer'}\n"
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    for arguments in (["--help"], ["tag", "--help"]):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "Usage" in done.stdout
        assert done.stderr == ""


# ── the service's commands ───────────────────────────────────────────────────────────────────────
def database() -> Database:
    return Database(Settings.from_environment().address)


def test_import_confirm_export_report(shipped, home):
    rows = [{"id": f"r{n}", "text": f"{LETTER} Nummer {n}.", "area": "handicap"} for n in range(3)]
    done = run("import", jsonl(home / "in.jsonl", *rows, {"text": ""}))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == ["row 4: the text is empty", "3 received", "1 row refused"]
    assert run("export", "-o", "none.jsonl").stderr == "0 confirmed submissions written\n"
    confirm_all(shipped)
    assert run("export", "-o", "out.jsonl").exit_code == 0
    found = lines((home / "out.jsonl").read_text())
    assert [line["labels"] for line in found] == [["begrundelse"]] * 3
    assert "text" not in found[0]
    assert run("export", "--text", "-o", "out.csv").exit_code == 0
    assert "[CPR]" in (home / "out.csv").read_text()
    order = ("report", "--as-of", "2026-06-01", "--title", "Prøve", "--internal")
    assert run(*order, "-o", "r.json").exit_code == 0
    assert json.loads((home / "r.json").read_text())["report"]["edition"]["title"] == "Prøve"
    assert "<html" in run(*order).stdout


def test_a_file_imported_twice_says_so_and_keeps_nothing_twice(shipped, home):
    path = jsonl(home / "in.jsonl", *({"id": f"r{n}", "text": LETTER} for n in range(2)))
    assert run("import", path).exit_code == 0
    again = run("import", path)
    told = again.stderr.splitlines()
    assert (again.exit_code, told[2:]) == (1, ["0 received", "2 rows refused"])
    assert re.fullmatch(r"row 1: its id was received before, as \w{26}; not kept again", told[0])
    assert run("import", "--again", path).stderr == "2 received\n"


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv"])
def test_an_import_that_was_broken_off_goes_on(shipped, home, name, monkeypatch):
    """Rows without an id are known by their place in this very file."""
    texts = [f"{LETTER} Nummer {number}." for number in range(3)]
    if name == "in.csv":
        (home / name).write_text("text\n" + "".join(f'"{text}"\n' for text in texts))
    else:
        jsonl(home / name, *({"text": text} for text in texts))
    with monkeypatch.context() as broken:
        broken.setattr(type(shipped), "read", stopping_at(3, type(shipped).read))
        assert run("import", name).exit_code == 130
    assert run("import", name).stderr == "1 received, 2 were there from this very file\n"
    assert run("import", name).stderr == "0 received, 3 were there from this very file\n"
    (home / name).write_bytes((home / name).read_bytes() + b"\n")
    assert run("import", name).stderr == "3 received\n"  # another file
    assert run("import", "--again", name).stderr == "3 received\n"


def stopping_at(number: int, read):
    """A method that reads, until Ctrl-C comes in so many-th text."""
    texts = iter(range(1, number))

    def reading(self, raw, *, known=()):
        if next(texts, None) is None:
            raise KeyboardInterrupt
        return read(self, raw, known=known)

    return reading


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.csv", "out.parquet"])
def test_decisions_out_and_in(shipped, home, name):
    rows = [{"id": f"r{n}", "text": f"{LETTER} Nummer {n}."} for n in range(2)]
    run("import", jsonl(home / "in.jsonl", *rows))
    confirm_all(shipped)
    assert run("export", "--decisions", "-o", name).stderr == "2 submissions written\n"
    same = run("import", "--decisions", "--by", "anna", name)
    assert (same.exit_code, same.stderr) == (0, "0 decided, 2 unchanged, 0 without a decision\n")
    assert run("users", "add", "bo", "--role", "indsender").exit_code == 0
    sender = run("import", "--decisions", "--by", "bo", name)
    assert (sender.exit_code, "may review" in sender.stderr) == (2, True)


def test_the_interface_of_label_studio_is_written(home):
    assert run("export", "--decisions", "-o", "interface.xml").exit_code == 0
    assert (home / "interface.xml").read_text(encoding="utf-8").startswith("<View>")


def confirm_all(reader) -> None:
    from service.db.tables import Role
    from service.review.decisions import Choice, Reviewer
    from service.review.service import decide
    from service.security.accounts import create

    held = database()
    with held.write() as session:
        account = create(session, "anna", Role.REVIEWER)
        reviewer = Reviewer(account.id, account.name)
        session.execute(update(Submission).values(received_at=datetime(2026, 5, 1, tzinfo=UTC)))
        ids = list(session.scalars(select(Submission.public_id)))
    for public_id in ids:
        choice = Choice(labels=frozenset({"begrundelse"}))
        decide(held, reader, public_id, choice, reviewer, revision=0)
    held.close()


def test_import_from_standard_input(shipped):
    done = run("import", "-", stdin=json.dumps({"text": LETTER}))
    assert (done.exit_code, done.stderr) == (0, "1 received\n")
    held = database()
    with held.read() as session:
        assert "[CPR]" in session.scalars(select(Submission.text)).one()
    held.close()


def test_users(home):
    assert run("users", "add", "anna", "--role", "sagsgennemgang").exit_code == 0
    again = run("users", "add", "anna", "--role", "sagsgennemgang")
    assert (again.exit_code, again.stderr) == (
        2,
        "Error: there is an account of that name already\n",
    )
    assert run("users", "list").stdout.startswith("anna\tsagsgennemgang\tactive\t")
    link = run("users", "link", "anna", "--address", "https://centre.example/").stdout
    assert re.fullmatch(r"https://centre\.example/login/engang/[\w-]{40,}\n", link)
    token = run("users", "token", "anna").stdout
    assert re.fullmatch(r"[\w-]{40,}\n", token)
    kept = b"".join(path.read_bytes() for path in (home / "var").iterdir())
    assert link.strip().rpartition("/")[2].encode() not in kept
    assert token.strip().encode() not in kept


def test_a_password_is_asked_for_and_must_be_long():
    add = ("users", "add", "bo", "--role", "analytiker", "--password")
    short = run(*add, stdin="kort\nkort\n")
    assert short.exit_code == 2
    assert "at least 12 characters" in short.stderr
    assert run(*add, stdin="en lang adgangskode\nen lang adgangskode\n").exit_code == 0


def test_db(home):
    assert run("db", "upgrade").exit_code == 0
    assert run("users", "add", "anna", "--role", "analytiker").exit_code == 0
    assert run("db", "backup", "copy").exit_code == 0
    assert (home / "copy").stat().st_mode & 0o077 == 0
    assert run("users", "add", "bo", "--role", "analytiker").exit_code == 0
    refused = run("db", "restore", "copy")
    assert refused.exit_code == 2
    assert "--replace" in refused.stderr
    assert run("db", "restore", "copy", "--replace").exit_code == 0
    held = database()
    with held.read() as session:
        assert list(session.scalars(select(Account.name))) == ["anna"]
    held.close()


def test_models_list():
    found = [line.split("\t")[:2] for line in run("models", "list").stdout.splitlines()]
    assert [kind for kind, _ in found] == ["redactor", "classifier"]
    assert all(re.fullmatch(r"[0-9a-f]{12}", version) for _, version in found)


def test_bench_says_what_must_be_measured_first(home):
    (home / "results").mkdir()
    done = run("bench", "capacity", "-o", "results")
    assert done.exit_code == 2
    assert "needs bench spread, clients, scale, batch and reviewers first" in done.stderr


def test_a_taken_port_is_said_before_anything_is_handed_out():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = run("serve", "--demo", "--port", str(port))
    assert done.exit_code == 2
    assert "cannot listen on" in done.stderr
    assert "engang" not in done.output


def test_the_demo_never_touches_a_real_database(monkeypatch):
    monkeypatch.setenv("RETSSPOR_DATABASE_URL", "postgresql://anna@127.0.0.1:1/x")
    done = run("serve", "--demo")
    assert done.exit_code == 2
    assert "--demo keeps its own" in done.stderr


@pytest.mark.slow
def test_serve_demo_prints_ways_in_that_work(home):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve", "--demo", "--port", str(port)]
    with (home / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz", process)
        told = (home / "out").read_text()
        links = re.findall(rf"{address}/login/engang/[\w-]+", told)
        assert len(links) == 4
        assert httpx.get(links[1]).status_code == 200
        assert (home / "var" / "demo" / "retsspor.sqlite3").exists()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    raise AssertionError("the service did not start")


# ── canaries ─────────────────────────────────────────────────────────────────────────────────────
def leaks(content: bytes) -> list[str]:
    """The invented details that some bytes hold, in whatever way they may have been written."""
    ways = ("utf-8", "latin-1", "utf-16-le", "unicode_escape")
    return [
        secret
        for secret in SECRETS
        if any(secret.lower().encode(way) in content.lower() for way in ways)
    ]


def left_in(folder: Path, *but: str) -> list[str]:
    return [
        f"{path.relative_to(folder)}: {secret}"
        for path in folder.rglob("*")
        if path.is_file() and path.name not in but
        for secret in leaks(path.read_bytes())
    ]


@pytest.mark.parametrize("mood", ["well", "refuses", "crashes"])
@pytest.mark.parametrize("option", ["--spans", "--profile=storage", "--profile=publication"])
def test_redact_leaves_nothing(shipped, home, monkeypatch, mood, option):
    real = shipped.redactor

    class Unsteady:
        def redact(self, raw, **options):
            return self._fail(raw, real.redact(raw, **options))

        def find(self, raw, **options):
            return self._fail(raw, real.find(raw, **options))

        def _fail(self, raw, result):
            if mood == "refuses":
                raise RedactionFailed("names", "TimeoutError")
            if mood == "crashes":
                raise ValueError(f"cannot read {raw.reveal()!r}")
            return result

    monkeypatch.setattr(loading, "load_redactor", lambda limit, models: Unsteady())
    monkeypatch.setenv("TMPDIR", str(home / "temp"))
    source = jsonl(
        home / "in.jsonl", {"id": "a", "text": CANARY}, {"id": "Torbjørgine", "text": "x"}
    )
    for arguments, stdin in (([str(source), "-o", "out.jsonl"], None), (["-"], CANARY)):
        done = run("redact", *arguments, option, stdin=stdin)
        assert leaks(done.output.encode() + done.stderr.encode()) == []
    assert left_in(home, "in.jsonl") == []
    assert (done.exit_code, bool(done.stdout)) == ((0, True) if mood == "well" else (1, False))


CRASHES = """
import nlp.pipeline, warnings

real = nlp.pipeline.DanishReader.read

def read(self, raw, *, known=()):
    warnings.warn("odd token in " + raw.reveal())
    if "ni måneder" in raw.reveal():
        raise ValueError("cannot read " + raw.reveal())
    return real(self, raw, known=known)

nlp.pipeline.DanishReader.read = read
"""


@pytest.mark.slow
def test_tag_in_worker_processes_leaves_nothing(home):
    """Real workers, with libraries that quote what they read in warnings and errors."""
    (home / "patch").mkdir()
    (home / "patch" / "sitecustomize.py").write_text(CRASHES)
    texts = [CANARY if n % 3 else CANARY.replace("ni måneder", "et år") for n in range(72)]
    source = jsonl(home / "in.jsonl", *({"id": f"r{n}", "text": t} for n, t in enumerate(texts)))
    for name in ("temp", "joblib"):
        (home / name).mkdir()
    environment = os.environ | {
        "PYTHONPATH": str(home / "patch"),
        "TMPDIR": str(home / "temp"),
        "JOBLIB_TEMP_FOLDER": str(home / "joblib"),
    }
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "tag",
        str(source),
        "-o",
        "out.jsonl",
        "--jobs",
        "2",
    ]
    done = subprocess.run(command, capture_output=True, cwd=home, env=environment, timeout=170)
    assert done.returncode == 1
    told = done.stderr.decode()
    assert told.count("could not be read (ValueError), so nothing of it was kept") == 48
    assert "UserWarning at sitecustomize.py:" in told
    assert leaks(done.stdout + done.stderr) == []
    assert left_in(home, "in.jsonl") == []
    assert [line["id"] for line in lines((home / "out.jsonl").read_text())] == [
        f"r{n}" for n in range(0, 72, 3)
    ]
    assert "[PERSON 1]" in (home / "out.jsonl").read_text()
