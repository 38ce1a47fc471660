"""Markdown → blocks, by the CommonMark parser markdown-it-py with tables; definition lists and front matter besides."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.furniture import is_furniture_line, is_note

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?\n)?---[ \t]*\r?(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[^\W\d][\w -]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_MEMBER = re.compile(r"[ \t]*-[ \t]+(?P<value>.+)")
_TITLES = frozenset({"title", "titel", "rubrik"})
_LANGUAGES = frozenset({"lang", "language", "språk"})
_DEFINITION = re.compile(r"[:~][ \t]+")


def read(text: str) -> RawDocument:
    """Read Markdown. The fields of front matter are properties; HTML inside is not interpreted."""
    front = _FRONT_MATTER.match(text)
    properties = tuple(_fields(front[1] or "")) if front else ()
    blocks = list(_blocks(MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)))
    shown = [block for block in blocks if block.kind in {"row", "header"} or not is_furniture_line(block.text)]
    return RawDocument(
        shown,
        title=_property(properties, _TITLES),
        language=_property(properties, _LANGUAGES)[:2].lower(),
        notes=tuple(block.text for block in blocks if is_note(block.text)),
        properties=properties,
    )


def _property(properties: Sequence[tuple[str, str]], names: frozenset[str]) -> str:
    return next((value for name, value in properties if name.lower() in names), "")


def _blocks(tokens: Sequence[Token]) -> Iterator[RawBlock]:
    row: list[str] = []
    around: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            around.append(token)
        elif token.nesting == -1:
            around.pop()
        types = [outer.type for outer in around]
        if token.type == "inline" and types[-1] in {"td_open", "th_open"}:
            row.append(" ".join(_words(token).split()))
        elif token.type == "inline" and types[-1] == "heading_open":
            yield RawBlock("heading", _words(token), level=int(around[-1].tag[1]))
        elif token.type == "inline" and "list_item_open" in types:
            yield RawBlock("item", _words(token), level=types.count("list_item_open"))
        elif token.type == "inline":
            yield from _paragraph(_words(token))
        elif token.type == "tr_close":
            yield RawBlock("header" if "thead_open" in types else "row", " | ".join(row))
            row = []
        elif token.type in {"fence", "code_block"}:
            yield RawBlock("paragraph", token.content)


def _paragraph(text: str) -> Iterator[RawBlock]:
    """A paragraph, or the terms and definitions that CommonMark takes for one: lines that begin with a colon."""
    lines = text.split("\n")
    marks = [_DEFINITION.match(line) for line in lines]
    if marks[0] or not any(marks):
        yield RawBlock("paragraph", text)
        return
    held = RawBlock("term", lines[0])
    for line, mark, following in zip(lines[1:], marks[1:], [*marks[2:], None], strict=True):
        if not mark and not following:
            held = replace(held, text=f"{held.text}\n{line}")
            continue
        yield held
        held = RawBlock("definition", line[mark.end() :]) if mark else RawBlock("term", line)
    yield held


def _words(inline: Token) -> str:
    words = {"text", "code_inline", "text_special"}
    breaks = {"softbreak", "hardbreak"}
    children = inline.children or ()
    return "".join(child.content if child.type in words else "\n" if child.type in breaks else "" for child in children)


def _fields(front: str) -> Iterator[tuple[str, str]]:
    """The fields of front matter, in that plain part of YAML that people write by hand; a list gives one of each."""
    name = ""
    for line in front.splitlines():
        if field := _FIELD.fullmatch(line):
            name = field["name"]
            values = (field["value"] or "").strip()
            is_list = values.startswith("[") and values.endswith("]")
            for value in values[1:-1].split(",") if is_list else [values]:
                if bare := _unquoted(value):
                    yield name, bare
        elif name and (member := _MEMBER.fullmatch(line)):
            yield name, _unquoted(member["value"])


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
