"""The tables. None has a column for raw text, and what the machine said is never overwritten.

``submission`` (redacted) → ``suggestion`` × 6 (the machine, never changed) and ``excerpt`` (only
added). A person's act is a ``review`` with a ``decision`` for each label (only added); what is
confirmed are the decisions of the latest revision (view ``confirmed``). ``state``, ``exclusion``
and ``revision`` on ``submission`` repeat the latest review, so that the queue needs no join.

Two things are stronger than "only added". Personal words that a reviewer finds: a ``masking`` takes
them out of the text, of notes and of excerpts, and only where one stands do the triggers let these
be changed. And time: where ``text_deleted_at`` is set they may be emptied, and no more.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from service.db.types import Json, Key, Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Role(StrEnum):
    """What an account may do. An administrator may do everything."""

    SENDER = "indsender"
    REVIEWER = "sagsgennemgang"
    ANALYST = "analytiker"
    ADMINISTRATOR = "administrator"


class State(StrEnum):
    """Where a submission stands."""

    NEW = "new"
    SECOND = "second"
    """Decided once; waits for a second reader, who does not see that decision."""
    DISPUTED = "disputed"
    """Two readers differ; waits for somebody to settle it."""
    REVIEWED = "reviewed"


class Exclusion(StrEnum):
    """Why a submission does not count."""

    TEST = "test"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"
    """The sender wants it back."""


class Source(StrEnum):
    """The way a submission came in."""

    FORM = "form"
    API = "api"
    CSV = "csv"
    DEMO = "demo"


class Action(StrEnum):
    """What a review did. An undo is a review of its own."""

    DECIDE = "decide"
    SECOND = "second"
    """A second reader's decision, made without seeing the first."""
    ADJUDICATE = "adjudicate"
    """The decision that settles two readings that differ."""
    UNDO = "undo"
    MASK = "mask"
    """Personal words were taken out of the text; the decisions that stood are said again."""


READINGS = (Action.DECIDE, Action.SECOND, Action.ADJUDICATE)
"""Acts in which a person decided on labels."""


class Kind(StrEnum):
    """How a decision relates to the suggestion that the person saw."""

    ACCEPTED = "accepted"
    """The suggestion stands, yes or no."""
    CORRECTED = "corrected"
    """The label stands, with a passage that the person chose."""
    ADDED = "added"
    """Not suggested; the person sets it."""
    REJECTED = "rejected"
    """Suggested; the person says no."""
    UNSEEN = "unseen"
    """A blind reading: the person decided without seeing any suggestion."""


class Origin(StrEnum):
    """Who chose an excerpt."""

    MODEL = "model"
    REVIEWER = "reviewer"


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: Json, list[Any]: Json, datetime: Utc}


