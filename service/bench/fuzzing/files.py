"""Bytes against everything that reads a file or a body: nothing is raised but a refusal.

A refusal names a field or a row; it must not hold the canary that every file of text carries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from starlette.requests import Request

from nlp.errors import NotText
from nlp.types import LABELS
from service.bench.fuzzing.canaries import Canary, canary
from service.bench.fuzzing.tally import Broken
from service.description import REFERENCE
from service.errors import ServiceError
from service.exchange.files import records_in
from service.intake.body import media_type, parse_form, parse_json
from service.intake.fields import draft
from service.intake.rows import RefusedRow, read_csv, read_jsonl
from service.parameters import row_of
from service.security.origin import way_back

LIMIT = 20_000
_CANARIES: tuple[Canary, ...] = tuple(canary(number) for number in range(3))
TOLD = " ".join(one.told for one in _CANARIES)
"""Stands in every seed; what refuses a part of it must not repeat it."""


def _need_silence(words: Iterable[str]) -> None:
    for said in words:
        for one in _CANARIES:
            if one.is_in(said):
                raise Broken(f"a refusal repeats the input: {one.kind}")


def _words(error: Exception) -> Iterator[str]:
    yield str(error)
    for problem in getattr(error, "problems", ()):
        yield from (problem.field, problem.english, problem.danish)


def refusing(run: Callable[[bytes], str]) -> Callable[[bytes], str]:
    """The same function; what it refuses is an outcome, and is looked through for the canaries."""

    def refused(content: bytes) -> str:
        try:
            return run(content)
        except (ServiceError, NotText) as error:
            _need_silence(_words(error))
            return type(error).__name__

    return refused


def _rows(rows: Iterable[object]) -> str:
    count = 0
    for row in rows:
        if isinstance(row, RefusedRow):
            _need_silence(_words(row))
        count += 1
    return "rows" if count else "nothing"


def form(content: bytes) -> str:
    """A form's body."""
    found = parse_form(content)
    for name in ("csrf", "text", "navn"):
        found.get(name), found.all(name)
    return "read"


def body(content: bytes) -> str:
    """A JSON body with the fields of a submission."""
    draft(parse_json(content), limit=LIMIT)
    return "read"


def csv(content: bytes) -> str:
    """A CSV of submissions."""
    return _rows(read_csv(BytesIO(content), limit=LIMIT))


def jsonl(content: bytes) -> str:
    """Submissions as JSON lines."""
    return _rows(read_jsonl(BytesIO(content), limit=LIMIT))


def decisions(kind: str) -> Callable[[bytes], str]:
    """A file of decisions: Label Studio's JSON, JSON lines, CSV or Parquet."""

    def run(content: bytes) -> str:
        return _rows(records_in(content, kind, limit=LIMIT))

    return run


def addresses(content: bytes) -> str:
    """What stands in an address or a header: a cursor, a way back, a media type."""
    text = content.decode("utf-8", "replace")
    target = way_back(text)
    if target and (not target.startswith("/") or target.startswith("//")):
        raise Broken("a way back leads elsewhere")
    media_type(Request({"type": "http", "headers": [(b"content-type", content)]}))
    return "row" if row_of(text, of="queue") else "nothing"


# ── what they begin with ─────────────────────────────────────────────────────────────────────────

_FIELDS = {
    "id": "sag-7",
    "text": f"Vi har ventet på svar siden marts. {TOLD}",
    "area": "handicap",
    "municipality": "Kolding",
    "received_at": "2026-05-01T12:00:00+02:00",
    "is_test": False,
}
_RECORD: dict[str, Any] = {
    "id": REFERENCE,
    "revision": 1,
    "labels": ["frister", "andre"],
    "subtags": ["tone"],
    "note": TOLD,
    "passages": [{"label": "frister", "text": f"ventet {TOLD}", "start": 3, "end": 12}],
}
_TASK = {
    "data": {"reference": REFERENCE, "revision": 0, "text": TOLD},
    "annotations": [
        {
            "lead_time": 3.5,
            "result": [
                {
                    "from_name": "mærker",
                    "to_name": "text",
                    "type": "choices",
                    "value": {"choices": ["frister"]},
                },
                {
                    "from_name": "uddrag",
                    "to_name": "text",
                    "type": "labels",
                    "value": {"labels": ["frister"], "start": 0, "end": 8, "text": TOLD},
                },
                {
                    "from_name": "note",
                    "to_name": "text",
                    "type": "textarea",
                    "value": {"text": [TOLD]},
                },
            ],
        }
    ],
}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _parquet() -> bytes:
    rows = [{"id": REFERENCE, "revision": 1, "labels": ["frister"], "note": TOLD}] * 3
    out = BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


SEEDS: dict[str, tuple[bytes, ...]] = {
    "form": (
        b"csrf=x&text=Vi+har+ventet+l%C3%A6nge&navn=&navn=Mette&omr=1",
        f"text={TOLD}".replace(" ", "+").replace("@", "%40").encode(),
        b"a=1&" * 30,
    ),
    "body": (
        _json(_FIELDS),
        b'{"text": 1}',
        b'{"text": "a", "x": [[[[]]]]}',
        b"[]",
        b"\xef\xbb\xbf{}",
    ),
    "csv": (
        f'id,text,area\nsag-7,"Vi har ventet. {TOLD}",handicap\n,"a""b\nc",\n'.encode(),
        b"text;id\na;b\n\xff;c\n",
        f"\ufefftext\tid\n{TOLD}\t140642-6123\n".encode(),
    ),
    "jsonl": (_json(_FIELDS) + b"\n" + _json({"text": "b"}) + b"\n\n{", b'{"text": "\\ud800"}\n'),
    "json": (_json([_TASK]), b"[]", _json([_TASK | {"annotations": []}])),
    "decision lines": (_json(_RECORD) + b"\n" + _json({"id": "x"}) + b"\n",),
    "decision csv": (
        f"id,revision,{','.join(LABELS)},note\n{REFERENCE},0,0,0,0,1,0,0,{TOLD}\n".encode(),
    ),
    "parquet": (_parquet(),),
    "addresses": (
        b"/gennemgang",
        f"/gennemgang/{REFERENCE}".encode(),
        b"//elsewhere.example",
        b"text/csv; charset=utf-8",
    ),
}
"""By the name of the target."""

RUNS: dict[str, Callable[[bytes], str]] = {
    "form": refusing(form),
    "body": refusing(body),
    "csv": refusing(csv),
    "jsonl": refusing(jsonl),
    "json": refusing(decisions("json")),
    "decision lines": refusing(decisions("jsonl")),
    "decision csv": refusing(decisions("csv")),
    "parquet": refusing(decisions("parquet")),
    "addresses": refusing(addresses),
}
"""Every reader, by the name of its target."""
