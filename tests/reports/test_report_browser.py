"""The report in a real browser: accessible, readable on a phone, light and dark."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from service.reports import render
from service.reports.aggregate import aggregate
from service.reports.build import Material, build_report, municipality_order
from service.reports.document import Audience, Order
from service.reports.types import Quotable
from training_data.areas import AREAS


@pytest.fixture
def report_file(submission, tmp_path: Path) -> Path:
    """A report with every kind of section, as a file."""
    data = [
        submission("frister", "partshøring", area=area, municipality=name, submitter=f"{i}")
        for i, (area, name) in enumerate([("handicap", "Høje-Taastrup"), ("ældre", None)] * 4)
    ]
    order = Order("En første analyse med en ret lang titel", date(2026, 5, 1), Audience.INTERNAL)
    quotes = [
        Quotable(1, "frister", "Vi har rykket tre gange uden svar.", "0", "ældre", None, True)
    ]
    counts = aggregate(data, until=order.until, areas=AREAS, municipalities=municipality_order())
    report = build_report(Material(counts, order.until, quotes), order).report
    path = tmp_path / "rapport.html"
    path.write_text(render.as_html(report), encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_barriers(report_file, chromium_path, width, scheme):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        page.goto(report_file.as_uri())
        result = Axe().run(page)
        assert result.violations_count == 0, result.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
