"""``retsspor import --decisions`` and ``retsspor export --decisions`` without the command line."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batch.inputs import WrongUse
from service.db.engine import Database
from service.db.tables import Account, Role
from service.exchange.files import write_file
from service.exchange.label_studio import CONFIG
from service.exchange.standing import standing
from service.review.decisions import Reviewer
from service.settings import Settings


def write_decisions(
    database: Database, settings: Settings, path: Path, *, waiting: bool = False
) -> int:
    """Write what is confirmed; returns the number of submissions. ``waiting``: see ``standing``."""
    with database.read() as session:
        rows = standing(session, waiting=waiting)
        return write_file(rows, path, blind_percent=settings.blind_percent)


def write_interface(path: Path) -> None:
    """The labelling interface that the tasks belong to."""
    path.write_text(f"{CONFIG}\n", encoding="utf-8")


def reviewer_of(session: Session, name: str) -> Reviewer:
    """The person in whose name decisions are taken in. Raises WrongUse."""
    account = session.scalar(select(Account).where(Account.name == name, Account.active))
    if account is None or account.role not in (Role.REVIEWER, Role.ADMINISTRATOR):
        raise WrongUse("--by must name an active account that may review")
    return Reviewer(account.id, account.name)
