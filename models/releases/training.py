"""A classifier from the written corpus and what the staff confirmed, as a version of the store.

Deterministic: the same texts, settings and libraries give the same version, which is a fingerprint
of what was learned. The manifest names the data by a fingerprint, never by content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from models import corpora
from models.classifier import store
from models.classifier.corpus import Example, bank_arrays
from models.classifier.estimator import ClauseClassifier, Step, straight_on
from models.manifest import Manifest, code_fingerprint, fingerprint, libraries, now, seal
from models.releases import unseen
from models.releases.store import ReleaseStore
from models.train import LICENCE, classifier_parameters, data_fingerprint
from nlp.types import LABELS

CARD = "README.md"
COMMAND = "retsspor train --confirmed"

Bank = tuple[Sequence[str], Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for training."""

    examples: Sequence[Example]
    bank: Bank
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the staff confirmed, redacted. ``id`` and ``origin`` of an example are keyed hashes."""

    examples: Sequence[Example]
    weight: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the manifest says of them beside their number: nothing of their content."""

    @property
    def fingerprint(self) -> str:
        """Changes with every text, label, place of evidence and sender; not with the order."""
        rows = sorted(
            json.dumps([e.id, e.text, e.labels, e.evidence, e.origin], ensure_ascii=False)
            for e in self.examples
        )
        return fingerprint(*(row.encode() for row in rows))


def written_corpus() -> Written:
    """The shipped corpus."""
    return Written(
        corpora.examples(),
        bank_arrays(corpora.clause_bank()),
        data_fingerprint("submissions", "clauses", "concepts"),
    )


def fit(
    written: Written,
    confirmed: Confirmed,
    configured: Mapping[str, Any],
    *,
    step: Step = straight_on,
) -> ClauseClassifier:
    """A classifier fitted on both. Confirmed examples are put in the order of their ids.

    It carries what it thought of these before it had learned from them (``unseen.carried``).
    """
    own = sorted(confirmed.examples, key=lambda e: e.id)
    examples = [*written.examples, *own]
    weight = np.append(np.ones(len(written.examples)), np.full(len(own), confirmed.weight))
    fitted = ClauseClassifier(**classifier_parameters(dict(configured))).fit(
        [e.text for e in examples],
        np.array([e.labels for e in examples]),
        evidence=[e.evidence for e in examples],
        groups=[e.origin for e in examples],
        bank=written.bank,
        sample_weight=weight,
        step=step,
    )
    unseen.carry(fitted, unseen.of_confirmed(fitted, own))
    return fitted


def work_key(written: Written, confirmed: Confirmed, configured: Mapping[str, Any]) -> str:
    """A fingerprint of everything that decides the outcome; finished pieces of it may be reused."""
    settings = json.dumps(dict(configured), sort_keys=True)
    versions = json.dumps(_libraries(), sort_keys=True)
    parts = (written.fingerprint, confirmed.fingerprint, str(confirmed.weight), settings, versions)
    return fingerprint(*(part.encode() for part in (*parts, code_fingerprint())))


def data_of(written: Written, confirmed: Confirmed) -> dict[str, Any]:
    """What a manifest says of the data."""
    every = [*written.examples, *confirmed.examples]
    positives = np.sum([e.labels for e in every], axis=0).tolist()
    return {
        "submissions": len(written.examples),
        "clauses": len(written.bank[0]),
        "positives": dict(zip(LABELS, positives, strict=True)),
        "confirmed": {
            "submissions": len(confirmed.examples),
            "weight": confirmed.weight,
            "fingerprint": confirmed.fingerprint,
            **confirmed.facts,
        },
        "fingerprint": fingerprint(written.fingerprint.encode(), confirmed.fingerprint.encode()),
    }


def add_classifier(
    releases: ReleaseStore,
    classifier: ClauseClassifier,
    data: Mapping[str, Any],
    configured: Mapping[str, Any],
    *,
    parent: str,
    scores: Mapping[str, Any],
    card: Callable[[Manifest], str],
) -> Manifest:
    """Keep a fitted and measured classifier as a version, with its model card.

    What it carries of confirmed submissions is left beside the versions.
    """

    def write(folder: Path) -> Manifest:
        version = store.save(classifier, folder)
        manifest = Manifest(
            "classifier", version, now(), COMMAND, LICENCE, data, configured, scores, _libraries(),
            parent=parent, code=code_fingerprint(),
        )  # fmt: skip
        (folder / CARD).write_text(card(manifest), encoding="utf-8")
        return seal(folder, manifest)

    made = releases.add("classifier", write)
    found = unseen.carried(classifier)
    if found is not None and found.is_known:
        unseen.write(releases.folder, made.version, found)
    return made


def as_kept(classifier: ClauseClassifier, draft: Path) -> tuple[ClauseClassifier, str]:
    """The classifier as it will be read back (weights are kept in half precision), its version.

    ``draft`` is a folder for the files in between.
    """
    version = store.save(classifier, draft)
    kept = store.load(draft)
    unseen.carry(kept, unseen.carried(classifier))
    return kept, version


def _libraries() -> dict[str, str]:
    return libraries("scikit-learn", "numpy", "scipy", "PyStemmer")
