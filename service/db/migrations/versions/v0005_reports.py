"""Published reports: immutable snapshots, what they quote, and which excerpts may be quoted.

Triggers refuse to change or delete a published report, whoever connects. Its quotations point at
excerpts, so that personal words found later can still be taken out of what is shown. They do not
hold the excerpts fast (no foreign key): a submission that must be deleted can be.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT = ("report", "report_quotation", "excerpt_approval")
"""Rows of these are never changed and never deleted."""


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables, each with its two triggers."""
    _report()
    _report_quotation()
    _excerpt_approval()
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            op.execute(_trigger(table, event))


def downgrade() -> None:
    """The tables go, and what was published with them."""
    if op.get_bind().dialect.name == "postgresql":
        for table in KEPT:
            for event in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{event} ON {table}")
    for table in reversed(KEPT):
        op.drop_table(table)


def _trigger(table: str, event: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
    if op.get_bind().dialect.name == "postgresql":
        return f"{head}FOR EACH ROW EXECUTE FUNCTION retsspor_refuse()"
    return f"{head}BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("id", _key(), nullable=False),
        sa.Column("slug", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", _key(), nullable=True),
        sa.Column("data_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name="fk_report_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("slug", "version", name="uq_report_slug_version"),
    )


def _report_quotation() -> None:
    op.create_table(
        "report_quotation",
        sa.Column("report_id", _key(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("excerpt_id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_quotation_report_id"),
        sa.PrimaryKeyConstraint("report_id", "number", name="pk_report_quotation"),
    )
    op.create_index("ix_report_quotation_excerpt_id", "report_quotation", ["excerpt_id"])


def _excerpt_approval() -> None:
    op.create_table(
        "excerpt_approval",
        sa.Column("id", _key(), nullable=False),
        sa.Column("excerpt_id", _key(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("decided_by", _key(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name="fk_excerpt_approval_decided_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_excerpt_approval"),
    )
    op.create_index("ix_excerpt_approval_excerpt_id", "excerpt_approval", ["excerpt_id"])
