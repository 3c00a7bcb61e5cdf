"""The review desk: a queue, one submission at a time, and the figures so far."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nlp.types import LABELS
from service.db.tables import Exclusion
from service.errors import AlreadyDecided, BadFields, FieldProblem, Taken
from service.intake.body import Form
from service.pages.render import LABEL_NAMES
from service.review import again, queue
from service.review.agreement import agreement
from service.review.claims import claim_next, claim_one, give_back, holders
from service.review.contexts import CountsPage, agreement_page, queue_page
from service.review.counts import count
from service.review.decisions import Choice
from service.review.desk import Desk, Typed
from service.review.doubted import stands, waiting
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide, undo
from service.review.words import EXCLUSIONS
from service.web import (
    AnalystDep,
    DatabaseDep,
    PagesDep,
    ReaderDep,
    ReviewerDep,
    SettingsDep,
    StaffDep,
    StaffForm,
)

router = APIRouter(include_in_schema=False)


def _desk(
    request: Request,
    visitor: ReviewerDep,
    pages: PagesDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Desk:
    return Desk(pages, database, settings, visitor, request)


DeskDep = Annotated[Desk, Depends(_desk)]


@router.get("/gennemgang")
def show_queue(desk: DeskDep, request: Request) -> HTMLResponse:
    """Submissions in order, twenty at a time."""
    after = request.query_params.get("efter", "")
    if desk.filters.order == queue.AGAIN:
        return _second_looks(desk, after)
    with desk.database.read() as session:
        found = queue.page(session, desk.filters, desk.viewer, after=after, most=queue.PAGE + 1)
        shown = found[: queue.PAGE]
        page = queue_page(
            shown,
            desk.filters,
            held=holders(session, [one.id for one in shown]),
            blind_percent=desk.settings.blind_percent,
            is_full=len(found) > queue.PAGE,
            undo=desk.undo(session),
            again=waiting(session),
        )
    return desk.pages.answer("queue.html", page, visitor=desk.visitor)


def _second_looks(desk: Desk, after: str) -> HTMLResponse:
    """Decisions that the model contradicts, the most doubtful first."""
    with desk.database.read() as session:
        found = again.listed(session, desk.filters, desk.viewer, after=after, most=queue.PAGE + 1)
        shown = found[: queue.PAGE]
        page = again.again_page(
            session,
            shown,
            desk.filters,
            held=holders(session, [one.id for one in shown]),
            is_full=len(found) > queue.PAGE,
        )
    return desk.pages.answer("again.html", page, visitor=desk.visitor)


@router.post("/gennemgang/naeste")
def take_next(desk: DeskDep, _form: StaffForm) -> Response:
    """Take the next submission that nobody reads."""
    return _to_next(desk)


@router.get("/gennemgang/{public_id}")
def show(public_id: str, desk: DeskDep) -> HTMLResponse:
    """One submission. Looking takes nothing: to decide, it is claimed first."""
    return desk.show(public_id)


@router.post("/gennemgang/{public_id}/tag")
def take(public_id: str, desk: DeskDep, _form: StaffForm) -> Response:
    """Claim this submission."""
    try:
        claim_one(
            desk.database,
            public_id,
            desk.visitor.account_id,
            minutes=desk.settings.claim_minutes,
        )
    except Taken:
        return desk.show(public_id, status=409)
    return RedirectResponse(desk.address(public_id), status_code=303)


@router.post("/gennemgang/{public_id}/forny", status_code=204)
def renew(public_id: str, desk: DeskDep, _form: StaffForm) -> Response:
    """Keep the claim while the reader is at work; 409 when another has it by now."""
    claim_one(
        desk.database, public_id, desk.visitor.account_id, minutes=desk.settings.claim_minutes
    )
    return Response(status_code=204)


@router.post("/gennemgang/{public_id}/slip")
def leave(public_id: str, desk: DeskDep, _form: StaffForm) -> Response:
    """Give the submission back, and go to the list."""
    give_back(desk.database, desk.visitor.account_id)
    return RedirectResponse(desk.address(None), status_code=303)


@router.post("/gennemgang/{public_id}/videre")
def skip(public_id: str, desk: DeskDep, _form: StaffForm) -> Response:
    """Give the submission back, and take the one behind it."""
    return _to_next(desk, public_id)


@router.post("/gennemgang/{public_id}")
def confirm(public_id: str, desk: DeskDep, form: StaffForm, reader: ReaderDep) -> Response:
    """Keep the decision and go to the next; when another was faster, show what they chose."""
    choice = Choice(frozenset())
    try:
        choice = _choice(form)
        decide(
            desk.database,
            reader,
            public_id,
            choice,
            desk.reviewer,
            revision=_revision(form),
            blind_percent=desk.settings.blind_percent,
        )
    except (AlreadyDecided, Taken, BadFields) as error:
        return _shown_again(desk, public_id, choice, None, error)
    return _to_next(desk, public_id)


@router.post("/gennemgang/{public_id}/personlig")
def take_words_out(public_id: str, desk: DeskDep, form: StaffForm) -> Response:
    """Replace personal words at once. What else stands in the form comes back as it was."""
    personal, choice = _personal(form), Choice(frozenset())
    try:
        choice = _choice(form)
        done = take_out(desk.database, public_id, personal, desk.reviewer, revision=_revision(form))
    except (AlreadyDecided, Taken, BadFields) as error:
        return _shown_again(desk, public_id, choice, personal, error)
    claim_one(
        desk.database, public_id, desk.visitor.account_id, minutes=desk.settings.claim_minutes
    )
    return desk.show(public_id, Typed(choice, taken_out=done))


@router.post("/gennemgang/{public_id}/staar")
def keep_as_it_is(public_id: str, desk: DeskDep, form: StaffForm) -> Response:
    """A second look found the decision right: back to the list of doubts."""
    try:
        stands(desk.database, public_id, desk.reviewer, revision=_revision(form))
    except (AlreadyDecided, Taken) as error:
        return _shown_again(desk, public_id, None, None, error)
    return RedirectResponse(desk.address(None), status_code=303)


@router.post("/gennemgang/{public_id}/fortryd")
def take_back(public_id: str, desk: DeskDep, form: StaffForm) -> Response:
    """Undo one's own latest decision, and look at it again."""
    try:
        undo(desk.database, public_id, desk.reviewer, revision=_revision(form))
    except (AlreadyDecided, Taken) as error:
        return _shown_again(desk, public_id, None, None, error)
    with suppress(Taken):  # undone it is; if somebody else took it at once, the page says who
        claim_one(
            desk.database, public_id, desk.visitor.account_id, minutes=desk.settings.claim_minutes
        )
    return RedirectResponse(desk.address(public_id), status_code=303)


