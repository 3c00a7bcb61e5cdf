"""The API for what a person decides: read a submission with its version, send a decision for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from nlp.types import LABELS
from service.db.engine import Database
from service.db.tables import Account, Exclusion, Role
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
from service.intake.wire import EntityOut, EvidenceOut, ExcerptOut, SuggestionOut, VersionsOut
from service.review.blind import is_blind
from service.review.contexts import history_line
from service.review.decisions import Choice, Reviewer
from service.review.desk import Standing, standing_for
from service.review.masking import Personal
from service.review.personal import evidence_of, take_out
from service.review.service import decide
from service.settings import Settings
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
    second_opinion: bool = False


class MaskingIn(BaseModel):
    """Words of the text that are still personal."""

    words: str = Field(description="Exactly as they stand in the text", examples=["Villads"])
    type: str = Field(examples=["PERSON"])
    person: int | None = Field(None, description="Number of a person who is in the text already")


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
    is_blind: bool
    """To be decided without suggestions: they are left out until then."""
    decisions: list[DecisionOut]


class CurrentOut(BaseModel):
    """What another person did meanwhile."""

    revision: int
    who: str
    what: str
    at: datetime
    labels: str


class ConflictOut(ProblemOut):
    """The version named by ``If-Match`` no longer stands."""

    current: CurrentOut | None = None


PROBLEM: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemOut, "description": "Another person reads the submission now"},
    **{s: {"model": ProblemOut, "description": "Problem"} for s in (401, 403, 404, 422, 428)},
}
CONFLICT = PROBLEM | {412: {"model": ConflictOut, "description": "Another version stands"}}


def versioned(body: type[BaseModel] | None = None) -> dict[str, Any]:
    """What the description says of an act on a version."""
    header = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    said: dict[str, Any] = {"security": [{"bearer": []}], "parameters": [header]}
    if body is None:
        return said
    content = {"application/json": {"schema": body.model_json_schema()}}
    return said | {"requestBody": {"required": True, "content": content}}


@router.get(
    "/submissions/{public_id}",
    operation_id="readSubmission",
    response_model=SubmissionOut,
    responses=PROBLEM,
    openapi_extra={"security": [{"bearer": []}]},
)
def read_one(
    public_id: str,
    response: Response,
    account: AnyAccount,
    settings: SettingsDep,
    database: DatabaseDep,
) -> SubmissionOut:
    """What is kept. A sender sees their own submissions only.

    Who may decide sees no suggestions of a blind reading, and no first decision before the second.
    """
    with database.read() as session:
        standing = standing_for(session, public_id, account.id)
        if account.role == Role.SENDER and standing.submission.sent_by != account.id:
            raise NotHere
        out = submission_out(standing, account, settings)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


@router.post(
    "/submissions/{public_id}/decisions",
    status_code=201,
    operation_id="decide",
    response_model=SubmissionOut,
    responses=CONFLICT,
    openapi_extra=versioned(DecisionIn),
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
    revision = if_match(request)
    choice = _choice(parse_json(await read_body(request, settings.max_body_bytes)))

    def act(reviewer: Reviewer) -> object:
        return decide(
            database,
            reader,
            public_id,
            choice,
            reviewer,
            revision=revision,
            blind_percent=settings.blind_percent,
        )

    return await run_in_threadpool(acted, act, response, public_id, account, settings, database)


@router.post(
    "/submissions/{public_id}/maskings",
    status_code=201,
    operation_id="takeWordsOut",
    response_model=SubmissionOut,
    responses=CONFLICT,
    openapi_extra=versioned(MaskingIn),
)
async def mask_one(
    public_id: str,
    request: Request,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
) -> SubmissionOut:
    """Replace words that are still personal, everywhere in the submission. Cannot be undone."""
    need_type(request, "application/json")
    revision = if_match(request)
    personal = _personal(parse_json(await read_body(request, settings.max_body_bytes)))

    def act(reviewer: Reviewer) -> object:
        return take_out(database, public_id, personal, reviewer, revision=revision)

    return await run_in_threadpool(acted, act, response, public_id, account, settings, database)


def acted(
    act: Callable[[Reviewer], object],
    response: Response,
    public_id: str,
    account: Account,
    settings: Settings,
    database: Database,
) -> SubmissionOut:
    """Do it, and answer with what stands now; 412 tells what another person did."""
    try:
        act(Reviewer(account.id, account.name))
    except AlreadyDecided:
        with database.read() as session:
            standing = standing_for(session, public_id, account.id)
            raise StaleVersion(standing.submission.revision, _current(standing)) from None
    return answered(response, public_id, account, settings, database)


def answered(
    response: Response, public_id: str, account: Account, settings: Settings, database: Database
) -> SubmissionOut:
    """What stands now, with its version in the header."""
    with database.read() as session:
        out = submission_out(standing_for(session, public_id, account.id), account, settings)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


def _current(standing: Standing) -> dict[str, Any]:
    if standing.latest is None:
        return {}
    line = history_line(standing.latest, hides=standing.is_second)
    revision = standing.submission.revision
    current = CurrentOut(
        revision=revision, who=line.who, what=line.what, at=line.at, labels=line.labels
    )
    return {"current": current.model_dump(mode="json")}


def if_match(request: Request) -> int:
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    found = re.fullmatch(r'"([0-9]{1,9})"', given.strip(), re.ASCII)
    return int(found[1]) if found else -1


Shapes = dict[str, tuple[Callable[[Any], bool], str]]
"""Field → is its value of the right shape, and what to say if not. Meaning is checked later."""

_SHAPES: Shapes = {
    "labels": (lambda value: _texts(value), f"skal være en liste af: {', '.join(LABELS)}"),
    "exclusion": (lambda value: value is None or value in list(Exclusion), "kendes ikke"),
    "subtags": (lambda value: _texts(value), "skal være en liste af tekster"),
    "note": (lambda value: isinstance(value, str), "skal være tekst"),
    "passages": (
        lambda value: isinstance(value, dict) and _texts(list(value.values())),
        "skal være tekster under hvert mærke",
    ),
    "seconds": (lambda value: value is None or type(value) is int, "skal være et helt tal"),
    "second_opinion": (lambda value: isinstance(value, bool), "skal være sandt eller falsk"),
}


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _problems(fields: dict[str, Any], shapes: Shapes) -> list[FieldProblem]:
    problems = [
        FieldProblem("?", "unknown", "Der er et ukendt felt.")
        for name in fields
        if name not in shapes
    ]
    for name, (fits, what) in shapes.items():
        if name in fields and not fits(fields[name]):
            problems.append(FieldProblem(name, "wrong shape", f"Feltet {name} {what}."))
    return problems


_MASKING: Shapes = {
    "words": (lambda value: isinstance(value, str), "skal være tekst"),
    "type": (lambda value: isinstance(value, str), "skal være tekst"),
    "person": (lambda value: value is None or type(value) is int, "skal være et helt tal"),
}


def _personal(fields: dict[str, Any]) -> Personal:
    problems = _problems(fields, _MASKING)
    problems += [
        FieldProblem(name, "missing", f"Feltet {name} mangler.")
        for name in ("words", "type")
        if name not in fields
    ]
    if problems:
        raise BadFields(problems)
    return Personal(fields["words"], fields["type"], fields.get("person"))


def _choice(fields: dict[str, Any]) -> Choice:
    problems = _problems(fields, _SHAPES)
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
        wants_second=fields.get("second_opinion", False),
    )


def submission_out(standing: Standing, account: Account, settings: Settings) -> SubmissionOut:
    submission = standing.submission
    may_decide = account.role in (Role.REVIEWER, Role.ADMINISTRATOR)
    hides = may_decide and is_blind(submission, settings.blind_percent)
    decisions = standing.reviews[0].decisions if standing.reviews else []
    return SubmissionOut(
        id=submission.public_id,
        text=submission.text,
        entities=[EntityOut(**one) for one in submission.entities],
        suggestions=[
            SuggestionOut(
                label=one.label,
                probability=round(one.probability, 4),
                suggested=one.suggested,
                evidence=[EvidenceOut(start=s, end=e) for s, e in evidence_of(submission, one)],
            )
            for one in ([] if hides else submission.suggestions)
        ],
        excerpts=[
            ExcerptOut(label=one.label, text=one.text)
            for one in ([] if hides else submission.excerpts)
            if one.withdrawn_at is None
        ],
        versions=VersionsOut(
            redactor=submission.redactor_version, classifier=submission.classifier_version
        ),
        area=submission.area,
        municipality=submission.municipality,
        received_at=submission.received_at,
        is_test=submission.is_test,
        state=submission.state,
        exclusion=None if standing.is_second else submission.exclusion,
        revision=submission.revision,
        is_blind=hides,
        decisions=[DecisionOut(label=d.label, value=d.value, kind=d.kind) for d in decisions],
    )
