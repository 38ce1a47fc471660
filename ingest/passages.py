"""Document → passages: whole blocks packed to about a hundred words, never across a section.

A hundred words is what the embedding model reads best and what a reader sees at a glance; a longer block is cut at the
ends of its sentences.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from ontology.model import Block, Document, Passage

TARGET_WORDS = 110


def split(document: Document, sentence_starts: Sequence[int]) -> tuple[Passage, ...]:
    """Cut a document; `sentence_starts` are offsets of the text where sentences begin, ascending.

    Headings are not part of passages, since the section carries them; but a document of headings alone gives one
    passage for each, so that nothing is lost. What has no letter and no digit ("-" where a form was left empty) says
    nothing, and is no passage.
    """
    body = (block for block in document.blocks if block.kind != "heading")
    spans = [
        (section, start, end)
        for section, blocks in groupby(body, key=lambda block: _section_at(document, block))
        for start, end in _packed(document, blocks, sentence_starts)
        if any(map(str.isalnum, document.text[start:end]))
    ]
    if not spans:
        spans = [(_section_at(document, block), block.start, block.end) for block in document.blocks]
    return tuple(
        Passage(position, section, start, end, document.text[start:end])
        for position, (section, start, end) in enumerate(spans)
    )


def _packed(document: Document, blocks: Iterable[Block], sentence_starts: Sequence[int]) -> Iterator[tuple[int, int]]:
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
    first, last = bisect_right(sentence_starts, block.start), bisect_left(sentence_starts, block.end)
    cuts = [block.start, *sentence_starts[first:last], block.end]
    for start, end in pairwise(cuts):
        text = document.text[start:end]
        yield start, start + len(text.rstrip())


def _section_at(document: Document, block: Block) -> int:
    """Position of its section: the last that begins no later, since sections are in order and leave no gaps."""
    return bisect_right(document.sections, block.start, key=lambda section: section.start) - 1
