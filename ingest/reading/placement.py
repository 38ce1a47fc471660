"""Raw blocks → where they stand in the source: what a reader took is found again in the text of the file.

Only letters and digits are compared, without what shows nothing: tags, addresses of links, marks. So inline markup,
entities and the bars of tables need no care, and one method serves HTML, Markdown and plain text. Long blocks that
occur once are anchors; the others are sought between them, next to what is placed already, since the same words may
stand in a menu that the reader left out. The time grows with the length of the source.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final

from ingest.reading.alignment import joined
from ontology.model import SourceRun

_TAG = r"<[a-z/!?](?>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>|<[a-z/!?][^<>]*>"
_ENTITY_FORM = r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?"
_LETTERS = r"(?P<word>[^\W_]+)"
_COMMENT = r"<!--.*?(?:-->|\Z)"
_FORMS: Final = {
    "text/html": re.compile(
        rf"{_LETTERS}|{_COMMENT}|<(?P<raw>script|style|title)\b.*?(?:</(?P=raw)\s*>|\Z)|{_TAG}|(?P<entity>{_ENTITY_FORM})",
        re.IGNORECASE | re.DOTALL,
    ),
    "text/markdown": re.compile(
        rf"{_LETTERS}|\A---[ \t]*\r?\n.*?\n---[ \t]*\r?$|{_COMMENT}"
        r"|^ {0,3}(?:`{3,}|~{3,})[^\n]*$|^ {0,3}\[[^\]\n]+\]:[^\n]*$"
        r"|!\[[^\]\n]*\](?:\([^()\n]*\)|\[[^\]\n]*\])|(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)|(?<=\])\[[^\]\n]*\]"
        rf"|<(?![a-z][a-z0-9+.-]{{1,31}}:|[^\s<>]+@)(?:(?<=<)(?:{_TAG.replace('<[', '[')}))|(?P<entity>{_ENTITY_FORM})",
        re.IGNORECASE | re.DOTALL | re.MULTILINE,
    ),
    "text/plain": re.compile(_LETTERS),
}
"""What is seen or skipped in a source, by media type."""
_ENTITY = re.compile(_ENTITY_FORM, re.IGNORECASE)
_CLOSING = re.compile(r"\s+|</?[a-z][^<>]{0,200}>|\]\([^()\n]{0,2000}\)|[*_`]+(?=[^\w\s*_`])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_MARKER = re.compile(r"\d{1,2}|[^\W\d_]")
_KEYS: Final = (12, 4, 1)
"""Lengths of the beginnings under which places are kept: the longest that a block has is asked for."""
_ANCHOR: Final = 20
"""Letters from which a block that occurs once is an anchor."""
_TRIES: Final = 64
"""Places tried for one block."""
_REACH: Final = 200
"""Letters in which the next word of a block is sought that does not stand in one piece."""
_CELLS: Final = " | "


@dataclass(slots=True)
class _Visible:
    """The letters of a source, in pieces that stand there one for one or, from an entity, as a whole."""

    letters: str = ""
    starts: list[int] = field(default_factory=list)
    """Where each piece begins in `letters`, and where it stands in the source."""
    source_starts: list[int] = field(default_factory=list)
    source_ends: list[int] = field(default_factory=list)
    openings: dict[str, list[int]] = field(default_factory=dict)
    """Places where a block may begin, in order, by how the letters there begin."""


@dataclass(frozen=True, slots=True)
class _Needle:
    letters: str
    spans: tuple[tuple[int, int], ...]
    """Where its words stand in the raw block."""
    cells: tuple[str, ...]
    """The letters of each cell of a row; () when it is none."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Letters of a needle that are found: the first of them, where it stands in those of the source, how many."""

    first: int
    place: int
    length: int


