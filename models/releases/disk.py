"""Files that are there whole or not at all, whenever the power goes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DRAFT = ".new-"
"""How the name of a file or folder begins that is not finished."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Tells one state of a file from another without reading it; all 0 where there is none."""

    inode: int
    changed: int
    size: int


def stamp_of(path: Path) -> Stamp:
    """One look at the file system."""
    try:
        found = path.stat()
    except OSError:
        return Stamp(0, 0, 0)
    return Stamp(found.st_ino, found.st_mtime_ns, found.st_size)


def replace_file(path: Path, content: bytes) -> None:
    """The whole content or the old one, whatever happens: write, flush, rename, flush the folder.

    ``path``'s folder must exist. Two writers at once need a lock of their own.
    """
    draft = path.with_name(f"{DRAFT}{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # a full disk must not be kept full
    flush(path.parent)


def to_disk(folder: Path) -> None:
    """Bring every file below a folder, and its name, to the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            flush(path)
    flush(folder)


def flush(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
