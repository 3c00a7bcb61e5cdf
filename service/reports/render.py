"""Turns the report value into a page, a file that stands alone, or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.pages import render as pages
from service.reports import sentences
from service.reports.aggregate import wilson
from service.reports.document import Report
from service.reports.suppression import Figure, Table

FOLDER = Path(__file__).parent
STYLE = FOLDER / "templates" / "report.css"


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
    made.filters.update(day=sentences.day, capital=sentences.capital)
    made.globals.update(NAMES=sentences.NAMES)
    return made


def as_html(report: Report) -> str:
    """One file with its own style: it can be sent, kept and printed."""
    style = Markup(STYLE.read_text(encoding="utf-8"))
    return environment().get_template("report_file.html").render(report=report, style=style)


def as_json(report: Report) -> str:
    """Figures and sentences for programs; what is hidden is null."""
    return json.dumps(as_data(report), ensure_ascii=False, indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report in plain lists and dictionaries."""
    figures, order = report.figures, report.order
    return {
        "title": order.title,
        "version": order.version,
        "as_of": order.as_of.isoformat(),
        "audience": order.audience.value,
        "minimum": figures.minimum,
        "figures": {
            "total": figures.total,
            "labels": [_share(figure, figures.total) for figure in figures.labels],
            "together": [asdict(pair) for pair in figures.pairs],
            "areas": _table(figures.areas),
            "municipalities": _table(figures.municipalities),
            "tests": figures.tests,
            "excluded": figures.excluded,
            "waiting": figures.waiting,
        },
        "lead": list(report.lead),
        "sections": [asdict(section) for section in report.sections],
    }


def _share(figure: Figure, total: int | None) -> dict[str, Any]:
    share = interval = None
    if figure.count is not None and total:
        share = round(figure.count / total, 4)
        interval = [round(bound, 4) for bound in wilson(figure.count, total)]
    return {"label": figure.key, "count": figure.count, "share": share, "interval": interval}


def _table(table: Table) -> dict[str, Any]:
    """A table that is hidden whole names no group; one with zeros only leaves them out."""
    return {
        "withheld": table.withheld,
        "shown": [asdict(figure) for figure in table.shown if figure.count],
        "rest": None if table.withheld else table.rest,
    }
