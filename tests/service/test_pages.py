"""Pages are contracts: a template uses every field of its page and nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

from service.intake.body import Form
from service.learning import contexts as learning
from service.learning import drift_page
from service.pages import contexts, render
from service.pages.render import capital, danish_number
from service.review import again
from service.review import contexts as review

TEMPLATES = render.FOLDER / "templates"
STATIC = render.FOLDER / "static"
PAGES = {
    "error.html": contexts.ErrorPage,
    "intake.html": contexts.IntakePage,
    "receipt.html": contexts.ReceiptPage,
    "sign_in.html": contexts.SignInPage,
    "one_time.html": contexts.OneTimePage,
    "queue.html": review.QueuePage,
    "again.html": again.AgainPage,
    "review.html": review.ReviewPage,
    "counts.html": review.CountsPage,
    "agreement.html": review.AgreementPage,
    "models.html": learning.ModelsPage,
    "drift.html": drift_page.DriftPage,
}


def used_fields(template: Path) -> set[str]:
    tree = Environment().parse(template.read_text(encoding="utf-8"))
    by_dot = {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "page"
    }
    by_item = {
        node.arg.value
        for node in tree.find_all(nodes.Getitem)
        if isinstance(node.node, nodes.Name)
        and node.node.name == "page"
        and isinstance(node.arg, nodes.Const)
    }
    return by_dot | by_item


@pytest.mark.parametrize(("name", "page"), PAGES.items())
def test_a_template_uses_each_field_and_nothing_else(name, page):
    assert used_fields(TEMPLATES / name) == {field.name for field in fields(page)}


@pytest.mark.parametrize("page", PAGES.values())
def test_each_field_says_what_it_is(page):
    assert page.__doc__
    assert all(field.metadata.get("help") for field in fields(page))


def test_every_template_has_its_page():
    assert {path.name for path in TEMPLATES.glob("*.html")} == {*PAGES, "base.html"}


@pytest.mark.parametrize(
    "path", sorted([*TEMPLATES.glob("*"), *STATIC.glob("*")]), ids=lambda p: p.name
)
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(path):
    content = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", content)
    assert "<style" not in content
    assert " style=" not in content
    assert not re.search(r"<script(?![^>]*src=\"/static/)", content)
    assert not re.search(r"\son\w+=", content)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda p: p.name)
def test_templates_know_only_page_and_visitor(path):
    environment = Environment()
    environment.filters.update(date=str, time=str, number=str, capital=str)
    tree = environment.parse(path.read_text(encoding="utf-8"))
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    known = {"page", "visitor", "LABELS", "LABEL_NAMES", *macros}
    assert meta.find_undeclared_variables(tree) <= known


def test_small_words():
    assert capital("skole og PPR") == "Skole og PPR"
    assert danish_number(1234567) == "1.234.567"


def test_a_form_and_its_page_hide_what_was_written():
    form = Form((("text", "hemmelig"),))
    page = contexts.IntakePage({"text": "hemmelig"}, (), (), 1, {}, None, 0)
    assert "hemmelig" not in f"{form!r} {form} {page!r} {page}"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = [
    *(
        (ink, paper)
        for ink in ("ink", "soft", "accent", "bad")
        for paper in ("paper", "card", "note-paper")
    ),
    ("bad", "bad-paper"),
    ("ink", "bad-paper"),
    ("accent", "bad-paper"),
    ("accent-ink", "accent"),
    ("placeholder-ink", "placeholder"),
    *((f"l{n}", f"l{n}-paper") for n in range(1, 7)),
    *(("ink", f"l{n}-paper") for n in range(1, 7)),
    *(("card", f"l{n}") for n in range(1, 7)),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast(scheme):
    sheet = (STATIC / "retsspor.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\n\s*\}", sheet, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    too_weak = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT_ON}
    assert {pair: value for pair, value in too_weak.items() if value < 4.5} == {}
    for paper in ("paper", "card"):
        assert _contrast(colours["field"], colours[paper]) >= 3
        assert _contrast(colours["focus"], colours[paper]) >= 3
