"""What a backup does not know: what was taken back, and taken out, after it was made.

A restore brings back every row of then. What citizens withdrew since is withdrawn again, by the
hashes that the replaced database kept. Personal words that were taken out since cannot be: they
were not kept. Those submissions are named, so that a person does it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url, select
from sqlalchemy.exc import DBAPIError

from nlp.errors import RetssporError
from service.batch.manifest import Manifest
from service.db.audit import Head
from service.db.engine import Database
from service.db.tables import Action, AuditEntry, Submission, Withdrawal
from service.learning.collect import reference_hash
from service.learning.withdraw import withdraw
from service.security.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Since:
    """What was taken back and taken out; of every time where it is not known since when."""

    withdrawn: frozenset[str] = frozenset()
    """Keyed hashes of references."""
    masked: frozenset[str] = frozenset()
    """References."""


def since(address: str, made: Manifest | None) -> Since:
    """What the database that is about to be replaced knows, as far as it can be read."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return Since()  # looking must not make a file
    database = Database(address)
    try:
        there = set(inspect(database.engine).get_table_names())
        if not there >= {"withdrawal", "audit"}:
            return Since()
        last = Head.parse(made.facts.trail).number if made else 0
        with database.read() as session:
            masked = select(AuditEntry.subject).where(
                AuditEntry.action == Action.MASK.value, AuditEntry.id > last
            )
            return Since(
                frozenset(session.scalars(select(Withdrawal.reference_hash))),
                frozenset(session.scalars(masked)),
            )
    except (DBAPIError, RetssporError):  # damaged: perhaps the very reason for the restore
        return Since()
    finally:
        database.close()


def withdraw_again(database: Database, sealer: Sealer, known: Since) -> int:
    """Withdraw what was withdrawn since; gives how many submissions that were."""
    with database.read() as session:
        missing = known.withdrawn - set(session.scalars(select(Withdrawal.reference_hash)))
        every = session.scalars(select(Submission.public_id)) if missing else ()
        again = [one for one in every if reference_hash(sealer, one) in missing]
    for reference in again:
        withdraw(database, sealer, reference, actor="command line")
    return len(again)


def to_mask_again(database: Database, known: Since) -> list[str]:
    """References of submissions whose personal words came back, in order."""
    with database.read() as session:
        there = set(session.scalars(select(Submission.public_id)))
    return sorted(known.masked & there)
