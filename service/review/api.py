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
from service.db.engine import Database
from service.db.tables import Account, Exclusion, Review, Role
from service.description import (
    BODY,
    CURRENT,
    REFERENCE,
    CurrentOut,
    Strict,
    answers,
    header,
    refusals,
    takes,
)
from service.errors import (
    AlreadyDecided,
    BadFields,
    FieldProblem,
    NotHere,
    NotRedacted,
    StaleVersion,
    Taken,
    VersionNeeded,
)
from service.intake.api import READING
from service.intake.body import need_type, parse_json, read_body
from service.intake.fields import is_binary
from service.intake.kept import entities_of, excerpts_of, suggestions_of, versions_of
from service.intake.wire import EntityOut, ExcerptOut, SuggestionOut, VersionsOut
from service.parameters import Label, Reference
from service.review.blind import is_blind
from service.review.claims import holder
from service.review.contexts import history_line
from service.review.decisions import LONGEST_NOTE, Choice, Reviewer
from service.review.desk import Standing, standing_for
from service.review.masking import LONGEST, Personal
from service.review.personal import take_out
from service.review.repository import same_text
from service.review.service import decide
from service.review.words import SUBTAGS, TYPES
from service.settings import Settings
from service.web import DatabaseDep, ReaderDep, SettingsDep, bearer

router = APIRouter(prefix="/api", tags=["review"])

AnyAccount = Annotated[Account, Depends(bearer(Role.SENDER, Role.REVIEWER, Role.ANALYST))]
ReviewerAccount = Annotated[Account, Depends(bearer(Role.REVIEWER))]

_MOST_SECONDS = 2**31 - 1


class DecisionIn(Strict):
    """All labels that apply, or an ``exclusion``: why it never counts."""

    labels: list[Label] | None = Field(None, description="Needed unless there is an exclusion")
    exclusion: Exclusion | None = None
    subtags: list[str] = Field(
        [],
        description="What hides under «andre»",
        json_schema_extra={"items": {"type": "string", "enum": list(SUBTAGS)}},
    )
    note: str = Field("", max_length=LONGEST_NOTE, description="For colleagues; is redacted")
    passages: dict[Label, str] = Field(
        {},
        description="Label → words of the text, exactly as they stand: its quotation",
        json_schema_extra={"propertyNames": {"enum": list(LABELS)}},
    )
    seconds: int | None = Field(None, description="Time spent reading")
    second_opinion: bool = Field(False, description="Ask for a second reader, who sees none of it")


class MaskingIn(Strict):
    """Words of the text that are still personal."""

    words: str = Field(
        min_length=1, max_length=LONGEST, description="Exactly as they stand in the text"
    )
    type: str = Field(json_schema_extra={"enum": list(TYPES)})
    person: int | None = Field(None, description="Number of a person who is in the text already")


BODIES = (DecisionIn, MaskingIn)


class DecisionOut(BaseModel):
    """One decision that stands."""

    label: str
    value: bool
    kind: str = Field(description="accepted, corrected, added, rejected or unseen")


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
    is_blind: bool = Field(
        description="To be decided without suggestions: they are left out until then"
    )
    is_deleted: bool = Field(
        description="The text was deleted, its time being over; what was decided stands for good"
    )
    decisions: list[DecisionOut]
    subtags: list[str] = Field(description="Of the decision that stands")
    note: str = Field(description="Of the decision that stands; empty for senders and analysts")
    claimed_by: str | None = Field(description="Who reads it now; None for senders and analysts")
    same_text: list[str] = Field(description="Other submissions with this text, for reviewers")


class HistoryOut(BaseModel):
    """One act of a person."""

    revision: int
    at: datetime
    who: str
    action: str
    labels: list[str]
    exclusion: str | None
    subtags: list[str]
    note: str
    state: str


class HistoryPageOut(BaseModel):
    """All acts on a submission, the latest first."""

    items: list[HistoryOut]


SUBMISSION: dict[str, Any] = READING | {
    "id": REFERENCE,
    "area": "handicap",
    "municipality": "Kolding",
    "received_at": "2026-05-01T10:00:00Z",
    "is_test": False,
    "state": "reviewed",
    "exclusion": "duplicate",
    "revision": 2,
    "is_blind": False,
    "is_deleted": False,
    "decisions": [],
    "subtags": [],
    "note": "Den samme som i går.",
    "claimed_by": "bo",
    "same_text": ["01KT3Z8M5V1Q7Y2C6B4D9E0FGH"],
}
"""No member is null: the framework leaves nulls out of examples."""
_DECISION = {"labels": ["frister"], "passages": {"frister": "ventet på svar i syv måneder"}}
_MASKING_EXAMPLE = {"words": "Villads", "type": "PERSON"}
_HISTORY = {
    "items": [
        {
            "revision": 1,
            "at": CURRENT["at"],
            "who": CURRENT["who"],
            "action": "decide",
            "labels": [],
            "exclusion": "duplicate",
            "subtags": [],
            "note": "Den samme som i går.",
            "state": "reviewed",
        }
    ]
}
ETAG = "The version, for `If-Match`"
CONFLICTS = (NotHere, Taken, StaleVersion, VersionNeeded)

IF_MATCH: dict[str, Any] = {
    "parameters": [
        header(
            "If-Match",
            "The version that was looked at: the `ETag` of the submission",
            '"0"',
            required=True,
            pattern=r'^"[0-9]{1,9}"$',
        )
    ]
}


