"""The store of versions: whole or not at all, one pointer, and always a way back."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from models.classifier import store as files
from models.classifier.corpus import Example, bank_arrays
from models.classifier.estimator import ClauseClassifier
from models.manifest import NAME, SHIPPED, Manifest, now, seal
from models.marked import Place, cases, invented
from models.ner import NerSlots
from models.releases.reader import BESIDE, LiveReader
from models.releases.store import (
    POINTER,
    NothingBefore,
    ReleaseStore,
    UnknownRelease,
    replace_file,
)
from models.releases.training import Confirmed, Written, add_classifier, data_of, fit, work_key
from models.train import settings as configuration
from nlp.errors import ModelDamaged
from nlp.types import RawText
from service.bench.kills import bench_kills
from service.review.masking import shape
from training_data.names import NameGroup

TEXT = RawText("Jeg har ventet på svar fra kommunen i syv måneder, og ingen har ringet til os.")


def kept(store: ReleaseStore, classifier: ClauseClassifier) -> str:
    """Add a classifier; its version."""

    def write(folder: Path) -> Manifest:
        version = files.save(classifier, folder)
        return seal(folder, Manifest("classifier", version, now(), "test", "MIT", {}, {}, {}, {}))

    return store.add("classifier", write).version


@pytest.fixture(scope="module")
def others(small) -> list[ClauseClassifier]:
    """Two classifiers that have learned different things."""
    return [
        ClauseClassifier(bits=10, C=C, families=("words",)).fit(
            small.texts, small.labels, evidence=small.evidence, groups=small.groups
        )
        for C in (0.1, 1.0)
    ]


@pytest.fixture
def store(tmp_path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "models")


@pytest.fixture
def two(store, others) -> tuple[str, str]:
    """The store holds two versions more than the shipped one; none is in use."""
    return kept(store, others[0]), kept(store, others[1])


def test_an_empty_store_uses_the_shipped_models_and_makes_nothing(store):
    choice = store.in_use()
    assert choice.number == 0
    assert store.folder_of(choice, "classifier") == SHIPPED / "classifier"
    assert not store.folder.exists()


def test_promote_and_roll_back(store, two):
    shipped = store.in_use().classifier.version
    assert store.promote("classifier", two[0], by="a", why="").classifier.version == two[0]
    second = store.promote("classifier", two[1], by="a", why="")
    assert second.beside.version == two[0]
    assert [store.rollback(by="a", why="").classifier.version for _ in range(2)] == [
        two[0],
        shipped,
    ]
    with pytest.raises(NothingBefore):
        store.rollback(by="a", why="")
    assert store.in_use().number == 4


def test_a_second_rollback_of_the_same_choice_changes_nothing(store, two):
    first = store.promote("classifier", two[0], by="a", why="")
    second = store.promote("classifier", two[1], by="a", why="")
    store.rollback(by="a", why="", expected=second.number)
    again = store.rollback(by="b", why="", expected=second.number)
    assert (again.classifier, again.by) == (first.classifier, "a")


def test_the_same_version_twice_is_one_version(store, others, two):
    before = (store.path("classifier", two[0]) / NAME).read_bytes()
    assert kept(store, others[0]) == two[0]
    assert (store.path("classifier", two[0]) / NAME).read_bytes() == before


def alter(folder: Path) -> None:
    path = folder / "classifier.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def alter_manifest(folder: Path) -> None:
    manifest = json.loads((folder / NAME).read_text())
    (folder / NAME).write_text(json.dumps({**manifest, "licence": "other"}))


DAMAGES = {
    "altered": alter,
    "missing": lambda folder: (folder / "classifier.npz").unlink(),
    "unlisted": lambda folder: (folder / "more.json").write_text("{}"),
    "no manifest": lambda folder: (folder / NAME).unlink(),
    "may be run": lambda folder: (folder / "classifier.json").chmod(0o755),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_version_is_not_promoted(store, two, damage):
    store.promote("classifier", two[0], by="a", why="")
    damage(store.path("classifier", two[1]))
    with pytest.raises(ModelDamaged):
        store.promote("classifier", two[1], by="a", why="")
    assert store.usable().classifier.version == two[0]


@pytest.mark.parametrize("damage", [*DAMAGES.values(), alter_manifest], ids=[*DAMAGES, "manifest"])
def test_a_version_damaged_in_use_gives_way_to_the_one_before(store, two, damage):
    store.promote("classifier", two[0], by="a", why="")
    store.promote("classifier", two[1], by="a", why="")
    damage(store.path("classifier", two[1]))
    assert store.usable().classifier.version == two[0]


def test_a_link_in_the_place_of_a_file_is_refused(store, two, tmp_path):
    path = store.path("classifier", two[0]) / "classifier.npz"
    shutil.move(path, tmp_path / "elsewhere.npz")
    path.symlink_to(tmp_path / "elsewhere.npz")
    with pytest.raises(ModelDamaged, match="link"):
        store.promote("classifier", two[0], by="a", why="")


@pytest.mark.parametrize("content", ["", "{", '{"choices": []}', '{"choices": [{"number": 1}]}'])
def test_a_broken_pointer_leaves_the_shipped_models(store, two, content):
    store.promote("classifier", two[0], by="a", why="")
    (store.folder / POINTER).write_text(content)
    assert store.usable().number == 0
    assert store.promote("classifier", two[1], by="a", why="").classifier.version == two[1]


@pytest.mark.parametrize("version", ["", "../../etc", "000000000000", "x" * 12])
def test_an_unknown_version_is_refused(store, version):
    with pytest.raises(UnknownRelease):
        store.promote("classifier", version, by="a", why="")


def test_a_damaged_version_is_replaced_when_it_is_made_again(store, others, two):
    alter(store.path("classifier", two[0]))
    assert kept(store, others[0]) == two[0]
    store.check("classifier", two[0])


def test_what_a_killed_writer_left_is_tidied(store, others, two):
    draft = store.folder / "classifier" / ".new-1"
    draft.mkdir()
    (draft / "half").write_text("x")
    kept(store, others[0])
    assert not draft.exists()


def test_many_writers_leave_one_line_of_choices(store, two):
    """Eight threads promote in turns: no choice is lost, and the file is whole at every look."""
    seen = []

    def promote(number: int) -> None:
        for _ in range(4):
            store.promote("classifier", two[number % 2], by=str(number), why="")
            seen.append(len(store.choices()))

    threads = [threading.Thread(target=promote, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in store.choices()] == list(range(33))


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a"]


# ── a reader that follows the pointer ────────────────────────────────────────────────────────────
def test_a_reader_follows_the_pointer_and_refuses_what_is_damaged(store, two):
    told: list[str] = []
    reader = LiveReader(store, told=lambda event, detail: told.append(event))
    shipped = reader.versions
    redactor = reader._loaded.reader.redactor
    store.promote("classifier", two[0], by="a", why="")
    reader.settle()
    reading = reader.read(TEXT)
    assert reading.versions.classifier == two[0] == reader.versions.classifier
    assert reading.facts[BESIDE].version == shipped.classifier
    assert reader._loaded.reader.redactor is redactor  # the same one is not loaded again
    store.promote("classifier", two[1], by="a", why="")
    alter(store.path("classifier", two[1]))
    reader.settle()
    assert reader.versions.classifier == two[0]
    store.rollback(by="a", why="")
    reader.settle()
    assert told == ["models changed", "models refused", "models changed"]
    after = reader.read(TEXT)
    assert after.versions.classifier == two[0]
    assert BESIDE not in after.facts


# ── training ─────────────────────────────────────────────────────────────────────────────────────
def examples_of(small, prefix: str, rows: range) -> list[Example]:
    return [
        Example(f"{prefix}{i:02}", small.texts[i], small.evidence[i], tuple(small.labels[i].tolist()), f"{prefix}{i % 4}")
        for i in rows
    ]  # fmt: skip


@pytest.fixture(scope="module")
def lesson(small):
    written = Written(examples_of(small, "w", range(48)), bank_arrays([]), "f")
    settings = {**configuration("classifier"), "bits": 10, "folds": 3, "families": ["words"]}
    return written, Confirmed(examples_of(small, "c", range(48, 72)), 2.0), settings


def version_of(store, written, confirmed, settings, step=None) -> str:
    fitted = fit(written, confirmed, settings, **({"step": step} if step else {}))
    return add_classifier(
        store, fitted, data_of(written, confirmed), settings,
        parent="p", scores={}, card=lambda manifest: manifest.version,
    ).version  # fmt: skip


def test_the_same_data_and_settings_give_the_same_version(store, lesson):
    written, confirmed, settings = lesson
    turned = Confirmed(confirmed.examples[::-1], 2.0)
    assert version_of(store, *lesson) == version_of(store, written, turned, settings)
    assert work_key(written, confirmed, settings) == work_key(written, turned, settings)


@pytest.mark.parametrize("change", ["text fewer", "weight", "setting"])
def test_other_data_or_settings_give_another_version(store, lesson, change):
    written, confirmed, settings = lesson
    other = {
        "text fewer": (written, Confirmed(confirmed.examples[1:], 2.0), settings),
        "weight": (written, Confirmed(confirmed.examples, 4.0), settings),
        "setting": (written, confirmed, {**settings, "C": 1.0}),
    }[change]
    assert work_key(*other) != work_key(*lesson)
    assert version_of(store, *other) != version_of(store, *lesson)


def test_a_manifest_says_what_a_version_was_made_of(store, lesson):
    manifest = store.check("classifier", version_of(store, *lesson))
    assert manifest.parent == "p"
    assert manifest.data["confirmed"]["submissions"] == 24
    assert manifest.data["confirmed"]["weight"] == 2.0
    assert "README.md" in manifest.files
    assert not any("hilsen" in json.dumps(part).lower() for part in (manifest.data,))


def test_a_weight_of_two_is_a_text_said_twice(small):
    """Where only the thresholds' data and scorers count, weighing equals repeating."""
    twice = [*range(72), *range(36)]
    settings = {"bits": 10, "families": ("words",), "folds": 1, "C": 1.0}
    weighed = ClauseClassifier(**settings).fit(
        small.texts, small.labels, evidence=small.evidence,
        sample_weight=np.where(np.arange(72) < 36, 2.0, 1.0),
    )  # fmt: skip
    plain = ClauseClassifier(**settings).fit(
        small.texts, small.labels, evidence=small.evidence, sample_weight=np.ones(72)
    )
    repeated = ClauseClassifier(**settings).fit(
        [small.texts[i] for i in twice], small.labels[twice],
        evidence=[small.evidence[i] for i in twice],
    )  # fmt: skip
    far = np.abs(plain.predict_proba(small.texts) - repeated.predict_proba(small.texts)).mean()
    near = np.abs(weighed.predict_proba(small.texts) - repeated.predict_proba(small.texts)).mean()
    assert near < far / 2


