"""From confirmed submissions to a published report, on both databases, and on the analyst's page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, sync_playwright
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from nlp.types import LABELS, Excerpt, RawText, Reading, Redacted, Suggestion, Versions
from service.app import create_app
from service.db.engine import Database
from service.db.tables import AuditEntry, ExcerptRow, Exclusion, Role, Source, Submission
from service.db.upgrade import upgrade
from service.errors import NotHere
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.reports import approvals, snapshots
from service.reports.build import Unsafe
from service.reports.document import Audience, Order, ReportRefused
from service.reports.publish import Correction, Moved, prepare, publish
from service.review.decisions import Choice, Reviewer
from service.review.service import decide
from service.secrets import new_submitter
from service.security import accounts
from service.settings import Settings
from training_data.municipalities import find

DAY = date(2026, 5, 1)
RECEIVED = datetime(2026, 4, 30, 12, tzinfo=UTC)
ORDER = Order("Første analyse", DAY)
TODAY = date(2026, 11, 24)
ORIGIN = "http://localhost"


def send(database: Database, number: int, *, is_test: bool = False) -> str:
    """Keeps a submission that was read; returns its reference."""
    suggestions = tuple(Suggestion(label, 0.9, label == "frister") for label in LABELS)
    excerpt = Excerpt("frister", f"Intet svar i {number} måneder.")
    versions = Versions("r1", "c1")
    reading = Reading(Redacted("Vi har intet svar fået.", ()), suggestions, (excerpt,), versions)
    draft = Draft(RawText(""), "handicap", find("Vejle"), RECEIVED, is_test)
    with database.write() as session:
        return add(session, Incoming(draft, reading, Source.FORM, new_submitter(), None), "test")


def confirm(database: Database, reader, public_id: str, by: Reviewer, **other: object) -> None:
    with database.read() as session:
        query = Submission.__table__.select().where(Submission.public_id == public_id)
        revision = session.execute(query).one().revision
    choice = Choice(frozenset({"frister"}), **other)  # type: ignore[arg-type]
    decide(database, reader, public_id, choice, by, revision=revision)


@dataclass(frozen=True)
class Filled:
    """A database with ten confirmed submissions, one test, and two that wait."""

    database: Database
    references: list[str]
    reviewer: Reviewer
    analyst: int

    def excerpt_of(self, place: int) -> int:
        with self.database.read() as session:
            query = (
                ExcerptRow.__table__.select()
                .join(Submission, Submission.id == ExcerptRow.submission_id)
                .where(Submission.public_id == self.references[place])
            )
            return int(session.execute(query).first().id)

    def approve(self, place: int, *, approved: bool = True) -> None:
        with self.database.write() as session:
            number = self.excerpt_of(place)
            approvals.decide(session, number, approved=approved, by=self.analyst, name="anna")


def fill(database: Database, reader) -> Filled:
    with database.write() as session:
        one = accounts.create(session, "gennemgang", Role.REVIEWER)
        analyst = accounts.create(session, "anna", Role.ANALYST)
        reviewer, analyst_id = Reviewer(one.id, one.name), analyst.id
    references = [send(database, number) for number in range(2, 12)]
    for public_id in references:
        confirm(database, reader, public_id, reviewer)
    send(database, 20, is_test=True)
    for number in (21, 22):
        send(database, number)
    return Filled(database, references, reviewer, analyst_id)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path: Path, reader) -> Iterator[Filled]:
    """Filled databases of both kinds."""
    address = f"sqlite:///{tmp_path / 'reports.sqlite3'}"
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_url")
    database = Database(address)
    upgrade(database)
    yield fill(database, reader)
    database.close()


@pytest.fixture
def embedded(tmp_path: Path, reader) -> Iterator[Filled]:
    """A filled SQLite database, for what does not depend on the kind."""
    database = Database(f"sqlite:///{tmp_path / 'reports.sqlite3'}")
    upgrade(database)
    yield fill(database, reader)
    database.close()


def out(database: Database, order: Order = ORDER, **other: object) -> snapshots.Snapshot:
    return publish(database, order, actor="test", **other)  # type: ignore[arg-type]


def quoted(database: Database, snapshot: snapshots.Snapshot) -> list[str | None]:
    with database.read() as session:
        return [one.text for one in snapshots.with_words(session, snapshot).quotations]


# ── publishing ───────────────────────────────────────────────────────────────────────────────────
def test_only_what_is_confirmed_counts_and_what_waits_is_a_number(filled):
    snapshot = out(filled.database)
    measures = {
        (one.table, one.row): one.count for one in snapshot.report.measures if not one.column
    }
    assert measures["total", "alle"] == 10
    assert measures["labels", "frister"] == 10
    assert measures["left_out", "test"] == 1
    assert measures["left_out", "afventer gennemgang"] == 2
    edition = snapshot.report.edition
    assert (edition.slug, edition.number) == ("2026-05-01", "1.0")
    assert (edition.basis.redactors, edition.basis.classifiers) == (("r1",), ("c1",))
    assert len(edition.basis.fingerprint) == 64


@pytest.mark.parametrize("table", ["report", "report_quotation", "excerpt_approval"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"]
)
def test_nobody_changes_or_deletes_what_was_published(filled, table, statement):
    filled.approve(0)
    out(filled.database)
    column = "version" if table == "report" else "excerpt_id"
    with (
        pytest.raises(DBAPIError, match="cannot be changed"),
        filled.database.engine.begin() as connection,
    ):
        connection.execute(text(statement.format(table=table, column=column)))


def test_every_publication_is_in_the_audit_trail(embedded):
    snapshot = out(embedded.database)
    with embedded.database.read() as session:
        query = AuditEntry.__table__.select().where(AuditEntry.action == "publish report")
        (line,) = session.execute(query).all()
    assert (line.subject, line.detail) == ("2026-05-01", {"version": 1, "sha256": snapshot.sha256})


def test_a_second_report_of_the_day_has_its_own_address(embedded):
    assert [out(embedded.database).slug for _ in range(3)] == [
        "2026-05-01", "2026-05-01-2", "2026-05-01-3",
    ]  # fmt: skip


def test_the_fingerprint_follows_the_data_and_nothing_else(embedded, reader):
    def fingerprint(order: Order = ORDER) -> str:
        found = prepare(embedded.database, order, today=TODAY).built.report
        return found.edition.basis.fingerprint

    first = fingerprint()
    assert fingerprint(Order("Anden titel", DAY)) == first
    confirm(embedded.database, reader, send(embedded.database, 30), embedded.reviewer)
    assert fingerprint() != first


# ── versions ─────────────────────────────────────────────────────────────────────────────────────
def test_a_withdrawn_submission_leaves_the_old_version_as_it_was(embedded, reader):
    embedded.approve(0)
    first = out(embedded.database)
    for place in range(5):
        withdrawn = {"exclusion": Exclusion.WITHDRAWN}
        confirm(
            embedded.database, reader, embedded.references[place], embedded.reviewer, **withdrawn
        )
    changes = "Fem indsendelser er trukket tilbage."
    with pytest.raises(Unsafe, match="withdrawn"):  # the difference would tell who they were
        out(embedded.database, correction=Correction("2026-05-01", changes))
    for number in range(30, 36):
        confirm(embedded.database, reader, send(embedded.database, number), embedded.reviewer)
    second = out(embedded.database, correction=Correction("2026-05-01", changes))
    assert (second.version, second.report.edition.changes) == (2, changes)
    assert second.report.measures[0].count == 11
    with embedded.database.read() as session:
        again = snapshots.versions(session, "2026-05-01")[0]
    assert (again.content, again.sha256) == (first.content, first.sha256)
    assert again.report.measures[0].count == 10
    assert quoted(embedded.database, again) == [None]  # its words are gone, though


REFUSED = [
    (ORDER, Correction("2026-05-01", "  "), "must say what changed"),
    (ORDER, Correction("2026-05-01", "x" * 501), "at most 500"),
    (ORDER, Correction("2020-01-01", "x"), "no such report"),
    (Order("T", date(2026, 5, 2)), Correction("2026-05-01", "x"), "keeps the dates"),
    (Order("T", DAY, first=DAY), Correction("2026-05-01", "x"), "keeps the dates"),
    (Order("T", DAY, Audience.INTERNAL), None, "working report"),
    (Order("T", date(2999, 1, 1)), None, "future"),
    (Order("T", date(2020, 1, 1)), None, "nothing is confirmed"),
]


def test_what_cannot_be_published_says_why(embedded):
    out(embedded.database)
    for order, correction, says in REFUSED:
        with pytest.raises(ReportRefused, match=says) as refused:
            out(embedded.database, order, correction=correction)
        assert refused.value.danish.endswith(".")
    with embedded.database.read() as session:
        assert snapshots.newest_id(session) == 1


def test_too_few_for_any_figure_is_not_published(embedded, reader):
    for public_id in embedded.references[3:]:
        confirm(embedded.database, reader, public_id, embedded.reviewer, exclusion=Exclusion.SPAM)
    with pytest.raises(ReportRefused, match="too few submitters") as refused:
        out(embedded.database)
    assert "Vent, til flere har skrevet" in refused.value.danish


def test_what_moved_since_the_preview_is_not_published(embedded, reader):
    seal = prepare(embedded.database, ORDER, today=datetime.now(UTC).date()).seal
    confirm(embedded.database, reader, send(embedded.database, 30), embedded.reviewer)
    with pytest.raises(Moved):
        out(embedded.database, seal=seal)


# ── quotations ───────────────────────────────────────────────────────────────────────────────────
def test_only_approved_excerpts_are_quoted(filled):
    assert quoted(filled.database, out(filled.database)) == []
    for place in (0, 1, 2):
        filled.approve(place)
    filled.approve(1, approved=False)
    second = out(filled.database)
    assert quoted(filled.database, second) == ["Intet svar i 2 måneder.", "Intet svar i 4 måneder."]
    assert "måneder" not in second.content


def test_a_quotation_can_be_taken_back_and_the_bytes_stay(filled):
    filled.approve(0)
    snapshot = out(filled.database)
    filled.approve(0, approved=False)
    assert quoted(filled.database, snapshot) == [None]
    assert snapshot.report.quotations[0].label == "frister"


def test_an_excerpt_that_may_not_be_quoted_cannot_be_approved(embedded, reader):
    waiting = Filled(
        embedded.database, [send(embedded.database, 40)], embedded.reviewer, embedded.analyst
    )
    with pytest.raises(NotHere):
        waiting.approve(0)


# ── the pages ────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Browser:
    """A browser on the application, and the form token of its session."""

    http: httpx.Client
    csrf: str = ""

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.http.post(path, data={"csrf": self.csrf} | fields)


@pytest.fixture
def site(tmp_path: Path, reader) -> Iterator[tuple[Filled, Callable[[Role | None], Browser]]]:
    """The application on a filled database, and a way to open a browser."""
    app = create_app(Settings(var=tmp_path / "var", blind_percent=0), reader)
    with TestClient(app, base_url="http://localhost") as http:
        found = fill(app.state.database, reader)

        def browse(role: Role | None) -> Browser:
            if role is None:
                return Browser(http)
            with app.state.database.write() as session:
                account = accounts.create(session, f"b-{role.value}", role)
                path = f"/login/engang/{accounts.one_time_link(session, account, hours=1)}"
            own = TestClient(app, base_url="http://localhost")
            token = re.search(r'name="csrf" value="([^"]+)"', own.get(path).text)
            answer = own.post(path, data={"csrf": token[1]})
            return Browser(own, re.search(r'name="csrf" value="([^"]+)"', answer.text)[1])

        yield found, browse


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts to an address."""
    form = page.split(f'method="post" action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_from_preview_to_published_on_the_page(site):
    found, browse = site
    analyst, everybody = browse(Role.ANALYST), browse(None)
    page = analyst.http.get("/rapporter/ny?dato=2026-05-01").text
    assert "Forhåndsvisning." in page
    assert "Endnu ikke afgjort" in page
    number = re.search(r'action="/rapporter/uddrag/(\d+)"', page)[1]
    form = fields_of(page, f"/rapporter/uddrag/{number}")
    page = analyst.http.post(f"/rapporter/uddrag/{number}", data=form | {"svar": "ja"}).text
    assert "Med i rapporten" in page
    assert everybody.http.get("/rapporter").text.count("Version 1.0") == 0
    answer = analyst.http.post("/rapporter/ny", data=fields_of(page, "/rapporter/ny"))
    assert str(answer.url).endswith("/rapporter/2026-05-01/1")
    public = everybody.http.get("/rapporter/2026-05-01").text
    assert "10 ud af 10 indsendelser angiver, at frister ikke er overholdt." in public
    assert "måneder.”" in public
    assert "Forhåndsvisning" not in public
    assert "Lav en ny version" not in public
    assert "Version 1.0" in everybody.http.get("/rapporter").text


def test_every_format_can_be_fetched_by_everybody(site):
    found, browse = site
    snapshot = out(found.database)
    http = browse(None).http
    for kind, start in (
        (".html", "<!doctype"),
        (".pdf", "%PDF"),
        (".csv", "table,row"),
        (".json", "{"),
    ):
        answer = http.get(f"/rapporter/2026-05-01/1/rapport{kind}")
        assert answer.text.startswith(start) or answer.content.startswith(start.encode())
        assert f"rapport-2026-05-01-v1{kind}" in answer.headers["content-disposition"]
    assert http.get("/rapporter/2026-05-01/1/rapport.json").json()["sha256"] == snapshot.sha256
    metadata = http.get("/rapporter/2026-05-01/1/rapport.csv-metadata.json")
    assert metadata.headers["content-type"] == "application/csvm+json"
    assert json.loads(metadata.text)["url"] == "rapport.csv"


def test_an_older_version_says_that_it_is_one(site):
    found, browse = site
    out(found.database)
    out(found.database, correction=Correction("2026-05-01", "En fejl i titlen er rettet."))
    http = browse(None).http
    old = http.get("/rapporter/2026-05-01/1").text
    assert "Der er en nyere version." in old
    assert "En fejl i titlen er rettet. Tallene her står, som de blev offentliggjort." in old
    new = http.get("/rapporter/2026-05-01").text
    assert "Ændret siden den forrige version:</strong> En fejl i titlen er rettet." in new
    assert "nyere version.</strong>" not in new
    assert "En fejl i titlen" in http.get("/rapporter").text


def test_a_new_version_is_made_on_the_page(site):
    found, browse = site
    out(found.database)
    analyst = browse(Role.ANALYST)
    page = analyst.http.get("/rapporter/ny?retter=2026-05-01")
    assert (page.status_code, "hvad der er ændret" in page.text) == (422, True)
    page = analyst.http.get("/rapporter/ny?retter=2026-05-01&aendring=Titlen.&titel=Ny+titel").text
    answer = analyst.http.post("/rapporter/ny", data=fields_of(page, "/rapporter/ny"))
    assert str(answer.url).endswith("/rapporter/2026-05-01/2")


WRONG_ORDERS = {
    "dato=2999-01-01": "Datoen ligger i fremtiden.",
    "dato=i-gaar": "Skriv datoen som år-måned-dag.",
    "dato=2026-05-01&fra=2026-05-02": "Perioden begynder, efter at den slutter.",
    "dato=2026-05-01&til=2026-05-02": "Perioden slutter efter rapportens dato.",
    "dato=2026-05-01&titel=%20": "Skriv en titel.",
    f"dato=2026-05-01&titel={'x' * 151}": "Højst 150 tegn",
    "dato=2026-05-01&retter=nej": "Rapporten, der skal rettes, findes ikke.",
}


def test_a_wrong_order_is_explained_on_the_page(site):
    http = site[1](Role.ANALYST).http
    for query, says in WRONG_ORDERS.items():
        answer = http.get(f"/rapporter/ny?{query}")
        assert (answer.status_code, says in answer.text) == (422, True), query


def test_publishing_needs_the_preview_and_the_role(site):
    found, browse = site
    analyst = browse(Role.ANALYST)
    answer = analyst.post("/rapporter/ny", titel="T", dato="2026-05-01")
    assert (answer.status_code, "siden forhåndsvisningen" in answer.text) == (409, True)
    reviewer = browse(Role.REVIEWER)
    assert reviewer.http.get("/rapporter/ny").status_code == 403
    assert reviewer.post("/rapporter/ny", titel="T").status_code == 403
    assert reviewer.post(f"/rapporter/uddrag/{found.excerpt_of(0)}", svar="ja").status_code == 403
    nobody = browse(None).http
    assert str(nobody.get("/rapporter/ny").url).startswith("http://localhost/login")


def test_what_is_not_there_is_not_found(site):
    found, browse = site
    out(found.database)
    http = browse(None).http
    for path in ("2026-05-02", "2026-05-01/0", "2026-05-01/2", "2026-05-01/1/rapport.exe"):
        assert http.get(f"/rapporter/{path}").status_code == 404, path


def test_the_method_pages_are_public(site):
    http = site[1](None).http
    for path in ("/metode", "/anonymitet"):
        assert "mindst 5 indsendere" in http.get(path).text


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────
def through(http: httpx.Client) -> Callable[[Route], None]:
    """Chromium's requests go to the application in this process, headers (CSP) and all."""

    def answer(route: Route) -> None:
        url = route.request.url.replace(ORIGIN, "")
        found = http.get(url)
        headers = dict(found.headers) | {"content-length": str(len(found.content))}
        route.fulfill(status=found.status_code, headers=headers, body=found.content)

    return answer


@pytest.mark.browser
def test_no_page_about_reports_has_barriers(site, chromium_path):
    found, browse = site
    found.approve(0)
    out(found.database)
    out(found.database, correction=Correction("2026-05-01", "En fejl er rettet."))
    analyst = browse(Role.ANALYST).http
    paths = (
        "/rapporter", "/rapporter/2026-05-01/1", "/metode", "/anonymitet",
        "/rapporter/ny?dato=2026-05-01", "/rapporter/ny?dato=2999-01-01", "/rapporter/ny?retter=2026-05-01",
    )  # fmt: skip
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 900})
        page.on(
            "console", lambda said: problems.append(said.text) if "Security" in said.text else None
        )
        page.route("**/*", through(analyst))
        for path in paths:
            page.goto(f"{ORIGIN}{path}")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                result = Axe().run(page)
                assert result.violations_count == 0, f"{path}\n{result.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        browser.close()
    assert problems == []
