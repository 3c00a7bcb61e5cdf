"""Page, PDF, CSV and JSON tell the same numbers; the PDF is tagged; the JSON has its hash."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from nlp.types import LABELS
from service.disclosure.types import (
    UNKNOWN,
    Cell,
    Cross,
    Disclosed,
    Figure,
    Group,
    Hidden,
    Pair,
    Reason,
    Rest,
    Table,
    label_pairs,
)
from service.reports import dictionary, measures, render, sentences
from service.reports.canonical import SnapshotDamaged, canonical, content_of, digest, report_of
from service.reports.document import Measure, Order, Report

ORDER = Order("24 timer efter lancering – første analyse", date(2026, 5, 1))
DOCS = Path(__file__).parents[2] / "docs" / "report.md"


def labelled(key: str, members: tuple[str, ...], total: int, *counts: int | None) -> Cross:
    return Cross(key, members, total, tuple(map(Cell, LABELS, counts)))


@pytest.fixture
def figures(disclosed) -> Disclosed:
    """Every kind of table, each with something hidden."""
    return disclosed(
        1260, 629, 736, 633, None, 31, 27,
        pairs=tuple(Pair(*pair, None if "frister" in pair else 12) for pair in label_pairs()),
        areas=Table(
            (Figure("børn og familie", 1230), Figure("handicap", 20), Figure("jobcenter", 0)),
            10, ("skole og PPR", "ældre"), (Rest("øvrige områder", ("skole og PPR", "ældre"), 10),),
        ),
        municipalities=Table(
            (Figure("København", 1220), Figure(UNKNOWN, 12)), 28, ("Ærø", "Skive"),
            (Rest("øvrige kommuner i Region Syddanmark", ("Ærø",), 18),
             Rest("øvrige kommuner", ("Skive",), 10)),
        ),
        several_municipalities=True, tests=2, excluded=None, waiting=4,
        area_labels=(
            labelled("børn og familie", ("børn og familie",), 1230, 615, 720, None, 7, 8, 9),
            labelled("øvrige områder", ("skole og PPR", "ældre"), 10, 5, None, None, None, 5, None),
        ),
        place_labels=(
            labelled("København", ("København",), 1220, 610, 10, 9, 8, None, 7),
            labelled("øvrige kommuner", ("Skive",), 10, *[None] * 6),
        ),
        area_quarters=(
            Cross("handicap", ("handicap",), 20, (Cell("2026-K1", 12), Cell("2026-K2", None))),
        ),
        quarters=Table((Figure("2026-K1", 560), Figure("2026-K2", 700)), None, ()),
        hidden=(
            Hidden("labels", Group(present=frozenset({"frister"})), Reason.REST),
            Hidden("area_quarters", Group(areas=("handicap",), quarters=("2026-K2",)), Reason.PRIMARY),
        ),
    )  # fmt: skip


@pytest.fixture
def report(figures, written) -> Report:
    return written(figures, ORDER, slug="2026-05-01")


class Tables(HTMLParser):
    """The tables of a page by id, cell by cell, and what the drawings say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.drawn: list[str] = []
        self._rows: list[list[str]] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs)["id"], [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"th", "td"}:
            self._rows[-1].append("")
        self._in = tag

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in in {"th", "td"}:
            self._rows[-1][-1] += data
        elif self._in == "text":
            self.drawn.append(data)


PARTS = {"omraader-tal": measures.AREAS, "kommuner-tal": measures.MUNICIPALITIES}
CROSSED = {
    "omraader-indikatorer": measures.AREA_LABELS,
    "kommuner-indikatorer": measures.MUNICIPALITY_LABELS,
}
LABEL_OF = {name: label for label, name in sentences.NAMES.items()}
Told = set[tuple[str, str, str, int | None]]


def number(cell: str) -> int | None:
    """The count of a cell: «1.230», «7 ud af 8» or «vises ikke»."""
    return None if cell == "vises ikke" else int(cell.split(" ")[0].replace(".", ""))


def key(name: str) -> str:
    return UNKNOWN if name == "Ikke oplyst" else name.lower()


