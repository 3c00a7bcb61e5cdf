"""The API for submissions: one as JSON, many as CSV or JSONL. Answers hold redacted text only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from service.db.tables import Account, Role, Source
from service.description import (
    BODY,
    REFERENCE,
    FieldErrorOut,
    Strict,
    answers,
    header,
    refusals,
    takes,
    takes_files,
)
from service.errors import (
    AlreadyReceived,
    BadCursor,
    BadFields,
    FieldProblem,
    KeyReused,
    NotHere,
    NotRedacted,
)
from service.intake.body import media_type, need_type, parse_json, read_body
from service.intake.fields import draft
from service.intake.idempotency import HEADER, PATTERN, Attempts, attempts
from service.intake.kept import kept_reading
from service.intake.repository import sent_page
from service.intake.rows import RefusedRow, Row, read_csv, read_jsonl
from service.intake.service import (
    Received,
    Repeated,
    RowResult,
    Sender,
    preview,
    receive,
    receive_rows,
)
from service.intake.wire import EntityOut, ReadingOut, entities_out
from service.parameters import Area, Cursor, Limit, cursor_to, row_of
from service.security.sealing import Sealer
from service.settings import Settings
from service.web import DatabaseDep, ReaderDep, SettingsDep, bearer

log = structlog.get_logger()
router = APIRouter(prefix="/api", tags=["submissions"])

SenderAccount = Annotated[Account, Depends(bearer(Role.SENDER))]
JSONL_TYPES = ("application/jsonl", "application/x-jsonlines", "application/x-ndjson")


_Truth = Literal["true", "1", "ja", "yes", "sand", "false", "0", "nej", "no", "falsk", ""]
"""Cells of a table file; they are understood in JSON too."""


class TextIn(Strict):
    """A text to be redacted and forgotten."""

    text: str = Field(min_length=1, max_length=20_000)


class SubmissionIn(TextIn):
    """A submission. Which fields there are, and what they may hold."""

    id: str | None = Field(
        None, pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,63})?$", description="Your own reference"
    )
    text: str = Field(min_length=1, max_length=20_000, description="What happened, in Danish")
    area: Area | Literal[""] | None = None
    municipality: str | None = Field(
        None, max_length=100, description="One of the 98; short and old names are understood too"
    )
    received_at: datetime | Literal[""] | None = Field(
        None, description="Not before 2000, not in the future"
    )
    is_test: bool | _Truth | None = Field(False, description="True for what must never count")


class RowErrorOut(BaseModel):
    """A row that was refused: its line in the file."""

    row: int
    errors: list[FieldErrorOut]


class RepeatedRowOut(BaseModel):
    """A row whose ``id`` was received before, and the submission that it belongs to."""

    row: int
    reference: str


class RowsOut(BaseModel):
    """What became of a file."""

    received: int
    refused: int
    ids: list[str] = Field(description="References of what is kept, in the order of the file")
    errors: list[RowErrorOut]
    repeated: list[RepeatedRowOut] = Field(description="Received before; nothing new was kept")


class PreviewOut(BaseModel):
    """What would be kept of a text."""

    text: str
    entities: list[EntityOut]


class SentOut(BaseModel):
    """A submission in a list."""

    reference: str
    id: str | None = Field(description="Your own reference")
    state: str
    received_at: datetime


class SentPageOut(BaseModel):
    """A page of a list; ``next`` leads to the page behind it."""

    items: list[SentOut]
    next: str | None


IDEMPOTENCY: dict[str, Any] = {
    "parameters": [
        header(
            HEADER,
            "A random name for this request. Sent again with the same body it gives the same "
            "answer and keeps nothing twice; docs/api.md says for how long.",
            "7c0f2f2b-8a3d-4f6e-9b1c-5d2e8f7a6b4c",
            required=False,
            pattern=PATTERN,
        )
    ]
}
READING: dict[str, Any] = {
    "id": "sag-7",
    "text": "[PERSON 1] har ventet på svar i syv måneder.",
    "entities": [{"start": 0, "end": 10, "type": "PERSON"}],
    "suggestions": [
        {
            "label": "frister",
            "probability": 0.93,
            "suggested": True,
            "evidence": [{"start": 11, "end": 43}],
        }
    ],
    "excerpts": [{"label": "frister", "text": "[PERSON] har ventet på svar i syv måneder."}],
    "versions": {"redactor": "2026.11", "classifier": "2026.11"},
}
_SENT = {
    "id": "sag-7",
    "text": "Mette har ventet på svar i syv måneder.",
    "area": "børn og familie",
    "municipality": "Kolding",
    "received_at": "2026-05-01T12:00:00+02:00",
    "is_test": False,
}
_CSV = "id,text,area\nsag-7,Vi har ventet på svar siden marts.,handicap\n"
_JSONL = '{"id": "sag-7", "text": "Vi har ventet på svar siden marts."}\n'
_ROWS = {
    "received": 1,
    "refused": 1,
    "ids": [REFERENCE],
    "errors": [{"row": 3, "errors": [{"field": "area", "message": "Området kendes ikke."}]}],
    "repeated": [{"row": 4, "reference": REFERENCE}],
}
_PAGE = {
    "items": [
        {
            "reference": REFERENCE,
            "id": "sag-7",
            "state": "new",
            "received_at": "2026-05-01T10:00:00Z",
        }
    ],
    "next": cursor_to(REFERENCE, of="sent:1"),
}
BODIES = (TextIn, SubmissionIn)


def _attempts(
    request: Request, body: bytes, account: Account, settings: Settings
) -> Attempts | None:
    sealer: Sealer = request.app.state.sealer
    return attempts(request, body, account.id, sealer, hours=settings.idempotency_hours)


@router.post(
    "/submissions",
    status_code=201,
    operation_id="receiveSubmission",
    summary="Send one submission",
    response_model=ReadingOut,
    responses=answers(201, READING, Location="Where the submission can be read")
    | refusals(*BODY, AlreadyReceived, KeyReused, NotHere, NotRedacted),
    openapi_extra=takes(SubmissionIn, _SENT, **IDEMPOTENCY),
)
async def receive_one(
    request: Request,
    response: Response,
    account: SenderAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> ReadingOut:
    """Redact, suggest, keep. The answer is what was kept; the sent text is gone."""
    need_type(request, "application/json")
    body = await read_body(request, settings.max_body_bytes)
    checked = draft(parse_json(body), limit=settings.max_characters)
    keyed = _attempts(request, body, account, settings)
    sender = Sender(Source.API, account.id, account.name)

    def take_in() -> tuple[Received, ReadingOut]:
        attempt = keyed.whole() if keyed else None
        received = receive(database, reader, checked, sender, attempt=attempt)
        with database.read() as session:
            return received, kept_reading(session, received.public_id)

    received, reading = await run_in_threadpool(take_in)
    response.headers["Location"] = f"/api/submissions/{received.public_id}"
    return reading


@router.post(
    "/submissions/csv",
    operation_id="receiveSubmissions",
    summary="Send a file of submissions",
    response_model=RowsOut,
    responses=answers(200, _ROWS) | refusals(*BODY, KeyReused),
    openapi_extra=takes_files(
        {"text/csv": _CSV} | dict.fromkeys(JSONL_TYPES, _JSONL), **IDEMPOTENCY
    ),
)
async def receive_many(
    request: Request,
    account: SenderAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> RowsOut:
    """Rows with the fields of a single submission as columns (CSV) or as objects (JSONL).

    Rows that cannot be taken are listed by their line; so are those whose ``id`` was used before.
    """
    need_type(request, "text/csv", *JSONL_TYPES)
    body = await read_body(request, settings.max_csv_bytes)
    read = read_jsonl if media_type(request) in JSONL_TYPES else read_csv
    rows = read(BytesIO(body), limit=settings.max_characters)
    keyed = _attempts(request, body, account, settings)
    sender = Sender(Source.CSV, account.id, account.name)

    def take_in(rows: Iterable[Row | RefusedRow]) -> RowsOut:
        return _summary(receive_rows(database, reader, rows, sender, attempts=keyed))

    return await run_in_threadpool(take_in, rows)


def _summary(results: Iterable[tuple[int, RowResult]]) -> RowsOut:
    out = RowsOut(received=0, refused=0, ids=[], errors=[], repeated=[])
    for row, result in results:
        if isinstance(result, Received):
            out.ids.append(result.public_id)
        elif isinstance(result, Repeated):
            out.repeated.append(RepeatedRowOut(row=row, reference=result.public_id))
        else:
            errors = [FieldErrorOut(field=one.field, message=one.danish) for one in result]
            out.errors.append(RowErrorOut(row=row, errors=errors))
    out.received, out.refused = len(out.ids), len(out.errors)
    log.info("rows received", count=out.received, refused=out.refused, repeated=len(out.repeated))
    return out


@router.post(
    "/redactions",
    operation_id="previewRedaction",
    summary="See what would be kept of a text",
    response_model=PreviewOut,
    responses=answers(200, {"text": READING["text"], "entities": READING["entities"]})
    | refusals(*BODY, NotRedacted),
    openapi_extra=takes(TextIn, {"text": _SENT["text"]}),
)
async def preview_one(
    request: Request, _account: SenderAccount, settings: SettingsDep, reader: ReaderDep
) -> PreviewOut:
    """Redact and forget: nothing is kept."""
    need_type(request, "application/json")
    fields = parse_json(await read_body(request, settings.max_body_bytes))
    if set(fields) - {"text"}:
        raise BadFields([FieldProblem("?", "unknown field", "Send kun feltet text.")])
    checked = draft(fields, limit=settings.max_characters)
    redacted = await run_in_threadpool(preview, reader, checked)
    return PreviewOut(text=redacted.text, entities=entities_out(redacted.entities))


@router.get(
    "/submissions",
    operation_id="listSubmissions",
    summary="List what this account has sent",
    response_model=SentPageOut,
    responses=answers(200, _PAGE) | refusals(BadCursor, BadFields),
)
def list_sent(
    account: SenderAccount,
    database: DatabaseDep,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SentPageOut:
    """The newest first."""
    name = f"sent:{account.id}"
    with database.read() as session:
        found = sent_page(session, account.id, behind=row_of(cursor, of=name), most=limit + 1)
    shown = found[:limit]
    items = [
        SentOut(
            reference=one.public_id,
            id=one.external_id,
            state=one.state,
            received_at=one.received_at,
        )
        for one in shown
    ]
    is_full = len(found) > limit
    return SentPageOut(
        items=items, next=cursor_to(shown[-1].public_id, of=name) if is_full else None
    )
