"""A sentence-transformers encoder given by path, as one more contender. Optional: it is large.

The library is not a dependency of the project and nothing is ever downloaded: the path must hold a
model. Where library or path is missing, the comparison says so and goes on.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from models.classifier.corpus import Example

LIBRARY = "sentence_transformers"


class EncoderUnavailable(Exception):
    """The encoder cannot be used; the message says why, in a sentence."""


def load_encoder(path: Path) -> Any:
    """The encoder of a folder, on the CPU. Raises EncoderUnavailable."""
    if not (path / "modules.json").is_file():
        raise EncoderUnavailable(f"{path.name} holds no sentence-transformers model.")
    if importlib.util.find_spec(LIBRARY) is None:
        raise EncoderUnavailable("The library sentence-transformers is not installed.")
    library = importlib.import_module(LIBRARY)
    return library.SentenceTransformer(str(path), device="cpu", local_files_only=True)


class EncoderRegression:
    """Vectors of whole texts, one logistic regression a label."""

    def __init__(self, encoder: Any):
        self.encoder = encoder
        self.regression = OneVsRestClassifier(LogisticRegression(C=4.0, max_iter=2000))

    def fit(self, examples: Sequence[Example]) -> EncoderRegression:
        """Learn from whole texts."""
        vectors = self._vectors([example.text for example in examples])
        self.regression.fit(vectors, np.array([example.labels for example in examples]))
        return self

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Probabilities, shape (texts, labels)."""
        return np.asarray(self.regression.predict_proba(self._vectors(texts)))

    def _vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = self.encoder.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)
