"""What is past its time goes: texts, their quotations and notes, sessions, links, claims, keys.

A text goes ``retention_months`` after the latest act on its submission, with everything that quotes
it, points into it or could confirm a guess of it. What stays is what is counted: labels, area,
municipality, times, the sender's random key; and quotations that an analyst approved for
publication. A submission that nobody has decided on keeps its text until somebody has.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    Base,
    BesideRow,
    Claim,
    Decision,
    Doubt,
    ExcerptApproval,
    ExcerptRow,
    IdempotencyKey,
    Masking,
    Review,
    SignInAttempt,
    State,
    Submission,
    SuggestionRow,
    Token,
    WebSession,
)
from service.security.attempts import WINDOW

BATCH = 200
"""Submissions in one transaction: others wait for it no longer than a moment."""
_GO_WHOLE = (BesideRow, Claim, Doubt, Masking, SuggestionRow)
"""Rows that only make sense beside the text."""
_EMPTIED = (
    (Review.note, Review.submission_id),
    (Decision.text_sha256, Decision.submission_id),
)
"""What stays of these rows is what was decided."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How much was past its time."""

    texts: int = 0
    excerpts: int = 0
    expired: int = 0
    """Sessions, one-time links, claims, keys, failed sign-ins."""

    def __bool__(self) -> bool:
        return bool(self.texts or self.excerpts or self.expired)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last day of a shorter month.

    >>> months_before(datetime(2026, 3, 31), 1)
    datetime.datetime(2026, 2, 28, 0, 0)
    """
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def past_their_time(session: Session, moment: datetime, months: int) -> Gone:
    """What would be deleted now. Only looks."""
    due = due_texts(moment, months).subquery()
    excerpts = select(func.count()).select_from(ExcerptRow)
    return Gone(
        texts=session.scalar(select(func.count()).select_from(due)) or 0,
        excerpts=session.scalar(excerpts.where(*_emptied(select(due.c.id)))) or 0,
        expired=sum(
            session.scalar(select(func.count()).select_from(table).where(condition)) or 0
            for table, condition in _expired(moment)
        ),
    )


def delete_expired(database: Database, moment: datetime) -> int:
    """Delete what has run out; gives the number of rows."""
    with database.write() as session:
        return sum(
            _changed(session, delete(table).where(condition))
            for table, condition in _expired(moment)
        )


def delete_texts(database: Database, moment: datetime, months: int, *, actor: str) -> Gone:
    """Delete every text that is due, some at a time, each time with a line in the audit trail."""
    texts = excerpts = 0
    while True:
        with database.write() as session:
            ids = session.scalars(
                due_texts(moment, months).limit(BATCH).with_for_update(of=Submission)
            ).all()
            if not ids:
                return Gone(texts, excerpts)
            emptied = _delete(session, ids, moment)
            audit.record(
                session,
                actor=actor,
                action="tidy",
                subject="texts",
                texts=len(ids),
                excerpts=emptied,
                months=months,
            )
        texts, excerpts = texts + len(ids), excerpts + emptied


def due_texts(moment: datetime, months: int) -> Select[int]:
    """The submissions whose text is past its time."""
    return (
        select(Submission.id)
        .join(
            Review,
            (Review.submission_id == Submission.id) & (Review.revision == Submission.revision),
        )
        .where(
            Submission.state == State.REVIEWED.value,
            Submission.text_deleted_at.is_(None),
            Review.decided_at < months_before(moment, months),
        )
        .order_by(Submission.id)
    )


def _delete(session: Session, ids: Sequence[int], moment: datetime) -> int:
    """Take the texts of these submissions away; gives how many quotations went with them."""
    references = select(Submission.public_id).where(Submission.id.in_(ids))
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.public_id.in_(references)))
    session.execute(
        update(Submission)
        .where(Submission.id.in_(ids))
        .values(
            text="",
            text_sha256="",
            entities=[],
            possible=[],
            external_id=None,
            doubt=None,
            text_deleted_at=moment,
        )
    )  # from here on the triggers let what belongs to it be emptied
    emptied = _changed(
        session,
        update(ExcerptRow)
        .where(*_emptied(ids))
        .values(text="", withdrawn_at=moment)
        .execution_options(synchronize_session=False),
    )
    for words, of in _EMPTIED:
        session.execute(update(words.class_).where(of.in_(ids), words != "").values({words: ""}))
    for table in _GO_WHOLE:
        session.execute(delete(table).where(table.submission_id.in_(ids)))
    return emptied


def _emptied(ids: Sequence[int] | Select[int]) -> tuple[ColumnElement[bool], ...]:
    """Quotations of these submissions, but for those whose publication stands approved."""
    every = aliased(ExcerptApproval)
    latest = select(func.max(every.id)).group_by(every.excerpt_id)
    approved = select(ExcerptApproval.excerpt_id).where(
        ExcerptApproval.approved, ExcerptApproval.id.in_(latest)
    )
    return (
        ExcerptRow.submission_id.in_(ids),
        ExcerptRow.text != "",
        ExcerptRow.id.not_in(approved),
    )


def _expired(moment: datetime) -> tuple[tuple[type[Base], ColumnElement[bool]], ...]:
    spent = or_(Token.expires_at <= moment, Token.used_at.is_not(None))
    return (
        (WebSession, WebSession.expires_at <= moment),
        (Token, Token.expires_at.is_not(None) & spent),  # an API token has no such time
        (Claim, Claim.expires_at <= moment),
        (IdempotencyKey, IdempotencyKey.expires_at <= moment),
        (SignInAttempt, SignInAttempt.at <= moment - WINDOW),
    )


def _changed(session: Session, statement: Delete | Update) -> int:
    found: Any = session.execute(statement)
    return int(found.rowcount)
