"""The blind share: some submissions are read before anything the model said is shown.

Only so can it be measured how good the model really is, and how hard its suggestions pull. Which
submissions these are is drawn from the reference when they come in, and kept: opening a page
again, another reviewer or a restart cannot draw anew.
"""

from __future__ import annotations

from hashlib import sha256

from service.db.tables import State, Submission

TICKETS = 10_000
UNREAD = (State.NEW.value, State.SECOND.value)
"""States in which the next reader has not decided yet."""


def draw(public_id: str) -> int:
    """A number below ``TICKETS`` that belongs to a reference for good.

    >>> draw("01J0000000000000000000000A") == draw("01J0000000000000000000000A")
    True
    """
    return int.from_bytes(sha256(public_id.encode()).digest()[:8]) % TICKETS


def tickets(percent: int) -> int:
    """Submissions with a draw below this are read blind."""
    return percent * TICKETS // 100


def is_blind(submission: Submission, percent: int) -> bool:
    """True as long as the next reader must decide without suggestions."""
    return submission.draw < tickets(percent) and submission.state in UNREAD
