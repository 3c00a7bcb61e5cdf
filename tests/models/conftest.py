"""Small data for models: enough to learn from, small enough to be quick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from models.classifier.corpus import Evidence
from models.classifier.estimator import ClauseClassifier
from nlp.types import LABELS

SAID = {
    "sagsoplysning": "de har ikke indhentet oplysninger fra lægen",
    "partshøring": "ingen har spurgt mig før afgørelsen",
    "begrundelse": "der stod ikke hvorfor i brevet",
    "frister": "vi har stadig ikke fået svar",
    "klagevejledning": "de skrev ikke at man kan klage",
    "andre": "jeg må ikke se min egen sag",
}
STARTS = ("Min søn er syg.", "Jeg bor alene.", "Vi søgte i foråret.", "Det er hårdt.")


@dataclass(frozen=True)
class Small:
    """Texts, labels, evidence and origins."""

    texts: list[str]
    labels: npt.NDArray[np.int64]
    evidence: list[Evidence]
    groups: list[str]


@pytest.fixture(scope="session")
def small() -> Small:
    """Two labels or none in each text; every label often enough to be learned."""
    texts, labels, evidence = [], [], []
    for number in range(72):
        text, row, marks = STARTS[number % 4], np.zeros(len(LABELS), dtype=int), []
        for index in {number % 6, (number * 5 + 1) % 6} if number % 4 else set():
            said = SAID[LABELS[index]].capitalize() + "."
            marks.append((len(text) + 1, len(text) + 1 + len(said), index))
            text, row[index] = f"{text} {said}", 1
        texts.append(f"{text} Hilsen nummer {number}.")
        labels.append(row)
        evidence.append(tuple(marks))
    return Small(texts, np.array(labels), evidence, [f"w{n % 6}" for n in range(72)])


@pytest.fixture(scope="session")
def fitted(small: Small) -> ClauseClassifier:
    """A classifier that has learned the small data."""
    return ClauseClassifier(bits=12).fit(
        small.texts, small.labels, evidence=small.evidence, groups=small.groups
    )
