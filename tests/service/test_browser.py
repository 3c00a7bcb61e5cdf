"""The two flows that matter, in a real Chromium: a citizen sends, a reviewer decides by keyboard."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from service import demo
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Review, Role, Submission

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
    page.set_default_timeout(10_000)
    return page


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


def test_review_by_keyboard_alone(browser, site, ways, database):
    page = open_page(browser)
    complaints = strict(page)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards a").first.focus()
    page.keyboard.press("Enter")
    box = page.locator("input[data-key='6']")
    before = box.is_checked()
    page.keyboard.press("6")
    assert box.is_checked() is not before
    first = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)
    second = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != second)
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


def test_keys_do_nothing_while_writing_a_note(browser, site, ways):
    page = open_page(browser)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards a").first.click()
    here = page.url
    page.get_by_label("Note").fill("")
    page.get_by_label("Note").press_sequentially("n u 1 6")
    assert page.url == here
    expect(page.get_by_label("Note")).to_have_value("n u 1 6")
    page.context.close()


def test_marked_text_becomes_the_excerpt(browser, site, ways):
    page = open_page(browser)
    enter(page, site, ways[Role.REVIEWER])
    page.locator(".cards a").first.click()
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
    page.locator(".cards a").first.click()
    page.get_by_label("Frister").check()
    page.get_by_role("button", name="Bekræft og gå til næste").click()
    expect(page.get_by_role("button", name="Fortryd din seneste vurdering")).to_be_visible()
    with database.read() as session:
        (review,) = session.scalars(select(Review))
        assert "frister" in [one.label for one in review.decisions if one.value]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, site, ways, scheme):
    context = browser.new_context(locale="da-DK", color_scheme=scheme)
    page = context.new_page()
    enter(page, site, ways[Role.ADMINISTRATOR])
    one = page.locator(".cards a").first.get_attribute("href")
    page.goto(site + one)
    page.get_by_label("Andre forhold", exact=False).first.check()
    check_with_axe(page)
    page.get_by_role("button", name="Bekræft og gå til næste").click()
    for path in ("/gennemgang", one, "/tal", "/login", "/nowhere", "/indsend"):
        page.goto(site + path)
        check_with_axe(page)
    page.get_by_label("Din tekst", exact=True).fill(
        "Vi har ventet på svar i et år, cpr 140642-6123."
    )
    page.get_by_role("button", name="Sådan gemmer vi din tekst").click()
    check_with_axe(page)
    page.get_by_label("Kommune").fill("Atlantis")
    page.get_by_role("button", name="Send", exact=True).last.click()
    check_with_axe(page)
    context.close()


def check_with_axe(page: Page) -> None:
    """WCAG 2.2 AA as far as a machine can tell."""
    response = Axe().run(page).response
    assert response["passes"]
    found = response["violations"]
    assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(browser, site, ways, width):
    page = open_page(browser)
    page.set_viewport_size({"width": width, "height": 800})
    enter(page, site, ways[Role.ADMINISTRATOR])
    paths = ["/indsend", "/gennemgang", "/tal", "/login", "/nowhere"]
    for path in [*paths, page.locator(".cards a").first.get_attribute("href")]:
        page.goto(site + path)
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
    page.context.close()
