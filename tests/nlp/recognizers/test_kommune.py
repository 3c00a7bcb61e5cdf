"""Municipalities by name; «kommunen» alone is none."""

import pytest

from nlp.redact.recognizers.kommune import KommuneRecognizer


@pytest.fixture
def find(find_with):
    return find_with(KommuneRecognizer(("Vejle", "Lyngby-Taarbæk", "Kolding")))


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Vejle Kommune svarede", "Vejle Kommune"),
        ("vejle kommune svarede", "vejle kommune"),
        ("VEJLE KOMMUNE", "VEJLE KOMMUNE"),
        ("Vejle\u00a0Kommunes svar", "Vejle Kommunes"),
        ("Lyngby-Taarbæk Kommune", "Lyngby-Taarbæk Kommune"),
        ("lyngby-taarbæk kommune", "lyngby-taarbæk kommune"),
        ("Høje-Taastrup Kommune", "Høje-Taastrup Kommune"),
        ("Kommunen i Aalborg", "Kommunen i Aalborg"),
        ("kommunen i kolding", "kommunen i kolding"),
        ("Bornholms Regionskommune", "Bornholms Regionskommune"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "kommunen svarede ikke",
        "Hvilken kommune",
        "Jeg bor i Vejle",
        "Min kommune er sløv",
        "kommunen i dag",
        "alle kommuner",
        "Samme Kommune",
        "kommunens svar",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("fra Vejle\nKommune og", "Vejle\nKommune"),
        ("Kommuneqarfik Sermersooq", "Kommuneqarfik Sermersooq"),
        ("Qeqqata Kommunia", "Qeqqata Kommunia"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tidligere kommune: ukendt",
        "Nuværende kommune",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
