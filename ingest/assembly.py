"""Blocks in reading order → Document: one normalised text, its blocks and sections with exact offsets.

All readers meet here, so that the same page in another format gives the same sections.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ontology.errors import DocumentRefused
from ontology.model import Block, BlockKind, Document, Metadata, Section
from ontology.privacy import redact

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block as a reader found it; `level` is 1 to 6 for a heading."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader gives: blocks in order, the title and language where the format states them."""

    blocks: Sequence[RawBlock]
    title: str = ""
    language: str = ""


def assemble(identifier: str, media_type: str, raw: RawDocument, metadata: Metadata) -> Document:
    """Lay the blocks out as one text. The first heading of level 1 is the title and opens no section of its own.

    Raises DocumentRefused when there is no text.
    """
    kept = [RawBlock(block.kind, clean(block.text), block.level) for block in raw.blocks]
    kept = [block for block in kept if block.text]
    if not kept:
        raise DocumentRefused("Dokumentet innehåller ingen text.")
    text = "\n".join(block.text for block in kept)
    blocks: list[Block] = []
    for block in kept:
        start = blocks[-1].end + 1 if blocks else 0
        blocks.append(Block(block.kind, start, start + len(block.text), block.level))
    own_title = next((block.text for block in kept if block.level == 1), "")
    title = metadata.title or own_title or clean(raw.title) or text[:100].partition("\n")[0]
    return Document(
        identifier=identifier,
        title=redact(title),
        language=raw.language or "sv",
        media_type=media_type,
        text=text,
        blocks=tuple(blocks),
        sections=_sections(text, blocks),
        metadata=metadata,
    )


def clean(text: str) -> str:
    """One line of NFC text: no soft hyphens, control or zero-width characters, runs of space made one, redacted."""
    return redact(" ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split()))


def _sections(text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Section 0 holds what stands before the first heading below the title; every later heading opens one."""
    title = next((block for block in blocks if block.level == 1), None)
    openings = [block for block in blocks if block.kind == "heading" and block is not title]
    ends = [*(block.start for block in openings), len(text)]
    sections = [Section(0, (), 1, None, 0, ends[0])]
    above: list[tuple[int, int]] = [(0, 0)]  # (heading level, position) of the sections that are open
    for block, end in zip(openings, ends[1:], strict=True):
        while above[-1][0] >= block.level:
            above.pop()
        parent = sections[above[-1][1]]
        path = (*parent.heading_path, text[block.start : block.end])
        position = len(sections)
        sections.append(Section(position, path, len(path) + 1, parent.position, block.start, end))
        above.append((block.level, position))
    return tuple(sections)
