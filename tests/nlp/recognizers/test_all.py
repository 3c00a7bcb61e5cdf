"""What holds for every recognizer, whatever it looks for."""

from __future__ import annotations

import time
import traceback

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.entity_recognizer import EntityRecognizer

from nlp.errors import RedactionFailed
from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers import base
from nlp.redact.recognizers.base import ACCEPTED, DanishRecognizer, rule
from nlp.redact.recognizers.registry import IDENTIFIERS, recognizers
from nlp.types import ENTITIES

PATTERNED = [each for each in recognizers(NameClasses(), ("Vejle",)) if each.name[:6] != "Tagged"]
SLOW = ["1", "1 ", "1-", "12.", "a", "a ", "A", "Aa ", "aa.", "@", "a@", "/", "<", "x", "-", "é ", "[", "\n"]  # fmt: skip


def named(recognizer: EntityRecognizer) -> str:
    return str(recognizer.name)


def test_every_type_has_a_recognizer():
    found = {
        entity for each in recognizers(NameClasses(), ()) for entity in each.supported_entities
    }
    assert found == set(ENTITIES)


@pytest.mark.parametrize("recognizer", PATTERNED, ids=named)
def test_it_is_made_of_rules_with_a_name_and_a_doc(recognizer):
    names = [each.name for each in recognizer.rules]
    assert len(names) == len(set(names))
    assert type(recognizer).__doc__
    assert recognizer.supported_language == "da"


@pytest.mark.parametrize("recognizer", PATTERNED, ids=named)
@given(text=st.text(alphabet="01239 .-/+:,()@_abcdeæøåABCÅ\n<*x", max_size=80))
def test_findings_lie_inside_the_text(recognizer, text):
    for result in recognizer.analyze(text, recognizer.supported_entities):
        assert 0 <= result.start < result.end <= len(text)
        assert ACCEPTED <= result.score <= 1.0
        assert result.entity_type in recognizer.supported_entities


@pytest.mark.parametrize("recognizer", PATTERNED, ids=named)
def test_time_grows_with_the_text(recognizer):
    """The longest text that is taken, of what patterns like least."""
    for unit in SLOW:
        text = (unit * 20_000)[:20_000]
        began = time.perf_counter()
        recognizer.analyze(text, recognizer.supported_entities)
        assert time.perf_counter() - began < 3.0, repr(unit)


class Raising(DanishRecognizer):
    """Breaks with the text in its message, as libraries do."""

    entity = "CPR"
    rules = (rule("any", r"\w+", 1.0),)

    def judge(self, each, match, score):
        raise ValueError(f"cannot read {match.string!r}")


class Slow(DanishRecognizer):
    """A pattern that never ends."""

    entity = "CPR"
    rules = (rule("nested", r"(?:a+)+b", 1.0),)


def told(error: BaseException) -> str:
    """Everything that a log could print of an error."""
    return "".join(traceback.format_exception(error)) + repr(error.args)


def test_a_recognizer_that_breaks_is_named_and_tells_nothing():
    with pytest.raises(RedactionFailed, match="Raising") as caught:
        Raising().analyze("hemme" + "lighed", ["CPR"])  # in two parts: a traceback quotes this line
    assert "hemmelighed" not in told(caught.value)
    assert caught.value.cause == "ValueError"


def test_a_pattern_that_runs_out_of_time_is_an_error(monkeypatch):
    """Trap 6: skipping the pattern would leave what it looks for in the text."""
    monkeypatch.setattr(base, "TIMEOUT", 0.05)
    with pytest.raises(RedactionFailed, match="Slow") as caught:
        Slow().analyze("a" * 5000 + "c", ["CPR"])
    assert caught.value.cause == "TimeoutError"
    assert "aaaa" not in told(caught.value)


@pytest.mark.parametrize("recognizer", IDENTIFIERS, ids=lambda r: r.__name__)
def test_a_judge_never_rejects_what_looks_like_a_number(recognizer):
    """Trap 1: no recognizer answers False to Presidio (that would delete the finding)."""
    assert not hasattr(recognizer, "validate_result")
    assert all(isinstance(each.pattern, regex.Pattern) for each in recognizer.rules)