def place_blocks(raw: Sequence[str], source: str, media_type: str) -> list[tuple[SourceRun, ...]]:
    """The map from each raw block to the source, in the same order; () for one that is not found.

    Source offsets are code points. A media type whose source is no text gives no maps.
    """
    form = _FORMS.get(media_type)
    if not source or form is None:
        return [()] * len(raw)
    visible = _see(source, form)
    needles = [_needle(text) for text in raw]
    found = _Finder(needles, visible).find()
    words = [
        _words(text, source, needle, stretches, visible)
        for text, needle, stretches in zip(raw, needles, found, strict=True)
    ]
    maps: list[tuple[SourceRun, ...]] = []
    low = 0
    for text, own, high in zip(raw, words, _starts_after(words, len(source)), strict=True):
        maps.append(joined(_widened(text, source, own, low, high)))
        low = maps[-1][-1].source_end if maps[-1] else low
    return maps


def _starts_after(words: Sequence[Sequence[SourceRun]], end: int) -> list[int]:
    """For each block, where the next one begins in the source."""
    starts: list[int] = []
    for own in reversed(words):
        starts.append(end)
        end = own[0].source_start if own else end
    return starts[::-1]


def _see(source: str, form: re.Pattern[str]) -> _Visible:
    visible = _Visible()
    pieces: list[str] = []
    fresh: list[int] = []
    length = end = 0
    opens = after_marker = True
    for match in form.finditer(source):
        between = source[end : match.start()]
        end = match.end()
        opens = opens or "\n" in between or "|" in between
        shown, start = _shown(match)
        if not shown:
            opens = True
            continue
        if opens or after_marker:
            fresh.append(length)
        after_marker = opens and _MARKER.fullmatch(shown) is not None
        opens = False
        visible.starts.append(length)
        visible.source_starts.append(start)
        visible.source_ends.append(end)
        pieces.append(shown)
        length += len(shown)
    visible.letters = "".join(pieces)
    for place in fresh:
        for size in _KEYS:
            visible.openings.setdefault(visible.letters[place : place + size], []).append(place)
    return visible


def _shown(match: re.Match[str]) -> tuple[str, int]:
    """The letters that a piece of the source shows, and where they begin."""
    if match.lastgroup == "word":
        return match[0], match.start()
    if match.lastgroup != "entity":
        return "", match.start()
    character = html.unescape(match[0])
    if character == match[0]:
        return character.strip("&#;"), match.start() + 1
    return "".join(_WORD.findall(character)), match.start()


def _needle(text: str) -> _Needle:
    spans = tuple(match.span() for match in _WORD.finditer(text))
    cells = text.split(_CELLS) if _CELLS in text else ()
    return _Needle(_letters(text), spans, tuple(map(_letters, cells)))


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text))


