"""What figures depend on beside the program, and the file that all parts of one bench share."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joblib import cpu_count

from evaluation.texts import redaction_texts, submissions
from service.clock import now


@dataclass(frozen=True, slots=True)
class Conditions:
    """When, on what, and beside what else something was measured."""

    made: str
    cores: int
    load: float
    """Processes that wanted a core when the measurement began."""
    python: str

    def __str__(self) -> str:
        return (
            f"{self.made[:16].replace('T', ' ')} UTC, {self.cores} cores, load {self.load:g} at "
            f"the start, Python {self.python}."
        )


def conditions() -> Conditions:
    """Those of this moment."""
    return Conditions(
        made=now().isoformat(timespec="seconds"),
        cores=cpu_count(),
        load=round(os.getloadavg()[0], 1),
        python=platform.python_version(),
    )


def letter_texts() -> list[str]:
    """Texts of the redaction benchmark that letters are put together from."""
    return [one.text for one in redaction_texts() if not one.hard_negative]


def short_texts() -> list[str]:
    """The held-out submissions: invented, about 70 words each."""
    return [one.block.text for one in submissions()]


def kept_parts(file: Path) -> dict[str, Any]:
    """What was measured before, by part; nothing when there is no file yet."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def keep_part(file: Path, part: str, figures: dict[str, Any]) -> dict[str, Any]:
    """Put a part beside those measured before, in the order of their names; gives all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    parts = kept_parts(file) | {part: figures}
    ordered = {name: parts[name] for name in sorted(parts)}
    text = json.dumps(ordered, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept
