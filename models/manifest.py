"""What stands beside every shipped model: its files with hashes, data, licence, command and scores.

A model is loaded only through ``verified``: a file that is missing, not listed or altered is
refused (``ModelDamaged``). No file of a model is executable: weights are arrays, settings are JSON.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nlp.errors import ModelDamaged

NAME = "manifest.json"
SHIPPED = Path(__file__).parent / "shipped"
"""The models that the program comes with."""
_SUFFIXES = frozenset({".json", ".npz", ".cfg", ".txt", ".md", ".svg", ""})
"""What a model's files may be called: nothing that runs when it is read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The history of a model. ``version`` is a fingerprint of what it learned, not of its files."""

    kind: str
    version: str
    created: str
    command: str
    licence: str
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    scores: Mapping[str, Any]
    libraries: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    """The version that was in use when this one was made; empty for a shipped model."""
    code: str = ""
    """A fingerprint of the program that made it (``code_fingerprint``)."""


def libraries(*names: str) -> dict[str, str]:
    """Versions of Python and of the libraries that the model's numbers depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def code_fingerprint() -> str:
    """A fingerprint of what decides a model's numbers: the source of ``nlp`` and ``models``."""
    home = Path(__file__).parents[1]
    sources = [path for name in ("nlp", "models") for path in (home / name).rglob("*.py")]
    known = sorted((path.relative_to(home).as_posix(), path) for path in sources)
    return fingerprint(*(part for name, path in known for part in (name.encode(), _source(path))))


def _source(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fingerprint(*parts: bytes) -> str:
    """A short hash of content, the same on every machine."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:12]


def _members(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME)


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest with the hashes of all files in the folder."""
    files = {str(p.relative_to(folder)): file_hash(p) for p in _members(folder)}
    sealed = Manifest(**{**asdict(manifest), "files": files})
    text = json.dumps(asdict(sealed), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")
    return sealed


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder, unchecked. Raises ModelDamaged when there is none."""
    try:
        found = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        _need_text(found.kind, found.version, *dict(found.files), *dict(found.files).values())
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise ModelDamaged(
            f"{folder.name}: no readable manifest ({type(error).__name__})"
        ) from None
    return found


def _need_text(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("a member of the manifest is of another kind")


def verified(folder: Path, *, kind: str) -> Manifest:
    """The manifest, after every file was found whole. Raises ModelDamaged naming the file."""
    manifest = read_manifest(folder)
    if manifest.kind != kind:
        raise ModelDamaged(f"{folder.name}: holds a {manifest.kind}, not a {kind}")
    present = {str(p.relative_to(folder)) for p in _members(folder)}
    for name in sorted(present ^ set(manifest.files)):
        raise ModelDamaged(
            f"{folder.name}: {name} is {'not listed' if name in present else 'missing'}"
        )
    for name, wanted in manifest.files.items():
        if (folder / name).is_symlink():
            raise ModelDamaged(f"{folder.name}: {name} is a link")
        if Path(name).suffix not in _SUFFIXES:
            raise ModelDamaged(f"{folder.name}: {name} is of a kind that no model has")
        if file_hash(folder / name) != wanted:
            raise ModelDamaged(f"{folder.name}: {name} was altered")
    return manifest
