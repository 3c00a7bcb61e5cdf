"""The order by what a submission teaches, and decisions that deserve a second look.

Submissions that are there already get their place from their suggestions, with all labels taken
to be equally common, against the gains of the latest thousand; a fifth of them stands by lot.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WITHIN: tuple[tuple[str, ...], ...] = (("state",), ("state", "area"), ("state", "municipality"))
BATCH = 5_000
KNOWN = 1_000
TICKETS, BY_LOT = 10_000, 2_000
IN_DOUBT = sa.text("doubt IS NOT NULL")


def upgrade() -> None:
    """Columns with their values, indexes that hold the two orders, two tables."""
    for name, default in (("gain", "0"), ("place", "0.5")):
        op.add_column(
            "submission", sa.Column(name, sa.Double(), nullable=False, server_default=default)
        )
    op.add_column("submission", sa.Column("doubt", sa.Double(), nullable=True))
    _fill()
    for columns in WITHIN:
        op.create_index(_name(columns, "place"), "submission", [*columns, "place", "id"])
        op.create_index(
            _name(columns, "doubt"),
            "submission",
            [*columns, "doubt", "id"],
            sqlite_where=IN_DOUBT,
            postgresql_where=IN_DOUBT,
        )
    _doubt()
    _answer()
    op.execute(_trigger("doubt_answer", "UPDATE"))


def downgrade() -> None:
    """The layout of before; doubts come again with the next training, answers to them do not."""
    op.drop_table("doubt_answer")
    op.drop_table("doubt")
    for columns in WITHIN:
        for key in ("doubt", "place"):
            op.drop_index(_name(columns, key), "submission")
    for column in ("doubt", "place", "gain"):
        op.drop_column("submission", column)


def _name(columns: tuple[str, ...], key: str) -> str:
    return f"ix_submission_{'_'.join((*columns, key))}_id"


def _fill() -> None:
    """Every submission its gain and place, some thousand at a time."""
    connection = op.get_bind()
    last = connection.execute(sa.text("SELECT max(id) FROM submission")).scalar() or 0
    known = sorted(gain for _, _, gain in _gains(last - KNOWN, KNOWN))
    first = 0
    while first < last:
        rows = _gains(first, BATCH)
        if rows:
            connection.execute(
                sa.text("UPDATE submission SET gain = :gain, place = :place WHERE id = :id"),
                [
                    {"id": number, "gain": gain, "place": _place(public_id, gain, known)}
                    for number, public_id, gain in rows
                ],
            )
        first += BATCH


def _gains(first: int, most: int) -> list[tuple[int, str, float]]:
    """(id, reference, gain) of the submissions numbered behind ``first``."""
    query = sa.text(
        "SELECT s.id, s.public_id, g.probability FROM submission s"
        " LEFT JOIN suggestion g ON g.submission_id = s.id"
        " WHERE s.id > :first AND s.id <= :last ORDER BY s.id"
    )
    found: dict[int, tuple[str, float]] = {}
    for number, public_id, chance in op.get_bind().execute(
        query, {"first": first, "last": first + most}
    ):
        _, gain = found.get(number, (public_id, 0.0))
        found[number] = public_id, gain + 4 * _taught(chance or 0.0)
    return [(number, public_id, gain) for number, (public_id, gain) in found.items()]


def _taught(chance: float) -> float:
    parts = (part for part in (chance, 1 - chance) if part > 0)
    return chance - sum(part * math.log(part) for part in parts)


def _place(public_id: str, gain: float, known: list[float]) -> float:
    digest = sha256(public_id.encode()).digest()
    if int.from_bytes(digest[:8]) % TICKETS < BY_LOT:
        return int.from_bytes(digest[8:16]) % TICKETS / TICKETS
    return (bisect_left(known, gain) + 0.5) / (len(known) + 1)


def _doubt() -> None:
    op.create_table(
        "doubt",
        sa.Column("submission_id", _key(), autoincrement=False, nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("suspicion", sa.Double(), nullable=False),
        sa.Column("classifier_version", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_doubt_submission_id"
        ),
        sa.PrimaryKeyConstraint("submission_id", "label", name="pk_doubt"),
    )


def _answer() -> None:
    op.create_table(
        "doubt_answer",
        sa.Column("id", _key(), nullable=False),
        sa.Column("submission_id", _key(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("classifier_version", sa.String(length=80), nullable=False),
        sa.Column("answered_by", _key(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_doubt_answer_submission_id"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name="fk_doubt_answer_answered_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_doubt_answer"),
    )
    op.create_index("ix_doubt_answer_submission_id", "doubt_answer", ["submission_id"])


def _trigger(table: str, event: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
    if op.get_bind().dialect.name == "sqlite":
        return f"{head}BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
    return f"{head}FOR EACH ROW EXECUTE FUNCTION retsspor_refuse()"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
