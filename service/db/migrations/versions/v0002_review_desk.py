"""The review desk: claims, maskings, the blind draw, second readings.

A masking is the one reason to change what was said: then a note may lose words, an excerpt is
emptied, and the hash of a text that is gone is emptied too (with it a name could be guessed).
The triggers allow exactly these columns, and only where a masking of the submission stands.

Going back says as much of the new facts as the first layout can: a second reading or a settled
one becomes a decision, an unseen decision becomes what it was beside the suggestion.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOOSENED = {"excerpt": ("text", "withdrawn_at"), "review": ("note",), "decision": ("text_sha256",)}
"""Table → the columns that a masking may change."""

FIXED = {
    "excerpt": ("id", "submission_id", "label", "origin", "added_by", "added_at"),
    "review": (
        *("id", "submission_id", "revision", "action", "state", "exclusion", "subtags"),
        *("reviewer_id", "decided_at", "seconds"),
    ),
    "decision": (
        *("id", "review_id", "submission_id", "revision", "label", "value", "kind", "score"),
        *("threshold", "model_version", "reviewer_id", "decided_at", "seconds", "excerpt_id"),
    ),
}
"""All other columns; SQLite has to be told their names."""

MASKING_ONLY = """
CREATE FUNCTION retsspor_masking_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV::text[] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV::text[]
     OR NOT EXISTS (SELECT 1 FROM masking WHERE submission_id = OLD.submission_id) THEN
    RAISE EXCEPTION 'rows of % cannot be changed', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""
BATCH = 5_000
MUNICIPALITY_INDEX = "ix_submission_state_municipality_urgency_id"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """New columns with their values, new tables, looser triggers."""
    op.add_column(
        "submission", sa.Column("urgency", sa.Double(), nullable=False, server_default="0")
    )
    op.add_column("submission", sa.Column("draw", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("excerpt", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    _fill_urgency()
    _fill_draw()
    op.create_index("ix_submission_urgency_id", "submission", ["urgency", "id"])
    op.create_index("ix_submission_state_urgency_id", "submission", ["state", "urgency", "id"])
    op.create_index(MUNICIPALITY_INDEX, "submission", ["state", "municipality", "urgency", "id"])
    _claim()
    _masking()
    if not _is_sqlite():
        op.execute(MASKING_ONLY)
    for table in LOOSENED:
        _drop_trigger(table)
        op.execute(_loose_trigger(table))
    op.execute(_strict_trigger("masking"))


def downgrade() -> None:
    """The first layout again, with the facts that it can hold."""
    for table in LOOSENED:
        _drop_trigger(table)
    op.execute("UPDATE submission SET state = 'reviewed' WHERE state IN ('second', 'disputed')")
    op.execute("UPDATE review SET state = 'reviewed' WHERE state IN ('second', 'disputed')")
    op.execute("UPDATE review SET action = 'decide' WHERE action NOT IN ('decide', 'undo')")
    op.execute(_seen_again())
    if not _is_sqlite():
        op.execute("DROP TRIGGER masking_no_update ON masking")
    op.drop_table("masking")
    op.drop_table("claim")
    op.drop_index(MUNICIPALITY_INDEX, "submission")
    op.drop_index("ix_submission_state_urgency_id", "submission")
    op.drop_index("ix_submission_urgency_id", "submission")
    for column in ("urgency", "draw"):
        op.drop_column("submission", column)
    op.drop_column("excerpt", "withdrawn_at")
    for table in LOOSENED:
        op.execute(_strict_trigger(table))
    if not _is_sqlite():
        op.execute("DROP FUNCTION retsspor_masking_only()")


def _fill_urgency() -> None:
    count = "json_array_length" if _is_sqlite() else "jsonb_array_length"
    op.execute(
        "UPDATE submission SET urgency = 1 - uncertainty"
        f" + CASE WHEN {count}(possible) > 0 THEN 1 ELSE 0 END"
    )


def _fill_draw() -> None:
    """Every submission its draw, some thousand at a time."""
    connection, last = op.get_bind(), 0
    page = sa.text("SELECT id, public_id FROM submission WHERE id > :last ORDER BY id LIMIT :most")
    while rows := connection.execute(page, {"last": last, "most": BATCH}).all():
        connection.execute(
            sa.text("UPDATE submission SET draw = :draw WHERE id = :id"),
            [{"id": number, "draw": _draw(public_id)} for number, public_id in rows],
        )
        last = rows[-1][0]


def _draw(public_id: str) -> int:
    return int.from_bytes(sha256(public_id.encode()).digest()[:8]) % 10_000


def _seen_again() -> str:
    suggested = (
        "(SELECT s.suggested FROM suggestion s WHERE s.submission_id = decision.submission_id"
        " AND s.label = decision.label)"
    )
    return (
        f"UPDATE decision SET kind = CASE WHEN value = {suggested} THEN 'accepted'"
        " WHEN value THEN 'added' ELSE 'rejected' END WHERE kind = 'unseen'"
    )


def _claim() -> None:
    op.create_table(
        "claim",
        sa.Column("submission_id", _key(), autoincrement=False, nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_claim_account_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_claim_submission_id"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_claim"),
    )
    op.create_index("ix_claim_account_id", "claim", ["account_id"])


def _masking() -> None:
    op.create_table(
        "masking",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("placeholder", sa.String(length=30), nullable=False),
        sa.Column("places", _json(), nullable=False),
        sa.Column("redactor_version", sa.String(length=80), nullable=False),
        sa.Column("masked_by", _key(), nullable=False),
        sa.Column("masked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["masked_by"], ["account.id"], name="fk_masking_masked_by"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_masking_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_masking"),
        sa.UniqueConstraint("submission_id", "revision", name="uq_masking_submission_id_revision"),
    )


def _drop_trigger(table: str) -> None:
    place = "" if _is_sqlite() else f" ON {table}"
    op.execute(f"DROP TRIGGER {table}_no_update{place}")


def _strict_trigger(table: str) -> str:
    head = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    if _is_sqlite():
        return f"{head}BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    return f"{head}FOR EACH ROW EXECUTE FUNCTION retsspor_refuse()"


def _loose_trigger(table: str) -> str:
    head = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    if not _is_sqlite():
        allowed = ", ".join(f"'{column}'" for column in LOOSENED[table])
        return f"{head}FOR EACH ROW EXECUTE FUNCTION retsspor_masking_only({allowed})"
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED[table])
    return (
        f"{head}WHEN {changed} OR NOT EXISTS "
        "(SELECT 1 FROM masking WHERE submission_id = OLD.submission_id) "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    )
