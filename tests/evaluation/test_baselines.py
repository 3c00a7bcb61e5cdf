"""The baselines are real, stay offline, and are made from what is handed in."""

import socket

import pytest
from presidio_analyzer import predefined_recognizers

from evaluation.baselines import OUR_TYPES, NameListRecognizer, naive_stack, stock_presidio
from evaluation.public_data import cased_names, has_public_data, news
from nlp.redact.recognizers.registry import IDENTIFIERS
from nlp.types import ENTITIES

OUR_NAMES = {recognizer.__name__ for recognizer in IDENTIFIERS}

SENTENCES = [
    ("Direktør", "O"), ("Kjeld", "B-PER"), ("Lund", "I-PER"), ("bor", "O"), ("i", "O"),
    ("Aarhus", "B-LOC"), (".", "O"),
]  # fmt: skip


@pytest.fixture
def no_network(monkeypatch):
    def refused(*args, **kwargs):
        raise AssertionError("a baseline asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.fixture
def public_data(tmp_path):
    """A very small folder of the shape of the public data."""
    folder = tmp_path / "danplus"
    folder.mkdir()
    lines = "".join(f"{word}\t{tag}\tO\n" for word, tag in SENTENCES)
    rest = "Det\tO\tO\ner\tO\tO\nliv\tO\tO\nog\tO\tO\nliv\tO\tO\n"
    (folder / "da_news_train.tsv").write_text(f"{lines}\n" * 20 + rest, encoding="utf-8")
    (tmp_path / "dacy_names").mkdir()
    (tmp_path / "dacy_names" / "names.csv").write_text(
        "count,name,ethnicity,gender,first_name\n1,kjeld,danish,male,True\n1,liv,danish,female,True\n"
        "1,lund,danish,male,False\n",
        encoding="utf-8",
    )
    lists = tmp_path / "os2datascanner"
    lists.mkdir()
    for name in ("fornavne-kvinder", "fornavne-mænd", "efternavne"):
        (lists / f"da_20140101_dst_{name}.jsonl").write_text('"SAMIRA"\n', encoding="utf-8")
    return tmp_path


def found(finder, text):
    return {(text[s.start : s.end], s.type) for s in finder.find(text)}


def test_stock_presidio_reads_danish_without_the_network(no_network):
    finder = stock_presidio()
    text = "Skriv til lone@mail.example, IBAN DK50 0040 0440 1162 43. Hilsen Lone Holm"
    assert ("lone@mail.example", "EMAIL") in found(finder, text)
    assert ("DK50 0040 0440 1162 43", "ACCOUNT") in found(finder, text)
    assert not any("Lone" in value for value, _ in found(finder, text))


def test_the_baseline_has_presidio_s_own_recognizers_even_where_ours_have_the_same_names():
    assert any(name in dir(predefined_recognizers) for name in OUR_NAMES)
    for _ in range(3):
        recognizers = stock_presidio().analyzer.registry.recognizers
        assert {type(r).__module__.split(".")[0] for r in recognizers} == {
            "presidio_analyzer",
            "evaluation",  # its e-mail recognizer, kept from the network
        }
        assert {"DateRecognizer", "IpRecognizer", "PhoneRecognizer", "UrlRecognizer"} <= {
            type(r).__name__ for r in recognizers
        }


def test_the_naive_stack_adds_cpr_names_and_a_recognizer(no_network, public_data):
    finder = naive_stack(public_data, epochs=3)
    text = "Samira, 140642-6123, siger at liv er liv. Liv og Samiras bror kom."
    assert ("140642-6123", "CPR") in found(finder, text)
    assert ("Samira", "PERSON") in found(finder, text)
    assert ("Samiras", "PERSON") in found(finder, text)
    assert not any(value == "liv" for value, _ in found(finder, text))


def test_common_words_are_no_names(public_data):
    assert cased_names(public_data, news(public_data)) == {"Kjeld", "Lund", "Samira"}


def test_news_is_read_sentence_by_sentence(public_data):
    sentences = news(public_data)
    assert len(sentences) == 21
    assert sentences[0].tags[:3] == ("O", "B-PERSON", "I-PERSON")


@pytest.mark.parametrize("missing", ["danplus/da_news_train.tsv", "dacy_names/names.csv"])
def test_a_folder_without_the_data_is_not_taken_for_one(public_data, missing):
    assert has_public_data(public_data)
    (public_data / missing).unlink()
    assert not has_public_data(public_data)


def test_the_name_list_is_cased():
    recognizer = NameListRecognizer(frozenset({"Bo"}))
    starts = [r.start for r in recognizer.analyze("bo Bo Bos Bob", ["PERSON"])]
    assert starts == [3, 6]


def test_every_type_of_the_baselines_is_one_of_ours():
    assert set(OUR_TYPES.values()) <= set(ENTITIES)
