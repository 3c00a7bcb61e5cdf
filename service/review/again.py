"""«Værd at se på igen»: decisions that the model contradicts, for a person to look at once more.

The list is an order of the queue (``queue.AGAIN``); here is what its page shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from nlp.types import LABELS
from service.db.tables import Claim, Decision, Doubt, Submission
from service.pages.render import LABEL_NAMES
from service.review.personal import evidence_of, passage_of
from service.review.queue import Filters, Viewer, page
from service.review.words import beginning, percent
from training_data.areas import AREAS
from training_data.municipalities import MUNICIPALITIES


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, slots=True)
class DoubtView:
    """One label in doubt."""

    number: int
    name: str
    said: str
    passages: tuple[str, ...]
    """What the label was set for, or what the model pointed at."""


@dataclass(frozen=True, slots=True)
class AgainItem:
    """One submission that is worth another look."""

    public_id: str
    revision: int
    beginning: str
    area: str
    municipality: str
    received_at: datetime
    doubts: tuple[DoubtView, ...]
    held_by: str


@dataclass(frozen=True, slots=True)
class AgainPage:
    """Decisions worth a second look, the most doubtful first."""

    items: tuple[AgainItem, ...] = field(metadata=_help("Submissions of this page"))
    filters: Filters = field(metadata=_help("What was asked for"))
    here: str = field(metadata=_help("The filters as a query, carried into each submission"))
    more: str = field(metadata=_help("Query of the next page, or nothing"))
    areas: tuple[str, ...] = field(metadata=_help("Areas to choose from"))
    municipalities: tuple[str, ...] = field(metadata=_help("Municipalities to choose from"))


def listed(
    session: Session, filters: Filters, viewer: Viewer, *, after: str, most: int
) -> list[Submission]:
    """Submissions of the list with what a person needs to see of them."""
    found = page(session, filters, viewer, after=after, most=most)
    ids = [one.id for one in found]
    with_all = (
        selectinload(getattr(Submission, name)) for name in ("doubts", "excerpts", "maskings")
    )
    session.scalars(select(Submission).where(Submission.id.in_(ids)).options(*with_all)).all()
    return found


def again_page(
    session: Session,
    submissions: Sequence[Submission],
    filters: Filters,
    *,
    held: Mapping[int, Claim],
    is_full: bool,
) -> AgainPage:
    """The list, ready to show."""
    chosen = chosen_quotations(session, [one.id for one in submissions])
    more = filters.query(efter=submissions[-1].public_id) if is_full and submissions else ""
    return AgainPage(
        items=tuple(_item(one, held.get(one.id), chosen) for one in submissions),
        filters=filters,
        here=filters.query(),
        more=more,
        areas=AREAS,
        municipalities=tuple(one.name for one in MUNICIPALITIES),
    )


def _item(one: Submission, claim: Claim | None, chosen: Mapping[tuple[int, str], int]) -> AgainItem:
    return AgainItem(
        public_id=one.public_id,
        revision=one.revision,
        beginning=beginning(one.text),
        area=one.area or "",
        municipality=one.municipality or "",
        received_at=one.received_at,
        doubts=tuple(
            DoubtView(
                LABELS.index(doubt.label) + 1,
                LABEL_NAMES[doubt.label],
                said(doubt),
                passages(one, doubt.label, chosen),
            )
            for doubt in one.doubts
        ),
        held_by=claim.account.name if claim else "",
    )


def said(doubt: Doubt) -> str:
    """What was decided and what the model says, in one line."""
    chance = percent(doubt.probability)
    decided = "sat" if doubt.value else "ikke sat"
    return f"{decided}, men modellen siger {chance}"


def passages(
    submission: Submission, label: str, chosen: Mapping[tuple[int, str], int]
) -> tuple[str, ...]:
    """The words that a person chose for a label, else those that the model suggested it for."""
    number = chosen.get((submission.id, label))
    excerpt = next((one for one in submission.excerpts if one.id == number), None)
    place = passage_of(submission, excerpt) if excerpt is not None else None
    if place is not None:
        return (submission.text[slice(*place)],)
    suggestion = next((one for one in submission.suggestions if one.label == label), None)
    places = evidence_of(submission, suggestion) if suggestion is not None else []
    return tuple(submission.text[start:end] for start, end in places)


def chosen_quotations(session: Session, ids: list[int]) -> dict[tuple[int, str], int]:
    """(submission, label) → the quotation that a person chose and that stands."""
    rows = session.execute(
        select(Decision.submission_id, Decision.label, Decision.excerpt_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(
            Decision.submission_id.in_(ids),
            Decision.revision == Submission.revision,
        )
    )
    return {(row[0], row[1]): row[2] for row in rows if row[2] is not None}
