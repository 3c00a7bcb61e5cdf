"""Warnings of libraries can quote what they read; here they cannot. Imports nothing heavy."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path


def quiet_warnings() -> None:
    """A library's warning may quote what it read: only its type and place are said."""
    warnings.showwarning = _say_type_and_place


def _say_type_and_place(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    sys.stderr.write(f"{category.__name__} at {Path(filename).name}:{lineno}\n")
