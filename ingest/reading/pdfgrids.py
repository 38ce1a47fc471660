"""Ruled lines of a page → the grids that they draw: the edges of columns and rows of each table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.reading.pdfglyphs import Rule

_TOUCHING = 3.0
"""Points; how far apart the ends of rules may lie that are drawn to meet."""
_MAX_RULES = 5_000
"""On a page; more is a drawing, not a table."""
_SMALLEST_CELL = 6.0


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of its columns from the left and of its rows from the top, two or more cells each way."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Its left and right edges, and the heights of its rules from the top."""

    x0: float
    x1: float
    rows: tuple[float, ...]


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """The grids on a page, from the top. Boxes around text, with one column or row, are none."""
    if len(rules) > _MAX_RULES:
        return []
    grids = []
    for group in _touching(rules):
        columns = _edges(rule.x0 for rule in group if rule.x1 - rule.x0 < _TOUCHING)
        rows = _edges(rule.top for rule in group if rule.bottom - rule.top < _TOUCHING)
        if len(columns) >= 3 and len(rows) >= 3:
            grids.append(Grid(columns, rows))
    return sorted(grids, key=lambda grid: grid.rows[0])


def find_ladders(rules: Sequence[Rule]) -> list[Ladder]:
    """Level rules of one width, two or more below each other: the lines between rows of a table without uprights."""
    if len(rules) > _MAX_RULES:
        return []
    steps: list[tuple[float, float, float]] = []  # left edge, right edge, height
    for rule in sorted((rule for rule in rules if rule.bottom - rule.top < _TOUCHING), key=_place):
        left, right, top = steps[-1] if steps else (0.0, 0.0, -1e9)
        if abs(rule.top - top) < _TOUCHING and left - _TOUCHING <= rule.x0 <= right + _SMALLEST_CELL:
            steps[-1] = (
                left,
                max(right, rule.x1),
                top,
            )  # the rules of cells beside each other, or of both edges of one
        else:
            steps.append((rule.x0, rule.x1, rule.top))
    widths: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    for step in steps:
        widths.setdefault((round(step[0] / _TOUCHING), round(step[1] / _TOUCHING)), []).append(step)
    return [
        Ladder(group[0][0], group[0][1], rows)
        for group in widths.values()
        if len(rows := _edges(height for _, _, height in group)) >= 2
    ]


def _place(rule: Rule) -> tuple[int, float]:
    return round(rule.top / _TOUCHING), rule.x0


def _touching(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules in groups that hang together, found by sweeping down the page."""
    groups: list[list[Rule]] = []
    boxes: list[tuple[float, float, float, float]] = []
    for rule in sorted(rules, key=lambda rule: rule.top):
        box = (rule.x0 - _TOUCHING, rule.top - _TOUCHING, rule.x1 + _TOUCHING, rule.bottom + _TOUCHING)
        group = [rule]
        apart_groups, apart_boxes = [], []
        for other, around in zip(groups, boxes, strict=True):
            if around[0] <= box[2] and box[0] <= around[2] and around[1] <= box[3] and box[1] <= around[3]:
                group += other
                box = (
                    min(box[0], around[0]), min(box[1], around[1]), max(box[2], around[2]), max(box[3], around[3])
                )  # fmt: skip
            else:
                apart_groups.append(other)
                apart_boxes.append(around)
        groups, boxes = [*apart_groups, group], [*apart_boxes, box]
    yield from groups


def _edges(positions: Iterator[float]) -> tuple[float, ...]:
    """Positions in order, those that lie closer than any cell is wide made one."""
    found: list[float] = []
    for position in sorted(positions):
        if not found or position - found[-1] > _SMALLEST_CELL:
            found.append(position)
    return tuple(found)
