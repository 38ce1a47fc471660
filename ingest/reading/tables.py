"""Cells that span rows and columns → plain rows, so that every cell of a table stands under its heading."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MOST_COLUMNS = 100
"""That cells may reach over; a table may have more of its own."""
_LONGEST_REPEATED = 300
_MOST_REPEATED = 1_000_000
"""Characters of one table; a table that asks for more was made to do harm, and its cells then stay empty."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is written: its text and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1


def plain_rows(rows: Iterable[Iterable[Cell]]) -> Iterator[list[str]]:
    """Rows of texts. A cell over several rows stands in each; one over all columns once, over some in each.

    >>> list(plain_rows([[Cell("Barn", rows=2), Cell("KBT")], [Cell("IPT")]]))
    [['Barn', 'KBT'], ['Barn', 'IPT']]
    """
    above: dict[int, tuple[int, str]] = {}  # column → how many rows more its cell reaches, and its text
    left = _MOST_REPEATED
    for row in rows:
        texts: list[str] = []
        cells = list(row)
        alone = len(cells) == 1 and not above
        for cell in cells:
            left -= _take_from_above(texts, above, left)
            span = 1 if alone else max(1, min(cell.columns, _MOST_COLUMNS - len(texts)))
            repeated = cell.text if len(cell.text) <= _LONGEST_REPEATED and left > 0 else ""
            left -= (span - 1) * len(repeated)
            for column in range(len(texts), len(texts) + span):
                if cell.rows > 1 and column < _MOST_COLUMNS:
                    above[column] = (cell.rows - 1, repeated)
            texts += [cell.text, *([repeated] * (span - 1))]
        left -= _take_from_above(texts, above, left)
        yield texts


def _take_from_above(texts: list[str], above: dict[int, tuple[int, str]], left: int) -> int:
    """Add the cells that reach down to where the row has come; return how many characters that was."""
    taken = 0
    while len(texts) in above:
        column = len(texts)
        rows, text = above.pop(column)
        if rows > 1:
            above[column] = (rows - 1, text)
        texts.append(text if taken < left else "")
        taken += len(texts[-1])
    return taken
