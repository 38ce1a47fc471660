"""Markdown → blocks, by the CommonMark parser markdown-it-py with tables."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.assembly import RawBlock, RawDocument

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\r?\n---[ \t]*\r?(?:\n|\Z)", re.DOTALL)


def read(text: str) -> RawDocument:
    """Read Markdown. Front matter is left out; HTML inside is not interpreted."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_FRONT_MATTER.sub("", text))
    blocks: list[RawBlock] = []
    row: list[str] = []
    around: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            around.append(token)
        elif token.nesting == -1:
            around.pop()
        if token.type == "inline":
            opened = around[-1]
            if opened.type == "heading_open":
                blocks.append(RawBlock("heading", _words(token), level=int(opened.tag[1])))
            elif opened.type in {"td_open", "th_open"}:
                row.append(_words(token))
            else:
                is_item = any(outer.type == "list_item_open" for outer in around)
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
