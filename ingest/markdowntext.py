"""Markdown → blocks, by the CommonMark parser markdown-it-py with tables."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.assembly import RawBlock, RawDocument

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def read(text: str) -> RawDocument:
    """Read Markdown. Front matter is left out; HTML inside is not interpreted."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_FRONT_MATTER.sub("", text))
    blocks: list[RawBlock] = []
    row: list[str] = []
    for number, token in enumerate(tokens):
        if token.type == "inline":
            opened = tokens[number - 1]
            if opened.type == "heading_open":
                blocks.append(RawBlock("heading", _words(token), level=int(opened.tag[1])))
            elif opened.type in {"td_open", "th_open"}:
                row.append(_words(token))
            else:
                is_item = token.level >= 2 and _in_item(tokens, number)
                blocks.append(RawBlock("item" if is_item else "paragraph", _words(token)))
        elif token.type == "tr_close":
            blocks.append(RawBlock("row", " | ".join(row)))
            row = []
        elif token.type in {"fence", "code_block"}:
            blocks.append(RawBlock("paragraph", token.content))
    return RawDocument(blocks)


def _words(inline: Token) -> str:
    words = {"text", "code_inline"}
    breaks = {"softbreak", "hardbreak"}
    parts = (
        child.content if child.type in words else "\n" if child.type in breaks else "" for child in _children(inline)
    )
    return "".join(parts)


def _children(inline: Token) -> Sequence[Token]:
    return inline.children or ()


def _in_item(tokens: Sequence[Token], number: int) -> bool:
    level = tokens[number].level
    return any(token.type == "list_item_open" and token.level < level for token in _open_before(tokens, number))


def _open_before(tokens: Sequence[Token], number: int) -> list[Token]:
    """The tokens still open at a place, found by walking back over ever lower levels."""
    found: list[Token] = []
    level = tokens[number].level
    for token in reversed(tokens[:number]):
        if token.nesting == 1 and token.level < level:
            found.append(token)
            level = token.level
    return found
