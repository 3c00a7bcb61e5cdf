"""Addresses in any completeness; ways, laws and amounts are none."""

import pytest

from nlp.redact.recognizers.address import AddressRecognizer


@pytest.fixture
def find(find_with):
    return find_with(AddressRecognizer())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jeg bor Nørregade 3, 2. tv, 8000 Aarhus C.", "Nørregade 3, 2. tv, 8000 Aarhus C"),
        ("Nørregade 3", "Nørregade 3"),
        ("nørregade 3 st. th", "nørregade 3 st. th"),
        ("Algade 12A, st.tv.", "Algade 12A, st.tv."),
        ("Algade 12 b, kl. mf", "Algade 12 b, kl. mf"),
        ("Lille Bispegade 4, kld. mf.", "Lille Bispegade 4, kld. mf."),
        ("Algade\u00a012,\u00a01.\u00a0t.h.", "Algade 12, 1. t.h."),
        ("Algade 12–14", "Algade 12-14"),
        ("Algade 12, 4. sal, dør 7", "Algade 12, 4. sal, dør 7"),
        ("H.C. Andersens Boulevard 12", "H.C. Andersens Boulevard 12"),
        ("Store Kirke Stræde 5", "Store Kirke Stræde 5"),
        ("Kildeløkken 5, 4000 Roskilde", "Kildeløkken 5, 4000 Roskilde"),
        ("Algade 12, 9999 Bynavn Ø", "Algade 12, 9999 Bynavn Ø"),
        ("8000 Aarhus C", "8000 Aarhus C"),
        ("postboks 123", "postboks 123"),
        ("vi flyttede til Vestergade i maj", "Vestergade"),
        ("naboen på Kildeløkkevej", "Kildeløkkevej"),
    ],
)
def test_addresses_are_found(find, text, address):
    assert find(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "Vi har ventet på vej 3 gange",
        "på vej 5 måneder",
        "§ 12, stk. 3",
        "Overført 1234567 kr.",
        "Det kostede 8000 kr.",
        "i 2023 skete der intet",
        "lov nr. 485",
        "side 3 og 4",
        "kl. 12 på gaden",
        "Bilag 3, 2. udgave",
        "uge 12 og 13",
        "version 2.1",
        "Panodil 500 mg",
        "7 ud af 8",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("hun bor fortsat på Kr. Bernikows G. 4, komma", "Kr. Bernikows G. 4"),
        ("c/o Frederiksen\nÅgade 21", "c/o Frederiksen"),
        ("Hvor: Strandgade, det gule", "Strandgade"),
        ("Grenåvej 1003 B, 8240 Risskov", "Grenåvej 1003 B, 8240 Risskov"),
        ("Adr:møllebakken3,9440aabybroTlf:83990017", "møllebakken3,9440aabybro"),
        ("Sønder Alle 12C, 1.-3.\n8600\nSilkeborg", "Sønder Alle 12C, 1.-3.\n8600\nSilkeborg"),
        ("beboer på Ved Åen 3, hus F. Ringer", "Ved Åen 3, hus F"),
        ("Skovløberstien 2 i Korsør.", "Skovløberstien 2 i Korsør"),
        ("Norderstraße 211, D-24939 Flensburg", "Norderstraße 211, D-24939 Flensburg"),
        ("Storgata 9, 0155 Oslo", "Storgata 9, 0155 Oslo"),
        ("Husnr.: 212", "212"),
        ("Degnestræde 7 sdb., Karise.", "Degnestræde 7 sdb., Karise"),
        ("sdr. boulevard 12", "sdr. boulevard 12"),
        ("vestre ringvej 12, baghuset", "vestre ringvej 12, baghuset"),
        ("bakkevej 12 2 tv, hobro.", "bakkevej 12 2 tv, hobro"),
        ("jeg bor lunden 5", "lunden 5"),
        ("på møllevej i vrist", "møllevej"),
        ("Kjellerupvej toogtyve, første", "Kjellerupvej toogtyve"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "bor i Danmark 3 måneder om året",
        "flyttede til Aalborg 1. maj 2042",
        "på Plads 5000 kr",
        "på omvej",
        "på motorvej",
        "partshøring 2",
        "omkring 90",
        "ledsager 15 t om ugen",
        "Adresse: se bilag",
        "I Danmark 5000 personer",
        "LÆGEERKLÆRINGEN 17.11.2042",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Brombærhegnet 27\nst.tv.\n8520 Lystrup", ["Brombærhegnet 27\nst.tv.\n8520 Lystrup"]),
        (
            "Håndværkerkollegiet, vær. 214, 8000 Århus C",
            ["Håndværkerkollegiet, vær. 214, 8000 Århus C"],
        ),
        ("barnet bor: Skolestien, rækkehus 6", ["Skolestien, rækkehus 6"]),
        ("Haveforeningen Solvang, have 32", ["Haveforeningen Solvang, have 32"]),
        ("ud for Bygaden 44 og 46, Hjordkær", ["Bygaden 44 og 46, Hjordkær"]),
        ("Kærmindevej 4 (kælderen)", ["Kærmindevej 4 (kælderen)"]),
        ("Tanghusvej 3, Hundested, 3390", ["Tanghusvej 3, Hundested, 3390"]),
    ],
)
def test_floors_below_and_houses_of_a_place(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Bilag 27\nst. 8 i loven",
        "i parken, hus 6",
        "På kollegiet, værelse 2",
    ],
)
def test_near_misses_of_floors_below_and_houses_of_a_place(find, text):
    assert find(text) == []
