"""Results as Markdown. Reads only the JSON, so an old result can be rendered again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
MEASURES = (
    ("entities", "entities wholly masked"),
    ("people", "persons, all mentions masked"),
    ("clean_texts", "texts with nothing left"),
    ("precision", "spans that touch personal data"),
    ("character_precision", "masked letters and digits that were personal"),
    ("over_masked", "ordinary words masked"),
    ("over_masked_negatives", "ordinary words masked, hard negatives"),
)


def table(head: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """A Markdown table; None is shown as a dash.

    >>> print(table(["a", "b"], [[1, None]]))
    | a | b |
    | --- | --- |
    | 1 | – |
    """
    rows = [[_cell(value) for value in row] for row in body]
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def rate(value: Json) -> str:
    """A share in per cent with its interval and counts.

    >>> rate({"hits": 1, "total": 2, "share": .5, "low": .0945, "high": .9055})
    '50.0 % (9.4–90.5; 1/2)'
    """
    if value["share"] is None:
        return "–"
    low, high = value["low"] * 100, value["high"] * 100
    counts = f"{value['hits']}/{value['total']}"
    return f"{value['share'] * 100:.1f} % ({low:.1f}–{high:.1f}; {counts})"


def estimate(value: Json) -> str:
    """A figure with its interval."""
    return f"{value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f})"


def versions(result: Json) -> str:
    """Which models these figures belong to."""
    return ", ".join(f"{kind} `{name}`" for kind, name in result.get("versions", {}).items())


def goals(result: Json) -> str:
    """What was promised, what was measured."""
    rows = [[g["goal"], g["measured"], g["bar"], g["reached"]] for g in result["goals"]]
    return table(["goal", "measured", "bar", "reached"], rows)


def redaction(result: Json) -> str:
    """The redaction report."""
    finders: Json = result["finders"]
    ours = next(iter(finders))
    parts = [
        "# Redaction",
        f"{result['texts']} invented Danish texts, {result['hard_negatives']} of them hard "
        f"negatives, {result['locked']} locked (scored as totals only). Shares with 95 % Wilson "
        "intervals and counts. An entity counts as found only when all of its letters and digits "
        "are masked. The goals are measured on the locked third (twins and name groups on all).",
        f"## Goals\n\n{versions(result)}\n\n{goals(result)}",
        f"## Side by side, all texts\n\n{_side_by_side(finders, 'all')}",
        f"## Side by side, locked third\n\n{_side_by_side(finders, 'locked')}",
        f"## {ours} by type, locked third and all\n\n{_by_type(finders[ours])}",
        f"## Damaged twins\n\n{_twins(result['twins'])}",
        f"## Name groups\n\n{_groups(result['name_groups'])}",
        *(f"_{note}_" for note in result.get("notes", ())),
    ]
    return "\n\n".join(parts) + "\n"


def _side_by_side(finders: Json, part: str) -> str:
    groups = next(iter(finders.values()))[part]["by_group"]
    rows = [
        *([text, *(rate(f[part][key]) for f in finders.values())] for key, text in MEASURES),
        *([g, *(rate(f[part]["by_group"][g]) for f in finders.values())] for g in groups),
        ["texts refused (all)", *(f["refused"] for f in finders.values())],
    ]
    return table(["", *finders], rows)


def _by_type(parts: Json) -> str:
    rows = [
        [
            name,
            rate(parts["locked"]["by_type"][name]),
            rate(parts["all"]["by_type"][name]),
            rate(parts["all"]["precision_by_type"][name]),
        ]
        for name in parts["all"]["by_type"]
    ]
    return table(["type", "recall, locked", "recall, all", "precision, all"], rows)


def _twins(twins: Json) -> str:
    rows = [
        [
            finder,
            noise,
            rate(row["entities"]),
            rate(row["person"]),
            None if row["lost"] is None else f"{row['lost'] * 100:+.1f}",
            rate(row["over_masked"]),
            row["refused"],
        ]
        for finder, noises in twins.items()
        for noise, row in noises.items()
    ]
    head = ["", "damage", "entities", "person mentions", "points lost", "over-masked", "refused"]
    return table(head, rows)


def _groups(result: Json) -> str:
    rows = [[name, rate(value)] for name, value in result["recall"].items()]
    gap = f"{result['gap'] * 100:.2f} points"
    text = f"{result['texts']} texts, told with the names of one group at a time. Gap: {gap}."
    return f"{text}\n\n{table(['all names are', 'person mentions masked'], rows)}"


def mistakes(result: Json) -> str:
    """What to work on: open texts only."""
    rows = [[m["id"], m["kind"], m["type"], m["value"]] for m in result["open_mistakes"]]
    return "# Mistakes on the open texts\n\n" + table(["id", "kind", "type", "value"], rows) + "\n"


def labels(result: Json) -> str:
    """The label report."""
    scores: Json = result["scores"]
    parts = [
        "# Labels",
        f"{result['texts']} held-out invented submissions, {result['locked']} of them locked, "
        f"{result['refused']} refused by the redactor; read as our redactor leaves them. "
        "Intervals: 95 %, bootstrap over texts or Wilson. The goals are measured on the locked "
        "third. «Written last»: other writers, after everything else.",
        f"## Goals\n\n{versions(result)}\n\n{goals(result)}",
        f"## Summary\n\n{_summary(scores)}",
        f"## By label, all texts\n\n{_by_label(scores['all'])}",
        *_promised(result),
        *_two_readers(result),
        f"## With and without redaction\n\n{_redaction(result)}",
        f"## Confusion\n\n{_confusion(result)}",
        *(f"## By {key}\n\n{_by(rows)}" for key, rows in result["by"].items()),
        "## Calibration\n\n![Calibration](calibration.svg)",
        *_trials(result),
        f"## Worst errors on the open texts\n\n{_worst(result)}",
        *(f"_{note}_" for note in result.get("notes", ())),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(scores: Json) -> str:
    rows = [
        [
            part,
            value["texts"],
            estimate(value["macro_f1"]),
            rate(value["recall"]),
            estimate(value["surplus"]),
            rate(value["exact"]),
            value["evidence"]["when_suggested"],
            value["evidence"]["of_all"],
            value["calibration"]["ece"],
            value["calibration"]["brier"],
        ]
        for part, value in scores.items()
    ]
    head = ["texts", "n", "macro-F1", "recall", "surplus a text", "all six right"]
    return table([*head, "evidence F1", "evidence F1, misses as 0", "ECE", "Brier"], rows)


def _by_label(scores: Json) -> str:
    rows = [
        [label, s["positives"], rate(s["precision"]), rate(s["recall"]), estimate(s["f1"])]
        for label, s in scores["by_label"].items()
    ]
    return table(["label", "positives", "precision", "recall", "F1"], rows)


def _promised(result: Json) -> list[str]:
    """What is promised about each label, and what came of it; nothing where it was not measured."""
    if "promises" not in result:
        return []
    note = (
        "Named: suggested, or marked «usikker». The threshold was found on training texts of "
        "writers held back; the rest of the row was counted here, on everything that reaches it."
    )
    return [f"## Promises\n\n{note}\n\n{promises(result['promises'])}"]


def promises(found: Json) -> str:
    """One row a label, with what became of its promise in each part of the texts."""
    parts = list(found["together"])
    rows: list[list[object]] = [
        [label, p["positives"], p["threshold"], p["words"], *_became(p["parts"], parts)]
        for label, p in found["by_label"].items()
    ]
    rows.append(["together", None, None, None, *_became(found["together"], parts)])
    head = [f"{what}, {part}" for part in parts for what in ("recall", "surplus a text")]
    return table(["label", "counted on", "from probability", "promise", *head], rows)


def _became(found: Json, parts: Sequence[str]) -> list[object]:
    return [
        cell for part in parts for cell in (rate(found[part]["recall"]), found[part]["surplus"])
    ]


def _two_readers(result: Json) -> list[str]:
    """How far a second reader agrees with the first; nothing where it was not measured."""
    if "readers" not in result:
        return []
    found = result["readers"]
    note = (
        f"A second reader, blind to the first labels, read all {found['texts']} texts with the "
        "codebook. Both readers are language models (`evaluation/DATASHEET.md`). F1 and "
        "Krippendorff's alpha (nominal) against the first labels; «together»: means over labels."
    )
    return [f"## Two readers\n\n{note}\n\n{readers(found)}\n\n{_readers_by_part(found)}"]


def readers(found: Json) -> str:
    """One row a label: the second reader and the classifier, each beside the first labels."""
    rows = [
        [
            label,
            r["positives"],
            r["second"]["f1"],
            r["classifier"]["f1"],
            r["second"]["alpha"],
            r["classifier"]["alpha"],
            r["disagreements"],
            rate(r["unsure"]),
        ]
        for label, r in {**found["by_label"], "together": found["together"]}.items()
    ]
    head = ["label", "positives", "F1, second reader", "F1, classifier", "alpha, second reader"]
    tail = ["alpha, classifier", "readers disagree", "of these, second reader unsure"]
    return table([*head, *tail], rows)


def _readers_by_part(found: Json) -> str:
    rows = [
        [name, p["texts"], *(estimate(p[key]) for key in ("second", "classifier", "difference"))]
        for name, p in found["parts"].items()
    ]
    head = ["texts", "n", "macro-F1, second reader", "macro-F1, classifier", "difference"]
    return table(head, rows)


def _redaction(result: Json) -> str:
    rows: list[list[object]] = [[name, value] for name, value in result["redaction"].items()]
    if "trials" in result:
        never = result["trials"]["never_redacted"]
        rows.append([never["name"], never["macro_f1"]["value"]])
    return table(["the classifier reads", "macro-F1"], rows)


def _confusion(result: Json) -> str:
    names = result["labels"]
    rows = [[name, *row] for name, row in zip(names, result["confusion"], strict=True)]
    note = "Row: label missed. Column: label suggested wrongly instead. Diagonal: none instead."
    return f"{note}\n\n{table(['', *names], rows)}"


def _by(groups: Json) -> str:
    rows = [
        [name, r["texts"], r["macro_f1"], r["micro_f1"], rate(r["recall"]), r["surplus"]]
        for name, r in groups.items()
    ]
    return table(["", "texts", "macro-F1", "micro-F1", "recall", "surplus a text"], rows)


def _trials(result: Json) -> list[str]:
    """The tables of a full run; nothing when it was a quick one."""
    if "trials" not in result:
        return ["_Learning curve, ablation and comparison: run with `--full`._"]
    found = result["trials"]
    labels_ = result["labels"]
    return [
        f"## Models compared\n\n{_trial_table(found['comparison'], labels_)}",
        f"## Ablation\n\n{_trial_table(found['ablation'], labels_)}",
        f"## Learning curve\n\n{_trial_table(found['learning_curve'], labels_)}\n\n"
        "![Learning curve](learning_curve.svg)",
    ]


def _trial_table(rows: Sequence[Json], names: Sequence[str]) -> str:
    body = [
        [
            row["name"],
            estimate(row["macro_f1"]),
            row["locked_macro_f1"],
            *row["by_label"],
            row["size"],
            f"{row['seconds']:.0f}",
        ]
        for row in rows
    ]
    return table(["", "macro-F1", "locked", *names, "texts", "seconds"], body)


def _worst(result: Json) -> str:
    rows = [[e["id"], e["label"], e["kind"], e["probability"]] for e in result["open_errors"]]
    return table(["id", "label", "kind", "probability"], rows)


def speed(result: Json) -> str:
    """The speed report."""
    paces = [
        [name, p["texts"], p["p50_ms"], p["p95_ms"], f"{p['words_per_second']:.0f}"]
        for name, p in result["pace"].items()
    ]
    grown, fuzzed = result["growth"], result["fuzz"]
    times = zip(grown["lengths"], grown["milliseconds"], strict=True)
    slow = [[repr(f["unit"]), f["milliseconds"], f["exponent"]] for f in fuzzed["slowest"]]
    parts = [
        "# Speed",
        "One process, one run; times belong to the machine that they were taken on.",
        f"## Goals\n\n{versions(result)}\n\n{goals(result)}",
        "## Letters of about 200 words\n\n"
        + table(["", "letters", "p50 ms", "p95 ms", "words/s"], paces),
        "## Time against length\n\n"
        f"{grown['ms_per_1000']:.1f} ms for 1,000 characters; straight line R² "
        f"{grown['r_squared']:.4f}; exponent of the longer half {grown['exponent']:.2f}.\n\n"
        "![Time against length](length.svg)\n\n" + table(["characters", "ms"], times),
        f"## Hostile texts\n\n{fuzzed['texts']} texts of {fuzzed['length']} characters, "
        f"{fuzzed['refused']} of them refused by a failure; the exponent compares with "
        "half the length.\n\n" + table(["piece", "ms", "exponent"], slow),
        *(f"_{note}_" for note in result.get("notes", ())),
    ]
    return "\n\n".join(parts) + "\n"
