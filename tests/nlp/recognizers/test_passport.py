"""Passports and travel documents, known by the word."""

import pytest

from nlp.redact.recognizers.passport import PassportRecognizer


@pytest.fixture
def find(find_with):
    return find_with(PassportRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("pasnr. 123456789", "123456789"),
        ("Pasnummer: AB1234567", "AB1234567"),
        ("pas 123 456 789", "123 456 789"),
        ("passet har nummer 123456789", "123456789"),
        ("opholdskort nr. A1234567", "A1234567"),
        (
            "P<DNKHOLM<<METTE<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            "P<DNKHOLM<<METTE<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        ),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "pas på dig selv",
        "det passer 12 gange",
        "pasning i 12 timer",
        "passet udløb i 2019",
        "123456789",
        "tilpasset 1234567 gange",
        "opholdstilladelse fra 2019",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Passet, P 4417823, ligger", "P 4417823"),
        ("Pas C01X00T47.", "C01X00T47"),
        ("om passet FE 881 204 som", "FE 881 204"),
        ("norsk pas NOA 778-120", "NOA 778-120"),
        ("Hans pas,\nnr. C2280417, har", "C2280417"),
        ("pas nr c2280417", "c2280417"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "pas på 12 34 56",
        "passet kostede 1.234.567 kr",
        "pasning i 12 år",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
