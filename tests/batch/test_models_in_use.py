"""Commands read with the models in use in this installation, and say so; or with those before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.releases.pinned import pinned
from models.releases.store import POINTER, ReleaseStore, UnknownRelease
from nlp.errors import ModelDamaged
from service.batch import loading, worker
from service.batch.inputs import Kind
from service.batch.parts import split
from service.cli import app
from service.settings import Settings

REDACTOR, CLASSIFIER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
LETTER = "Min søn Villads Hvidsandsø fik afslag uden begrundelse fra kommunen i foråret."
NAMES = f"redactor {REDACTOR} and classifier {CLASSIFIER}"


@pytest.fixture
def store(tmp_path, monkeypatch, installed) -> ReleaseStore:
    """The store of an installation where an administrator promoted both models."""
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("RETSSPOR_MODELS", str(installed.folder))
    return installed


@pytest.fixture
def lent(reader, monkeypatch) -> list:
    """The tests' own models are lent to every command; what was asked for is kept."""
    asked: list = []

    def lend(limit, models):
        asked.append(models)
        return reader

    monkeypatch.setattr(loading, "load_reader", lend)
    monkeypatch.setattr(loading, "load_redactor", lambda *all: lend(*all).redactor)
    monkeypatch.setattr(worker, "_load", lend)
    return asked


def run(*arguments, stdin: str | None = None):
    return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin)


def letters(folder: Path) -> Path:
    path = folder / "in.jsonl"
    path.write_text(json.dumps({"id": "a", "text": LETTER}, ensure_ascii=False) + "\n")
    return path


def test_tag_reads_with_the_versions_in_use(store, tmp_path):
    worker._load.cache_clear()
    done = run("tag", letters(tmp_path), "-o", "-", "--jobs", "1")
    assert (done.exit_code, done.stderr) == (0, f"Models: {NAMES}\n")
    line = json.loads(done.stdout)
    assert line["versions"] == {"redactor": REDACTOR, "classifier": CLASSIFIER}
    assert "Villads" not in done.stdout
    worker._load.cache_clear()


def test_redact_reads_with_the_redactor_in_use(store, lent):
    done = run("redact", stdin=LETTER)
    assert (done.exit_code, done.stderr) == (0, f"Models: {NAMES}\n")
    assert [models.choice.redactor.version for models in lent] == [REDACTOR]


def test_the_shipped_models_need_no_mention(lent, tmp_path, monkeypatch):
    monkeypatch.setenv("RETSSPOR_VAR", str(tmp_path / "var"))
    done = run("redact", stdin=LETTER)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [models.choice.is_shipped for models in lent] == [True]


@pytest.mark.parametrize("command", ["redact", "tag"])
def test_a_damaged_version_gives_way_to_the_one_before_and_is_told_of(
    store, lent, renamed, tmp_path, command
):
    damaged = renamed(store, "classifier", "cccccccccccc")
    store.promote("classifier", damaged, by="Ada", why="")
    (store.path("classifier", damaged) / "classifier.npz").unlink()
    asked = {"redact": ["redact"], "tag": ["tag", letters(tmp_path), "-o", "-"]}[command]
    done = run(*asked, stdin=LETTER)
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "Warning: the models in use (change 3) are damaged or missing; those of change 2 are used "
        "instead (see `retsspor models verify`)",
        f"Models: {NAMES}",
    ]
    assert {models.choice.classifier.version for models in lent} == {CLASSIFIER}


def test_a_pointer_that_cannot_be_read_leaves_the_shipped_models_with_a_warning(store, lent):
    (store.folder / POINTER).write_text("{")
    done = run("redact", stdin=LETTER)
    assert done.exit_code == 0
    assert done.stderr.startswith(f"Warning: {POINTER} cannot be read; the shipped ones are used")
    assert [models.choice.is_shipped for models in lent] == [True]


def test_decisions_are_taken_in_with_the_versions_in_use(store, lent, tmp_path):
    run("users", "add", "Ane", "--role", "sagsgennemgang")
    (tmp_path / "d.jsonl").write_text("")
    done = run("import", "--decisions", "--by", "Ane", tmp_path / "d.jsonl")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (0, f"Models: {NAMES}")
    assert [models.choice.classifier.version for models in lent] == [CLASSIFIER]


def test_submissions_are_taken_in_with_the_versions_in_use(store, reader, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "models.releases.reader.load_redactor", lambda *all, **more: reader.redactor
    )
    done = run("import", _empty(tmp_path))
    assert done.stderr.splitlines() == [f"Models: {NAMES}", "0 received"]


def _empty(folder: Path) -> Path:
    (folder / "none.jsonl").write_text("")
    return folder / "none.jsonl"


# ── workers ──────────────────────────────────────────────────────────────────────────────────────
def test_a_worker_reads_by_the_version_it_was_told_whatever_is_promoted_meanwhile(store, renamed):
    models = pinned(store)
    store.promote("classifier", renamed(store, "classifier", "cccccccccccc"), by="Ada", why="")
    assert models.folder_of("classifier") == store.path("classifier", CLASSIFIER)
    assert pinned(store) != models


def damage(store: ReleaseStore, renamed) -> None:
    (store.path("classifier", CLASSIFIER) / "more.json").write_text("{}")


def lose(store: ReleaseStore, renamed) -> None:
    store.path("classifier", CLASSIFIER).rename(store.folder / "elsewhere")


def exchange(store: ReleaseStore, renamed) -> None:
    """The same version by name, with another manifest: not the one that was promoted."""
    lose(store, renamed)
    again = renamed(store, "classifier", CLASSIFIER)
    manifest = store.path("classifier", again) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"licence": "MIT"', '"licence": "none"'))


@pytest.mark.parametrize(
    ("harm", "error"), [(damage, ModelDamaged), (lose, UnknownRelease), (exchange, ModelDamaged)]
)
def test_a_worker_that_does_not_find_that_very_version_refuses(
    store, renamed, tmp_path, harm, error
):
    models = pinned(store)
    harm(store, renamed)
    (part,) = split(letters(tmp_path), Kind.JSONL, limit=1000)
    with pytest.raises(error):
        worker.tag_part(part, Settings().max_characters, models)
