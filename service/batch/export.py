"""Confirmed submissions as a file for others. A spreadsheet never takes a cell for a formula.

Only what counts goes out: confirmed by a person and not excluded. The key of the sender stays here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import Submission
from service.reports.types import ConfirmedSubmission
from service.review.confirmed import confirmed_submissions

_FORMULA = re.compile(r"'*(?:\s*[=+\-@|%＝＋－＠]|[ \u00a0]*[\t\r\n])")
_PLAIN = ("id", "received_at", "area", "municipality")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _PLAIN),
        ("labels", pa.list_(pa.string())),
        ("excerpts", pa.list_(pa.struct([("label", pa.string()), ("text", pa.string())]))),
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Exported:
    """One confirmed submission. ``text`` is the redacted text, None when it was not asked for."""

    submission: ConfirmedSubmission
    text: str | None = None

    def fields(self) -> dict[str, Any]:
        """As a JSON line."""
        one = self.submission
        fields = {
            "id": one.public_id,
            "received_at": one.received_at.isoformat(),
            "area": one.area,
            "municipality": one.municipality,
            "labels": list(one.labels),
            "excerpts": [{"label": label, "text": text} for label, text in one.excerpts],
        }
        return fields if self.text is None else fields | {"text": self.text}


def exported(session: Session, *, with_text: bool) -> Iterator[Exported]:
    """What is confirmed and counts, in the order of arrival."""
    texts: Mapping[str, str] = {}
    if with_text:
        rows = session.execute(select(Submission.public_id, Submission.text))
        texts = {public_id: text for public_id, text in rows}
    for one in confirmed_submissions(session):
        if one.reviewed_at is not None and one.excluded is None:
            yield Exported(one, texts.get(one.public_id))


def write_export(rows: Iterable[Exported], path: Path) -> int:
    """Write .jsonl, .csv or .parquet; returns the number of rows."""
    fields = [row.fields() for row in rows]
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(fields, schema=_SCHEMA), path)
    elif suffix == ".csv":
        path.write_text(as_csv(fields), encoding="utf-8-sig", newline="")
    else:
        path.write_text(as_jsonl(fields), encoding="utf-8")
    return len(fields)


def as_jsonl(fields: Iterable[dict[str, Any]]) -> str:
    """One object a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in fields)


def as_csv(fields: Iterable[dict[str, Any]]) -> str:
    """A column for each label (1 or 0) and for its excerpt."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_PLAIN, *LABELS, *(f"excerpt {label}" for label in LABELS), "text"])
    for one in fields:
        row = [
            *(one[name] or "" for name in _PLAIN),
            *(str(int(label in one["labels"])) for label in LABELS),
            *(_quoted(one["excerpts"], label) for label in LABELS),
            one.get("text", ""),
        ]
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def _quoted(excerpts: Iterable[Mapping[str, str]], label: str) -> str:
    return " … ".join(one["text"] for one in excerpts if one["label"] == label)


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet calculates: what looks like a formula gets an apostrophe.

    So does what would look like one without its own apostrophe: only thus can it be undone.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("ingen svar"), safe_cell("'=1")
    ("'=HYPERLINK(1)", 'ingen svar', "''=1")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain_cell(cell: str) -> str:
    """A cell as it was before ``safe_cell``.

    >>> plain_cell("'=HYPERLINK(1)"), plain_cell("'citat'")
    ('=HYPERLINK(1)', "'citat'")
    """
    is_safe = cell.startswith("'") and _FORMULA.match(cell[1:])
    return cell[1:] if is_safe else cell
