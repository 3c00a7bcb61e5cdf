"""Model cards: what a shipped model is, was made of, can do and cannot. Reads manifest and figures.

In the form of the Hugging Face Hub (YAML on top with ``model-index``, then Markdown), after *Model
Cards for Model Reporting* (Mitchell et al., 2019). Counts and settings come from the model's
manifest, figures from the evaluation: none is typed in. Pure: text out, no file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.tables import MEASURES, estimate, promises, rate, readers, table
from models.manifest import Manifest

Json = Mapping[str, Any]

_WHOSE = (
    "All figures are of **invented** texts. They were written, and marked, by language models "
    "under rules made by people; no real submission was read. How well the model does on real ones "
    "is not known, and may well be worse. «Locked» texts are a third whose errors nobody has "
    "looked at. Intervals: 95 %. "
    "[How they came about](../../evaluation/DATASHEET.md)."
)


def redactor(manifest: Manifest, result: Json) -> str:
    """The redactor's card. Raises ValueError when the figures belong to another version."""
    _same_version(manifest, result)
    scores = next(iter(result["finders"].values()))
    body = [
        "# Retsspor redactor",
        "Finds personal data in what citizens write in Danish about municipal casework, and puts "
        "Danish placeholders in its place: `[PERSON 1]`, `[CPR]`, `[ADRESSE]`. What learned here "
        "are two small entity recognizers (spaCy tokens, a convolutional network over hashed "
        "features), one of them for texts in which capitals mean nothing; they work beside "
        "patterns and word lists in Presidio. The figures are of all of them together.",
        _identity(manifest),
        "## Intended use\n\nAs a step before anything is stored, in a process that a person reads "
        "after. **Not meant for** text in other languages or of other kinds; for data that must be "
        "anonymous in law without a person's look; for judging whether a text is harmless.",
        _training(manifest),
        f"## Measured\n\n{_WHOSE}\n\n{_redaction_scores(scores)}",
        f"## By type, locked texts\n\n{_by_type(scores['locked'])}",
        "## Limits\n\n"
        "* No placeholder hides a story that only one person has. An entity counts as found when "
        "all of its letters and digits are masked; whether the rest still tells who it is was not "
        "measured.\n"
        "* Where a type has few texts its figure says little: see the counts.\n"
        "* What damaged spelling costs, and how names of different groups fare, stands in "
        "[redaction](../../evaluation/results/redaction.md), with the goals that are not "
        "reached.",
        _reproduce(manifest, "redaction"),
    ]
    return _card(manifest, _redactor_index(scores["locked"]), "token-classification", body)


def classifier(manifest: Manifest, result: Json) -> str:
    """The classifier's card. Raises ValueError when the figures belong to another version."""
    _same_version(manifest, result)
    body = [
        "# Retsspor classifier",
        "Suggests which of six problems a redacted Danish text alleges: "
        f"{', '.join(f'`{label}`' for label in result['labels'])}. Linear models over hashed "
        "words, stems, pairs of stems, concepts and letters score each clause; the clauses, and "
        "the words of the whole text, decide together, and the clauses that decided are shown as "
        "evidence.",
        _identity(manifest),
        "## Intended use\n\nTo suggest; a person who reads the text decides. **Not meant for** "
        "deciding or prioritising a case, for judging whether an authority did wrong, for counting "
        "without review, or for text that was not redacted by the redactor.",
        _training(manifest),
        f"## Measured\n\n{_WHOSE} «Written last»: by other writers, after everything else.\n\n"
        f"{_label_scores(result['scores'])}",
        f"## By label, locked texts\n\n{_by_label(result['scores']['locked'])}",
        *_promise_section(result),
        *_reader_section(result),
        "## Limits\n\n"
        "* Labels say what a text alleges, not what happened.\n"
        "* It sees words that stand near each other: irony, and a negation two sentences away, are "
        "beyond it.\n"
        "* The writers are few, and of one kind. A promise holds for texts drawn like those it was "
        "counted on; real submitters are others.\n"
        "* Figures by area and by length differ: [labels](../../evaluation/results/labels.md).",
        _reproduce(manifest, "labels"),
    ]
    return _card(manifest, _classifier_index(result["scores"]), "text-classification", body)


