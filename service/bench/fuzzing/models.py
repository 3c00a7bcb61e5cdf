"""Bytes in the place of a model's files: what is damaged is refused, whatever it holds.

The files are read by hand here, as if an attacker had also forged the hashes that guard them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from models.classifier.store import ARRAYS, SETTINGS, load
from models.manifest import NAME, SHIPPED, read_manifest, verified
from models.releases.store import POINTER, ReleaseStore
from nlp.errors import ModelDamaged

_SMALL = (
    b'{"choices": [{"number": 1, "redactor": {"version": "0123456789ab", "manifest": "x"}, '
    b'"classifier": {"version": "0123456789ab", "manifest": "x"}, "at": "", "by": "", "why": ""}]}'
)


def _place(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pointer(folder: Path) -> Callable[[bytes], str]:
    """The pointer to the models in use."""
    store = ReleaseStore(_place(folder / "store"))

    def run(content: bytes) -> str:
        (store.folder / POINTER).write_bytes(content)
        try:
            store.choices()
        except ModelDamaged:
            return "damaged"
        store.usable()
        return "read"

    return run


def manifest(folder: Path) -> Callable[[bytes], str]:
    """The manifest of a version."""
    home = _place(folder / "manifest")

    def run(content: bytes) -> str:
        (home / NAME).write_bytes(content)
        try:
            read_manifest(home)
            verified(home, kind="classifier")
        except ModelDamaged:
            return "damaged"
        return "read"

    return run


def arrays(folder: Path) -> Callable[[bytes], str]:
    """The arrays of a classifier: an NPZ file."""
    home = _place(folder / "arrays")
    shutil.copy(SHIPPED / "classifier" / SETTINGS, home / SETTINGS)

    def run(content: bytes) -> str:
        (home / ARRAYS).write_bytes(content)
        try:
            load(home)
        except ModelDamaged:
            return "damaged"
        return "read"

    return run


def pointer_seeds() -> tuple[bytes, ...]:
    """A pointer that is well formed, and some that are not."""
    return (_SMALL, b'{"choices": []}', b'{"choices": [1]}', b'{"choices": {"a": []}}', b"[]")


def manifest_seeds() -> tuple[bytes, ...]:
    """The manifests of the shipped models."""
    return tuple((SHIPPED / kind / NAME).read_bytes() for kind in ("redactor", "classifier"))


def array_seeds() -> tuple[bytes, ...]:
    """Small NPZ files: of numbers, and of objects, which would be a pickle."""
    from io import BytesIO

    import numpy as np

    found = []
    for value in (np.arange(6, dtype=np.float16), np.array([{"a": 1}], dtype=object)):
        out = BytesIO()
        np.savez(out, allow_pickle=True, columns=value, idf=np.arange(2), coef=np.zeros((6, 2)))
        found.append(out.getvalue())
    return tuple(found)
