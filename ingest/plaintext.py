"""Plain text → blocks. Headings bear no mark there, so they are told by shape: short, unpunctuated, set apart."""

import re
from collections.abc import Iterator

from ingest.assembly import RawBlock, RawDocument
from ontology.model import BlockKind

_ITEM = re.compile(r"\s*(?:[•\-–*·▪◦]|\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")
_HEADING_CHARACTERS = 110
_LONG_LINE = 80


def read(text: str) -> RawDocument:
    """Read plain text: the first line is the title when it looks like a heading."""
    lines = [line.rstrip() for line in text.splitlines()]
    blocks = list(_joined(list(_blocks(lines))))
    if blocks and blocks[0].kind == "heading":
        blocks[0] = RawBlock("heading", blocks[0].text, level=1)
    return RawDocument(blocks)


def _blocks(lines: list[str]) -> Iterator[RawBlock]:
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if _is_heading(line, before, after, is_first=number == first):
            yield RawBlock("heading", line, level=2)
        elif item := _ITEM.match(line):
            yield RawBlock("item", line[item.end() :])
        else:
            yield RawBlock("paragraph", line)


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


def _joined(blocks: list[RawBlock]) -> Iterator[RawBlock]:
    """Undo hard wrapping: a line that goes on in lower case continues the one before."""
    lines: list[str] = []
    kind: BlockKind = "paragraph"
    for block in blocks:
        goes_on = block.kind == "paragraph" and block.text.lstrip()[:1].islower()
        if goes_on and lines and kind != "heading" and lines[-1].rstrip()[-1:] not in ".!?:;":
            lines.append(block.text)
            continue
        if lines:
            yield RawBlock(kind, "\n".join(lines), level=2 if kind == "heading" else 0)
        lines, kind = [block.text], block.kind
    if lines:
        yield RawBlock(kind, "\n".join(lines), level=2 if kind == "heading" else 0)