def told_by_tables(tables: dict[str, list[list[str]]]) -> Told:
    """What the tables of a page say, as lines of the CSV."""
    found: Told = {
        (measures.LABELS, LABEL_OF[r[0]], "", number(r[1])) for r in tables["indikatorer-tal"][1:]
    }
    head, *rows = tables["sammen"]
    for place, row in enumerate(rows):
        for column in range(place + 1, len(LABELS)):
            one = (measures.TOGETHER, LABEL_OF[row[0]], LABEL_OF[head[column + 1]])
            found.add((*one, number(row[column + 1])))
    for id, name in PARTS.items():
        found |= {(name, key(row[0]), "", number(row[1])) for row in tables[id][1:-1]}
    for id, name in CROSSED.items():
        head, *rows = tables[id]
        for row in rows:
            cells = zip(head[2:], row[2:], strict=True)
            found |= {(name, key(row[0]), LABEL_OF[c], number(cell)) for c, cell in cells}
    head, *rows = tables["kvartaler"]
    for row in rows:
        for column, cell in zip(head[1:-1], row[1:-1], strict=True):
            quarter, year = column.split(". kvartal ")
            found.add((measures.AREA_QUARTERS, key(row[0]), f"{year}-K{quarter}", number(cell)))
    return found


def told_by_measures(lines) -> Told:
    """What lines of CSV or JSON say, of the tables that the page has.

    Rows of groups by labels that show nothing are no rows of the page.
    """
    shown = {
        measures.LABELS,
        measures.TOGETHER,
        measures.AREA_QUARTERS,
        *PARTS.values(),
        *CROSSED.values(),
    }
    told: Told = {
        (
            one["table"],
            key(one["row"]),
            one["column"],
            None if one["count"] in ("", None) else int(one["count"]),
        )
        for one in lines
        if one["table"] in shown
    }
    counted = {(table, row) for table, row, _, count in told if count is not None}
    return {one for one in told if one[0] not in CROSSED.values() or (one[0], one[1]) in counted}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_all_formats_tell_the_same_numbers(report, tmp_path):
    page = Tables(render.as_html(report))
    told = told_by_tables(page.tables)
    assert (measures.AREA_LABELS, "børn og familie", "sagsoplysning", 615) in told
    assert (measures.LABELS, "frister", "", None) in told
    from_json = json.loads(render.as_json(report))["report"]["measures"]
    from_csv = list(csv.DictReader(io.StringIO(render.as_csv(report), newline="")))
    assert told == told_by_measures(from_json) == told_by_measures(from_csv)
    assert [
        {k: "" if v is None else str(v) for k, v in one.items()} for one in from_json
    ] == from_csv
    assert "Indikatorerne vises ikke for øvrige kommuner: det kunne" in render.as_html(report)
    path = tmp_path / "rapport.pdf"
    path.write_bytes(render.as_pdf(report))
    text = squeezed("".join(page.extract_text() for page in PdfReader(path).pages))
    rows = [squeezed("".join(row)) for table in page.tables.values() for row in table]
    assert len(rows) > 30
    assert [row for row in rows if row not in text] == []


def test_the_drawings_say_what_the_tables_say(report):
    page = Tables(render.as_html(report))
    for row in page.tables["indikatorer-tal"][1:]:
        assert {row[0], row[1]} <= set(page.drawn)
    for id in PARTS:
        for row in page.tables[id][1:-1]:
            assert f"{row[1]} indsendelser" in page.drawn


def test_a_drawing_needs_no_colour_and_no_style(report):
    html = render.as_html(report)
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        assert 'role="img"' in drawing
        named = re.search(r'aria-labelledby="(\S+) (\S+)"', drawing)
        assert [f'<title id="{named[1]}">' in drawing, f'<desc id="{named[2]}">' in drawing] == [
            True,
            True,
        ]
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawing)) == {"currentColor", "none"}
        assert " style=" not in drawing


def test_hidden_figures_are_nowhere(written, disclosed):
    """What is None in the figures is told by no format: only the total and the minimum are."""
    report = written(disclosed(43, *[None] * 6, excluded=None), ORDER)
    measured = {one.count for one in report.measures if one.table != measures.LEFT_OUT}
    assert measured == {43, None}
    assert all(one.reason for one in report.measures if one.count is None)


