"""What a reviewer sees of one submission: how it stands, what is hidden, what they typed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.db.engine import Database
from service.db.tables import Review, State, Submission
from service.pages.render import Pages
from service.review.blind import is_blind
from service.review.claims import holder
from service.review.contexts import (
    STANDING,
    ReviewPage,
    UndoView,
    history_line,
    label_views,
    marked_text,
    personal_view,
    subtag_views,
    two_readings,
)
from service.review.decisions import Choice, Reviewer
from service.review.masking import Personal
from service.review.personal import TakenOut
from service.review.queue import Filters, Viewer
from service.review.repository import gave_first, history, same_text, submission_of, undoable
from service.review.words import EXCLUSIONS
from service.security.sessions import Visitor
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Typed:
    """What the visitor sent and gets back to look at, and what came of it."""

    choice: Choice | None = None
    personal: Personal | None = None
    errors: tuple[str, ...] = ()
    is_conflict: bool = False
    """Another revision stands by now."""
    is_lost: bool = False
    """Another person has the claim."""
    taken_out: TakenOut | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a submission stands for one person."""

    submission: Submission
    reviews: list[Review]
    """Those that this person may see, the latest first."""
    latest: Review | None
    is_second: bool
    """This person would be the second reader, who must not see the first decision."""
    is_waiting: bool
    """This person gave the first reading; another has to give the second."""


@dataclass(frozen=True)
class Desk:
    """Shows submissions to a visitor, within the queue they came from."""

    pages: Pages
    database: Database
    settings: Settings
    visitor: Visitor
    request: Request
    filters: Filters = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "filters", Filters.from_query(self.request.query_params))

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.visitor.account_id, self.settings.blind_percent)

    @property
    def reviewer(self) -> Reviewer:
        return Reviewer(self.visitor.account_id, self.visitor.name)

    @property
    def here(self) -> str:
        """The filters as a query."""
        return self.filters.query()

    def address(self, public_id: str | None) -> str:
        """The page of a submission, or the list when there is none."""
        return f"/gennemgang{f'/{public_id}' if public_id else ''}{self.here}"

    def show(self, public_id: str, typed: Typed | None = None, status: int = 200) -> HTMLResponse:
        """The page of a submission."""
        with self.database.read() as session:
            page = self._page(session, public_id, typed or Typed())
        response = self.pages.answer("review.html", page, visitor=self.visitor, status=status)
        response.headers["ETag"] = f'"{page.revision}"'
        return response

    def undo(self, session: Session) -> UndoView | None:
        """The visitor's latest decision, if it stands."""
        found = undoable(session, self.visitor.account_id)
        return None if found is None else UndoView(*found)

    def _page(self, session: Session, public_id: str, typed: Typed) -> ReviewPage:
        standing = standing_for(session, public_id, self.visitor.account_id)
        submission, choice = standing.submission, typed.choice
        held = holder(session, submission.id)
        is_mine = held is not None and held.account_id == self.visitor.account_id
        held_by = held.account.name if held and not is_mine else ""
        hides = is_blind(submission, self.settings.blind_percent)
        latest = standing.reviews[0] if standing.reviews else None
        lines = tuple(history_line(review) for review in standing.reviews)
        exclusion = (choice.exclusion if choice else _exclusion(standing)) or ""
        is_outdated = typed.is_conflict and standing.latest is None
        done = typed.taken_out
        return ReviewPage(
            public_id=submission.public_id,
            revision=submission.revision,
            text=marked_text(submission, hides=hides),
            deleted_at=submission.text_deleted_at,
            area=submission.area or "",
            municipality=submission.municipality or "",
            received_at=submission.received_at,
            status="Anden læsning" if standing.is_second else STANDING[submission.state],
            is_mine=(is_mine or choice is not None) and not submission.text_deleted_at,
            may_take=not (is_mine or held_by or standing.is_waiting or submission.text_deleted_at),
            held_by=held_by,
            is_blind=hides,
            may_ask=submission.state in (State.NEW, State.REVIEWED),
            wants_second=choice is not None and choice.wants_second,
            personal=personal_view(submission.text, typed.personal),
            is_test=submission.is_test,
            model=submission.classifier_version,
            labels=label_views(
                submission,
                latest,
                choice,
                hides=hides,
                readings=(
                    two_readings(standing.reviews) if submission.state == State.DISPUTED else ()
                ),
            ),
            exclusion=str(exclusion),
            exclusions=EXCLUSIONS,
            subtags=subtag_views(latest, choice),
            note=choice.note if choice else latest.note if latest else "",
            shown_at=int(time.time()),
            here=self.here,
            undo=self.undo(session),
            history=lines,
            twins=tuple(same_text(session, submission)),
            conflict=(
                history_line(standing.latest, hides=standing.is_second)
                if typed.is_conflict and standing.latest
                else None
            ),
            is_lost=typed.is_lost,
            errors=typed.errors or (_OUTDATED if is_outdated else ()),
            done=_done(done) if done else "",
            done_twins=done.twins if done else (),
        )


_OUTDATED = ("Siden var forældet. Dine valg er ikke gemt: se dem efter, og bekræft igen.",)


def standing_for(session: Session, public_id: str, account_id: int) -> Standing:
    """A submission as one person may see it. Raises NotHere."""
    submission = submission_of(session, public_id)
    reviews = history(session, submission)
    is_pending = submission.state == State.SECOND
    knows_it = is_pending and gave_first(session, submission.id, account_id)
    is_second = is_pending and not knows_it
    return Standing(
        submission,
        reviews=[] if is_second else reviews,
        latest=reviews[0] if reviews else None,
        is_second=is_second,
        is_waiting=knows_it,
    )


def _exclusion(standing: Standing) -> str | None:
    """Why it does not count, as this person may know it."""
    submission = standing.submission
    if standing.is_second:
        return "test" if submission.is_test else None
    return submission.exclusion


def _done(done: TakenOut) -> str:
    places = "1 sted" if done.places == 1 else f"{done.places} steder"
    quotations = {0: "", 1: " 1 uddrag er trukket tilbage."}
    more = quotations.get(done.excerpts, f" {done.excerpts} uddrag er trukket tilbage.")
    return f"Fjernet {places}.{more} Dine valg herunder er ikke gemt endnu."
