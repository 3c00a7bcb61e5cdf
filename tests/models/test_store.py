"""What is stored decides like what was fitted; what was damaged is refused by name."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from models.classifier import store
from models.manifest import Manifest, fingerprint, read_manifest, seal, verified
from models.reader import SHIPPED, load_redactor, load_suggester
from nlp.errors import ModelDamaged

MEGABYTE = 1_000_000
EMPTY = Manifest("toy", "1", "2026-01-01T00:00:00+00:00", "make", "MIT", {}, {}, {}, {})


def test_round_trip(fitted, small, tmp_path):
    store.save(fitted, tmp_path)
    loaded = store.load(tmp_path)
    before, after = fitted.predict_proba(small.texts), loaded.predict_proba(small.texts)
    assert np.abs(before - after).max() < 1e-2
    assert (fitted.predict(small.texts) == loaded.predict(small.texts)).all()
    assert loaded.get_params() == fitted.get_params()


def test_the_same_model_has_the_same_version(fitted, tmp_path):
    assert store.save(fitted, tmp_path / "a") == store.save(fitted, tmp_path / "b")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (store.SETTINGS, b"{"),
        (store.SETTINGS, b'{"labels": ["other"], "parameters": {}}'),
        (store.ARRAYS, b"not an archive"),
    ],
)
def test_unreadable_files_are_refused(fitted, tmp_path, file, content):
    store.save(fitted, tmp_path)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ModelDamaged):
        store.load(tmp_path)


def test_an_archive_with_objects_is_refused(fitted, tmp_path):
    """Trap 9: an object array is a pickle, and a pickle is code."""
    store.save(fitted, tmp_path)
    np.savez(tmp_path / store.ARRAYS, columns=np.array([{}], dtype=object))
    with pytest.raises(ModelDamaged):
        store.load(tmp_path)


# ── manifests ────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def sealed(tmp_path) -> Path:
    folder = tmp_path / "model"
    (folder / "inner").mkdir(parents=True)
    (folder / "weights.npz").write_bytes(b"1234")
    (folder / "inner" / "cfg").write_bytes(b"{}")
    seal(folder, EMPTY)
    return folder


def test_a_whole_model_is_taken(sealed):
    assert verified(sealed, kind="toy").files.keys() == {"weights.npz", "inner/cfg"}


def alter(folder: Path) -> str:
    (folder / "weights.npz").write_bytes(b"1235")
    return "weights.npz was altered"


def remove(folder: Path) -> str:
    (folder / "inner" / "cfg").unlink()
    return "inner/cfg is missing"


def add(folder: Path) -> str:
    (folder / "inner" / "more.json").write_text("{}")
    return "inner/more.json is not listed"


def run(folder: Path) -> str:
    (folder / "hook.pkl").write_bytes(b"cos\nsystem\n")
    seal(folder, EMPTY)  # even a manifest that lists it does not help
    return "hook.pkl is of a kind"


def python(folder: Path) -> str:
    (folder / "inner" / "code.py").write_text("")
    seal(folder, EMPTY)
    return "inner/code.py is of a kind"


def unmanifest(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    return "no readable manifest"


def garble(folder: Path) -> str:
    (folder / "manifest.json").write_text('{"kind": "toy", "surprise": 1}')
    return "no readable manifest"


@pytest.mark.parametrize("damage", [alter, remove, add, run, python, unmanifest, garble])
def test_damage_is_named(sealed, damage):
    said = damage(sealed)
    with pytest.raises(ModelDamaged, match=said):
        verified(sealed, kind="toy")


def test_another_kind_is_refused(sealed):
    with pytest.raises(ModelDamaged, match="holds a toy, not a redactor"):
        verified(sealed, kind="redactor")


def test_a_fingerprint_knows_where_parts_end():
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")


# ── what is shipped ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("kind", "most"), [("redactor", 15), ("classifier", 20)])
def test_shipped_models_are_whole_small_and_told_of(kind, most):
    manifest = verified(SHIPPED / kind, kind=kind)
    files = [path for path in (SHIPPED / kind).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < most * MEGABYTE
    assert manifest.licence
    assert manifest.command.startswith("retsspor train")
    assert manifest.data["fingerprint"]
    assert manifest.libraries["python"]


def test_shipped_models_hold_no_pickle():
    for path in SHIPPED.rglob("*"):
        if not path.is_file():
            continue
        assert path.suffix not in (".pkl", ".pickle", ".joblib", ".bin", ".pt", ".py", ".so")
        content = path.read_bytes()
        assert not (content[:1] == b"\x80" and content[-1:] == b".")
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    assert b"'descr': '|O'" not in archive.read(name)[:200]


@pytest.mark.parametrize("load", [load_redactor, load_suggester])
def test_an_altered_shipped_model_is_refused(load, tmp_path):
    kind = "redactor" if load is load_redactor else "classifier"
    folder = tmp_path / kind
    shutil.copytree(SHIPPED / kind, folder)
    victim = next(name for name in read_manifest(folder).files if name.endswith(".json"))
    with (folder / victim).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelDamaged, match="was altered"):
        load(folder)


def test_each_kind_refuses_the_other():
    with pytest.raises(ModelDamaged, match="not a classifier"):
        load_suggester(SHIPPED / "redactor")


def test_the_manifest_is_readable_text():
    for kind in ("redactor", "classifier"):
        text = (SHIPPED / kind / "manifest.json").read_text(encoding="utf-8")
        assert json.loads(text)["kind"] == kind
