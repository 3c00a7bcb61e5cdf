"""A person decides: what is kept, what happens when two are at it, how an undo looks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from nlp.types import (
    LABELS,
    Entity,
    Evidence,
    Excerpt,
    RawText,
    Reading,
    Redacted,
    Suggestion,
    Versions,
)
from service.clock import now
from service.db import audit
from service.db.tables import (
    Claim,
    Decision,
    ExcerptRow,
    Exclusion,
    Role,
    Source,
    Submission,
    SuggestionRow,
)
from service.errors import AlreadyDecided, BadFields, NotAllowed, NotHere
from service.intake.fields import Draft
from service.intake.repository import Incoming, add
from service.review.confirmed import confirmed_submissions
from service.review.counts import count
from service.review.decisions import LONGEST_NOTE, Choice, Reviewer, kind_of
from service.review.service import decide, undo
from service.secrets import new_submitter
from service.security.accounts import create
from training_data.municipalities import find

TEXT = "[PERSON 1] har ventet på svar i syv måneder. Ingen har spurgt os."
SUGGESTED = {"partshøring": 0.81, "frister": 0.93}


def reading() -> Reading:
    """What a reader might have said, so that these tests need no model."""
    suggestions = tuple(
        Suggestion(
            label,
            SUGGESTED.get(label, 0.05),
            label in SUGGESTED,
            (Evidence(0, 44, 0.9),) if label == "frister" else (),
        )
        for label in LABELS
    )
    redacted = Redacted(TEXT, (Entity(0, 10, "PERSON"),))
    excerpts = (Excerpt("frister", "har ventet på svar i syv måneder"),)
    return Reading(redacted, suggestions, excerpts, Versions("r1", "c1"))


def keep(database, **more) -> str:
    """One submission in the database; returns its reference."""
    draft = Draft(RawText(""), "handicap", find("Vejle"), **more)
    with database.write() as session:
        return add(session, Incoming(draft, reading(), Source.FORM, new_submitter(), None), "test")


def make_reviewer(database, name="anna") -> Reviewer:
    with database.write() as session:
        return Reviewer(create(session, name, Role.REVIEWER).id, name)


def decisions(database, public_id, revision):
    with database.read() as session:
        rows = session.scalars(
            select(Decision)
            .join(Submission, Submission.id == Decision.submission_id)
            .where(Submission.public_id == public_id, Decision.revision == revision)
            .order_by(Decision.id)
        )
        return {row.label: row for row in rows}


def one_confirmed(database, public_id, **more):
    with database.read() as session:
        found = confirmed_submissions(session, **more)
    return next(one for one in found if one.public_id == public_id)


@pytest.mark.parametrize(
    ("suggested", "value", "own_passage", "kind"),
    [
        (True, True, False, "accepted"),
        (True, True, True, "corrected"),
        (True, False, False, "rejected"),
        (False, False, False, "accepted"),
        (False, True, False, "added"),
        (False, True, True, "added"),
    ],
)
def test_kinds(suggested, value, own_passage, kind):
    assert kind_of(suggested=suggested, value=value, own_passage=own_passage) == kind


def test_every_label_is_decided_with_what_was_seen(both, reader):
    public_id, anna = keep(both), make_reviewer(both)
    choice = Choice(frozenset({"frister", "andre"}), subtags=("tone",), seconds=12)
    assert decide(both, reader, public_id, choice, anna, revision=0) == 1
    kept = decisions(both, public_id, 1)
    assert list(kept) == list(LABELS)
    assert {label: row.kind for label, row in kept.items()} == {
        "sagsoplysning": "accepted",
        "partshøring": "rejected",
        "begrundelse": "accepted",
        "frister": "accepted",
        "klagevejledning": "accepted",
        "andre": "added",
    }
    row = kept["frister"]
    assert (row.score, row.threshold, row.model_version, row.seconds) == (0.93, 0.5, "c1", 12)
    assert row.reviewer_id == anna.account_id
    with both.read() as session:
        assert row.text_sha256 == session.scalar(select(Submission.text_sha256))
        suggested = session.scalars(select(SuggestionRow.suggested).order_by(SuggestionRow.id))
        assert list(suggested) == [label in SUGGESTED for label in LABELS]


def test_the_second_of_two_is_told_and_nothing_is_lost(both, reader):
    public_id, anna, bo = keep(both), make_reviewer(both), make_reviewer(both, "bo")
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    with pytest.raises(AlreadyDecided) as caught:
        decide(both, reader, public_id, Choice(frozenset()), bo, revision=0)
    assert caught.value.revision == 1
    assert one_confirmed(both, public_id).labels == ("frister",)
    decide(both, reader, public_id, Choice(frozenset()), bo, revision=1)
    assert one_confirmed(both, public_id).labels == ()
    assert decisions(both, public_id, 1)["frister"].value


def test_undo_is_a_new_decision_that_says_the_old_one(both, reader):
    public_id, anna, bo = keep(both), make_reviewer(both), make_reviewer(both, "bo")
    decide(both, reader, public_id, Choice(frozenset({"frister"})), bo, revision=0)
    decide(both, reader, public_id, Choice(frozenset({"andre"})), anna, revision=1)
    with pytest.raises(NotAllowed):
        undo(both, public_id, bo, revision=2)
    assert undo(both, public_id, anna, revision=2) == 3
    assert one_confirmed(both, public_id).labels == ("frister",)
    assert len(decisions(both, public_id, 2)) == 6
    with pytest.raises(NotAllowed):
        undo(both, public_id, anna, revision=3)


def test_undo_of_the_first_decision_opens_it_again(both, reader):
    public_id, anna = keep(both), make_reviewer(both)
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    undo(both, public_id, anna, revision=1)
    assert one_confirmed(both, public_id).reviewed_at is None
    with both.read() as session:
        assert session.scalar(select(Submission.state)) == "new"
        assert count(session).confirmed.total == 0


def test_what_was_confirmed_earlier_can_be_asked_for(both, reader):
    public_id, anna = keep(both), make_reviewer(both)
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    moment = one_confirmed(both, public_id).reviewed_at
    with both.write() as session:
        session.execute(select(1))
    while now() <= moment:
        pass
    decide(both, reader, public_id, Choice(frozenset({"andre"})), anna, revision=1)
    assert one_confirmed(both, public_id).labels == ("andre",)
    assert one_confirmed(both, public_id, until=moment).labels == ("frister",)
    with both.read() as session:
        assert confirmed_submissions(session, until=moment - timedelta(days=1)) == []


def test_own_excerpt_replaces_the_model_s_and_undo_brings_it_back(both, reader):
    public_id, anna = keep(both), make_reviewer(both)
    passage = "Ingen har spurgt os"
    start = TEXT.index(passage)
    quoted = reader.excerpt("frister", reading().redacted, start, start + len(passage)).text
    assert passage in quoted
    choice = Choice(frozenset({"frister"}), passages={"frister": passage})
    decide(both, reader, public_id, choice, anna, revision=0)
    assert decisions(both, public_id, 1)["frister"].kind == "corrected"
    assert one_confirmed(both, public_id).excerpts == (("frister", quoted),)
    decide(both, reader, public_id, Choice(frozenset({"frister", "andre"})), anna, revision=1)
    assert one_confirmed(both, public_id).excerpts == (("frister", quoted),)
    undo(both, public_id, anna, revision=2)
    assert one_confirmed(both, public_id).excerpts == (("frister", quoted),)
    decide(both, reader, public_id, Choice(frozenset()), anna, revision=3)
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=4)
    assert one_confirmed(both, public_id).excerpts == (
        ("frister", "har ventet på svar i syv måneder"),
    )
    with both.read() as session:
        assert len(list(session.scalars(select(ExcerptRow)))) == 2


@pytest.mark.parametrize(
    "choice",
    [
        Choice(frozenset({"sjusk"})),
        Choice(frozenset({"andre"}), subtags=("vrede",)),
        Choice(frozenset(), note="x" * (LONGEST_NOTE + 1)),
        Choice(frozenset({"frister"}), passages={"frister": "står ikke i teksten"}),
        Choice(frozenset(), passages={"sjusk": "x"}),
    ],
)
def test_what_cannot_be_kept(embedded, reader, choice):
    public_id, anna = keep(embedded), make_reviewer(embedded)
    with pytest.raises(BadFields):
        decide(embedded, reader, public_id, choice, anna, revision=0)
    with embedded.read() as session:
        assert session.scalar(select(Submission.revision)) == 0


def test_an_unknown_submission(embedded, reader):
    with pytest.raises(NotHere):
        decide(embedded, reader, "nope", Choice(frozenset()), make_reviewer(embedded), revision=0)


@pytest.mark.parametrize("exclusion", list(Exclusion))
def test_what_is_excluded_does_not_count(embedded, reader, exclusion):
    public_id, anna = keep(embedded), make_reviewer(embedded)
    choice = Choice(frozenset({"frister"}), exclusion=exclusion)
    decide(embedded, reader, public_id, choice, anna, revision=0)
    assert one_confirmed(embedded, public_id).excluded == exclusion.value
    assert one_confirmed(embedded, public_id).labels == ()
    with embedded.read() as session:
        figures = count(session)
    assert (figures.confirmed.total, figures.excluded, figures.waiting) == (0, 1, 0)


def test_a_test_stays_a_test_whatever_is_confirmed(embedded, reader):
    public_id, anna = keep(embedded, is_test=True), make_reviewer(embedded)
    assert one_confirmed(embedded, public_id).excluded == "test"
    decide(embedded, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    assert one_confirmed(embedded, public_id).excluded == "test"
    with embedded.read() as session:
        assert count(session).confirmed.total == 0


def test_counts(both, reader):
    anna = make_reviewer(both)
    for labels in ({"frister"}, {"frister", "andre"}, set()):
        decide(both, reader, keep(both), Choice(frozenset(labels)), anna, revision=0)
    keep(both)
    with both.read() as session:
        figures = count(session)
    assert (figures.received, figures.waiting) == (4, 1)
    assert figures.confirmed.total == 3
    assert figures.confirmed.labels == (0, 0, 0, 2, 0, 1)
    assert [(row.name, row.total) for row in figures.municipalities] == [("Vejle", 3)]


def test_every_act_is_in_the_audit_trail(both, reader):
    public_id, anna = keep(both), make_reviewer(both)
    decide(both, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    undo(both, public_id, anna, revision=1)
    with both.read() as session:
        assert audit.first_broken(session) is None
        lines = session.execute(select(audit.AuditEntry.actor, audit.AuditEntry.action)).all()
    assert [tuple(line) for line in lines][-2:] == [("anna", "decide"), ("anna", "undo")]


# ── the pages ────────────────────────────────────────────────────────────────────────────────


def test_a_submission_with_its_evidence_and_chances(reviewer, database):
    public_id = keep(database)
    page = reviewer.take(f"/gennemgang/{public_id}").text
    assert '<span class="placeholder">[PERSON 1]</span>' in page
    assert re.search(r'<mark class="evidence label-4"[^>]*>.*ventet på svar', page)
    assert "meget sandsynlig 93 %" in page
    assert "sandsynlig 81 %" in page
    assert "usandsynlig 5 %" in page
    checked = re.findall(r'value="(\w+)" data-key="\d" checked', page)
    assert checked == ["partshøring", "frister"]
    assert reviewer.http.get(f"/gennemgang/{public_id}").headers["etag"] == '"0"'


def test_confirm_goes_to_the_next_and_undo_comes_back(reviewer, database):
    older, newer = keep(database), keep(database)
    path = f"/gennemgang/{newer}"
    answer = reviewer.post(path, mærke=["frister"], **reviewer.form_of(path))
    assert answer.url.path == f"/gennemgang/{older}"
    assert one_confirmed(database, newer).labels == ("frister",)
    answer = reviewer.post(f"{path}/fortryd", revision="1")
    assert answer.url.path == path
    assert one_confirmed(database, newer).reviewed_at is None


def test_after_the_last_comes_the_list(reviewer, database):
    path = f"/gennemgang/{keep(database)}"
    answer = reviewer.post(path, **reviewer.form_of(path))
    assert answer.url.path == "/gennemgang"
    assert "ingen indsendelser" in answer.text


def test_a_conflict_shows_the_other_s_choice_and_keeps_mine(reviewer, sign_in, database):
    path = f"/gennemgang/{keep(database)}"
    seen = reviewer.form_of(path)
    with database.write() as session:
        session.execute(delete(Claim))  # as if the lease had run out
    other = sign_in(Role.REVIEWER, "bodil")
    other.post(path, mærke=["begrundelse"], **seen)
    answer = reviewer.post(path, mærke=["andre"], note="Se også bilaget.", **seen)
    assert answer.status_code == 409
    assert "bodil" in answer.text
    assert "Begrundelse (tilføjet)" in answer.text
    assert re.findall(r'value="(\w+)" data-key="\d" checked', answer.text) == ["andre"]
    assert 'value="Se også bilaget."' in answer.text
    again = dict(
        re.findall(r'name="(revision|vist)" value="(\d+)"', answer.text.split("fortryd")[0])
    )
    assert reviewer.post(path, mærke=["andre"], **again).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"revision": ""}, 422),
        ({"revision": "x"}, 422),
        ({"revision": "٣"}, 422),
        ({"mærke": ["sjusk"]}, 422),
        ({"udeladt": "andet"}, 422),
        ({"note": "x" * 2_000}, 422),
        ({"uddrag-frister": "<script>", "mærke": ["frister"]}, 422),
        ({"note": "x" * 1_100_000}, 413),
    ],
)
def test_bad_forms(reviewer, database, fields, status):
    path = f"/gennemgang/{keep(database)}"
    answer = reviewer.post(path, **(reviewer.form_of(path) | fields))
    assert answer.status_code == status
    assert "<script>" not in answer.text
    assert one_confirmed(database, path[-26:]).reviewed_at is None


def test_exact_duplicates_are_pointed_out(reviewer, database):
    first, second = keep(database), keep(database)
    assert first in reviewer.http.get(f"/gennemgang/{second}").text.split("Samme tekst")[1]


def test_the_figures_page(reviewer, database):
    path = f"/gennemgang/{keep(database)}"
    reviewer.post(path, mærke=["frister"], **reviewer.form_of(path))
    page = reviewer.http.get("/tal").text
    assert "Handicap" in page
    assert "Vejle" in page


# ── the API ──────────────────────────────────────────────────────────────────────────────────


def test_decisions_through_the_api_need_the_right_version(client, bearer, database):
    headers, path = bearer(Role.REVIEWER), f"/api/submissions/{keep(database)}"
    body = {"labels": ["frister"], "seconds": 3}
    assert client.post(f"{path}/decisions", json=body, headers=headers).status_code == 428
    tag = client.get(path, headers=headers).headers["etag"]
    first = client.post(f"{path}/decisions", json=body, headers=headers | {"If-Match": tag})
    assert (first.status_code, first.json()["revision"]) == (201, 1)
    again = client.post(f"{path}/decisions", json=body, headers=headers | {"If-Match": tag})
    assert (again.status_code, again.headers["etag"]) == (412, '"1"')
    current = again.json()["current"]
    assert (current["revision"], current["who"]) == (1, "program-sagsgennemgang")
    assert (current["what"], current["labels"]) == (
        "vurderede",
        "Partshøring (afvist), Frister (som foreslået)",
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"labels": "frister"},
        {"labels": [1]},
        {"labels": ["sjusk"]},
        {"labels": [], "note": 1},
        {"labels": [], "seconds": "3"},
        {"labels": [], "exclusion": "kedelig"},
        {"labels": [], "exclusion": ["test"]},
        {"labels": [], "passages": {"frister": 1}},
        {"labels": [], "navn": "x"},
    ],
)
def test_bad_decisions(client, bearer, database, body):
    path = f"/api/submissions/{keep(database)}/decisions"
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    assert client.post(path, json=body, headers=headers).status_code == 422
