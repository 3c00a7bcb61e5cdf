"""The analyst's page: choose a period, see what is hidden and why, approve excerpts, publish.

Looking writes nothing. The forms post; what is published is what was looked at (``seal``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path
from fastapi.responses import RedirectResponse, Response

from service.db.engine import Database
from service.intake.body import Form
from service.reports import approvals, render, snapshots
from service.reports.contexts import Filled, PreviewPage, whys
from service.reports.document import Audience, Order, ReportRefused
from service.reports.publish import Correction, Prepared, prepare, publish, today
from service.reports.routes import answer, file
from service.web import AnalystDep, DatabaseDep, SettingsDep, StaffForm

router = APIRouter(include_in_schema=False)
ExcerptId = Annotated[int, Path(ge=1, lt=2**63)]

INTERNAL = "arbejde"
TITLE = "Foreløbig analyse af mønstre i kommunal sagsbehandling"
_OFFERED = 5
"""Undecided excerpts of each label on the page."""


def _filled(
    titel: str = TITLE,
    fra: str = "",
    til: str = "",
    dato: str = "",
    udgave: str = "",
    retter: str = "",
    aendring: str = "",
) -> Filled:
    """The form from a query."""
    as_of = dato or til or today().isoformat()
    return Filled(titel, fra, til, as_of, udgave == INTERNAL, retter, aendring)


FilledDep = Annotated[Filled, Depends(_filled)]


@router.get("/rapporter/ny")
def preview(
    visitor: AnalystDep,
    database: DatabaseDep,
    settings: SettingsDep,
    filled: FilledDep,
    format: str = "",
) -> Response:
    """What the report would say; with ``format`` the file itself."""
    filled = _with_old_dates(database, filled)
    page = PreviewPage(filled)
    try:
        order = _order(filled, settings.report_minimum)
        prepared = prepare(database, order, _correction(filled), today=today())
    except ReportRefused as refused:
        return answer("report_new.html", replace(page, error=refused.danish), visitor, 422)
    if (kind := f".{format}") in render.KINDS:
        return _draft(prepared, kind)
    return answer("report_new.html", _seen(database, page, order, prepared), visitor)


@router.post("/rapporter/ny")
def publish_report(
    visitor: AnalystDep, database: DatabaseDep, settings: SettingsDep, form: StaffForm
) -> Response:
    """Publish what was looked at."""
    filled = _from_form(form)
    try:
        snapshot = publish(
            database,
            _order(filled, settings.report_minimum),
            _correction(filled),
            actor=visitor.name,
            account_id=visitor.account_id,
            seal=form.get("segl") or "-",
        )
    except ReportRefused as refused:
        page = PreviewPage(filled, error=refused.danish)
        return answer("report_new.html", page, visitor, 409)
    return RedirectResponse(f"/rapporter/{snapshot.slug}/{snapshot.version}", status_code=303)


@router.post("/rapporter/uddrag/{excerpt_id}")
def decide_excerpt(
    excerpt_id: ExcerptId, visitor: AnalystDep, database: DatabaseDep, form: StaffForm
) -> Response:
    """A yes or no to one excerpt, and back to the preview."""
    approved = form.get("svar") == "ja"
    with database.write() as session:
        approvals.decide(
            session, excerpt_id, approved=approved, by=visitor.account_id, name=visitor.name
        )
    return RedirectResponse(f"/rapporter/ny?{_query(_from_form(form))}#uddrag", status_code=303)


def _seen(database: Database, page: PreviewPage, order: Order, prepared: Prepared) -> PreviewPage:
    built = prepared.built
    labels = [figure.key for figure in built.figures.labels if figure.count]
    with database.read() as session:
        undecided = approvals.undecided_quotables(session, order, labels, most=_OFFERED)
        approved = approvals.approved_quotables(session, order)
    quoted = {one.excerpt for one in built.report.quotations}
    return replace(
        page,
        report=built.report,
        sha256=render.sha256_of(built.report),
        seal=prepared.seal,
        hidden=whys(built.figures),
        proof=built.figures.proof,
        undecided=tuple(undecided),
        approved=tuple(one for one in approved if one.excerpt_id in quoted),
        refused=built.refused,
        may_publish=order.audience is Audience.PUBLIC and bool(built.figures.total),
    )


def _draft(prepared: Prepared, kind: str) -> Response:
    report = prepared.built.report
    edition = report.edition
    name = f"rapport-{edition.as_of.isoformat()}-{edition.audience.value}{kind}"
    return file(render.rendered(report, kind), name, render.KINDS[kind])


# ── the form ─────────────────────────────────────────────────────────────────────────────────────
_NAMES = {
    "title": "titel",
    "first": "fra",
    "last": "til",
    "as_of": "dato",
    "corrects": "retter",
    "changes": "aendring",
}


def _from_form(form: Form) -> Filled:
    return Filled(
        **{field: form.get(name) or "" for field, name in _NAMES.items()},
        internal=form.get("udgave") == INTERNAL,
    )


def _query(filled: Filled) -> str:
    values = {name: getattr(filled, field) for field, name in _NAMES.items()}
    if filled.internal:
        values["udgave"] = INTERNAL
    return urlencode({name: value for name, value in values.items() if value})


def _with_old_dates(database: Database, filled: Filled) -> Filled:
    """A new version has the dates of the report, and its title unless another is given."""
    if not filled.corrects:
        return filled
    with database.read() as session:
        found = snapshots.versions(session, filled.corrects)
    if not found:
        return filled
    edition = found[-1].report.edition
    return replace(
        filled,
        title=edition.title if filled.title == TITLE else filled.title,
        first=edition.first.isoformat() if edition.first else "",
        last=edition.last.isoformat(),
        as_of=edition.as_of.isoformat(),
    )


def _order(filled: Filled, minimum: int) -> Order:
    return Order(
        filled.title.strip(),
        _day(filled.as_of) or today(),
        Audience.INTERNAL if filled.internal else Audience.PUBLIC,
        minimum,
        first=_day(filled.first),
        last=_day(filled.last),
    )


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ReportRefused("not a date", "Skriv datoen som år-måned-dag.") from None


def _correction(filled: Filled) -> Correction | None:
    return Correction(filled.corrects, filled.changes) if filled.corrects else None
