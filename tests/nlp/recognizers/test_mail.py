"""Mail addresses, also spelled so that machines should not see them."""

import pytest

from nlp.redact.recognizers.mail import EmailRecognizer


@pytest.fixture
def find(find_with):
    return find_with(EmailRecognizer())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Skriv til mette.holm@firma.example i dag", "mette.holm@firma.example"),
        ("Skriv til mette.holm@firma.example.", "mette.holm@firma.example"),
        ("mail:mette@firma.example,", "mette@firma.example"),
        ("<mette@firma.example>", "mette@firma.example"),
        ("mailto:mette@firma.example", "mette@firma.example"),
        ("METTE@FIRMA.EXAMPLE", "METTE@FIRMA.EXAMPLE"),
        ("mette+barn@firma.test", "mette+barn@firma.test"),
        ("jørgen_ø@blåbær.example", "jørgen_ø@blåbær.example"),
        ("mette@post.firma.example", "mette@post.firma.example"),
        ("mette @ firma.example", "mette @ firma.example"),
        ("mette＠firma.example", "mette@firma.example"),  # full-width sign
        ("mette&#64;firma.example", "mette@firma.example"),
        ("mette (at) firma punktum dk", "mette (at) firma punktum dk"),
        ("mette [snabel-a] firma.dk", "mette [snabel-a] firma.dk"),
        ("mette snabel-a firma punktum dk", "mette snabel-a firma punktum dk"),
        ("mette at firma dot dk", "mette at firma dot dk"),
        ("mette@firma", "mette@firma"),  # the ending was forgotten
    ],
)
def test_every_spelling_is_found(find, text, address):
    assert find(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "Vi mødtes @ rådhuset",
        "3 stk. @ 25 kr.",
        "@mette_holm",
        "Jeg skrev til kommunen.Den svarede",
        "Hun sagde at firma og punktum er slut",
        "snabel-a er et tegn",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("mette(a)firma.example ikke", "mette(a)firma.example"),
        ("mette ( at ) firma ( dot ) example", "mette ( at ) firma ( dot ) example"),
        ('"mette,holm@firma,example"', "mette,holm@firma,example"),
        ("mette . holm @ firma . dk", "mette . holm @ firma . dk"),
        (
            "mette punktum holm snabel a firma punktum dk",
            "mette punktum holm snabel a firma punktum dk",
        ),
        ("mette[at]firma[.]dk", "mette[at]firma[.]dk"),
        ("mette@firma dk", "mette@firma dk"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "punkt (a) er opfyldt",
        "se (a) nedenfor. Og (b)",
        "jeg er på ig som @mette.holm",
        "stk. 2, litra (a) om. Lov",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []
