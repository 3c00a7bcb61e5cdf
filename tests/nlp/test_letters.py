"""One letter for a person is followed through the document; a letter for a thing is left."""

import time

import pytest

from nlp.redact.letters import letters
from nlp.types import RawText


def found(text: str) -> list[tuple[int, str]]:
    return [(span.start, text[span.start : span.end]) for span in letters(text)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Han oplyser, at B ikke er hjemme. B er 15 år.", ["B", "B"]),
        ("Bs far, Hr. L, ringer. B sover.", ["Bs", "L", "B"]),
        ("Den store, F, er 14. Ingen ligner F.", ["F", "F"]),
        ("Min søn T er syg, og T's lærer ved det.", ["T", "T's"]),
        ("Afgørelse: X har søgt om ledsagelse. Til X.", ["X", "X"]),
        ("Jeg ved, at A og B er søskende. A græder.", ["A", "B", "A"]),
        ("Hun siger, at B ikke sover. Se bilag B, og model B.", ["B"]),
        ("Mor fortæller, at D bor hos far. Se afsnit D og vitamin D.", ["D"]),
    ],
)
def test_a_letter_that_acts_is_a_person(text, masked):
    assert [piece for _, piece in found(text)] == masked


@pytest.mark.parametrize(
    "text",
    [
        "Model A koster 4 timer. Model B koster 2 timer.",
        "Bilag F og T mangler. Se afsnit H.",
        "Han fik D-vitamin, og hepatitis B er udelukket",
        "Vi bor i opgang C. Blok B bor der ingen i.",
        "Jeg ved, at I ikke svarer. I bor der ikke.",
        "Å nej, at Æ ikke svarer",
        "Plan B er god, og C er gratis",
        "at b ikke sover",  # no capitals to go by
        "AT B IKKE SOVER, OG B BOR HER",
        "",
    ],
)
def test_a_letter_for_a_thing_is_none(text):
    assert found(text) == []


def test_time_grows_with_the_length():
    start = time.process_time()
    letters("Jeg ved, at B ikke sover. Den store, F, min " * 4000)
    assert time.process_time() - start < 5


def test_the_same_letter_is_the_same_person_in_the_redacted_text(redactor):
    text = "Bs mor oplyser, at B ikke sover. B er 15 år, og F er 9 år. Se bilag C."
    kept = redactor.redact(RawText(text)).text
    assert kept == (
        "[PERSON 1] mor oplyser, at [PERSON 1] ikke sover. [PERSON 1] er 15 år, og F er 9 år. Se bilag C."
    )
