"""Registration plates; amounts and abbreviations are none."""

import pytest

from nlp.redact.recognizers.plate import PlateRecognizer


@pytest.fixture
def find(find_with):
    return find_with(PlateRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Bilen AB 12 345 holdt der", "AB 12 345"),
        ("AB12345", "AB12345"),
        ("AB\u00a012\u00a0345", "AB 12 345"),
        ("nummerplade ab 12 345", "ab 12 345"),
        ("min bil, ab12345, blev taget", "ab12345"),
        ("trailer AB 1234", "AB 1234"),
        ("knallert AB 123", "AB 123"),
        ("nummerpladen er BARBIE", "BARBIE"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "på 12 345 kr",
        "kr 12 345",
        "KR 12345",
        "DK 12345",
        "ca 12 345 sager",
        "SEL 12345",
        "af 12 345 borgere",
        "AB 12-345-678",
        "bilen er ny",
        "EU 12345",
        "uge AB 12",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("TAXAEN MED DV  22 981 KØRTE", "DV  22 981"),
        ("svensk nummerplade ABC 123", "ABC 123"),
        ("polsk plade: WA 12345", "WA 12345"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "plade på 12 345 kr",
        "nummerplader for 2019",
        "pladen fik 12 ridser",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "plates"),
    [
        ("han henter dig i den grå ec 19 224", ["ec 19 224"]),
        ("den grå på 19 224", []),
        ("den grå sten og ec 19 224", []),
    ],
)
def test_a_colour_directly_before(find, text, plates):
    assert find(text) == plates
