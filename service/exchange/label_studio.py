"""Label Studio's JSON: tasks with the model's predictions, and annotations with what persons said.

The format is the «Label Studio JSON format of annotated tasks» of labelstud.io/guide/task_format;
``CONFIG`` is the labelling interface that it belongs to. Spans count code points, as Label Studio
does since 2021; what an older one exported in UTF-16 units is understood by the words themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from nlp.types import LABELS
from service.db.tables import Exclusion, Submission, SuggestionRow
from service.errors import BadFields, FieldProblem, NotReadable
from service.exchange.records import MOST_PASSAGES, Passage, Record, passage_of, record_of
from service.exchange.standing import Standing
from service.exchange.take_in import AnyRecord, Numbered
from service.intake.rows import RefusedRow
from service.review.blind import is_blind
from service.review.decisions import LONGEST_SECONDS
from service.review.personal import evidence_of
from service.review.words import SUBTAGS

_LABELS, _EVIDENCE, _QUOTATIONS = "mærker", "begrundelser", "uddrag"
_SUBTAGS, _EXCLUSION, _NOTE = "undermærker", "udeladt", "note"
_TEXT = "text"


def _choices(name: str, values: Iterable[str], choice: str) -> str:
    inner = "".join(f'<Choice value="{value}"/>' for value in values)
    return f'<Choices name="{name}" toName="{_TEXT}" choice="{choice}">{inner}</Choices>'


def _spans(name: str) -> str:
    inner = "".join(f'<Label value="{label}"/>' for label in LABELS)
    return f'<Labels name="{name}" toName="{_TEXT}">{inner}</Labels>'


CONFIG = "\n".join(
    (
        "<View>",
        f'  <Header value="{_EVIDENCE}: modellens"/>{_spans(_EVIDENCE)}',
        f'  <Header value="{_QUOTATIONS}: højst ét til hvert mærke"/>{_spans(_QUOTATIONS)}',
        f'  <Text name="{_TEXT}" value="$text"/>',
        f"  {_choices(_LABELS, LABELS, 'multiple')}",
        f"  {_choices(_SUBTAGS, SUBTAGS, 'multiple')}",
        f"  {_choices(_EXCLUSION, Exclusion, 'single')}",
        f'  <TextArea name="{_NOTE}" toName="{_TEXT}" maxSubmissions="1"/>',
        "</View>",
    )
)
"""The labelling interface to set up in Label Studio."""


# ── out ──────────────────────────────────────────────────────────────────────────────────────────


def tasks(rows: Iterable[Standing], *, blind_percent: int) -> Iterator[bytes]:
    """A JSON array, one task a line. Who is to be read blind comes without predictions.

    A submission whose text is deleted is no task any more.
    """
    before = b"[\n"
    for one in (row for row in rows if row.submission.text_deleted_at is None):
        yield (
            before + json.dumps(task(one, blind_percent=blind_percent), ensure_ascii=False).encode()
        )
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def task(one: Standing, *, blind_percent: int) -> dict[str, Any]:
    """A submission as a task."""
    submission = one.submission
    hides = is_blind(submission, blind_percent)
    return {
        "data": {
            _TEXT: submission.text,
            "reference": submission.public_id,
            "revision": submission.revision,
            "area": submission.area,
            "municipality": submission.municipality,
            "received_at": submission.received_at.isoformat(),
            "probabilities": {}
            if hides
            else {s.label: round(s.probability, 4) for s in submission.suggestions},
        },
        "predictions": [] if hides else [_prediction(submission)],
        "annotations": [] if one.record is None else [_annotation(submission, one.record)],
    }


def _prediction(submission: Submission) -> dict[str, Any]:
    """What the model suggests. The score is that of the label it is least sure of."""
    suggested = [one for one in submission.suggestions if one.suggested]
    certain = (max(one.probability, 1 - one.probability) for one in submission.suggestions)
    return {
        "model_version": submission.classifier_version,
        "score": round(min(certain, default=0.0), 4),
        "result": [
            *_chosen(submission, _LABELS, [one.label for one in suggested]),
            *_pointed(submission, suggested),
        ],
    }


def _annotation(submission: Submission, record: Record) -> dict[str, Any]:
    confirmed = [one for one in submission.suggestions if one.label in record.labels]
    quoted = {one.label for one in record.passages}
    exclusion = [record.exclusion] if record.exclusion else []
    return {
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": record.seconds,
        "result": [
            *_chosen(submission, _LABELS, record.labels),
            *_pointed(submission, [one for one in confirmed if one.label not in quoted]),
            *(_span(submission, _QUOTATIONS, one) for one in record.passages),
            *_chosen(submission, _SUBTAGS, record.subtags),
            *_chosen(submission, _EXCLUSION, exclusion),
            *_note(submission, record.note),
        ],
    }


def _pointed(submission: Submission, rows: Iterable[SuggestionRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for start, end in evidence_of(submission, row):
            passage = Passage(row.label, submission.text[start:end], start, end)
            yield _span(submission, _EVIDENCE, passage)


def _chosen(submission: Submission, name: str, values: Iterable[str]) -> Iterator[dict[str, Any]]:
    if chosen := list(values):
        yield _region(submission, name, "choices", {"choices": chosen})


def _span(submission: Submission, name: str, one: Passage) -> dict[str, Any]:
    value = {"start": one.start, "end": one.end, "text": one.text, "labels": [one.label]}
    return _region(submission, name, "labels", value)


def _note(submission: Submission, note: str | None) -> Iterator[dict[str, Any]]:
    if note:
        yield _region(submission, _NOTE, "textarea", {"text": [note]})


def _region(submission: Submission, name: str, type_: str, value: dict[str, Any]) -> dict[str, Any]:
    """A part of a result. Its id only has to be its own within the task, and the same each time."""
    place = f"{submission.public_id}/{name}/{value.get('labels')}/{value.get('start')}"
    return {
        "id": uuid5(NAMESPACE_URL, place).hex[:10],
        "from_name": name,
        "to_name": _TEXT,
        "type": type_,
        "value": value,
    }


# ── in ───────────────────────────────────────────────────────────────────────────────────────────


def read_tasks(content: bytes) -> Iterator[AnyRecord]:
    """Annotations of an export, one task after the other; rows are tasks, counted from 1.

    Raises NotReadable when it is no JSON array of tasks.
    """
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text)
    except UnicodeDecodeError:
        raise NotReadable("Det sendte er ikke UTF-8.") from None
    except (ValueError, RecursionError):
        raise NotReadable("Det sendte er ikke gyldig JSON.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NotReadable("Send en liste af opgaver, som Label Studio eksporterer dem.")
    for number, one in enumerate(found, start=1):
        try:
            yield Numbered(number, record_of_task(one))
        except BadFields as error:
            yield RefusedRow(number, error.problems)


def record_of_task(value: Mapping[str, Any]) -> Record | None:
    """The decision in a task; None when nobody has annotated it. Raises BadFields."""
    if not isinstance(value.get("data"), dict):
        raise _bad("data", "is missing", "Opgaven har ingen data.")
    annotations = value.get("annotations") or []
    if not isinstance(annotations, list) or not all(isinstance(a, dict) for a in annotations):
        raise _bad("annotations", "must be a list", "Opgavens annotations er ikke en liste.")
    given = [one for one in annotations if not one.get("was_cancelled")]
    if not given:
        return None
    if len(given) > 1:
        what = "there are several: people have to agree on one first"
        raise _bad("annotations", what, "Der er flere annotationer. Bliv enige om én.")
    return _record(value["data"], given[0])


def _record(data: Mapping[str, Any], annotation: Mapping[str, Any]) -> Record:
    parts = _parts(annotation.get("result"))
    exclusions = parts.choices(_EXCLUSION)
    fields = {
        "id": data.get("reference"),
        "revision": data.get("revision", 0),
        "labels": parts.choices(_LABELS),
        "subtags": parts.choices(_SUBTAGS),
        "exclusion": exclusions[0] if len(exclusions) == 1 else exclusions,
        "note": parts.note(),
        "passages": parts.spans(_QUOTATIONS),
        "text": data.get(_TEXT),
    }
    record = record_of(fields)
    evidence = tuple(passage_of(one) for one in parts.spans(_EVIDENCE))
    if None in evidence:
        raise _bad(_EVIDENCE, "has one of wrong shape", "Et sted har en forkert form.")
    return Record(
        reference=record.reference,
        revision=record.revision,
        labels=record.labels,
        exclusion=record.exclusion,
        subtags=record.subtags,
        note=record.note,
        passages=record.passages,
        evidence=tuple(one for one in evidence if one is not None),
        text=record.text,
        seconds=_seconds(annotation.get("lead_time")),
    )


def _seconds(lead_time: object) -> int | None:
    is_number = isinstance(lead_time, int | float) and not isinstance(lead_time, bool)
    if is_number and 0 <= lead_time <= LONGEST_SECONDS:  # type: ignore[operator]
        return int(lead_time)  # type: ignore[call-overload,no-any-return]
    return None


class _Parts:
    """The parts of a result by the control that they come from."""

    def __init__(self, parts: list[Mapping[str, Any]]) -> None:
        self._parts = parts

    def _values(self, name: str) -> Iterator[Mapping[str, Any]]:
        return (one["value"] for one in self._parts if one["from_name"] == name)

    def choices(self, name: str) -> list[object]:
        """Everything that was chosen. Raises BadFields."""
        found: list[object] = []
        for value in self._values(name):
            chosen = value.get("choices")
            if not isinstance(chosen, list):
                raise _bad(name, "must be choices", "Valgene har en forkert form.")
            found.extend(chosen)
        return found

    def spans(self, name: str) -> list[dict[str, Any]]:
        """Every span as a passage, one for each of its labels. Raises BadFields."""
        found: list[dict[str, Any]] = []
        for value in self._values(name):
            labels = value.get("labels")
            if not isinstance(labels, list) or len(found) + len(labels) > MOST_PASSAGES:
                raise _bad(name, "must be labelled spans", "Stederne har en forkert form.")
            place = {key: value.get(key) for key in ("start", "end", "text")}
            found.extend({"label": label, **place} for label in labels)
        return found

    def note(self) -> object:
        """The note; empty when there is none."""
        texts = [text for value in self._values(_NOTE) for text in _list(value.get("text"))]
        return "\n".join(texts) if all(isinstance(one, str) for one in texts) else texts


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


_CONTROLS = {
    _LABELS: "choices",
    _SUBTAGS: "choices",
    _EXCLUSION: "choices",
    _EVIDENCE: "labels",
    _QUOTATIONS: "labels",
    _NOTE: "textarea",
}


def _parts(result: object) -> _Parts:
    """Parts that are all known: what cannot be taken in would else be lost without a word."""
    parts: list[Any] = result if isinstance(result, list) else [None]
    for one in parts:
        is_known = (
            isinstance(one, dict)
            and isinstance(one.get("value"), dict)
            and isinstance(one.get("from_name"), str)
            and _CONTROLS.get(one["from_name"]) == one.get("type")
        )
        if not is_known:
            what = f"has a part that is none of {', '.join(_CONTROLS)}"
            raise _bad("result", what, "Annotationen har en del, der ikke kendes.")
    return _Parts(parts)


def _bad(field: str, english: str, danish: str) -> BadFields:
    return BadFields([FieldProblem(field, f"{field}: {english}", danish)])
