"""Accounts and cards; amounts and EAN numbers are none."""

import pytest

from nlp.redact.recognizers.account import AccountRecognizer


@pytest.fixture
def find(find_with):
    return find_with(AccountRecognizer())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("IBAN DK50 0040 0440 1162 43", ["DK50 0040 0440 1162 43"]),  # the standard's example
        ("DK5000400440116243", ["DK5000400440116243"]),
        ("DK50\u00a00040\u00a00440\u00a01162\u00a043.", ["DK50 0040 0440 1162 43"]),
        ("reg.nr. 1234 konto 1234567890", ["1234", "1234567890"]),
        ("reg. 1234 og kontonr. 1234567", ["1234", "1234567"]),
        ("1234-1234567890", ["1234-1234567890"]),
        ("1234–1234567890", ["1234-1234567890"]),
        ("1234 1234567890", ["1234 1234567890"]),
        ("kontonummer: 1234567890", ["1234567890"]),
        ("Nemkonto 1234 5678901", ["1234 5678901"]),
        ("4571 1234 5678 9012", ["4571 1234 5678 9012"]),
        ("dankort 4571123456789012", ["4571123456789012"]),
        ("**** **** **** 9012", ["**** **** **** 9012"]),
        ("+71<000000000000000+12345678<", ["000000000000000+12345678"]),
    ],
)
def test_accounts_are_found(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "EAN 5798009811578",
        "5798009811578",
        "12.000 kr. blev udbetalt",
        "udbetalt 1.234.567 kr.",
        "kontoret åbner kl. 10",
        "kontant 500 kr.",
        "regler fra 2019",
        "kontohaver siden 2019",
        "2019-2023",
        "tlf. 8312 3456",
        "lov nr. 1234",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Det er 8410 (reg) og så 44 55 66 77 88", "8410"),
        ("Det er 8410 (reg) og så 44 55 66 77 88", "44 55 66 77 88"),
        (
            "Kontoen mangler et ciffer. Det gjorde den også sidst, og pengene kom retur. Der står 0400 440116243.",
            "0400 440116243",
        ),
        ("konto 1 2 3 4  5 6 7 8 9 0", "1 2 3 4  5 6 7 8 9 0"),
        ("pl61 1090 1014 0000 0712 1981 2874", "pl61 1090 1014 0000 0712 1981 2874"),
        ("de89370400440532013000", "de89370400440532013000"),
        ("4571 1234 5678 9o12", "4571 1234 5678 9o12"),
        ("4571 xxxx xxxx 9012", "4571 xxxx xxxx 9012"),
        ("4571-12345678-9012", "4571-12345678-9012"),
    ],
)
def test_unusual_forms(find, text, piece):
    assert piece in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "i 2023 fik 1234567 borgere",
        "nr12 34",
        "kl12 34 56",
        "2019 - 2023",
        "regnskab 2024 12 500 kr",
    ],
)
def test_near_misses_of_unusual_forms(find, text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("bankoplysninger: 1234 + 1234567890", ["1234 + 1234567890"]),
        ("skal ind på 1234, 1234567890", ["1234, 1234567890"]),
        ("overfør til 12341234567890", ["12341234567890"]),
        ("R: 1234 K: 1234567", ["1234", "1234567"]),
        ("rg 1234 kt 1234567890", ["1234", "1234567890"]),
        ("hendes konto, 7 9 9 0 - 1 4 4 0 2 1 7.", ["7 9 9 0 - 1 4 4 0 2 1 7"]),
        ("PL 27 1140 2004 0000 3002 0135 5387", ["PL 27 1140 2004 0000 3002 0135 5387"]),
        ("mit dankort ender på 4412", ["4412"]),
        ("+01<12345678", ["12345678"]),
        (
            "Indbetaling: FIK 71 eller til os på denne, som står i brevet: 5301 0000 28 17 44",
            ["5301 0000 28 17 44"],
        ),
    ],
)
def test_reg_and_account_with_other_signs(find, text, numbers):
    assert find(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "vi var 1234, 1234567 kom",
        "nummer 12341234567890",
        "i 2019, 1234567 borgere på banken",
        "kortet ender i 4412 skuffer",
        "mødet ender på 4412",
        "R: 1234",
        "AB 12 3456",
    ],
)
def test_near_misses_of_reg_and_account_with_other_signs(find, text):
    assert find(text) == []
