"""The same person has the same number, however they are named."""

import pytest

from nlp.redact.people import number_people, same, within_one_edit


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["Mikkel Holm", "Mikkel", "Mikkels", "Holm"], [1, 1, 1, 1]),
        (
            ["Mikkel", "Lone", "Mikkel Holm"],
            [1, 2, 1],
        ),  # the first name stands before the full name
        (["Fatima Ali", "Fatima Hassan", "Fatima"], [1, 2, 1]),
        (["Jens", "Jens'", "JENS"], [1, 1, 1]),
        (["Lise-Lotte Kær", "lise-lotte"], [1, 1]),
        (["Mikkel Holm", "M.H.", "MH"], [1, 1, 1]),
        (["Mikkel", "Mikel", "Mikkkel"], [1, 1, 1]),  # typing errors
        (["Mie", "Mia"], [1, 2]),  # too short to be an error
        (["Hanne", "Hanna"], [1, 1]),  # may be an error: one number too few leaks nothing
        (["Bo", "Bodil"], [1, 2]),
        (["B", "Bs", "F", "B"], [1, 1, 2, 1]),  # called by one letter
        (["B", "Bo", "F", "Fy"], [1, 2, 3, 4]),
        ([], []),
    ],
)
def test_numbers(names: list[str], numbers: list[int]) -> None:
    assert number_people(names) == numbers


def test_numbers_that_stand_in_the_text_are_left_free() -> None:
    assert number_people(["Ida", "Bo"], taken={1}) == [2, 3]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("mikkel", "mikkel", True),
        ("mikkel", "mikel", True),
        ("mikkel", "mikekl", True),
        ("mikkel", "mokkel", True),
        ("mikkel", "mkiekl", False),
        ("anna", "annabel", False),
        ("", "a", True),
    ],
)
def test_one_edit(one: str, other: str, near: bool) -> None:
    assert within_one_edit(one, other) is near
    assert within_one_edit(other, one) is near


def test_same_allows_the_genitive() -> None:
    assert same("mikkels", "mikkel")
    assert not same("lars", "mads")
