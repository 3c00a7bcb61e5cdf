"""The API for second looks: which decisions the model contradicts, and that one is right."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from service.description import REFERENCE, answers, refusals
from service.errors import BadCursor, BadFields
from service.intake.repository import exists
from service.parameters import Area, Cursor, Limit, Place, Reference, cursor_to, row_of
from service.review import queue
from service.review.again import chosen_quotations, listed, passages
from service.review.api import (
    CONFLICTS,
    ETAG,
    IF_MATCH,
    SUBMISSION,
    ReviewerAccount,
    SubmissionOut,
    acted,
    if_match,
)
from service.review.claims import holders
from service.review.doubted import stands
from service.review.queue import AGAIN, Filters, Viewer
from service.web import DatabaseDep, SettingsDep

router = APIRouter(prefix="/api", tags=["review"])


class DoubtOut(BaseModel):
    """A decision that the model, not having learned from it, contradicts."""

    label: str
    decided: bool
    probability: float = Field(description="Of the label, by parts of the training without it")
    passages: list[str] = Field(description="What it was set for, or what the model pointed at")


class DoubtfulOut(BaseModel):
    """A decided submission that is worth another look."""

    reference: str
    text: str
    area: str | None
    municipality: str | None
    received_at: datetime
    revision: int
    doubts: list[DoubtOut]
    claimed_by: str | None


class DoubtsPageOut(BaseModel):
    """A page of the list, the most doubtful first; ``next`` leads to the page behind it."""

    items: list[DoubtfulOut]
    next: str | None


_PAGE: dict[str, Any] = {
    "items": [
        {
            "reference": REFERENCE,
            "text": SUBMISSION["text"],
            "area": "handicap",
            "municipality": "Kolding",
            "received_at": "2026-05-01T10:00:00Z",
            "revision": 1,
            "doubts": [
                {
                    "label": "frister",
                    "decided": False,
                    "probability": 0.93,
                    "passages": ["har ventet på svar i syv måneder"],
                }
            ],
            "claimed_by": "bo",
        }
    ],
    "next": cursor_to(REFERENCE, of="doubts"),
}


@router.get(
    "/doubts",
    operation_id="listDoubts",
    summary="Decisions worth a second look",
    response_model=DoubtsPageOut,
    responses=answers(200, _PAGE) | refusals(BadCursor, BadFields),
)
def list_doubts(
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    area: Annotated[Area | None, Query(description="Only this area")] = None,
    municipality: Annotated[Place | None, Query(description="Only this municipality")] = None,
    limit: Limit = queue.PAGE,
    cursor: Cursor = None,
) -> DoubtsPageOut:
    """What the latest training contradicts and nobody has answered. Never the blind share."""
    filters = Filters(AGAIN, area=area or "", municipality=municipality or "")
    name = f"doubts{filters.query()}"
    behind = row_of(cursor, of=name)
    viewer = Viewer(account.id, settings.blind_percent)
    with database.read() as session:
        if behind and not exists(session, behind):
            raise BadCursor
        found = listed(session, filters, viewer, after=behind, most=limit + 1)
        shown = found[:limit]
        held = holders(session, [one.id for one in shown])
        chosen = chosen_quotations(session, [one.id for one in shown])
        items = [
            DoubtfulOut(
                reference=one.public_id,
                text=one.text,
                area=one.area,
                municipality=one.municipality,
                received_at=one.received_at,
                revision=one.revision,
                doubts=[
                    DoubtOut(
                        label=doubt.label,
                        decided=doubt.value,
                        probability=round(doubt.probability, 4),
                        passages=list(passages(one, doubt.label, chosen)),
                    )
                    for doubt in one.doubts
                ],
                claimed_by=held[one.id].account.name if one.id in held else None,
            )
            for one in shown
        ]
    is_full = len(found) > limit
    return DoubtsPageOut(
        items=items, next=cursor_to(shown[-1].public_id, of=name) if is_full else None
    )


@router.post(
    "/submissions/{public_id}/stands",
    status_code=201,
    operation_id="stands",
    summary="A second look found the decision right",
    response_model=SubmissionOut,
    responses=answers(201, SUBMISSION, ETag=ETAG) | refusals(*CONFLICTS),
    openapi_extra=IF_MATCH,
)
def keep_as_it_is(
    public_id: Reference,
    request: Request,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
) -> SubmissionOut:
    """Take the submission off the list; it is not asked again. 404 when nothing is in doubt."""
    revision = if_match(request)
    return acted(
        lambda reviewer: stands(database, public_id, reviewer, revision=revision),
        response,
        public_id,
        account,
        settings,
        database,
    )
