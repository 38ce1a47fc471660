"""Blocks in reading order → Document: one normalised text, its blocks and sections with exact offsets.

All readers meet here, so that the same page in another format gives the same sections.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.reading.alignment import moved, through
from ingest.reading.placement import place_blocks
from ingest.reading.repair import repair
from ingest.reading.sectionroles import role_of
from ingest.reading.spelling import NO_SPELLING, Spelling
from ontology.errors import DocumentRefused
from ontology.model import Block, BlockKind, Document, Metadata, Section, SourceMap, SourceRun
from ontology.privacy import redact


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block as a reader found it; `level` and `page` as in `Block`."""

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader gives: blocks in order, the title and language where the format states them.

    `notes` are lines of page furniture that carry a date or a version, "Senast kontrollerad 22 februari 2019": no part
    of the text, but what the page says of itself. `properties` are fields of the file's own head: name, value.
    """

    blocks: Sequence[RawBlock]
    title: str = ""
    language: str = ""
    notes: Sequence[str] = ()
    properties: Sequence[tuple[str, str]] = ()


def assemble(
    identifier: str,
    media_type: str,
    raw: RawDocument,
    metadata: Metadata,
    source: str = "",
    spelling: Spelling = NO_SPELLING,
) -> Document:
    """Mend the blocks and lay them out as one text. The first heading of level 1 is the title and opens no section.

    `source` is the decoded file that the blocks were read from, where it is text; with it the document's characters
    lead back there. `spelling` decides whether the halves of a broken word make one.

    Raises DocumentRefused when there is no text.
    """
    repaired = [repair(block.text, spelling) for block in raw.blocks]
    if not any(block.text for block in repaired):
        raise DocumentRefused("Dokumentet innehåller ingen text.")
    places = place_blocks([block.text for block in raw.blocks], source, media_type)
    texts: list[str] = []
    blocks: list[Block] = []
    runs: list[SourceRun] = []
    for block, mended, place in zip(raw.blocks, repaired, places, strict=True):
        if mended.text:
            start = blocks[-1].end + 1 if blocks else 0
            blocks.append(Block(block.kind, start, start + len(mended.text), block.level, block.page))
            texts.append(mended.text)
            runs += moved(through(mended.origins, place), start)
    text = "\n".join(texts)
    own_title = next((text[block.start : block.end] for block in blocks if _is_title(block)), "")
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
        source_map=SourceMap(tuple(runs)),
        notes=tuple(filter(None, map(clean, raw.notes))),
        properties=tuple((name, clean(value)) for name, value in raw.properties),
    )


def clean(text: str) -> str:
    """A line that is no part of the text, mended as far as that takes no dictionary."""
    return repair(text, NO_SPELLING).text


def _is_title(block: Block) -> bool:
    return block.kind == "heading" and block.level == 1


def _sections(text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Section 0 holds what stands before the first heading below the title; every later heading opens one."""
    title = next(filter(_is_title, blocks), None)
    openings = [block for block in blocks if block.kind == "heading" and block is not title]
    ends = [*(block.start for block in openings), len(text)]
    sections = [Section(0, (), 1, None, 0, ends[0])]
    above: list[tuple[int, int]] = [(0, 0)]  # (heading level, position) of the sections that are open
    for block, end in zip(openings, ends[1:], strict=True):
        while above[-1][0] >= block.level:
            above.pop()
        parent = sections[above[-1][1]]
        heading = text[block.start : block.end]
        path = (*parent.heading_path, heading)
        position = len(sections)
        role = role_of(heading) or parent.role
        sections.append(Section(position, path, len(path) + 1, parent.position, block.start, end, role))
        above.append((block.level, position))
    return tuple(sections)
