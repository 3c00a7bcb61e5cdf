"""Turns the report value into a page, a file that stands alone, a tagged PDF, CSV or JSON.

All five are made of the same value; a test takes the numbers out of each and compares them.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.pages import render as pages
from service.reports import charts, dictionary, sentences
from service.reports.canonical import content_of, digest, plain
from service.reports.document import Edition, Report

FOLDER = Path(__file__).parent
STYLE = FOLDER / "templates" / "report.css"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
"""The formats by the end of a file name, with their media types."""

_PDF = Lock()
"""WeasyPrint shares its font configuration: one PDF at a time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands among its versions. ``successor`` is the newest, when this is older."""

    successor: Edition | None = None
    is_published: bool = False


@cache
def environment() -> Environment:
    """The templates of the report, on the frame of the other pages."""
    made = Environment(
        loader=FileSystemLoader([FOLDER / "templates", pages.FOLDER / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        day=sentences.day,
        capital=sentences.capital,
        number=sentences.number,
        date=pages.danish_date,
        svg=charts.svg,
    )
    made.globals.update(NAMES=sentences.NAMES)
    return made


def rendered(report: Report, kind: str, standing: Standing | None = None) -> bytes:
    """The report in one of ``KINDS``."""
    standing = standing or Standing()
    if kind == ".html":
        return as_html(report, standing).encode()
    if kind == ".pdf":
        return as_pdf(report, standing)
    if kind == ".csv":
        return as_csv(report).encode()
    return as_json(report).encode()


def as_html(report: Report, standing: Standing | None = None) -> str:
    """One file with its own style: it can be sent, kept and printed."""
    style = Markup(STYLE.read_text(encoding="utf-8"))
    template = environment().get_template("report_file.html")
    return template.render(
        report=report, sha256=sha256_of(report), standing=standing or Standing(), style=style
    )


def as_pdf(report: Report, standing: Standing | None = None) -> bytes:
    """A tagged PDF (PDF/UA-1), made of the same page."""
    return _pdf(as_html(report, standing))


@lru_cache(maxsize=8)
def _pdf(html: str) -> bytes:
    """Kept for the next reader: a PDF takes a second. Nothing is fetched from anywhere."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    with _PDF:
        document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
        made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made


def as_csv(report: Report) -> str:
    """Every figure in a line of its own; what is hidden is empty, with the reason beside it."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(dictionary.COLUMNS)
    writer.writerows(astuple(measure) for measure in report.measures)
    return sheet.getvalue()


def as_csv_metadata(report: Report, url: str = "rapport.csv") -> str:
    """The data dictionary that goes with the CSV."""
    return _json(dictionary.csv_metadata(report.edition, url))


def as_json(report: Report) -> str:
    """Figures and sentences for programs, with hash and data dictionary; hidden is null."""
    return _json(as_data(report))


def as_data(report: Report) -> dict[str, Any]:
    """The report in plain lists and dictionaries; ``report`` is what the hash is of."""
    return {
        "report": plain(report),
        "sha256": sha256_of(report),
        "quotations": [
            {"number": one.number, "label": one.label, "text": one.text}
            for one in report.quotations
        ],
        "dictionary": dictionary.dictionary(),
    }


def sha256_of(report: Report) -> str:
    """The hash of the report's canonical JSON."""
    return digest(content_of(report))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
