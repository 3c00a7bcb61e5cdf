"""Which benchmark texts are locked away: their errors are never looked at, only their totals.

Whoever improves a recognizer reads its errors. A figure stays honest only on texts that nobody read
for that, so a third of each benchmark is chosen by a stable hash of the id, once and for all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol, TypeVar

PARTS = 3


class Named(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The id as it was written; unique in its benchmark."""


Item = TypeVar("Item", bound=Named)


def locked(identifier: str) -> bool:
    """True for the third that is scored in the report only.

    >>> locked("r-001"), locked("r-004")
    (False, True)
    """
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % PARTS == 0


def apart(items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    """The open and the locked items, each in the order given."""
    every = list(items)
    return [i for i in every if not locked(i.id)], [i for i in every if locked(i.id)]
