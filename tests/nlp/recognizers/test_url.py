"""Web addresses; a missing space after a full stop is none."""

import pytest

from nlp.redact.recognizers.url import UrlRecognizer


@pytest.fixture
def find(find_with):
    return find_with(UrlRecognizer())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Se https://www.firma.example/sag?id=3.", "https://www.firma.example/sag?id=3"),
        ("(http://firma.example/a_b-c)", "http://firma.example/a_b-c"),
        ("HTTPS://FIRMA.EXAMPLE", "HTTPS://FIRMA.EXAMPLE"),
        ("https://firma.example/140642-6123/brev", "https://firma.example/140642-6123/brev"),
        ("www.firma.example, tak", "www.firma.example"),
        ("Gå ind på firma.example/sager", "firma.example/sager"),
        ("firma.example", "firma.example"),
        ("minblog.dk", "minblog.dk"),
        ("facebook.com/mette.holm", "facebook.com/mette.holm"),
        ("fb/mette.holm", "fb/mette.holm"),
        ("hxxps://firma.example", "hxxps://firma.example"),
        ("http://192.0.2.14/side", "http://192.0.2.14/side"),
    ],
)
def test_links_are_found(find, text, address):
    assert find(text) == [address]


def test_a_missing_space_is_no_address(find):
    """Trap 3: the usual recognizer takes «kommunen.Den» for a host."""
    assert find("Jeg ringede til kommunen.Den svarede ikke.Der skete intet.") == []


@pytest.mark.parametrize(
    "text",
    [
        "f.eks. bl.a. d.v.s. m.m.",
        "Jeg skrev til dem.De svarede nu.Det var sent",
        "kl.12.30",
        "stk.2.nr.3",
        "og/eller",
        "24/7",
        "han.hun.de",
        "mail@",
        "Intet svar.No comment",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize("text", ["Jeg søgte på borger.dk", "www.borger.dk", "se virk.dk/"])
def test_front_doors_of_authorities_are_nobody_s(find, text):
    assert find(text) == []


@pytest.mark.parametrize("text", ["borger.dk/min-sag/44102", "minborger.dk", "borger.dk.example"])
def test_what_lies_behind_or_beside_a_front_door_is_found(find, text):
    assert find(text) == [text]
