"""The demo: invented submissions that cannot belong to anybody, and a way in for each role."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from service import demo
from service.app import create_app
from service.db.engine import Database
from service.db.tables import Role, Submission
from service.intake.rows import Row
from training_data.areas import AREAS

LINES = [json.loads(line) for line in demo.SUBMISSIONS.read_text(encoding="utf-8").splitlines()]
TEXTS = "\n".join(line["text"] for line in LINES)


def test_there_are_enough_and_all_can_be_read():
    assert len(LINES) >= 40
    assert all(isinstance(row, Row) for row in demo.rows(demo.SUBMISSIONS, 20_000))
    assert {line["area"] for line in LINES} == set(AREAS)
    assert len({line["text"] for line in LINES}) == len(LINES)


def test_numbers_are_impossible():
    for day, year, seventh in re.findall(r"\b([0-3]\d[01]\d)(\d\d)-(\d)\d{3}\b", TEXTS):
        assert day
        assert 30 <= int(year) <= 57
        assert seventh in "5678"
    for phone in re.findall(r"\b\d\d \d\d \d\d \d\d\b", TEXTS):
        assert phone[:2] in {"83", "84", "85", "95"}
    assert all(mail.endswith(".example") for mail in re.findall(r"@(\S+\w)", TEXTS))


@pytest.fixture
def ways(settings, reader):
    return demo.prepare(settings, reader)


def test_all_are_loaded_once_and_redacted(settings, reader, ways):
    demo.prepare(settings, reader)
    database = Database(settings.address)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == len(LINES)
        stored = "\n".join(session.scalars(select(Submission.text)))
    database.close()
    for secret in re.findall(r"\b\d{6}-\d{4}\b|\b\d\d \d\d \d\d \d\d\b|\S+@\S+\w", TEXTS):
        assert secret not in stored


def test_every_role_gets_in(settings, reader, ways, browse, token_of):
    assert [way.role for way in ways] == list(Role)
    with browse(create_app(settings, reader)) as client:
        for way in ways:
            answer = client.post(way.path, data={"csrf": token_of(client.get(way.path).text)})
            assert answer.status_code == 200
            assert way.name in answer.text
            client.cookies.clear()


def test_the_sender_s_token_sends(settings, reader, ways, browse):
    (token,) = [way.api_token for way in ways if way.api_token]
    with browse(create_app(settings, reader)) as client:
        sent = {"text": "Kommunen har ikke svaret på min ansøgning siden marts."}
        headers = {"Authorization": f"Bearer {token}"}
        assert client.post("/api/submissions", json=sent, headers=headers).status_code == 201
