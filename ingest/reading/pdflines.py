"""Stretches of text on a page → lines: what stands close on one level is one line, and drawn bullets are made text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.reading.pdfglyphs import BARE_GAP, SPACED_GAP, Fragment, Page, Rule, is_ruled_off

_MARK = re.compile(r"[•◦▪▫●○■□‣⁃∙·➢➤✓\uf0b7\uf0a7\uf02d\uf076\uf0d8–—*o-]|\d{1,2}[.)]|[a-zåäö]\)")
"""A bullet or a number alone, whose text stands a tab away."""
_MOST_DOTS = 500
"""On a page; more is a drawing."""
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text within one column; `left` and `right` are the edges of that column, `region` its number."""

    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    text: str
    page: int
    region: int = 0
    left: float = 0.0
    right: float = 0.0


def _drawn_bullets(page: Page) -> Iterator[Fragment]:
    """The marks that stand a little left of the first stretch of a line, as the bullets that they are."""
    for dot in page.dots[:_MOST_DOTS]:
        middle = (dot.top + dot.bottom) / 2
        beside = [
            (abs(middle - (fragment.top + fragment.bottom) / 2), number)
            for number, fragment in enumerate(page.fragments)
            if fragment.top < middle < fragment.bottom and 0 < fragment.x0 - dot.x1 < 2 * fragment.size
        ]
        if beside:
            yield replace(page.fragments[min(beside)[1]], x0=dot.x0, x1=dot.x1, text="•", bold=False)


def lines_of(page: Page) -> list[Line]:
    """Fragments on one baseline that stand close are one line; what stands farther apart, or beyond an upright rule, is
    a line of its own."""
    fragments = [*page.fragments, *_drawn_bullets(page)]
    uprights = page.uprights()
    found: list[Line] = []
    for row in _rows(sorted(fragments, key=lambda fragment: (fragment.bottom, fragment.x0))):
        held: list[Fragment] = []
        for fragment in sorted(row, key=lambda fragment: fragment.x0):
            if held and not _goes_on(held, fragment, uprights):
                found.append(_line(held, page.number))
                held = []
            held.append(fragment)
        found.append(_line(held, page.number))
    return sorted(found, key=lambda line: (line.top, line.x0))


def _rows(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Fragments, by their lower edge, in groups that stand on one level; small raised figures go along."""
    row: list[Fragment] = []
    for fragment in fragments:
        if row and not _is_level(max(row, key=lambda other: other.size), fragment):
            yield row
            row = []
        row.append(fragment)
    if row:
        yield row


def _is_level(one: Fragment, other: Fragment) -> bool:
    middle, other_middle = (one.top + one.bottom) / 2, (other.top + other.bottom) / 2
    if min(one.size, other.size) < 0.8 * max(one.size, other.size):
        large, small = (middle, one), other_middle
        if one.size < other.size:
            large, small = (other_middle, other), middle
        return large[1].top < small < large[1].bottom
    return abs(middle - other_middle) < 0.35 * min(one.size, other.size)


def _goes_on(held: list[Fragment], fragment: Fragment, uprights: Sequence[Rule]) -> bool:
    size = max(held[-1].size, fragment.size, 1.0)
    end = max(other.x1 for other in held)
    gap = fragment.x0 - end
    if gap < -0.5 * size or is_ruled_off(end, fragment.x0, (fragment.top + fragment.bottom) / 2, uprights):
        return False
    if len(held) == 1 and _MARK.fullmatch(held[0].text.strip()):
        return gap < 5 * size
    return gap < (SPACED_GAP if held[-1].text.endswith(" ") else BARE_GAP) * size


def _line(fragments: list[Fragment], page: int) -> Line:
    weights: Counter[float] = Counter()
    for fragment in fragments:
        weights[fragment.size] += len(fragment.text)
    size = max(weights, key=weights.__getitem__)
    text = ""
    end = fragments[0].x0
    for fragment in fragments:
        if text and fragment.x0 - end > 0.15 * min(fragment.size, size) and not text.endswith(" "):
            text += " "
        raised = fragment.size < 0.8 * size and fragment.bottom < max(other.bottom for other in fragments) - 0.1 * size
        text += fragment.text.translate(_SUPERSCRIPTS) if raised and fragment.text.strip().isdigit() else fragment.text
        end = fragment.x1
    lettered = [fragment for fragment in fragments if any(map(str.isalpha, fragment.text))]
    return Line(
        x0=fragments[0].x0,
        top=min(fragment.top for fragment in fragments if fragment.size >= 0.8 * size),
        x1=max(fragment.x1 for fragment in fragments),
        bottom=max(fragment.bottom for fragment in fragments if fragment.size >= 0.8 * size),
        size=size,
        bold=bool(lettered) and all(fragment.bold for fragment in lettered),
        text=text.strip(),
        page=page,
    )


def body_size_of(lines: Iterable[Sequence[Line]]) -> float:
    """The size of type, to half a point, that most of the text is set in; 0 when there is none."""
    weights: Counter[float] = Counter()
    for line in (line for page in lines for line in page):
        weights[round(line.size * 2) / 2] += len(line.text)
    return max(weights, key=weights.__getitem__, default=0.0)
