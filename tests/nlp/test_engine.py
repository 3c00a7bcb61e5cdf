"""The redactor as a whole: fails closed, keeps no word, needs no network, and means the original."""

from __future__ import annotations

import socket
import time
import traceback
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reader import load_redactor
from nlp.errors import EmptyText, NotDanish, NotText, RedactionFailed, TextTooLong, UnknownEntity
from nlp.redact import engine
from nlp.redact.recognizers.base import DanishRecognizer, rule
from nlp.redact.spans import PLACEHOLDERS
from nlp.types import Profile, RawText

CANARY = "Zarqwinella"
LETTER = (
    "Min søn Mikkel Holm er syg. Mikkels lærer ringede til mig på 83 12 34 56, og hans cpr er "
    "140642-6123. Sagen 27.36.04-G01-12-23 ligger i Vejle Kommune. Hun er 9 år og har ADHD. "
    "M.H. græd, og mikkel sov ikke. Skriv til mette@firma.example inden den 12. maj 2042."
)


def told(error: BaseException) -> str:
    """Everything that a log could print of an error, also what led to it."""
    chain = [error, error.__cause__, error.__context__ if not error.__suppress_context__ else None]
    return "".join(traceback.format_exception(error)) + repr([e and e.args for e in chain])


# ── fails closed ─────────────────────────────────────────────────────────────────────────────────
class Breaking(DanishRecognizer):
    """Raises with the text in its message, as libraries do."""

    entity = "CPR"
    rules = (rule("any", r"\w+", 1.0),)

    def judge(self, each, match, score):
        raise ValueError(f"cannot read {match.string!r}")


@pytest.fixture
def own():
    """A redactor of this test alone, to break."""
    return load_redactor(require_danish=False)


def refused(redactor, text="Mit cpr er 140642-6123, skriver " + CANARY):
    with pytest.raises(RedactionFailed) as caught:
        redactor.redact(RawText(text))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "140642" not in told(caught.value)
    assert CANARY not in told(caught.value).replace('" + CANARY', "")
    return caught.value


def test_a_recognizer_that_raises_refuses_the_text(own):
    own.analyzer.registry.add_recognizer(Breaking())
    assert refused(own).recognizer == "Breaking"


def test_a_second_look_that_raises_refuses_the_text(own, monkeypatch):
    def broken(text, *rest):
        raise KeyError(text)

    monkeypatch.setattr(engine, "look_again", broken)
    assert refused(own).cause == "KeyError"


def test_a_missing_artifact_refuses_the_text(own):
    """Without the entity tagger there are no scores: names would stay readable."""
    own.nlp.remove_pipe("entity_tagger")
    refused(own)


def test_an_entity_that_nobody_supports_is_an_error(monkeypatch):
    """Trap 4: Presidio would silently read on without it."""
    monkeypatch.setattr(engine, "ENTITIES", (*engine.ENTITIES, "BLOOD_TYPE"))
    with pytest.raises(UnknownEntity, match="BLOOD_TYPE"):
        load_redactor()


# ── limits ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyText),
        (" \n\t ", EmptyText),
        ("\u200b\ufeff", EmptyText),
        ("&nbsp; &nbsp;", EmptyText),
        ("a\x00b", NotText),
        ("a\ud800b", NotText),
        ("jeg er " * 3000, TextTooLong),
        ("I have not heard from them since May and my son is still waiting", NotDanish),
        ("Ich habe seit Mai nichts mehr von der Gemeinde gehört und warte noch", NotDanish),
    ],
)
def test_limits(redactor, text, error):
    with pytest.raises(error) as caught:
        redactor.redact(RawText(text))
    assert not text.strip() or text.strip()[:12] not in str(caught.value)


def test_the_longest_text_is_taken(redactor):
    text = ("jeg venter stadig på svar. " * 800)[:20_000]
    assert redactor.redact(RawText(text)).text == text


# ── offsets ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Mit cpr er 140642&#8211;6123.\r\nTak.", ["140642&#8211;6123"]),
        ("Linje\r\n\r\nMit cpr er 140642-6123.", ["140642-6123"]),
        ("Mit c\u00adpr er 140\u200b642-61\u206023 og slut", ["140\u200b642-61\u206023"]),
        (unicodedata.normalize("NFD", "Åh, på øen: 140642-6123"), ["140642-6123"]),
        ("&Oslash;v, ring til mig på 83&nbsp;12&nbsp;34&nbsp;56", ["83&nbsp;12&nbsp;34&nbsp;56"]),
        ("😀😀 skriv til mette@firma.example 😀", ["mette@firma.example"]),
        ("mit nummer er ٨٣ ١٢ ٣٤ ٥٦", ["٨٣ ١٢ ٣٤ ٥٦"]),
    ],
)
def test_spans_are_of_the_original_text(lenient, text, pieces):
    assert [text[s.start : s.end] for s in lenient.find(RawText(text))] == pieces


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["\r\n", "\u200b", "&amp;", "e\u0301", "æ", " ", "😀", "\t", "ord "]))
)
def test_a_number_is_found_where_it_stands(lenient, before):
    text = f"{''.join(before)} cpr 140642-6123."
    found = [text[s.start : s.end] for s in lenient.find(RawText(text)) if s.type == "CPR"]
    assert found == ["140642-6123"]


# ── what comes out ───────────────────────────────────────────────────────────────────────────────
def test_redacting_twice_is_redacting_once(redactor):
    for profile in Profile:
        once = redactor.redact(RawText(LETTER), profile=profile)
        assert redactor.redact(RawText(once.text), profile=profile).text == once.text


