"""DOCX → blocks, from the WordprocessingML itself (ECMA-376, part 1), read by lxml.

Not by python-docx, which leaves out insertions under revision, content controls and text boxes, nor by mammoth, which
follows neither outline levels nor the styles that a style is based on. What is deleted under revision, hidden, in
footnotes, comments, headers or footers is no part of the text.
"""

import io
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ingest.reading.archives import Member, list_members, read_member
from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.furniture import is_furniture_line, is_note
from ingest.reading.tables import Cell, plain_rows
from ingest.reading.titles import is_sane_title, promote_labels
from ontology.errors import DocumentRefused

MAX_PART_BYTES = 50_000_000
MAX_TAGS = 2_000_000
"""In one part: some thousand pages, and 300 MB when parsed."""
_HEADING_NAME = re.compile(r"(?:heading|rubrik|överskrift)\s?([1-9])", re.IGNORECASE)
_TITLE_NAMES = frozenset({"title", "titel", "rubrik", "document title", "dokumenttitel"})
_CONTENTS_NAME = re.compile(r"(?:toc|innehåll)\s?(?:[1-9]|heading)|innehållsförteckning(?:srubrik)?", re.IGNORECASE)
_LIST_NAME = re.compile(r"(?:list (?:bullet|number)|punktlista|numrerad lista|lista punkt)\s?([1-5])?", re.IGNORECASE)
_TYPED_BULLET = re.compile(r"[•◦▪●○■‣⁃–-]\s+(?=\S)")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEFT_OUT = frozenset(
    {"del", "moveFrom", "delText", "instrText", "pPr", "rPr", "Fallback", "rt", "txbxContent", "footnoteReference"}
    | {"endnoteReference", "commentReference", "annotationRef", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr"}
)
_NO_NUMBERING = "0"
_BODY_TEXT = 9
"""The outline level of what is no heading."""


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style makes of its paragraphs, with all that it is based on."""

    heading: int = 0
    """0 for no heading, 1 for the title, 2 for "heading 1" and so on."""
    list_level: int = 0
    is_contents: bool = False
    bold: bool = False


_PLAIN = _Style()


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles of a document by their identifiers."""

    paragraphs: Mapping[str, _Style]
    default: _Style
    tables_with_header: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Draft:
    block: RawBlock
    bold: bool


def read(content: bytes) -> RawDocument:
    """Read a DOCX file. Raises DocumentRefused when it is damaged, encrypted, a bomb, or no text document."""
    stream = io.BytesIO(content)
    members = {member.name.lstrip("/"): member for member in list_members(stream)}
    main = _main_part(stream, members)
    styles = _styles(_sibling(stream, members, main, "styles.xml"))
    body = _child(_part(stream, members, main), "body")
    if body is None:
        raise DocumentRefused("Word-filen saknar brödtext. Öppna den i Word och spara om den.")
    drafts = list(_blocks(body, styles))
    notes = [draft.block.text for draft in drafts if is_note(draft.block.text)]
    drafts = [draft for draft in drafts if not is_furniture_line(draft.block.text)]
    blocks = promote_labels([draft.block for draft in drafts], [draft.bold for draft in drafts])
    title = _core_title(stream, members)
    return RawDocument(
        _levelled(blocks, has_title=bool(title)), title=title, notes=(*notes, *_margin_notes(stream, members, main))
    )


def _levelled(blocks: Sequence[RawBlock], *, has_title: bool) -> list[RawBlock]:
    """Headings from level 1: "heading 1" is the title where there is no other and only one of it."""
    levels = [block.level for block in blocks if block.kind == "heading"]
    if not levels or min(levels) == 1 or (levels.count(min(levels)) > 1 and has_title):
        return list(blocks)
    shift = min(levels) - 1
    return [
        RawBlock(block.kind, block.text, block.level - shift) if block.kind == "heading" else block for block in blocks
    ]


# The package


def _part(stream: io.BytesIO, members: Mapping[str, Member], name: str) -> etree._Element:
    """The root of a part. A document type, which the format has no use for, could declare entities: refused."""
    if name not in members:
        raise DocumentRefused("Word-filen är ofullständig. Öppna den i Word och spara om den.")
    content = read_member(stream, members[name], MAX_PART_BYTES)
    if content.count(b"<") > MAX_TAGS:
        raise DocumentRefused("Word-filen har för många element. Dela dokumentet i flera.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise DocumentRefused("Word-filen är skadad. Öppna den i Word och spara om den.") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentRefused("Word-filen har en DTD, som kan dölja en XML-bomb. Spara om den i Word.")
    return root


def _main_part(stream: io.BytesIO, members: Mapping[str, Member]) -> str:
    if "_rels/.rels" in members:
        for relation in _part(stream, members, "_rels/.rels"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _sibling(stream: io.BytesIO, members: Mapping[str, Member], main: str, name: str) -> etree._Element | None:
    path = posixpath.join(posixpath.dirname(main), name)
    return _part(stream, members, path) if path in members else None


def _core_title(stream: io.BytesIO, members: Mapping[str, Member]) -> str:
    if "docProps/core.xml" not in members:
        return ""
    found = _child(_part(stream, members, "docProps/core.xml"), "title")
    title = (found.text or "").strip() if found is not None else ""
    return title if is_sane_title(title) else ""


def _margin_notes(stream: io.BytesIO, members: Mapping[str, Member], main: str) -> Iterator[str]:
    """Lines of headers and footers that carry a year."""
    folder = re.escape(posixpath.dirname(main))
    found: dict[str, None] = {}
    for name in members:
        if re.fullmatch(rf"{folder}/(?:header|footer)\d*\.xml", name):
            for paragraph in _part(stream, members, name).iter("{*}p"):
                text = " ".join(_text(paragraph).split())
                if re.search(r"\b(?:19|20)\d\d\b", text):
                    found[text] = None
    yield from found


# Styles


def _styles(root: etree._Element | None) -> _Styles:
    if root is None:
        return _Styles({}, _PLAIN, frozenset())
    by_id = {_value(style, "styleId"): style for style in root if _name(style) == "style"}
    paragraphs = {key: _style(key, by_id) for key, style in by_id.items() if _value(style, "type") == "paragraph"}
    default = next(
        (
            paragraphs[key]
            for key, style in by_id.items()
            if key in paragraphs and _value(style, "default") in {"1", "true"}
        ),
        _PLAIN,
    )
    tables = {key for key, style in by_id.items() if _value(style, "type") == "table" and _formats_header(key, by_id)}
    return _Styles(paragraphs, default, frozenset(tables))


def _ancestry(key: str, by_id: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """A style and those that it is based on, the nearest first; a circle is walked once."""
    seen: set[str] = set()
    while key in by_id and key not in seen:
        seen.add(key)
        yield by_id[key]
        key = _value(_child(by_id[key], "basedOn"), "val")


def _style(key: str, by_id: Mapping[str, etree._Element]) -> _Style:
    heading: int | None = None
    list_level: int | None = None
    is_contents = False
    bold: bool | None = None
    for style in _ancestry(key, by_id):
        name = _value(_child(style, "name"), "val")
        properties = _child(style, "pPr")
        level = _outline(properties)
        if heading is None and (match := _HEADING_NAME.fullmatch(name)):
            heading = int(match.group(1)) + 1
        elif heading is None and name.casefold() in _TITLE_NAMES:
            heading = 1
        elif heading is None and level is not None:
            heading = level
        if list_level is None and (match := _LIST_NAME.fullmatch(name)):
            list_level = int(match.group(1) or 1)
        elif list_level is None:
            list_level = _numbering(properties)
        is_contents = is_contents or bool(_CONTENTS_NAME.fullmatch(name))
        if bold is None:
            bold = _switch(_child(style, "rPr"), "b")
    return _Style(heading or 0, list_level or 0, is_contents, bold or False)


def _formats_header(key: str, by_id: Mapping[str, etree._Element]) -> bool:
    return any(
        _name(part) == "tblStylePr" and _value(part, "type") == "firstRow"
        for style in _ancestry(key, by_id)
        for part in style
    )


def _outline(properties: etree._Element | None) -> int | None:
    """The level of a heading, from 2, that an outline level makes; 0 when it says body text, None when nothing."""
    text = _value(_child(properties, "outlineLvl"), "val")
    if not text.isdecimal():
        return None
    level = int(text)
    return level + 2 if level < _BODY_TEXT else 0


def _numbering(properties: etree._Element | None) -> int | None:
    """How deep in a list, from 1; 0 when numbering is turned off, None when nothing is said."""
    numbering = _child(properties, "numPr")
    if numbering is None:
        return None
    number = _value(_child(numbering, "numId"), "val")
    depth = _value(_child(numbering, "ilvl"), "val")
    return 0 if number == _NO_NUMBERING else (min(int(depth), 8) + 1 if depth.isdecimal() else 1)


# Blocks


def _blocks(parent: etree._Element, styles: _Styles) -> Iterator[_Draft]:
    for child in parent:
        kind = _name(child)
        if kind == "p":
            yield from _paragraph(child, styles)
        elif kind == "tbl":
            yield from _table(child, styles)
        elif kind == "sdt":
            if not _is_contents(child):
                content = _child(child, "sdtContent")
                if content is not None:
                    yield from _blocks(content, styles)
        elif kind in {"ins", "moveTo", "customXml", "smartTag", "sdtContent", "AlternateContent", "Choice"}:
            yield from _blocks(child, styles)


def _is_contents(control: etree._Element) -> bool:
    galleries = (_value(gallery, "val") for gallery in control.iter("{*}docPartGallery"))
    return any(gallery == "Table of Contents" for gallery in galleries)


def _paragraph(paragraph: etree._Element, styles: _Styles) -> Iterator[_Draft]:
    properties = _child(paragraph, "pPr")
    style = styles.paragraphs.get(_value(_child(properties, "pStyle"), "val"), styles.default)
    text = _text(paragraph)
    if text.strip() and not style.is_contents:
        outline, numbering = _outline(properties), _numbering(properties)
        heading = style.heading if style.heading == 1 or outline is None else outline
        depth = style.list_level if numbering is None else numbering
        bullet = _TYPED_BULLET.match(text)
        if heading:
            yield _Draft(RawBlock("heading", text, min(heading, 6)), bold=False)
        elif depth:
            yield _Draft(RawBlock("item", text, depth), bold=False)
        elif bullet:
            yield _Draft(RawBlock("item", text[bullet.end() :], 1), bold=False)
        else:
            yield _Draft(RawBlock("paragraph", text), bold=_is_bold(paragraph, style))
    for box in paragraph.iter("{*}txbxContent"):
        if not any(_name(around) in {"Fallback", "txbxContent"} for around in box.iterancestors()):
            yield from _blocks(box, styles)


def _text(paragraph: etree._Element) -> str:
    words: list[str] = []
    stack: list[etree._Element] = [*reversed(paragraph)]
    while stack:
        element = stack.pop()
        kind = _name(element)
        if kind in _LEFT_OUT:
            continue
        if kind == "r":
            properties = _child(element, "rPr")
            if _switch(properties, "vanish"):
                continue
            if _value(_child(properties, "vertAlign"), "val") == "superscript":
                words.append(
                    "".join(part.text or "" for part in element if _name(part) == "t").translate(_SUPERSCRIPTS)
                )
                continue
        if kind == "t":
            words.append(element.text or "")
        elif kind == "tab":
            words.append(" ")
        elif kind in {"br", "cr"}:
            words.append("\n")
        elif kind == "noBreakHyphen":
            words.append("-")
        else:
            stack.extend(reversed(element))
    return "".join(words)


def _is_bold(paragraph: etree._Element, style: _Style) -> bool:
    runs = [
        run for run in paragraph.iter("{*}r") if any((part.text or "").strip() for part in run if _name(part) == "t")
    ]
    return bool(runs) and all(
        style.bold if (switched := _switch(_child(run, "rPr"), "b")) is None else switched for run in runs
    )


# Tables


def _table(table: etree._Element, styles: _Styles) -> Iterator[_Draft]:
    """The rows of a table; one of a single column or row is there for layout, and its paragraphs are text."""
    rows = list(_inside(table, "tr"))
    cells = [list(_inside(row, "tc")) for row in rows]
    if len(rows) == 1 or all(len(row) <= 1 for row in cells):
        for cell in (cell for row in cells for cell in row):
            yield from _blocks(cell, styles)
        return
    merged: list[list[Cell]] = []
    for row in cells:
        above = _by_column(merged[-1]) if merged else {}
        merged.append([])
        column = 0
        for cell in row:
            properties = _child(cell, "tcPr")
            span = _value(_child(properties, "gridSpan"), "val")
            columns = min(int(span), 50) if span.isdecimal() and int(span) else 1
            merge = _child(properties, "vMerge")
            continued = merge is not None and _value(merge, "val") != "restart"
            text = above.get(column, "") if continued else _cell_text(cell)
            merged[-1].append(Cell(text, columns))
            column += columns
    has_header = _has_header(table, rows[0], cells[0], styles)
    for number, texts in enumerate(plain_rows(merged)):
        if any(text.strip() for text in texts):
            kind = "header" if number == 0 and has_header else "row"
            yield _Draft(RawBlock("header" if kind == "header" else "row", " | ".join(texts)), bold=False)


def _by_column(row: Sequence[Cell]) -> dict[int, str]:
    found: dict[int, str] = {}
    column = 0
    for cell in row:
        found[column] = cell.text if len(cell.text) <= 300 else ""
        column += cell.columns
    return found


def _inside(parent: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, those in content controls too, but not those of a deleted row."""
    for child in parent:
        if _name(child) == kind:
            if kind != "tr" or _child(_child(child, "trPr"), "del") is None:
                yield child
        elif _name(child) in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _inside(child, kind)


def _cell_text(cell: etree._Element) -> str:
    texts = (" ".join(_text(paragraph).split()) for paragraph in cell.iter("{*}p"))
    return " ".join(text for text in texts if text)


def _has_header(table: etree._Element, row: etree._Element, cells: Sequence[etree._Element], styles: _Styles) -> bool:
    if _switch(_child(row, "trPr"), "tblHeader"):
        return True
    properties = _child(table, "tblPr")
    look = _child(properties, "tblLook")
    value = _value(look, "val")
    first_row = _value(look, "firstRow") in {"1", "true"} or (
        re.fullmatch("[0-9A-Fa-f]{4}", value) is not None and bool(int(value, 16) & 0x20)
    )
    if first_row and _value(_child(properties, "tblStyle"), "val") in styles.tables_with_header:
        return True
    paragraphs = [paragraph for cell in cells for paragraph in cell.iter("{*}p") if _text(paragraph).strip()]
    return len(paragraphs) > 1 and all(_is_bold(paragraph, styles.default) for paragraph in paragraphs)


# XML


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next((child for child in element if _name(child) == name), None)


def _value(element: etree._Element | None, name: str) -> str:
    """An attribute by its local name; "" when there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _switch(properties: etree._Element | None, name: str) -> bool | None:
    """A property that is on when it stands there and does not say off; None when it does not stand there."""
    found = _child(properties, name)
    return None if found is None else _value(found, "val") not in {"0", "false", "off"}
