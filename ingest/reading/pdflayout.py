"""Pages of a PDF → blocks in reading order: what a reader sees in size, weight, place and rules is made structure.

The steps, each a function: stretches of text are joined to lines; lines that stand at the same place on page after page
are left out; ruled and aligned tables are found; columns are read one after the other; lines are joined to blocks, over
columns and pages too; and blocks whose style stands out from the body's are headings. A hyphen at the end of a line
stays where it is, before the line break, for the repair of words.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.furniture import is_furniture_line, is_note
from ingest.reading.pdfcolumns import read_columns
from ingest.reading.pdfglyphs import Page
from ingest.reading.pdflines import Line, body_size_of, lines_of
from ingest.reading.pdfmargins import remove_running, without_footnotes
from ingest.reading.pdftables import Item, Table
from ingest.reading.titles import is_sane_title
from ontology.model import BlockKind

_BULLET = re.compile(r"(?:[•◦▪▫●○■□‣⁃∙·➢➤✓\uf0b7\uf0a7\uf02d\uf076\uf0d8–—*-]|o(?=\s))\s+(?=\S)")
_SURE_BULLETS = "•◦▪▫●○■□‣⁃∙➢➤✓"
_ORDINAL = re.compile(r"(?:\d{1,2}[.)]|[a-zåäö]\))\s+(?=\S)")
_LEADERS = re.compile(r".*?(?:\.\s?){4,}\s*\d{1,4}")
_CONTENTS = re.compile(r"(?:Innehåll|Innehållsförteckning)", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", ":", ";", "”", '"')
_HEADING_CHARACTERS = 200
_BOLD_HEADING_CHARACTERS = 120
_COLUMN_POINTS = 60.0
"""No list is indented as far as this; a column may be."""
_LARGER = 1.12
"""From how much larger than the body text a line is a heading."""


@dataclass(slots=True)
class _Paragraph:
    """A block while lines are added to it."""

    kind: BlockKind
    lines: list[Line]
    mark_x0: float = 0.0

    @property
    def last(self) -> Line:
        return self.lines[-1]


def read_layout(pages: Sequence[Page], title: str) -> RawDocument:
    """The blocks of all pages; `title` is what the metadata say."""
    lines = {page.number: lines_of(page) for page in pages}
    items: list[Item] = []
    body_size = body_size_of(lines.values())
    notes = remove_running(pages, lines, body_size)
    for page in pages:
        kept = [line for line in lines[page.number] if not _LEADERS.fullmatch(line.text)]
        items.extend(without_footnotes(read_columns(page, kept), page, body_size))
    blocks = [block for block in _blocks(items, body_size) if not _CONTENTS.fullmatch(block.text)]
    notes += [block.text for block in blocks if is_note(block.text)]
    return RawDocument(
        blocks=[block for block in blocks if not is_furniture_line(block.text)],
        title=title if is_sane_title(title) else "",
        notes=tuple(dict.fromkeys(notes)),
    )


def _blocks(items: Sequence[Item], body_size: float) -> Iterator[RawBlock]:
    """Join lines to blocks and tell headings, items and paragraphs apart."""
    pitch = _pitch([item for item in items if isinstance(item, Line)], body_size)
    drafts: list[_Paragraph | Table] = []
    for item in items:
        if isinstance(item, Table):
            drafts.append(item)
            continue
        last = drafts[-1] if drafts and isinstance(drafts[-1], _Paragraph) else None
        mark = _BULLET.match(item.text) or _ORDINAL.match(item.text)
        if mark is not None and last is not None and _is_mid_sentence(last, item, pitch):
            mark = None
        if last is not None and _continues(last, item, pitch, is_marked=mark is not None):
            last.lines.append(item)
        elif mark is not None:
            drafts.append(_Paragraph("item", [item], mark_x0=item.x0))
        else:
            drafts.append(_Paragraph("paragraph", [item]))
    yield from _finished(drafts, body_size)


def _pitch(lines: Sequence[Line], body_size: float) -> float:
    """How far apart the lines of the body usually stand, in ems."""
    distances = [
        (after.top - before.top) / body_size
        for before, after in pairwise(lines)
        if before.region == after.region and abs(after.size - body_size) < 0.6 and after.top - before.top > 0
    ]
    counted = Counter(round(distance, 1) for distance in distances if distance < 2.5)
    return max(counted, key=counted.__getitem__, default=1.2)


def _continues(draft: _Paragraph, line: Line, pitch: float, *, is_marked: bool) -> bool:
    last = draft.last
    if is_marked or abs(line.size - last.size) > 0.6 or (line.bold != last.bold and _ends_early(last, line)):
        return False
    ended = last.text.endswith(_SENTENCE_END)
    if line.region != last.region:
        runs_on = line.text[0].islower() or last.text.endswith("-")
        if draft.kind == "paragraph":
            runs_on = runs_on or not (line.text[0].isupper() and _is_short(last))
        return runs_on and not (ended or line.bold or last.bold)
    if line.top - last.top > max(1.3 * pitch, 1.25) * line.size or line.top < last.top:
        return False
    if draft.kind == "item":
        hangs = line.x0 > draft.mark_x0 + 0.3 * line.size
        return hangs or (not ended and (line.text[0].islower() or not _is_short(last)))
    if abs(line.x0 - last.x0) > 0.8 * line.size and (_is_short(last) or (line.x0 > last.x0 and len(draft.lines) > 1)):
        return False
    return not (ended and _is_short(last))


def _is_mid_sentence(draft: _Paragraph, line: Line, pitch: float) -> bool:
    """Whether what looks like a mark is a part of the sentence: "(prioritet" and, on the next line, "3) och"."""
    last = draft.last
    if draft.kind == "item" and abs(line.x0 - draft.mark_x0) < 3:
        return False
    runs_on = not last.text.endswith(_SENTENCE_END) and not _is_short(last)
    return runs_on and line.text[0] not in _SURE_BULLETS and _continues(draft, line, pitch, is_marked=False)


def _ends_early(last: Line, line: Line) -> bool:
    """Whether there was room on the line before for the first word of this one: then it was broken on purpose."""
    first = line.text.split()[0]
    room = last.right - last.x1
    return room > (len(first) + 1) * 0.5 * line.size or last.bold


def _is_short(line: Line) -> bool:
    return line.x1 < line.right - 0.15 * (line.right - line.left)


def _finished(drafts: Sequence[_Paragraph | Table], body_size: float) -> Iterator[RawBlock]:
    prose = [draft for draft in drafts if isinstance(draft, _Paragraph)]
    letters = sum(len(line.text) for draft in prose for line in draft.lines)
    bold = sum(len(line.text) for draft in prose for line in draft.lines if line.bold)
    levels = _heading_levels(prose, body_size, bold_stands_out=bold < 0.4 * letters)
    depths: list[float] = []
    head: tuple[str, ...] = ()  # of the table that the page may have broken
    edge = 0.0  # of the column that the list stands in
    for draft in drafts:
        if isinstance(draft, Table):
            depths = []
            for number, row in enumerate(draft.rows):
                kind: BlockKind = "header" if number == 0 and draft.has_header else "row"
                if kind == "header" and row == head:
                    continue
                head = row if kind == "header" else head
                yield RawBlock(kind, " | ".join(row), page=draft.page)
            continue
        head = ()
        text = "\n".join(line.text for line in draft.lines)
        page = draft.lines[0].page
        level = levels.get(id(draft))
        if level is not None:
            depths = []
            yield RawBlock("heading", text, level, page)
        elif draft.kind == "item":
            if abs(draft.lines[0].left - edge) > _COLUMN_POINTS:
                edge = draft.lines[0].left
            indent = draft.mark_x0 - edge
            while depths and indent < depths[-1] - 3:
                depths.pop()
            if not depths or indent > depths[-1] + 3:
                depths.append(indent)
            mark = _BULLET.match(text) or _ORDINAL.match(text)
            yield RawBlock("item", text[mark.end() :] if mark else text, len(depths), page)
        else:
            depths = []
            yield RawBlock("paragraph", text, 0, page)


def _heading_levels(drafts: Sequence[_Paragraph], body_size: float, *, bold_stands_out: bool) -> dict[int, int]:
    """The level of each draft that is a heading: the larger its type, the higher; bold goes before regular."""
    styles: dict[int, tuple[float, bool]] = {}
    for draft in drafts:
        first = draft.lines[0]
        larger = first.size >= _LARGER * body_size
        if _can_be_heading(draft, larger=larger, bold_stands_out=bold_stands_out):
            styles[id(draft)] = (round(first.size), first.bold)
    ranks = sorted(set(styles.values()), reverse=True)
    return {draft: min(ranks.index(style) + 1, 6) for draft, style in styles.items()}


def _can_be_heading(draft: _Paragraph, *, larger: bool, bold_stands_out: bool) -> bool:
    text = " ".join(line.text for line in draft.lines)
    if not any(map(str.isalpha, text)) or (draft.kind == "item" and _BULLET.match(text)):
        return False
    if larger:
        return (
            len(text) <= _HEADING_CHARACTERS and not (text.endswith(".") and len(text) > 80) and len(draft.lines) <= 4
        )
    return (
        bold_stands_out
        and all(line.bold for line in draft.lines)
        and len(text) <= _BOLD_HEADING_CHARACTERS
        and len(draft.lines) <= 2
        and not text.endswith((".", ",", ";"))
    )
