"""Published reports in the database: add one, find one, list all. Nothing is ever changed.

What is kept is the canonical JSON; a report is shown from it and from nothing else, so that it
says for ever what it said, whatever becomes of the program's sentences or of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db.tables import ReportQuotation, ReportRow
from service.reports.approvals import words_of
from service.reports.canonical import content_of, digest, report_of
from service.reports.document import Report


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published report with what stands beside it. The quotations have no words yet."""

    id: int
    slug: str
    version: int
    title: str
    as_of: str
    published_at: datetime
    sha256: str
    content: str

    @property
    def report(self) -> Report:
        """The report itself. Raises SnapshotDamaged when the bytes were altered."""
        return report_of(self.content, self.sha256)


def newest_id(session: Session) -> int:
    """The number of the latest publication; 0 before the first."""
    return session.scalar(select(func.max(ReportRow.id))) or 0


def all_snapshots(session: Session) -> list[Snapshot]:
    """Every version of every report, in the order in which they were published."""
    return [_snapshot(row) for row in session.scalars(select(ReportRow).order_by(ReportRow.id))]


def versions(session: Session, slug: str) -> list[Snapshot]:
    """All versions of one report, oldest first; empty when there is none of that name."""
    if not slug.isprintable():  # PostgreSQL takes no such text, not even to look
        return []
    query = select(ReportRow).where(ReportRow.slug == slug).order_by(ReportRow.version)
    return [_snapshot(row) for row in session.scalars(query)]


def free_slug(session: Session, as_of: str) -> str:
    """The address of a new report: its day, with a number where the day has one already.

    ``2026-05-01``, then ``2026-05-01-2``, ``2026-05-01-3`` …
    """
    query = select(ReportRow.slug).where(ReportRow.as_of == as_of).distinct()
    taken = set(session.scalars(query))
    number = 1
    while (slug := as_of if number == 1 else f"{as_of}-{number}") in taken:
        number += 1
    return slug


def add(session: Session, report: Report, *, published_by: int | None) -> ReportRow:
    """Keep a report. Whoever calls holds the lock and has looked at ``newest_id``."""
    edition, content = report.edition, content_of(report)
    row = ReportRow(
        slug=edition.slug,
        version=edition.version,
        title=edition.title,
        as_of=edition.as_of.isoformat(),
        published_at=now(),
        published_by=published_by,
        data_fingerprint=edition.basis.fingerprint,
        sha256=digest(content),
        content=content,
    )
    session.add(row)
    session.flush()
    session.add_all(
        ReportQuotation(report_id=row.id, number=one.number, excerpt_id=one.excerpt)
        for one in report.quotations
    )
    session.flush()
    return row


def with_words(session: Session, snapshot: Snapshot) -> Report:
    """The report with the words of its quotations, of those that may still be shown."""
    query = select(ReportQuotation.number, ReportQuotation.excerpt_id).where(
        ReportQuotation.report_id == snapshot.id
    )
    places: Sequence[tuple[int, int]] = [(number, one) for number, one in session.execute(query)]
    words = words_of(session, [excerpt_id for _, excerpt_id in places])
    known = {number: words[one] for number, one in places if one in words}
    return snapshot.report.with_words(known)


def _snapshot(row: ReportRow) -> Snapshot:
    return Snapshot(
        row.id,
        row.slug,
        row.version,
        row.title,
        row.as_of,
        row.published_at,
        row.sha256,
        row.content,
    )