@pytest.mark.parametrize("word", PLACEHOLDERS.values())
def test_placeholders_are_left_alone(redactor, word):
    text = f"Vi skrev til [{word}] i går, og så kom der ikke noget svar fra dem."
    redacted = redactor.redact(RawText(text))
    assert redacted.text == text
    assert redacted.entities == ()


def test_storage_keeps_what_staff_need(redactor):
    text = redactor.redact(RawText(LETTER)).text
    for kept in ("Vejle Kommune", "9 år", "27.36.04-", "ADHD"):
        assert kept in text
    for hidden in ("Mikkel", "83 12", "140642", "G01", "mette@", "12. maj"):
        assert hidden not in text


def test_publication_hides_them_too(redactor):
    text = redactor.redact(RawText(LETTER), profile=Profile.PUBLICATION).text
    for hidden in ("Vejle", "9 år", "27.36.04", "Mikkel", "140642"):
        assert hidden not in text
    assert "[KOMMUNE]" in text
    assert "[ALDER]" in text


def test_find_follows_the_profile(redactor):
    every = {s.type for s in redactor.find(RawText(LETTER))}
    stored = {s.type for s in redactor.find(RawText(LETTER), profile=Profile.STORAGE)}
    assert every - stored == {"KOMMUNE", "AGE"}


def test_the_same_person_has_the_same_number(redactor):
    text = redactor.redact(RawText(LETTER)).text
    assert text.count("[PERSON 1]") == 4
    assert "[PERSON 2]" not in text


def test_numbers_of_the_text_are_not_used_again(redactor):
    text = "Vi talte med [PERSON 1] om det. Min søn Mikkel var ikke med til mødet."
    assert "[PERSON 2]" in redactor.redact(RawText(text)).text


def test_entities_stand_where_they_say(redactor):
    for profile in Profile:
        redacted = redactor.redact(RawText(LETTER), profile=profile)
        for entity in redacted.entities:
            piece = redacted.text[entity.start : entity.end]
            assert piece.startswith(f"[{PLACEHOLDERS[entity.type]}")
            assert piece.endswith("]")


# ── what the sender told ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("details", "text", "hidden"),
    [
        (["Solvej Ibsdatter"], "De skriver at solvej ikke har svaret dem.", "solvej"),
        (["Solvej Ibsdatter"], "De skriver at Slovej ikke har svaret dem.", "Slovej"),
        (["Hovedgaden 12"], "Jeg har boet på hovedgaden 12 siden i sommer.", "hovedgaden 12"),
        (["Qwvibeke"], "Jeg er altså qwvibekes mor, og vi venter endnu.", "qwvibekes"),
    ],
)
def test_details_of_the_sender_are_masked(redactor, details, text, hidden):
    redacted = redactor.redact(RawText(text), known=[RawText(d) for d in details])
    assert hidden not in redacted.text


def test_details_of_the_sender_are_forgotten(redactor):
    detail = "Qwzaltrina"
    text = "Jeg er qwzaltrina og venter stadig på et svar fra dem."
    redactor.redact(RawText(text), known=[RawText(detail)])
    for value in vars(redactor).values():
        assert detail.lower() not in repr(value).lower()
    assert detail not in redactor.nlp.vocab.strings
    assert detail.lower() not in redactor.nlp.vocab.strings


# ── memory ───────────────────────────────────────────────────────────────────────────────────────
def test_the_pipeline_forgets_what_it_read(own):
    """Trap 5: spaCy's store keeps every word that it has seen, also in ``to_bytes``."""
    text = f"Min søn {CANARY} og hans {CANARY.lower()}ven mødte {CANARY}s lærer i går."
    before = len(own.nlp.vocab.strings)
    assert CANARY not in own.redact(RawText(text)).text
    assert not [s for s in own.nlp.vocab.strings if CANARY.lower() in s.lower()]
    assert len(own.nlp.vocab.strings) <= before + 50
    assert CANARY.lower().encode() not in own.nlp.to_bytes().lower()


def test_the_pipeline_forgets_after_a_failure(own):
    own.analyzer.registry.add_recognizer(Breaking())
    refused(own)
    assert CANARY not in own.nlp.vocab.strings


def test_no_decision_is_logged(own, caplog):
    """Trap 6: Presidio's decision log holds the text."""
    caplog.set_level(0)
    assert own.analyzer.log_decision_process is False
    own.redact(RawText(LETTER))
    assert "Mikkel" not in caplog.text
    assert "140642" not in caplog.text


def test_no_network(monkeypatch):
    def blocked(*args, **kwargs):
        raise AssertionError("something wants the network")

    monkeypatch.setattr(socket, "socket", blocked)
    monkeypatch.setattr(socket, "create_connection", blocked)
    monkeypatch.setattr(socket, "getaddrinfo", blocked)
    redactor = load_redactor()
    text = redactor.redact(RawText(LETTER + " Se https://www.firma.example/side?x=1")).text
    assert "[E-MAIL]" in text
    assert "[WEBADRESSE]" in text


# ── time ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "unit",
    ["1", "12 ", "a", "ab ", "Ab ", "-", ". ", "\n", "1-", "@a.", "[PERSON 1] ", "(", "Æ. ", "0/"],
)
def test_time_is_bounded(lenient, unit):
    text = ("x" + unit * 20_000)[:20_000]
    began = time.perf_counter()
    lenient.redact(RawText(text))
    assert time.perf_counter() - began < 12


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(lenient, text):
    try:
        redacted = lenient.redact(RawText(text))
    except (EmptyText, NotText):
        return
    spans = lenient.find(RawText(text))
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    assert all(0 <= e.start < e.end <= len(redacted.text) for e in redacted.entities)