class Account(Base):
    """A person or a program that may sign in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    identity: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """The person at the sign-in provider: a hash of issuer and subject. Bound once."""
    active: Mapped[bool]
    created_at: Mapped[datetime]


class Token(Base):
    """A secret that was handed out, kept as a hash: a one-time sign-in or an API token."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempt(Base):
    """A failed sign-in, under the hash of the name or address that tried."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


_IN_DOUBT: dict[str, Any] = dict.fromkeys(
    ("sqlite_where", "postgresql_where"), text("doubt IS NOT NULL")
)
"""Few submissions are in doubt: indexes of these alone cost nothing when one comes in."""


class Submission(Base):
    """A redacted submission."""

    __tablename__ = "submission"
    __table_args__ = (
        Index(None, "state", "received_at", "id"),
        Index(None, "state", "uncertainty", "id"),
        Index(None, "state", "urgency", "id"),
        Index(None, "state", "area", "received_at", "id"),
        Index(None, "state", "area", "uncertainty", "id"),
        Index(None, "state", "area", "urgency", "id"),
        Index(None, "state", "municipality", "received_at", "id"),
        Index(None, "state", "municipality", "uncertainty", "id"),
        Index(None, "state", "municipality", "urgency", "id"),
        Index(None, "state", "place", "id"),
        Index(None, "state", "area", "place", "id"),
        Index(None, "state", "municipality", "place", "id"),
        Index(None, "state", "doubt", "id", **_IN_DOUBT),
        Index(None, "state", "area", "doubt", "id", **_IN_DOUBT),
        Index(None, "state", "municipality", "doubt", "id", **_IN_DOUBT),
        Index(None, "received_at", "id"),
        Index(None, "sent_by", "external_id"),
        Index(None, "sent_by", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64), index=True)
    entities: Mapped[list[Any]]
    possible: Mapped[list[Any]]
    area: Mapped[str | None] = mapped_column(String(40))
    municipality: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    is_test: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    exclusion: Mapped[str | None] = mapped_column(String(20))
    revision: Mapped[int]
    uncertainty: Mapped[float]
    """Smallest distance of a probability from its threshold: 0 is a coin toss."""
    urgency: Mapped[float] = mapped_column(server_default="0")
    """How soon a person should look: possible personal data first, then the most uncertain."""
    gain: Mapped[float] = mapped_column(server_default="0")
    """What the model may learn from it, as it was thought when it came in."""
    place: Mapped[float] = mapped_column(server_default="0.5")
    """0 to 1 in the order by gain, the highest first; some stand where the lot put them."""
    doubt: Mapped[float | None]
    """How much speaks against the decision that stands; None while nobody need look again."""
    draw: Mapped[int] = mapped_column(server_default="0")
    """0 to 9999, drawn from the reference once and for all: decides who is read blind, and whose
    place is given by lot."""
    submitter: Mapped[str] = mapped_column(String(32), index=True)
    source: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str | None] = mapped_column(String(64))
    sent_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    redactor_version: Mapped[str] = mapped_column(String(80))
    classifier_version: Mapped[str] = mapped_column(String(80))
    text_deleted_at: Mapped[datetime | None]
    """When its text and all that quotes it was deleted, its time being over."""

    suggestions: Mapped[list[SuggestionRow]] = relationship(order_by="SuggestionRow.id")
    excerpts: Mapped[list[ExcerptRow]] = relationship(order_by="ExcerptRow.id")
    maskings: Mapped[list[Masking]] = relationship(order_by="Masking.revision")
    doubts: Mapped[list[Doubt]] = relationship(order_by="Doubt.suspicion.desc()")


class SuggestionRow(Base):
    """What the model said about one label. A trigger refuses every change."""

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("submission_id", "label"),
        Index(None, "label", "suggested", "submission_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"))
    label: Mapped[str] = mapped_column(String(20))
    probability: Mapped[float]
    threshold: Mapped[float]
    suggested: Mapped[bool]
    sure: Mapped[bool]
    evidence: Mapped[list[Any]]
    classifier_version: Mapped[str] = mapped_column(String(80))


class ExcerptRow(Base):
    """A short anonymous quotation. Only added: the latest by a reviewer counts.

    When its words turn out to be personal it is withdrawn: the text is emptied for good.
    """

    __tablename__ = "excerpt"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"), index=True)
    label: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(10))
    added_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    passage_start: Mapped[int | None]
    """Where a reviewer's passage began in the text as it was then; None for the model's."""
    passage_end: Mapped[int | None]


class IdempotencyKey(Base):
    """A key that a sender gave to a request, and what came of it. Gone after ``expires_at``.

    Key and body are kept as keyed hashes only (HMAC with the server's secret): without the secret
    nobody can try out which short text it was.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("account_id", "key_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    public_id: Mapped[str | None] = mapped_column(String(26))
    """The submission; None for the line that stands for a whole file."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Claim(Base):
    """Who reads a submission now, and until when. The key lets no two people have the same one."""

    __tablename__ = "claim"

    submission_id: Mapped[int] = mapped_column(
        Key, ForeignKey("submission.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class Masking(Base):
    """Personal words that the redactor left and a reviewer took out; the words are not kept.

    ``places`` are ``{"start", "end", "shape"}`` in the text as it was before. With them offsets
    from an earlier text are moved, and a test case can be made of the text as it is now.
    """

    __tablename__ = "masking"
    __table_args__ = (UniqueConstraint("submission_id", "revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"))
    revision: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    placeholder: Mapped[str] = mapped_column(String(30))
    places: Mapped[list[Any]]
    redactor_version: Mapped[str] = mapped_column(String(80))
    masked_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    masked_at: Mapped[datetime]


class Review(Base):
    """One act of a person on a submission. The unique revision makes a lost update impossible."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("submission_id", "revision"),
        Index(None, "reviewer_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"))
    revision: Mapped[int]
    action: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    exclusion: Mapped[str | None] = mapped_column(String(20))
    subtags: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text)
    reviewer_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[int | None]

    reviewer: Mapped[Account] = relationship()
    decisions: Mapped[list[Decision]] = relationship(order_by="Decision.id")


