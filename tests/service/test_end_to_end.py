"""The whole road on both databases: sent, read, confirmed, counted, ready for a report."""

from __future__ import annotations

import re

import pytest

from service.app import create_app
from service.db import audit
from service.db.tables import Role
from service.review.confirmed import confirmed_submissions
from service.security import accounts
from service.settings import Settings

LETTERS = {
    "handicap": "Kommunen har ikke svaret på min ansøgning i ni måneder. Mit cpr er 140642-6123.",
    "ældre": "Ingen har spurgt min mor, før de tog hendes hjælp fra hende.",
    "jobcenter": "Der står ingen begrundelse i brevet, kun at det er et afslag.",
}


@pytest.fixture
def everywhere(tmp_path, address) -> Settings:
    return Settings(var=tmp_path / "var", database_url=address)


def test_from_the_form_to_the_figures(everywhere, reader, browse, token_of):
    app = create_app(everywhere, reader)
    with browse(app) as client:
        for area, text in LETTERS.items():
            fields = {"text": text, "area": area, "municipality": "Vejle", "handling": "send"}
            assert "referencenummer" in client.post("/indsend", data=fields).text
        with app.state.database.write() as session:
            account = accounts.create(session, "anna", Role.ADMINISTRATOR)
            link = f"/login/engang/{accounts.one_time_link(session, account, hours=1)}"
        page = client.post(link, data={"csrf": token_of(client.get(link).text)})
        page = client.post("/gennemgang/naeste", data={"csrf": token_of(page.text)})
        for _ in LETTERS:
            hidden = dict(
                re.findall(
                    r'name="(csrf|revision|vist)" value="([^"]+)"',
                    page.text.split('id="fortryd"')[0],
                )
            )
            page = client.post(page.url.path, data=hidden | {"mærke": ["frister", "andre"]})
        assert page.url.path == "/gennemgang"
        figures = client.get("/tal").text
        assert "Vejle" in figures
        assert client.get("/rapporter/ny").status_code == 200
        with app.state.database.read() as session:
            confirmed = confirmed_submissions(session)
            assert audit.first_broken(session) is None
    assert {one.area: one.labels for one in confirmed} == dict.fromkeys(
        LETTERS, ("frister", "andre")
    )
    assert len({one.submitter for one in confirmed}) == len(LETTERS)


def test_an_address_keeps_its_password_to_itself():
    settings = Settings(database_url="postgresql://anna:hemmelig@db.example/retsspor")
    assert "hemmelig" not in f"{settings!r} {settings}"
    assert settings.address == "postgresql+psycopg://anna:hemmelig@db.example/retsspor"


def test_settings_come_from_the_environment_and_stay(monkeypatch):
    monkeypatch.setenv("RETSSPOR_MAX_CHARACTERS", "500")
    settings = Settings.from_environment()
    assert settings.max_characters == 500
    with pytest.raises(ValueError, match="frozen"):
        settings.max_characters = 1
