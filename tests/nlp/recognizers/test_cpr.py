"""CPR numbers in every spelling. Invented ones are of the years 2030-2057: nobody has them yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.redact.recognizers.cpr import CprRecognizer, has_date, passes_modulus_11


@pytest.fixture
def find(find_with):
    return find_with(CprRecognizer())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Mit cpr er 140642-6123.", "140642-6123"),
        ("140642-6123 er mit nummer", "140642-6123"),
        ("Han (140642-6123) blev indlagt", "140642-6123"),
        ("Det er 140642–6123, skriver de", "140642-6123"),  # en dash pasted from a letter
        ("Det er 140642\u00a0-\u00a06123 altså", "140642 - 6123"),  # no-break spaces
        ("Det er 140642\u2011\u200b6123", "140642-6123"),  # no-break hyphen, zero-width space
        ("Det er ١٤٠٦٤٢-٦١٢٣", "140642-6123"),  # Arabic-Indic digits
        ("Det er １４０６４２-６１２３", "140642-6123"),  # full width
        ("140642 6123", "140642 6123"),
        ("140642\t6123", "140642\t6123"),
        ("140642/6123", "140642/6123"),
        ("140642.6123", "140642.6123"),
        ("140642 - 6123", "140642 - 6123"),
        ("140642_6123", "140642_6123"),
        ("1406426123", "1406426123"),
        ("cpr1406426123", "1406426123"),
        ("cpr140642-6123og mere", "140642-6123"),
        ("CPR-nr.: 1406426123", "1406426123"),
        ("14.06.42-6123", "14.06.42-6123"),
        ("14/06-42 6123", "14/06-42 6123"),
        ("14 06 42 6123", "14 06 42 6123"),
        ("14 06 42 - 61 23", "14 06 42 - 61 23"),
        ("14061942-6123", "14061942-6123"),
        ("1 4 0 6 4 2 - 6 1 2 3", "1 4 0 6 4 2 - 6 1 2 3"),
        ("140642-\n6123", "140642-\n6123"),
        ("140642-xxxx", "140642-xxxx"),
        ("140642-XXXX", "140642-XXXX"),
        ("140642-****", "140642-****"),
        ("140642-61xx", "140642-61xx"),
        ("xxxxxx-6123", "xxxxxx-6123"),
        ("de fire sidste cifre er 6123", "6123"),
        ("sidste 4: 6123", "6123"),
        ("mit cpr slutter på 6123", "6123"),
        ("140642-6AB3", "140642-6AB3"),  # replacement number of a region
    ],
)
def test_every_spelling_is_found(find, text, number):
    assert find(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "EAN 5798009811578",
        "kontonummer 1406426123",
        "ordrenummer 1406426123",
        "faktura 1406426123",
        "p-nummer 1406426123",
        "telefon +45 1406426123",
        "sagsnr. 1406426123",
        "Sagen er 2023-104562.",
        "Det kostede 1.406.426.123 kr.",
        "1406426123,50 kr.",
        "27.36.04-G01-12-23",
        "8456 1234",
        "Jeg fik 140642 point",
        "uge 14-06",
        "I 2023 og 2024",
        "De fire sidste måneder",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


def test_a_mistyped_cpr_stays_masked(find):
    """Trap 1: an impossible date or a missing check digit rejects nothing."""
    assert find("Mit cpr er 451342-6123.") == ["451342-6123"]
    assert find("Mit cpr er 140642-6124.") == ["140642-6124"]


@pytest.mark.parametrize("serial", ["5123", "6500", "7001", "8999"])
def test_january_first_without_modulus_11(find, serial):
    """Given out since 2007 without the check: valid, and found with a full score all the same."""
    assert not passes_modulus_11(f"010144{serial}")
    assert find(f"født, cpr 010144-{serial}") == [f"010144-{serial}"]


def test_a_real_date_and_the_check_make_surer():
    scores = {
        text: max(r.score for r in CprRecognizer().analyze(text, ["CPR"]))
        for text in ("140642 6123", "451342 6123")
        if CprRecognizer().analyze(text, ["CPR"])
    }
    assert scores["140642 6123"] > scores.get("451342 6123", 0.0)


@pytest.mark.parametrize(
    ("digits", "real"),
    [
        ("310142", True),
        ("320142", False),
        ("290242", True),
        ("300242", False),
        ("740642", True),  # day + 60: a replacement number
        ("611242", True),
        ("600642", False),
        ("001042", False),
        ("141342", False),
    ],
)
def test_dates(digits, real):
    assert has_date(digits) is real


@given(st.dates(), st.integers(5000, 8999), st.sampled_from(["-", " - ", "/", "–"]))
def test_every_date_is_found_with_a_dash(day, serial, dash):
    from nlp.text.normalise import fold

    text = fold(f"cpr {day:%d%m}{30 + day.year % 28}{dash}{serial} nævnt")
    found = CprRecognizer().analyze(text, ["CPR"])
    assert any(r.start <= 4 and r.end >= len(text) - len(" nævnt") for r in found)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Mor 1406****6123 bor her", "1406****6123"),
        ("det er 140642--6123", "140642--6123"),
        ("cpr I4O642-6l23", "I4O642-6l23"),
        ("cpr 140642-6123 og -6124", "-6124"),
        ("cpr 140642-6123 og 6124.", "6124"),
        ("et cpr-nummer, der begynder med 140642, men", "140642"),
        ("140642 og så 6123", "140642 og så 6123"),
        ("mit cpr blev oplyst som 140642", "140642"),
        ("løbenummer 6123", "6123"),
        ("cpr-nummeret ender på 6123", "6123"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "20xx og 10xx",
        "uge 12xx",
        "Navn: ______ 1990",
        "kontoen ender på 2000 kr",
        "ring i 2023 og -24",
        "de første 2000 kr",
        "OL 2024 og VM 2026",
        "cpr-registeret fra 2019",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cpr 0602 4156 11", ["0602 4156 11"]),
        ("(1406 42 6123)", ["1406 42 6123"]),
        ("Lejers cpr: 170848....6301", ["170848....6301"]),
        ("cpr er\n150439\n-5581 og", ["150439\n-5581"]),
        ("man kan læse ....55-5612 på kopien", ["....55-5612"]),
        ("••••55-5612", ["••••55-5612"]),
        ("erstatningsnr. 650548-7T19", ["650548-7T19"]),
        ("cpr 140642 (6123)", ["140642 (6123)"]),
        ("mit cpr slutter 6123", ["6123"]),
        ("endetallet 6123", ["6123"]),
        ("P-nr. 140642-6123", ["140642-6123"]),
        ("faktura nr. 140642-6123", ["140642-6123"]),
    ],
)
def test_odd_groupings_and_what_is_left_of_a_number(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "P-nr. 1406426123",
        "faktura nr. 994642-6123",
        "+140642-6123",
        "4602 9156 11 stk.",
        "1406 42 6123 kr.",
        "mødet slutter 1630",
        "....2019-2024",
        "650548-7TT",
    ],
)
def test_near_misses_of_odd_groupings_and_what_is_left_of_a_number(find, text):
    assert find(text) == []
