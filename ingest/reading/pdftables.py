"""Lines of a page → its tables: by ruled cells, by the rules between rows, or by where the parts of each row begin."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from ingest.reading.pdfgrids import Grid, Ladder
from ingest.reading.pdflines import Line

_HEAD_POINTS = 12.0
"""How far above the first rule of a table its head may end."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, at the place where they stand."""

    x0: float
    top: float
    x1: float
    bottom: float
    rows: tuple[tuple[str, ...], ...]
    has_header: bool
    page: int


Item: TypeAlias = Line | Table


def text_of(item: Item) -> str:
    """The text of a line; "" for a table."""
    return item.text if isinstance(item, Line) else ""


def grid_of(ladder: Ladder, lines: Sequence[Line]) -> Grid | None:
    """The grid that a ladder stands for: its columns are where all lines leave a strip free, and there may be a head
    above the first rule and a row below the last."""
    across = [line for line in lines if ladder.x0 - 2 <= line.x0 and line.x1 <= ladder.x1 + 2]
    first, last = ladder.rows[0], ladder.rows[-1]
    above = _row_beyond([(first - line.bottom, line.bottom - line.top, line) for line in across])
    below = _row_beyond([(line.top - last, line.bottom - line.top, line) for line in across])
    rows = [*ladder.rows]
    if above:
        rows.insert(0, min(line.top for line in above) - 1)
    if below:
        rows.append(max(line.bottom for line in below) + 1)
    within = [line for line in across if rows[0] <= (line.top + line.bottom) / 2 <= rows[-1]]
    strips = _free_strips(within)
    return Grid((ladder.x0, *strips, ladder.x1), tuple(rows)) if strips and len(rows) >= 3 else None


def _row_beyond(lines: Iterable[tuple[float, float, Line]]) -> list[Line]:
    """The lines of a row beyond the outermost rule, from how far beyond it each begins, and its height: those that
    follow close on each other and leave a strip free between columns. None when there is no such row."""
    row: list[Line] = []
    reach = _HEAD_POINTS
    for distance, height, line in sorted(lines, key=lambda entry: entry[0]):
        if distance < -2:
            continue
        fewer_strips = len(_free_strips([*row, line])) < len(_free_strips(row))  # as below a caption or above a text
        if distance > reach or fewer_strips:
            break
        row.append(line)
        reach = max(reach, distance + height + 0.4 * line.size)
    return row if _free_strips(row) else []


def _free_strips(lines: Sequence[Line]) -> list[float]:
    """The middles of the strips, wider than the space between words, that no line crosses."""
    strips: list[float] = []
    end = float("inf")
    for line in sorted(lines, key=lambda line: line.x0):
        if line.x0 - end > 0.5 * line.size:
            strips.append((end + line.x0) / 2)
        end = max(line.x1, end if end != float("inf") else line.x1)
    return strips


def is_inside(line: Line, grid: Grid) -> bool:
    """Whether the middle of a line lies in a grid."""
    x, y = (line.x0 + line.x1) / 2, (line.top + line.bottom) / 2
    return grid.columns[0] - 1 <= x <= grid.columns[-1] + 1 and grid.rows[0] - 1 <= y <= grid.rows[-1] + 1


def ruled_table(grid: Grid, lines: list[Line], page: int) -> Table | None:
    """The lines within the rules, by cell; None when there is text in no more than one column or row."""
    cells: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        row = sum((line.top + line.bottom) / 2 > edge for edge in grid.rows[1:-1])
        column = sum(line.x0 + 1 > edge for edge in grid.columns[1:-1])
        cells[row, column].append(line)
    if len({row for row, _ in cells}) < 2 or len({column for _, column in cells}) < 2:
        return None
    columns = range(len(grid.columns) - 1)
    used = [column for column in columns if any(place[1] == column for place in cells)]
    rows = sorted({row for row, _ in cells})
    first = [line for column in used for line in cells.get((rows[0], column), ())]
    return Table(
        x0=grid.columns[0],
        top=grid.rows[0],
        x1=grid.columns[-1],
        bottom=grid.rows[-1],
        rows=tuple(tuple(_cell(cells.get((row, column), [])) for column in used) for row in rows),
        has_header=all(line.bold for line in first) and not all(line.bold for line in lines),
        page=page,
    )


def _cell(lines: list[Line]) -> str:
    return "\n".join(line.text for line in sorted(lines, key=lambda line: (line.top, line.x0)))


def with_aligned_tables(levels: list[list[Item]]) -> Iterator[Item]:
    """Three or more levels whose parts begin at the same places are the rows of a table without rules."""
    position = 0
    while position < len(levels):
        end = _aligned_until(levels, position)
        table = _aligned_table(levels[position:end]) if end - position >= 3 else None
        if table is not None:
            yield table
            position = end
        else:
            yield from levels[position]
            position += 1


def _aligned_until(levels: list[list[Item]], first: int) -> int:
    if len(levels[first]) < 2:
        return first
    starts = [item.x0 for item in levels[first]]
    end = first + 1
    while end < len(levels) and _is_in_columns(levels[end], levels[end - 1], starts):
        end += 1
    return end


def _is_in_columns(level: list[Item], before: list[Item], starts: Sequence[float]) -> bool:
    """Whether it is a row below the one before, or the next line of cells in it, whose columns start at `starts`."""
    height = level[0].bottom - level[0].top
    gap = level[0].top - before[0].bottom
    if not all(isinstance(item, Line) for item in level) or gap > 1.5 * height:
        return False
    if not all(any(abs(item.x0 - start) < 4 for start in starts) for item in level):
        return False
    if len(level) > 1:
        return True
    return gap < 0.5 * height and (level[0].x0 > starts[0] + 4 or level[0].x1 < starts[1])


def _aligned_table(levels: list[list[Item]]) -> Table | None:
    lines = [item for level in levels for item in level if isinstance(item, Line)]
    if sum(len(level) > 1 for level in levels) < 3 or len(lines) != sum(map(len, levels)):
        return None
    starts = [item.x0 for item in levels[0]]
    pitches = [after[0].top - before[0].top for before, after in pairwise(levels)]
    # Where lines stand at two distances, the smaller is that of the lines within a cell.
    within = 1.15 * min(pitches) if min(pitches) < 0.8 * max(pitches) else 0.0
    rows: list[list[str]] = []
    for level, pitch in zip(levels, (float("inf"), *pitches), strict=True):
        if pitch > within and (len(level) > 1 or within):
            rows.append([""] * len(starts))
        for item in level:
            column = sum(item.x0 + 4 >= start for start in starts[1:])
            rows[-1][column] = f"{rows[-1][column]}\n{text_of(item)}".strip()
    if len(rows) < 2:
        return None
    first = [item for item in levels[0] if isinstance(item, Line)]
    return Table(
        x0=min(line.x0 for line in lines),
        top=lines[0].top,
        x1=max(line.x1 for line in lines),
        bottom=lines[-1].bottom,
        rows=tuple(tuple(row) for row in rows),
        has_header=all(line.bold for line in first) and not all(line.bold for line in lines),
        page=lines[0].page,
    )
