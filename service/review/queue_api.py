"""The API for working through the queue: look, take the next, keep it, give it back, undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from nlp.types import LABELS
from service.db.tables import Claim, Submission
from service.description import REFERENCE, answers, no_content, refusals
from service.errors import BadCursor, BadFields, NotHere, Taken
from service.intake.repository import exists
from service.parameters import (
    Area,
    Cursor,
    Label,
    Limit,
    Place,
    Reference,
    cursor_to,
    is_reference,
    one_of,
    row_of,
)
from service.review import queue
from service.review.api import (
    CONFLICTS,
    ETAG,
    IF_MATCH,
    SUBMISSION,
    ReviewerAccount,
    SubmissionOut,
    acted,
    answered,
    if_match,
)
from service.review.blind import is_blind
from service.review.claims import claim_next, claim_one, give_back, holders
from service.review.queue import AGAIN, ORDERS, STATES, Filters, Viewer
from service.review.service import undo
from service.web import DatabaseDep, SettingsDep

router = APIRouter(prefix="/api", tags=["review"])

_order, _order_schema = one_of((*ORDERS, AGAIN))
_state, _state_schema = one_of(STATES)


def _filters(
    order: Annotated[
        str,
        Query(
            description="mulige: possible personal data, then the most uncertain, first; "
            "lærerige: what the model would learn most from; igen: decisions worth a second look"
        ),
        _order,
        _order_schema,
    ] = "mulige",
    state: Annotated[
        str, Query(description="Where submissions stand"), _state, _state_schema
    ] = "nye",
    area: Annotated[Area | None, Query(description="Only this area")] = None,
    municipality: Annotated[Place | None, Query(description="Only this municipality")] = None,
    label: Annotated[Label | None, Query(description="Only where it is suggested")] = None,
) -> Filters:
    return Filters(order, state, area or "", municipality or "", label or "")


FiltersDep = Annotated[Filters, Depends(_filters)]


class QueueItemOut(BaseModel):
    """A submission in the queue."""

    reference: str
    text: str
    area: str | None
    municipality: str | None
    received_at: datetime
    state: str
    exclusion: str | None
    revision: int
    is_blind: bool
    suggested: list[str] = Field(description="Labels; none of a blind reading")
    has_possible: bool = Field(description="Personal data may be left")
    is_deleted: bool = Field(description="The text was deleted, its time being over")
    claimed_by: str | None


class QueuePageOut(BaseModel):
    """A page of the queue; ``next`` leads to the page behind it."""

    items: list[QueueItemOut]
    next: str | None


_PAGE: dict[str, Any] = {
    "items": [
        {
            "reference": REFERENCE,
            "text": SUBMISSION["text"],
            "area": "handicap",
            "municipality": "Kolding",
            "received_at": "2026-05-01T10:00:00Z",
            "state": "reviewed",
            "exclusion": "duplicate",
            "revision": 2,
            "is_blind": False,
            "suggested": ["frister"],
            "has_possible": False,
            "is_deleted": False,
            "claimed_by": "bo",
        }
    ],
    "next": cursor_to(REFERENCE, of="queue"),
}


@router.get(
    "/queue",
    operation_id="listQueue",
    summary="Look at the queue",
    response_model=QueuePageOut,
    responses=answers(200, _PAGE) | refusals(BadCursor, BadFields),
)
def list_queue(
    filters: FiltersDep,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    limit: Limit = queue.PAGE,
    cursor: Cursor = None,
) -> QueuePageOut:
    """Submissions in order, one page at a time. Looking takes nothing."""
    name = f"queue{filters.query()}"
    behind = row_of(cursor, of=name)
    viewer = Viewer(account.id, settings.blind_percent)
    with database.read() as session:
        if behind and not exists(session, behind):
            raise BadCursor
        found = queue.page(session, filters, viewer, after=behind, most=limit + 1)
        shown = found[:limit]
        held = holders(session, [one.id for one in shown])
    items = [_item(one, held.get(one.id), settings.blind_percent) for one in shown]
    is_full = len(found) > limit
    return QueuePageOut(
        items=items, next=cursor_to(shown[-1].public_id, of=name) if is_full else None
    )


def _item(one: Submission, claim: Claim | None, blind_percent: int) -> QueueItemOut:
    hides = is_blind(one, blind_percent)
    suggested = {suggestion.label for suggestion in one.suggestions if suggestion.suggested}
    return QueueItemOut(
        reference=one.public_id,
        text=one.text,
        area=one.area,
        municipality=one.municipality,
        received_at=one.received_at,
        state=one.state,
        exclusion=one.exclusion,
        revision=one.revision,
        is_blind=hides,
        suggested=[label for label in LABELS if label in suggested and not hides],
        has_possible=bool(one.possible),
        is_deleted=one.text_deleted_at is not None,
        claimed_by=claim.account.name if claim else None,
    )


@router.post(
    "/queue/next",
    operation_id="takeNext",
    summary="Take the next submission",
    response_model=SubmissionOut,
    responses=answers(200, SUBMISSION, ETag=ETAG)
    | no_content("Nothing is left to read")
    | refusals(NotHere, BadFields),
)
def take_next(
    filters: FiltersDep,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    after: Annotated[
        str, Query(description="Go on behind this submission", examples=[REFERENCE], max_length=26)
    ] = "",
) -> SubmissionOut | Response:
    """Take the next submission that nobody reads; what was taken before is given back."""
    viewer = Viewer(account.id, settings.blind_percent)
    if after:
        with database.read() as session:
            if not is_reference(after) or not exists(session, after):
                raise NotHere("Indsendelsen i after findes ikke.")
    found = claim_next(database, filters, viewer, minutes=settings.claim_minutes, after=after)
    if found is None:
        return Response(status_code=204)
    return answered(response, found, account, settings, database)


@router.put(
    "/submissions/{public_id}/claim",
    status_code=204,
    operation_id="takeOne",
    summary="Take this submission, or keep it longer",
    responses=no_content("It is yours") | refusals(NotHere, Taken),
)
def take(
    public_id: Reference, account: ReviewerAccount, settings: SettingsDep, database: DatabaseDep
) -> Response:
    """Take this submission, or keep it longer; 409 while another person has it."""
    claim_one(database, public_id, account.id, minutes=settings.claim_minutes)
    return Response(status_code=204)


@router.delete(
    "/claims",
    status_code=204,
    operation_id="giveBack",
    summary="Give back what was taken",
    responses=no_content("Nothing is claimed by you") | refusals(),
)
def leave(account: ReviewerAccount, database: DatabaseDep) -> Response:
    """Give back what was taken, undecided."""
    give_back(database, account.id)
    return Response(status_code=204)


@router.post(
    "/submissions/{public_id}/undo",
    status_code=201,
    operation_id="undo",
    summary="Undo one's own latest decision",
    response_model=SubmissionOut,
    responses=answers(201, SUBMISSION, ETag=ETAG) | refusals(*CONFLICTS),
    openapi_extra=IF_MATCH,
)
def take_back(
    public_id: Reference,
    request: Request,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
) -> SubmissionOut:
    """Undo one's own latest decision: a new revision that says again what stood before."""
    revision = if_match(request)
    return acted(
        lambda reviewer: undo(database, public_id, reviewer, revision=revision),
        response,
        public_id,
        account,
        settings,
        database,
    )
