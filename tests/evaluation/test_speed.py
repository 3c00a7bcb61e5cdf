"""The measuring of time: fits are exact on made-up times, letters have their length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.speed import FUZZ_UNITS, fitted, fuzz, fuzz_texts, growth, letters, pace
from nlp.errors import EmptyText, RedactionFailed

LENGTHS = (10, 100, 1_000, 10_000)


@pytest.mark.parametrize(
    ("power", "straight"),
    [(1.0, True), (2.0, False), (1.5, False)],
    ids=["line", "square", "between"],
)
def test_the_exponent_of_made_up_times_is_found(power, straight):
    found = fitted(LENGTHS, [0.01 * length**power for length in LENGTHS])
    assert found.exponent == pytest.approx(power)
    assert (found.r_squared == pytest.approx(1)) is straight


def test_a_line_is_told_by_its_slope_and_start():
    found = fitted(LENGTHS, [3 + 0.02 * length for length in LENGTHS])
    assert found.ms_per_1000 == pytest.approx(20)
    assert found.start_ms == pytest.approx(3)


def test_letters_are_put_together_from_texts():
    made = letters(["et to tre fire fem"] * 20, 3, words=12)
    assert len(made) == 3
    assert all(12 <= len(letter.split()) <= 40 for letter in made)
    assert letters(["kort"], 3, words=12) == []


def test_pace_counts_words_and_orders_its_percentiles():
    found = pace(str.split, ["et to", "tre"], rounds=2)
    assert (found.texts, found.words) == (2, 3)
    assert 0 < found.p50_ms <= found.p95_ms
    with pytest.raises(ValueError, match="at least one"):
        pace(str.split, [])


def test_growth_reads_each_length_once_it_was_asked_for():
    seen = []
    growth(seen.append, "abc", lengths=(5, 10, 20, 40), rounds=1)
    assert [len(text) for text in seen[1:]] == [5, 10, 20, 40]


@given(st.integers(1, 300))
def test_hostile_texts_have_the_length_asked_for(length):
    made = list(fuzz_texts(length, random_texts=3))
    assert len(made) == len(FUZZ_UNITS) + 3
    assert {len(text) for _, text in made} == {length}
    assert made == list(fuzz_texts(length, random_texts=3))


def test_a_text_that_is_no_text_is_no_failure_and_a_failure_is_seen():
    def work(text: str) -> None:
        if not text.strip():
            raise EmptyText
        if text.startswith("@"):
            raise RedactionFailed("engine", "TimeoutError")

    found = fuzz(work, length=60)
    assert [f.unit for f in found if f.refused] == ["@"]
    assert found == sorted(found, key=lambda f: -f.milliseconds)
