"""Driving licences: eight digits, known by the word."""

import pytest

from nlp.redact.recognizers.licence import LicenceRecognizer


@pytest.fixture
def find(find_with):
    return find_with(LicenceRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("kørekort 12345678", "12345678"),
        ("Kørekortnr.: 12345678", "12345678"),
        ("kørekort nr. 12 34 56 78", "12 34 56 78"),
        ("kørekortnummeret er 12345678", "12345678"),
        ("kørekort,\u00a0nummer 12345678", "12345678"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "kørekort i 12 år",
        "kørekort fra 2019",
        "12345678",
        "kørekort kostede 15.000 kr.",
        "kørekort til kat. B",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("kørekort\nnr 04417/15/0803 og", "04417/15/0803"),
        ("syrisk kørekort DAM-117204,", "DAM-117204"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "kørekort i 2019-2023",
        "kørekort til kat. B i 2019",
        "kørekort kostede 15.000,00 kr.",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
