"""``retsspor report`` without the command line: a report of the database, shown or published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.db.engine import Database
from service.db.upgrade import upgrade
from service.disclosure.types import Disclosed
from service.reports import render, snapshots
from service.reports.document import Audience, Order, Report, ReportRefused
from service.reports.publish import Correction, prepare, publish, today
from service.reports.render import Standing
from service.settings import Settings

ACTOR = "command line"


@dataclass(frozen=True, slots=True)
class Made:
    """What a run of the command gave: the bytes of the report, and what to tell about it.

    ``dictionary`` goes beside a CSV, as its data dictionary; empty for the other formats.
    """

    body: bytes
    dictionary: bytes
    notes: tuple[str, ...]


def report_command(
    settings: Settings,
    *,
    as_of: date,
    title: str,
    first: date | None = None,
    last: date | None = None,
    output: Path | None = None,
    internal: bool = False,
    publishing: bool = False,
    correction: Correction | None = None,
) -> Made:
    """The report, as HTML or in the format that ``output`` ends in; also written there.

    Raises ReportRefused for an order that cannot be met, a name that ends in no known format, and
    for a publication that disclosure control refuses.
    """
    kind_of(output)
    audience = Audience.INTERNAL if internal else Audience.PUBLIC
    order = Order(title, as_of, audience, settings.report_minimum, first=first, last=last)
    order.check(today())
    with _open(settings) as database:
        make = _published if publishing else _previewed
        made = make(database, order, correction, output)
    if output:
        output.write_bytes(made.body)
        if made.dictionary:
            output.with_name(f"{output.name}-metadata.json").write_bytes(made.dictionary)
    return made


def kind_of(output: Path | None) -> str:
    """The format that a name ends in. Raises ReportRefused for an unknown one."""
    kind = output.suffix.lower() if output else ".html"
    if kind not in render.KINDS:
        known = ", ".join(render.KINDS)
        raise ReportRefused(f"the report is written as one of {known}", f"Vælg en af {known}.")
    return kind


@contextmanager
def _open(settings: Settings) -> Iterator[Database]:
    database = Database(settings.address)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


def _previewed(
    database: Database, order: Order, correction: Correction | None, output: Path | None
) -> Made:
    built = prepare(database, order, correction, today=today()).built
    return _made(built.report, output, Standing(), tuple(_hidden(built.figures)))


def _published(
    database: Database, order: Order, correction: Correction | None, output: Path | None
) -> Made:
    snapshot = publish(database, order, correction, actor=ACTOR)
    with database.read() as session:
        report = snapshots.with_words(session, snapshot)
    note = f"published as {snapshot.slug}, version {snapshot.version}, SHA-256 {snapshot.sha256}"
    return _made(report, output, Standing(is_published=True), (note,))


def _made(report: Report, output: Path | None, standing: Standing, notes: tuple[str, ...]) -> Made:
    kind = kind_of(output)
    metadata = ""
    if output and kind == ".csv":
        metadata = render.as_csv_metadata(report, output.name)
    return Made(render.rendered(report, kind, standing), metadata.encode(), notes)


def _hidden(figures: Disclosed) -> Iterator[str]:
    """How many figures are hidden, for each reason."""
    counted = Counter(one.reason.value for one in figures.hidden)
    if not counted:
        yield "nothing is hidden"
        return
    told = ", ".join(f"{count} {reason}" for reason, count in counted.items())
    yield f"hidden figures: {told}"
