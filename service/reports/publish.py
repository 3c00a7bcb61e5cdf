"""From an order to a report, and from a report to a published one. Here the database is read.

Publishing reads and works outside of any write transaction, since solving may take seconds; the
write is short, happens one at a time, and only if nobody has published in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version as version_of

from sqlalchemy import ColumnElement, String, cast, literal, select
from sqlalchemy.orm import Session

from service.clock import now
from service.db import audit
from service.db.engine import Database
from service.db.locks import Lock, alone
from service.db.tables import State, Submission
from service.reports import snapshots
from service.reports.approvals import approved_quotables
from service.reports.build import Built, Material, Place, build_report, published_before
from service.reports.canonical import canonical, digest, plain
from service.reports.counting import count_confirmed
from service.reports.document import DENMARK, Audience, Basis, Order, Report, ReportRefused

MOST_CHANGES = 500


class Moved(ReportRefused):
    """What would be published is not what was looked at."""

    def __init__(self) -> None:
        super().__init__(
            "the data, or what is published, has changed since the preview",
            "Tallene eller de udgivne rapporter har ændret sig siden forhåndsvisningen. "
            "Se den igen, før du offentliggør.",
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A new version of a published report, and what it changes."""

    slug: str
    changes: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report as it would be published now."""

    built: Built
    newest: int
    """The last publication that it was held against."""

    @property
    def seal(self) -> str:
        """A hash of everything an analyst sees in the preview, for the form that publishes it."""
        content = plain(self.built.report)
        content["told"].pop("taken_at", None)
        words = [(one.number, one.text) for one in self.built.report.quotations]
        return digest(canonical([content, words]))


def prepare(
    database: Database, order: Order, correction: Correction | None = None, *, today: date
) -> Prepared:
    """The report that an order gives now. Raises ReportRefused with the reason."""
    order.check(today)
    with database.read() as session:
        _see_one_moment(session)
        place = _place(session, order, correction, today)
        material = read_material(session, order)
        newest = snapshots.newest_id(session)
    return Prepared(build_report(material, order, place), newest)


def publish(
    database: Database,
    order: Order,
    correction: Correction | None = None,
    *,
    actor: str,
    account_id: int | None = None,
    seal: str | None = None,
) -> snapshots.Snapshot:
    """Publish for good. ``seal`` is that of the preview; without it there was none to compare.

    Raises ReportRefused: for an internal report, when nothing is confirmed, when disclosure
    control refuses (Unsafe), or when something changed meanwhile (Moved).
    """
    if order.audience is not Audience.PUBLIC:
        raise ReportRefused(
            "a working report may not be published", "En arbejdsrapport må ikke offentliggøres."
        )
    prepared = prepare(database, order, correction, today=today())
    report = prepared.built.report
    if seal is not None and seal != prepared.seal:
        raise Moved
    if not prepared.built.figures.total:
        raise _nothing(prepared.built)
    with database.write() as session:
        alone(session, Lock.REPORT)
        if snapshots.newest_id(session) != prepared.newest:
            raise Moved
        row = snapshots.add(session, report, published_by=account_id)
        slug, number = row.slug, row.version
        audit.record(
            session,
            actor=actor,
            action="publish report",
            subject=slug,
            version=number,
            sha256=row.sha256,
        )
    with database.read() as session:
        return snapshots.versions(session, slug)[number - 1]


def today() -> date:
    """This day in Denmark."""
    return now().astimezone(DENMARK).date()


def _nothing(built: Built) -> ReportRefused:
    if built.figures.total == 0:
        return ReportRefused(
            "nothing is confirmed in this period: there is nothing to publish",
            "Ingen indsendelser i perioden er bekræftet endnu. Der er intet at offentliggøre.",
        )
    return ReportRefused(
        "every figure would be hidden: there are too few submitters",
        "Alle tal ville være skjult, fordi der er for få indsendere. Vent, til flere har skrevet.",
    )


# ── reading ──────────────────────────────────────────────────────────────────────────────────────
def read_material(session: Session, order: Order) -> Material:
    """Counts, approved excerpts, earlier reports and the basis, all of one moment."""
    taken_at = now()
    history = [one.report for one in snapshots.all_snapshots(session)]
    earlier = published_before(history) if order.audience is Audience.PUBLIC else []
    counts = count_confirmed(session, since=order.since, until=order.until, earlier=earlier)
    excerpts = approved_quotables(session, order)
    return Material(counts, taken_at, excerpts, history, read_basis(session, order))


def read_basis(session: Session, order: Order) -> Basis:
    """Fingerprint of the submissions that count, and the models that read them.

    The fingerprint is made of the references and revisions of the submissions. References are
    random and known to their senders only, so nobody can try out data until the hash fits.
    """
    within = _counted(order)
    hashing = sha256()
    # Lines are put together in the database: a million rows of two columns take twice as long.
    line = Submission.public_id + literal(" ") + cast(Submission.revision, String) + literal("\n")
    query = select(line).where(*within).order_by(Submission.public_id)
    for lines in session.scalars(query.execution_options(yield_per=10_000)).partitions():
        hashing.update("".join(lines).encode())
    models = session.execute(
        select(Submission.redactor_version, Submission.classifier_version).where(*within).distinct()
    ).all()
    return Basis(
        hashing.hexdigest(),
        tuple(sorted({redactor for redactor, _ in models})),
        tuple(sorted({classifier for _, classifier in models})),
        version_of("retsspor"),
    )


def _counted(order: Order) -> Sequence[ColumnElement[bool]]:
    within = [
        Submission.state == State.REVIEWED,
        Submission.exclusion.is_(None),
        Submission.is_test.is_(False),
        Submission.received_at <= order.until,
    ]
    return within if order.since is None else [*within, Submission.received_at >= order.since]


def _see_one_moment(session: Session) -> None:
    """All queries see the same data. SQLite's transactions do anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _place(session: Session, order: Order, correction: Correction | None, today: date) -> Place:
    if correction is None:
        slug = snapshots.free_slug(session, order.as_of.isoformat())
        return Place(slug, published_on=today)
    found = snapshots.versions(session, correction.slug)
    if not found:
        raise ReportRefused("there is no such report", "Rapporten, der skal rettes, findes ikke.")
    _check_correction(found[-1].report, order, correction)
    return Place(correction.slug, found[-1].version + 1, correction.changes.strip(), today)


def _check_correction(old: Report, order: Order, correction: Correction) -> None:
    edition = old.edition
    if (edition.as_of, edition.first, edition.last) != (order.as_of, order.first, order.end):
        raise ReportRefused(
            "a new version keeps the dates of the report",
            "En ny version skal have samme datoer som rapporten. Lav ellers en ny rapport.",
        )
    if not correction.changes.strip():
        raise ReportRefused(
            "a new version must say what changed (--changes)",
            "Skriv, hvad der er ændret i den nye version.",
        )
    if len(correction.changes) > MOST_CHANGES:
        raise ReportRefused(
            f"what changed is told in at most {MOST_CHANGES} characters",
            f"Skriv højst {MOST_CHANGES} tegn om, hvad der er ændret.",
        )
