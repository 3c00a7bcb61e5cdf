"""98 names, and the ones that people use instead."""

from __future__ import annotations

from collections import Counter

import pytest

from training_data.municipalities import MUNICIPALITIES, find


def test_there_are_98_in_five_regions():
    assert len({one.name for one in MUNICIPALITIES}) == 98
    assert Counter(one.region for one in MUNICIPALITIES) == {
        "Hovedstaden": 29,
        "Sjælland": 17,
        "Syddanmark": 22,
        "Midtjylland": 19,
        "Nordjylland": 11,
    }


def test_danish_letters_come_last():
    names = [one.name for one in MUNICIPALITIES]
    assert names[0] == "Albertslund"
    assert names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Kbh", "København"),
        ("kbh.", "København"),
        ("Københavns Kommune", "København"),
        ("KOEBENHAVN", "København"),
        ("Lyngby", "Lyngby-Taarbæk"),
        ("Lyngby-Tårbæk Kommune", "Lyngby-Taarbæk"),
        ("Århus", "Aarhus"),
        ("Kommunen i Ålborg", "Aalborg"),
        ("Høje Tåstrup", "Høje-Taastrup"),
        ("høje-taastrup", "Høje-Taastrup"),
        ("Nordfyn", "Nordfyns"),
        ("Vesthimmerlands Kommune", "Vesthimmerlands"),
        ("Bornholms Regionskommune", "Bornholm"),
        ("Ringkøbing", "Ringkøbing-Skjern"),
        ("Mors", "Morsø"),
        ("  Assens  ", "Assens"),
        ("A\u030arhus", "Aarhus"),  # å as a and a ring
    ],
)
def test_short_and_old_names_are_understood(written, meant):
    found = find(written)
    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize(
    "written",
    ["", " ", "kommune", "i", "Atlantis", "Malmø", "Danmark", "Aar", "98", "Christiansfeld"],
)
def test_what_is_not_certain_is_not_guessed(written):
    assert find(written) is None


@pytest.mark.parametrize("one", MUNICIPALITIES, ids=lambda one: one.name)
def test_every_name_finds_itself(one):
    for name in (one.name, one.name.upper(), f"{one.name} Kommune", *one.aliases):
        assert find(name) is one
