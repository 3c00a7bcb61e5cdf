"""Every page in every state, for everybody: axe-core in a real Chromium, and what axe cannot see.

A page that nobody added to ``STATES`` fails ``test_no_page_is_forgotten``. To add one, write a line:
a name, the route as the application spells it, who looks, and how to get there.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select
from starlette.routing import BaseRoute

from nlp.errors import RedactionFailed
from nlp.interfaces import Reader
from nlp.types import RawText, Redacted
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Doubt, Exclusion, Role, Submission
from service.db.upgrade import upgrade
from service.review.blind import draw, tickets
from service.review.claims import claim_one
from service.review.decisions import Choice, Reviewer
from service.review.service import decide, undo
from service.security import accounts
from service.security.sessions import COOKIE, open_session
from service.settings import Settings

pytestmark = pytest.mark.browser

NO_PAGE = {
    "/": "leads to the form",
    "/healthz": "for programs",
    "/health": "for programs",
    "/ready": "for programs",
    "/metrics": "for programs",
    "/rapporter/rapport.css": "a style sheet",
    "/rapporter/{slug}": "leads to the newest version",
    "/rapporter/{slug}/{version}/{name}": "a file to keep",
    "/login/oidc": "leads to the provider",
    "/login/oidc/svar": "leads to the home page",
    "/login/engang/{token}/oidc": "leads to the provider",
}
"""GET routes that show no page of ours, with the reason."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG = "[PERSON 1] har ventet på svar i syv måneder. Ingen har spurgt os, og afgørelsen kom uden grund."
BLIND_PERCENT = 50
CONFIRMED = 12
"""Enough for a report that may be published."""


