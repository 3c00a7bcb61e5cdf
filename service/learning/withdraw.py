"""A citizen takes a submission back: every row of it goes, and a keyed hash says that it was here.

What was learned from it goes with the next training, which no longer finds it; that training's
manifest has another data fingerprint and lists the hash. What a published report counted stays
counted (a report is a snapshot), but its quotation is no longer shown; an analyst's yes or no to
that quotation stays as a number without a text.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.tables import (
    BesideRow,
    Claim,
    Decision,
    Doubt,
    DoubtAnswer,
    ExcerptRow,
    IdempotencyKey,
    Masking,
    Review,
    Submission,
    SuggestionRow,
    Withdrawal,
)
from service.errors import NotHere
from service.learning.collect import reference_hash
from service.security.sealing import Sealer

_ITS_ROWS = (
    *(BesideRow, Claim, Doubt, DoubtAnswer, Decision, Masking, Review, ExcerptRow),
    SuggestionRow,
)
"""In an order that breaks no reference."""


def withdraw(
    database: Database,
    sealer: Sealer,
    public_id: str,
    *,
    actor: str,
    account_id: int | None = None,
) -> str:
    """Remove a submission; gives the keyed hash that stays. Raises NotHere for another reference.

    The reference itself stands in the audit trail, which cannot be shortened: it says nothing of
    the text or the person.
    """
    kept = reference_hash(sealer, public_id)
    with database.write() as session:
        row = session.scalar(
            select(Submission.id).where(Submission.public_id == public_id).with_for_update()
        )
        if row is None:
            raise NotHere("Indsendelsen findes ikke, eller den er allerede trukket tilbage.")
        _remove(session, row, public_id)
        session.add(Withdrawal(reference_hash=kept, withdrawn_at=now(), withdrawn_by=account_id))
        audit.record(session, actor=actor, action="withdraw", subject=public_id)
    database.forget()
    return kept


def _remove(session: Session, row: int, public_id: str) -> None:
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.public_id == public_id))
    for table in _ITS_ROWS:
        session.execute(delete(table).where(table.submission_id == row))
    session.execute(delete(Submission).where(Submission.id == row))
