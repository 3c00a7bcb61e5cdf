"""Pages about reports: the list, and the preview where an analyst prepares one. Nothing writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, HTMLResponse, Response

from service.clock import now
from service.db.engine import Database
from service.db.tables import Role
from service.reports import render
from service.reports.build import build_report
from service.reports.document import DENMARK, Audience, Order, Report, ReportRefused
from service.review.confirmed import confirmed_submissions
from service.security.sessions import Visitor
from service.web import DatabaseDep, MaybeVisitor, signed_in

router = APIRouter(include_in_schema=False)
AnalystDep = Annotated[Visitor, Depends(signed_in(Role.ANALYST))]

_INTERNAL = "arbejde"
_TITLE = "Foreløbig analyse af mønstre i kommunal sagsbehandling"
_LONGEST_TITLE = 150


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The list of published reports."""

    may_prepare: bool = field(metadata={"help": "Whether to link to the preview"})


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A report being prepared: the form as sent, and the report it makes."""

    title: str = field(metadata={"help": "Title, as written in the form"})
    as_of: str = field(metadata={"help": "Last day, as written in the form"})
    internal: bool = field(metadata={"help": "True for the report that hides nothing"})
    error: str = field(default="", metadata={"help": "Why there is no report"})
    report: Report | None = field(default=None, metadata={"help": "The report, when it was made"})


@router.get("/rapporter")
def reports(visitor: MaybeVisitor) -> HTMLResponse:
    """All published reports."""
    page = ReportsPage(visitor is not None and visitor.may(Role.ANALYST))
    return _answer("reports_list.html", page, visitor)


@router.get("/rapporter/rapport.css")
def style() -> FileResponse:
    """The style of the report."""
    return FileResponse(render.STYLE, media_type="text/css")


@router.get("/rapporter/ny")
def preview(
    visitor: AnalystDep,
    database: DatabaseDep,
    titel: str = _TITLE,
    til: str = "",
    udgave: str = "offentlig",
    format: str = "",
) -> Response:
    """What the report would say; with ``format`` the file itself."""
    today = now().astimezone(DENMARK).date()
    page = PreviewPage(titel, til or today.isoformat(), udgave == _INTERNAL)
    try:
        report = _build(database, _order(page, today))
    except ReportRefused as refused:
        return _answer("report_page.html", replace(page, error=refused.danish), visitor, 422)
    if format in {"html", "json"}:
        return _file(report, format)
    return _answer("report_page.html", replace(page, report=report), visitor)


def _order(page: PreviewPage, today: date) -> Order:
    if len(page.title) > _LONGEST_TITLE:
        raise ReportRefused("the title is too long", f"Højst {_LONGEST_TITLE} tegn i titlen.")
    try:
        as_of = date.fromisoformat(page.as_of)
    except ValueError:
        raise ReportRefused("not a date", "Skriv datoen som år-måned-dag.") from None
    audience = Audience.INTERNAL if page.internal else Audience.PUBLIC
    order = Order(page.title.strip(), as_of, audience)
    order.check(today)
    return order


def _build(database: Database, order: Order) -> Report:
    with database.read() as session:
        submissions = confirmed_submissions(session)
    return build_report(submissions, order)


def _file(report: Report, kind: str) -> Response:
    body = render.as_html(report) if kind == "html" else render.as_json(report)
    media = "text/html" if kind == "html" else "application/json"
    name = f"rapport-{report.order.as_of.isoformat()}-{report.order.audience.value}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=f"{media}; charset=utf-8", headers=headers)


def _answer(
    template: str, page: object, visitor: Visitor | None, status: int = 200
) -> HTMLResponse:
    html = render.environment().get_template(template).render(page=page, visitor=visitor)
    return HTMLResponse(html, status_code=status)
