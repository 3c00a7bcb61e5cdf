"""The review desk: a queue, one submission at a time, and the figures so far."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.db.engine import Database
from service.db.tables import Exclusion, State
from service.errors import AlreadyDecided, BadFields, FieldProblem
from service.intake.body import Form
from service.pages.render import LABEL_NAMES, Pages
from service.review import queue
from service.review.contexts import (
    CountsPage,
    ReviewPage,
    UndoView,
    history_line,
    label_views,
    marked_text,
    queue_page,
    subtag_views,
)
from service.review.counts import count
from service.review.decisions import Choice, Reviewer
from service.review.queue import Filters
from service.review.repository import history, same_text, submission_of, undoable
from service.review.service import decide, undo
from service.review.words import EXCLUSIONS
from service.security.sessions import Visitor
from service.web import DatabaseDep, PagesDep, ReaderDep, ReviewerDep, StaffDep, StaffForm

router = APIRouter(include_in_schema=False)


@router.get("/gennemgang")
def show_queue(
    request: Request, visitor: ReviewerDep, pages: PagesDep, database: DatabaseDep
) -> HTMLResponse:
    """Submissions in order, twenty at a time."""
    filters = Filters.from_query(request.query_params)
    after = request.query_params.get("efter", "")
    with database.read() as session:
        found = queue.page(session, filters, after=after, most=queue.PAGE + 1)
        page = queue_page(
            found[: queue.PAGE],
            filters,
            is_full=len(found) > queue.PAGE,
            undo=_undo_view(session, visitor),
        )
    return pages.answer("queue.html", page, visitor=visitor)


@router.get("/gennemgang/{public_id}")
def show(
    public_id: str, request: Request, visitor: ReviewerDep, pages: PagesDep, database: DatabaseDep
) -> HTMLResponse:
    """One submission."""
    return _Desk(pages, database, visitor, request).show(public_id)


@router.post("/gennemgang/{public_id}")
def confirm(
    public_id: str,
    request: Request,
    form: StaffForm,
    visitor: ReviewerDep,
    pages: PagesDep,
    database: DatabaseDep,
    reader: ReaderDep,
) -> Response:
    """Keep the decision and go to the next; when another was faster, show what they chose."""
    desk = _Desk(pages, database, visitor, request)
    choice = Choice(frozenset())
    try:
        choice = _choice(form)
        decide(database, reader, public_id, choice, _reviewer(visitor), revision=_revision(form))
    except AlreadyDecided:
        return desk.show(public_id, choice=choice, conflict=True, status=409)
    except BadFields as error:
        errors = tuple(one.danish for one in error.problems)
        return desk.show(public_id, choice=choice, errors=errors, status=422)
    return RedirectResponse(desk.after(public_id), status_code=303)


@router.post("/gennemgang/{public_id}/fortryd")
def take_back(
    public_id: str,
    request: Request,
    form: StaffForm,
    visitor: ReviewerDep,
    pages: PagesDep,
    database: DatabaseDep,
) -> Response:
    """Undo one's own latest decision, and look at it again."""
    desk = _Desk(pages, database, visitor, request)
    try:
        undo(database, public_id, _reviewer(visitor), revision=_revision(form))
    except AlreadyDecided:
        return desk.show(public_id, conflict=True, status=409)
    return RedirectResponse(f"/gennemgang/{public_id}{desk.filters.query()}", status_code=303)


@router.get("/tal")
def figures(visitor: StaffDep, pages: PagesDep, database: DatabaseDep) -> HTMLResponse:
    """What is confirmed, by label, area and municipality."""
    with database.read() as session:
        page = CountsPage(count(session), tuple(LABEL_NAMES[label] for label in LABELS))
    return pages.answer("counts.html", page, visitor=visitor)


@dataclass(frozen=True)
class _Desk:
    """Shows a submission to a reviewer, within the queue they came from."""

    pages: Pages
    database: Database
    visitor: Visitor
    request: Request

    @property
    def filters(self) -> Filters:
        return Filters.from_query(self.request.query_params)

    def after(self, public_id: str) -> str:
        """The address of the next submission, or of the queue when it is the last."""
        with self.database.read() as session:
            return self._following(session, public_id)

    def _following(self, session: Session, public_id: str) -> str:
        found = queue.following(session, self.filters, public_id)
        return (
            f"/gennemgang/{found}{self.filters.query()}"
            if found
            else f"/gennemgang{self.filters.query()}"
        )

    def show(
        self,
        public_id: str,
        *,
        choice: Choice | None = None,
        conflict: bool = False,
        errors: tuple[str, ...] = (),
        status: int = 200,
    ) -> HTMLResponse:
        with self.database.read() as session:
            page = self._page(session, public_id, choice, conflict, errors)
        response = self.pages.answer("review.html", page, visitor=self.visitor, status=status)
        response.headers["ETag"] = f'"{page.revision}"'
        return response

    def _page(
        self,
        session: Session,
        public_id: str,
        choice: Choice | None,
        conflict: bool,
        errors: tuple[str, ...],
    ) -> ReviewPage:
        submission = submission_of(session, public_id)
        reviews = history(session, submission)
        standing = reviews[0] if reviews else None
        lines = tuple(history_line(review) for review in reviews)
        exclusion = (choice.exclusion if choice else submission.exclusion) or ""
        return ReviewPage(
            public_id=submission.public_id,
            revision=submission.revision,
            text=marked_text(submission),
            area=submission.area or "",
            municipality=submission.municipality or "",
            received_at=submission.received_at,
            is_reviewed=submission.state == State.REVIEWED,
            is_test=submission.is_test,
            model=submission.classifier_version,
            labels=label_views(submission, standing, choice),
            exclusion=str(exclusion),
            exclusions=EXCLUSIONS,
            subtags=subtag_views(standing, choice),
            note=choice.note if choice else standing.note if standing else "",
            shown_at=int(time.time()),
            here=self.filters.query(),
            following=self._following(session, public_id),
            undo=_undo_view(session, self.visitor),
            history=lines,
            twins=tuple(same_text(session, submission)),
            conflict=lines[0] if conflict and lines else None,
            errors=errors,
        )


def _undo_view(session: Session, visitor: Visitor) -> UndoView | None:
    found = undoable(session, visitor.account_id)
    return None if found is None else UndoView(*found)


def _reviewer(visitor: Visitor) -> Reviewer:
    return Reviewer(visitor.account_id, visitor.name)


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
    )


def _seconds(shown_at: str) -> int | None:
    """Time since the page was shown, if the form says when."""
    if not shown_at.isascii() or not shown_at.isdecimal() or len(shown_at) > 12:
        return None
    return int(time.time()) - int(shown_at)
