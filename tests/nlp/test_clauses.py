"""Clauses hold every word, never cut a placeholder, and end where a reader would end them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.clauses import clauses


def cut(text: str) -> list[str]:
    return [text[c.start : c.end] for c in clauses(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Vi søgte i maj. De svarede ikke.", ["Vi søgte i maj.", "De svarede ikke."]),
        ("Vi fik bl.a. nej til f.eks. en cykel.", ["Vi fik bl.a. nej til f.eks. en cykel."]),
        ("Det står i § 19. Ingen læste den.", ["Det står i § 19.", "Ingen læste den."]),
        ("Mødet er d. 3. maj kl. 9.", ["Mødet er d. 3. maj kl. 9."]),
        ("Ring til [PERSON 1]. Han ved det!", ["Ring til [PERSON 1].", "Han ved det!"]),
        ("første linje\nanden linje", ["første linje", "anden linje"]),
        ("Nej.Det gør de ikke.", ["Nej.", "Det gør de ikke."]),
        ("   ", []),
        ("", []),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_long_sentences_are_cut_where_a_clause_begins() -> None:
    text = (
        "Vi har søgt om en støtteperson til vores datter i foråret sidste år, men de har stadig ikke "
        "svaret på vores ansøgning og de vil ikke fortælle hvornår det sker"
    )
    assert len(cut(text)) >= 2


@given(st.text(alphabet="abcæøå ABC.,!?;:\n-[]1", max_size=300))
def test_together_they_hold_every_word(text: str) -> None:
    found = clauses(text)
    covered = {i for c in found for i in range(c.start, c.end)}
    assert all(set(range(*m.span())) <= covered for m in re.finditer(r"\w+", text))
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