class Stubborn:
    """The shipped reader, except that one text cannot be redacted."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.versions = reader.versions

    def redact(self, raw: RawText, **more: Any) -> Redacted:
        if "umulig at anonymisere" in raw.reveal():
            raise RedactionFailed("names", "TimeoutError")
        return self._reader.redact(raw, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


@dataclass
class Desk:
    """A running service with submissions in every state; names lead to their pages."""

    url: str
    database: Database
    cookies: dict[Role, str] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    routes: Sequence[BaseRoute] = ()

    def open(self, page: Page, path: str) -> None:
        page.goto(self.url + path)


@dataclass(frozen=True)
class State:
    """A page as somebody may find it."""

    name: str
    route: str
    role: Role | None
    arrive: Callable[[Page, Desk], None]


def at(path: str) -> Callable[[Page, Desk], None]:
    """Go there; ``{name}`` is a submission of the desk."""
    return lambda page, desk: desk.open(page, path.format(**desk.at))


def taken(name: str) -> Callable[[Page, Desk], None]:
    """Claim a submission of the desk by its button."""

    def arrive(page: Page, desk: Desk) -> None:
        desk.open(page, f"/gennemgang/{desk.at[name]}")
        page.locator("#tag button").click()
        expect(page.locator("#vurdering")).to_be_visible()

    return arrive


def wrong_password(page: Page, desk: Desk) -> None:
    desk.open(page, "/login")
    page.get_by_label("Navn").fill("anna")
    page.get_by_label("Adgangskode").fill("forkert")
    page.locator("main").get_by_role("button", name="Log ind").click()
    expect(page.get_by_text("forkert")).to_be_visible()


def wrote(text: str, place: str = "") -> Callable[[Page, Desk], None]:
    """Fill in the form and ask how it would be kept."""

    def arrive(page: Page, desk: Desk) -> None:
        desk.open(page, "/indsend")
        page.get_by_label("Din tekst", exact=True).fill(text)
        page.get_by_label("Kommune").fill(place)
        page.get_by_role("button", name="Sådan gemmer vi din tekst").click()

    return arrive


def typed_nonsense(page: Page, desk: Desk) -> None:
    """Own passage and personal words that are not in the text."""
    taken("ny")(page, desk)
    page.get_by_text("Personlig oplysning tilbage?").click()
    page.get_by_label("De personlige ord").fill("står ikke i teksten")
    page.get_by_role("button", name="Fjern fra teksten").click()
    expect(page.get_by_role("alert")).to_be_visible()


def conflict(page: Page, desk: Desk) -> None:
    """Another decides while the page is open."""
    taken("omstridt")(page, desk)
    page.locator("#vurdering input[name=revision]").evaluate("one => one.value = '0'")
    page.get_by_role("button", name="Bekræft").first.click()
    expect(page.get_by_text("Indsendelsen er ændret imens")).to_be_visible()


def forged(page: Page, desk: Desk) -> None:
    """A form whose token is of another session."""
    desk.open(page, "/gennemgang")
    page.locator("#naeste input[name=csrf]").evaluate("one => one.value = 'x'")
    page.get_by_role("button", name="Begynd med den første").click()


def published(page: Page, desk: Desk) -> None:
    """Publish what is confirmed, once; then the report is there for everybody."""
    if "rapport" not in desk.at:
        desk.open(page, "/rapporter/ny?titel=Første%20analyse")
        page.get_by_label("Jeg har læst").check()
        page.get_by_role("button", name="Offentliggør version").click()
        page.wait_for_url("**/rapporter/*/1")
        desk.at["rapport"] = urlsplit(page.url).path
    desk.open(page, desk.at["rapport"])


REVIEWER, ANALYST, ADMINISTRATOR = Role.REVIEWER, Role.ANALYST, Role.ADMINISTRATOR
ONE = "/gennemgang/{public_id}"
STATES: Sequence[State] = (
    State("sign-in", "/login", None, at("/login")),
    State("sign-in refused", "/login", None, wrong_password),
    State("one-time link", "/login/engang/{token}", None, at("/login/engang/ukendt")),
    State("queue", "/gennemgang", REVIEWER, at("/gennemgang")),
    State("queue, all states", "/gennemgang", REVIEWER, at("/gennemgang?status=alle&orden=nyeste")),
    State(
        "queue, filtered",
        "/gennemgang",
        REVIEWER,
        at("/gennemgang?område=handicap&mærke=frister&orden=usikre"),
    ),
    State("queue, empty", "/gennemgang", REVIEWER, at("/gennemgang?kommune=Ærø")),
    State("second looks", "/gennemgang", REVIEWER, at("/gennemgang?orden=igen")),
    State("second looks, none", "/gennemgang", REVIEWER, at("/gennemgang?orden=igen&kommune=Ærø")),
    State("second readings", "/gennemgang", REVIEWER, at("/gennemgang?status=anden")),
    State("submission, only looking", ONE, REVIEWER, at("/gennemgang/{ny}")),
    State("submission, with suggestions", ONE, REVIEWER, taken("ny")),
    State("submission, without suggestions", ONE, REVIEWER, taken("stille")),
    State("submission, blind", ONE, REVIEWER, taken("blind")),
    State("submission, held by another", ONE, REVIEWER, at("/gennemgang/{optaget}")),
    State("submission, conflict", ONE, REVIEWER, conflict),
    State("submission, second opinion", ONE, REVIEWER, taken("anden")),
    State("submission, two that differ", ONE, REVIEWER, taken("uenige")),
    State("submission, settled", ONE, REVIEWER, at("/gennemgang/{afgjort}")),
    State("submission, refused words", ONE, REVIEWER, typed_nonsense),
    State("counts", "/tal", REVIEWER, at("/tal")),
    State("agreement", "/enighed", ANALYST, at("/enighed")),
    State("drift", "/aendringer", ANALYST, at("/aendringer")),
    State("form", "/indsend", None, at("/indsend")),
    State(
        "form, preview",
        "/indsend",
        None,
        wrote("Vi har ventet på svar i et år, cpr 140642-6123."),
    ),
    State("form, refused", "/indsend", None, wrote("Vi har ventet længe.", "Atlantis")),
    State("form, 503", "/indsend", None, wrote("Teksten er umulig at anonymisere.")),
    State("receipt", "/indsend/kvittering/{public_id}", None, at("/indsend/kvittering/{ny}")),
    State("403, role", "/enighed", REVIEWER, at("/enighed")),
    State("403, forged form", "/gennemgang", REVIEWER, forged),
    State("404", "/gennemgang", None, at("/findes-ikke")),
    State("reports", "/rapporter", None, at("/rapporter")),
    State("report in the making", "/rapporter/ny", ANALYST, at("/rapporter/ny?titel=Første")),
    State("report refused", "/rapporter/ny", ANALYST, at("/rapporter/ny?titel=&dato=2020-13-01")),
    State("report", "/rapporter/{slug}/{version}", ANALYST, published),
    State("method and data", "/metode", None, at("/metode")),
    State("anonymity", "/anonymitet", None, at("/anonymitet")),
    State("models", "/modeller", ADMINISTRATOR, at("/modeller")),
    State("what changes", "/aendringer", ANALYST, at("/aendringer")),
)


@pytest.fixture(scope="module")
def desk(
    reader: Reader, keep_text: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A service for all tests of this module, with something in every state."""
    settings = Settings(var=tmp_path_factory.mktemp("desk"), blind_percent=BLIND_PERCENT)
    database = Database(settings.address)
    upgrade(database)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    app = create_app(settings, Stubborn(reader))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    found = Desk(f"http://127.0.0.1:{port}", database, routes=app.routes)
    _fill(found, reader, keep_text)
    yield found
    server.should_exit = True
    thread.join(10)
    database.close()