# ── the PDF ──────────────────────────────────────────────────────────────────────────────────────
def elements(node, found=None) -> list:
    """All structure elements of a tagged PDF, in order."""
    found = [] if found is None else found
    node = node.get_object()
    if isinstance(node, list):
        for inner in node:
            elements(inner, found)
    elif hasattr(node, "get"):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            elements(node["/K"], found)
    return found


def test_the_pdf_is_tagged_as_pdf_ua_wants_it(report, tmp_path):
    """As far as structure goes; veraPDF is not among the tools that can be had here."""
    path = tmp_path / "rapport.pdf"
    path.write_bytes(render.as_pdf(report))
    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "da"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"{ORDER.title} · Borgernes Kommune"
    assert reader.metadata.author == "Borgernes Kommune"
    assert re.search(rb'pdfuaid:part(="1"|>1<)', root["/Metadata"].get_data())
    tags = elements(root["/StructTreeRoot"]["/K"])
    names = [tag["/S"] for tag in tags]
    assert names.count("/H1") == 1
    assert names.count("/H2") == len(report.sections) + 3
    assert all(tag.get("/Alt") for tag in tags if tag["/S"] == "/Figure")
    assert names.count("/Figure") == 3
    assert names.count("/Table") == sum(len(section.grids) for section in report.sections)
    cells = [tag for tag in tags if tag["/S"] == "/TD"]
    assert cells
    assert all(tag["/A"].get("/Headers") for tag in cells)
    assert "/LI" in names


def test_the_pdf_has_bookmarks_and_embedded_fonts(report, tmp_path):
    path = tmp_path / "rapport.pdf"
    path.write_bytes(render.as_pdf(report))
    reader = PdfReader(path)
    titles = [entry.title for entry in flat(reader.outline)]
    assert titles[0] == ORDER.title
    assert {"Resumé", "Metode og begrænsninger", "Konklusion"} <= set(titles)
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())


def flat(outline) -> list:
    return [e for one in outline for e in (flat(one) if isinstance(one, list) else [one])]


def test_the_pdf_fetches_nothing(report):
    """A quotation cannot make the server read a file or an address."""
    hostile = Report(
        report.edition, ('<img src="file:/etc/hostname">',), report.sections, report.measures, {}
    )
    assert "&lt;img" in render.as_html(hostile)
    assert render.as_pdf(hostile).startswith(b"%PDF")


# ── JSON and its hash ────────────────────────────────────────────────────────────────────────────
def test_whoever_has_the_json_can_check_the_hash(report):
    data = json.loads(render.as_json(report))
    again = json.dumps(data["report"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest(again.replace(".0,", ",").replace(".0}", "}")) == data["sha256"]


def test_a_report_comes_back_as_it_was(report):
    content = content_of(report)
    again = report_of(content, digest(content))
    assert again == report.without_words()
    assert content_of(again) == content
    assert render.as_html(again) == render.as_html(report)


def test_altered_bytes_are_refused(report):
    content = content_of(report)
    altered = content.replace("629", "630", 1)
    assert altered != content
    with pytest.raises(SnapshotDamaged, match="hash"):
        report_of(altered, digest(content))


def test_what_is_no_report_is_refused():
    with pytest.raises(SnapshotDamaged, match="cannot be read"):
        report_of("{}", digest("{}"))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_canonical_json_reads_back_and_is_stable(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


# ── the data dictionary ──────────────────────────────────────────────────────────────────────────
def test_the_dictionary_has_every_field_table_and_reason(report):
    assert [field.name for field in dictionary.FIELDS] == [field.name for field in fields(Measure)]
    assert {one.table for one in report.measures} == set(dictionary.TABLES)
    assert {reason.value for reason in Reason} | {"hidden"} == set(dictionary.REASONS)
    columns = json.loads(render.as_csv_metadata(report))["tableSchema"]["columns"]
    header = render.as_csv(report).splitlines()[0].split(",")
    assert [column["name"] for column in columns] == header


def test_the_dictionary_stands_in_the_documents():
    text = DOCS.read_text(encoding="utf-8")
    for name in (*dictionary.COLUMNS, *dictionary.TABLES, *dictionary.REASONS):
        assert f"`{name}`" in text
