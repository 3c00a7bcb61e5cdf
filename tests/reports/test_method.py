"""«Metode & Data» and «Anonymitet & GDPR» follow what is in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from nlp.redact import spans
from nlp.types import ENTITIES, Versions
from service.reports import method
from service.reports.method import InForce
from service.reports.routes import _results as shipped_results
from service.settings import Settings
from training_data.codebook import read_codebook

REDACTION, LABELS = shipped_results()
OWN = Versions(REDACTION["versions"]["redactor"], LABELS["versions"]["classifier"])


@pytest.fixture
def known() -> InForce:
    return InForce(Settings(), OWN, read_codebook(), REDACTION, LABELS)


def words(sections) -> str:
    """Everything that a page says."""
    return "\n".join(
        part
        for section in sections
        for part in (
            section.title,
            *section.paragraphs,
            *(one for item in section.items for one in (item.title, *item.paragraphs)),
            *(" | ".join(row) for grid in section.grids for row in grid.rows),
        )
    )


CHANGES: list[tuple[str, object, Callable, str]] = [
    ("max_characters", 1234, method.method, "højst 1.234 tegn"),
    ("blind_percent", 37, method.method, "37 % af indsendelserne læses uden at se forslagene"),
    ("blind_percent", 0, method.method, "Ingen indsendelser læses for tiden uden"),
    ("report_minimum", 9, method.method, "mindst 9 indsendere bag"),
    ("report_minimum", 9, method.privacy, "mindst 9 indsendere bag"),
    ("session_hours", 1, method.privacy, "Medarbejderes login | 1 time"),
    ("one_time_hours", 72, method.privacy, "Engangslink til login | 72 timer"),
    ("claim_minutes", 1, method.privacy, "Hvem der læser en indsendelse lige nu | 1 minut"),
    ("idempotency_hours", 11, method.privacy, "dobbelt indsendelse | 11 timer"),
    ("retention_months", 7, method.privacy, "anonymiserede tekst | slettes 7 måneder efter"),
    ("retention_months", 1, method.privacy, "når der er gået 1 måned, siden"),
    ("local_sign_in", True, method.privacy, "logger ind med adgangskode eller engangslink."),
]


@pytest.mark.parametrize(("name", "value", "page", "expected"), CHANGES)
def test_a_setting_changes_the_page(known, name, value, page, expected):
    changed = known.settings.model_copy(update={name: value})
    assert expected in words(page(replace(known, settings=changed)))
    if getattr(known.settings, name) != value:
        assert expected not in words(page(known))


def test_a_provider_for_sign_in_is_told(known):
    changed = known.settings.model_copy(
        update={"oidc_issuer": "https://login.example", "local_sign_in": False}
    )
    told = words(method.privacy(replace(known, settings=changed)))
    assert "logger ind med centrets egen loginløsning." in told


def test_every_setting_is_told_or_known_to_concern_nobody():
    """A new setting makes somebody decide; the changes above cover those that are told."""
    assert set(Settings.model_fields) == method.TOLD | method.NOT_TOLD
    assert not method.TOLD & method.NOT_TOLD
    assert method.TOLD - {"oidc_issuer"} == {name for name, *_ in CHANGES}


@pytest.mark.parametrize("name", ENTITIES)
def test_every_type_says_what_is_masked_where(known, name):
    (row,) = [row for row in table(known) if row[1] == f"[{spans.PLACEHOLDERS[name]}]"]
    kept = name in spans.KEPT_IN_STORAGE
    assert row[2:4] == ("bliver stående" if kept else "fjernes", "fjernes")
    found = REDACTION["finders"]["Retsspor"]["locked"]["by_type"].get(name)
    if found:
        assert f"{found['hits']} ud af {found['total']}" in row[4]


def table(known: InForce) -> tuple[tuple[str, ...], ...]:
    (section,) = [section for section in method.privacy(known) if section.id == "fjernes"]
    return section.grids[0].rows


def test_what_staff_may_read_changes_the_page(known, monkeypatch):
    monkeypatch.setattr(method, "KEPT_IN_STORAGE", frozenset({"DATE"}))
    rows = {row[1]: row[2] for row in table(known)}
    assert (rows["[DATO]"], rows["[ALDER]"]) == ("bliver stående", "fjernes")


def test_other_figures_change_the_page(known):
    ours = REDACTION["finders"]["Retsspor"]
    locked = {**ours["locked"], "texts": 4321}
    changed = {**REDACTION, "finders": {"Retsspor": {**ours, "locked": locked}}}
    assert "I 4321 tekster" in words(method.privacy(replace(known, redaction=changed)))


@pytest.mark.parametrize("page", [method.method, method.privacy])
def test_figures_of_another_version_are_not_told(known, page):
    """A model that was not measured must not borrow the figures of its predecessor."""
    other = replace(known, versions=Versions("another", "another"))
    for unmeasured in (other, replace(known, redaction=None, labels=None)):
        told = words(page(unmeasured))
        assert "Denne version er ikke målt endnu" in told
        assert "som ingen har rettet" not in told
    assert "som ingen har rettet" in words(page(known))


def test_the_codebook_is_told(known):
    told = words(method.method(known))
    for entry in known.codebook.entries:
        assert f"{entry.name} | {entry.description} | {entry.law}" in told


def test_the_shipped_figures_are_of_the_shipped_models(reader):
    assert reader.versions == OWN
