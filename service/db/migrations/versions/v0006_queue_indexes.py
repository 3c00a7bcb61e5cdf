"""An index for every order of the queue, alone and within an area or a municipality.

The queue always names a state, so the indexes without one are of no use any more; the one by time
of arrival stays, which reports read.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW: tuple[tuple[str, ...], ...] = (
    ("state", "municipality", "received_at", "id"),
    ("state", "municipality", "uncertainty", "id"),
    ("state", "area", "received_at", "id"),
    ("state", "area", "uncertainty", "id"),
    ("state", "area", "urgency", "id"),
)
USELESS: tuple[tuple[str, ...], ...] = (("municipality",), ("uncertainty", "id"), ("urgency", "id"))


def upgrade() -> None:
    """Only indexes: no row is touched."""
    for columns in USELESS:
        op.drop_index(_name(columns), "submission")
    for columns in NEW:
        op.create_index(_name(columns), "submission", columns)


def downgrade() -> None:
    """The indexes of before."""
    for columns in NEW:
        op.drop_index(_name(columns), "submission")
    for columns in USELESS:
        op.create_index(_name(columns), "submission", columns)


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_submission_{'_'.join(columns)}"
