"""The centre's first report, made by the program.

Eight invented submissions and two tests (``tests/seed``) fit the figures that the centre published
by hand: 8, 7, 7, 4, 2 and 6 of 8, 7 + 1 by area, seven municipalities. They go in as citizens' texts
do, are confirmed by a reviewer, and come out as the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from nlp.types import LABELS
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Role
from service.reports import render
from service.reports.aggregate import aggregate
from service.reports.build import Built, Material, build_report, municipality_order
from service.reports.command import report_command
from service.reports.document import Audience, Order, ReportRefused
from service.reports.types import ConfirmedSubmission
from service.review.confirmed import confirmed_submissions
from service.review.service import Choice, Reviewer, decide
from service.security import accounts
from service.settings import Settings
from training_data.areas import AREAS

PASSWORD = "en lang adgangskode"
SEED = Path(__file__).parents[1] / "seed"
DAY = date(2026, 5, 1)
TITLE = "24 timer efter lancering – første analyse"
COUNTS = (8, 7, 7, 4, 2, 6)
MUNICIPALITIES = {
    "Kolding", "Vejle", "Aalborg", "Haderslev", "Høje-Taastrup", "Næstved", "Fredensborg",
}  # fmt: skip
PUBLISHED_EXAMPLES = {
    "Manglende partshøring, manglende afgørelse og manglende begrundelse.",
    "Sagen bygger på flere år gamle oplysninger.",
    "Ingen inddragelse og oplysninger ikke taget i betragtning.",
    "Der mangler dokumentation og helhed i sagen.",
    "Oplevelse af afgørelse uden tilstrækkeligt grundlag.",
    "Uklarhed om proces, rettigheder og næste skridt.",
}
PERSONAL = (
    "Falkenborg", "Villads", "Alma", "Havgaard", "Birkelunden", "Sølvberg", "solvberg",
    "Ravnkilde", "Malthe", "Kvistgaard", "Egebjærg", "Mosevang", "Karoline", "Bertil",
    "Lindholt", "lindholt", "Toftemarken", "140652", "6517", "020347", "7720", "84 12 90 55",
    "83 40 17 26", "0012345670", "311256", "5544",
)  # fmt: skip


def lines(name: str) -> list[dict[str, Any]]:
    text = (SEED / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


SUBMISSIONS, EXPECTED = lines("submissions.jsonl"), lines("expected.jsonl")


def confirmed() -> list[ConfirmedSubmission]:
    """The submissions as they are once confirmed."""
    return [
        ConfirmedSubmission(
            public_id=sent["id"],
            submitter=sent["id"],
            received_at=datetime.fromisoformat(sent["received_at"]),
            area=sent["area"],
            municipality=sent["municipality"],
            labels=tuple(right["labels"]),
            excerpts=tuple((label, text) for label, text in right["excerpts"]),
            reviewed_at=datetime.fromisoformat(sent["received_at"]),
            excluded="test" if sent["is_test"] else None,
        )
        for sent, right in zip(SUBMISSIONS, EXPECTED, strict=True)
    ]


def order(audience: Audience) -> Order:
    return Order(TITLE, DAY, audience)


def build(found: list[ConfirmedSubmission], order: Order) -> Built:
    """The report of these submissions, without quotations."""
    counts = aggregate(found, until=order.until, areas=AREAS, municipalities=municipality_order())
    return build_report(Material(counts, order.until), order)


def check_internal(built: Built) -> None:
    """The centre's figures, all of them."""
    figures = built.figures
    assert figures.total == 8
    assert tuple(figure.count for figure in figures.labels) == COUNTS
    assert {f.key: f.count for f in figures.areas.shown if f.count} == {
        "børn og familie": 7,
        "handicap": 1,
    }
    named = {f.key: f.count for f in figures.municipalities.shown if f.count}
    assert named.keys() == MUNICIPALITIES
    assert sum(count or 0 for count in named.values()) == 8
    assert (figures.tests, figures.excluded, figures.waiting) == (2, 0, 0)


