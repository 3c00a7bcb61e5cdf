"""Label Studio's JSON: what it may import, and what it may send back."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from nlp.types import LABELS
from service.db.tables import Exclusion
from service.errors import BadFields, NotReadable
from service.exchange.files import usable
from service.exchange.label_studio import CONFIG, read_tasks, record_of_task, task, tasks
from service.exchange.standing import standing
from service.exchange.take_in import Fate, take_in_all
from service.review.decisions import Choice
from service.review.service import decide
from service.review.words import SUBTAGS

TEXT = "🙂 [PERSON 1] har ventet på svar i syv måneder 👩‍👧. Ingen har spurgt os."
QUOTED = "Ingen har spurgt os"
REFERENCE = "01KT5Q3H6ZJ8W4M2N7R9V0XBCD"


@pytest.fixture
def kept(embedded, keep_text):
    return keep_text(embedded, TEXT, evidence="ventet på svar")


def out(database, *, waiting=False, blind_percent=0):
    with database.read() as session:
        rows = standing(session, waiting=waiting)
        return json.loads(b"".join(tasks(rows, blind_percent=blind_percent)))


def back(database, reader, found, who):
    records = usable(read_tasks(json.dumps(found).encode()))
    outcomes = take_in_all(database, reader, records, who, blind_percent=0)
    return {
        row: one if isinstance(one, Fate) else [problem.field for problem in one]
        for row, one in outcomes
    }


def region(name, type_, **value):
    return {"from_name": name, "to_name": "text", "type": type_, "value": value}


def chosen(*labels):
    return region("mærker", "choices", choices=list(labels))


def span(name, label, start, words):
    end = start + len(words)
    return region(name, "labels", start=start, end=end, text=words, labels=[label])


def annotated(reference, *result, **more):
    return {"data": {"reference": reference}, "annotations": [{"result": list(result), **more}]}


# ── out ──────────────────────────────────────────────────────────────────────────────────────


def test_the_interface_offers_exactly_what_is_known():
    view = ET.fromstring(CONFIG)
    choices = {one.get("name"): [c.get("value") for c in one] for one in view.iter("Choices")}
    assert choices["mærker"] == list(LABELS)
    assert choices["undermærker"] == list(SUBTAGS)
    assert choices["udeladt"] == list(Exclusion)
    spans = {one.get("name"): [c.get("value") for c in one] for one in view.iter("Labels")}
    assert spans == {"begrundelser": list(LABELS), "uddrag": list(LABELS)}
    texts = [(one.get("name"), one.get("value")) for one in view.iter("Text")]
    assert texts == [("text", "$text")]


def test_every_part_of_a_task_belongs_to_the_interface(embedded, kept, reader, person):
    """As Label Studio checks on import: the control is there, of that type, with these values."""
    choice = Choice(
        frozenset({"frister", "andre"}),
        subtags=("tone",),
        note="Se også den anden sag.",
        passages={"andre": QUOTED},
    )
    decide(embedded, reader, kept, choice, person(embedded, "anna"), revision=0)
    (one,) = out(embedded)
    controls = {c.get("name"): c for c in ET.fromstring(CONFIG).iter() if c.get("toName")}
    results = [*one["predictions"][0]["result"], *one["annotations"][0]["result"]]
    parts = [part["id"] for part in one["annotations"][0]["result"]]
    assert (len(parts), len(set(parts))) == (5, 5)
    for part in results:
        control = controls[part["from_name"]]
        assert control.tag.lower() == part["type"]
        assert control.get("toName") == part["to_name"]
        offered = {c.get("value") for c in control}
        assert set(part["value"].get("choices", part["value"].get("labels", []))) <= offered
        if part["type"] == "labels":
            value = part["value"]
            assert one["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_predictions_are_what_the_model_said(embedded, kept):
    (one,) = out(embedded, waiting=True)
    (prediction,) = one["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("c1", 0.9)
    assert prediction["result"][0]["value"] == {"choices": ["frister"]}
    assert prediction["result"][1]["value"]["text"] == "ventet på svar"
    assert set(one["data"]["probabilities"]) == set(LABELS)
    assert one["annotations"] == []
    assert out(embedded) == []


def test_who_is_to_be_read_blind_comes_without_predictions(embedded, kept):
    (one,) = out(embedded, waiting=True, blind_percent=100)
    assert (one["predictions"], one["data"]["probabilities"]) == ([], {})


def test_what_its_sender_wants_back_leaves_no_more(embedded, kept, reader, person):
    choice = Choice(frozenset(), exclusion=Exclusion.WITHDRAWN)
    decide(embedded, reader, kept, choice, person(embedded, "anna"), revision=0)
    assert out(embedded, waiting=True) == []


def test_the_key_of_the_sender_and_the_names_of_staff_stay(embedded, kept, reader, person):
    decide(embedded, reader, kept, Choice(frozenset()), person(embedded, "Anna And"), revision=0)
    with embedded.read() as session:
        (one,) = standing(session)
        assert one.submission.submitter not in json.dumps(task(one, blind_percent=0))
    assert "Anna" not in json.dumps(out(embedded))


# ── in ───────────────────────────────────────────────────────────────────────────────────────


def test_an_annotation_becomes_a_decision(embedded, kept, reader, person):
    found = annotated(
        kept,
        chosen("frister", "andre"),
        span("begrundelser", "frister", TEXT.index("ventet"), "ventet på svar"),
        span("uddrag", "andre", TEXT.index(QUOTED), QUOTED),
        region("undermærker", "choices", choices=["tone"]),
        region("note", "textarea", text=["Se også den anden sag."]),
        lead_time=12.7,
    )
    assert back(embedded, reader, [found], person(embedded, "anna")) == {1: Fate.DECIDED}
    with embedded.read() as session:
        (one,) = standing(session)
    record = one.record
    assert (record.labels, record.subtags, record.seconds) == (("frister", "andre"), ("tone",), 12)
    assert [(p.label, p.text, p.start) for p in record.passages] == [
        ("andre", QUOTED, TEXT.index(QUOTED))
    ]


def test_offsets_in_utf_16_units_are_understood(embedded, kept, reader, person):
    """As Label Studio wrote them before 2021, when an emoji counted twice."""
    start = len(TEXT[: TEXT.index(QUOTED)].encode("utf-16-le")) // 2
    assert start != TEXT.index(QUOTED)
    found = annotated(kept, chosen("frister"), span("uddrag", "frister", start, QUOTED))
    assert back(embedded, reader, [found], person(embedded, "anna")) == {1: Fate.DECIDED}
    with embedded.read() as session:
        (one,) = standing(session)
    assert one.record.passages[0].start == TEXT.index(QUOTED)


@pytest.mark.parametrize(
    ("result", "field"),
    [
        ([span("uddrag", "frister", 3, QUOTED), chosen("frister")], "passages"),
        ([span("uddrag", "frister", 5_000, "x"), chosen("frister")], "passages"),
        ([span("begrundelser", "frister", TEXT.index(QUOTED), QUOTED)], "evidence"),
        ([span("begrundelser", "andre", TEXT.index("ventet"), "ventet på svar")], "evidence"),
    ],
)
def test_spans_that_do_not_fit_the_text(embedded, kept, reader, person, result, field):
    found = back(embedded, reader, [annotated(kept, *result)], person(embedded, "anna"))
    assert found == {1: [field]}


@pytest.mark.parametrize(
    ("found", "field"),
    [
        ({}, "data"),
        ({"data": []}, "data"),
        ({"data": {}, "annotations": {"result": []}}, "annotations"),
        ({"data": {}, "annotations": [1]}, "annotations"),
        (annotated("x", chosen("frister")), "id"),
        (annotated(REFERENCE, chosen("sjusk")), "labels"),
        (annotated(REFERENCE, chosen(["frister"])), "labels"),
        (annotated(REFERENCE, chosen("<img src=x onerror=alert(1)>")), "labels"),
        (annotated(REFERENCE, region("mærker", "choices")), "mærker"),
        (annotated(REFERENCE, region("mærker", "rating", rating=3)), "result"),
        (annotated(REFERENCE, region("ukendt", "choices", choices=[])), "result"),
        (annotated(REFERENCE, "frister"), "result"),
        (annotated(REFERENCE, region("udeladt", "choices", choices=["spam", "test"])), "exclusion"),
        (annotated(REFERENCE, region("note", "textarea", text=["x" * 1_000_000])), "note"),
        (annotated(REFERENCE, region("note", "textarea", text=[1])), "note"),
        (annotated(REFERENCE, region("uddrag", "labels", start=1, end=2, text="x")), "uddrag"),
        (annotated(REFERENCE, span("uddrag", "frister", 0, "x")), "passages"),  # without its label
        (
            annotated(
                REFERENCE,
                chosen("frister"),
                span("uddrag", "frister", 0, "x"),
                span("uddrag", "frister", 4, "y"),
            ),
            "passages",
        ),
    ],
)
def test_tasks_that_are_refused(found, field):
    with pytest.raises(BadFields) as caught:
        record_of_task(found)
    assert field in [one.field for one in caught.value.problems]
    assert "alert" not in str(caught.value)


def test_nobody_has_annotated_or_several_have():
    assert record_of_task({"data": {"reference": REFERENCE}}) is None
    skipped = annotated(REFERENCE, chosen("frister"), was_cancelled=True)
    assert record_of_task(skipped) is None
    twice = annotated(REFERENCE, chosen("frister"))
    twice["annotations"] *= 2
    with pytest.raises(BadFields):
        record_of_task(twice)
    twice["annotations"][0] = twice["annotations"][0] | {"was_cancelled": True}
    assert record_of_task(twice).labels == ("frister",)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"null", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_list_of_tasks(content):
    with pytest.raises(NotReadable):
        list(read_tasks(content))
