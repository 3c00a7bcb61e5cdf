"""``retsspor report`` without the command line: a report of the database, written or returned."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from service.clock import now
from service.db.engine import Database
from service.db.upgrade import upgrade
from service.reports import render
from service.reports.build import build_report
from service.reports.document import DENMARK, Audience, Order, ReportRefused
from service.review.confirmed import confirmed_submissions
from service.settings import Settings


def report_command(
    settings: Settings,
    *,
    as_of: date,
    title: str,
    output: Path | None = None,
    internal: bool = False,
    minimum: int = 5,
) -> str:
    """The report as HTML, or as JSON when ``output`` ends in .json; also written to ``output``.

    Raises ReportRefused for a day in the future, no title, a minimum too small for a public
    report, or a file name that is neither .html nor .json.
    """
    order = Order(title, as_of, Audience.INTERNAL if internal else Audience.PUBLIC, minimum)
    order.check(now().astimezone(DENMARK).date())
    kind = output.suffix.lower() if output else ".html"
    if kind not in {".html", ".json"}:
        raise ReportRefused("the report is written as .html or .json", "Vælg .html eller .json.")
    database = Database(settings.address)
    try:
        upgrade(database)
        with database.read() as session:
            report = build_report(confirmed_submissions(session), order)
    finally:
        database.close()
    text = render.as_html(report) if kind == ".html" else render.as_json(report)
    if output:
        output.write_text(text, encoding="utf-8")
    return text