class _Finder:
    """Finds needles in order and without overlap."""

    def __init__(self, needles: Sequence[_Needle], visible: _Visible) -> None:
        self._needles = needles
        self._letters = visible.letters
        self._openings = visible.openings
        self._found: list[tuple[_Stretch, ...]] = [()] * len(needles)

    def find(self) -> list[tuple[_Stretch, ...]]:
        """Where each needle stands; () where it is not found."""
        low = first = 0
        for number, place in [*self._anchors(), (len(self._needles), len(self._letters))]:
            window = [i for i in range(first, number) if self._needles[i].letters]
            self._fill(window, low, place, from_end=first == 0)
            if number < len(self._needles):
                low, first = self._take(number, place), number + 1
        self._fill_in_pieces()
        return self._found

    def _take(self, number: int, place: int) -> int:
        """Note where a needle stands; where it ends."""
        length = len(self._needles[number].letters)
        self._found[number] = (_Stretch(0, place, length),)
        return place + length

    def _anchors(self) -> list[tuple[int, int]]:
        """Long needles that begin in one place only, as many as stand in order."""
        single: list[tuple[int, int]] = []
        for number, needle in enumerate(self._needles):
            places = self._openings.get(needle.letters[: _KEYS[0]], []) if len(needle.letters) >= _ANCHOR else []
            if len(places) <= _TRIES:
                fitting = [place for place in places if self._letters.startswith(needle.letters, place)]
                single += [(number, fitting[0])] if len(fitting) == 1 else []
        anchors: list[tuple[int, int]] = []
        end = 0
        for number, place in _rising(single):
            if place >= end:
                anchors.append((number, place))
                end = place + len(self._needles[number].letters)
        return anchors

    def _fill(self, window: list[int], low: int, high: int, *, from_end: bool) -> None:
        """Place the needles between two anchors: what adjoins them first, then each in the nearest place.

        Before the first anchor nearness is to the end, since menus stand above the content.
        """
        waiting = deque(window)
        while waiting and not from_end and self._stands_at(waiting[0], low, high):
            low = self._take(waiting.popleft(), low)
        while waiting and self._letters.endswith(self._needles[waiting[-1]].letters, low, high):
            number = waiting.pop()
            high -= len(self._needles[number].letters)
            self._take(number, high)
        for number in reversed(waiting) if from_end else waiting:
            place = self._nearest(number, low, high, from_end=from_end)
            if place is not None:
                end = self._take(number, place)
                low, high = (low, place) if from_end else (end, high)

    def _stands_at(self, number: int, place: int, high: int) -> bool:
        return self._letters.startswith(self._needles[number].letters, place, high)

    def _nearest(self, number: int, low: int, high: int, *, from_end: bool) -> int | None:
        """The first place between two where a needle stands, or the last."""
        letters = self._needles[number].letters
        size = next((size for size in _KEYS if size <= len(letters)), 1)
        places = self._openings.get(letters[:size], [])
        first, last = bisect_left(places, low), bisect_right(places, high - len(letters))
        if from_end:
            tried: Iterable[int] = reversed(places[max(first, last - _TRIES) : last])
        else:
            tried = places[first : min(last, first + _TRIES)]
        return next((place for place in tried if self._stands_at(number, place, high)), None)

    def _fill_in_pieces(self) -> None:
        """Place what stands in no one piece, such as a paragraph with a caption in it, between its neighbours."""
        highs: list[int] = []
        high = len(self._letters)
        for stretches in reversed(self._found):
            highs.append(high)
            high = stretches[0].place if stretches else high
        low = 0
        for number, (needle, high) in enumerate(zip(self._needles, reversed(highs), strict=True)):
            if needle.letters and not self._found[number]:
                self._found[number] = tuple(self._pieces(needle, low, high))
            if stretches := self._found[number]:
                low = stretches[-1].place + stretches[-1].length

    def _pieces(self, needle: _Needle, low: int, high: int) -> Iterator[_Stretch]:
        """The cells of a row that stand one after another, without those repeated from a merged one; else words."""
        whole_cells = any(self._letters.startswith(cell, low, high) for cell in needle.cells if cell)
        first = 0
        lengths = map(len, needle.cells) if whole_cells else (end - start for start, end in needle.spans)
        for length in lengths:
            reach = low + length + (0 if whole_cells else _REACH)
            place = self._letters.find(needle.letters[first : first + length], low, min(reach, high))
            if length and place >= 0:
                yield _Stretch(first, place, length)
                low = place + length
            first += length


def _rising(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest row of pairs in order whose second members rise."""
    ends: list[int] = []  # for each length, the lowest second member that a row of it ends in
    last: list[int] = []  # and the position of that pair
    before: list[int] = []
    for i, (_, place) in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [i]
    row: list[tuple[int, int]] = []
    i = last[-1] if last else -1
    while i >= 0:
        row.append(places[i])
        i = before[i]
    return row[::-1]


def _words(
    text: str, source: str, needle: _Needle, stretches: Sequence[_Stretch], visible: _Visible
) -> list[SourceRun]:
    """The found letters of a raw block with their places: all in one where the source reads the same, else by word."""
    if len(stretches) == 1 and stretches[0].length == len(needle.letters):
        place = stretches[0].place
        piece = bisect_right(visible.starts, place) - 1
        there = visible.source_starts[piece] + place - visible.starts[piece]
        start, end = needle.spans[0][0], needle.spans[-1][1]
        if source.startswith(text[start:end], there):
            return [SourceRun(start, end, there, there + end - start)]
    return list(_each_word(needle, stretches, visible))


def _each_word(needle: _Needle, stretches: Sequence[_Stretch], visible: _Visible) -> Iterator[SourceRun]:
    """The same word by word, or part by part of one that markup divides."""
    ends = list(accumulate(end - start for start, end in needle.spans))
    for stretch in stretches:
        here, there, left = stretch.first, stretch.place, stretch.length
        word = bisect_right(ends, here)
        piece = bisect_right(visible.starts, there) - 1
        while left > 0:
            start, end = needle.spans[word]
            start += here - (ends[word] - (end - start))
            into = there - visible.starts[piece]
            size = (visible.starts[piece + 1] if piece + 1 < len(visible.starts) else len(visible.letters)) - there
            length = min(end - start, size, left)
            source_start, source_end = visible.source_starts[piece], visible.source_ends[piece]
            is_exact = source_end - source_start == into + size
            if is_exact:
                source_start += into
                source_end = source_start + length
            yield SourceRun(start, start + length, source_start, source_end, is_exact)
            here, there, left = here + length, there + length, left - length
            word += here == ends[word]
            piece += length == size


def _widened(text: str, source: str, words: Sequence[SourceRun], low: int, high: int) -> Iterator[SourceRun]:
    """The map of the words, and of what stands between and around them where it is found, within bounds."""
    if not words:
        return
    start, source_start = words[0].start, words[0].source_start
    opening = text[:start] if not _WORD.search(text, 0, start) else ""
    shared = _shared_end(opening, source[max(source_start - start, low) : source_start])
    yield SourceRun(start - shared, start, source_start - shared, source_start)
    for word, following in pairwise(words):
        yield word
        yield from _between(text, source, word, following)
    yield words[-1]
    yield from _after(text[words[-1].end :], source, words[-1], high)


def _between(text: str, source: str, word: SourceRun, following: SourceRun) -> Iterator[SourceRun]:
    """The map of what stands between two words: what is alike on both sides, and the rest as a whole.

    Where words between them were not found, nothing there has a place.
    """
    gap, there = text[word.end : following.start], source[word.source_end : following.source_start]
    if _WORD.search(gap):
        return
    front = len(gap) if gap == there else _shared_start(gap, there)
    back = _shared_end(gap[front:], there[front:])
    start, source_start = word.end + front, word.source_end + front
    end, source_end = following.start - back, following.source_start - back
    yield SourceRun(word.end, start, word.source_end, source_start)
    yield SourceRun(start, end, source_start, source_end, end - start == source_end - source_start == 1)
    yield SourceRun(end, following.start, source_end, following.source_start)


def _after(rest: str, source: str, word: SourceRun, high: int) -> Iterator[SourceRun]:
    """The map of the marks after the last word, past the ends of inline markup."""
    place, there = word.end, word.source_end
    for character in rest:
        if _WORD.match(character):  # a word that was not found
            return
        if character.isspace() or character == "|":
            place += 1
            continue
        while tag := _CLOSING.match(source, there):
            there = tag.end()
        form = _ENTITY.match(source, there)
        is_entity = form is not None and html.unescape(form[0]) == character
        length = len(form[0]) if form and is_entity else int(source[there : there + 1] == character)
        if not length or there + length > high:
            return
        yield SourceRun(place, place + 1, there, there + length, length == 1)
        place, there = place + 1, there + length


def _shared_start(one: str, other: str) -> int:
    least = min(len(one), len(other))
    return next((i for i in range(least) if one[i] != other[i]), least)


def _shared_end(one: str, other: str) -> int:
    return _shared_start(one[::-1], other[::-1])