def trained(manifest: Manifest) -> str:
    """The card of a classifier that an installation trained itself. Figures are its manifest's."""
    parts = {"locked": manifest.scores["locked"]}
    body = [
        "# Retsspor classifier, trained on confirmed decisions",
        "The shipped classifier's design, learned anew from the written corpus and from what the "
        f"staff of one installation confirmed. It came after `{manifest.parent}`. Confirmed texts "
        "are redacted; they are named by a fingerprint and lie in that installation only.",
        _identity(manifest),
        "## Intended use\n\nTo suggest, in that installation; a person who reads the text decides.",
        _training(manifest),
        f"## Measured\n\n{_WHOSE}\n\n{_label_scores(parts)}",
        f"## By label, locked texts\n\n{_by_label(parts['locked'])}",
        "## Limits\n\n"
        "* What staff confirm was suggested to them first, except for a blind share, which is "
        "never learned from.\n"
        "* A submission that is withdrawn stays in the weights of the versions before: the next "
        "training is without it.",
        f"## Make it again\n\n    {manifest.command}\n\nThe same texts, settings and libraries "
        "give the same version, which is a fingerprint of what was learned.",
    ]
    return _card(manifest, _classifier_index(parts), "text-classification", body)


def _same_version(manifest: Manifest, result: Json) -> None:
    measured = result["versions"][manifest.kind]
    if measured != manifest.version:
        raise ValueError(
            f"the figures are of {manifest.kind} {measured}, the card is for {manifest.version}: "
            "run retsspor evaluate"
        )


def _card(manifest: Manifest, index: Json, task: str, body: Sequence[str]) -> str:
    front = {
        "language": "da",
        "license": manifest.licence.lower(),
        "library_name": "retsspor",
        "pipeline_tag": task,
        "tags": ["danish", "public-administration", *_TAGS[manifest.kind]],
        "datasets": ["retsspor/training_data"],
        "model-index": [
            {
                "name": f"retsspor-{manifest.kind}",
                "results": [{"task": {"type": task}, **index}],
            }
        ],
    }
    return "\n\n".join(["\n".join(["---", *yaml_lines(front), "---"]), *body]) + "\n"


_TAGS = {
    "redactor": ["anonymisation", "personal-data", "named-entity-recognition"],
    "classifier": ["multi-label", "complaints", "evidence"],
}


def yaml_lines(value: Any, indent: int = 0) -> list[str]:
    """Dicts, lists and plain values as YAML; every text in quotes, so none is taken for a number.

    >>> print("\\n".join(yaml_lines({"a": ["no", 1], "b": [{"c": 0.5}]})))
    a:
      - "no"
      - 1
    b:
      -
        c: 0.5
    """
    space = " " * indent
    if isinstance(value, Mapping):
        pairs = [(f"{space}{key}:", inner) for key, inner in value.items()]
    else:
        pairs = [(f"{space}-", inner) for inner in value]
    lines = []
    for head, inner in pairs:
        if isinstance(inner, Mapping | list):
            lines += [head, *yaml_lines(inner, indent + 2)]
        else:
            lines.append(f"{head} {json.dumps(inner, ensure_ascii=False)}")
    return lines


def _metric(kind: str, name: str, value: float | None) -> dict[str, Any]:
    return {"type": kind, "name": name, "value": value}


def _dataset(name: str) -> dict[str, str]:
    return {"type": f"retsspor/benchmark-{name}", "name": f"Retsspor {name}", "split": "locked"}


def _redactor_index(scores: Json) -> dict[str, Any]:
    people = scores["by_type"]["PERSON"]["share"]
    return {
        "dataset": _dataset("redaction"),
        "metrics": [
            _metric("recall", "entities wholly masked", scores["entities"]["share"]),
            _metric("recall", "person mentions masked", people),
            _metric("precision", "spans that touch personal data", scores["precision"]["share"]),
        ],
    }