def _fill(desk: Desk, reader: Reader, keep_text: Callable[..., str]) -> None:
    """Submissions in every state, and a browser session for each role."""
    database = desk.database
    with database.write() as session:
        for role in (REVIEWER, ANALYST, ADMINISTRATOR):
            account = accounts.create(session, f"se-{role.value}", role)
            desk.cookies[role] = open_session(session, account, hours=1)
        anna, bo, carl = (
            Reviewer(accounts.create(session, name, REVIEWER).id, name)
            for name in ("anna", "bo", "carl")
        )
    for name in ("ny", "omstridt", "optaget", "anden", "uenige", "afgjort"):
        desk.at[name] = _kept(keep_text, database, is_blind=False, suggested=("frister", "andre"))
    desk.at["stille"] = _kept(keep_text, database, is_blind=False, suggested=())
    desk.at["blind"] = _kept(keep_text, database, is_blind=True)
    yes, no = Choice(frozenset({"frister", "andre"}), note="Se afsnit 2."), Choice(frozenset())
    ask = replace(no, wants_second=True)

    def say(name: str, choice: Choice, who: Reviewer, revision: int) -> None:
        decide(database, reader, desk.at[name], choice, who, revision=revision)

    say("omstridt", yes, anna, 0)
    say("anden", ask, anna, 0)
    say("uenige", ask, anna, 0)
    say("uenige", yes, bo, 1)
    say("afgjort", yes, anna, 0)
    undo(database, desk.at["afgjort"], anna, revision=1)
    say("afgjort", Choice(frozenset(), Exclusion.SPAM), bo, 2)
    for number in range(CONFIRMED):
        desk.at[f"tvivl-{number}"] = _kept(keep_text, database, is_blind=False)
        say(f"tvivl-{number}", yes, anna, 0)
    _doubt(database, [desk.at[f"tvivl-{number}"] for number in range(3)])
    claim_one(database, desk.at["optaget"], carl.account_id, minutes=60)


def _doubt(database: Database, public_ids: Sequence[str]) -> None:
    """As after a training that contradicts two labels of each, the first one most."""
    with database.write() as session:
        for number, public_id in enumerate(public_ids):
            one = session.scalars(select(Submission).where(Submission.public_id == public_id)).one()
            one.doubt = 0.9 - number / 10
            for label, value, chance in (("frister", True, 0.03), ("begrundelse", False, 0.94)):
                session.add(
                    Doubt(
                        submission_id=one.id,
                        label=label,
                        value=value,
                        probability=chance,
                        suspicion=one.doubt,
                        classifier_version="c2",
                    )
                )


def _kept(keep_text: Callable[..., str], database: Database, *, is_blind: bool, **more: Any) -> str:
    """A submission that is, or is not, among those to be read blind: drawn until it fits."""
    while True:
        public_id = keep_text(
            database,
            LONG,
            evidence="har ventet på svar",
            excerpt="… ventet på svar i syv måneder.",
            possible="grund",
            **more,
        )
        if (draw(public_id) < tickets(BLIND_PERCENT)) is is_blind:
            return public_id


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


def opened(browser: Browser, desk: Desk, state: State, **how: Any) -> Page:
    """A page in that state, in a browser of its own."""
    context = browser.new_context(locale="da-DK", reduced_motion="reduce", **how)
    if state.role is not None:
        cookie = {"name": COOKIE, "value": desk.cookies[state.role], "url": desk.url}
        context.add_cookies([cookie])
    page = context.new_page()
    page.set_default_timeout(30_000)
    state.arrive(page, desk)
    return page


WIDE, PHONE, ZOOMED, SMALLEST = ({"width": width, "height": 800} for width in (1280, 360, 640, 320))
"""200 % zoom leaves 640 of 1280 pixels, 400 % (WCAG 1.4.10) leaves 320."""


