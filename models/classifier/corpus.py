"""Written blocks → what the classifier learns from: redacted texts, labels, evidence offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.redact.spans import KEPT_IN_STORAGE, PLACEHOLDERS
from nlp.types import LABELS, Span
from training_data.clauses import Clause
from training_data.markup import Block

Evidence = tuple[tuple[int, int, int], ...]
"""(start, end, index of the label) in the text."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. ``origin`` is who wrote it: splits go by origin."""

    id: str
    text: str
    evidence: Evidence
    labels: tuple[int, ...]
    """One 0 or 1 for each of ``LABELS``."""
    origin: str
    area: str = ""


def example_from(block: Block, *, redacted: bool = True, origin: str = "") -> Example:
    """A block as an example, with gold placeholders (``storage`` profile) or as it was written."""
    spans = [s for s in block.spans if s.type not in KEPT_IN_STORAGE] if redacted else []
    text, moved = _with_placeholders(block.text, spans)
    evidence = tuple((moved(m.start), moved(m.end), LABELS.index(m.label)) for m in block.evidence)
    present = {label for _, _, label in evidence}
    return Example(
        block.id,
        text,
        evidence,
        tuple(int(index in present) for index in range(len(LABELS))),
        origin or block.id.split("-")[0],
        block.fields[0] if block.fields else "",
    )


class _Shift:
    """Old offset → new offset after spans were replaced."""

    def __init__(self, changes: Sequence[tuple[Span, int]]):
        self.changes = changes

    def __call__(self, offset: int) -> int:
        moved = offset
        for span, end in self.changes:
            if span.end <= offset:
                moved = end + (offset - span.end)
            elif span.start < offset:
                return end
            else:
                break
        return moved


def _with_placeholders(text: str, spans: Sequence[Span]) -> tuple[str, _Shift]:
    parts: list[str] = []
    changes: list[tuple[Span, int]] = []
    position = length = 0
    for span in sorted(spans):
        placeholder = f"[{PLACEHOLDERS[span.type]}{' 1' if span.type == 'PERSON' else ''}]"
        before = text[position : span.start]
        parts += [before, placeholder]
        length += len(before)
        changes.append((span, length + len(placeholder)))
        length += len(placeholder)
        position = span.end
    parts.append(text[position:])
    return "".join(parts), _Shift(changes)


def bank_arrays(clauses: Sequence[Clause]) -> tuple[list[str], npt.NDArray[np.int8]]:
    """Texts of the clause bank and their labels, shape (clauses, 6)."""
    labels = [[int(label in clause.labels) for label in LABELS] for clause in clauses]
    return [clause.text for clause in clauses], np.array(labels, dtype=np.int8).reshape(
        -1, len(LABELS)
    )
