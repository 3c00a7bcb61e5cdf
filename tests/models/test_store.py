"""What is stored decides like what was fitted; what was damaged is refused by name."""

from __future__ import annotations

import copy
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from models.classifier import store
from models.classifier.estimator import ClauseClassifier
from models.classifier.lexicon import lexicon
from models.classifier.promises import NO_PROMISE
from models.manifest import SHIPPED, Manifest, fingerprint, read_manifest, seal, verified
from models.reader import load_redactor, load_suggester
from nlp.errors import ModelDamaged

MEGABYTE = 1_000_000
_LATER = ("promise", "lexicon")
"""How arrays begin that older models do not have."""
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


def test_promises_are_kept_in_the_folder(fitted, small, tmp_path):
    promising = copy.copy(fitted)
    promising.promised_thresholds_ = np.array([0.1, np.nan, 0.2, 0.3, 0.04, 0.5])
    promising.promise_positives_ = np.array([40, 3, 50, 60, 70, 80])
    store.save(promising, tmp_path)
    assert store.load(tmp_path).promises() == promising.promises()
    assert store.save(fitted, tmp_path) != store.save(promising, tmp_path)


def test_a_classifier_without_its_whole_text_comes_back(small, tmp_path):
    fitted = ClauseClassifier(bits=8, folds=2, whole_text=False, negation=False)
    store.save(fitted.fit(small.texts, small.labels), tmp_path)
    loaded = store.load(tmp_path)
    assert loaded.features_.negation is False
    assert np.abs(loaded.predict_proba(small.texts) - fitted.predict_proba(small.texts)).max() < 1e-2  # fmt: skip


def test_the_lexicon_lies_with_the_model_as_hashes(small, tmp_path):
    words = {"expert": ("psykologen",), "paper": ("udtalelse",)}
    fitted = ClauseClassifier(bits=8, folds=2, families=("concepts",), lexicon=lexicon(words))
    store.save(fitted.fit(small.texts, small.labels), tmp_path)
    loaded = store.load(tmp_path)
    assert loaded.lexicon.keys.tolist() == lexicon(words).keys.tolist()
    assert loaded.lexicon.codes.tolist() == [1, 2] or loaded.lexicon.codes.tolist() == [2, 1]
    for path in tmp_path.iterdir():
        assert b"psykolog" not in path.read_bytes()


def test_a_folder_from_before_promises_promises_nothing(fitted, small, tmp_path):
    store.save(fitted, tmp_path)
    with np.load(tmp_path / store.ARRAYS) as arrays:
        old = {name: arrays[name] for name in arrays.files}
    old = {name: kept for name, kept in old.items() if not name.startswith(_LATER)}
    assert len(old) == 9
    np.savez_compressed(tmp_path / store.ARRAYS, **old)
    settings = json.loads((tmp_path / store.SETTINGS).read_text(encoding="utf-8"))
    for name in ("promise_recall", "promise_confidence", "whole_text", "negation"):
        del settings["parameters"][name]
    (tmp_path / store.SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    loaded = store.load(tmp_path)
    assert {(p.positives, p.words) for p in loaded.promises()} == {(0, NO_PROMISE)}
    assert (loaded.predict(small.texts) == fitted.predict(small.texts)).all()


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
