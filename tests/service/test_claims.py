"""Claims: nobody reads what another reads, leases run out, and the blind share stays as drawn."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from nlp.types import LABELS
from service.clock import now
from service.db.tables import Claim, Decision, Role, State, Submission
from service.errors import NotHere, Taken
from service.review import queue
from service.review.blind import TICKETS, draw, is_blind, tickets
from service.review.claims import claim_next, claim_one, give_back, holder
from service.review.decisions import Choice
from service.review.queue import Filters, Viewer
from service.review.service import decide, undo
from service.secrets import new_public_id


def run_out(database) -> None:
    """As if the time of all claims were over."""
    with database.write() as session:
        session.execute(update(Claim).values(expires_at=now() - timedelta(seconds=1)))


def claimed(database) -> dict[str, int]:
    with database.read() as session:
        rows = session.execute(
            select(Submission.public_id, Claim.account_id).join(
                Claim, Claim.submission_id == Submission.id
            )
        )
        return {public_id: account for public_id, account in rows}


def test_a_claim_keeps_others_off_until_it_runs_out(both, keep_text, person, reader):
    public_id, anna, bo = keep_text(both), person(both, "anna"), person(both, "bo")
    claim_one(both, public_id, anna.account_id, minutes=5)
    with pytest.raises(Taken) as caught:
        claim_one(both, public_id, bo.account_id, minutes=5)
    assert caught.value.who == "anna"
    with pytest.raises(Taken):
        decide(both, reader, public_id, Choice(frozenset()), bo, revision=0)
    run_out(both)
    claim_one(both, public_id, bo.account_id, minutes=5)
    with pytest.raises(Taken):
        decide(both, reader, public_id, Choice(frozenset()), anna, revision=0)
    decide(both, reader, public_id, Choice(frozenset()), bo, revision=0)
    assert claimed(both) == {}


def test_acting_renews_the_claim(both, keep_text, person):
    public_id, anna = keep_text(both), person(both, "anna")
    claim_one(both, public_id, anna.account_id, minutes=1)
    with both.read() as session:
        before = holder(session, 1).expires_at
    claim_one(both, public_id, anna.account_id, minutes=9)
    with both.read() as session:
        assert holder(session, 1).expires_at > before + timedelta(minutes=7)


def test_a_person_has_one_at_a_time(both, keep_text, person):
    first, second, anna = keep_text(both), keep_text(both), person(both, "anna")
    claim_one(both, first, anna.account_id, minutes=5)
    claim_one(both, second, anna.account_id, minutes=5)
    assert claimed(both) == {second: anna.account_id}
    give_back(both, anna.account_id)
    assert claimed(both) == {}


def test_an_unknown_submission_cannot_be_claimed(embedded, person):
    with pytest.raises(NotHere):
        claim_one(embedded, "nope", person(embedded, "anna").account_id, minutes=5)


def test_the_next_is_one_that_nobody_reads(both, keep_text, person):
    ids = [keep_text(both) for _ in range(3)]
    people = [person(both, name) for name in ("anna", "bo", "eva", "ib")]
    taken = [claim_next(both, Filters(), Viewer(one.account_id), minutes=5) for one in people]
    assert taken == [*reversed(ids), None]


def test_many_at_once_take_and_decide_each_once(both, keep_text, person, reader):
    """Eight people work through forty submissions: none is read twice, none is left."""
    ids = {keep_text(both) for _ in range(40)}
    people = [person(both, f"p{n}") for n in range(8)]

    def work(reviewer) -> list[str]:
        done: list[str] = []
        while True:
            found = claim_next(both, Filters(), Viewer(reviewer.account_id), minutes=5)
            if found is None:
                return done
            decide(both, reader, found, Choice(frozenset()), reviewer, revision=0)
            done.append(found)

    with ThreadPoolExecutor(len(people)) as pool:
        done = Counter(one for part in pool.map(work, people) for one in part)
    assert set(done) <= ids
    assert set(done.values()) == {1}
    with both.read() as session:
        left = session.scalar(
            select(func.count()).select_from(Submission).where(Submission.state == "new")
        )
    assert left == len(ids) - len(done) == 0
    assert claimed(both) == {}


def test_taking_one_and_taking_the_next_never_wait_for_each_other(both, keep_text, person):
    """Both lock the submission before its claim: the other way round PostgreSQL ends one of them."""
    ids = [keep_text(both) for _ in range(2)]
    people = [person(both, f"p{n}").account_id for n in range(8)]

    def work(account_id: int) -> None:
        for turn in range(20):
            with suppress(Taken):
                claim_one(both, ids[turn % 2], account_id, minutes=5)
            give_back(both, account_id)
            claim_next(both, Filters(), Viewer(account_id), minutes=5)
            give_back(both, account_id)

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(work, people))
    assert claimed(both) == {}


def test_possible_personal_data_comes_first_then_the_most_uncertain(both, keep_text, person):
    sure = keep_text(both, suggested=())
    unsure = keep_text(both)
    with both.write() as session:
        session.execute(
            update(Submission).where(Submission.public_id == unsure).values(urgency=0.99)
        )
    doubtful = keep_text(both, "Solgården har ikke svaret.", possible="Solgården")
    with both.read() as session:
        found = queue.page(session, Filters(), Viewer(person(both, "anna").account_id))
    assert [one.public_id for one in found] == [doubtful, unsure, sure]


# ── the pages ────────────────────────────────────────────────────────────────────────────────


def test_begin_confirm_skip_leave(reviewer, database, keep_text):
    ids = [keep_text(database) for _ in range(3)]
    first = reviewer.post("/gennemgang/naeste")
    assert first.url.path == f"/gennemgang/{ids[2]}"
    assert "Bekræft og gå til næste" in first.text
    second = reviewer.post(f"/gennemgang/{ids[2]}/videre")
    assert second.url.path == f"/gennemgang/{ids[1]}"
    third = reviewer.post(second.url.path, revision="0")
    assert third.url.path == f"/gennemgang/{ids[0]}"
    assert list(claimed(database)) == [ids[0]]
    assert reviewer.post(f"{third.url.path}/slip").url.path == "/gennemgang"
    assert claimed(database) == {}


def test_looking_takes_nothing(reviewer, database, keep_text):
    page = reviewer.http.get(f"/gennemgang/{keep_text(database)}").text
    assert "Begynd vurderingen" in page
    assert 'name="mærke"' not in page
    assert claimed(database) == {}


def test_what_another_reads_can_be_looked_at_but_not_decided(
    reviewer, sign_in, database, keep_text
):
    path = f"/gennemgang/{keep_text(database)}"
    other = sign_in(Role.REVIEWER, "bodil")
    mine = other.form_of(path)
    page = reviewer.http.get(path).text
    assert "<strong>bodil</strong> læser indsendelsen nu" in page
    assert "/tag" not in page
    assert "bodil læser den" in reviewer.http.get("/gennemgang").text
    assert reviewer.post(f"{path}/tag").status_code == 409
    assert reviewer.post(f"{path}/forny").status_code == 409
    lost = reviewer.post(path, mærke=["andre"], note="Ring.", **mine)
    assert lost.status_code == 409
    assert "Dine valg står herunder og er ikke gemt" in lost.text
    assert re.findall(r'value="(\w+)" data-key="\d" checked', lost.text) == ["andre"]
    assert 'value="Ring."' in lost.text
    assert other.post(f"{path}/forny").status_code == 204


def test_signing_out_gives_it_back(reviewer, database, keep_text):
    reviewer.take(f"/gennemgang/{keep_text(database)}")
    reviewer.post("/logud")
    assert claimed(database) == {}


def test_an_undo_claims_it_again(reviewer, database, keep_text):
    path = f"/gennemgang/{keep_text(database)}"
    reviewer.post(path, **reviewer.form_of(path))
    page = reviewer.post(f"{path}/fortryd", revision="1")
    assert (page.status_code, page.url.path) == (200, path)
    assert 'name="revision" value="2"' in page.text


# ── the API ──────────────────────────────────────────────────────────────────────────────────


def test_the_queue_through_the_api(client, bearer, database, keep_text, reviewer):
    ids, headers = [keep_text(database) for _ in range(2)], bearer(Role.REVIEWER)
    reviewer.take(f"/gennemgang/{ids[1]}")
    taken = client.post("/api/queue/next", headers=headers)
    assert (taken.status_code, taken.json()["id"]) == (200, ids[0])
    assert client.put(f"/api/submissions/{ids[1]}/claim", headers=headers).status_code == 409
    path, tag = f"/api/submissions/{ids[0]}", {"If-Match": taken.headers["etag"]}
    assert client.put(f"{path}/claim", headers=headers).status_code == 204
    done = client.post(f"{path}/decisions", json={"labels": []}, headers=headers | tag)
    assert done.status_code == 201
    assert client.post("/api/queue/next", headers=headers).status_code == 204
    assert client.post(f"{path}/undo", headers=headers).status_code == 428
    assert client.post(f"{path}/undo", headers=headers | tag).status_code == 412
    undone = client.post(f"{path}/undo", headers=headers | {"If-Match": done.headers["etag"]})
    assert (undone.status_code, undone.json()["state"]) == (201, "new")
    client.post("/api/queue/next", headers=headers)
    assert client.delete("/api/claims", headers=headers).status_code == 204
    assert list(claimed(database)) == [ids[1]]


def test_senders_have_no_queue(client, as_sender):
    assert client.post("/api/queue/next", headers=as_sender).status_code == 403


# ── the blind share ──────────────────────────────────────────────────────────────────────────


def test_the_draw_follows_the_stated_share():
    draws = [draw(new_public_id()) for _ in range(4_000)]
    assert all(0 <= one < TICKETS for one in draws)
    share = sum(one < tickets(10) for one in draws) / len(draws)
    assert 0.08 < share < 0.12
    assert (tickets(0), tickets(100)) == (0, TICKETS)


@given(st.sampled_from(State), st.integers(0, TICKETS - 1), st.integers(0, 100))
def test_blind_until_the_reader_has_decided(state, number, percent):
    one = Submission(state=state.value, draw=number)
    is_open = state in (State.NEW, State.SECOND)
    assert is_blind(one, percent) == (is_open and number * 100 < percent * TICKETS)


@pytest.fixture
def all_blind(app):
    app.state.settings = app.state.settings.model_copy(update={"blind_percent": 100})


def test_a_blind_page_shows_nothing_of_the_model(all_blind, reviewer, database, keep_text):
    public_id = keep_text(
        database, evidence="Ingen har spurgt os", excerpt="Ingen har spurgt os her."
    )
    path = f"/gennemgang/{public_id}"
    listed = reviewer.http.get("/gennemgang").text
    assert "Uden forslag" in listed
    assert 'class="chip' not in listed
    assert "Der er ingen indsendelser" in reviewer.http.get("/gennemgang?mærke=frister").text
    page = reviewer.take(path).text
    assert "Blind læsning" in page
    for hidden in ("<mark", "mark-number", 'class="chance"', "<blockquote", " checked"):
        assert hidden not in page
    reviewer.post(path, mærke=["frister"], revision="0")
    after = reviewer.http.get(path).text
    assert "<mark" in after
    with database.read() as session:
        kept = session.execute(select(Decision.kind, Decision.score, Decision.value)).all()
    assert {kind for kind, _, _ in kept} == {"unseen"}
    assert [(score, value) for _, score, value in kept].count((0.9, True)) == 1


def test_the_api_hides_it_too(all_blind, client, bearer, database, keep_text):
    path, headers = f"/api/submissions/{keep_text(database)}", bearer(Role.REVIEWER)
    out = client.get(path, headers=headers).json()
    assert (out["is_blind"], out["suggestions"], out["excerpts"]) == (True, [], [])
    answer = client.post(
        f"{path}/decisions", json={"labels": []}, headers=headers | {"If-Match": '"0"'}
    ).json()
    assert len(answer["suggestions"]) == len(LABELS)
    assert {one["kind"] for one in answer["decisions"]} == {"unseen"}


def test_who_saw_the_suggestions_is_not_counted_as_blind_again(both, keep_text, person, reader):
    public_id, anna = keep_text(both), person(both, "anna")
    for revision in (0, 2):
        labels = Choice(frozenset({"frister"}))
        decide(both, reader, public_id, labels, anna, revision=revision, blind_percent=100)
        if not revision:
            undo(both, public_id, anna, revision=1)
    with both.read() as session:
        kinds = session.execute(select(Decision.revision, Decision.kind)).all()
    assert {tuple(one) for one in kinds} == {(1, "unseen"), (3, "accepted")}