@router.get(
    "/submissions/{public_id}",
    operation_id="readSubmission",
    summary="Read a submission",
    response_model=SubmissionOut,
    responses=answers(200, SUBMISSION, ETag=ETAG) | refusals(NotHere),
)
def read_one(
    public_id: Reference,
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
            raise NotHere("Indsendelsen findes ikke.")
        out = submission_out(session, standing, account, settings)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


@router.get(
    "/submissions/{public_id}/history",
    operation_id="readHistory",
    summary="Read what was decided, and by whom",
    response_model=HistoryPageOut,
    responses=answers(200, _HISTORY) | refusals(NotHere),
)
def read_history(
    public_id: Reference, account: ReviewerAccount, database: DatabaseDep
) -> HistoryPageOut:
    """Every decision, undo and masking. A second reader sees nothing before they have decided."""
    with database.read() as session:
        standing = standing_for(session, public_id, account.id)
        return HistoryPageOut(items=[_history(review) for review in standing.reviews])


def _history(review: Review) -> HistoryOut:
    return HistoryOut(
        revision=review.revision,
        at=review.decided_at,
        who=review.reviewer.name,
        action=review.action,
        labels=[one.label for one in review.decisions if one.value],
        exclusion=review.exclusion,
        subtags=list(review.subtags),
        note=review.note,
        state=review.state,
    )


@router.post(
    "/submissions/{public_id}/decisions",
    status_code=201,
    operation_id="decide",
    summary="Decide on a submission",
    response_model=SubmissionOut,
    responses=answers(201, SUBMISSION, ETag=ETAG) | refusals(*BODY, *CONFLICTS, NotRedacted),
    openapi_extra=takes(DecisionIn, _DECISION, **IF_MATCH),
)
async def decide_one(
    public_id: Reference,
    request: Request,
    response: Response,
    account: ReviewerAccount,
    settings: SettingsDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> SubmissionOut:
    """Decide on the version named by ``If-Match``; 412 when another stands by now.

    For a submission that waits for a second reader this is the second reading; for one whose
    readings differ it settles them.
    """
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
    summary="Take personal words out",
    response_model=SubmissionOut,
    responses=answers(201, SUBMISSION, ETag=ETAG) | refusals(*BODY, *CONFLICTS),
    openapi_extra=takes(MaskingIn, _MASKING_EXAMPLE, **IF_MATCH),
)
async def mask_one(
    public_id: Reference,
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
        standing = standing_for(session, public_id, account.id)
        out = submission_out(session, standing, account, settings)
    response.headers["ETag"] = f'"{out.revision}"'
    return out


def _current(standing: Standing) -> dict[str, Any]:
    if standing.latest is None:
        return {}
    line = history_line(standing.latest, hides=standing.is_second)
    revision = standing.submission.revision
    current = CurrentOut(
        revision=revision,
        who=line.who,
        what=line.what,
        at=line.at.isoformat(),
        labels=line.labels,
    )
    return {"current": current.model_dump(mode="json")}


def if_match(request: Request) -> int:
    """The version that was looked at; -1 for a header that names none. Raises VersionNeeded."""
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    found = re.fullmatch(r'"([0-9]{1,9})"', given.strip(), re.ASCII)
    return int(found[1]) if found else -1


Shapes = dict[str, tuple[Callable[[Any], bool], str]]
"""Field → is its value of the right shape, and what to say if not. Meaning is checked later."""

_SHAPES: Shapes = {
    "labels": (
        lambda value: value is None or _texts(value),
        f"skal være en liste af: {', '.join(LABELS)}",
    ),
    "exclusion": (lambda value: value is None or value in list(Exclusion), "kendes ikke"),
    "subtags": (lambda value: _texts(value), "skal være en liste af tekster"),
    "note": (lambda value: isinstance(value, str) and not is_binary(value), "skal være tekst"),
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
    if fields.get("labels") is None and not fields.get("exclusion"):
        problems.append(FieldProblem("labels", "missing", "Feltet labels mangler."))
    if problems:
        raise BadFields(problems)
    exclusion = fields.get("exclusion")
    return Choice(
        labels=frozenset(fields.get("labels") or ()),
        exclusion=Exclusion(exclusion) if exclusion else None,
        subtags=tuple(fields.get("subtags", ())),
        note=fields.get("note", ""),
        passages=fields.get("passages", {}),
        seconds=fields.get("seconds"),
        wants_second=fields.get("second_opinion", False),
    )


def submission_out(
    session: Session, standing: Standing, account: Account, settings: Settings
) -> SubmissionOut:
    """A submission as this account may see it."""
    submission = standing.submission
    may_decide = account.role in (Role.REVIEWER, Role.ADMINISTRATOR)
    hides = may_decide and is_blind(submission, settings.blind_percent)
    review = standing.reviews[0] if standing.reviews else None
    held = holder(session, submission.id) if may_decide else None
    return SubmissionOut(
        id=submission.public_id,
        text=submission.text,
        entities=entities_of(submission),
        suggestions=[] if hides else suggestions_of(submission),
        excerpts=[] if hides else excerpts_of(submission),
        versions=versions_of(submission),
        area=submission.area,
        municipality=submission.municipality,
        received_at=submission.received_at,
        is_test=submission.is_test,
        state=submission.state,
        exclusion=None if standing.is_second else submission.exclusion,
        revision=submission.revision,
        is_blind=hides,
        is_deleted=submission.text_deleted_at is not None,
        decisions=[
            DecisionOut(label=one.label, value=one.value, kind=one.kind)
            for one in (review.decisions if review else ())
        ],
        subtags=list(review.subtags) if review else [],
        note=review.note if review and may_decide else "",
        claimed_by=held.account.name if held else None,
        same_text=same_text(session, submission) if may_decide else [],
    )
