"""Cadastral numbers with their district."""

import pytest

from nlp.redact.recognizers.matrikel import MatrikelRecognizer


@pytest.fixture
def find(find_with):
    return find_with(MatrikelRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("matr.nr. 12a Sengeløse By, Sengeløse", "12a Sengeløse By, Sengeløse"),
        ("Matrikel 12 a, Sengeløse By", "12 a, Sengeløse By"),
        ("matrikelnummer 7bk", "7bk"),
        ("matr.\u00a0nr.\u00a07bk", "7bk"),
        ("12a Sengeløse By, Sengeløse", "12a Sengeløse By, Sengeløse"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "12 a la carte",
        "matriklen er stor",
        "7 byer",
        "matematik 12",
        "bor i 12 byer",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("matr.nr. 5a og 5b, Tvis By, Tvis. Ifølge", "5a og 5b, Tvis By, Tvis"),
        ("matr.nr. 1hx Assens Markjorder. Hvilket", "1hx Assens Markjorder"),
        ("matr. nr. 12a sdr. bjert by, sdr. bjert", "12a sdr. bjert by, sdr. bjert"),
        ("matr. nr. 12a sdr. bjert by, sdr. bjert og 14b skt. klemens by", "14b skt. klemens by"),
        ("matr.nr. 4k Nr. Broby By, Nr. Broby", "4k Nr. Broby By, Nr. Broby"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "12 by og 3 sogn",
        "2 store byer",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
