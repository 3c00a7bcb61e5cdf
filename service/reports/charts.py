"""Bars with intervals as SVG: readable without colour, in the dark, on paper, and by screen reader.

Everything is drawn in the colour of the text around it; every bar has its figure beside it.
The title alone says what the drawing shows, for readers of the PDF get nothing else of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from markupsafe import Markup, escape

from service.reports.document import Bar, Chart

WIDTH, NAMES, WORDS = 640, 190, 130
"""Of the drawing, of the column with names, of the column with figures, in units of the SVG."""
ROW, THICK, LINE = 34, 14, 15
_TEXT = 'fill="currentColor" font-size="13" font-family="sans-serif"'
_LINE = 'fill="none" stroke="currentColor"'
LETTERS = 24
"""About so many letters of 13 units fit beside a bar."""


def svg(chart: Chart) -> Markup:
    """The drawing of a chart.

    >>> chart = Chart("c", "Titel", "Frister: 4 ud af 8.", (Bar("Frister", 0.5, "4 ud af 8"),))
    >>> 'role="img"' in svg(chart) and "<title" in svg(chart)
    True
    """
    height = ROW * len(chart.bars) + 26
    parts = [part for place, bar in enumerate(chart.bars) for part in _bar(chart, bar, place)]
    head = (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'aria-labelledby="{chart.id}-t {chart.id}-d">'
        f'<title id="{chart.id}-t">{escape(chart.caption)}. {escape(chart.summary)}</title>'
        f'<desc id="{chart.id}-d">De samme tal står i tabellen ved siden af.</desc>'
    )
    return Markup(head + "".join(parts) + _axis(chart, height) + "</svg>")


def _across(chart: Chart, value: float) -> float:
    """Where a value lies on the drawing."""
    room = WIDTH - NAMES - WORDS
    return round(NAMES + room * value / chart.most, 1)


def _bar(chart: Chart, bar: Bar, place: int) -> Iterator[str]:
    top = ROW * place + 4
    middle = top + ROW / 2 - 4
    yield from _name(bar.name, middle)
    if bar.value is None:
        yield f'<text {_TEXT} x="{NAMES + 6}" y="{middle + 5}">{escape(bar.words)}</text>'
        return
    right = _across(chart, bar.value)
    yield (
        f'<rect fill="currentColor" fill-opacity=".35" stroke="currentColor" '
        f'x="{NAMES}" y="{middle - THICK / 2}" '
        f'width="{round(right - NAMES, 1)}" height="{THICK}"/>'
    )
    if bar.low is not None and bar.high is not None:
        yield _interval(_across(chart, bar.low), _across(chart, bar.high), middle)
    end = WIDTH - WORDS + 12
    yield f'<text {_TEXT} x="{end}" y="{middle + 5}">{escape(bar.words)}</text>'


def _name(name: str, middle: float) -> Iterator[str]:
    lines = wrap(name, LETTERS) or [""]
    first = middle + 5 - LINE * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        yield (
            f'<text {_TEXT} x="{NAMES - 8}" y="{first + LINE * number}" '
            f'text-anchor="end">{escape(line)}</text>'
        )


def _interval(low: float, high: float, middle: float) -> str:
    """A line with two feet."""
    path = f"M{low} {middle - 5}v10M{low} {middle}H{high}M{high} {middle - 5}v10"
    return f'<path {_LINE} stroke-width="2" d="{path}"/>'


def _axis(chart: Chart, height: int) -> str:
    bottom, left, right = height - 20, NAMES, WIDTH - WORDS
    ends = ("0", f"{chart.most:.0f}") if chart.most > 1 else ("0 %", "100 %")
    return (
        f'<path {_LINE} d="M{left} 2V{bottom}H{right}"/>'
        f'<text {_TEXT} x="{left}" y="{height - 4}">{ends[0]}</text>'
        f'<text {_TEXT} x="{right}" y="{height - 4}" text-anchor="end">{ends[1]}</text>'
    )
