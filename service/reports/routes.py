"""Public pages about reports: the list, each version in every format, method and anonymity."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from json import loads
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

import evaluation
from service.db.tables import Role
from service.errors import NotHere
from service.reports import method, render, snapshots
from service.reports.contexts import Listed, ReportPage, ReportsPage, SectionsPage
from service.reports.render import Standing
from service.reports.snapshots import Snapshot
from service.security.sessions import Visitor
from service.web import DatabaseDep, MaybeVisitor, ReaderDep, SettingsDep
from training_data.codebook import Codebook, read_codebook

router = APIRouter(include_in_schema=False)

METADATA = "rapport.csv-metadata.json"


@router.get("/rapporter")
def reports(visitor: MaybeVisitor, database: DatabaseDep) -> HTMLResponse:
    """All published reports."""
    with database.read() as session:
        found = snapshots.all_snapshots(session)
    page = ReportsPage(_listed(found), visitor is not None and visitor.may(Role.ANALYST))
    return answer("reports_list.html", page, visitor)


@router.get("/rapporter/rapport.css")
def style() -> FileResponse:
    """The style of the report."""
    return FileResponse(render.STYLE, media_type="text/css")


@router.get("/metode")
def show_method(visitor: MaybeVisitor, settings: SettingsDep, reader: ReaderDep) -> HTMLResponse:
    """«Metode & Data», from what is in force."""
    lead = "Siden er skrevet af programmet selv ud fra de indstillinger og modeller, der gælder nu."
    known = method.InForce(settings, reader.versions, _codebook(), *_results())
    page = SectionsPage("Metode & Data", lead, method.method(known))
    return answer("sections_page.html", page, visitor)


@router.get("/anonymitet")
def show_privacy(visitor: MaybeVisitor, settings: SettingsDep, reader: ReaderDep) -> HTMLResponse:
    """«Anonymitet & GDPR», from what is in force."""
    lead = "Hvad der sker med det, du skriver. Siden er skrevet ud fra det, der gælder nu."
    known = method.InForce(settings, reader.versions, _codebook(), *_results())
    page = SectionsPage("Anonymitet & GDPR", lead, method.privacy(known))
    return answer("sections_page.html", page, visitor)


@router.get("/rapporter/{slug}")
def newest(slug: str, database: DatabaseDep) -> RedirectResponse:
    """To the newest version."""
    with database.read() as session:
        found = _versions(snapshots.versions(session, slug))
    return RedirectResponse(f"/rapporter/{slug}/{found[-1].version}", status_code=303)


@router.get("/rapporter/{slug}/{version}")
def show(slug: str, version: int, visitor: MaybeVisitor, database: DatabaseDep) -> HTMLResponse:
    """One version, for ever."""
    with database.read() as session:
        found = _versions(snapshots.versions(session, slug))
        snapshot = _of(found, version)
        report = snapshots.with_words(session, snapshot)
    page = ReportPage(
        report,
        snapshot.sha256,
        _standing(found, snapshot),
        f"/rapporter/{slug}/{version}",
        visitor is not None and visitor.may(Role.ANALYST),
    )
    return answer("report_page.html", page, visitor)


@router.get("/rapporter/{slug}/{version}/{name}")
def download(slug: str, version: int, name: str, database: DatabaseDep) -> Response:
    """One version as a file: rapport.html, .pdf, .csv, .json, and the dictionary of the CSV."""
    with database.read() as session:
        found = _versions(snapshots.versions(session, slug))
        snapshot = _of(found, version)
        report = snapshots.with_words(session, snapshot)
    stem = f"rapport-{slug}-v{version}"
    if name == METADATA:
        body = render.as_csv_metadata(report).encode()
        return file(body, f"{stem}.csv-metadata.json", "application/csvm+json")
    kind = Path(name).suffix
    if kind not in render.KINDS or name != f"rapport{kind}":
        raise NotHere
    body = render.rendered(report, kind, _standing(found, snapshot))
    return file(body, f"{stem}{kind}", render.KINDS[kind])


def file(body: bytes, name: str, media: str) -> Response:
    """A download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media, headers=headers)


def answer(template: str, page: object, visitor: Visitor | None, status: int = 200) -> HTMLResponse:
    """A page of the report's own templates."""
    html = render.environment().get_template(template).render(page=page, visitor=visitor)
    return HTMLResponse(html, status_code=status)


def _listed(found: Sequence[Snapshot]) -> tuple[Listed, ...]:
    by_slug: dict[str, list[Snapshot]] = {}
    for snapshot in found:
        by_slug.setdefault(snapshot.slug, []).insert(0, snapshot)
    listed = [_one(versions) for versions in by_slug.values()]
    return tuple(sorted(listed, key=lambda one: one.as_of, reverse=True))


def _one(versions: Sequence[Snapshot]) -> Listed:
    reports = [snapshot.report for snapshot in versions]
    return Listed(
        versions[0].title,
        versions[0].as_of,
        reports[0].lead[0],
        tuple(versions),
        tuple(report.edition.changes for report in reports),
    )


def _versions(found: list[Snapshot]) -> list[Snapshot]:
    if not found:
        raise NotHere
    return found


def _of(found: Sequence[Snapshot], version: int) -> Snapshot:
    if not 1 <= version <= len(found):
        raise NotHere
    return found[version - 1]


def _standing(found: Sequence[Snapshot], snapshot: Snapshot) -> Standing:
    newest = found[-1]
    successor = None if newest.id == snapshot.id else newest.report.edition
    return Standing(successor, is_published=True)


# ── what the method pages read: once in the life of the process ──────────────────────────────────
@cache
def _codebook() -> Codebook:
    return read_codebook()


@cache
def _results() -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The shipped results of the evaluation: redaction and labels."""
    folder = Path(evaluation.__path__[0]) / "results"
    return _read(folder / "redaction.json"), _read(folder / "labels.json")


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    found: dict[str, Any] = loads(path.read_text(encoding="utf-8"))
    return found
