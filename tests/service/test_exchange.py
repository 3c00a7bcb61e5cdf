"""Confirmed decisions go out and come back: nothing lost, nothing changed, nothing smuggled in."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from nlp.types import LABELS, Excerpt, Redacted
from service.db.engine import Database
from service.db.tables import AuditEntry, Decision, ExcerptRow, Review, Role, Submission
from service.db.upgrade import upgrade
from service.exchange.files import FORMATS, encoded, records_in, usable
from service.exchange.records import record_of
from service.exchange.standing import standing
from service.exchange.tables import COLUMNS, fields_of
from service.exchange.take_in import Fate, take_in_all
from service.intake.rows import RefusedRow
from service.review.claims import claim_one
from service.review.confirmed import confirmed_submissions
from service.review.decisions import Choice
from service.review.masking import Personal
from service.review.personal import take_out
from service.review.service import decide, undo
from service.review.words import SUBTAGS

TEXT = (
    "[PERSON 1] har ventet på svar i syv måneder. Ingen har spurgt os. =1+1, '=1 og svar i syv år."
)
QUOTED = "ventet på svar i syv måneder"
UNKNOWN = "01KT5Q3H6ZJ8W4M2N7R9V0XBCD"


def out(database, kind, **more):
    with database.read() as session:
        return b"".join(encoded(standing(session, **more), kind, blind_percent=0))


def rows_out(database):
    """What stands, without the number of acts that led to it."""
    with database.read() as session:
        return [fields_of(one) | {"revision": None} for one in standing(session)]


def back(database, reader, content, kind, who, blind_percent=0):
    """Row → what became of it; a refusal as its fields."""
    records = usable(records_in(content, kind, limit=20_000))
    outcomes = take_in_all(database, reader, records, who, blind_percent=blind_percent)
    return {
        row: outcome if isinstance(outcome, Fate) else [one.field for one in outcome]
        for row, outcome in outcomes
    }


def line(**fields):
    return json.dumps(fields).encode() + b"\n"


def count(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def kept(embedded, keep_text):
    return keep_text(embedded, TEXT, evidence="syv måneder", excerpt="I syv måneder.")


# ── there and back ───────────────────────────────────────────────────────────────────────────

words = st.sampled_from(["=1+1", "'=1", "svar i", "[PERSON 1]", "Ingen har spurgt os.", QUOTED])
choices = st.one_of(
    st.builds(
        lambda labels, subtags, note, quoted: Choice(
            labels=frozenset(labels),
            subtags=tuple(sorted(subtags, key=SUBTAGS.index)) if "andre" in labels else (),
            note=note,
            passages={label: quoted[label] for label in labels if label in quoted},
        ),
        st.sets(st.sampled_from(LABELS)),
        st.sets(st.sampled_from(SUBTAGS), max_size=3),
        st.sampled_from(["", "Se også sagen før.", "=HYPERLINK(1) står i teksten", "'+45"]),
        st.dictionaries(st.sampled_from(LABELS), words),
    ),
    st.builds(
        lambda why, note: Choice(frozenset(), exclusion=why, note=note),
        st.sampled_from(["spam", "duplicate", "out_of_scope", "test"]),
        st.sampled_from(["", "Ligner en anden."]),
    ),
)


class Quoting:
    """A reader whose notes and quotations are what they are given; redaction has its own tests."""

    def redact(self, raw, **_):
        return Redacted(raw.reveal(), ())

    def excerpt(self, label, redacted, start, end):
        return Excerpt(label, redacted.text[start:end])


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """An empty database to copy: migrations for every example would take too long."""
    path = tmp_path_factory.mktemp("layout") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


def copied(layout, folder, name):
    shutil.copy(layout, folder / name)
    return Database(f"sqlite:///{folder / name}")


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=st.lists(st.tuples(choices, st.booleans()), min_size=1, max_size=4))
@pytest.mark.parametrize("kind", FORMATS)
def test_what_goes_out_comes_back(layout, tmp_path_factory, keep_text, person, kind, plan):
    folder = tmp_path_factory.mktemp("exchange")
    database = copied(layout, folder, "one.sqlite3")
    anna = person(database, "anna")
    kept = [keep_text(database, TEXT, evidence="syv", is_test=test) for _, test in plan]
    keep_text(database)  # undecided: stays here
    with database.read() as session:
        bare = [copy_of(one) for one in session.scalars(select(Submission)).all()]
    for public_id, (choice, _) in zip(kept, plan, strict=True):
        decide(database, Quoting(), public_id, choice, anna, revision=0)
    empty = copied(layout, folder, "two.sqlite3")
    with empty.write() as session:
        session.add_all(bare)
    found = back(empty, Quoting(), out(database, kind), kind, person(empty, "bo"))
    assert set(found.values()) == {Fate.DECIDED}
    assert rows_out(empty) == rows_out(database)
    again = back(empty, Quoting(), out(database, kind), kind, person(empty, "carl"))
    assert set(again.values()) == {Fate.UNCHANGED}
    assert count(empty, Review) == len(plan)
    database.close()
    empty.close()


def copy_of(submission):
    """The submission as it came in, with what the model said: for another database."""
    columns = {one.key: getattr(submission, one.key) for one in Submission.__table__.columns}
    suggestions = [
        type(one)(**{c.key: getattr(one, c.key) for c in one.__table__.columns})
        for one in submission.suggestions
    ]
    return Submission(**columns, suggestions=suggestions)


@pytest.mark.parametrize("kind", FORMATS)
def test_with_the_real_reader_on_both_databases(both, keep_text, reader, person, kind):
    kept = keep_text(both, TEXT, evidence="syv måneder", excerpt="I syv måneder.")
    anna = person(both, "anna")
    choice = Choice(
        frozenset({"frister", "andre"}),
        subtags=("tone",),
        note="Ring til Mette Ravnsborg.",
        passages={"frister": QUOTED},
    )
    decide(both, reader, kept, choice, anna, revision=0)
    content, before = out(both, kind), rows_out(both)
    assert b"Ravnsborg" not in content
    undo(both, kept, anna, revision=1)
    assert rows_out(both) == []
    (fate,) = back(both, reader, content, kind, person(both, "bo")).values()
    assert fate == ["revision"]  # the undo is newer, and is not overruled
    newer = content.replace(b'"revision": 1', b'"revision": 2').replace(b",1,20", b",2,20", 1)
    if kind != "parquet":
        (fate,) = back(both, reader, newer, kind, person(both, "carl")).values()
        assert fate == Fate.DECIDED
        assert rows_out(both) == before
        with both.read() as session:
            (one,) = confirmed_submissions(session)
            reviews = session.scalars(select(Review).order_by(Review.revision)).all()
        assert ("frister", "Ventet på svar i syv måneder.") in one.excerpts
        assert [one.action for one in reviews] == ["decide", "undo", "decide"]


def test_a_second_place_with_the_same_words_is_the_one_that_was_meant(
    embedded, kept, reader, person
):
    start = TEXT.rindex("svar i syv")
    passage = {"label": "frister", "text": "svar i syv", "start": start, "end": start + 10}
    content = line(id=kept, revision=0, labels=["frister"], passages=[passage])
    assert back(embedded, reader, content, "jsonl", person(embedded, "anna")) == {1: Fate.DECIDED}
    with embedded.read() as session:
        row = session.scalars(select(ExcerptRow).where(ExcerptRow.origin == "reviewer")).one()
    assert (row.passage_start, row.passage_end) == (start, start + 10)


def test_a_passage_moves_with_words_taken_out_before_it(embedded, keep_text, reader, person):
    anna = person(embedded, "anna")
    kept = keep_text(embedded, "Villadsen har ventet på svar i syv måneder. Ingen har spurgt os.")
    passages = {"frister": "på svar i syv måneder"}
    decide(
        embedded, reader, kept, Choice(frozenset({"frister"}), passages=passages), anna, revision=0
    )
    take_out(embedded, kept, Personal("Villadsen", "PERSON"), anna, revision=1)
    (row,) = rows_out(embedded)
    assert row["text"].startswith("[PERSON 1] har")
    (passage,) = row["passages"]
    assert row["text"][passage["start"] : passage["end"]] == passage["text"] == passages["frister"]


# ── refused, by number, without quoting ──────────────────────────────────────────────────────

WELL = {"id": UNKNOWN, "revision": 0, "labels": ["frister"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"id": UNKNOWN.lower()}, "id"),
        ({"revision": -1}, "revision"),
        ({"revision": "1.0"}, "revision"),
        ({"revision": True}, "revision"),
        ({"revision": 10**12}, "revision"),
        ({"labels": "frister"}, "labels"),
        ({"labels": ["sjusk"]}, "labels"),
        ({"labels": [["frister"]]}, "labels"),
        ({"labels": ["<script>alert(1)</script>"]}, "labels"),
        ({"exclusion": "kedelig"}, "exclusion"),
        ({"exclusion": ["spam"]}, "exclusion"),
        ({"subtags": ["tone"]}, "subtags"),  # its label is missing
        ({"labels": ["andre"], "subtags": ["sjov"]}, "subtags"),
        ({"note": 1}, "note"),
        ({"note": "x" * 1_001}, "note"),
        ({"note": "x" * 1_000_000}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"passages": "frister"}, "passages"),
        ({"passages": [{"label": "frister"}]}, "passages"),
        ({"passages": [{"label": "frister", "text": "x", "start": 3, "end": 2}]}, "passages"),
        ({"passages": [{"label": "frister", "text": "x", "start": -1, "end": 2}]}, "passages"),
        ({"passages": [{"label": "frister", "text": "x", "start": 1}]}, "passages"),
        ({"passages": [{"label": "frister", "text": "x"}] * 2}, "passages"),
        ({"passages": [{"label": "andre", "text": "x"}]}, "passages"),  # a label that is not set
        ({"passages": [{"label": "frister", "text": "x"}] * 201}, "passages"),
        ({"reviewer": "anna"}, "?"),
    ],
)
def test_records_that_are_refused(changes, field):
    content = line(**(WELL | changes))
    (row,) = records_in(content, "jsonl", limit=20_000)
    assert isinstance(row, RefusedRow)
    assert field in [one.field for one in row.problems]
    assert "script" not in row.why
    assert "sjusk" not in row.why


def test_a_near_miss_is_taken():
    assert record_of(WELL | {"note": "x" * 1_000, "revision": "3"}).revision == 3
    assert record_of(WELL | {"labels": ["andre"], "subtags": ["tone"]}).subtags == ("tone",)
    assert record_of(WELL | {"labels": [], "exclusion": "spam"}).exclusion == "spam"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": UNKNOWN}, "id"),
        ({"passages": [{"label": "frister", "text": "står her ikke"}]}, "passages"),
        ({"passages": [{"label": "frister", "text": QUOTED, "start": 0, "end": 9}]}, "passages"),
        ({"passages": [{"label": "frister", "text": QUOTED, "start": 9, "end": 9999}]}, "passages"),
        ({"text": "En helt anden tekst."}, "text"),
        ({"exclusion": "spam"}, "exclusion"),  # and a label
    ],
)
def test_records_that_do_not_fit_what_is_here(embedded, kept, reader, person, changes, field):
    content = line(**(WELL | {"id": kept} | changes)) + line(**(WELL | {"id": kept}))
    found = back(embedded, reader, content, "jsonl", person(embedded, "anna"))
    assert found == {1: [field], 2: Fate.DECIDED}  # and it goes on behind the bad row


def test_a_newer_decision_is_never_overruled(embedded, kept, reader, person):
    anna = person(embedded, "anna")
    decide(embedded, reader, kept, Choice(frozenset({"andre"})), anna, revision=0)
    content = line(**(WELL | {"id": kept}))
    assert back(embedded, reader, content, "jsonl", person(embedded, "bo")) == {1: ["revision"]}
    assert [one["labels"] for one in rows_out(embedded)] == [["andre"]]
    said = line(**(WELL | {"id": kept, "labels": ["andre"]}))
    assert back(embedded, reader, said, "jsonl", person(embedded, "carl")) == {1: Fate.UNCHANGED}
    assert count(embedded, Review) == 1


def test_what_another_person_reads_now_is_left_alone(embedded, kept, reader, person):
    claim_one(embedded, kept, person(embedded, "anna").account_id, minutes=5)
    content = line(**(WELL | {"id": kept}))
    assert back(embedded, reader, content, "jsonl", person(embedded, "bo")) == {1: [""]}


def test_an_open_second_reading_is_given_by_another_person(both, keep_text, reader, person):
    kept = keep_text(both, TEXT)
    anna, bo = person(both, "anna"), person(both, "bo")
    choice = Choice(frozenset({"frister"}), wants_second=True)
    decide(both, reader, kept, choice, anna, revision=0)
    assert rows_out(both) == []  # nothing stands yet
    content = line(**(WELL | {"id": kept, "revision": 1}))
    assert back(both, reader, content, "jsonl", anna) == {1: [""]}
    assert back(both, reader, content, "jsonl", bo) == {1: Fate.DECIDED}
    with both.read() as session:
        actions = session.scalars(select(Review.action).order_by(Review.id)).all()
    assert actions == ["decide", "second"]


def test_decisions_of_a_blind_reading_are_marked_as_such(embedded, kept, reader, person):
    content = line(**(WELL | {"id": kept}))
    found = back(embedded, reader, content, "jsonl", person(embedded, "anna"), blind_percent=100)
    assert found == {1: Fate.DECIDED}
    with embedded.read() as session:
        assert set(session.scalars(select(Decision.kind))) == {"unseen"}


def test_who_took_in_and_how_much_is_in_the_trail(embedded, kept, reader, person):
    anna = person(embedded, "anna")
    back(embedded, reader, line(**(WELL | {"id": kept})) + line(id="x"), "jsonl", anna)
    with embedded.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.actor, last.action, last.subject) == ("anna", "import", "decisions")
    assert last.detail == {"decided": 1, "unchanged": 0, "refused": 1}


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "start", ["=HYPERLINK(1)", "+1", "-1", "@A1", "\t=1", "\r=1", "'=1", " =1"]
)
def test_no_cell_is_a_formula_and_all_come_back(embedded, keep_text, reader, person, start):
    text = f"{start} Vi har ventet på svar i syv måneder."
    kept = keep_text(embedded, text)
    decide(embedded, reader, kept, Choice(frozenset()), person(embedded, "anna"), revision=0)
    content = out(embedded, "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert tuple(row) == COLUMNS
    assert not any(cell.lstrip("\t\r\n ").startswith(tuple("=+-@")) for cell in row.values())
    (found,) = records_in(content.encode(), "csv", limit=1000)
    assert found.record.text == text


def test_excel_may_save_it_with_semicolons(embedded, keep_text, reader, person):
    kept, header = keep_text(embedded, TEXT), ";".join(["id", "revision", *LABELS])
    content = f"\ufeff{header}\r\n{kept};0;1;0;0;0;0;\r\n".encode()
    assert back(embedded, reader, content, "csv", person(embedded, "anna")) == {2: Fate.DECIDED}
    assert rows_out(embedded)[0]["labels"] == ["sagsoplysning"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", {1: [""]}),
        (b"id,revision\nx,0\n", {1: [""]}),  # the labels are missing
        (f"id,navn,{','.join(LABELS)}\n".encode(), {1: [""]}),
        (f"id,{','.join(LABELS)}\nx,ja,,,,,\n".encode(), {2: ["labels"]}),
        (f"id,{','.join(LABELS)}\nx,1,,,,,\n".encode(), {2: ["id"]}),
        (b"\x00\x01", {1: [""]}),
    ],
)
def test_csv_that_cannot_be_used(embedded, reader, person, content, expected):
    found = back(embedded, reader, content, "csv", person(embedded, "anna"))
    assert found in (expected, {1: ["text"]})


# ── Parquet ──────────────────────────────────────────────────────────────────────────────────


def parquet(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def test_one_long_cell_a_million_times_is_refused_in_little_memory(embedded, reader, person):
    bomb = pa.DictionaryArray.from_arrays(
        pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 2_000_000])
    )
    file = io.BytesIO()
    table = pa.table({"id": bomb, "labels": pa.array([["frister"]] * 1_000_000)})
    pq.write_table(table, file, compression="zstd")
    before = pa.total_allocated_bytes()
    rows = records_in(file.getvalue(), "parquet", limit=20_000)
    assert [next(rows).problems[0].danish for _ in range(300)] == [
        "Rækken har en for lang celle."
    ] * 300
    assert pa.total_allocated_bytes() - before < 100_000_000


def test_a_group_that_unpacks_to_too_much_is_not_opened(embedded, reader, person, monkeypatch):
    monkeypatch.setattr("service.batch.parquet.MOST_BYTES_A_GROUP", 10_000)
    content = parquet(id=["x" * 20_000], labels=[["frister"]])
    assert back(embedded, reader, content, "parquet", person(embedded, "anna")) == {1: [""]}


@pytest.mark.parametrize(
    "content",
    [
        b"PAR1",
        b"PK\x03\x04",
        parquet(id=["x"]),
        parquet(id=["x"], labels=[["frister"]], navn=["y"]),
        parquet(id=[1], labels=[["frister"]]),
        parquet(id=[UNKNOWN], labels=["frister"]),
    ],
)
def test_parquet_that_cannot_be_used(embedded, reader, person, content):
    (fields,) = back(embedded, reader, content, "parquet", person(embedded, "anna")).values()
    assert isinstance(fields, list)


# ── the API ──────────────────────────────────────────────────────────────────────────────────

TYPES = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


@pytest.mark.parametrize("kind", FORMATS)
def test_out_and_in_through_the_api(client, bearer, database, keep_text, reader, person, kind):
    kept = keep_text(database, TEXT)
    anna = person(database, "anna")
    decide(database, reader, kept, Choice(frozenset({"frister"})), anna, revision=0)
    headers = bearer(Role.ADMINISTRATOR)
    answer = client.get("/api/decisions", params={"format": kind}, headers=headers)
    assert answer.headers["content-type"].startswith(TYPES[kind])
    sent = headers | {"content-type": TYPES[kind]}
    same = client.post("/api/decisions", content=answer.content, headers=sent).json()
    assert (same["unchanged"], same["decided"], same["refused"]) == (1, 0, 0)
    decide(database, reader, kept, Choice(frozenset()), anna, revision=1)
    newer = client.post("/api/decisions", content=answer.content, headers=sent).json()
    assert (newer["decided"], newer["refused"]) == (0, 1)


def test_roles(client, bearer, as_sender):
    for headers in (as_sender, bearer(Role.REVIEWER)):
        assert client.get("/api/decisions", headers=headers).status_code == 403
    sent = bearer(Role.ANALYST) | {"content-type": "text/csv"}
    assert client.post("/api/decisions", content=b"x", headers=sent).status_code == 403


def test_the_result_names_bad_rows(client, bearer, database, keep_text):
    kept = keep_text(database, TEXT)
    content = line(**(WELL | {"id": kept})) + b"{\n" + line(**WELL)
    headers = bearer(Role.REVIEWER) | {"content-type": "application/x-ndjson"}
    found = client.post("/api/decisions", content=content, headers=headers).json()
    assert (found["decided"], found["refused"]) == (1, 2)
    assert [one["row"] for one in found["errors"]] == [2, 3]
    assert UNKNOWN not in json.dumps(found)


# ── stored script ────────────────────────────────────────────────────────────────────────────


def test_script_in_notes_texts_and_names_stays_words_on_pages(
    client, app, bearer, database, keep_text, reader, person, sign_in
):
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    kept = keep_text(database, f"Vi har ventet på svar i syv måneder. {evil} Ingen har spurgt os.")
    mallory = person(database, "<b onmouseover=alert(1)>Bo")
    record = WELL | {"id": kept, "note": f"Se her: {evil} står i teksten."}
    record["passages"] = [{"label": "frister", "text": f"i syv måneder. {evil}"}]
    (fate,) = back(database, reader, line(**record), "jsonl", mallory).values()
    if fate != Fate.DECIDED:  # the quotation could not be given anonymously: then without it
        (fate,) = back(
            database, reader, line(**(record | {"passages": []})), "jsonl", mallory
        ).values()
    assert fate == Fate.DECIDED
    staff = sign_in(Role.ADMINISTRATOR)
    for path in (f"/gennemgang/{kept}", "/gennemgang?status=vurderede", "/tal", "/enighed"):
        page = staff.http.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b onmouseover" not in page.text
    assert "&lt;script&gt;" in staff.http.get(f"/gennemgang/{kept}").text
