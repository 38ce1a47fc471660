"""Analysed document → the stretches that say one thing each: sentences, list items, rows and headings.

What reads a document for its meaning reads these, with the mentions that lie in them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.language import Token
from ontology.model import Block, Document, Mention

_OPENING = frozenset("[(")
_CLOSING = frozenset("])")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of a block, or what stands in one cell or row."""

    start: int
    end: int
    text: str
    block: Block
    section: int
    tokens: Sequence[Token]


def units(document: Document, tokens: Sequence[Token]) -> Iterator[Unit]:
    """The sentences of a document in order; none crosses a block."""
    starts = [token.start for token in tokens]
    for block in document.blocks:
        section = bisect_right(document.sections, block.start, key=lambda one: one.start) - 1
        inside = tokens[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        for sentence in _sentences(inside):
            start, end = sentence[0].start, sentence[-1].end
            yield Unit(start, end, document.text[start:end], block, section, sentence)


def _sentences(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    """The sentences of a block; what stands in brackets after a sentence belongs to it."""
    found: list[tuple[Token, ...]] = []
    for _, group in groupby(tokens, key=lambda token: token.sentence):
        sentence = tuple(group)
        if found and sentence[0].text in _OPENING and sentence[-1].text in _CLOSING:
            sentence = found.pop() + sentence
        found.append(sentence)
    return found


def within(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    """The mentions, in order of their places, that lie between two offsets."""
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    last = bisect_left(mentions, end, key=lambda mention: mention.start)
    return [mention for mention in mentions[first:last] if mention.end <= end]
