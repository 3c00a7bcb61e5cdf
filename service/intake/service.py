"""Take a submission in: read it in memory, keep what is redacted, forget the rest.

Reading is the slow part and happens before the transaction; the transaction only adds rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Reader
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted, Versions
from service.db.engine import Database
from service.db.tables import Source
from service.errors import AlreadyReceived, BadFields, FieldProblem
from service.intake.fields import Draft, text_problem
from service.intake.idempotency import Attempt, Attempts, earlier, received_before, remember
from service.intake.repository import Incoming, add, submitter_of
from service.intake.rows import RefusedRow, Row
from service.secrets import new_submitter

NOT_REDACTED = FieldProblem(
    "text",
    "could not be redacted, so nothing of it was kept",
    "Teksten kunne ikke anonymiseres sikkert. Intet af den er gemt.",
)


class OneAtATime:
    """A reader for a server with threads: language pipelines must not be entered twice at once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = Lock()

    @property
    def versions(self) -> Versions:
        """Of the models that the next text is read with; they may change."""
        return self._reader.versions

    def read(self, raw: RawText, *, known: Sequence[RawText] = ()) -> Reading:
        """As the reader's."""
        with self._lock:
            return self._reader.read(raw, known=known)

    def redact(
        self,
        raw: RawText,
        *,
        profile: Profile = Profile.STORAGE,
        known: Sequence[RawText] = (),
    ) -> Redacted:
        """As the reader's."""
        with self._lock:
            return self._reader.redact(raw, profile=profile, known=known)

    def excerpt(self, label: str, redacted: Redacted, start: int, end: int) -> Excerpt:
        """As the reader's."""
        with self._lock:
            return self._reader.excerpt(label, redacted, start, end)


@dataclass(frozen=True, slots=True)
class Received:
    """Under which reference a submission is kept. ``is_new`` is False for a repeated request."""

    public_id: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row whose ``id`` was received before: nothing new was kept."""

    public_id: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends and how. ``after`` is the reference of an earlier submission by the same person."""

    source: Source
    account_id: int | None = None
    account_name: str = "borger"
    after: str = ""
    again: bool = False
    """Keep also what was received before under the same ``id``."""


@contextmanager
def refusals_as_fields() -> Iterator[None]:
    """A text that the reader refuses becomes a problem of the field ``text``."""
    try:
        yield
    except BadText as error:
        problem = text_problem(error)
    else:
        return
    raise BadFields([problem])  # outside the except, so that no cause hangs on


def receive(
    database: Database,
    reader: Reader,
    draft: Draft,
    sender: Sender,
    *,
    known: Sequence[RawText] = (),
    attempt: Attempt | None = None,
) -> Received:
    """Read and keep one submission.

    Raises BadFields, RedactionFailed, AlreadyReceived (the sender's own id) or KeyReused, and keeps
    nothing then. A repeated attempt gives the reference of the first.
    """
    with database.read() as session:
        if found := _first(session, draft, sender, attempt):
            return found
    with refusals_as_fields():
        reading = reader.read(draft.raw, known=known)
    try:
        with database.write() as session:
            if found := _first(session, draft, sender, attempt):
                return found
            submitter = submitter_of(session, sender.after) or new_submitter()
            public_id = add(
                session,
                Incoming(draft, reading, sender.source, submitter, sender.account_id),
                sender.account_name,
            )
            if attempt is not None and not remember(session, attempt, public_id):
                raise _Beaten
    except _Beaten:
        return receive(database, reader, draft, sender, known=known, attempt=attempt)
    return Received(public_id)


class _Beaten(Exception):
    """The same key was kept by another thread in the meantime: the transaction is rolled back."""


def _first(
    session: Session, draft: Draft, sender: Sender, attempt: Attempt | None
) -> Received | None:
    """What the same attempt kept before. Raises AlreadyReceived for an id under another attempt."""
    before = received_before(
        session,
        external_id=None if sender.again else draft.external_id,
        source=sender.source,
        account_id=sender.account_id,
    )
    key = earlier(session, attempt) if attempt is not None else None
    if key is not None and key.public_id is not None:
        return Received(key.public_id, is_new=False)
    if before is not None:
        raise AlreadyReceived(before)
    return None


def preview(reader: Reader, draft: Draft, *, known: Sequence[RawText] = ()) -> Redacted:
    """What would be kept of a text. Nothing is."""
    with refusals_as_fields():
        return reader.redact(draft.raw, known=known)


RowResult = Received | Repeated | tuple[FieldProblem, ...]
"""What became of a row; the problems when it was refused."""


def receive_rows(
    database: Database,
    reader: Reader,
    rows: Iterable[Row | RefusedRow],
    sender: Sender,
    *,
    attempts: Attempts | None = None,
) -> Iterator[tuple[int, RowResult]]:
    """Keep each row that can be kept; say for the others what is wrong. Goes on after a refusal.

    With ``attempts`` a file that is sent again, whole or after a break, adds only what is missing.
    Raises KeyReused before the first row when its key was used for another file.
    """
    if attempts is not None:
        _begin(database, attempts.whole())
    for row in rows:
        attempt = attempts.row(row.row) if attempts is not None else None
        yield row.row, _row_result(database, reader, row, sender, attempt)


def _begin(database: Database, attempt: Attempt) -> None:
    with database.write() as session:
        if earlier(session, attempt) is None and not remember(session, attempt, None):
            earlier(session, attempt)  # another was faster: was it the same file?


def _row_result(
    database: Database,
    reader: Reader,
    row: Row | RefusedRow,
    sender: Sender,
    attempt: Attempt | None,
) -> RowResult:
    if isinstance(row, RefusedRow):
        return row.problems
    try:
        return receive(database, reader, row.draft, sender, attempt=attempt)
    except BadFields as error:
        return error.problems
    except AlreadyReceived as error:
        return Repeated(error.public_id)
    except RedactionFailed:
        return (NOT_REDACTED,)
