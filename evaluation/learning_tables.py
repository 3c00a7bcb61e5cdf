"""What was simulated about learning, as Markdown. Reads only the JSON."""

from __future__ import annotations

from collections.abc import Iterable

from evaluation.tables import Json, estimate, goals, rate, table


def learning(result: Json) -> str:
    """The whole report."""
    parts = [*_head(result), *_orders(result["order"])]
    parts += [
        "## Doubtful decisions",
        "A fifth of the labels were made wrong; the classifier learned from them, and every "
        "decision got a probability from parts that had not seen its writer. Found: injected "
        "errors in the first quarter of the list of decisions. «Submissions»: those with an error, "
        "in the first quarter of the submissions. The page of the review desk lists fewer: only "
        "decisions that confident learning takes for errors. The last two columns say which part "
        "of the errors is among these, and which part of these are errors.",
        _noise(result["noise"]),
        "## The gate",
        "One of two models is disturbed until it is worse by exactly five points of macro-F1 in "
        "the population; the gate sees a sample. «As good»: both are disturbed, each in its own "
        "way.",
        _gate(result["gate"]),
    ]
    return "\n\n".join(parts)


def _head(result: Json) -> Iterable[str]:
    families = ", ".join(result["settings"]["families"])
    yield "# Learning from the staff, simulated"
    yield (
        f"{result['texts']} invented submissions by {result['writers']} writers. Classifiers as "
        f"the shipped one, with fewer columns (2^{result['settings']['bits']} a family: "
        f"{families}) and without the clause bank. Intervals hold 95 %."
    )
    yield goals(result)


def _orders(result: Json) -> Iterable[str]:
    plan = result["plan"]
    yield "## Which next"
    yield (
        f"{plan['start']} confirmed submissions drawn by lot, then batches of {plan['batch']}, of "
        "which the chosen orders draw a fifth by lot as well. «Stored» is the queue of the "
        f"service: {plan['arriving']} submissions come in for each that is read, and each keeps "
        "the place it was given then; the other orders choose anew from everything. Measured on "
        f"{plan['held_back']} writers held back, with the classifier's own thresholds. Runs "
        "differ in the writers held back and in what is drawn; intervals come from drawing runs "
        "anew."
    )
    for name, stream in result["streams"].items():
        yield from _stream(name, stream)


def _stream(name: str, stream: Json) -> Iterable[str]:
    orders: Json = stream["orders"]
    yield f"### Stream {name}, {stream['runs']} runs"
    counts = [point["confirmed"] for point in next(iter(orders.values()))["points"]]
    made = {order: {p["confirmed"]: p for p in one["points"]} for order, one in orders.items()}
    rows = [
        [count, *(cell for points in made.values() for cell in _cells(points.get(count)))]
        for count in counts
    ]
    head = [title for order in orders for title in (f"{order}: macro-F1", "log-loss", "words")]
    yield table(["confirmed", *head], rows)
    yield (
        "Labels after which an order is as good as the random one, as a share of what that needed "
        "(the first ones included):"
    )
    needed = {order: one["needed"]["at"] for order, one in orders.items() if "needed" in one}
    at = [
        [same[0]["random"], same[0]["macro_f1"], *map(_share, same)]
        for same in zip(*needed.values(), strict=True)
    ]
    yield table(["random order", "its macro-F1", *needed], at[1:])


def _cells(point: Json | None) -> list[object]:
    if point is None:
        return [None, None, None]
    return [estimate(point["macro_f1"]), point["log_loss"], round(point["words"])]


def _share(row: Json) -> str:
    if row["share"] is None:
        return "not reached"
    high = "–" if row["high"] is None else f"{row['high'] * 100:.0f}"
    return f"{row['share'] * 100:.0f} % ({row['low'] * 100:.0f} to {high})"


def _noise(rows: Iterable[Json]) -> str:
    found = list(rows)
    names = list(found[0]["found"])
    body = [
        [
            row["kind"],
            f"{row['injected']['share'] * 100:.1f} %",
            *(rate(row["found"][name]) for name in names),
            rate(row["texts"]),
            rate(row["list"]["caught"]),
            rate(row["list"]["wrong"]),
        ]
        for row in found
    ]
    last = ["submissions", "errors on the page's list", "errors of its entries"]
    return table(["kind", "wrong decisions", *names, *last], body)


def _gate(rows: Iterable[Json]) -> str:
    body = [
        [row["way"], row["texts"], *(_passed(row[name]) for name in ("worse", "better", "as good"))]
        for row in rows
    ]
    head = ["the worse one", "test texts", "worse passes", "better passes", "as good passes"]
    return table(head, body)


def _passed(found: Json) -> str:
    undecided = found["undecided"]["hits"]
    said = rate(found["passed"])
    return f"{said}; {undecided} undecided" if undecided else said
