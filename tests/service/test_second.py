"""A second opinion: unseen, compared, settled; and how well readers agree."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sqlalchemy import select

from nlp.types import LABELS
from service.db import audit
from service.db.tables import Role, Submission
from service.errors import NotAllowed
from service.review.agreement import FEWEST, agreement, alpha, pairs
from service.review.claims import claim_next, claim_one
from service.review.confirmed import confirmed_submissions
from service.review.counts import count
from service.review.decisions import Choice
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.queue import Filters, Viewer
from service.review.service import decide, undo

FRISTER = frozenset({"frister"})
ASKS = Choice(FRISTER, wants_second=True)


def state_of(database) -> str:
    with database.read() as session:
        return session.scalar(select(Submission.state))


def confirmed(database):
    with database.read() as session:
        (one,) = confirmed_submissions(session)
        figures = count(session)
    return one.labels, one.reviewed_at is not None, figures.waiting


@pytest.fixture
def asked(both, keep_text, person, reader):
    """One submission of which anna asked for a second opinion; and bo, who can give it."""
    public_id, anna, bo = keep_text(both), person(both, "anna"), person(both, "bo")
    decide(both, reader, public_id, ASKS, anna, revision=0)
    return both, public_id, anna, bo


def test_until_the_second_has_read_nothing_counts(asked):
    database, *_ = asked
    assert state_of(database) == "second"
    assert confirmed(database) == ((), False, 1)


def test_two_who_agree_confirm_it(asked, reader):
    database, public_id, _, bo = asked
    decide(database, reader, public_id, Choice(FRISTER, note="Klart."), bo, revision=1)
    assert state_of(database) == "reviewed"
    assert confirmed(database) == (("frister",), True, 0)


@pytest.mark.parametrize(
    "other", [Choice(frozenset()), Choice(FRISTER | {"andre"}), Choice(FRISTER, exclusion="spam")]
)
def test_two_who_differ_wait_for_a_third_act(asked, reader, person, other):
    database, public_id, _, bo = asked
    decide(database, reader, public_id, other, bo, revision=1)
    assert state_of(database) == "disputed"
    assert confirmed(database)[:2] == ((), False)
    eva = person(database, "eva")
    decide(database, reader, public_id, Choice(frozenset({"andre"})), eva, revision=2)
    assert confirmed(database) == (("andre",), True, 0)
    with database.read() as session:
        actions = session.scalars(select(audit.AuditEntry.action).order_by(audit.AuditEntry.id))
        assert list(actions)[-3:] == ["second", "account", "adjudicate"]
        assert audit.first_broken(session) is None


def test_the_first_reader_cannot_be_the_second(asked, reader):
    database, public_id, anna, _ = asked
    with pytest.raises(NotAllowed):
        decide(database, reader, public_id, Choice(frozenset()), anna, revision=1)
    waiting = Filters(state="anden")
    assert claim_next(database, waiting, Viewer(anna.account_id), minutes=5) is None


def test_the_second_reader_finds_it_in_the_queue(asked):
    database, public_id, _, bo = asked
    assert claim_next(database, Filters(), Viewer(bo.account_id), minutes=5) is None
    waiting = Filters(state="anden")
    assert claim_next(database, waiting, Viewer(bo.account_id), minutes=5) == public_id


def test_an_undone_second_reading_waits_again_and_is_no_pair(asked, reader):
    database, public_id, _, bo = asked
    decide(database, reader, public_id, Choice(frozenset()), bo, revision=1)
    undo(database, public_id, bo, revision=2)
    assert state_of(database) == "second"
    with database.read() as session:
        assert pairs(session) == []


def test_who_undid_a_second_reading_may_give_it_again(asked, reader):
    database, public_id, anna, bo = asked
    decide(database, reader, public_id, Choice(frozenset()), bo, revision=1)
    undo(database, public_id, bo, revision=2)
    claim_one(database, public_id, bo.account_id, minutes=5)
    with pytest.raises(NotAllowed):
        claim_one(database, public_id, anna.account_id, minutes=5)
    decide(database, reader, public_id, Choice(FRISTER), bo, revision=3)
    assert confirmed(database) == (("frister",), True, 0)


def test_words_taken_out_in_between_change_nothing_of_it(asked, reader):
    database, public_id, _, bo = asked
    take_out(database, public_id, Personal("syv", "PLACE"), bo, revision=1)
    assert state_of(database) == "second"
    decide(database, reader, public_id, Choice(frozenset()), bo, revision=2)
    with database.read() as session:
        (pair,) = pairs(session)
    assert (pair.first, pair.second) == (FRISTER, frozenset())


# ── the pages ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bodil(sign_in):
    return sign_in(Role.REVIEWER, "bodil")


@pytest.fixture
def path(reviewer, database, keep_text):
    """A submission of which the reviewer asked for a second opinion, on the page."""
    path = f"/gennemgang/{keep_text(database)}"
    fields = {"mærke": ["andre"], "undermærke": ["tone"], "note": "Svær.", "anden": "ja"}
    reviewer.post(path, **reviewer.form_of(path), **fields)
    return path


def test_the_second_reader_sees_nothing_of_the_first(path, reviewer, bodil):
    page = bodil.take(path).text
    assert "Anden læsning" in page
    assert "sagsgennemgang" not in page.split("<main")[1]
    assert "Svær." not in page
    assert re.findall(r'value="([\w ]+)"(?: data-key="\d")? checked', page) == ["frister"]
    assert "Bed om en anden læsning" not in page
    own = reviewer.http.get(path).text
    assert "anden læsning ønsket" in own
    assert "/tag" not in own


def test_the_api_hides_the_first_decision(path, client, bearer):
    out = client.get(f"/api/submissions/{path[-26:]}", headers=bearer(Role.REVIEWER)).json()
    assert (out["state"], out["decisions"], out["exclusion"]) == ("second", [], None)


def test_a_conflict_does_not_tell_the_second_reader(path, reviewer, bodil):
    seen = bodil.form_of(path)
    bodil.post(f"{path}/slip")
    reviewer.post(f"{path}/fortryd", revision="1")
    reviewer.post(path, revision="2", mærke=["andre"], anden="ja", note="Igen.")
    answer = bodil.post(path, mærke=["frister"], **seen)
    assert answer.status_code == 409
    assert "Andre forhold (" not in answer.text
    assert "Igen." not in answer.text


def test_who_settles_sees_both(path, bodil, sign_in, database):
    bodil.post(path, mærke=["frister"], **bodil.form_of(path))
    eva = sign_in(Role.REVIEWER, "eva")
    assert "Uenige læsninger" in eva.http.get("/gennemgang?status=uenige").text
    page = eva.take(path).text
    assert "Uenige: sagsgennemgang: nej · bodil: ja" in page
    assert "Uenige: sagsgennemgang: ja · bodil: nej" in page
    eva.post(path, mærke=["frister"], revision="2")
    assert "afgjorde uenigheden" in eva.http.get(path).text
    assert state_of(database) == "reviewed"


def test_through_the_api(client, bearer, database, keep_text):
    path, headers = f"/api/submissions/{keep_text(database)}", bearer(Role.REVIEWER)
    body = {"labels": ["frister"], "second_opinion": True}
    headers |= {"If-Match": '"0"'}
    assert client.post(f"{path}/decisions", json=body, headers=headers).json()["state"] == "second"


# ── agreement ────────────────────────────────────────────────────────────────────────────────


def test_alpha_of_known_readings():
    """The example of Krippendorff (2011), section A: 0.095."""
    meg = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], dtype=bool)
    owen = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0], dtype=bool)
    found = alpha(meg, owen)
    assert round(found.value, 3) == 0.095
    assert found.low <= found.value <= found.high
    assert alpha(meg, owen) == found
    assert alpha(meg, meg).value == 1
    assert alpha(np.zeros(10, dtype=bool), np.zeros(10, dtype=bool)) is None


def read_twice(database, reader, keep, anna, bo, first, second) -> None:
    public_id = keep(database)
    asks = Choice(frozenset(first), wants_second=True)
    decide(database, reader, public_id, asks, anna, revision=0)
    decide(database, reader, public_id, second, bo, revision=1)


def test_figures_need_enough_pairs(embedded, keep_text, person, reader):
    anna, bo = person(embedded, "anna"), person(embedded, "bo")
    read = (embedded, reader, keep_text, anna, bo)
    for number in range(FEWEST - 1):
        labels = {"frister"} if number % 2 else {"andre"}
        read_twice(*read, labels, Choice(frozenset(labels)))
    read_twice(*read, {"frister"}, Choice(frozenset(), exclusion="spam"))
    with embedded.read() as session:
        few = agreement(session)
    assert (few.pairs, few.compared, few.disputed, few.is_enough) == (FEWEST, FEWEST - 1, 1, False)
    assert {one.alpha for one in few.labels} == {None}
    read_twice(*read, {"frister"}, Choice(frozenset({"frister", "andre"})))
    with embedded.read() as session:
        enough = {one.label: one for one in agreement(session).labels}
    assert list(enough) == list(LABELS)
    assert enough["frister"].alpha.value == 1
    assert 0.5 < enough["andre"].alpha.value < 1
    assert (enough["andre"].both, enough["andre"].one) == (10, 1)
    assert enough["begrundelse"].alpha is None


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ANALYST, 200), (Role.ADMINISTRATOR, 200), (Role.REVIEWER, 403), (Role.SENDER, 403)],
)
def test_the_page_is_for_those_who_judge_the_figures(sign_in, role, status):
    answer = sign_in(role).http.get("/enighed")
    assert answer.status_code == status
    if status == 200:
        assert "For få" in answer.text
