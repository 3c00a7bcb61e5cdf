"""Idempotency keys of intake, and where in the text a reviewer's passage stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("passage_start", "passage_end")
FIXED = ("id", "submission_id", "label", "origin", "added_by", "added_at")
"""Columns of an excerpt that nothing may change, as they were before this migration."""


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A table, two columns that the trigger of the excerpts learns of, an index for lists."""
    _idempotency_key()
    for column in COLUMNS:
        op.add_column("excerpt", sa.Column(column, sa.Integer(), nullable=True))
    _guard((*FIXED, *COLUMNS))
    op.create_index("ix_submission_sent_by_id", "submission", ["sent_by", "id"])


def downgrade() -> None:
    """Both go again; which passage was meant is forgotten, its quotation stays."""
    op.drop_index("ix_submission_sent_by_id", "submission")
    _guard(FIXED)
    for column in COLUMNS:
        op.drop_column("excerpt", column)
    op.drop_table("idempotency_key")


def _idempotency_key() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", _key(), nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_idempotency_key_account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_key"),
        sa.UniqueConstraint(
            "account_id", "key_hash", name="uq_idempotency_key_account_id_key_hash"
        ),
    )
    op.create_index("ix_idempotency_key_expires_at", "idempotency_key", ["expires_at"])


def _guard(fixed: tuple[str, ...]) -> None:
    """SQLite has to be told each column that stays; PostgreSQL's trigger knows them all."""
    if op.get_bind().dialect.name != "sqlite":
        return
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
    op.execute("DROP TRIGGER excerpt_no_update")
    op.execute(
        f"CREATE TRIGGER excerpt_no_update BEFORE UPDATE ON excerpt WHEN {changed} OR NOT EXISTS "
        "(SELECT 1 FROM masking WHERE submission_id = OLD.submission_id) "
        "BEGIN SELECT RAISE(ABORT, 'rows of excerpt cannot be changed'); END"
    )
