"""Training gives the same twice, and leaves no word of what it read in the files."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import spacy

from models import corpora, train
from models.classifier.corpus import bank_arrays, example_from
from models.classifier.estimator import ClauseClassifier
from models.classifier.store import save
from models.manifest import SHIPPED
from models.ner import NerSlots, NerText
from models.ner import train as train_pipeline
from models.variants import train_variants
from nlp.redact.entity_tagger import Bars, decode, needed, tags_for
from nlp.redact.name_class import NameClasses, install
from nlp.types import LABELS, Span
from training_data.markup import blocks
from training_data.names import NameGroup

TAGS = tags_for(("PERSON", "PLACE"))


def scores(*rows: dict[str, float]) -> np.ndarray:
    """One row a token; what is not said is «outside»."""
    table = np.zeros((len(rows), len(TAGS)), dtype=np.float32)
    for row, given in zip(table, rows, strict=True):
        for tag, value in given.items():
            row[TAGS.index(tag)] = value
        row[0] = 1 - sum(given.values())
    return table


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], []),
        ([{}], []),
        ([{"B-PERSON": 0.9}], [(0, 1, "PERSON")]),
        ([{"B-PERSON": 0.4}], []),
        ([{"B-PERSON": 0.3, "B-PLACE": 0.3}], [(0, 1, "PERSON")]),  # surely something
        ([{"B-PERSON": 0.9}, {"I-PERSON": 0.9}], [(0, 2, "PERSON")]),
        ([{"B-PERSON": 0.9}, {"B-PERSON": 0.9}], [(0, 1, "PERSON"), (1, 2, "PERSON")]),
        ([{"B-PERSON": 0.9}, {"I-PLACE": 0.9}], [(0, 1, "PERSON"), (1, 2, "PLACE")]),
        ([{"I-PERSON": 0.9}], [(0, 1, "PERSON")]),  # an inside without a begin
        ([{"B-PERSON": 0.9}, {}, {"I-PERSON": 0.9}], [(0, 1, "PERSON"), (2, 3, "PERSON")]),
    ],
)
def test_tags_are_decoded(rows, found):
    table = scores(*rows) if rows else np.zeros((0, len(TAGS)), dtype=np.float32)
    assert [(start, end, kind) for start, end, kind, _ in decode(table, TAGS, 0.5)] == found


def test_a_name_is_as_sure_as_its_least_sure_token():
    ((_, _, _, score),) = decode(scores({"B-PERSON": 0.9}, {"I-PERSON": 0.6}), TAGS, 0.5)
    assert score == pytest.approx(0.6)


def test_a_lower_bar_masks_more():
    table = scores({"B-PERSON": 0.3})
    assert not decode(table, TAGS, 0.5)
    assert decode(table, TAGS, 0.25)


@pytest.mark.parametrize(
    ("word", "capital", "bar"),
    [
        ("kommunen", True, 0.5),
        ("Storm", True, 0.15),  # a name and a word
        ("storm", True, 0.5),
        ("storm", False, 0.15),  # nothing to be read from its letter
        ("binta", True, 0.03),
        ("terasse", True, 0.4),  # an ordinary word with a slip
        ("2024", True, 0.5),
        ("SDQX", True, 0.4),  # letters that may be anything
        ("sdqx", False, 0.03),
    ],
)
def test_what_a_token_needs_depends_on_the_word(word, capital, bar):
    nlp = spacy.blank("da")
    install(nlp, NameClasses(first=frozenset({"storm"})))
    table = scores({}, {"B-PERSON": 0.1})
    found = needed(nlp.make_doc(f"så {word}"), table, Bars(capital=capital))
    assert found.tolist() == pytest.approx([0.5, bar])


def test_a_capital_says_little_where_a_sentence_begins():
    nlp = spacy.blank("da")
    install(nlp, NameClasses(first=frozenset({"storm"})))
    table = scores({"B-PERSON": 0.2}, {}, {}, {"B-PERSON": 0.2}, {"B-PERSON": 0.2})
    found = needed(nlp.make_doc("Storm kom ! Storm Storm"), table, Bars())
    assert found.tolist() == pytest.approx([0.22, 0.5, 0.5, 0.22, 0.15])


def test_what_is_surely_outside_needs_no_second_thought():
    nlp = spacy.blank("da")
    install(nlp, NameClasses())
    assert needed(nlp.make_doc("binta"), scores({}), Bars()).tolist() == [0.5]


# ── same input, same model ───────────────────────────────────────────────────────────────────────
def test_the_classifier_is_the_same_twice(tmp_path):
    configured = {**train.settings("classifier"), "bits": 12, "families": ["words", "stems"]}
    examples = corpora.examples()[::30]
    bank = bank_arrays(corpora.clause_bank()[::90])
    versions = {
        save(train.fit_classifier(examples, bank, configured), tmp_path / name) for name in "ab"
    }
    assert len(versions) == 1


def test_the_settings_of_the_classifier_are_complete():
    """Nothing of what was learned hides in a default: the manifest echoes this file."""
    assert {*train.settings("classifier"), "lexicon"} == set(ClauseClassifier().get_params())


SETTINGS = {
    **train.recognizer_settings("cased"),
    "epochs": 2,
    "width": 16,
    "rows": [200] * 5,
    "depth": 1,
}
SLOTS = NerSlots((NameGroup("x", ("Zaqirwen", "Bo"), ("Quistorf",)),), ("Qwzby",))
TEXTS = [
    NerText("Min søn Zaqirwella bor i Qwzlund nu.", (Span(8, 18, "PERSON"), Span(25, 32, "PLACE"))),
    NerText("Der kom aldrig noget svar fra dem.", ()),
] * 6


@pytest.fixture(scope="module")
def pipelines():
    return [train_pipeline(TEXTS, SETTINGS, SLOTS, NameClasses()) for _ in range(2)]


def test_the_recognizer_is_the_same_twice(pipelines):
    one, two = (p.get_pipe("entity_tagger").to_bytes(exclude=["vocab"]) for p in pipelines)
    assert one == two


def test_a_trained_pipeline_holds_no_word_of_its_texts(pipelines):
    everything = pipelines[0].to_bytes()
    for word in (b"Zaqirwella", b"Zaqirwen", b"Quistorf", b"Qwzlund", b"Qwzby"):
        assert word not in everything
        assert word.lower() not in everything.lower()


def test_variants_are_trained_beside_each_other():
    untrained = {**SETTINGS, "epochs": 0}
    told: list[str] = []
    made = train_variants({"a": untrained, "b": untrained}, NameClasses(), None, told.append)
    one, two = (made[name].get_pipe("entity_tagger").to_bytes(exclude=["vocab"]) for name in "ab")
    assert one == two  # the same settings, whatever the process


def test_an_error_in_a_variant_is_raised():
    broken = {name: value for name, value in SETTINGS.items() if name != "seed"}
    with pytest.raises(KeyError, match="seed"):
        train_variants({"a": broken}, NameClasses(), None, lambda line: None)


# ── leaks ────────────────────────────────────────────────────────────────────────────────────────
def test_the_shipped_files_hold_no_name_of_the_letters():
    """Weights and settings only: what was marked as a person in training is nowhere in them.

    ``names.json`` is left out: it is the list of names written here, shipped on purpose.
    """
    names = {
        part.encode()
        for block in corpora.blocks("letters", "submissions")
        for span in block.spans
        if span.type == "PERSON"
        for part in re.findall(r"[^\W\d_]{6,}", block.text[span.start : span.end])
    }
    assert len(names) > 200
    english = {b"Pattern", b"Spacing"}
    for path in SHIPPED.rglob("*"):
        if path.is_file() and path.name != "names.json":
            words = set(re.findall(rb"[A-Za-z\x80-\xff]{6,}", path.read_bytes()))
            assert not (words & names) - english, path.name


def test_the_shipped_names_are_those_written_here():
    lists = json.loads((SHIPPED / "redactor" / "names.json").read_text(encoding="utf-8"))
    classes = corpora.name_classes()
    assert set(lists["first"]) <= classes.first
    assert set(lists["last"]) <= classes.last


@pytest.mark.parametrize("variant", train.VARIANTS)
def test_the_shipped_vocabulary_is_that_of_a_blank_pipeline(variant):
    import nlp.redact.entity_tagger  # noqa: F401  registers the component

    shipped = spacy.load(SHIPPED / "redactor" / variant)
    known = set(spacy.blank("da").vocab.strings)
    tags = set(shipped.get_pipe("entity_tagger").labels)
    extra = {s for s in shipped.vocab.strings if s not in known} - tags
    assert not [s for s in extra if s[:1].isupper() and s[1:].islower() and len(s) > 3]


# ── what it learns from ──────────────────────────────────────────────────────────────────────────
def test_an_example_has_placeholders_and_moved_evidence():
    (block,) = blocks(
        "@ x-1 | handicap\nMin søn {PERSON:Mikkel} på {AGE:8 år}: <fri>intet svar</fri>"
    )
    example = example_from(block)
    assert example.text == "Min søn [PERSON 1] på 8 år: intet svar"
    ((start, end, label),) = example.evidence
    assert (example.text[start:end], LABELS[label]) == ("intet svar", "frister")
    assert example.origin == "x"
    assert example_from(block, redacted=False).text == block.text


def test_every_example_has_its_evidence_in_the_text():
    for example in corpora.examples():
        for start, end, label in example.evidence:
            assert 0 <= start < end <= len(example.text)
            assert example.labels[label] == 1


def test_the_data_has_a_fingerprint():
    assert train.data_fingerprint("submissions") == train.data_fingerprint("submissions")
    assert train.data_fingerprint("submissions") != train.data_fingerprint("clauses")