@pytest.mark.parametrize("state", STATES, ids=[one.name for one in STATES])
def test_everybody_can_use_it(browser, desk, state):
    page = opened(browser, desk, state, color_scheme="light", viewport=WIDE)
    assert violations(page) == []
    assert page.evaluate(WITHOUT_FOCUS_RING) == []
    assert page.evaluate(MOVING) == []
    assert page.evaluate(NEEDS_SCRIPT) == []
    page.emulate_media(color_scheme="dark")
    for size in (ZOOMED, SMALLEST, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, size
    assert violations(page) == []
    page.context.close()


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds of WCAG 2.2 AA and of good practice; targets too small are found too."""
    response = Axe().run(page, options=AXE).response
    assert response["passes"]
    return [(one["id"], one["nodes"][0]["html"]) for one in response["violations"]]


AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

WITHOUT_FOCUS_RING = """() => {
  const bare = [];
  for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (one.type === 'hidden' || one.disabled || !one.checkVisibility()) continue;
    one.focus({focusVisible: true});
    const ringed = [one, one.closest('.cards > li')].some(where => {
      const style = where && getComputedStyle(where);
      return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    if (document.activeElement !== one || !ringed) bare.push(one.outerHTML.slice(0, 120));
  }
  document.activeElement.blur();
  return bare;
}"""
"""Everything that a keyboard reaches shows an outline of two pixels or more."""

MOVING = """() => {
  const still = time => time.split(', ').every(one => parseFloat(one) === 0);
  const moving = [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one);
    return !still(style.animationDuration) || !still(style.transitionDuration)
      || style.scrollBehavior !== 'auto';
  });
  return moving.map(one => one.outerHTML.slice(0, 120));
}"""
"""What still moves for somebody who asked for less motion."""

NEEDS_SCRIPT = """() => {
  const forms = [...document.forms].filter(one => !one.querySelector('button:not([type=button])'));
  const links = [...document.querySelectorAll('[onclick], a[href^="javascript:"]')];
  return [...forms, ...links].map(one => one.outerHTML.slice(0, 120));
}"""
"""What would do nothing without JavaScript: a form without a button, a link that is a program."""


def test_one_key_says_that_a_decision_is_right(browser, desk):
    """J and K walk, R answers for the one in focus and for no other, Enter opens."""
    (state,) = [one for one in STATES if one.name == "second looks"]
    page = opened(browser, desk, state, viewport=WIDE)
    cards = page.locator(".cards > li")
    before = cards.count()
    stays = cards.nth(0).locator("form.stands").get_attribute("action")
    goes = cards.nth(1).locator("form.stands").get_attribute("action")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(cards).to_have_count(before - 1)
    actions = cards.locator("form.stands").evaluate_all(
        "all => all.map(one => one.getAttribute('action'))"
    )
    assert stays in actions
    assert goes not in actions
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#vurdering")).to_be_visible()
    expect(page.get_by_label("Bed om en anden læsning")).to_be_visible()
    page.get_by_role("button", name="← Til listen").click()
    expect(page.get_by_role("heading", name="Værd at se på igen")).to_be_visible()
    page.context.close()


SPOILED = """() => {
  const main = document.querySelector('main');
  main.insertAdjacentHTML('beforeend', '<form><input id="bare"></form><p id="grey">grå</p>');
  document.getElementById('bare').style.outline = 'none';
  Object.assign(document.getElementById('grey').style,
    {color: '#ccc', width: '2000px', transition: 'color 1s'});
}"""


def test_a_page_that_is_bad_is_found(browser, desk):
    """The measure measures: what the tests above look for, put into a page on purpose."""
    page = opened(browser, desk, STATES[0], viewport=WIDE)
    page.evaluate(SPOILED)
    found = {name for name, _ in violations(page)}
    assert {"color-contrast", "label"} <= found
    assert len(page.evaluate(WITHOUT_FOCUS_RING)) == 1
    assert len(page.evaluate(MOVING)) == 1
    assert len(page.evaluate(NEEDS_SCRIPT)) == 1
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") > 0
    page.context.close()


def test_no_page_is_forgotten(desk):
    found = {
        one.path
        for one in flat(desk.routes)
        if isinstance(one, APIRoute) and "GET" in one.methods and not one.path.startswith("/api/")
    }
    visited = {one.route for one in STATES}
    assert found - visited - set(NO_PAGE) == set()
    assert visited | set(NO_PAGE) == found  # a line for a page that is gone


def flat(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """All routes; newer FastAPI keeps those of an included router behind it."""
    for one in routes:
        router = getattr(one, "original_router", None)
        yield from flat(router.routes) if router else [one]
