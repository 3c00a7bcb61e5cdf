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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("på aflastningsstedet Myren", ["aflastningsstedet Myren"]),
        ("Går på FGU Trekanten.", ["FGU Trekanten"]),
        ("taxa for Midtvest Taxi", ["Midtvest Taxi"]),
        ("diagnosen. skovbrynets skole har", ["skovbrynets skole"]),
        ("konto i Fjordbanken", ["Fjordbanken"]),
        ("Arbejdsgiver: Nordisk Beton", ["Nordisk Beton"]),
        ("3. Dagtilbud: Mariehønen", ["Mariehønen"]),
    ],
)
def test_kinds_and_fields(find, text, names):
    assert find(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "gerningsstedet Hobro",
        "kommunens skole",
        "byens skole",
        "børnenes børnehave",
        "i Folkeskolen lærte",
        "Skole: Ja",
        "Skole: Ingen",
        "Bank: Ukendt",
        "Min bank: Ved ikke",
    ],
)
def test_near_misses_of_kinds_and_fields(find, text):
    assert find(text) == []
