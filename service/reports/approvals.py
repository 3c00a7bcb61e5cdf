"""Which excerpts may be quoted: one person's yes to each, and only where it still stands.

An excerpt can be quoted while its label is confirmed for a submission that counts, its words have
not been withdrawn, and the latest word of an analyst on it was yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from nlp.types import LABELS
from service.clock import now
from service.db import audit
from service.db.tables import Decision, ExcerptApproval, ExcerptRow, Origin, State, Submission
from service.errors import NotHere
from service.reports.document import Order
from service.reports.types import LONGEST, Quotable

_NO_AREA = "andet"
_Excerpts: TypeAlias = "Select[int, str, str, str, str | None, str | None]"


def approved_quotables(session: Session, order: Order) -> list[Quotable]:
    """What an analyst has said yes to, in the order of the labels, then as they came in."""
    latest = _latest_word()
    query = _standing(order).join(latest, latest.c.excerpt_id == ExcerptRow.id)
    return _read(session, query.where(latest.c.approved).order_by(ExcerptRow.id), approved=True)


def undecided_quotables(
    session: Session, order: Order, labels: Sequence[str], *, most: int
) -> list[Quotable]:
    """Excerpts of these labels that nobody has decided on, the newest first: ``most`` of each."""
    latest = _latest_word()
    found: list[Quotable] = []
    for label in (label for label in LABELS if label in labels):
        query = (
            _standing(order)
            .outerjoin(latest, latest.c.excerpt_id == ExcerptRow.id)
            .where(latest.c.excerpt_id.is_(None), ExcerptRow.label == label)
            .order_by(ExcerptRow.id.desc())
            .limit(most)
        )
        found += _read(session, query, approved=None)
    return found


def decide(session: Session, excerpt_id: int, *, approved: bool, by: int, name: str) -> None:
    """Write down a yes or no. Raises NotHere for an excerpt that cannot be quoted anyhow."""
    if not session.scalar(_standing(None).where(ExcerptRow.id == excerpt_id)):
        raise NotHere("Uddraget findes ikke længere eller må ikke gengives.")
    session.add(
        ExcerptApproval(excerpt_id=excerpt_id, approved=approved, decided_by=by, decided_at=now())
    )
    action = "approve excerpt" if approved else "refuse excerpt"
    audit.record(session, actor=name, action=action, subject=str(excerpt_id))


def words_of(session: Session, excerpt_ids: Sequence[int]) -> dict[int, str]:
    """Excerpt → its words, for those that may still be shown."""
    latest = _latest_word()
    query = (
        _standing(None)
        .join(latest, latest.c.excerpt_id == ExcerptRow.id)
        .where(latest.c.approved, ExcerptRow.id.in_(excerpt_ids))
    )
    return {one.excerpt_id: one.text for one in _read(session, query, approved=True)}


def _standing(order: Order | None) -> _Excerpts:
    """Excerpts for confirmed labels of submissions that count (of the period of an order)."""
    query = (
        select(
            ExcerptRow.id,
            ExcerptRow.label,
            ExcerptRow.text,
            Submission.submitter,
            Submission.area,
            Submission.municipality,
        )
        .join(Submission, Submission.id == ExcerptRow.submission_id)
        .join(
            Decision,
            and_(
                Decision.submission_id == Submission.id,
                Decision.revision == Submission.revision,
                Decision.label == ExcerptRow.label,
            ),
        )
        .where(
            Submission.state == State.REVIEWED,
            Submission.exclusion.is_(None),
            Submission.is_test.is_(False),
            Decision.value,
            ExcerptRow.withdrawn_at.is_(None),
            func.length(ExcerptRow.text).between(1, LONGEST),
            or_(
                Decision.excerpt_id == ExcerptRow.id,
                and_(Decision.excerpt_id.is_(None), ExcerptRow.origin == Origin.MODEL),
            ),
        )
    )
    return query if order is None else query.where(*_received(order.since, order.until))


def _received(since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    within: list[ColumnElement[bool]] = [Submission.received_at <= until]
    return within if since is None else [*within, Submission.received_at >= since]


def _latest_word() -> Subquery:
    newest = select(func.max(ExcerptApproval.id)).group_by(ExcerptApproval.excerpt_id)
    return (
        select(ExcerptApproval.excerpt_id, ExcerptApproval.approved)
        .where(ExcerptApproval.id.in_(newest))
        .subquery()
    )


def _read(session: Session, query: _Excerpts, *, approved: bool | None) -> list[Quotable]:
    return [
        Quotable(number, label, text, submitter, area or _NO_AREA, municipality, approved)
        for number, label, text, submitter, area, municipality in session.execute(query)
    ]
