"""Figures as SVG, the same bytes for the same numbers: no date, no random ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_STYLE: dict[Any, Any] = {"svg.hashsalt": "retsspor", "svg.fonttype": "none", "font.size": 9.0}
_BLUE, _GREY, _RUST = "#1f5a7a", "#9a9a9a", "#b4552d"
_LOOKS = (
    {"color": _GREY, "marker": "s", "linestyle": "--"},
    {"color": _RUST, "marker": "^", "linestyle": ":"},
    {"color": _BLUE, "marker": "o", "linestyle": "-"},
)
"""Colour, mark and line differ: the lines are told apart in grey too."""


def calibration(bins: Sequence[Mapping[str, Any]]) -> str:
    """Given probability against how often it came true; a bigger dot stands for more pairs."""
    figure, axes = _axes("given probability", "share that had the label")
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
    most = max((b["count"] for b in bins), default=1)
    axes.scatter(
        [b["probability"] for b in bins],
        [b["frequency"] for b in bins],
        s=[12 + 120 * b["count"] / most for b in bins],
        color=_BLUE,
        zorder=3,
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _svg(figure)


def learning_curve(rows: Sequence[Mapping[str, Any]]) -> str:
    """Macro-F1 against the number of training texts, with its interval and the locked third."""
    figure, axes = _axes("training submissions", "macro-F1")
    sizes = [row["size"] for row in rows]
    values = [row["macro_f1"]["value"] for row in rows]
    axes.fill_between(
        sizes,
        [row["macro_f1"]["low"] for row in rows],
        [row["macro_f1"]["high"] for row in rows],
        color=_BLUE,
        alpha=0.15,
        linewidth=0,
    )
    axes.plot(sizes, values, color=_BLUE, marker="o", label="all held-out texts")
    locked = [row["locked_macro_f1"] for row in rows]
    axes.plot(sizes, locked, color=_GREY, marker="s", linestyle="--", label="locked third")
    axes.legend(frameon=False)
    return _svg(figure)


def orders(streams: Mapping[str, Mapping[str, Any]]) -> str:
    """Macro-F1 against the number of confirmed texts, an order a line, a stream a panel."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(4.2 * len(streams), 3.6), layout="constrained")
        panels = figure.subplots(1, len(streams), squeeze=False, sharey=True)[0]
    for axes, (name, stream) in zip(panels, streams.items(), strict=True):
        for (order, made), look in zip(stream["orders"].items(), _LOOKS, strict=False):
            _curve(axes, order, made["points"], look)
        axes.set_title(f"stream {name}")
        axes.set_xlabel("confirmed submissions")
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("macro-F1")
    panels[0].legend(frameon=False)
    return _svg(figure)


def _curve(
    axes: Axes, name: str, points: Sequence[Mapping[str, Any]], look: Mapping[str, Any]
) -> None:
    counts = [point["confirmed"] for point in points]
    f1 = [point["macro_f1"] for point in points]
    axes.fill_between(
        counts,
        [one["low"] for one in f1],
        [one["high"] for one in f1],
        color=look["color"],
        alpha=0.12,
        linewidth=0,
    )
    axes.plot(counts, [one["value"] for one in f1], label=name, **look)


def length(lengths: Sequence[int], milliseconds: Sequence[float]) -> str:
    """Time of one text against its length."""
    figure, axes = _axes("characters", "milliseconds")
    axes.plot(lengths, milliseconds, color=_BLUE, marker="o")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    return _svg(figure)


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(5.2, 3.6), layout="constrained")
        axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Figure) -> str:
    drawn = StringIO()
    with matplotlib.rc_context(_STYLE):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return drawn.getvalue()
