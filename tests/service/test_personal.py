"""«Personlig oplysning tilbage»: the words go out of every row, and nothing else is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from nlp.types import LABELS
from service.db import audit
from service.db.tables import (
    Base,
    Claim,
    Decision,
    ExcerptRow,
    Masking,
    Review,
    Role,
    Submission,
    SuggestionRow,
)
from service.errors import AlreadyDecided, BadFields, NotAllowed, Taken
from service.review.claims import claim_one
from service.review.confirmed import confirmed_submissions
from service.review.decisions import Choice
from service.review.masking import Personal
from service.review.personal import evidence_of, missed, take_out
from service.review.repository import submission_of
from service.review.service import decide, undo

TEXT = "Tubbeline har ventet på svar. [PERSON 1] skrev til Tubbelines skole i syv måneder."
NAME = Personal("Tubbeline", "PERSON")


@pytest.fixture
def kept(both, keep_text):
    return keep_text(
        both,
        TEXT,
        evidence="skrev til Tubbelines skole",
        excerpt="Tubbeline har ventet på svar.",
        possible="Tubbeline",
    )


def rows_that_hold(database, words: str) -> list[str]:
    """Every table with a row that holds the words, in whatever column."""
    with database.read() as session:
        return [
            table.name
            for table in Base.metadata.tables.values()
            for row in session.execute(select(table))
            if words in str(tuple(row)).lower()
        ]


def test_the_words_are_nowhere_and_the_rest_stands(both, kept, person):
    assert set(rows_that_hold(both, "tubbeline")) == {"submission", "excerpt"}
    done = take_out(both, kept, NAME, person(both, "anna"), revision=0)
    assert (done.revision, done.places, done.excerpts) == (1, 2, 1)
    assert rows_that_hold(both, "tubbeline") == []
    with both.read() as session:
        submission = submission_of(session, kept)
        assert submission.text == (
            "[PERSON 2] har ventet på svar. [PERSON 1] skrev til [PERSON 2] skole i syv måneder."
        )
        assert [submission.text[e["start"] : e["end"]] for e in submission.entities] == [
            *("[PERSON 2]", "[PERSON 1]", "[PERSON 2]")
        ]
        assert (submission.possible, submission.state) == ([], "new")
        assert submission.urgency < 1
        suggestion = next(s for s in submission.suggestions if s.label == "frister")
        shown = [submission.text[s:e] for s, e in evidence_of(submission, suggestion)]
        assert shown == ["skrev til [PERSON 2] skole"]
        assert suggestion.evidence[0]["start"] == TEXT.index("skrev")
        assert session.scalar(select(Masking.type)) == "PERSON"
        assert audit.first_broken(session) is None


@pytest.mark.parametrize("reader_has_decided", [False, True])
def test_no_byte_of_the_file_holds_the_words(
    embedded, keep_text, person, reader, reader_has_decided
):
    public_id, anna = (
        keep_text(embedded, TEXT, excerpt="Tubbeline venter."),
        person(embedded, "anna"),
    )
    file = embedded.engine.url.database
    if reader_has_decided:
        decide(embedded, reader, public_id, Choice(frozenset({"frister"})), anna, revision=0)
    before = b"".join(Path(file + end).read_bytes() for end in ("", "-wal"))
    assert b"Tubbeline" in before
    take_out(embedded, public_id, NAME, anna, revision=int(reader_has_decided))
    after = b"".join(Path(file + end).read_bytes() for end in ("", "-wal"))
    assert b"ubbelin" not in after


def test_notes_hashes_and_own_quotations_lose_the_words(both, kept, person, reader):
    anna = person(both, "anna")
    choice = Choice(frozenset({"frister"}), passages={"frister": "Tubbeline har ventet på svar"})
    with both.write() as session:  # a reader that misses the name, as it did in the text
        number = session.scalar(select(Submission.id))
        session.add(
            ExcerptRow(
                submission_id=number,
                label="frister",
                text="TUBBELINE har ventet.",
                origin="reviewer",
                added_by=anna.account_id,
                added_at=session.scalar(select(Submission.stored_at)),
            )
        )
    decide(both, reader, kept, Choice(choice.labels, note="Se bilaget."), anna, revision=0)
    with both.write() as session:  # the first decision may change its note only with a masking
        session.add(
            Review(
                submission_id=number,
                revision=2,
                action="decide",
                state="reviewed",
                subtags=[],
                note="Ring til Tubbelines mor",
                reviewer_id=anna.account_id,
                decided_at=session.scalar(select(Review.decided_at)),
            )
        )
        session.execute(update(Submission).values(revision=2))
    take_out(both, kept, NAME, anna, revision=2)
    assert rows_that_hold(both, "tubbeline") == []
    with both.read() as session:
        notes = list(session.scalars(select(Review.note).order_by(Review.revision)))
        assert notes == ["Se bilaget.", *["Ring til [PERSON 2] mor"] * 2]
        hashes = session.execute(select(Decision.revision, Decision.text_sha256)).all()
    assert {one for revision, one in hashes if revision == 1} == {""}


def test_decisions_stand_and_quotations_are_withdrawn(both, kept, person, reader):
    anna = person(both, "anna")
    decide(both, reader, kept, Choice(frozenset({"frister"})), anna, revision=0)
    with both.read() as session:
        (before,) = confirmed_submissions(session)
    assert before.excerpts
    take_out(both, kept, NAME, anna, revision=1)
    with both.read() as session:
        (after,) = confirmed_submissions(session)
        (earlier,) = confirmed_submissions(session, until=before.reviewed_at)
        submission = submission_of(session, kept)
        hashes = set(session.scalars(select(Decision.text_sha256).where(Decision.revision == 2)))
        kinds = set(session.scalars(select(Decision.kind).where(Decision.revision == 2)))
    assert (after.labels, after.excerpts, earlier.excerpts) == (("frister",), (), ())
    assert hashes == {submission.text_sha256}
    assert kinds == {"accepted"}
    with pytest.raises(NotAllowed):
        undo(both, kept, anna, revision=2)


def test_one_after_the_other_moves_offsets_through_both(both, keep_text, person):
    public_id = keep_text(both, "Bo og Ib i Ly. Ib venter.", evidence="Ib venter")
    anna = person(both, "anna")
    take_out(both, public_id, Personal("Ly", "PLACE"), anna, revision=0)
    take_out(both, public_id, Personal("Ib", "PERSON"), anna, revision=1)
    with both.read() as session:
        submission = submission_of(session, public_id)
        assert submission.text == "Bo og [PERSON 1] i [STED]. [PERSON 1] venter."
        (place,) = evidence_of(submission, submission.suggestions[LABELS.index("frister")])
        assert submission.text[slice(*place)] == "[PERSON 1] venter"
        cases = list(missed(session))
    assert [(one.type, one.shape, one.before, one.after) for one in cases] == [
        ("PLACE", "Xx", "Bo og [PERSON 1] i ", ". [PERSON 1] venter."),
        ("PERSON", "Xx", "Bo og ", " i [STED]. [PERSON 1] venter."),
        ("PERSON", "Xx", "Bo og [PERSON 1] i [STED]. ", " venter."),
    ]


def test_the_other_is_told_and_nothing_changes(both, kept, person):
    anna, bo = person(both, "anna"), person(both, "bo")
    claim_one(both, kept, bo.account_id, minutes=5)
    with pytest.raises(Taken):
        take_out(both, kept, NAME, anna, revision=0)
    with pytest.raises(AlreadyDecided):
        take_out(both, kept, NAME, bo, revision=4)
    with pytest.raises(BadFields):
        take_out(both, kept, Personal("Karla", "PERSON"), bo, revision=0)
    with both.read() as session:
        assert session.scalar(select(Submission.text)) == TEXT
        assert session.scalar(select(func.count()).select_from(Masking)) == 0
        assert session.scalar(select(func.count()).select_from(Review)) == 0


@pytest.mark.parametrize(
    "change",
    [
        "excerpt SET text = 'x'",
        "excerpt SET text = '', withdrawn_at = added_at",
        "review SET note = 'x'",
        "decision SET text_sha256 = ''",
    ],
)
def test_without_a_masking_nothing_said_can_be_changed(both, kept, person, reader, change):
    decide(both, reader, kept, Choice(frozenset()), person(both, "anna"), revision=0)
    with pytest.raises(DBAPIError, match="cannot be changed"), both.write() as session:
        session.execute(text(f"UPDATE {change}"))


@pytest.mark.parametrize(
    "change",
    [
        "excerpt SET label = 'andre'",
        "review SET state = 'new'",
        "review SET subtags = '[1]'",
        "decision SET value = NOT value",
        "decision SET kind = 'added'",
        "suggestion SET evidence = '[]'",
        "masking SET type = 'CPR'",
    ],
)
def test_a_masking_opens_no_other_column(both, kept, person, reader, change):
    anna = person(both, "anna")
    decide(both, reader, kept, Choice(frozenset()), anna, revision=0)
    take_out(both, kept, NAME, anna, revision=1)
    with pytest.raises(DBAPIError, match="cannot be changed"), both.write() as session:
        session.execute(text(f"UPDATE {change}"))


# ── the page ─────────────────────────────────────────────────────────────────────────────────


def test_the_page_replaces_at_once_and_keeps_what_was_chosen(reviewer, database, keep_text):
    path = f"/gennemgang/{keep_text(database, TEXT, excerpt='Tubbeline venter.')}"
    twin = keep_text(database, TEXT)
    page = reviewer.post(
        f"{path}/personlig",
        **reviewer.form_of(path),
        **{"ord": "Tubbeline", "type": "PERSON 1", "mærke": ["andre"], "note": "Ring."},
    )
    assert page.status_code == 200
    assert "Fjernet 2 steder. 1 uddrag er trukket tilbage." in page.text
    assert twin in page.text
    assert "Tubbeline" not in page.text
    assert page.text.count('<span class="placeholder">[PERSON 1]</span>') == 3
    assert re.findall(r'value="(\w+)" data-key="\d" checked', page.text) == ["andre"]
    assert 'value="Ring."' in page.text
    assert 'name="revision" value="1"' in page.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 0
    again = reviewer.post(
        path, revision="1", mærke=["andre"], **{"undermærke": ["tone"], "note": "Ring."}
    )
    assert again.status_code == 200
    assert "fjernede en personlig oplysning" in reviewer.http.get(path).text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"ord": "Karla", "type": "PERSON"}, 422, "står ikke i teksten"),
        ({"ord": "Tubbeline", "type": "BIL"}, 422, "hvad ordene er"),
        ({"ord": "Tubbeline", "type": "PERSON 9"}, 422, "findes ikke i teksten"),
        ({"ord": "", "type": "PERSON"}, 422, "Skriv eller markér"),
        ({"ord": "<script>", "type": "PERSON"}, 422, "&lt;script&gt;</textarea>"),
        ({"ord": "Tubbeline", "type": "PERSON", "revision": "7"}, 409, "Siden var forældet"),
    ],
)
def test_bad_words_lose_nothing(reviewer, database, keep_text, fields, status, said):
    path = f"/gennemgang/{keep_text(database, TEXT)}"
    form = reviewer.form_of(path) | {"mærke": ["andre"], "note": "Ring."} | fields
    page = reviewer.post(f"{path}/personlig", **form)
    assert page.status_code == status
    assert said in page.text
    assert re.findall(r'value="(\w+)" data-key="\d" checked', page.text) == ["andre"]
    assert 'value="Ring."' in page.text
    with database.read() as session:
        assert session.scalar(select(Submission.text)) == TEXT


def test_only_reviewers_with_a_token_of_their_own(reviewer, sign_in, database, keep_text):
    path = f"/gennemgang/{keep_text(database, TEXT)}/personlig"
    fields = {"ord": "Tubbeline", "type": "PERSON", "revision": "0"}
    assert reviewer.http.post(path, data=fields).status_code == 403
    assert sign_in(Role.ANALYST).post(path, **fields).status_code == 403
    with database.read() as session:
        assert session.scalar(select(Submission.text)) == TEXT


def test_the_words_reach_no_log(reviewer, database, keep_text, capfd):
    path = f"/gennemgang/{keep_text(database, TEXT)}"
    form = reviewer.form_of(path)
    for words in ("Tubbeline", "Tubbelines skole i syv måneder og mere end det er for langt"):
        reviewer.post(f"{path}/personlig", **form, **{"ord": words, "type": "PERSON"})
    assert "ubbelin" not in "".join(capfd.readouterr())


# ── the API ──────────────────────────────────────────────────────────────────────────────────


def test_through_the_api(client, bearer, database, keep_text):
    headers, path = bearer(Role.REVIEWER), f"/api/submissions/{keep_text(database, TEXT)}"
    body = {"words": "Tubbeline", "type": "PERSON"}
    assert client.post(f"{path}/maskings", json=body, headers=headers).status_code == 428
    headers |= {"If-Match": '"0"'}
    done = client.post(f"{path}/maskings", json=body, headers=headers)
    assert (done.status_code, done.headers["etag"]) == (201, '"1"')
    assert "Tubbeline" not in done.text
    again = client.post(f"{path}/maskings", json=body, headers=headers)
    assert again.status_code == 412
    assert again.json()["current"]["what"] == "fjernede en personlig oplysning"


@pytest.mark.parametrize(
    "body", [{}, {"words": "x"}, {"words": 1, "type": "CPR"}, {"words": "x", "type": "CPR", "y": 1}]
)
def test_bad_maskings_through_the_api(client, bearer, database, keep_text, body):
    path = f"/api/submissions/{keep_text(database, TEXT)}/maskings"
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 422
    assert "Tubbeline" not in answer.text


def test_claims_and_suggestions_are_untouched(both, kept, person):
    anna = person(both, "anna")
    claim_one(both, kept, anna.account_id, minutes=5)
    with both.read() as session:
        before = session.execute(select(SuggestionRow.__table__)).all()
    take_out(both, kept, NAME, anna, revision=0)
    with both.read() as session:
        assert session.execute(select(SuggestionRow.__table__)).all() == before
        assert session.scalar(select(Claim.account_id)) == anna.account_id
    with both.write() as session:
        session.execute(delete(Claim))
