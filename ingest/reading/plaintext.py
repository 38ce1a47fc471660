"""Plain text → blocks. Headings bear no mark there, so they are told by shape: short, unpunctuated, set apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.furniture import is_furniture_line, is_note
from ingest.reading.sectionroles import is_role_heading
from ontology.model import BlockKind

_ITEM = re.compile(r"\s*(?:[•\-–*·▪◦]|\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")
_CHAPTER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+[^\W\d_]")
"""Numbering in several steps, "2.1 Metod", which is of headings only."""
_BETWEEN_CELLS = re.compile(r"\t| \|(?= )")
_HEADING_CHARACTERS = 110
_LONG_LINE = 80
_WRAPPED_AT = range(55, 101)
"""Lengths of the lines of a text that was wrapped by hand."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds text, and whether an empty one stands before it."""

    block: RawBlock
    is_apart: bool


def read(text: str) -> RawDocument:
    """Read plain text: the first line is the title when it looks like a heading."""
    lines = [line.rstrip() for line in text.splitlines()]
    shown = ["" if is_furniture_line(line) else line for line in lines]
    blocks = list(_nested(_joined(list(_lines(shown)), is_wrapped=_is_wrapped(lines))))
    if blocks and blocks[0].kind == "heading":
        blocks[0] = RawBlock("heading", blocks[0].text, level=1)
    return RawDocument(blocks, notes=tuple(line.strip() for line in lines if is_note(line)))


def _lines(lines: Sequence[str]) -> Iterator[_Line]:
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        is_apart = not before.strip()
        if kind := _kind_of_row(line, before, after):
            yield _Line(RawBlock(kind, " | ".join(_cells(line))), is_apart)
        elif level := _heading_level(line, before, after, is_first=number == first):
            yield _Line(RawBlock("heading", line, level), is_apart)
        elif item := _ITEM.match(line):
            indent = len(line) - len(line.lstrip())
            yield _Line(RawBlock("item", line[item.end() :], indent), is_apart)
        else:
            yield _Line(RawBlock("paragraph", line), is_apart)


def _kind_of_row(line: str, before: str, after: str) -> BlockKind | None:
    """Whether a line is a row of a table: it has cells, and a line beside it has as many."""
    number = len(_cells(line))
    if number < 2 or _ITEM.match(line):
        return None
    if len(_cells(before)) == number:
        return "row"
    is_first = len(_cells(after)) == number
    return None if not is_first else "row" if any(map(str.isdigit, line)) else "header"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BETWEEN_CELLS.split(line.strip(" |"))]


def _heading_level(line: str, before: str, after: str, *, is_first: bool) -> int:
    """2 for a heading, more where its numbering says so, 0 for any other line."""
    text = line.strip()
    if is_role_heading(text):
        return 2
    if (chapter := _CHAPTER.match(text)) and not before.strip() and _is_short(text):
        return 2 + chapter["number"].count(".")
    return 2 if _is_heading(line, before, after, is_first=is_first) else 0


def _is_short(text: str) -> bool:
    return len(text) <= _HEADING_CHARACTERS and text[-1] not in ".,;:!…"


def _is_heading(line: str, before: str, after: str, *, is_first: bool) -> bool:
    text = line.strip()
    if len(text) > _HEADING_CHARACTERS or text[-1] in ".,;:!…" or re.search(r"\w[.:] ", text.lstrip("0123456789. ")):
        return is_first and len(text) <= _HEADING_CHARACTERS and text[-1] not in ".,;!…"
    if not (text[0].isupper() or text[0].isdigit()) or (_ITEM.match(line) and not _NUMBERED.match(line)):
        return False
    if is_first or _is_capitals(text):
        return True
    return not before.strip() and (not after.strip() or (len(after) >= _LONG_LINE and not _ITEM.match(line)))


def _is_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= 6 and all(letter.isupper() for letter in letters)  # longer than any abbreviation alone


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the text was wrapped by hand: no line is long, and full lines go on in the next."""
    if any(len(line) >= _WRAPPED_AT.stop for line in lines):
        return False
    full = sum(len(line) in _WRAPPED_AT and line[-1] not in ".!?:;" and bool(after) for line, after in pairwise(lines))
    return full >= 3


def _joined(lines: Sequence[_Line], *, is_wrapped: bool) -> Iterator[RawBlock]:
    """Undo hard wrapping: a line that goes on in lower case continues the one before, as does any after a full one."""
    held: list[RawBlock] = []
    for line in lines:
        if held and _goes_on(line, held, is_wrapped=is_wrapped):
            held.append(line.block)
            continue
        if held:
            yield _one(held)
        held = [line.block]
    if held:
        yield _one(held)


def _goes_on(line: _Line, held: Sequence[RawBlock], *, is_wrapped: bool) -> bool:
    if (
        line.block.kind != "paragraph"
        or held[0].kind in {"heading", "header", "row"}
        or held[-1].text.rstrip()[-1:] in ".!?:;"
    ):
        return False
    after_full = is_wrapped and not line.is_apart and len(held[-1].text) in _WRAPPED_AT
    return line.block.text.lstrip()[:1].islower() or after_full


def _one(held: Sequence[RawBlock]) -> RawBlock:
    return replace(held[0], text="\n".join(block.text for block in held))


def _nested(blocks: Iterator[RawBlock]) -> Iterator[RawBlock]:
    """Items with their depth, from 1, in place of the characters that they are indented by."""
    indents: list[int] = []
    for block in blocks:
        if block.kind != "item":
            indents = []
            yield block
            continue
        while indents and indents[-1] >= block.level:
            indents.pop()
        indents.append(block.level)
        yield replace(block, level=len(indents))
