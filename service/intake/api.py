"""The API for submissions: one as JSON, many as CSV or JSONL. Answers hold redacted text only."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from service.db.tables import Account, Role, Source
from service.errors import FieldProblem
from service.intake.body import media_type, need_type, parse_json, read_body
from service.intake.fields import draft
from service.intake.rows import RefusedRow, Row, read_csv, read_jsonl
from service.intake.service import Received, Sender, receive, receive_rows
from service.intake.wire import ReadingOut, reading_out
from service.web import DatabaseDep, ReaderDep, SettingsDep, bearer

log = structlog.get_logger()
router = APIRouter(prefix="/api", tags=["submissions"])

SenderAccount = Annotated[Account, Depends(bearer(Role.SENDER))]
_JSONL_TYPES = {"application/x-ndjson", "application/jsonl", "application/x-jsonlines"}


class SubmissionIn(BaseModel):
    """A submission, for the description of the API: ``intake.fields`` checks the bodies."""

    id: str | None = Field(
        None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", description="Your own reference"
    )
    text: str = Field(
        description="What happened, in Danish", examples=["Vi har ventet på svar siden marts."]
    )
    area: str | None = Field(None, examples=["børn og familie"])
    municipality: str | None = Field(None, examples=["Kolding"])
    received_at: str | None = Field(None, examples=["2026-05-01T12:00:00+02:00"])
    is_test: bool = False


class FieldErrorOut(BaseModel):
    """What is wrong with a field."""

    field: str
    message: str


class RowErrorOut(BaseModel):
    """A row that was refused: its line in the file."""

    row: int
    errors: list[FieldErrorOut]


class RowsOut(BaseModel):
    """What became of a file."""

    received: int
    refused: int
    ids: list[str]
    errors: list[RowErrorOut]


class ProblemOut(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldErrorOut] | None = None


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    one = {"model": ProblemOut, "description": "Problem"}
    return {status: one for status in statuses}


def _takes(*contents: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    content = {kind: {"schema": schema} for kind, schema in contents}
    return {
        "requestBody": {"required": True, "content": content},
        "security": [{"bearer": []}],
    }


@router.post(
    "/submissions",
    status_code=201,
    operation_id="receiveSubmission",
    response_model=ReadingOut,
    responses=_problems(400, 401, 403, 413, 415, 422, 503),
    openapi_extra=_takes(("application/json", SubmissionIn.model_json_schema())),
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
    fields = parse_json(await read_body(request, settings.max_body_bytes))
    checked = draft(fields, limit=settings.max_characters)
    sender = Sender(Source.API, account.id, account.name)
    received = await run_in_threadpool(receive, database, reader, checked, sender)
    response.headers["Location"] = f"/api/submissions/{received.public_id}"
    return reading_out(checked.external_id or received.public_id, received.reading)


@router.post(
    "/submissions/csv",
    operation_id="receiveSubmissions",
    response_model=RowsOut,
    responses=_problems(400, 401, 403, 413, 415, 422),
    openapi_extra=_takes(
        ("text/csv", {"type": "string"}), ("application/x-ndjson", {"type": "string"})
    ),
)
async def receive_many(
    request: Request,
    account: SenderAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> RowsOut:
    """Rows with the fields of a single submission as columns. Bad rows are listed."""
    need_type(request, "text/csv", *sorted(_JSONL_TYPES))
    lines = BytesIO(await read_body(request, settings.max_csv_bytes))
    read = read_jsonl if media_type(request) in _JSONL_TYPES else read_csv
    rows = read(lines, limit=settings.max_characters)
    sender = Sender(Source.CSV, account.id, account.name)

    def take_in(rows: Iterable[Row | RefusedRow]) -> RowsOut:
        return _summary(receive_rows(database, reader, rows, sender))

    return await run_in_threadpool(take_in, rows)


def _summary(results: Iterable[tuple[int, Received | tuple[FieldProblem, ...]]]) -> RowsOut:
    out = RowsOut(received=0, refused=0, ids=[], errors=[])
    for row, result in results:
        if isinstance(result, Received):
            out.ids.append(result.public_id)
        else:
            errors = [FieldErrorOut(field=one.field, message=one.danish) for one in result]
            out.errors.append(RowErrorOut(row=row, errors=errors))
    out.received, out.refused = len(out.ids), len(out.errors)
    log.info("rows received", count=out.received, refused=out.refused)
    return out