class Decision(Base):
    """What a person said about one label, with the suggestion they saw. Only added."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("submission_id", "revision", "label"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    review_id: Mapped[int] = mapped_column(Key, ForeignKey("review.id"), index=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"))
    revision: Mapped[int]
    label: Mapped[str] = mapped_column(String(20))
    value: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(10))
    score: Mapped[float]
    threshold: Mapped[float]
    model_version: Mapped[str] = mapped_column(String(80))
    text_sha256: Mapped[str] = mapped_column(String(64))
    """Of the text that was read; empty when personal words were taken out of it later."""
    reviewer_id: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    seconds: Mapped[int | None]
    excerpt_id: Mapped[int | None] = mapped_column(Key, ForeignKey("excerpt.id"))
    """The quotation that the person chose; None leaves the model's."""


class BesideRow(Base):
    """What a classifier that read along said about one label. Only added, and never shown."""

    __tablename__ = "beside"
    __table_args__ = (UniqueConstraint("submission_id", "classifier_version", "label"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"))
    classifier_version: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(20))
    probability: Mapped[float]
    threshold: Mapped[float]
    suggested: Mapped[bool]


class Doubt(Base):
    """A decision that the model, not having seen it, contradicts. Made anew by each training."""

    __tablename__ = "doubt"

    submission_id: Mapped[int] = mapped_column(
        Key, ForeignKey("submission.id"), primary_key=True, autoincrement=False
    )
    label: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[bool]
    """What was decided."""
    probability: Mapped[float]
    """Of the label, from parts of the training that had met nothing by this sender."""
    suspicion: Mapped[float]
    classifier_version: Mapped[str] = mapped_column(String(80))


class DoubtAnswer(Base):
    """A person looked again and says that the decision is right. Only added."""

    __tablename__ = "doubt_answer"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(Key, ForeignKey("submission.id"), index=True)
    label: Mapped[str] = mapped_column(String(20))
    value: Mapped[bool]
    probability: Mapped[float]
    classifier_version: Mapped[str] = mapped_column(String(80))
    answered_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    answered_at: Mapped[datetime]


class Withdrawal(Base):
    """A submission that its citizen took back. Nothing is left of it but a keyed hash.

    With the key it can be told whether a reference is among those withdrawn; without it nothing.
    """

    __tablename__ = "withdrawal"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    """None for the command line."""


CONFIRMED = Table(
    "confirmed",
    MetaData(),
    Column("submission_id", Key),
    Column("area", String),
    Column("municipality", String),
    Column("label", String),
    Column("value", Boolean),
)
"""The view of what is confirmed: decisions of the latest revision that count."""


class ReportRow(Base):
    """A published report, as it was published. Triggers refuse every change and deletion.

    ``content`` is the canonical JSON of figures and sentences, ``sha256`` its hash. The words of
    quotations are not in it: they stand in their excerpts, where personal words can be taken out.
    """

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(150))
    as_of: Mapped[str] = mapped_column(String(10))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    """None for the command line."""
    data_fingerprint: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)


class ReportQuotation(Base):
    """The excerpt that a report quotes under a number. Triggers as for the report.

    No foreign key holds the excerpt fast: what must be deleted can be, and is then no longer shown.
    """

    __tablename__ = "report_quotation"

    report_id: Mapped[int] = mapped_column(
        Key, ForeignKey("report.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    excerpt_id: Mapped[int] = mapped_column(Key, index=True)


class ExcerptApproval(Base):
    """An analyst's yes or no to publishing an excerpt. Only added; the latest counts."""

    __tablename__ = "excerpt_approval"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    excerpt_id: Mapped[int] = mapped_column(Key, index=True)
    approved: Mapped[bool]
    decided_by: Mapped[int] = mapped_column(Key, ForeignKey("account.id"))
    decided_at: Mapped[datetime]


class AuditEntry(Base):
    """One line of the audit trail; each holds the hash of the line before. Numbers have no gap."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(100))
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
