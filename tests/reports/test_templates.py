"""The report's pages are contracts too: a template uses every field of its page, nothing inline."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from jinja2 import nodes

from service.reports import contexts, render

TEMPLATES = render.FOLDER / "templates"
PAGES = {
    "reports_list.html": contexts.ReportsPage,
    "report_page.html": contexts.ReportPage,
    "report_new.html": contexts.PreviewPage,
    "sections_page.html": contexts.SectionsPage,
}
PARTS = {"report_body.html", "report_grid.html", "report_file.html"}


@pytest.mark.parametrize(("name", "page"), PAGES.items())
def test_a_template_uses_each_field_and_nothing_else(name, page):
    tree = render.environment().parse((TEMPLATES / name).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "page"
    }
    assert used == {field.name for field in fields(page)}
    assert all(field.metadata["help"] for field in fields(page))


def test_every_template_is_known():
    assert {path.name for path in TEMPLATES.glob("*.html")} == {*PAGES, *PARTS}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path):
    """The file that stands alone carries its style; pages may not (CSP)."""
    content = path.read_text(encoding="utf-8").replace("https://www.borgerneskommune.dk", "")
    assert not re.search(r"https?:|@import|url\(| style=|<script|\son\w+=", content)
    assert "<style" not in content or path.name == "report_file.html"
