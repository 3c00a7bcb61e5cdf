"""What a second classifier said of a submission, and which submissions were withdrawn.

Both are only added: triggers refuse a change. A withdrawn submission takes its rows in ``beside``
with it; its line in ``withdrawal`` stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSED = (("beside", "UPDATE"), ("withdrawal", "UPDATE"), ("withdrawal", "DELETE"))


def upgrade() -> None:
    """Two tables with their triggers."""
    _beside()
    _withdrawal()
    for table, event in REFUSED:
        op.execute(_trigger(table, event))


def downgrade() -> None:
    """PostgreSQL's triggers go with their tables, and so do SQLite's."""
    op.drop_table("withdrawal")
    op.drop_table("beside")


def _beside() -> None:
    op.create_table(
        "beside",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("classifier_version", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_beside_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_beside"),
        sa.UniqueConstraint(
            "submission_id",
            "classifier_version",
            "label",
            name="uq_beside_submission_id_classifier_version_label",
        ),
    )


def _withdrawal() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", _key(), nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", _key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name="fk_withdrawal_withdrawn_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal"),
        sa.UniqueConstraint("reference_hash", name="uq_withdrawal_reference_hash"),
    )


def _trigger(table: str, event: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
    if op.get_bind().dialect.name == "sqlite":
        return f"{head}BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    return f"{head}FOR EACH ROW EXECUTE FUNCTION retsspor_refuse()"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
