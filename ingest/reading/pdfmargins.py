"""Lines of all pages → without what belongs to the page: running headers and footers, page numbers, footnotes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import takewhile

from ingest.reading.furniture import is_furniture_line, is_note
from ingest.reading.pdfglyphs import Page
from ingest.reading.pdflines import Line
from ingest.reading.pdftables import Item, text_of

_MARGIN = 0.12
"""The share of a page at its top, and at its bottom, where running headers and footers stand."""
_FOOTNOTE = re.compile(r"(?:\d{1,2}|[*†¹²³⁴⁵⁶⁷⁸⁹⁰]+)\s?\D")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PAGE_NUMBER = re.compile(
    r"(?:^|\s)(?:sida|sid\.?) ?\d{1,4}(?: ?(?:av|/|\() ?\d{1,4}\)?)?$|^[-–]?\s?\d{1,4}\s?[-–]?$", re.IGNORECASE
)


def remove_running(pages: Sequence[Page], lines: dict[int, list[Line]], body_size: float) -> list[str]:
    """Take out of `lines` what stands in the margins of page after page, and page numbers; return what was a note.

    From the edge of each page inwards, as far as the first line that belongs to that page alone.
    """
    places: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for page in pages:
        for line in lines[page.number]:
            if _in_margin(line, page):
                for key in _running_keys(line, body_size):
                    places[key].add(page.number)
    # Left and right pages may differ, so half of half the pages is enough; two is the least that repeats.
    enough = max(2, len(pages) // 4)
    running = {key for key, numbers in places.items() if len(numbers) >= enough}
    notes: list[str] = []
    for page in pages:
        for step in (1, -1):
            rest = lines[page.number][::step]
            removed = list(_running_first(rest, page, running, body_size))
            notes += [line.text for line in removed if is_note(line.text) or _YEAR.search(line.text)]
            lines[page.number] = rest[len(removed) :][::step]
    return notes


def _running_first(
    lines: Sequence[Line], page: Page, running: Set[tuple[str, int]], body_size: float
) -> Iterator[Line]:
    return takewhile(lambda line: _in_margin(line, page) and _is_running(line, running, body_size), lines)


def _in_margin(line: Line, page: Page) -> bool:
    return line.bottom < _MARGIN * page.height or line.top > (1 - _MARGIN) * page.height


def _is_running(line: Line, running: Set[tuple[str, int]], body_size: float) -> bool:
    keys = _running_keys(line, body_size)
    near = ((text, level + step) for text, level in keys for step in (-1, 0, 1))
    return any(key in running for key in near) or bool(_PAGE_NUMBER.search(line.text)) or is_furniture_line(line.text)


def _running_keys(line: Line, body_size: float) -> list[tuple[str, int]]:
    """What is the same on page after page: the words and the height, within some points.

    In small type its first or last number may count the pages.
    """
    text, level = line.text.casefold(), round(line.top / 4)
    numbers = list(re.finditer(r"\d{1,4}", text)) if line.size <= 1.05 * body_size else []
    counting = (
        f"{text[: number.start()]}\0{int(number.group()) - line.page}{text[number.end() :]}"
        for number in (*numbers[:1], *numbers[-1:])
    )
    return [(key, level) for key in (text, *counting)]


def without_footnotes(items: list[Item], page: Page, body_size: float) -> list[Item]:
    """Drop notes at the foot of a page: small lines at its end, the first of which begins with a figure."""
    start = len(items)
    while start and isinstance(last := items[start - 1], Line) and last.size <= 0.9 * body_size:
        start -= 1
    while start < len(items) and not _FOOTNOTE.match(text_of(items[start])):
        start += 1
    return items[:start] if start < len(items) and items[start].top > 0.5 * page.height else items
