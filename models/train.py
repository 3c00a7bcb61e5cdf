"""Trains the shipped models: ``retsspor train``. Plain functions; the command only calls them."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models import corpora
from models.classifier import store
from models.classifier.corpus import Example, bank_arrays
from models.classifier.estimator import ClauseClassifier
from models.classifier.lexicon import lexicon
from models.manifest import (
    SHIPPED,
    Manifest,
    code_fingerprint,
    file_hash,
    fingerprint,
    libraries,
    now,
    seal,
)
from models.ner import TAGGER, NerText
from models.variants import train_variants
from nlp.types import LABELS
from training_data.concepts import concepts

CONFIGS = Path(__file__).parent / "configs"
LICENCE = "MIT"
VARIANTS = ("cased", "caseless")
"""The two entity recognizers of a redactor; each lies in the folder of its name."""

Progress = Callable[[str], None]


def settings(name: str) -> dict[str, Any]:
    """The complete settings of a model (``models/configs/<name>.toml``)."""
    return tomllib.loads((CONFIGS / f"{name}.toml").read_text(encoding="utf-8"))


def recognizer_settings(variant: str) -> dict[str, Any]:
    """The settings of one of the two entity recognizers: what they share, and its own."""
    everything = settings("ner")
    shared = {name: value for name, value in everything.items() if name not in VARIANTS}
    return {**shared, **everything[variant]}


def train_classifier(
    output: Path = SHIPPED / "classifier", *, progress: Progress = lambda line: None
) -> Manifest:
    """Fit the classifier on the written corpus and write it with its manifest."""
    configured = settings("classifier")
    examples = corpora.examples()
    bank = corpora.clause_bank()
    progress(f"{len(examples)} submissions, {len(bank)} clauses")
    classifier = fit_classifier(examples, bank_arrays(bank), configured)
    data = {
        "submissions": len(examples),
        "clauses": len(bank),
        "positives": dict(
            zip(LABELS, np.sum([e.labels for e in examples], axis=0).tolist(), strict=True)
        ),
        "origins": sorted({e.origin for e in examples}),
        "fingerprint": data_fingerprint("submissions", "clauses", "concepts"),
    }

    def write(folder: Path) -> str:
        return store.save(classifier, folder)

    return _write(
        output, "classifier", write, data, configured, "retsspor train classifier",
        libraries("scikit-learn", "numpy", "scipy", "PyStemmer"),
    )  # fmt: skip


def classifier_parameters(configured: dict[str, Any]) -> dict[str, Any]:
    """What the estimator is made with: the settings, and the lexicon that is written here."""
    families = tuple(configured["families"])
    return {**configured, "families": families, "lexicon": lexicon(concepts())}


def fit_classifier(
    examples: Sequence[Example], bank: tuple[Sequence[str], Any], configured: dict[str, Any]
) -> ClauseClassifier:
    """A fitted classifier. Same input and settings, same weights."""
    return ClauseClassifier(**classifier_parameters(configured)).fit(
        [e.text for e in examples],
        np.array([e.labels for e in examples]),
        evidence=[e.evidence for e in examples],
        groups=[e.origin for e in examples],
        bank=bank,
    )


def train_ner(
    output: Path = SHIPPED / "redactor",
    *,
    public: Path | None = None,
    extra: Sequence[NerText] = (),
    parent: str = "",
    progress: Progress = lambda line: None,
) -> Manifest:
    """Train the entity recognizer and write it with the lists and its manifest.

    ``extra`` are texts with invented names, made of what staff had to take out (``models.marked``);
    ``parent`` is the version that is to be followed. ``public`` is a folder with the public data
    (see ``training_data/DATASHEET.md``); without it the recognizer learns from these texts alone.
    """
    configured = settings("ner")
    texts = [*corpora.ner_texts(public if configured["news"] else None), *extra]
    classes = corpora.name_classes()
    progress(f"{len(texts)} texts")
    data = {
        "texts": len(texts),
        "tokens": sum(len(t.text.split()) for t in texts),
        "public": _public_sources(configured, public),
        "fingerprint": data_fingerprint("submissions", "letters", "clauses", "names"),
        **_marked(extra),
    }
    variants = {variant: recognizer_settings(variant) for variant in VARIANTS}
    pipelines = train_variants(variants, classes, public, progress, extra)

    def write(folder: Path) -> str:
        for variant, pipeline in pipelines.items():
            pipeline.to_disk(folder / variant, exclude=["vocab"])
        lists = {
            "first": sorted(classes.first),
            "last": sorted(classes.last),
            "places": sorted(classes.places),
        }
        text = json.dumps(lists, ensure_ascii=False, separators=(",", ":"))
        (folder / "names.json").write_text(text, encoding="utf-8")
        weights = [(folder / v / TAGGER / "model").read_bytes() for v in VARIANTS]
        return fingerprint(*weights, text.encode())

    command = "retsspor train redactor" + (" --public-data PATH" if public else "")
    return _write(
        output, "redactor", write, data, configured, command, libraries("spacy", "thinc", "numpy"),
        parent,
    )  # fmt: skip


def _marked(extra: Sequence[NerText]) -> dict[str, Any]:
    """What a manifest says of the texts that were made of missed places."""
    if not extra:
        return {}
    parts = (f"{text.text}\0{text.spans}".encode() for text in extra)
    return {"missed places": {"texts": len(extra), "fingerprint": fingerprint(*parts)}}


def _public_sources(configured: dict[str, Any], public: Path | None) -> list[str]:
    """What was read beside the written text, with licences."""
    if public is None:
        return []
    news = ["UNER Danish DDT, persons only (CC BY-SA 4.0)"] if configured["news"] else []
    return [*news, "names: DaCy (Apache-2.0), Danmarks Statistik 2014 (MPL-2.0)"]


def data_fingerprint(*folders: str) -> str:
    """A hash of the written files in the given folders."""
    return fingerprint(
        *(file_hash(p).encode() for folder in folders for p in corpora.paths(folder))
    )


def _write(
    output: Path,
    kind: str,
    write: Callable[[Path], str],
    data: dict[str, Any],
    configured: dict[str, Any],
    command: str,
    versions: dict[str, str],
    parent: str = "",
) -> Manifest:
    """Write beside the old model, then take its place: a broken run leaves the old one whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = output.with_name(f".{output.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    version = write(fresh)
    manifest = seal(
        fresh,
        Manifest(
            kind, version, now(), command, LICENCE, data, configured, {}, versions,
            parent=parent, code=code_fingerprint(),
        ),
    )  # fmt: skip
    shutil.rmtree(output, ignore_errors=True)
    fresh.rename(output)
    return manifest