def _classifier_index(parts: Json) -> dict[str, Any]:
    scores = parts["locked"]
    return {
        "dataset": _dataset("submissions"),
        "metrics": [
            _metric("f1", "macro-F1", scores["macro_f1"]["value"]),
            _metric("recall", "true labels that are suggested", scores["recall"]["share"]),
            _metric("ece", "expected calibration error", scores["calibration"]["ece"]),
            *(
                _metric("f1", f"F1 of {label}", found["f1"]["value"])
                for label, found in scores["by_label"].items()
            ),
        ],
    }


def _identity(manifest: Manifest) -> str:
    rows = [
        ["version", f"`{manifest.version}`"],
        ["made", manifest.created],
        ["licence", manifest.licence],
        ["language", "Danish"],
        *([name, version] for name, version in sorted(manifest.libraries.items())),
    ]
    return table(["", ""], rows)


def _training(manifest: Manifest) -> str:
    rows = [[name, _said(value)] for name, value in manifest.data.items()]
    settings = json.dumps(manifest.settings, ensure_ascii=False, indent=1, sort_keys=True)
    return (
        "## Training data and settings\n\nHow the texts were made, and what is wrong with them: "
        f"[datasheet](../../training_data/DATASHEET.md).\n\n{table(['', ''], rows)}\n\n"
        f"```json\n{settings}\n```"
    )


def _said(value: Any) -> str:
    """A value of a manifest in one cell."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_said(inner) for inner in value) or "none"
    return str(value)


def _redaction_scores(scores: Json) -> str:
    rows = [[text, rate(scores["locked"][key]), rate(scores["all"][key])] for key, text in MEASURES]
    return table(["", "locked", "all"], rows)


def _by_type(scores: Json) -> str:
    rows = [
        [name, rate(found), rate(scores["precision_by_type"][name])]
        for name, found in scores["by_type"].items()
    ]
    return table(["type", "recall", "precision"], rows)


def _label_scores(parts: Json) -> str:
    rows = [
        [
            name,
            s["texts"],
            estimate(s["macro_f1"]),
            rate(s["recall"]),
            estimate(s["surplus"]),
            s["evidence"]["when_suggested"],
            s["calibration"]["ece"],
        ]
        for name, s in parts.items()
    ]
    head = ["texts", "n", "macro-F1", "recall", "surplus a text", "evidence F1", "ECE"]
    return table(head, rows)


def _by_label(scores: Json) -> str:
    rows = [
        [label, s["positives"], rate(s["precision"]), rate(s["recall"]), estimate(s["f1"])]
        for label, s in scores["by_label"].items()
    ]
    return table(["label", "positives", "precision", "recall", "F1"], rows)


def _promise_section(result: Json) -> list[str]:
    if "promises" not in result:
        return ["## Promises\n\nNone: this version was measured before promises were made."]
    note = (
        "For each label, from which probability a text must be named (suggested, or marked "
        "«usikker») for at least the promised share of the true labels to be named. Found by "
        "risk-controlling prediction sets on training texts of writers held back; counted again on "
        "the held-out texts."
    )
    return [f"## Promises\n\n{note}\n\n{promises(result['promises'])}"]


def _reader_section(result: Json) -> list[str]:
    if "readers" not in result:
        return []
    note = (
        "A second reader (a language model too), blind to the first labels, read every held-out "
        "text. F1 and Krippendorff's alpha against the first labels; «together»: means over labels."
    )
    return [f"## Beside a second reader\n\n{note}\n\n{readers(result['readers'])}"]


def _reproduce(manifest: Manifest, part: str) -> str:
    return (
        "## Make it again\n\n"
        f"    make setup\n    {manifest.command}\n    retsspor evaluate {part}\n\n"
        "The same texts, settings and libraries give the same version, which is a fingerprint of "
        f"what was learned. All figures: [{part}](../../evaluation/results/{part}.md)."
    )