def check_public(built: Built) -> None:
    """What may be told: everybody states one thing; nothing else tells of five people or more."""
    figures = built.figures
    assert figures.total == 8
    assert tuple(figure.count for figure in figures.labels) == (8, *[None] * 5)
    assert figures.areas.withheld
    assert figures.municipalities.withheld
    assert figures.tests == 2
    html = render.as_html(built.report)
    text = html[html.index("<h1>") : html.index("Om denne udgave")]
    for name in MUNICIPALITIES | {"handicap", "børn og familie"}:
        assert not re.search(rf"\b{name}\b", text, re.IGNORECASE)
    assert not re.search(r"\b[12467] (?:ud af|indsendelse)", text.replace("2 testindsendelser", ""))


# ── the data ─────────────────────────────────────────────────────────────────────────────────────
def test_the_seed_data_fit_the_published_figures():
    real = [right for sent, right in zip(SUBMISSIONS, EXPECTED, strict=True) if not sent["is_test"]]
    assert len(SUBMISSIONS) == 10
    counts = tuple(sum(label in one["labels"] for one in real) for label in LABELS)
    assert counts == COUNTS
    quoted = {text for one in real for _, text in one["excerpts"]}
    assert quoted >= PUBLISHED_EXAMPLES


def test_every_expected_excerpt_stands_in_its_text():
    for sent, right in zip(SUBMISSIONS, EXPECTED, strict=True):
        assert sent["id"] == right["id"]
        for label, text in right["excerpts"]:
            assert label in right["labels"]
            assert text in sent["text"]


# ── from confirmed submissions ───────────────────────────────────────────────────────────────────
def test_the_working_report_gives_the_centres_figures():
    check_internal(build(confirmed(), order(Audience.INTERNAL)))


def test_the_public_report_hides_what_it_must():
    check_public(build(confirmed(), order(Audience.PUBLIC)))


@pytest.mark.parametrize(
    "sentence",
    [
        "8 ud af 8 indsendelser angiver, at sagen opleves utilstrækkeligt oplyst.",
        "7 ud af 8 indsendelser angiver manglende partshøring.",
        "7 ud af 8 indsendelser angiver utydelig eller manglende begrundelse.",
        "4 ud af 8 indsendelser angiver, at frister ikke er overholdt.",
        "2 ud af 8 indsendelser angiver manglende klagevejledning.",
        "6 ud af 8 indsendelser angiver andre forhold, som bør indgå i videre kvalitativ analyse.",
        "7 ud af 8 indsendelser vedrører børn og familie.",
        "1 ud af 8 indsendelser vedrører handicapområdet.",
        "7 ud af 8 indsendelser udfordringer med både partshøring og begrundelse.",
        "2 testindsendelser er frasorteret.",
    ],
)
def test_the_working_report_says_it_as_the_centre_did(sentence):
    assert sentence in render.as_html(build(confirmed(), order(Audience.INTERNAL)).report)


# ── the whole road ───────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Service:
    """The service with the seed sent in and confirmed."""

    settings: Settings
    database: Database
    http: httpx.Client


def sign_in(http: httpx.Client) -> None:
    """As the analyst does, with the form's own token."""
    token = re.search(r'name="csrf" value="([^"]+)"', http.get("/login").text)
    assert token
    form = {"csrf": token[1], "navn": "analytiker", "adgangskode": PASSWORD}
    assert http.post("/login", data=form).status_code == 200


@pytest.fixture(scope="module")
def service(reader, tmp_path_factory) -> Iterator[Service]:
    settings = Settings(var=tmp_path_factory.mktemp("seed"))
    app = create_app(settings, reader)
    with TestClient(app, base_url="http://localhost") as http:
        database: Database = app.state.database
        with database.write() as session:
            sender = accounts.create(session, "formular", Role.SENDER)
            token = accounts.api_token(session, sender)
            one = accounts.create(session, "gennemgang", Role.REVIEWER)
            reviewer = Reviewer(one.id, one.name)
            accounts.create(session, "analytiker", Role.ANALYST, password=PASSWORD)
        headers = {"Authorization": f"Bearer {token}"}
        for sent, right in zip(SUBMISSIONS, EXPECTED, strict=True):
            answer = http.post("/api/submissions", json=sent, headers=headers)
            assert answer.status_code == 201, answer.text
            public_id = answer.headers["location"].rsplit("/", 1)[1]
            choice = Choice(frozenset(right["labels"]), passages=dict(right["excerpts"]))
            if not sent["is_test"]:
                decide(database, reader, public_id, choice, reviewer, revision=0)
        sign_in(http)
        yield Service(settings, database, http)


