"""The same request twice is one submission: by its key, by the sender's own id, row by row."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from nlp.types import LABELS, RawText, Reading, Redacted, Suggestion, Versions
from service.clock import now
from service.db.tables import IdempotencyKey, Role, Source, Submission
from service.errors import AlreadyReceived
from service.intake.fields import draft
from service.intake.idempotency import Attempts
from service.intake.service import Received, Sender, receive
from service.security.accounts import create
from service.security.sealing import Sealer, sealer_of
from service.settings import Settings

TEXT = "Jeg hedder Mette Ravnsborg. Vi har ventet på svar i syv måneder."
KEY = {"Idempotency-Key": "7c0f2f2b-8a3d-4f6e-9b1c-5d2e8f7a6b4c"}


class Slow:
    """A reader that lets all threads come together before anybody writes."""

    versions = Versions("r", "c")

    def __init__(self, meeting: Barrier) -> None:
        self.meeting = meeting

    def read(self, raw, *, known=()):
        self.meeting.wait(timeout=20)
        suggestions = tuple(Suggestion(label, 0.1, False) for label in LABELS)
        return Reading(Redacted("[PERSON 1] venter.", ()), suggestions, (), self.versions)


def count(database, table=Submission):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def send(client, headers, **changes):
    return client.post("/api/submissions", json={"text": TEXT} | changes, headers=headers)


def test_the_same_again_is_answered_alike_and_kept_once(client, as_sender, database):
    first, second = (send(client, as_sender | KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert count(database) == 1


def test_the_answer_is_what_is_kept_now(client, as_sender, bearer, database):
    """Personal words that were taken out meanwhile do not come back by repeating the request."""
    first = send(client, as_sender | KEY, text="Villadsen har ventet på svar i syv måneder. " * 2)
    path = first.headers["location"]
    words = {"words": "svar", "type": "DATE"}
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    assert client.post(f"{path}/maskings", json=words, headers=headers).status_code == 201
    again = send(client, as_sender | KEY, text="Villadsen har ventet på svar i syv måneder. " * 2)
    assert "svar" not in again.json()["text"]
    assert count(database) == 1


@pytest.mark.parametrize("changes", [{"text": TEXT + " Nu igen."}, {"is_test": True}])
def test_another_body_under_the_same_key_is_refused(client, as_sender, database, changes):
    send(client, as_sender | KEY)
    answer = send(client, as_sender | KEY, **changes)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:retsspor:noegle-genbrugt")
    assert count(database) == 1


def test_a_refused_request_leaves_its_key_free(client, as_sender, database):
    assert send(client, as_sender | KEY, area="sport").status_code == 422
    assert send(client, as_sender | KEY, area="handicap").status_code == 201
    assert count(database) == 1


def test_a_key_belongs_to_its_account(client, as_sender, bearer, database):
    send(client, as_sender | KEY)
    assert send(client, bearer(Role.ADMINISTRATOR) | KEY).status_code == 201
    assert count(database) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "æ".encode()])
def test_a_key_out_of_shape(client, as_sender, database, key):
    answer = send(client, as_sender | {"Idempotency-Key": key})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["Idempotency-Key"]
    assert count(database) == 0


def test_a_key_is_forgotten_when_its_time_is_over(client, as_sender, database):
    send(client, as_sender | KEY)
    with database.write() as session:
        session.execute(update(IdempotencyKey).values(expires_at=now() - timedelta(seconds=1)))
    assert send(client, as_sender | KEY, text=TEXT + " Igen.").status_code == 201
    assert (count(database), count(database, IdempotencyKey)) == (2, 1)


def test_only_keyed_hashes_are_kept(client, as_sender, database, settings):
    send(client, as_sender | KEY)
    with database.read() as session:
        row = session.scalars(select(IdempotencyKey)).one()
    body = json.dumps({"text": TEXT}, separators=(",", ":"), ensure_ascii=False).encode()
    address = b"/api/submissions"
    assert row.body_hash == sealer_of(settings).seal(b"body", address, body)
    assert row.body_hash != Sealer(b"another key").seal(b"body", address, body)
    assert KEY["Idempotency-Key"] not in (row.key_hash, row.body_hash)
    assert settings.idempotency_hours * 3600 == pytest.approx(
        (row.expires_at - now()).total_seconds(), abs=60
    )


def test_the_secret_is_made_once_and_hidden(tmp_path):
    settings = Settings(var=tmp_path / "var")
    with ThreadPoolExecutor(8) as pool:
        sealed = set(pool.map(lambda _: sealer_of(settings).seal(b"x"), range(8)))
    assert len(sealed) == 1
    path = tmp_path / "var" / "secret.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() not in repr(sealer_of(settings))
    given = Settings(var=tmp_path / "other", secret="s" * 32)
    assert sealer_of(given).seal(b"x") not in sealed
    assert not (tmp_path / "other").exists()


# ── at the same time ─────────────────────────────────────────────────────────────────────────


def at_once(work, times):
    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(work) for _ in range(times)]]


def sender_of(database):
    with database.write() as session:
        return Sender(Source.API, create(session, "program", Role.SENDER).id, "program")


def test_the_same_key_at_the_same_moment_is_one_submission(both):
    sender, reader = sender_of(both), Slow(Barrier(8))
    keyed = Attempts(Sealer(b"key"), sender.account_id, b"k", "body", 1)

    def once():
        checked = draft({"text": TEXT, "id": "sag-7"}, limit=1000)
        return receive(both, reader, checked, sender, attempt=keyed.whole())

    found = at_once(once, 8)
    assert len({one.public_id for one in found}) == 1
    assert sorted(one.is_new for one in found) == [False] * 7 + [True]
    assert (count(both), count(both, IdempotencyKey)) == (1, 1)


def test_the_same_own_id_at_the_same_moment_is_one_submission(both):
    sender, reader = sender_of(both), Slow(Barrier(8))

    def once():
        try:
            checked = draft({"text": TEXT, "id": "sag-7"}, limit=1000)
            return receive(both, reader, checked, sender).public_id
        except AlreadyReceived as error:
            return f"again {error.public_id}"

    found = at_once(once, 8)
    (kept,) = [one for one in found if not one.startswith("again")]
    assert sorted(found) == sorted([kept] + [f"again {kept}"] * 7)
    assert count(both) == 1


# ── files, and the sender's own id ───────────────────────────────────────────────────────────

CSV = f"id,text,area\na,{TEXT},handicap\nb,{TEXT} Også i år.,sport\nc,{TEXT} Igen.,handicap\n"


def upload(client, headers, content=CSV):
    headers = headers | {"content-type": "text/csv"}
    return client.post("/api/submissions/csv", content=content.encode(), headers=headers)


def test_a_file_twice_is_told_and_kept_once(client, as_sender, database):
    first, second = (upload(client, as_sender).json() for _ in range(2))
    assert (first["received"], first["refused"], first["repeated"]) == (2, 1, [])
    assert (second["received"], second["refused"]) == (0, 1)
    assert second["repeated"] == [
        {"row": 2, "reference": first["ids"][0]},
        {"row": 4, "reference": first["ids"][1]},
    ]
    assert count(database) == 2


def test_a_file_with_a_key_is_answered_alike(client, as_sender, database):
    without_ids = CSV.replace("id,", "").replace("\na,", "\n").replace("\nb,", "\n")
    without_ids = without_ids.replace("\nc,", "\n")
    first, second = (upload(client, as_sender | KEY, without_ids) for _ in range(2))
    assert first.json()["received"] == 2
    assert first.json() == second.json()
    assert count(database) == 2
    other = upload(client, as_sender | KEY, without_ids + "mere,handicap\n")
    assert other.status_code == 422
    assert count(database) == 2


def test_a_file_that_broke_off_goes_on_where_it_was(client, as_sender, database, app, monkeypatch):
    read, seen = app.state.reader.read, []

    def breaks(raw: RawText, **more):
        seen.append(raw)
        if len(seen) == 2:
            raise RuntimeError
        return read(raw, **more)

    monkeypatch.setattr(app.state.reader, "read", breaks)
    lines = "text\n" + "".join(f"{TEXT} Sag {number}.\n" for number in range(3))
    assert upload(client, as_sender | KEY, lines).status_code == 500
    assert count(database) == 1
    assert upload(client, as_sender | KEY, lines).json()["received"] == 3
    assert count(database) == 3


def test_an_own_id_twice_is_a_conflict_that_names_the_first(client, as_sender, bearer, database):
    first = send(client, as_sender, id="sag-7")
    again = send(client, as_sender, id="sag-7", text=TEXT + " Noget nyt.")
    assert (again.status_code, again.json()["type"]) == (409, "urn:retsspor:modtaget-foer")
    assert again.json()["reference"] == first.headers["location"].rpartition("/")[2]
    assert "sag-7" not in again.text
    assert send(client, bearer(Role.ADMINISTRATOR), id="sag-7").status_code == 201
    assert count(database) == 2


def test_the_command_line_knows_its_own_ids_and_may_be_told_to_keep_them(embedded, reader):
    sender = Sender(Source.CSV, account_name="command line")
    checked = draft({"text": TEXT, "id": "1"}, limit=1000)
    assert isinstance(receive(embedded, reader, checked, sender), Received)
    with pytest.raises(AlreadyReceived):
        receive(embedded, reader, checked, sender)
    other = Sender(Source.DEMO, account_name="demo")
    again = Sender(Source.CSV, account_name="command line", again=True)
    receive(embedded, reader, checked, other)
    receive(embedded, reader, checked, again)
    assert count(embedded) == 3
