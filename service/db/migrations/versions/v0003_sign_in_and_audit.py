"""Sign-in by a provider, and an audit trail that takes a line only at its end.

An account may be bound to a person at a sign-in provider: a hash of issuer and subject.

Lines of the trail are numbered without a gap from now on, by the program and not by a sequence:
PostgreSQL's sequence left gaps where a transaction failed. Such gaps are closed here, once; the
number was never part of a line's hash. The triggers now also refuse a line that does not follow
the last one (SQLite's ``INSERT OR REPLACE`` deletes without asking a trigger for DELETE), and
PostgreSQL's TRUNCATE, which asks no trigger for rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

START = "0" * 64

AT_THE_END = """
CREATE FUNCTION retsspor_audit_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  SELECT id, hash INTO last FROM audit ORDER BY id DESC LIMIT 1;
  IF NEW.id IS DISTINCT FROM COALESCE(last.id, 0) + 1
     OR NEW.previous IS DISTINCT FROM COALESCE(last.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'a line of audit can only follow the last one';
  END IF;
  RETURN NEW;
END $$
"""
AT_THE_END_TRIGGER = (
    "CREATE TRIGGER audit_at_the_end BEFORE INSERT ON audit "
    "FOR EACH ROW EXECUTE FUNCTION retsspor_audit_at_the_end()"
)
AT_THE_END_SQLITE = f"""
CREATE TRIGGER audit_at_the_end BEFORE INSERT ON audit
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM audit)
  OR NEW.previous IS NOT COALESCE((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), '{START}')
  OR EXISTS (SELECT 1 FROM audit WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a line of audit can only follow the last one'); END
"""
NO_TRUNCATE = (
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION retsspor_refuse()"
)
CLOSE_GAPS = (
    "ALTER TABLE audit DISABLE TRIGGER audit_no_update",
    "UPDATE audit SET id = -numbered.number FROM"
    " (SELECT id, row_number() OVER (ORDER BY id) AS number FROM audit) AS numbered"
    " WHERE audit.id = numbered.id",
    "UPDATE audit SET id = -id",
    "ALTER TABLE audit ENABLE TRIGGER audit_no_update",
)
"""By way of negative numbers: a number may be free only after another line has left it."""

SEQUENCE_GOES_ON = (
    "SELECT setval(pg_get_serial_sequence('audit', 'id'),"
    " (SELECT COALESCE(MAX(id), 0) + 1 FROM audit), false)"
)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """The column, then numbers without gaps, then the triggers that keep them so."""
    op.add_column("account", sa.Column("identity", sa.String(length=64), nullable=True))
    op.create_index("ix_account_identity", "account", ["identity"], unique=True)
    if _is_sqlite():
        op.execute(AT_THE_END_SQLITE)
        return
    for statement in (*CLOSE_GAPS, AT_THE_END, AT_THE_END_TRIGGER, NO_TRUNCATE):
        op.execute(statement)


def downgrade() -> None:
    """Whom an account was bound to is forgotten; the trail stays."""
    if _is_sqlite():
        op.execute("DROP TRIGGER audit_at_the_end")
    else:
        op.execute("DROP TRIGGER audit_no_truncate ON audit")
        op.execute("DROP TRIGGER audit_at_the_end ON audit")
        op.execute("DROP FUNCTION retsspor_audit_at_the_end()")
        op.execute(SEQUENCE_GOES_ON)
    op.drop_index("ix_account_identity", "account")
    op.drop_column("account", "identity")
