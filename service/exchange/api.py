"""The API for confirmed decisions: out as a file, and back in as new decisions of the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from service.db import audit
from service.db.engine import Database
from service.db.tables import Account, Role
from service.description import BODY, REFERENCE, FieldErrorOut, answers, refusals, takes_files
from service.errors import BadFields
from service.exchange.files import FORMATS, encoded, records_in
from service.exchange.standing import standing
from service.exchange.take_in import Fate, Outcome, take_in_all
from service.intake.api import JSONL_TYPES, RowErrorOut
from service.intake.body import media_type, need_type, read_body
from service.parameters import one_of
from service.review.api import ReviewerAccount
from service.review.decisions import Reviewer
from service.web import DatabaseDep, ReaderDep, SettingsDep, bearer

router = APIRouter(prefix="/api", tags=["decisions"])

AnalystAccount = Annotated[Account, Depends(bearer(Role.ANALYST))]

PARQUET = "application/vnd.apache.parquet"
_MEDIA = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": PARQUET,
}
_KINDS = {
    "application/json": "json",
    "text/csv": "csv",
    PARQUET: "parquet",
    **dict.fromkeys(JSONL_TYPES, "jsonl"),
}
_format, _format_schema = one_of(FORMATS)


class DecisionsOut(BaseModel):
    """What became of a file."""

    decided: int
    unchanged: int
    empty: int
    refused: int
    errors: list[RowErrorOut]


_JSONL = (
    '{"id": "01KT5Q3H6ZJ8W4M2N7R9V0XBCD", "revision": 1, "labels": ["frister"], "passages": '
    '[{"label": "frister", "text": "ventet på svar i syv måneder", "start": 15, "end": 43}]}\n'
)
_TASKS = [
    {
        "data": {"reference": REFERENCE, "revision": 0},
        "annotations": [
            {
                "result": [
                    {
                        "from_name": "mærker",
                        "to_name": "text",
                        "type": "choices",
                        "value": {"choices": ["frister"]},
                    }
                ]
            }
        ],
    }
]
_CSV = (
    "id,revision,sagsoplysning,partshøring,begrundelse,frister,klagevejledning,andre\n"
    "01KT5Q3H6ZJ8W4M2N7R9V0XBCD,0,0,0,0,1,0,0\n"
)
_RESULT = {
    "decided": 11,
    "unchanged": 2,
    "empty": 0,
    "refused": 1,
    "errors": [{"row": 3, "errors": [{"field": "id", "message": "Referencen kendes ikke her."}]}],
}
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "application/x-ndjson": {"schema": {"type": "string"}, "example": _JSONL},
            "text/csv": {"schema": {"type": "string"}, "example": _CSV},
            PARQUET: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get(
    "/decisions",
    operation_id="exportDecisions",
    summary="Export what is confirmed",
    response_class=StreamingResponse,
    responses=_EXPORTED | refusals(BadFields),
)
def export_decisions(
    account: AnalystAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    format: Annotated[
        str, Query(description="json is Label Studio's"), _format, _format_schema
    ] = "jsonl",
    waiting: Annotated[
        bool, Query(description="In json also what nobody has decided yet, to be annotated")
    ] = False,
) -> StreamingResponse:
    """Redacted text, decisions, chosen quotations, notes: for work, not for publication.

    What is to be read blind has no predictions. Published figures come from the reports.
    """
    with database.write() as session:
        audit.record(session, actor=account.name, action="export", subject="decisions", kind=format)
    pieces = _pieces(database, format, waiting and format == "json", settings.blind_percent)
    headers = {"Content-Disposition": f'attachment; filename="decisions.{format}"'}
    return StreamingResponse(pieces, media_type=_MEDIA[format], headers=headers)


def _pieces(database: Database, kind: str, waiting: bool, blind_percent: int) -> Iterator[bytes]:
    with database.read() as session:
        rows = standing(session, waiting=waiting)
        yield from encoded(rows, kind, blind_percent=blind_percent)


@router.post(
    "/decisions",
    operation_id="importDecisions",
    summary="Import decisions that were made elsewhere",
    response_model=DecisionsOut,
    responses=answers(200, _RESULT) | refusals(*BODY),
    openapi_extra=takes_files(
        {"application/json": _TASKS, "text/csv": _CSV, PARQUET: None}
        | dict.fromkeys(JSONL_TYPES, _JSONL)
    ),
)
async def import_decisions(
    request: Request,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> DecisionsOut:
    """Each row becomes a new decision of this account, or is refused and listed by its number.

    A newer decision is never overruled: the row names the ``revision`` that it was made on.
    """
    need_type(request, *_KINDS)
    body = await read_body(request, settings.max_csv_bytes)
    reviewer = Reviewer(account.id, account.name)

    def take_in() -> DecisionsOut:
        records = records_in(body, _KINDS[media_type(request)], limit=settings.max_characters)
        return _summary(
            take_in_all(database, reader, records, reviewer, blind_percent=settings.blind_percent)
        )

    return await run_in_threadpool(take_in)


def _summary(outcomes: Iterator[tuple[int, Outcome]]) -> DecisionsOut:
    fates: Counter[Fate] = Counter()
    errors: list[RowErrorOut] = []
    for row, outcome in outcomes:
        if isinstance(outcome, Fate):
            fates[outcome] += 1
        else:
            told = [FieldErrorOut(field=one.field, message=one.danish) for one in outcome]
            errors.append(RowErrorOut(row=row, errors=told))
    return DecisionsOut(
        decided=fates[Fate.DECIDED],
        unchanged=fates[Fate.UNCHANGED],
        empty=fates[Fate.EMPTY],
        refused=len(errors),
        errors=errors,
    )
