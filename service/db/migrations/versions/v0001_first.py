"""The first layout: submissions, suggestions, decisions, accounts, audit trail.

Triggers refuse to change what must stay as it was said, whoever connects: suggestions, decisions,
reviews and excerpts cannot be altered, the audit trail can be neither altered nor shortened.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNCHANGED = ("suggestion", "excerpt", "review", "decision", "audit")
KEPT = ("audit",)
TABLES = (
    "account",
    "audit",
    "sign_in_attempt",
    "submission",
    "token",
    "web_session",
    "excerpt",
    "review",
    "suggestion",
    "decision",
)

CONFIRMED = """
CREATE VIEW confirmed AS
SELECT s.id AS submission_id, s.public_id, s.area, s.municipality, s.received_at, s.submitter,
       d.label, d.value, d.kind, d.reviewer_id, d.decided_at
FROM submission s
JOIN decision d ON d.submission_id = s.id AND d.revision = s.revision
WHERE s.state = 'reviewed' AND s.exclusion IS NULL
"""

REFUSE = """
CREATE FUNCTION retsspor_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % cannot be changed', TG_TABLE_NAME; END $$
"""


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Tables in the order of their references, then the view and the triggers."""
    _account()
    _audit()
    _sign_in_attempt()
    _submission()
    _token()
    _web_session()
    _excerpt()
    _review()
    _suggestion()
    _decision()
    op.execute(CONFIRMED)
    _protect()


def downgrade() -> None:
    """Everything goes; on PostgreSQL triggers go with their tables."""
    op.execute("DROP VIEW confirmed")
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION retsspor_refuse()")


def _protect() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(REFUSE)
    for event, tables in (("UPDATE", UNCHANGED), ("DELETE", KEPT)):
        for table in tables:
            op.execute(_sqlite_trigger(table, event) if is_sqlite else _trigger(table, event))


def _sqlite_trigger(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    )


def _trigger(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION retsspor_refuse()"
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", _key(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _key(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("detail", _json(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )


def _sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", _key(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_key_at", "sign_in_attempt", ["key", "at"])


def _submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", _key(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("entities", _json(), nullable=False),
        sa.Column("possible", _json(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("municipality", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("exclusion", sa.String(length=20), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("uncertainty", sa.Double(), nullable=False),
        sa.Column("submitter", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("sent_by", _key(), nullable=True),
        sa.Column("redactor_version", sa.String(length=80), nullable=False),
        sa.Column("classifier_version", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name="fk_submission_sent_by"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("public_id", name="uq_submission_public_id"),
    )
    op.create_index("ix_submission_municipality", "submission", ["municipality"])
    op.create_index("ix_submission_received_at_id", "submission", ["received_at", "id"])
    op.create_index("ix_submission_sent_by_external_id", "submission", ["sent_by", "external_id"])
    op.create_index(
        "ix_submission_state_received_at_id", "submission", ["state", "received_at", "id"]
    )
    op.create_index(
        "ix_submission_state_uncertainty_id", "submission", ["state", "uncertainty", "id"]
    )
    op.create_index("ix_submission_submitter", "submission", ["submitter"])
    op.create_index("ix_submission_text_sha256", "submission", ["text_sha256"])
    op.create_index("ix_submission_uncertainty_id", "submission", ["uncertainty", "id"])


def _token() -> None:
    op.create_table(
        "token",
        sa.Column("id", _key(), nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_token_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("token_hash", name="uq_token_token_hash"),
    )
    op.create_index("ix_token_account_id", "token", ["account_id"])


def _web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_web_session_account_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
    )
    op.create_index("ix_web_session_account_id", "web_session", ["account_id"])
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"])


def _excerpt() -> None:
    op.create_table(
        "excerpt",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("added_by", _key(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name="fk_excerpt_added_by"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_excerpt_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_excerpt"),
    )
    op.create_index("ix_excerpt_submission_id", "excerpt", ["submission_id"])


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("exclusion", sa.String(length=20), nullable=True),
        sa.Column("subtags", _json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer_id", _key(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name="fk_review_reviewer_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_review_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("submission_id", "revision", name="uq_review_submission_id_revision"),
    )
    op.create_index("ix_review_decided_at", "review", ["decided_at"])
    op.create_index("ix_review_reviewer_id_id", "review", ["reviewer_id", "id"])


def _suggestion() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("evidence", _json(), nullable=False),
        sa.Column("classifier_version", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_suggestion_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        sa.UniqueConstraint("submission_id", "label", name="uq_suggestion_submission_id_label"),
    )
    op.create_index(
        "ix_suggestion_label_suggested_submission_id",
        "suggestion",
        ["label", "suggested", "submission_id"],
    )


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _key(), nullable=False),
        sa.Column("review_id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("model_version", sa.String(length=80), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", _key(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("excerpt_id", _key(), nullable=True),
        sa.ForeignKeyConstraint(["excerpt_id"], ["excerpt.id"], name="fk_decision_excerpt_id"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_decision_review_id"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name="fk_decision_reviewer_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_decision_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint(
            "submission_id", "revision", "label", name="uq_decision_submission_id_revision_label"
        ),
    )
    op.create_index("ix_decision_review_id", "decision", ["review_id"])