@router.get("/tal")
def figures(visitor: StaffDep, pages: PagesDep, database: DatabaseDep) -> HTMLResponse:
    """What is confirmed, by label, area and municipality."""
    with database.read() as session:
        page = CountsPage(count(session), tuple(LABEL_NAMES[label] for label in LABELS))
    return pages.answer("counts.html", page, visitor=visitor)


@router.get("/enighed")
def show_agreement(visitor: AnalystDep, pages: PagesDep, database: DatabaseDep) -> HTMLResponse:
    """How well two readers agree, for those who judge the figures."""
    with database.read() as session:
        page = agreement_page(agreement(session))
    return pages.answer("agreement.html", page, visitor=visitor)


def _to_next(desk: Desk, public_id: str = "") -> Response:
    found = claim_next(
        desk.database,
        desk.filters,
        desk.viewer,
        minutes=desk.settings.claim_minutes,
        after=public_id,
    )
    return RedirectResponse(desk.address(found), status_code=303)


def _shown_again(
    desk: Desk,
    public_id: str,
    choice: Choice | None,
    personal: Personal | None,
    error: AlreadyDecided | Taken | BadFields,
) -> HTMLResponse:
    """The page with what was typed, and why nothing was kept."""
    typed = Typed(
        choice,
        personal,
        errors=tuple(one.danish for one in error.problems),
        is_conflict=isinstance(error, AlreadyDecided),
        is_lost=isinstance(error, Taken),
    )
    return desk.show(public_id, typed, status=error.status)


def _revision(form: Form) -> int:
    value = form.get("revision")
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise BadFields(
            [FieldProblem("revision", "missing", "Formularen er ikke hel. Genindlæs siden.")]
        )
    return int(value)


def _choice(form: Form) -> Choice:
    exclusion = form.get("udeladt")
    if exclusion and exclusion not in EXCLUSIONS:
        raise BadFields([FieldProblem("udeladt", "unknown", "Årsagen kendes ikke.")])
    return Choice(
        labels=frozenset(form.all("mærke")),
        exclusion=Exclusion(exclusion) if exclusion else None,
        subtags=tuple(form.all("undermærke")),
        note=form.get("note"),
        passages={label: form.get(f"uddrag-{label}") for label in LABELS},
        seconds=_seconds(form.get("vist")),
        wants_second=form.get("anden") == "ja",
    )


def _personal(form: Form) -> Personal:
    """The words to take out. ``PERSON 2`` means: the same person as the second of the text."""
    type_, _, number = form.get("type").partition(" ")
    is_number = number.isascii() and number.isdecimal() and len(number) < 5
    return Personal(form.get("ord"), type_, int(number) if is_number else None)


def _seconds(shown_at: str) -> int | None:
    """Time since the page was shown, if the form says when."""
    if not shown_at.isascii() or not shown_at.isdecimal() or len(shown_at) > 12:
        return None
    return int(time.time()) - int(shown_at)
