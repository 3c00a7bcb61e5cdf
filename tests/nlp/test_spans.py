"""Overlaps are settled by a total order, and nothing that was found stays readable."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.redact.spans import PLACEHOLDERS, disjoint, replace
from nlp.types import ENTITIES, Profile, Span

SPANS = st.builds(
    lambda start, length, kind, score: Span(start, start + length, kind, score, "r"),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from(ENTITIES),
    st.sampled_from((0.5, 0.6, 0.8, 1.0)),
)


@given(st.lists(SPANS, max_size=8))
def test_disjoint_and_in_order(findings: list[Span]) -> None:
    spans = disjoint(findings)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@given(st.lists(SPANS, max_size=8))
def test_every_found_character_is_covered(findings: list[Span]) -> None:
    found = {i for span in findings for i in range(span.start, span.end)}
    covered = {i for span in disjoint(findings) for i in range(span.start, span.end)}
    assert covered == found


@given(st.lists(SPANS, max_size=6), st.randoms())
def test_the_order_of_findings_does_not_matter(findings: list[Span], rng: object) -> None:
    shuffled = list(findings)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert disjoint(shuffled) == disjoint(findings)


@given(st.lists(SPANS, max_size=8))
def test_redacted_text_holds_no_found_character(findings: list[Span]) -> None:
    text = "".join(chr(0x4E00 + i) for i in range(45))  # every character tells its place
    spans = disjoint(findings)
    redacted = replace(text, spans, {}, Profile.STORAGE)
    hidden = {text[i] for span in spans for i in range(span.start, span.end)}
    assert not hidden & set(redacted.text)
    for entity in redacted.entities:
        assert redacted.text[entity.start : entity.end] == f"[{PLACEHOLDERS[entity.type]}]"


def test_every_type_has_a_placeholder() -> None:
    assert set(PLACEHOLDERS) == set(ENTITIES)
    assert len(set(PLACEHOLDERS.values())) == len(PLACEHOLDERS)


@pytest.mark.parametrize("bounds", [(3, 3), (4, 2), (-1, 2)])
def test_a_span_needs_characters(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(*bounds, "CPR")
