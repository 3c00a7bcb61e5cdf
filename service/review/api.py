"""The API for what a person decides: read a submission with its version, send a decision for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.tables import Account, Exclusion, Role, Submission
from service.errors import (
    AlreadyDecided,
    BadFields,
    FieldProblem,
    NotHere,
    StaleVersion,
    VersionNeeded,
)
from service.intake.api import ProblemOut
from service.intake.body import need_type, parse_json, read_body
from service.intake.wire import EntityOut, ExcerptOut, SuggestionOut, VersionsOut
from service.review.decisions import Choice, Reviewer
from service.review.repository import latest_review, submission_of
from service.review.service import decide
from service.web import DatabaseDep, ReaderDep, SettingsDep, bearer

router = APIRouter(prefix="/api", tags=["review"])

AnyAccount = Annotated[Account, Depends(bearer(Role.SENDER, Role.REVIEWER, Role.ANALYST))]
ReviewerAccount = Annotated[Account, Depends(bearer(Role.REVIEWER))]


class DecisionIn(BaseModel):
    """A decision. For the description of the API; ``labels`` are all labels that apply."""

    labels: list[str] = Field(examples=[["frister"]])
    exclusion: Exclusion | None = None
    subtags: list[str] = []
    note: str = ""
    passages: dict[str, str] = {}
    seconds: int | None = None


class DecisionOut(BaseModel):
    """One decision that stands."""

    label: str
    value: bool
    kind: str


class SubmissionOut(BaseModel):
    """A submission as it is kept, with the decisions that stand."""

    id: str
    text: str
    entities: list[EntityOut]
    suggestions: list[SuggestionOut]
    excerpts: list[ExcerptOut]
    versions: VersionsOut
    area: str | None
    municipality: str | None
    received_at: datetime
    is_test: bool
    state: str
    exclusion: str | None
    revision: int
    decisions: list[DecisionOut]


_PROBLEM: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "description": "Problem"}
    for status in (401, 403, 404, 412, 422, 428)
}


@router.get(
    "/submissions/{public_id}",
    operation_id="readSubmission",
    response_model=SubmissionOut,
    responses=_PROBLEM,
    openapi_extra={"security": [{"bearer": []}]},
)
def read_one(
    public_id: str, response: Response, account: AnyAccount, database: DatabaseDep
) -> SubmissionOut:
    """What is kept. A sender sees their own submissions only."""
    with database.read() as session:
        submission = submission_of(session, public_id)
        if account.role == Role.SENDER and submission.sent_by != account.id:
            raise NotHere
        out = _out(session, submission)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


@router.post(
    "/submissions/{public_id}/decisions",
    status_code=201,
    operation_id="decide",
    response_model=SubmissionOut,
    responses=_PROBLEM,
    openapi_extra={
        "security": [{"bearer": []}],
        "parameters": [
            {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": DecisionIn.model_json_schema()}},
        },
    },
)
async def decide_one(
    public_id: str,
    request: Request,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> SubmissionOut:
    """Decide on the version named by ``If-Match``; 412 when another stands by now."""
    need_type(request, "application/json")
    revision = _if_match(request)
    choice = _choice(parse_json(await read_body(request, settings.max_body_bytes)))

    def work() -> SubmissionOut:
        reviewer = Reviewer(account.id, account.name)
        try:
            decide(database, reader, public_id, choice, reviewer, revision=revision)
        except AlreadyDecided as error:
            raise StaleVersion(error.revision) from None
        with database.read() as session:
            return _out(session, submission_of(session, public_id))

    out = await run_in_threadpool(work)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


def _if_match(request: Request) -> int:
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    found = re.fullmatch(r'"([0-9]{1,9})"', given.strip(), re.ASCII)
    return int(found[1]) if found else -1


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "labels": (lambda value: _texts(value), f"skal være en liste af: {', '.join(LABELS)}"),
    "exclusion": (lambda value: value is None or value in list(Exclusion), "kendes ikke"),
    "subtags": (lambda value: _texts(value), "skal være en liste af tekster"),
    "note": (lambda value: isinstance(value, str), "skal være tekst"),
    "passages": (
        lambda value: isinstance(value, dict) and _texts(list(value.values())),
        "skal være tekster under hvert mærke",
    ),
    "seconds": (lambda value: value is None or type(value) is int, "skal være et helt tal"),
}
"""Field → is its value of the right shape, and what to say if not. Meaning is checked later."""


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _choice(fields: dict[str, Any]) -> Choice:
    problems = [
        FieldProblem("?", "unknown", "Der er et ukendt felt.")
        for name in fields
        if name not in _SHAPES
    ]
    for name, (fits, what) in _SHAPES.items():
        if name in fields and not fits(fields[name]):
            problems.append(FieldProblem(name, "wrong shape", f"Feltet {name} {what}."))
    if "labels" not in fields and not fields.get("exclusion"):
        problems.append(FieldProblem("labels", "missing", "Feltet labels mangler."))
    if problems:
        raise BadFields(problems)
    exclusion = fields.get("exclusion")
    return Choice(
        labels=frozenset(fields.get("labels", ())),
        exclusion=Exclusion(exclusion) if exclusion else None,
        subtags=tuple(fields.get("subtags", ())),
        note=fields.get("note", ""),
        passages=fields.get("passages", {}),
        seconds=fields.get("seconds"),
    )


def _out(session: Session, submission: Submission) -> SubmissionOut:
    review = latest_review(session, submission)
    decisions = review.decisions if review else []
    return SubmissionOut(
        id=submission.public_id,
        text=submission.text,
        entities=[EntityOut(**one) for one in submission.entities],
        suggestions=[
            SuggestionOut(
                label=one.label,
                probability=round(one.probability, 4),
                suggested=one.suggested,
                evidence=one.evidence,
            )
            for one in submission.suggestions
        ],
        excerpts=[ExcerptOut(label=one.label, text=one.text) for one in submission.excerpts],
        versions=VersionsOut(
            redactor=submission.redactor_version, classifier=submission.classifier_version
        ),
        area=submission.area,
        municipality=submission.municipality,
        received_at=submission.received_at,
        is_test=submission.is_test,
        state=submission.state,
        exclusion=submission.exclusion,
        revision=submission.revision,
        decisions=[DecisionOut(label=d.label, value=d.value, kind=d.kind) for d in decisions],
    )
