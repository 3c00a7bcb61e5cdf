"""The public form, as a browser without JavaScript uses it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from nlp.errors import RedactionFailed
from service.db.tables import Submission

TEXT = "Jeg hedder Mette Ravnsborg, cpr 140642-6123. Vi har ventet på svar i syv måneder."


def stored(database):
    with database.read() as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def test_preview_shows_what_is_kept_and_keeps_nothing(client, database):
    answer = client.post("/indsend", data={"text": TEXT, "handling": "vis"})
    preview = answer.text.split('id="visning"')[1].split("</section>")[0]
    assert "[CPR]" in preview
    assert "140642" not in preview
    assert "Mette" not in preview
    assert TEXT in answer.text.split("<textarea")[1]
    assert answer.headers["cache-control"] == "no-store"
    assert stored(database) == []


def test_send_keeps_the_redacted_text_and_gives_a_reference(client, database):
    fields = {"text": TEXT, "area": "børn og familie", "municipality": "Kbh", "handling": "send"}
    answer = client.post("/indsend", data=fields)
    (kept,) = stored(database)
    assert kept.public_id in answer.text
    assert "[CPR]" in kept.text
    assert "140642" not in kept.text
    assert (kept.area, kept.municipality, kept.state) == ("børn og familie", "København", "new")


def test_own_name_and_address_are_used_and_forgotten(client, database):
    fields = {
        "text": "Kommunen skrev forkert om Quarlsdottir Zim, og vi har ventet længe på svar.",
        "navn": "Quarlsdottir Zim",
        "handling": "send",
    }
    client.post("/indsend", data=fields)
    (kept,) = stored(database)
    assert "Quarlsdottir" not in kept.text
    assert "Zim" not in kept.text


def test_one_more_by_the_same_sender_counts_as_one_person(client, database):
    client.post("/indsend", data={"text": TEXT, "handling": "send"})
    first = stored(database)[0]
    page = client.get("/indsend", params={"efter": first.public_id})
    assert first.public_id in page.text
    client.post("/indsend", data={"text": TEXT, "handling": "send", "efter": first.public_id})
    client.post("/indsend", data={"text": TEXT, "handling": "send"})
    senders = [one.submitter for one in stored(database)]
    assert senders[0] == senders[1] != senders[2]


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"text": ""}, "text", "tom"),
        ({"text": " \u200b\n"}, "text", "tom"),
        ({"text": "x" * 20_001}, "text", "20.001"),
        ({"text": "hej\x00"}, "text", "almindelig tekst"),
        (
            {
                "text": "This letter is written in English, and it goes on about the council for a while."
            },
            "text",
            "dansk",
        ),
        ({"text": TEXT, "municipality": "Atlantis"}, "municipality", "98 kommuner"),
        ({"text": TEXT, "municipality": "Kolling"}, "municipality", "Mener du Kolding?"),
        ({"text": TEXT, "municipality": "Christiansfeld"}, "municipality", "Kolding og Haderslev"),
        ({"text": TEXT, "area": "sport"}, "area", "Området kendes ikke"),
    ],
)
def test_bad_input_names_the_field_and_loses_nothing(client, database, fields, field, says):
    answer = client.post("/indsend", data=fields | {"handling": "send"})
    assert answer.status_code == 422
    assert f'id="fejl-{field}"' in answer.text
    assert says in answer.text
    assert stored(database) == []
    if field != "text":
        assert TEXT in answer.text


def test_a_line_end_counts_once(client):
    text = "linje om ventetid\r\n" * 1_000
    answer = client.post("/indsend", data={"text": text + "x" * 2_500})
    assert answer.status_code == 422
    assert "20.500" in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain", ""])
def test_only_plain_forms_are_taken(client, kind):
    assert (
        client.post("/indsend", content=b"text=x", headers={"content-type": kind}).status_code
        == 415
    )


def test_a_form_that_is_not_utf8(client):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/indsend", content=b"text=%E6%F8%E5", headers=headers)
    assert answer.status_code == 400
    assert "UTF-8" in answer.text


def test_too_many_bytes_are_not_read(client):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = (b"x" * 100_000 for _ in range(20))
    assert client.post("/indsend", content=body, headers=headers).status_code == 413


def test_when_redaction_fails_nothing_is_kept_and_the_sender_keeps_the_words(
    client, app, database, monkeypatch
):
    def fail(*_args, **_kwargs):
        raise RedactionFailed("names", "TimeoutError")

    monkeypatch.setattr(app.state.reader, "read", fail)
    answer = client.post("/indsend", data={"text": TEXT, "handling": "send"})
    assert answer.status_code == 503
    assert TEXT in answer.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 0


def test_an_unknown_reference_has_no_receipt(client):
    assert client.get("/indsend/kvittering/01ARZ3NDEKTSV4RRFFQ69G5FAV").status_code == 404


def test_script_comes_back_as_text(client):
    answer = client.post(
        "/indsend", data={"text": "</textarea><script>alert(1)</script> vi har ventet"}
    )
    assert "<script>alert" not in answer.text
