"""When the text of a submission was deleted since its time was over.

From then on the text, its notes, its quotations and the hashes of it may be emptied, and no more
than emptied: the triggers let a row lose its words where ``text_deleted_at`` is set, as they do
where a masking stands. Quotations that were approved for publication keep theirs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LOOSENED = {"excerpt": ("text", "withdrawn_at"), "review": ("note",), "decision": ("text_sha256",)}
"""Table → the columns that a masking may change and a deletion empty; the first holds the words."""

FIXED = {
    "excerpt": (
        *("id", "submission_id", "label", "origin", "added_by", "added_at"),
        *("passage_start", "passage_end"),
    ),
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

EMPTIED_TOO = """
CREATE OR REPLACE FUNCTION retsspor_masking_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV::text[] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV::text[]
     OR NOT (
       EXISTS (SELECT 1 FROM masking WHERE submission_id = OLD.submission_id)
       OR (to_jsonb(NEW) ->> TG_ARGV[0] = '' AND EXISTS (
         SELECT 1 FROM submission WHERE id = OLD.submission_id AND text_deleted_at IS NOT NULL))
     ) THEN
    RAISE EXCEPTION 'rows of % cannot be changed', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""
MASKING_ONLY = """
CREATE OR REPLACE FUNCTION retsspor_masking_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV::text[] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV::text[]
     OR NOT EXISTS (SELECT 1 FROM masking WHERE submission_id = OLD.submission_id) THEN
    RAISE EXCEPTION 'rows of % cannot be changed', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""
_MASKED = "EXISTS (SELECT 1 FROM masking WHERE submission_id = OLD.submission_id)"


def upgrade() -> None:
    """A column, and triggers that know of it."""
    op.add_column(
        "submission", sa.Column("text_deleted_at", sa.DateTime(timezone=True), nullable=True)
    )
    if not _is_sqlite():
        op.execute(EMPTIED_TOO)
        return
    for table, columns in LOOSENED.items():
        deleted = (
            f"(NEW.{columns[0]} = '' AND EXISTS (SELECT 1 FROM submission"
            " WHERE id = OLD.submission_id AND text_deleted_at IS NOT NULL))"
        )
        _sqlite_trigger(table, FIXED[table], f"({_MASKED} OR {deleted})")


def downgrade() -> None:
    """Texts that were deleted stay deleted; what is lost is when."""
    if _is_sqlite():
        for table in LOOSENED:
            _sqlite_trigger(table, FIXED[table], _MASKED)
    else:
        op.execute(MASKING_ONLY)
    op.drop_column("submission", "text_deleted_at")


def _sqlite_trigger(table: str, fixed: tuple[str, ...], allowed: str) -> None:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
    op.execute(f"DROP TRIGGER {table}_no_update")
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"WHEN {changed} OR NOT {allowed} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