@pytest.mark.parametrize("weight", [[1.0], np.zeros(72), np.full(72, np.nan), -np.ones(72)])
def test_weights_that_make_no_sense_are_refused(small, weight):
    with pytest.raises(ValueError, match="weights"):
        ClauseClassifier(bits=10).fit(small.texts, small.labels, sample_weight=weight)


# ── what staff took out ──────────────────────────────────────────────────────────────────────────
SLOTS = NerSlots([NameGroup("g", ("Anna", "Birk", "Malthe"), ("Lund", "Vestergaard"))], ("Ribe",))


@pytest.mark.parametrize(
    ("type_", "form"),
    [
        ("PERSON", "Xxxx Xxxx"),
        ("PERSON", "xxxx xxxxxxxxxxx"),
        ("PERSON", "Xxx-Xxxxx X. Xxxxxxxxxxxxxxx"),
        ("PLACE", "Xxxx"),
        ("CPR", "000000-0000"),
        ("CPR", "0000000000"),
        ("PHONE", "+00 00 00 00 00"),
        ("ADDRESS", "Xxxxxxxxx 00, 0. xx."),
    ],
)
def test_an_invented_value_has_exactly_the_shape(type_, form):
    text = cases([Place(type_, form, "Jeg bor hos ", " i dag.")], SLOTS)
    assert [shape(t.text[t.spans[0].start : t.spans[0].end]) for t in text] == [form] * 3


def test_a_known_name_is_preferred():
    import random

    assert invented("PERSON", "Xxxx", SLOTS, random.Random(1)) in {"Anna", "Birk", "Lund"}


def test_placeholders_around_become_invented_values_with_their_spans():
    place = Place("PERSON", "Xxxx", "N 1] skrev til [PERSON 2], og ", " mødte [PERSON 2] i [STED].")
    (text, *_) = cases([place], SLOTS)
    assert "[" not in text.text
    assert "]" not in text.text
    said = [(text.text[s.start : s.end], s.type) for s in text.spans]
    assert [kind for _, kind in said] == ["PERSON", "PERSON", "PERSON", "PLACE"]
    assert text.text.count(f" {said[0][0]} ") >= 1


def test_the_same_places_give_the_same_cases():
    places = [Place("PERSON", "Xxxx Xxxx", "a ", " b")]
    assert cases(places, SLOTS) == cases(places, SLOTS)


# ── killed ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.slow
def test_killed_at_random_moments_there_is_always_one_whole_model(tmp_path):
    run = bench_kills(tmp_path, moments=8, seed=3)
    assert run.is_clean, run
    assert run.choices > 0
