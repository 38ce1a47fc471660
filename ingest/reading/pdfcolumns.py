"""Lines of a page → lines and tables in reading order: one column after the other, between what spans them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from ingest.reading.pdfglyphs import Page
from ingest.reading.pdfgrids import find_grids, find_ladders
from ingest.reading.pdflines import Line
from ingest.reading.pdftables import Item, grid_of, is_inside, ruled_table, with_aligned_tables


def read_columns(page: Page, lines: list[Line]) -> list[Item]:
    """The tables and the remaining lines of a page, as they are read; `lines` are those that belong to the text."""
    items: list[Item] = []
    for grid in find_grids(page.rules):
        inside = [line for line in lines if is_inside(line, grid)]
        table = ruled_table(grid, inside, page.number)
        if table is not None:
            items.append(table)
            lines = [line for line in lines if line not in inside]
    for ladder in find_ladders(page.rules):
        between = grid_of(ladder, lines)
        inside = [line for line in lines if between is not None and is_inside(line, between)]
        table = ruled_table(between, inside, page.number) if between is not None else None
        if table is not None:
            items.append(table)
            lines = [line for line in lines if line not in inside]
    items.extend(lines)
    regions = iter(range(page.number * 1_000, (page.number + 1) * 1_000))
    return list(_ordered(items, regions, depth=0))


def _ordered(items: list[Item], regions: Iterator[int], depth: int) -> Iterator[Item]:
    """Items in reading order: where a gutter parts them, the left column before the right, between what spans both."""
    gutter = _gutter(items) if depth < 3 else None
    if gutter is None:
        yield from _one_column(items, next(regions))
        return
    left: list[Item] = []
    right: list[Item] = []
    for item in sorted(items, key=lambda item: (item.top, item.x0)):
        if item.x1 <= gutter:
            left.append(item)
        elif item.x0 >= gutter:
            right.append(item)
        else:
            yield from _ordered(left, regions, depth + 1)
            yield from _ordered(right, regions, depth + 1)
            left, right = [], []
            yield from _one_column([item], next(regions))
    yield from _ordered(left, regions, depth + 1)
    yield from _ordered(right, regions, depth + 1)


def _gutter(items: Sequence[Item]) -> float | None:
    """Where a white strip parts two columns of prose, if one does: at least three lines on each side of it."""
    if len(items) < 6:
        return None
    start, end = min(item.x0 for item in items), max(item.x1 for item in items)
    narrow = [item for item in items if item.x1 - item.x0 < 0.6 * (end - start)]
    lines = [item for item in narrow if isinstance(item, Line)]
    if len(lines) < 6:
        return None
    strips = [0] * (int(end - start) // 2 + 2)
    for item in narrow:
        for strip in range(int(item.x0 - start) // 2, int(item.x1 - start) // 2 + 1):
            strips[strip] += 1
    tolerated = len(narrow) // 12
    best: tuple[int, float] | None = None
    position = 0
    for free, run in groupby(strips, key=lambda amount: amount <= tolerated):
        length = len(list(run))
        middle = start + (position + length / 2) * 2
        if free and length >= 4 and position > 0 and position + length < len(strips) and _are_columns(lines, middle):
            best = max(best or (0, 0.0), (length, middle))
        position += length
    return best[1] if best else None


def _are_columns(lines: Sequence[Line], gutter: float) -> bool:
    """Whether lines on both sides of it read as prose: long, filling their column, and beside each other."""
    sides = ([line for line in lines if line.x1 <= gutter], [line for line in lines if line.x0 >= gutter])
    for side in sides:
        if len(side) < 3:
            return False
        width = max(line.x1 for line in side) - min(line.x0 for line in side)
        if median(len(line.text) for line in side) < 15 or median(line.x1 - line.x0 for line in side) < 0.45 * width:
            return False
    (left, right) = ((min(line.top for line in side), max(line.bottom for line in side)) for side in sides)
    return min(left[1], right[1]) - max(left[0], right[0]) > 2 * lines[0].size


def _one_column(items: list[Item], region: int) -> Iterator[Item]:
    if not items:
        return
    left, right = min(item.x0 for item in items), max(item.x1 for item in items)
    placed = [
        replace(item, region=region, left=left, right=right) if isinstance(item, Line) else item
        for item in sorted(items, key=lambda item: (item.top, item.x0))
    ]
    yield from with_aligned_tables(_levels(placed))


def _levels(items: Iterable[Item]) -> list[list[Item]]:
    """Items from the top, those that stand beside each other together, from the left."""
    levels: list[list[Item]] = []
    for item in items:
        if levels and isinstance(item, Line) and isinstance(levels[-1][0], Line):
            first = levels[-1][0]
            if (item.top + item.bottom) / 2 < first.bottom - 0.2 * first.size:
                levels[-1].append(item)
                continue
        levels.append([item])
    return [sorted(level, key=lambda item: item.x0) for level in levels]
