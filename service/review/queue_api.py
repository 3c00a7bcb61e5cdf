"""The API for working through the queue: take the next, keep it, give it back, undo."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.review.api import (
    CONFLICT,
    PROBLEM,
    ReviewerAccount,
    SubmissionOut,
    acted,
    answered,
    if_match,
    versioned,
)
from service.review.claims import claim_next, claim_one, give_back
from service.review.queue import Filters, Viewer
from service.review.service import undo
from service.web import DatabaseDep, SettingsDep

router = APIRouter(prefix="/api", tags=["review"])

_BEARER: dict[str, Any] = {"security": [{"bearer": []}]}


@router.post(
    "/queue/next",
    operation_id="takeNext",
    response_model=SubmissionOut,
    responses=PROBLEM | {204: {"description": "Nothing is left to read"}},
    openapi_extra=_BEARER,
)
def take_next(
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    order: Annotated[str, Query(description="mulige, usikre or nyeste")] = "mulige",
    state: Annotated[str, Query(description="nye, anden or uenige")] = "nye",
    area: str = "",
    municipality: str = "",
    label: str = "",
    after: Annotated[str, Query(description="Go on behind this submission")] = "",
) -> SubmissionOut | Response:
    """Take the next submission that nobody reads; what was taken before is given back."""
    filters = Filters.from_query(
        {
            "orden": order,
            "status": state,
            "område": area,
            "kommune": municipality,
            "mærke": label,
        }
    )
    viewer = Viewer(account.id, settings.blind_percent)
    found = claim_next(database, filters, viewer, minutes=settings.claim_minutes, after=after)
    if found is None:
        return Response(status_code=204)
    return answered(response, found, account, settings, database)


@router.put(
    "/submissions/{public_id}/claim",
    status_code=204,
    operation_id="takeOne",
    responses=PROBLEM,
    openapi_extra=_BEARER,
)
def take(
    public_id: str, account: ReviewerAccount, settings: SettingsDep, database: DatabaseDep
) -> Response:
    """Take this submission, or keep it longer; 409 while another person has it."""
    claim_one(database, public_id, account.id, minutes=settings.claim_minutes)
    return Response(status_code=204)


@router.delete(
    "/claims",
    status_code=204,
    operation_id="giveBack",
    responses=PROBLEM,
    openapi_extra=_BEARER,
)
def leave(account: ReviewerAccount, database: DatabaseDep) -> Response:
    """Give back what was taken."""
    give_back(database, account.id)
    return Response(status_code=204)


@router.post(
    "/submissions/{public_id}/undo",
    status_code=201,
    operation_id="undo",
    response_model=SubmissionOut,
    responses=CONFLICT,
    openapi_extra=versioned(),
)
def take_back(
    public_id: str,
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
