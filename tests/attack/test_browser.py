"""Markup that reached a page, in a real Chromium: nothing runs, whatever way it came."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from service.db.tables import Role
from service.security import accounts

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
MARKUP = (
    "<img src=x onerror='window.hit=1'><script>window.hit=1</script>"
    "<svg onload='window.hit=1'></svg><a href='javascript:window.hit=1'>a</a>\"onmouseover='hit=1'"
)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(app) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(app, site, browser) -> Iterator[Page]:
    """Signed in as somebody whose very name is markup; every violation of the policy is noted."""
    with app.state.database.write() as session:
        account = accounts.create(session, f"mette{MARKUP}", Role.ADMINISTRATOR)
        link = accounts.one_time_link(session, account, hours=1)
    page = browser.new_context(locale="da-DK", base_url=site).new_page()
    page.add_init_script(
        "window.broken = []; document.addEventListener("
        "'securitypolicyviolation', e => window.broken.push(e.violatedDirective))"
    )
    page.goto(f"/login/engang/{link}")
    page.locator("main form button").first.click()
    yield page
    page.context.close()


def test_nothing_that_was_stored_runs(app, page, keep_text):
    """Text, name, note and query, on every page of staff: it is not even tried, so it is escaped."""
    reference = keep_text(app.state.database, f"Vi har ventet. {MARKUP} Ingen svarer os.")
    page.goto(f"/gennemgang/{reference}")
    page.locator(f"form[action$='{reference}/tag'] button").first.click()
    page.locator("[name=note]").fill(MARKUP)
    for path in (
        f"/gennemgang/{reference}",
        "/gennemgang",
        "/tal",
        "/modeller",
        "/enighed",
        "/indsend?efter=<script>window.hit=1</script>",
        "/login?til=javascript:window.hit=1",
    ):
        page.goto(path)
        assert page.evaluate("window.hit") is None, path
        assert page.evaluate("window.broken") == [], path
        assert page.locator("img[src=x], a[href^=javascript]").count() == 0, path


def test_the_policy_stops_what_an_escape_might_miss(page):
    """As if a template had let it through: inline handlers, scripts and foreign frames are refused."""
    page.goto("/gennemgang")
    page.evaluate(
        """markup => {
            document.body.insertAdjacentHTML('beforeend', markup);
            const script = document.createElement('script');
            script.textContent = 'window.hit = 1';
            document.body.append(script);
            const frame = document.createElement('iframe');
            frame.srcdoc = '<script>parent.hit = 1</script>';
            document.body.append(frame);
        }""",
        MARKUP,
    )
    page.wait_for_function("window.broken.length > 1")
    assert page.evaluate("window.hit") is None
    assert {one.split("-")[0] for one in page.evaluate("window.broken")} >= {"script"}


def test_no_other_page_can_frame_ours(browser, site):
    """Clickjacking: a page of another origin gets an empty frame."""
    outer = browser.new_page()
    outer.set_content(f"<iframe src='{site}/indsend'></iframe>")
    outer.wait_for_timeout(300)
    assert all(frame.locator("form").count() == 0 for frame in outer.frames[1:])
    outer.close()
