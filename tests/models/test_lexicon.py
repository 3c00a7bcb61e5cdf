"""Words that mean the same kind of thing."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from models.classifier.features import ClauseFeatures
from models.classifier.lexicon import EMPTY, lexicon
from models.classifier.words import stem_hashes, tokens_of

CLASSES = {"expert": ("læge", "lægen", "psykologen"), "paper": ("attest", "udtalelse", "lægen")}


def codes(text: str, known=CLASSES) -> list[int]:
    hashes, _ = stem_hashes([tokens_of(text)])
    return lexicon(known).of(hashes).tolist()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("psykologens udtalelse", [1, 2]),
        ("LÆGENS attester", [1, 2]),  # claimed by two: the first class has it
        ("laegens attest", [1, 2]),
        ("kommunens attest", [0, 2]),
        ("attestation", [0]),
        ("", []),
    ],
)
def test_a_word_has_the_class_of_its_stem(text, found):
    assert codes(text) == found


def test_an_empty_lexicon_knows_nothing():
    assert EMPTY.of(np.array([1, 2], dtype=np.uint64)).tolist() == [0, 0]
    assert codes("attest", {}) == [0]


def test_texts_of_no_common_word_share_their_concepts():
    pair = ["psykologens udtalelse", "min læges attest", "kommunens brev"]
    features = ClauseFeatures(bits=10, families=("concepts",), lexicon=lexicon(CLASSES)).fit(pair)
    rows = features.transform(pair)
    assert rows[0].multiply(rows[1]).sum() > 0.9
    assert rows[2].nnz == 0


def test_without_a_lexicon_there_are_no_concepts():
    features = ClauseFeatures(bits=6, families=("concepts",)).fit(["lægens attest"] * 2)
    assert features.transform(["lægens attest"]).nnz == 0


def test_a_lexicon_survives_cloning():
    features = ClauseFeatures(lexicon=lexicon(CLASSES))
    assert clone(features).lexicon.keys.tolist() == features.lexicon.keys.tolist()
