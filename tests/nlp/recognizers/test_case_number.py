"""Case, journal and document numbers; statutes, years and a topic code alone are none."""

import pytest

from nlp.redact.recognizers.case_number import CaseNumberRecognizer


@pytest.fixture
def find(find_with):
    return find_with(CaseNumberRecognizer())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Vedr. 27.36.04-G01-12-23", "27.36.04-G01-12-23"),
        ("27.36.04–G01–12–23", "27.36.04-G01-12-23"),
        ("15/34881", "15/34881"),
        ("23-12345", "23-12345"),
        ("Sagen er 2023-104562.", "2023-104562"),
        ("SAG-2015-01536", "SAG-2015-01536"),
        ("j.nr. 2023-4455", "2023-4455"),
        ("j.\u00a0nr.\u00a02023-4455", "2023-4455"),
        ("Jnr: 2023/4455", "2023/4455"),
        ("Sagsnr.: 123456", "123456"),
        ("sagsnummer 123456", "123456"),
        ("Sagsnr.123456", "123456"),
        ("Deres ref.: AB-4455", "AB-4455"),
        ("dokumentnr. 998877", "998877"),
        ("journalnummeret er 4455-22", "4455-22"),
        ("sagsnr. 2019-2023", "2019-2023"),  # the word decides over the look of years
    ],
)
def test_numbers_are_found(find, text, number):
    assert find(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "27.36.04",
        "emnet 27.36.04 i planen",
        "sagen fra 2023",
        "sag 2023",
        "i 2019-2023",
        "lov nr. 1234",
        "lovbekendtgørelse nr. 1089",
        "§ 52, stk. 3, nr. 4",
        "sagen har 12 bilag",
        "sagen tog 14 måneder",
        "ordrenummer 123456",
        "principmeddelelse 10-22",
        "24/7",
        "12.000 kr.",
        "EAN 5798009811578",
        "version 2.10",
        "08/2019",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Deres ref.: MV/jl 2024-7", "MV/jl 2024-7"),
        ("Afgift nr. P-5501293 på", "P-5501293"),
        ("Dok 4417/24-3", "4417/24-3"),
        ("Sag: 2024 - 77 / 301", "2024 - 77 / 301"),
        ("sagsnr sj-24-55108", "sj-24-55108"),
        ("ref.: mv 2024-7", "mv 2024-7"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "varenr. P-5501293",
        "akt 12-14",
        "sagen 2019 - 2023",
        "sagen på 10-12 timer",
        "sagen har 12 bilag og/eller 3 noter",
        "DET VAR DEN 30/11 2023",
        "LOG 2024-05-05",
        "skoleåret 2023-24",
        "der er 12 / 14 sager",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Nova 2200417855", ["2200417855"]),
        ("Nexus-id 880412", ["880412"]),
        ("DUBU-sag: 4417829", ["4417829"]),
        ("DUBU-nr. 4417829", ["4417829"]),
        ("udlændingenummer (person-id) er 12884410", ["12884410"]),
        ("i retten hed BS-14882/2023-AAL.", ["BS-14882/2023-AAL"]),
        ("Fogedsag FS 41-2871/2024", ["FS 41-2871/2024"]),
        ("Boet har nr. SKS 12-4418/23.", ["SKS 12-4418/23"]),
        ("klage med id KLG00118820", ["KLG00118820"]),
        ("lejemål 014-0-214-3", ["014-0-214-3"]),
        ("de skriver 2023 - 55821.", ["2023 - 55821"]),
        ("den hedder jc 24 - 88301.", ["24 - 88301"]),
        ("aftalenr. RENO-220417", ["RENO-220417"]),
        ("ticket #44821", ["#44821"]),
        ("2024EMN01234", ["2024EMN01234"]),
        ("afgørelsen (23-8812) er", ["23-8812"]),
        ("id b3f1c2d4-55aa-4e21-9c01-0a1b2c3d4e5f", ["b3f1c2d4-55aa-4e21-9c01-0a1b2c3d4e5f"]),
    ],
)
def test_systems_courts_and_loose_forms(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Nova kostede 22.004 kr",
        "en supernova 2200417855",
        "i Acadre 2019",
        "KLE i SBSYS: 27.36.04",
        "BS 12/24",
        "serienummer 14CE004417",
        "i årene 2019 - 2024",
        "2023 - 14.250 kr.",
        "2023 - 14250 kr.",
        "#metoo",
        "nr. #123",
        "loven (2023-2024)",
        "afgørelsen (2023-2024)",
        "bolig 2-3 værelser",
        "2024ABC",
    ],
)
def test_near_misses_of_systems_courts_and_loose_forms(find, text):
    assert find(text) == []
