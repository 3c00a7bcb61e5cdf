"""Business numbers, known by the word."""

import pytest

from nlp.redact.recognizers.cvr import CvrRecognizer


@pytest.fixture
def find(find_with):
    return find_with(CvrRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("CVR 83123456", "83123456"),
        ("CVR-nr.: 83 12 34 56", "83 12 34 56"),
        ("cvr.nr.83123456", "83123456"),
        ("cvr83123456", "83123456"),
        ("cvr\u00a0nr.\u00a083123456", "83123456"),
        ("SE-nr. 83123456", "83123456"),
        ("DK83123456", "DK83123456"),
        ("83123456 (cvr)", "83123456"),
        ("deres cvr-nummer hedder 83123456", "83123456"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "83123456",
        "tlf. 83123456",
        "cvr-registeret fra 2019",
        "Jeg kan se 12 fejl",
        "DK50 0040 0440 1162 43",
        "se side 8312",
        "EAN 5798009811578",
        "cvr koster 12.000 kr.",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("SE/CVR: DK 91 44 00 27.", "DK 91 44 00 27"),
        ("CVR: 9 0 1 2  4 4 5 6", "9 0 1 2  4 4 5 6"),
        ("CVR 83123456 og 84123456", "84123456"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "se 12 34",
        "moms 25 % af 12.000",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
