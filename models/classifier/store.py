"""A classifier on disk: arrays (NPZ, no pickle) and settings (JSON). Nothing that can run."""

from __future__ import annotations

import json
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from models.classifier.estimator import ClauseClassifier
from models.classifier.features import ClauseFeatures
from models.classifier.lexicon import EMPTY, Lexicon
from models.manifest import fingerprint
from nlp.errors import ModelDamaged
from nlp.types import LABELS

ARRAYS = "classifier.npz"
SETTINGS = "classifier.json"
MOST_BYTES = 1 << 30
"""Unpacked bytes of all arrays together; the shipped classifier has a seventieth of that."""
_UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError),
    *(RuntimeError, MemoryError, OverflowError, SyntaxError, struct.error),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What numpy and zipfile raise for bytes that are not theirs; found by fuzzing."""


def save(classifier: ClauseClassifier, folder: Path) -> str:
    """Write the files; the answer is a fingerprint of what was learned."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = _arrays(classifier)
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **arrays)
    parameters = {**classifier.get_params(deep=False), "families": list(classifier.families)}
    parameters.pop("lexicon")  # lies with the arrays
    settings = {"labels": list(LABELS), "parameters": parameters}
    (folder / SETTINGS).write_text(
        json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return fingerprint(*(arrays[name].tobytes() for name in sorted(arrays)))


def load(folder: Path) -> ClauseClassifier:
    """Read the files of a folder whose manifest was verified. Raises ModelDamaged."""
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        _need_size(folder / ARRAYS)
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            return _filled(settings, {name: arrays[name] for name in arrays.files})
    except _UNREADABLE as error:
        raise ModelDamaged(
            f"{folder.name}: unreadable classifier ({type(error).__name__})"
        ) from None


def _need_size(path: Path) -> None:
    """Raise ValueError for a small file that would unpack to a very large one."""
    with zipfile.ZipFile(path) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
            raise ValueError("too large")


def _arrays(classifier: ClauseClassifier) -> dict[str, np.ndarray]:
    """Sparse weights: most hashed columns were never met. Half precision is enough for weights."""
    idf = classifier.features_.idf_
    used = np.flatnonzero(idf > 0)
    lexicon = classifier.lexicon or EMPTY
    return {
        "lexicon_keys": lexicon.keys,
        "lexicon_codes": lexicon.codes,
        "columns": used.astype(np.uint32),
        "coef": classifier.coef_[:, used].astype(np.float16),
        "text_coef": classifier.text_coef_[:, used].astype(np.float16),
        "text_intercept": classifier.text_intercept_,
        "idf": idf[used].astype(np.float16),
        "intercept": classifier.intercept_,
        "document_coef": classifier.document_coef_,
        "document_intercept": classifier.document_intercept_,
        "thresholds": classifier.thresholds_,
        "promised_thresholds": classifier.promised_thresholds_,
        "promise_positives": classifier.promise_positives_,
    }


def _filled(settings: dict[str, object], arrays: dict[str, np.ndarray]) -> ClauseClassifier:
    if settings["labels"] != list(LABELS):
        raise ValueError("other labels")
    parameters = dict(settings["parameters"])  # type: ignore[call-overload]
    parameters["families"] = tuple(parameters["families"])
    keys = arrays.get("lexicon_keys", EMPTY.keys)
    lexicon = Lexicon(keys, arrays["lexicon_codes"]) if len(keys) else None
    classifier = ClauseClassifier(**parameters, lexicon=lexicon)
    width = len(classifier.families) * 2**classifier.bits
    columns = arrays["columns"].astype(np.int64)
    classifier.n_labels_ = len(LABELS)
    classifier.classes_ = [np.array([0, 1])] * len(LABELS)
    classifier.coef_ = np.zeros((len(LABELS), width), dtype=np.float32)
    classifier.coef_[:, columns] = arrays["coef"]
    classifier.text_coef_ = np.zeros((len(LABELS), width), dtype=np.float32)
    classifier.text_coef_[:, columns] = arrays["text_coef"]
    classifier.text_intercept_ = arrays["text_intercept"]
    classifier.features_ = ClauseFeatures(
        classifier.bits, classifier.families, classifier.negation, lexicon
    )
    classifier.features_.idf_ = np.zeros(width, dtype=np.float32)
    classifier.features_.idf_[columns] = arrays["idf"]
    classifier.intercept_ = arrays["intercept"]
    classifier.document_coef_ = arrays["document_coef"]
    classifier.document_intercept_ = arrays["document_intercept"]
    classifier.thresholds_ = arrays["thresholds"]
    # A model from before there were promises is whole: it only promises nothing.
    nothing = np.full(len(LABELS), np.nan)
    classifier.promised_thresholds_ = arrays.get("promised_thresholds", nothing)
    classifier.promise_positives_ = arrays.get("promise_positives", np.zeros(len(LABELS), int))
    return classifier
