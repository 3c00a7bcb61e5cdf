"""Texts against normalisation, every recognizer, the redactor and the excerpts.

What must hold for any text: nothing is raised but a refusal of the text, offsets lie where they
say, and a canary that stands whole between two words is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from models.reader import load_reader
from nlp.errors import BadText
from nlp.pipeline import DanishReader
from nlp.redact.engine import DanishRedactor
from nlp.redact.recognizers.base import DanishRecognizer
from nlp.text.normalise import fold, normalise
from nlp.types import LABELS, Profile, RawText, Redacted, Span
from service.bench.fuzzing.canaries import with_canary
from service.bench.fuzzing.tally import Broken

_FRAME = "Jeg har ventet længe på svar fra kommunen. {} Ingen har spurgt os om noget i vores sag."
"""Around a text that is to be read, so that it passes for Danish."""


def text_of(content: bytes) -> str:
    """Any bytes as a text; what is not UTF-8 becomes the sign for that."""
    return content.decode("utf-8", "replace")


def normalising(content: bytes) -> str:
    """``normalise`` keeps the place of every character, ``fold`` keeps their number."""
    text = text_of(content)
    read = normalise(text)
    if not len(read.text) == len(read.starts) == len(read.ends):
        raise Broken("a character without a place")
    last = 0
    for start, end in zip(read.starts, read.ends, strict=True):
        if not last <= start <= end <= len(text):
            raise Broken("places out of order")
        last = start
    folded = fold(read.text)
    if len(folded) != len(read.text):
        raise Broken("folding changed the length")
    if fold(folded) != folded:
        raise Broken("folding twice is another text")
    return "read"


def recognizing(recognizers: list[DanishRecognizer]) -> Callable[[bytes], str]:
    """One recognizer an input, chosen by its first byte."""

    def run(content: bytes) -> str:
        chosen = recognizers[content[0] % len(recognizers) if content else 0]
        text = fold(normalise(text_of(content[1:])).text)
        for found in chosen.analyze(text, chosen.supported_entities):
            if not 0 <= found.start < found.end <= len(text):
                raise Broken("a finding outside the text")
        return chosen.name

    return run


def all_recognizers(redactor: DanishRedactor) -> list[DanishRecognizer]:
    """Those that read the text itself; the entity tagger's results need a pipeline around."""
    found = redactor.analyzer.registry.recognizers
    return [one for one in found if isinstance(one, DanishRecognizer) and one.rules]


def redacting(redactor: DanishRedactor) -> Callable[[bytes], str]:
    """A canary goes into the text, the text through the redactor, in both profiles by turns."""

    def run(content: bytes) -> str:
        number = int.from_bytes(content[:2])
        text, canary = with_canary(_FRAME.format(text_of(content[2:])), number)
        profile = (Profile.STORAGE, Profile.PUBLICATION)[number % 2]
        try:
            redacted = redactor.redact(RawText(text), profile=profile)
            spans = redactor.find(RawText(text), profile=profile)
        except BadText as error:
            return type(error).__name__
        if canary.is_in(redacted.text):
            raise Broken(f"a canary leaked: {canary.kind}")
        _need_order(spans, len(text))
        _need_places(redacted)
        return "read"

    return run


def _need_order(spans: list[Span], length: int) -> None:
    last = 0
    for span in spans:
        if not last <= span.start < span.end <= length:
            raise Broken("spans out of order")
        last = span.end


def _need_places(redacted: Redacted) -> None:
    for entity in redacted.entities:
        shown = redacted.text[entity.start : entity.end]
        if not (shown.startswith("[") and shown.endswith("]")):
            raise Broken("an entity is not at its placeholder")
    for doubt in redacted.possible:
        if not 0 <= doubt.start < doubt.end <= len(redacted.text):
            raise Broken("a doubt outside the text")


def excerpting(reader: DanishReader) -> Callable[[bytes], str]:
    """A passage of any length is quoted from a text that holds a canary in the clear.

    As if the first redaction had missed it: the stricter second one must not.
    """

    def run(content: bytes) -> str:
        number = int.from_bytes(content[:2])
        text, canary = with_canary(_FRAME.format(text_of(content[4:])), number)
        start = content[2] * 4 % len(text) if len(content) > 2 else 0
        end = start + 1 + (content[3] if len(content) > 3 else 0)
        try:
            excerpt = reader.excerpt(
                LABELS[number % len(LABELS)], Redacted(text, ()), start, min(end, len(text))
            )
        except BadText as error:
            return type(error).__name__
        if _is_whole(canary.told, text, start, end) and canary.is_in(excerpt.text):
            raise Broken(f"a canary was quoted: {canary.kind}")
        return "quoted" if excerpt.text else "not given"

    return run


def _is_whole(told: str, text: str, start: int, end: int) -> bool:
    place = text.find(told)
    return start <= place and place + len(told) <= end


@cache
def whole_reader() -> DanishReader:
    """The shipped models, warm."""
    reader = load_reader()
    reader.redact(RawText(_FRAME.format("")))
    return reader


def whole_redactor() -> DanishRedactor:
    """The redactor of these models."""
    redactor = whole_reader().redactor
    assert isinstance(redactor, DanishRedactor)
    return redactor


def letters(seeds: tuple[str, ...], *, before: int) -> Iterator[bytes]:
    """Seeds as inputs of a target that takes its choices from the first bytes."""
    for number, seed in enumerate(seeds):
        yield number.to_bytes(before) + seed.encode() if before else seed.encode()
