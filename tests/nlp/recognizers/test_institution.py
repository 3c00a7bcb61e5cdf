"""Named institutions; kinds and authorities without a name are none."""

import pytest

from nlp.redact.recognizers.institution import InstitutionRecognizer


@pytest.fixture
def find(find_with):
    return find_with(InstitutionRecognizer())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Han gik på Skovbrynets Skole før", "Skovbrynets Skole"),
        ("Psykiatrisk Center Ballerup", "Psykiatrisk Center Ballerup"),
        ("Jobcenter Thisted", "Jobcenter Thisted"),
        ("firmaet Vejle Firma ApS", "Vejle Firma ApS"),
        ("Børnehaven Solstrålen", "Børnehaven Solstrålen"),
        ("Solgårdens Plejehjem", "Solgårdens Plejehjem"),
        ("Regionshospitalet Gødstrup", "Regionshospitalet Gødstrup"),
    ],
)
def test_they_are_found(find, text, piece):
    assert find(text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "Ankestyrelsen",
        "Folketingets Ombudsmand",
        "Familieretshuset",
        "skolen svarede ikke",
        "Folkeskolen er presset",
        "jobcenteret i byen",
        "Jobcenteret ringede",
        "Den Skole",
        "plejehjemmet",
        "Kommunen",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []
