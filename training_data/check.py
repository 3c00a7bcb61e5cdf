"""Checks what was written by hand: ``python -m training_data.check [FILE …]``.

Prints one line for each mistake (exit 1) and a table of counts. Holds for corpus files (blocks) and
for clause files (``tags: clause`` a line).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from nlp.types import LABELS
from training_data.areas import AREAS
from training_data.clauses import read_clauses
from training_data.markup import Block, MarkupError, read

HERE = Path(__file__).parent


def problems(block: Block, folder: str) -> list[str]:
    """What is wrong with one block, in words."""
    found = []
    if folder == "submissions":
        if len(block.fields) < 1 or block.fields[0] not in AREAS:
            found.append(f"{block.id}: field 1 must be an area ({', '.join(AREAS)})")
        if len(block.fields) > 3:
            found.append(f"{block.id}: too many fields")
    for mark in block.evidence:
        words = block.text[mark.start : mark.end].split()
        if len(words) > 45:
            found.append(f"{block.id}: evidence for {mark.label} has {len(words)} words")
    for digits in re.findall(r"\b\d{6}-\d{4}\b", block.text):
        if not ("30" <= digits[4:6] <= "57" and digits[7] in "5678"):
            found.append(f"{block.id}: a CPR must be impossible (year 30-57, seventh digit 5-8)")
    return found


def main(paths: list[Path]) -> int:
    """Check the files; 0 when nothing is wrong."""
    mistakes: list[str] = []
    seen: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for path in paths:
        try:
            if path.parent.name == "clauses":
                for clause in read_clauses(path):
                    counts.update(clause.labels or ("(none)",))
                    counts["items"] += 1
                continue
            for block in read(path):
                seen[block.id] += 1
                counts["items"] += 1
                counts["words"] += len(block.text.split())
                counts.update(block.labels or ("(none)",))
                counts.update(span.type for span in block.spans)
                mistakes += [
                    f"{path.name}: {problem}" for problem in problems(block, path.parent.name)
                ]
        except MarkupError as error:
            mistakes.append(f"{path.name}: {error}")
    mistakes += [f"id {name} is used {times} times" for name, times in seen.items() if times > 1]
    for mistake in mistakes:
        sys.stdout.write(f"{mistake}\n")
    order = {name: i for i, name in enumerate(("items", "words", *LABELS, "(none)"))}
    for name, count in sorted(counts.items(), key=lambda item: (order.get(item[0], 99), item[0])):
        sys.stdout.write(f"{name:16} {count}\n")
    return 1 if mistakes else 0


def default_paths() -> list[Path]:
    """Every file written by hand."""
    folders = ("submissions", "clauses", "letters")
    return [path for folder in folders for path in sorted((HERE / folder).glob("*.txt"))]


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or default_paths()))
