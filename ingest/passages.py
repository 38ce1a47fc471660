"""Document → passages: whole blocks packed to about a hundred words, never across a section.

A hundred words is what the embedding model reads best and what a reader sees at a glance; a longer block is cut at the
ends of its sentences.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ontology.model import Block, Document, Passage, Section

TARGET_WORDS = 110


def split(document: Document, sentence_starts: Sequence[int]) -> tuple[Passage, ...]:
    """Cut a document; `sentence_starts` are offsets of the text where sentences begin, ascending.

    Headings are not part of passages, since the section carries them; but a document of headings alone gives one
    passage for each, so that nothing is lost.
    """
    spans = [
        (section.position, start, end)
        for section in document.sections
        for start, end in _packed(document, _body(document, section), sentence_starts)
    ]
    if not spans:
        spans = [(_section_at(document, block), block.start, block.end) for block in document.blocks]
    return tuple(
        Passage(position, section, start, end, document.text[start:end])
        for position, (section, start, end) in enumerate(spans)
    )


def _body(document: Document, section: Section) -> list[Block]:
    return [
        block
        for block in document.blocks
        if section.start <= block.start and block.end <= section.end and block.kind != "heading"
    ]


def _packed(document: Document, blocks: Sequence[Block], sentence_starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    start, end, words = 0, 0, 0
    for piece_start, piece_end in (span for block in blocks for span in _pieces(document, block, sentence_starts)):
        length = len(document.text[piece_start:piece_end].split())
        if words and words + length > TARGET_WORDS:
            yield start, end
            words = 0
        if not words:
            start = piece_start
        end, words = piece_end, words + length
    if words:
        yield start, end


def _pieces(document: Document, block: Block, sentence_starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A block whole when it fits, else its sentences."""
    if len(document.text[block.start : block.end].split()) <= TARGET_WORDS:
        yield block.start, block.end
        return
    cuts = [block.start, *(start for start in sentence_starts if block.start < start < block.end), block.end]
    for start, end in pairwise(cuts):
        text = document.text[start:end]
        yield start, start + len(text.rstrip())


def _section_at(document: Document, block: Block) -> int:
    return next(section.position for section in document.sections if section.start <= block.start < section.end)
