"""The report as a whole: sections, quotations, page and JSON from the same value, refusals."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.types import LABELS
from service.reports import render
from service.reports.build import build_report, municipality_order
from service.reports.document import Audience, Order, ReportRefused
from service.reports.types import ConfirmedSubmission
from training_data.areas import AREAS

DAY = date(2026, 5, 1)
PUBLIC = Order("Første analyse", DAY)
INTERNAL = Order("Første analyse", DAY, Audience.INTERNAL)
SECTIONS = [
    "Resumé", "Datagrundlag", "Hovedfund", "Indikatoranalyse", "Foreløbige mønstre",
    "Fordeling på områder", "Kommunespredning", "Eksempler fra indsendelserne",
    "Metode og begrænsninger", "Konklusion", "Bidrag til datagrundlaget",
]  # fmt: skip


class Page(HTMLParser):
    """Headings and visible text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "link", "br", "hr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "title"}:
            self.text.append(data)
            if self.open[-1] in {"h1", "h2", "h3"}:
                self.headings.append((self.open[-1], data.strip()))


def test_the_sections_are_the_centres_in_its_order(submission):
    page = Page(render.as_html(build_report([submission("frister")] * 9, INTERNAL)))
    assert page.open == []
    assert [text for tag, text in page.headings if tag == "h1"] == ["Første analyse"]
    assert [text for tag, text in page.headings if tag == "h2"] == [
        *SECTIONS, "Relaterede sider", "Om Borgernes Kommune",
    ]  # fmt: skip


def test_page_and_json_say_the_same(submission):
    report = build_report([submission("frister", "andre") for _ in range(9)], PUBLIC)
    text = " ".join(" ".join(Page(render.as_html(report)).text).split())
    data = json.loads(render.as_json(report))
    for section in data["sections"]:
        for sentence in (
            *section["paragraphs"],
            *(one for item in section["items"] for one in item["paragraphs"]),
            *(quotation["text"] for quotation in section["quotations"]),
        ):
            assert sentence in text
        for row in section["grid"]["rows"] if section["grid"] else ():
            assert " ".join(row) in text
    assert data["figures"]["labels"][3]["count"] == 9


def test_the_same_data_give_the_same_report(submission):
    data = [submission("frister", municipality="Vejle") for _ in range(7)]
    assert render.as_json(build_report(data, PUBLIC)) == render.as_json(build_report(data, PUBLIC))


@pytest.mark.parametrize("order", [PUBLIC, INTERNAL])
def test_no_data_is_said_plainly(order):
    report = build_report([], order)
    assert report.figures.total == 0
    assert "ingen gennemgåede indsendelser" in render.as_html(report)


def test_too_few_people_for_any_figure(submission):
    report = build_report([submission("frister", area="handicap") for _ in range(4)], PUBLIC)
    html = render.as_html(report)
    assert "færre end 5 indsendere" in html
    assert "handicap" not in html.lower()
    assert json.loads(render.as_json(report))["figures"]["total"] is None


def test_only_the_internal_report_calls_itself_so(submission):
    data = [submission("frister") for _ in range(9)]
    assert "ikke til offentliggørelse" in render.as_html(build_report(data, INTERNAL))
    assert "ikke til offentliggørelse" not in render.as_html(build_report(data, PUBLIC))


def test_the_public_report_does_not_tell_the_first_day(submission):
    """With few submissions the first day is the day of one person."""
    data = [submission("frister") for _ in range(9)]
    assert "30. april" not in render.as_html(build_report(data, PUBLIC))
    assert "30. april" in render.as_html(build_report(data, INTERNAL))


def test_quotations_are_of_shown_labels_and_one_from_each_person(submission):
    long = "x" * 300
    data = [
        submission("frister", "andre", submitter="a", excerpts=(("frister", "En."), ("andre", "To."))),
        *[submission("frister", submitter=f"b{i}", excerpts=(("frister", f"Nr. {i}."),)) for i in range(8)],
        submission("frister", submitter="c", excerpts=(("frister", "Nr. 1."),)),
        submission("frister", submitter="d", excerpts=(("frister", long),)),
    ]  # fmt: skip
    (section,) = [s for s in build_report(data, PUBLIC).sections if s.id == "eksempler"]
    assert [quotation.text for quotation in section.quotations] == [
        "En.", "Nr. 0.", "Nr. 1.", "Nr. 2.", "Nr. 3.", "Nr. 4.",
    ]  # fmt: skip


def test_html_in_a_title_or_an_excerpt_stays_text(submission):
    data = [submission("frister", excerpts=(("frister", "<script>1</script>"),)) for _ in range(6)]
    html = render.as_html(build_report(data, Order("<b>Titel</b>", DAY)))
    assert "<script>" not in html
    assert "&lt;b&gt;Titel" in html


def test_a_day_ends_at_midnight_in_denmark(submission):
    last = datetime(2026, 5, 1, 21, 59, 59, tzinfo=UTC)  # 23.59.59 in Denmark
    data = [submission(received_at=last), submission(received_at=last + timedelta(seconds=1))]
    assert build_report(data, INTERNAL).figures.total == 1


@pytest.mark.parametrize(
    ("title", "minimum", "message"), [("  ", 5, "title"), ("Titel", 2, "at least 3")]
)
def test_an_order_that_cannot_be_met_is_refused(title, minimum, message):
    with pytest.raises(ReportRefused, match=message):
        Order(title, DAY, minimum=minimum)


def test_a_day_in_the_future_is_refused():
    with pytest.raises(ReportRefused, match="future"):
        PUBLIC.check(DAY - timedelta(days=1))
    PUBLIC.check(DAY)


def test_the_largest_cities_are_the_last_to_be_hidden():
    order = municipality_order()
    assert len(set(order)) == 98
    assert set(order[:4]) == {"Aalborg", "Aarhus", "København", "Odense"}


submissions = st.builds(
    ConfirmedSubmission,
    public_id=st.uuids().map(str),
    submitter=st.integers(0, 30).map(lambda i: f"s{i}"),
    received_at=st.just(datetime(2026, 4, 30, tzinfo=UTC)),
    area=st.sampled_from(AREAS),
    municipality=st.none() | st.sampled_from(["Kolding", "Vejle", "Ribe", "Ærø"]),
    labels=st.sets(st.sampled_from(LABELS)).map(
        lambda found: tuple(label for label in LABELS if label in found)
    ),
    excerpts=st.just(()),
    reviewed_at=st.none() | st.just(datetime(2026, 5, 1, tzinfo=UTC)),
    excluded=st.none() | st.sampled_from(["test", "spam"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(submissions, max_size=40))
def test_every_data_set_gives_a_page_whose_tables_add_up(data):
    report = build_report(data, INTERNAL)
    assert Page(render.as_html(report)).open == []
    for section in report.sections:
        if section.grid and section.grid.rows[-1][0] == "I alt":
            *rows, total = (int(row[1].replace(".", "")) for row in section.grid.rows)
            assert sum(rows) == total == report.figures.total
