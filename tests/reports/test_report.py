"""The report as a whole: sections, quotations, page and JSON from the same value, refusals."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.types import LABELS
from service.disclosure.types import Refusal
from service.reports import build, render
from service.reports.aggregate import aggregate
from service.reports.build import (
    Built,
    Material,
    Unsafe,
    build_report,
    choose_quotations,
    municipality_order,
)
from service.reports.chapters import CAVEATS
from service.reports.document import Audience, Order, Report, ReportRefused
from service.reports.types import ConfirmedSubmission, Quotable
from training_data.areas import AREAS

DAY = date(2026, 5, 1)
TAKEN = datetime(2026, 5, 2, tzinfo=UTC)
PUBLIC = Order("Første analyse", DAY)
INTERNAL = Order("Første analyse", DAY, Audience.INTERNAL)
SECTIONS = [
    "Resumé", "Datagrundlag", "Hovedfund", "Indikatoranalyse", "Foreløbige mønstre",
    "Fordeling på områder", "Kommunespredning", "Eksempler fra indsendelserne",
    "Metode og begrænsninger", "Konklusion", "Bidrag til datagrundlaget",
]  # fmt: skip


def built(data, order: Order = PUBLIC, excerpts: tuple[Quotable, ...] = ()) -> Built:
    """The report of submissions made by hand."""
    counts = aggregate(
        data, since=order.since, until=order.until, areas=AREAS, municipalities=municipality_order()
    )
    return build_report(Material(counts, TAKEN, excerpts), order)


def report_of(data, order: Order = PUBLIC) -> Report:
    return built(data, order).report


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
    page = Page(render.as_html(report_of([submission("frister") for _ in range(9)], INTERNAL)))
    assert page.open == []
    assert [text for tag, text in page.headings if tag == "h1"] == ["Første analyse"]
    assert [text for tag, text in page.headings if tag == "h2"] == [
        *SECTIONS, "Om denne udgave", "Relaterede sider", "Om Borgernes Kommune",
    ]  # fmt: skip


def test_page_and_json_say_the_same(submission):
    report = report_of([submission("frister", "andre") for _ in range(9)])
    text = " ".join(" ".join(Page(render.as_html(report)).text).split())
    for section in json.loads(render.as_json(report))["report"]["sections"]:
        for sentence in (
            *section["paragraphs"],
            *(one for item in section["items"] for one in item["paragraphs"]),
        ):
            assert sentence in text
        for grid in section["grids"]:
            for row in grid["rows"]:
                assert " ".join(row) in text


def test_the_same_data_give_the_same_report(submission):
    data = [submission("frister", municipality="Vejle") for _ in range(7)]
    assert render.as_json(report_of(data)) == render.as_json(report_of(data))


@pytest.mark.parametrize("order", [PUBLIC, INTERNAL])
def test_no_data_is_said_plainly(order):
    report = report_of([], order)
    assert "ingen gennemgåede indsendelser" in render.as_html(report)
    assert report.measures[0].count == 0


@pytest.mark.parametrize("order", [PUBLIC, INTERNAL])
@pytest.mark.parametrize("count", [0, 1, 4, 9])
def test_the_caveats_stand_in_every_report(submission, order, count):
    html = render.as_html(report_of([submission("frister") for _ in range(count)], order))
    assert [caveat for caveat in CAVEATS if caveat not in html] == []


def test_too_few_people_for_any_figure(submission):
    report = report_of([submission("frister", area="handicap") for _ in range(4)])
    html = render.as_html(report)
    assert "færre end 5 indsendere" in html
    assert "handicap" not in html.lower()
    assert report.measures[0].count is None


def test_what_may_not_be_published_is_refused_with_the_reason(submission, monkeypatch):
    refusal = Refusal("too_few_new", "Der er for få nye. Vent.", "too few are new")
    monkeypatch.setattr(build, "disclose", lambda *_: refusal)
    with pytest.raises(Unsafe, match="too few are new") as refused:
        report_of([submission("frister")])
    assert (refused.value.danish, refused.value.refusal) == ("Der er for få nye. Vent.", refusal)


def test_only_the_internal_report_calls_itself_so(submission):
    data = [submission("frister") for _ in range(9)]
    assert "ikke til offentliggørelse" in render.as_html(report_of(data, INTERNAL))
    assert "ikke til offentliggørelse" not in render.as_html(report_of(data))
    assert report_of(data, INTERNAL).told == {}
    assert report_of(data).told["facts"]


def test_the_public_report_does_not_tell_the_first_day(submission):
    """With few submissions the first day is the day of one person."""
    data = [submission("frister") for _ in range(9)]
    assert "30. april" not in render.as_html(report_of(data))
    assert "30. april" in render.as_html(report_of(data, INTERNAL))


def test_a_period_that_was_ordered_is_told(submission):
    order = Order("T", DAY, first=date(2026, 4, 1), last=date(2026, 4, 30))
    early = submission("frister", received_at=datetime(2026, 3, 31, 12, tzinfo=UTC))
    report = report_of([early, *(submission("frister") for _ in range(9))], order)
    assert report.measures[0].count == 9
    assert "Modtaget fra den 1. april 2026 til og med den 30. april 2026." in render.as_html(report)


# ── quotations ───────────────────────────────────────────────────────────────────────────────────
def quotable(number: int, label: str, submitter: str, text: str = "") -> Quotable:
    return Quotable(number, label, text or f"Nr. {number}.", submitter, "ældre", "Vejle", True)


def quotations(data, excerpts, order: Order = PUBLIC) -> tuple[list[str], dict[int, str]]:
    """The words that are quoted, and why the others are not."""
    made = built(data, order, tuple(excerpts))
    refused = {one.excerpt_id: why for one, why in made.refused}
    return [str(one.text) for one in made.report.quotations], refused


@pytest.fixture
def alike(submission) -> list[ConfirmedSubmission]:
    """Nine people of whom nothing tells them apart."""
    made = {"area": "ældre", "municipality": "Vejle"}
    return [submission("frister", "andre", submitter=f"s{i}", **made) for i in range(9)]


def test_labels_take_turns_and_nobody_is_quoted_twice(alike):
    excerpts = [
        quotable(1, "frister", "s1"), quotable(2, "frister", "s2"), quotable(3, "andre", "s3"),
        quotable(4, "andre", "s1"), quotable(5, "frister", "s4", "Nr. 2."),
        quotable(6, "frister", "s5", "x" * 241), quotable(7, "begrundelse", "s6"),
    ]  # fmt: skip
    found, refused = quotations(alike, excerpts)
    assert found == ["Nr. 1.", "Nr. 3.", "Nr. 2."]
    assert refused.keys() == {4, 5, 6, 7}
    assert refused[5] == "Ordene gengives allerede i et andet eksempel."
    assert refused[6] == "Uddraget er længere end 240 tegn."


def test_no_more_are_quoted_than_were_ordered(alike):
    order = Order("T", DAY, max_examples=1)
    found, refused = quotations(
        alike, [quotable(1, "frister", "s1"), quotable(2, "andre", "s2")], order
    )
    assert found == ["Nr. 1."]
    assert refused == {2: "Rapporten har 1 eksempler allerede."}


def test_what_only_a_few_could_have_said_is_not_quoted(alike, submission, disclosed):
    rare = Quotable(1, "frister", "Sjælden.", "r", "jobcenter", "Vejle", True)
    data = [*alike, submission("frister", submitter="r", area="jobcenter", municipality="Vejle")]
    counts = aggregate(data, until=PUBLIC.until, areas=AREAS, municipalities=municipality_order())
    figures = disclosed(10, 0, 0, 0, 10)
    chosen, ((refused, why),) = choose_quotations(Material(counts, TAKEN, [rare]), figures, PUBLIC)
    assert (chosen, refused) == ((), rare)
    assert why == "Der er færre end 5 indsendere med indikatoren på området."


def test_html_in_a_title_or_an_excerpt_stays_text(alike):
    excerpt = quotable(1, "frister", "s1", "<script>1</script>")
    html = render.as_html(built(alike, Order("<b>Titel</b>", DAY), (excerpt,)).report)
    assert "<script>" not in html
    assert "&lt;script&gt;1" in html
    assert "&lt;b&gt;Titel" in html


def test_a_day_ends_at_midnight_in_denmark(submission):
    last = datetime(2026, 5, 1, 21, 59, 59, tzinfo=UTC)  # 23.59.59 in Denmark
    data = [submission(received_at=last), submission(received_at=last + timedelta(seconds=1))]
    assert report_of(data, INTERNAL).measures[0].count == 1


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (date(2026, 5, 2), None, "begins after it ends"),
        (date(2026, 4, 2), date(2026, 4, 1), "begins after it ends"),
        (None, date(2026, 5, 2), "ends after the date"),
    ],
)
def test_a_reversed_period_is_refused(first, last, message):
    with pytest.raises(ReportRefused, match=message):
        Order("Titel", DAY, first=first, last=last)


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
    municipality=st.none() | st.sampled_from(["Kolding", "Vejle", "Esbjerg", "Ærø"]),
    labels=st.sets(st.sampled_from(LABELS)).map(
        lambda found: tuple(label for label in LABELS if label in found)
    ),
    excerpts=st.just(()),
    reviewed_at=st.none() | st.just(datetime(2026, 5, 1, tzinfo=UTC)),
    excluded=st.none() | st.sampled_from(["test", "spam"]),
)


@settings(deadline=None, max_examples=25)
@given(st.lists(submissions, max_size=40))
def test_every_data_set_gives_a_page_whose_tables_add_up(data):
    report = report_of(data, INTERNAL)
    assert Page(render.as_html(report)).open == []
    for section in report.sections:
        for grid in section.grids:
            if grid.rows[-1][0] == "I alt":
                *rows, total = (int(row[1].replace(".", "")) for row in grid.rows)
                assert sum(rows) == total == report.measures[0].count