def test_sent_in_and_confirmed_it_gives_the_centres_figures(service):
    with service.database.read() as session:
        found = confirmed_submissions(session)
    check_internal(build(found, order(Audience.INTERNAL)))
    check_public(build(found, order(Audience.PUBLIC)))
    quoted = {text for one in found for _, text in one.excerpts}
    assert quoted >= PUBLISHED_EXAMPLES


@pytest.mark.parametrize("internal", [True, False])
def test_the_report_names_nobody(service, internal):
    text = made(service, internal=internal)
    assert [word for word in PERSONAL if word in text] == []


def made(service, **other: Any) -> str:
    """What the command gives."""
    order = {"as_of": DAY, "title": TITLE} | other
    return report_command(service.settings, **order).body.decode()


@pytest.mark.parametrize("suffix", [".html", ".json", ".csv"])
def test_the_command_writes_what_it_returns(service, tmp_path, suffix):
    output = tmp_path / f"rapport{suffix}"
    text = made(service, output=output, internal=True)
    assert output.read_bytes().decode() == text
    if suffix == ".json":
        edition = json.loads(text)["report"]["edition"]
        assert (edition["audience"], edition["title"]) == ("internal", TITLE)
    if suffix == ".csv":
        metadata = json.loads((tmp_path / "rapport.csv-metadata.json").read_text())
        assert metadata["url"] == "rapport.csv"


def test_the_command_writes_a_pdf(service, tmp_path):
    output = tmp_path / "rapport.pdf"
    report_command(service.settings, as_of=DAY, title=TITLE, output=output, internal=True)
    assert output.read_bytes().startswith(b"%PDF-1.7")


def test_the_command_counts_up_to_the_day(service):
    text = made(service, as_of=date(2026, 4, 30), internal=True)
    assert "7 ud af 7 indsendelser angiver, at sagen opleves utilstrækkeligt oplyst." in text


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"as_of": date(2999, 1, 1)}, "future"),
        ({"title": ""}, "title"),
        ({"first": date(2026, 5, 2)}, "begins after it ends"),
        ({"output": Path("rapport.docx")}, ".html, .pdf, .csv, .json"),
    ],
)
def test_the_command_refuses_with_a_reason(service, other, message):
    with pytest.raises(ReportRefused, match=message):
        report_command(service.settings, **{"as_of": DAY, "title": TITLE, **other})


def test_an_analyst_sees_both_reports(service):
    address = f"/rapporter/ny?dato={DAY}"
    public = service.http.get(address)
    internal = service.http.get(f"{address}&udgave=arbejde")
    assert "4 ud af 8 indsendelser" in internal.text
    assert "ikke til offentliggørelse.</strong>" in internal.text
    assert "4 ud af 8" not in public.text
    assert "8 ud af 8 indsendelser" in public.text
    style = service.http.get("/rapporter/rapport.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("kind", ["html", "json", "csv", "pdf"])
def test_an_analyst_downloads_the_file(service, kind):
    answer = service.http.get(f"/rapporter/ny?dato={DAY}&format={kind}&udgave=arbejde")
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="rapport-2026-05-01-internal.{kind}"'
    )


def test_only_analysts_prepare_reports(service):
    nobody = TestClient(service.http.app, base_url="http://localhost")
    assert "Forbered en rapport" not in nobody.get("/rapporter").text
    assert "Forbered en rapport" in service.http.get("/rapporter").text
    answer = nobody.get("/rapporter/ny", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
