"""The two flows that matter, in a real Chromium: a citizen sends, a reviewer decides by keyboard."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from itertools import islice

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import func, select

from service import demo
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Claim, Decision, Masking, Review, Role, Source, Submission
from service.intake.service import Sender, receive_rows
from service.settings import Settings

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def settings(tmp_path) -> Settings:
    """As it comes: with a blind share."""
    return Settings(var=tmp_path / "var")


@pytest.fixture
def site(settings, reader) -> Iterator[str]:
    """The service on a free port, with the demo in it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    config = uvicorn.Config(
        create_app(settings, reader), port=port, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def ways(settings, reader) -> dict[Role, str]:
    return {way.role: way.path for way in demo.prepare(settings, reader)}


@pytest.fixture
def database(settings) -> Iterator[Database]:
    database = Database(settings.address)
    yield database
    database.close()


def open_page(browser: Browser, *, javascript: bool = True) -> Page:
    context = browser.new_context(locale="da-DK", java_script_enabled=javascript)
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def painted(page: Page) -> None:
    """Wait until the page was drawn: Chromium drops keys that come before."""
    page.wait_for_load_state()
    page.evaluate(PAINTED)


def strict(page: Page) -> list[str]:
    """Collects every complaint of the browser (the policy's above all)."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Security Policy" in m.text else None)
    return complaints


@pytest.mark.parametrize("javascript", [True, False])
def test_write_look_send(browser, site, database, javascript):
    page = open_page(browser, javascript=javascript)
    complaints = strict(page)
    page.goto(f"{site}/indsend")
    page.get_by_label("Din tekst", exact=True).fill(
        "Jeg er cpr 140642-6123, og vi har ventet på svar i et år."
    )
    page.get_by_label("Kommune").fill("Lyngby")
    page.get_by_role("button", name="Sådan gemmer vi din tekst").click()
    expect(page.locator("#visning .placeholder").first).to_contain_text("[CPR]")
    expect(page.get_by_label("Din tekst", exact=True)).to_have_value(
        "Jeg er cpr 140642-6123, og vi har ventet på svar i et år."
    )
    page.locator("#visning").get_by_role("button", name="Send").click()
    reference = page.locator(".reference code").inner_text()
    with database.read() as session:
        kept = session.scalar(select(Submission).where(Submission.public_id == reference))
    assert kept.municipality == "Lyngby-Taarbæk"
    assert "140642" not in kept.text
    assert complaints == []
    page.context.close()


def enter(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    page.locator("main").get_by_role("button", name="Log ind").click()
    expect(page.get_by_role("heading", name="Gennemgang")).to_be_visible()
    page.wait_for_load_state()


def test_review_by_keyboard_alone(browser, site, ways, database):
    page = open_page(browser)
    complaints = strict(page)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards .open").first.focus()
    page.keyboard.press("Enter")
    box = page.locator("input[data-key='6']")
    before = box.is_checked()
    painted(page)
    page.keyboard.press("6")
    assert box.is_checked() is not before
    first = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)
    second = page.url
    painted(page)
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != second)
    painted(page)
    page.keyboard.press("u")
    page.wait_for_url(first)
    expect(page.get_by_text("Tidligere vurderinger (2)")).to_be_visible()
    with database.read() as session:
        kept = [
            (one.action, one.state) for one in session.scalars(select(Review).order_by(Review.id))
        ]
    assert kept == [("decide", "reviewed"), ("undo", "new")]
    assert complaints == []
    page.context.close()


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab does not reach {what}")


def test_fifty_demo_submissions_from_the_keyboard_alone(browser, site, ways, database, reader):
    """A scripted reviewer: one key to begin, then one to three for each submission."""
    lines = islice(demo.rows(demo.SUBMISSIONS, 20_000), 6)
    list(
        receive_rows(database, reader, lines, Sender(Source.DEMO, account_name="demo", again=True))
    )
    with database.read() as session:
        total = session.scalar(select(func.count()).select_from(Submission))
    assert total >= 50
    page = open_page(browser)
    complaints = strict(page)
    page.goto(site + ways[Role.REVIEWER])
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gennemgang")).to_be_visible()
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        page.keyboard.press(key)
        pressed += 1

    painted(page)
    here = page.url
    press("n")
    for number in range(total):
        page.wait_for_url(lambda url, before=here: url != before)
        painted(page)
        here = page.url
        if number % 3 == 0:
            press("4")
        if number % 7 == 0:
            press("j")
            press("Space")
        press("Enter")
    page.wait_for_url(f"{site}/gennemgang")
    expect(page.get_by_text("Der er ingen indsendelser her")).to_be_visible()
    with database.read() as session:
        per_submission = session.execute(
            select(func.count()).select_from(Review).group_by(Review.submission_id)
        ).scalars()
        assert list(per_submission) == [1] * total
        kinds = set(session.scalars(select(Decision.kind)))
        assert session.scalar(select(func.count()).select_from(Claim)) == 0
    assert {"accepted", "unseen"} <= kinds
    assert pressed <= 3 * total
    assert complaints == []
    page.context.close()


def test_j_and_k_walk_the_list_and_the_labels(browser, site, ways):
    page = open_page(browser)
    enter(page, site, ways[Role.REVIEWER])
    cards = page.locator(".cards .open")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("#vurdering")
    painted(page)
    page.keyboard.press("k")
    expect(page.locator("input[data-key='6']")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_label("Bed om en anden læsning")).to_be_checked()
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Gennemgang")).to_be_visible()
    page.context.close()


WORD = """() => {
  const text = document.getElementById('tekst');
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const found = node.data.match(/[a-zæøå]{8,}/);
    if (!found || node.parentElement.closest('.placeholder, .mark-number')) continue;
    getSelection().setBaseAndExtent(node, found.index, node, found.index + found[0].length);
    return found[0];
  }
}"""


def test_marked_words_are_taken_out(browser, site, ways, database):
    page = open_page(browser)
    complaints = strict(page)
    enter(page, site, ways[Role.REVIEWER])
    page.keyboard.press("n")
    page.wait_for_selector("#vurdering")
    painted(page)
    page.keyboard.press("6")
    was_checked = page.locator("input[data-key='6']").is_checked()
    word = page.evaluate(WORD)
    page.keyboard.press("p")
    expect(page.get_by_label("De personlige ord")).to_have_value(word)
    page.get_by_label("Hvad er det?").select_option("PLACE")
    page.get_by_role("button", name="Fjern fra teksten").click()
    expect(page.get_by_role("status").first).to_contain_text("Fjernet")
    expect(page.locator("#tekst")).not_to_contain_text(word)
    assert page.locator("input[data-key='6']").is_checked() is was_checked
    page.locator("h1").click()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "personlig" not in url)
    with database.read() as session:
        assert session.scalar(select(Masking.type)) == "PLACE"
        assert session.scalar(select(func.count()).select_from(Decision)) == 6
    assert complaints == []
    page.context.close()


def test_words_are_taken_out_without_javascript(browser, site, ways, database):
    page = open_page(browser, javascript=False)
    enter(page, site, ways[Role.REVIEWER])
    page.get_by_role("button", name="Begynd med den første").click()
    word = next(
        one
        for one in page.locator("#tekst").inner_text().split()
        if one.isalpha() and one.islower() and len(one) > 5
    )
    page.get_by_text("Personlig oplysning tilbage?").click()
    page.get_by_label("De personlige ord").fill(word)
    page.get_by_label("Hvad er det?").select_option("INSTITUTION")
    page.get_by_role("button", name="Fjern fra teksten").click()
    expect(page.locator(".placeholder", has_text="[INSTITUTION]").first).to_be_visible()
    with database.read() as session:
        assert session.scalar(select(Masking.type)) == "INSTITUTION"
    page.context.close()


def test_the_claim_is_renewed_by_activity(browser, site, ways, database):
    page = open_page(browser)
    complaints = strict(page)
    enter(page, site, ways[Role.REVIEWER])
    page.keyboard.press("n")
    page.wait_for_selector("#vurdering")
    painted(page)
    with database.read() as session:
        before = session.scalar(select(Claim.expires_at))
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 61_000; }")
    with page.expect_response(lambda answer: answer.url.endswith("/forny")) as renewed:
        page.keyboard.press("4")
    assert renewed.value.status == 204
    with database.read() as session:
        assert session.scalar(select(Claim.expires_at)) > before
    assert complaints == []
    page.context.close()


def test_keys_do_nothing_while_writing_a_note(browser, site, ways):
    page = open_page(browser)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards .open").first.click()
    here = page.url
    page.get_by_label("Note").fill("")
    page.get_by_label("Note").press_sequentially("n u 1 6")
    assert page.url == here
    expect(page.get_by_label("Note")).to_have_value("n u 1 6")
    page.context.close()


def test_marked_text_becomes_the_excerpt(browser, site, ways):
    page = open_page(browser)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards .open").first.click()
    box = page.locator("input[data-key='4']")
    box.check()
    card = page.locator(".label-4:has(input[data-key])")
    card.get_by_text("Vælg eget uddrag").click()
    page.evaluate("() => getSelection().selectAllChildren(document.getElementById('tekst'))")
    card.get_by_role("button", name="Brug markeret tekst").click()
    text = page.evaluate(
        "() => { const c = document.getElementById('tekst').cloneNode(true);"
        " c.querySelectorAll('.mark-number').forEach(n => n.remove()); return c.textContent.trim(); }"
    )
    expect(card.get_by_role("textbox")).to_have_value(text)
    page.context.close()


def test_review_without_javascript(browser, site, ways, database):
    page = open_page(browser, javascript=False)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards .open").first.click()
    page.get_by_label("Frister").check()
    page.get_by_role("button", name="Bekræft og gå til næste").click()
    expect(page.get_by_role("button", name="Fortryd din seneste vurdering")).to_be_visible()
    with database.read() as session:
        (review,) = session.scalars(select(Review))
        assert "frister" in [one.label for one in review.decisions if one.value]
    page.context.close()
