"""Numbers → plots as SVG that stands in a page: bars with intervals, and differences around nothing. No library.

Colours are the page's classes, so that they follow light and dark. Every plot has a title and a description; its
numbers stand in a table beside it, since a plot alone says nothing to somebody who cannot see it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_WIDTH: Final = 860
_LABEL: Final = 210
_VALUE: Final = 150
_ROW: Final = 26
_TOP: Final = 8
_AXIS: Final = 24
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a plot: from 0 to `value`, or a point at it, and the span from `low` to `high`; `text` is written."""

    label: str
    value: float
    low: float
    high: float
    text: str
    tone: str = "plain"


def bars(title: str, description: str, rows: Sequence[Row], *, maximum: float, unit: str = "") -> Markup:
    """Horizontal bars from 0 to `maximum`, or a round number above it, each with its span as a whisker."""
    maximum = _round_up(maximum)

    def x(value: float) -> float:
        return _scale(value, 0, maximum)

    drawn = [
        Markup('<rect class="{}" x="{}" y="{}" width="{:.1f}" height="14" rx="2"></rect>{}').format(
            row.tone, _LABEL, y + 6, max(x(row.value) - _LABEL, 0.5), _whisker(x(row.low), x(row.high), y + 13)
        )
        for y, row in _placed(rows)
    ]
    ticks = [maximum * step / _TICKS for step in range(_TICKS + 1)]
    return _plot(title, description, rows, drawn, [(x(tick), _number(tick) + unit) for tick in ticks])


def differences(title: str, description: str, rows: Sequence[Row]) -> Markup:
    """Points with their spans, around a line at 0."""
    reach = _round_up(max([0.01, *(abs(bound) for row in rows for bound in (row.low, row.high, row.value))]))

    def x(value: float) -> float:
        return _scale(value, -reach, reach)

    drawn = [
        Markup('{}<circle class="{}" cx="{:.1f}" cy="{}" r="5"></circle>').format(
            _whisker(x(row.low), x(row.high), y + 13), row.tone, x(row.value), y + 13
        )
        for y, row in _placed(rows)
    ]
    zero = Markup('<line class="zero" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"></line>').format(
        x(0), _TOP, _TOP + len(rows) * _ROW
    )
    ticks = [(x(place), _number(place)) for place in (-reach, -reach / 2, 0, reach / 2, reach)]
    return _plot(title, description, rows, [zero, *drawn], ticks)


def _plot(
    title: str, description: str, rows: Sequence[Row], drawn: Sequence[Markup], ticks: Sequence[tuple[float, str]]
) -> Markup:
    bottom = _TOP + len(rows) * _ROW
    grid = [
        Markup(
            '<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"></line>'
            '<text class="tick" x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>'
        ).format(x, _TOP, bottom, bottom + 17, text)
        for x, text in ticks
    ]
    words = [
        Markup('<text x="{}" y="{}" text-anchor="end">{}</text><text class="tick" x="{}" y="{}">{}</text>').format(
            _LABEL - 10, y + 18, row.label, _WIDTH - _VALUE + 12, y + 18, row.text
        )
        for y, row in _placed(rows)
    ]
    return Markup(
        "<figure><figcaption><strong>{}</strong> {}</figcaption>"
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg></figure>'
    ).format(
        f"{title}.",
        description,
        _WIDTH,
        bottom + _AXIS,
        f"{title}. {description} Siffrorna står i tabellen.",
        *(Markup("").join(parts) for parts in (grid, drawn, words)),
    )


def _whisker(low: float, high: float, y: float) -> Markup:
    return Markup('<path class="whisker" d="M{0:.1f} {2}v8m0 -4H{1:.1f}m0 -4v8"></path>').format(low, high, y - 4)


def _round_up(value: float) -> float:
    """The next of 1, 2 and 5 times a power of ten, so that the ticks are round.

    >>> _round_up(1), _round_up(454.2), _round_up(0.3)
    (1.0, 500.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next((times * power for times in (1, 2, 5) if times * power >= value), 10 * power)


def _scale(value: float, low: float, high: float) -> float:
    """Position of a value, with those beyond the ends at the ends."""
    share = (min(max(value, low), high) - low) / ((high - low) or 1)
    return _LABEL + share * (_WIDTH - _LABEL - _VALUE)


def _placed(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return [(_TOP + place * _ROW, row) for place, row in enumerate(rows)]


def _number(value: float) -> str:
    """A tick, as Swedish writes it.

    >>> _number(0.2), _number(40.0), _number(-0.05)
    ('0,2', '40', '−0,05')
    """
    return f"{value:.3g}".replace(".", ",").replace("-", "−")
