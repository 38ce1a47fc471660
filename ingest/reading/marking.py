"""The marking of a page ("Märkning: Åldersgrupp, Verksamhet, KVÅ-kod …") → fields with their values as written.

The same fields come as a definition list, a table, lists in a list, headings or plain lines; their names are data
(`rules/structure.toml`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby

from ingest.rulebook import load_rules
from ontology.model import Block, Document, Facet, FacetValue

_LABEL = re.compile(r"([^:\n]{2,40}?)\s*:(?:\s+|$)")
_BETWEEN_CELLS = " | "
_MARKING = "marking"

_Pair = tuple[str, tuple[FacetValue, ...]]


def find_marking(document: Document) -> tuple[Facet, ...]:
    """The fields of the marking in the order of their first values; () when there is none.

    Where no heading says "Märkning", it takes several lines with fields in a row to make one.
    """
    blocks = [block for block in document.blocks if _role(document, block) == _MARKING]
    if blocks:
        return _facets(_pairs(document, blocks))
    least = load_rules("structure")[_MARKING]["least"]
    in_a_row = [list(row) for _, row in groupby(document.blocks, lambda block: _is_field(document, block))]
    fields = [row for row in in_a_row if len(row) >= least and _is_field(document, row[0])]
    return _facets(pair for row in fields for pair in _pairs(document, row))


def _role(document: Document, block: Block) -> str:
    """The role of the section that a block lies in."""
    return document.sections[bisect_right(document.sections, block.start, key=lambda section: section.start) - 1].role


def _is_field(document: Document, block: Block) -> bool:
    """Whether a block is a field and its values, written as a line."""
    found = _LABEL.match(document.text, block.start, block.end)
    return found is not None and _name(found[1]) != "" and found.end() < block.end


def _pairs(document: Document, blocks: Sequence[Block]) -> Iterator[_Pair]:
    """Names and values, whatever they are laid out as."""
    for is_table, group in groupby(blocks, lambda block: block.kind in {"header", "row"}):
        yield from (_table if is_table else _lines)(document.text, list(group))


def _table(text: str, blocks: Sequence[Block]) -> Iterator[_Pair]:
    columns: list[str] = []
    is_possible = False
    for block in blocks:
        cells = list(_cells(text, block))
        if block.kind == "header":
            columns = [_name(text[start:end]) for start, end in cells]
            is_possible = _possible().search(text, block.start, block.end) is not None
        elif not is_possible:
            yield from _row(text, cells, columns)


def _cells(text: str, block: Block) -> Iterator[tuple[int, int]]:
    start = block.start
    for cell in text[block.start : block.end].split(_BETWEEN_CELLS):
        yield start, start + len(cell)
        start += len(cell) + len(_BETWEEN_CELLS)


def _lines(text: str, blocks: Sequence[Block]) -> Iterator[_Pair]:
    """Lines that begin with the name of a field; what follows a name alone are its values."""
    name = ""
    opener: Block | None = None
    for block in blocks:
        label = _LABEL.match(text, block.start, block.end)
        own = _name(label[1]) if label else _name(text[block.start : block.end])
        if own:
            name, opener = own, block
            start = label.end() if label else block.end
        else:
            start = block.start
            if opener is None or not _belongs(block, opener):
                opener = None
                continue
        yield name, tuple(_values(text, start, block.end))


def _belongs(block: Block, opener: Block) -> bool:
    """Whether a block holds values of the field that another one names."""
    if block.kind == "item":
        return opener.kind != "item" or block.level > opener.level
    return (opener.kind, block.kind) in {("term", "definition"), ("heading", "paragraph")}


def _row(text: str, cells: Sequence[tuple[int, int]], columns: Sequence[str]) -> Iterator[_Pair]:
    """A row of a table whose head names the fields, or that begins with the name of one."""
    if sum(map(bool, columns)) > 1:
        for name, cell in zip(columns, cells, strict=False):
            if name:
                yield name, tuple(_values(text, *cell))
    elif name := _name(text[slice(*cells[0])].removesuffix(":")):
        yield name, tuple(value for cell in cells[1:] for value in _values(text, *cell))


def _values(text: str, start: int, end: int) -> Iterator[FacetValue]:
    """What commas and semicolons part, outside of brackets."""
    depth = 0
    first = start
    for place in range(start, end + 1):
        character = text[place] if place < end else ","
        depth = max(depth + (character == "(") - (character == ")"), 0)
        if place == end or (character in ",;" and not depth):
            value = text[first:place]
            bare = value.strip(" .–-")
            if bare:
                offset = first + value.index(bare)
                yield FacetValue(bare, offset, offset + len(bare))
            first = place + 1


def _facets(pairs: Iterable[_Pair]) -> tuple[Facet, ...]:
    found: dict[str, list[FacetValue]] = {}
    for name, values in pairs:
        found.setdefault(name, []).extend(values)
    return tuple(Facet(name, tuple(values)) for name, values in found.items() if values)


def _name(label: str) -> str:
    return _names().get(" ".join(label.split()).lower(), "")


@cache
def _names() -> dict[str, str]:
    return {name: field["name"] for field in load_rules("structure")["field"] for name in field["names"]}


@cache
def _possible() -> "re.Pattern[str]":
    return re.compile(load_rules("structure")[_MARKING]["possible"], re.IGNORECASE)
