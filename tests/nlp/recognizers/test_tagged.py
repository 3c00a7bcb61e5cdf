"""The trained tagger as a recognizer: what cannot be personal data is left out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers.base import DanishRecognizer
from nlp.redact.recognizers.tagged import TaggedEntityRecognizer


@dataclass(frozen=True)
class Entity:
    """What spaCy's entities show to the recognizer."""

    start_char: int
    end_char: int
    label_: str


@dataclass(frozen=True)
class Artifacts:
    """What the pipeline hands over."""

    entities: list[Entity]
    scores: list[float]


def read(text: str, piece: str, type: str, score: float = 0.95, **lists: frozenset[str]):
    """The pieces kept when the tagger says that ``piece`` is a ``type``."""
    start = text.index(piece)
    artifacts = Artifacts([Entity(start, start + len(piece), type)], [score])
    recognizer = TaggedEntityRecognizer(NameClasses(**lists))
    found = recognizer.analyze(text, recognizer.supported_entities, artifacts)
    return [(text[r.start : r.end], r.entity_type) for r in found]


@pytest.mark.parametrize(
    ("text", "piece", "type", "kept"),
    [
        ("Så ringede Qwzxa.", "Qwzxa", "PERSON", "Qwzxa"),
        ("Så «Qwzxa», ringede", "«Qwzxa»,", "PERSON", "Qwzxa"),  # no punctuation at the edges
        ("Hun bor i Qwzby", "Qwzby", "PLACE", "Qwzby"),
        ("Hun er 9 år", "9 år", "AGE", "9 år"),
        ("den 3. maj skrev", "3. maj", "DATE", "3. maj"),
    ],
)
def test_kept(text, piece, type, kept):
    assert read(text, piece, type) == [(kept, type)]


@pytest.mark.parametrize(
    ("text", "piece", "type"),
    [
        ("Vi klagede til Ankestyrelsen", "Ankestyrelsen", "INSTITUTION"),
        ("Hun kom fra Syrien", "Syrien", "PLACE"),
        ("Det stod i e-Boks", "e-Boks", "INSTITUTION"),
        ("Så skrev [PERSON 1] igen", "PERSON", "PERSON"),
        ("Vi søgte i uge 12", "12", "DATE"),
        ("børn under 18 får", "18", "AGE"),
        ("hun vejer 40 kg", "40", "AGE"),
        ("Så, — !", "— !", "PERSON"),
    ],
)
def test_left_out(text, piece, type):
    assert read(text, piece, type) == []


def test_an_ordinary_word_needs_a_surer_tagger():
    text = "Vi mødte Kommunen der"
    assert read(text, "mødte", "PERSON", 0.7) == []
    assert read(text, "mødte", "PERSON", 0.95) == [("mødte", "PERSON")]
    assert read(text, "mødte", "PERSON", 0.7, first=frozenset({"mødte"})) == [("mødte", "PERSON")]


def test_without_artifacts_it_fails_closed():
    from nlp.errors import RedactionFailed

    with pytest.raises(RedactionFailed, match="TaggedEntityRecognizer"):
        TaggedEntityRecognizer().analyze("Hej", ["PERSON"])


def test_it_is_an_ordinary_recognizer():
    assert isinstance(TaggedEntityRecognizer(), DanishRecognizer)


@pytest.mark.parametrize(
    ("text", "piece", "type"),
    [
        ("Telefontid man.-ons. 9-10", "man.-ons", "PERSON"),
        ("Telefontid man.-ons. 9-10", "9-10", "DATE"),
        ("Varen er 33-118", "33-118", "DATE"),
        ("Scan side 1/2", "1/2", "DATE"),
        ("lov nr. 433 af 22. april 2014", "22. april 2014", "DATE"),
        ("Se AULA-besked nr. 3", "AULA-besked", "PERSON"),
        ("Hun har person-id 44", "person-id", "PERSON"),
        ("Renter 8,35 % p.a. fra i dag", "p.a.", "PERSON"),
        ("WISC-V på 71, siger de", "71", "AGE"),
        ("Det var 46 dB", "46 dB", "AGE"),
        ("Når man fylder 18 år", "18 år", "AGE"),
        ("Solen skinner på rosen", "rosen", "INSTITUTION"),
    ],
)
def test_terms_measures_and_laws_are_left_out(text, piece, type):
    assert read(text, piece, type, 0.6) == []


@pytest.mark.parametrize(
    ("text", "piece", "type", "kept"),
    [
        ("Nu til Wadskov-sagen igen", "Wadskov-sagen", "PERSON", "Wadskov-sagen"),
        ("Ida fylder 18 år", "18 år", "AGE", "18 år"),
        ("Mødet er 22. april 2014", "22. april 2014", "DATE", "22. april 2014"),
        ("tirsdag 14-05 kl. 9", "14-05", "DATE", "14-05"),
        ("hos Lægehuset i Bogense", "Lægehuset i", "INSTITUTION", "Lægehuset"),
        ("hun går på solsikken nu", "solsikken", "INSTITUTION", "solsikken"),  # no capitals to miss
    ],
)
def test_beside_them_is_kept(text, piece, type, kept):
    assert read(text, piece, type, 0.95 if type == "PERSON" else 0.6) == [(kept, type)]
