"""The notation of the corpus: what is written is what is learned."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.types import Span
from training_data import noise
from training_data.clauses import parse_clause
from training_data.markup import MarkupError, blocks, parse
from training_data.names import NameGroup
from training_data.swap import swap


def test_plain_text_spans_and_evidence() -> None:
    text, spans, marks = parse(
        "Min søn {PERSON:Bo} på {AGE:9 år}: <fri>intet <and:vejledning>svar</fri></and>."
    )
    assert text == "Min søn Bo på 9 år: intet svar."
    assert [(text[s.start : s.end], s.type) for s in spans] == [("Bo", "PERSON"), ("9 år", "AGE")]
    assert [(text[m.start : m.end], m.label, m.subtag) for m in marks] == [
        ("intet svar", "frister", ""),
        ("svar", "andre", "vejledning"),
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{NAVN:Bo}", "bad slot"),
        ("{PERSON: }", "bad slot"),
        ("<fri>intet svar", "not closed"),
        ("intet svar</fri>", "never opened"),
        ("<fri></fri>", "empty"),
        ("{PERSON:Bo", "stray"),
    ],
)
def test_broken_notation_is_named(source: str, why: str) -> None:
    with pytest.raises(MarkupError, match=why):
        parse(source, block="x-1")


def test_blocks_and_labels() -> None:
    found = list(
        blocks("kommentar\n@ a-1 | handicap | Vejle\n<beg>uden grund</beg>\n\n@ a-2 | ældre\ntak\n")
    )
    assert [(b.id, b.fields, b.labels) for b in found] == [
        ("a-1", ("handicap", "Vejle"), ("begrundelse",)),
        ("a-2", ("ældre",), ()),
    ]


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("fri: intet svar", ("frister",)),
        ("-: fristen blev overholdt", ()),
        ("beg,par: uden at høre os", ("partshøring", "begrundelse")),
        ("and/tone: de råbte", ("andre",)),
    ],
)
def test_clause_lines(line: str, labels: tuple[str, ...]) -> None:
    assert parse_clause(line, origin="x").labels == labels


@pytest.mark.parametrize("line", ["intet svar", "xyz: svar", "fri:  "])
def test_broken_clause_lines(line: str) -> None:
    with pytest.raises(MarkupError):
        parse_clause(line, origin="x")


GROUP = NameGroup("prøve", ("Aisha", "Torben"), ("Yilmaz", "Friis"))


def test_swapped_names_keep_person_case_and_genitive() -> None:
    text, spans, _ = parse("{PERSON:Mikkel Holm} og {PERSON:mikkel}s mor {PERSON:LONE}")
    new, moved = swap(text, spans, [GROUP], [], random.Random(3))
    first, again, mother = (new[s.start : s.end] for s in moved)
    assert again == first.split()[0].lower()
    assert mother.isupper()
    assert "Mikkel" not in new
    assert "Holm" not in new


SOURCES = st.lists(
    st.one_of(
        st.text(alphabet="abc æø.,", min_size=1, max_size=12),
        st.sampled_from(["{PERSON:Bo Kær}", "{CPR:140642-6123}", "{PLACE:Århus}"]),
    ),
    max_size=8,
)


@given(SOURCES, st.sampled_from(sorted(noise.NOISES)), st.integers(0, 99))
def test_damage_keeps_the_spans_in_step(parts: list[str], name: str, seed: int) -> None:
    text, spans, _ = parse(" x ".join(parts))
    damaged, moved = noise.NOISES[name](text, list(spans), random.Random(seed))
    assert len(moved) <= len(spans)
    for span in moved:
        assert 0 <= span.start < span.end <= len(damaged)
    digits = [s for s in moved if s.type == "CPR"]
    assert all(sum(c.isdigit() for c in damaged[s.start : s.end]) == 10 for s in digits)


def test_a_span_that_is_gone_is_dropped() -> None:
    text, spans = noise._rewrite("abc", [Span(1, 2, "PERSON")], ["a", "", "c"])
    assert (text, spans) == ("ac", [])


def test_names_alone_lose_their_capitals():
    text = "Min søn Mikkel Å bor i Vejle."
    spans = [Span(8, 16, "PERSON"), Span(23, 28, "PLACE")]
    assert noise.names_lower(text, spans) == ("Min søn mikkel å bor i vejle.", spans)
    assert noise.names_lower(text, [Span(0, 3, "DATE")])[0] == text


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_a_part_in_other_case_moves_nothing(change):
    text = "Hvorfor svarer I ikke, Straße?"
    for seed in range(20):
        changed, spans = noise.in_part(text, [Span(8, 14, "PERSON")], random.Random(seed), change)
        assert len(changed) == len(text)
        assert spans == [Span(8, 14, "PERSON")]
        assert changed.lower() == text.lower()
