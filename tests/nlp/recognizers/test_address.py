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
