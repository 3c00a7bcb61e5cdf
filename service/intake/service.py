"""Take a submission in: read it in memory, keep what is redacted, forget the rest.

Reading is the slow part and happens before the transaction; the transaction only adds rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from nlp.errors import BadText, RedactionFailed
from nlp.interfaces import Reader
from nlp.types import Excerpt, Profile, RawText, Reading, Redacted
from service.db.engine import Database
from service.db.tables import Source
from service.errors import BadFields, FieldProblem
from service.intake.fields import Draft, text_problem
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
        self.versions = reader.versions

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
    """What was kept, and under which reference."""

    public_id: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends and how. ``after`` is the reference of an earlier submission by the same person."""

    source: Source
    account_id: int | None = None
    account_name: str = "borger"
    after: str = ""


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
) -> Received:
    """Read and keep one submission. Raises BadFields or RedactionFailed, and keeps nothing then."""
    with refusals_as_fields():
        reading = reader.read(draft.raw, known=known)
    with database.write() as session:
        submitter = submitter_of(session, sender.after) or new_submitter()
        public_id = add(
            session,
            Incoming(draft, reading, sender.source, submitter, sender.account_id),
            sender.account_name,
        )
    return Received(public_id, reading)


def preview(reader: Reader, draft: Draft, *, known: Sequence[RawText] = ()) -> Redacted:
    """What would be kept of a text. Nothing is."""
    with refusals_as_fields():
        return reader.redact(draft.raw, known=known)


def receive_rows(
    database: Database, reader: Reader, rows: Iterable[Row | RefusedRow], sender: Sender
) -> Iterator[tuple[int, Received | tuple[FieldProblem, ...]]]:
    """Keep each row that can be kept; say for the others what is wrong. Goes on after a refusal."""
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row.row, row.problems
            continue
        try:
            yield row.row, receive(database, reader, row.draft, sender)
        except BadFields as error:
            yield row.row, error.problems
        except RedactionFailed:
            yield row.row, (NOT_REDACTED,)
