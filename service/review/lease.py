"""How long a claim stands, also when the clock of the machine was wrong for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from service.db.tables import Claim

LONGEST = timedelta(minutes=240)
"""No lease is longer (``claim_minutes``), so no clock that went back keeps a submission locked."""


def stands(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """A claim that has not run out; one that ends later than any lease stems from a wrong clock."""
    return Claim.expires_at > moment, Claim.expires_at <= moment + LONGEST
