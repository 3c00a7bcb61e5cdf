"""A stock Presidio analyzer finds with our configuration what the recognizers find alone."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import spacy
import yaml
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from nlp.redact.name_class import NameClasses
from nlp.redact.recognizers import for_presidio
from nlp.redact.recognizers.registry import recognizers

TEXTS = [
    "Min søn Mikkel (cpr 140642-6123) bor Nørregade 3, 2. tv, 8000 Aarhus C.",
    "Ring på 83 12 34 56 eller skriv til mette@firma.example inden den 12. maj 2042.",
    "Sagsnr. 27.36.04-G01-12-23 i Vejle Kommune; min konto er 1234-1234567890.",
    "Bilen AB 12 345, pasnr. 123456789, kørekort 12345678, CVR 83123456, matr.nr. 7bk.",
    "Hun er 9 år og går på Skovbrynets Skole. Se https://firma.example/x fra 192.0.2.14.",
    "Mit brugernavn er mette84. Vi har ventet i 8 måneder, og det kostede 12.000 kr.",
]


@pytest.fixture(scope="module")
def stock() -> AnalyzerEngine:
    """As any user of Presidio would build it, with a blank pipeline."""
    engine = SpacyNlpEngine(models=[{"lang_code": "da", "model_name": "blank"}])
    engine.nlp = {"da": spacy.blank("da")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells that no model for names is asked
        registry = RecognizerRegistryProvider(
            conf_file=for_presidio.CONFIGURATION
        ).create_recognizer_registry()
        return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["da"])


def covered(results: list[RecognizerResult]) -> dict[str, set[int]]:
    """Type → the characters found."""
    found: dict[str, set[int]] = {}
    for result in results:
        found.setdefault(result.entity_type, set()).update(range(result.start, result.end))
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_a_stock_analyzer_finds_the_same(stock, text):
    alone = [
        result
        for each in recognizers(NameClasses(), ())
        if not each.name.startswith("Tagged")
        for result in each.analyze(text, each.supported_entities)
    ]
    assert covered(stock.analyze(text, language="da")) == covered(alone)
    assert alone


def test_each_of_ours_is_in_the_configuration(stock):
    configured = yaml.safe_load(for_presidio.CONFIGURATION.read_text(encoding="utf-8"))
    named = {each["name"] for each in configured["recognizers"] if each.get("enabled", True)}
    ours = {f"Dk{each.name}" for each in recognizers(NameClasses(), ())}
    assert named == ours - {"DkTaggedEntityRecognizer"}  # it needs the trained pipeline
    assert {each.name for each in stock.registry.recognizers} == named


def test_no_name_is_one_of_presidios_own():
    import presidio_analyzer.predefined_recognizers as own

    assert not [name for name in vars(for_presidio) if name.startswith("Dk") and hasattr(own, name)]


def test_the_document_can_be_followed():
    """What ``docs/dansk-for-presidio.md`` shows is run as it stands."""
    page = Path(__file__).parents[3] / "docs" / "dansk-for-presidio.md"
    code = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, names)
        (found,) = names["analyzer"].analyze(  # type: ignore[attr-defined]
            names["fold"]("Mit cpr er 140642–6123."),
            language="da",  # type: ignore[operator]
        )
    assert (found.start, found.end, found.entity_type) == (11, 22, "CPR")
    assert all(f"`{name}`" in page.read_text() for name in vars(for_presidio) if name[:2] == "Dk")
