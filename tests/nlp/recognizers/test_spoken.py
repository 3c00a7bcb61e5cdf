"""Numbers told in words; counting, ages and durations are none."""

import pytest

from nlp.redact.recognizers.number_words import is_counting, numbers
from nlp.redact.recognizers.spoken import SpokenNumberRecognizer


@pytest.fixture
def find(find_with):
    return find_with(SpokenNumberRecognizer())


def kinds(text):
    recognizer = SpokenNumberRecognizer()
    return {r.entity_type for r in recognizer.analyze(text, recognizer.supported_entities)}


@pytest.mark.parametrize(
    ("text", "told", "kind"),
    [
        (
            "det er fjorten nul seks toogfyrre bindestreg enogtres treogtyve",
            "fjorten nul seks toogfyrre bindestreg enogtres treogtyve",
            "CPR",
        ),
        (
            "fjorten nul seks fyrre to, enogtres ellve ja",
            "fjorten nul seks fyrre to, enogtres ellve",
            "PHONE",  # eleven digits: somebody slipped, and a phone is what is left
        ),
        ("treogfirs tolv fireogtredive nul syv", "treogfirs tolv fireogtredive nul syv", "PHONE"),
        ("tre og firs tolv fyrre ti", "tre og firs tolv fyrre ti", "PHONE"),
        ("otte tre et to tre fire fem seks", "otte tre et to tre fire fem seks", "PHONE"),
        (
            "min konto er nul fire nul nul streg fireogfyrre nul et seksten",
            "nul fire nul nul streg fireogfyrre nul et seksten",
            "ACCOUNT",
        ),
        ("cpr slutter, de fire sidste er enogtres treogtyve", "enogtres treogtyve", "CPR"),
        (
            "sagsnummer toogtyve streg nul seks syv syv",
            "toogtyve streg nul seks syv syv",
            "CASE_NO",
        ),
        ("cvr treogfirs tolv fireogtredive tres", "treogfirs tolv fireogtredive tres", "CVR"),
    ],
)
def test_they_are_found(find, text, told, kind):
    if kind == "PHONE" and "fyrre to," in text:
        text = "ring på " + text
    assert find(text) == [told]
    assert kinds(text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "en to tre fire fem seks syv otte",
        "vi var to, tre eller fire til mødet",
        "fire til fem måneder",
        "børnene er tre, fem og otte",
        "otte ni ti elleve tolv tretten",
        "tyve tredive stykker",
        "to og to er fire",
        "en af de ti",
        "",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("nul", [0]),
        ("femogfyrre", [45]),
        ("fem og fyrre", [45]),
        ("toogfirs ellve", [82, 11]),
        ("halvtreds, førre", [50, 40]),
        ("tres 12 halvfems", [60, 12, 90]),
    ],
)
def test_words_are_read(told, values):
    assert numbers(told) == values


@pytest.mark.parametrize(
    ("values", "counting"),
    [
        ([1, 2, 3], True),
        ([10, 20, 30], True),
        ([8, 8, 8], False),
        ([1, 3, 4], False),
        ([1, 2], False),
    ],
)
def test_counting(values, counting):
    assert is_counting(values) is counting


def test_figures_among_the_words(find_with):
    find = find_with(SpokenNumberRecognizer())
    assert find("cpr: seks to enogfyrre 5611") == ["seks to enogfyrre 5611"]
    assert find("vi var to tre 2023") == []
