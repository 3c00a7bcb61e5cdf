"""Who reads what: a claim with a lease, so that two people never work on the same text.

A person has one submission at a time. Taking another gives the first back; deciding ends the
claim; acting renews it; doing nothing lets it run out. Reading a page writes nothing, so a claim
is taken by a form (POST), never by looking.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from service.clock import now
from service.db.engine import Database
from service.db.tables import Claim, State, Submission
from service.errors import NotAllowed, NotHere, Taken
from service.review.lease import stands
from service.review.queue import Filters, Viewer, next_in_line
from service.review.repository import gave_first, need_text

_TRIES = 20
"""How often somebody else may be faster before the queue is said to be empty."""


def claim_next(
    database: Database, filters: Filters, viewer: Viewer, *, minutes: int, after: str = ""
) -> str | None:
    """Take the next submission that nobody reads, and give back all others; None: there is none.

    Two transactions: taking and giving back in one could make two people wait for each other.
    """
    taken = _take_next(database, filters, viewer, minutes, after)
    give_back(database, viewer.account_id, but=taken or "")
    return taken


def _take_next(
    database: Database, filters: Filters, viewer: Viewer, minutes: int, after: str
) -> str | None:
    for _ in range(_TRIES):
        with database.write() as session:
            found = next_in_line(session, filters, viewer, after=after)
            if found is None:
                return None
            if _take(session, found.id, viewer.account_id, minutes):
                return found.public_id
    return None


def claim_one(database: Database, public_id: str, account_id: int, *, minutes: int) -> None:
    """Take this submission, or keep it longer, and give back all others.

    Raises Taken when another person reads it, NotAllowed to the first reader of a second reading
    and when the text is deleted.
    """
    with database.write() as session:
        # The submission is locked before its claim, here as everywhere: else two people wait for
        # each other, one for the claim's key and one for the row that it points to.
        submission = session.scalar(
            select(Submission).where(Submission.public_id == public_id).with_for_update()
        )
        if submission is None:
            raise NotHere("Indsendelsen findes ikke.")
        need_text(submission)
        need_other_reader(session, submission, account_id)
        if not _take(session, submission.id, account_id, minutes):
            held = holder(session, submission.id)
            raise Taken(held.account.name if held else "En anden")
    give_back(database, account_id, but=public_id)


def give_back(database: Database, account_id: int, *, but: str = "") -> None:
    """End the claims of a person, except on one submission."""
    kept = select(Submission.id).where(Submission.public_id == but)
    mine = (Claim.account_id == account_id, Claim.submission_id.not_in(kept))
    with database.read() as session:
        if session.scalar(select(Claim.submission_id).where(*mine).limit(1)) is None:
            return
    with database.write() as session:
        session.execute(delete(Claim).where(*mine))


def holder(session: Session, submission_id: int) -> Claim | None:
    """The claim on a submission that has not run out."""
    return session.scalar(
        select(Claim)
        .where(Claim.submission_id == submission_id, *stands(now()))
        .options(joinedload(Claim.account))
    )


def holders(session: Session, submission_ids: list[int]) -> dict[int, Claim]:
    """The same for the submissions of a page."""
    found = session.scalars(
        select(Claim)
        .where(Claim.submission_id.in_(submission_ids), *stands(now()))
        .options(joinedload(Claim.account))
    )
    return {one.submission_id: one for one in found}


def need_free(session: Session, submission: Submission, account_id: int) -> None:
    """Raise Taken when another person reads the submission. Its row is locked by the caller."""
    held = holder(session, submission.id)
    if held is not None and held.account_id != account_id:
        raise Taken(held.account.name)


def need_other_reader(session: Session, submission: Submission, account_id: int) -> None:
    """Raise NotAllowed for a second reading by the person who gave the first."""
    if submission.state == State.SECOND and gave_first(session, submission.id, account_id):
        raise NotAllowed("Den anden læsning skal gives af en anden end den første læser.")


def release(session: Session, submission_id: int) -> None:
    """End the claim on a submission, within the running transaction."""
    session.execute(delete(Claim).where(Claim.submission_id == submission_id))


def _take(session: Session, submission_id: int, account_id: int, minutes: int) -> bool:
    """One statement that takes a free, an expired or one's own submission, and says if it did."""
    moment = now()
    values = {"account_id": account_id, "expires_at": _until(moment, minutes)}
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    taken = session.scalar(
        insert(Claim)
        .values(submission_id=submission_id, **values)
        .on_conflict_do_update(
            index_elements=[Claim.submission_id],
            set_=values,
            where=or_(Claim.account_id == account_id, not_(and_(*stands(moment)))),
        )
        .returning(Claim.submission_id)
    )
    return taken is not None


def _until(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)
