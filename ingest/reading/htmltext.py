"""HTML → blocks: the main content only, without navigation and other furniture of a web page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html

from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.furniture import is_furniture_element, is_furniture_line, is_note
from ingest.reading.tables import Cell, plain_rows
from ingest.reading.titles import promote_labels
from ontology.errors import DocumentRefused
from ontology.model import BlockKind

MAX_TAGS = 500_000
"""Of a page, opening and closing: a quarter of a million elements take some 200 MB when parsed."""
MAX_ATTRIBUTES = 1_000
"""Of one tag: libxml2 compares each with all before it."""
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{5000,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FURNITURE = frozenset(
    {"nav", "aside", "dialog", "figcaption"}
    | {"input", "select", "option", "textarea"}
    | {"script", "noscript", "style", "template", "svg", "iframe"}
)
_FURNITURE_ROLES = frozenset(
    {"navigation", "dialog", "alertdialog", "search", "complementary", "menu", "menubar", "tooltip", "doc-toc"}
)
_FURNITURE_LABELS = re.compile(
    r"(?:bread ?crumbs?|brödsmul\w+|sökväg|du är här|innehållsförteckning|innehåll på (?:den här )?sidan"
    r"|table of contents)",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"body", "main", "article", "section", "header", "footer", "div", "p", "blockquote", "pre", "address", "figure"}
    | {"form", "fieldset", "legend", "details", "summary"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "br"}
    | {"ul", "ol", "menu", "li", "dl", "dt", "dd"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
_LISTS = frozenset({"ul", "ol", "menu"})
_KINDS: dict[str, BlockKind] = {"li": "item", "dt": "term", "dd": "definition"}
_HEADING = re.compile("h([1-6])")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ANSWERS = frozenset({"ja", "nej", "delvis", "skicka", "ja, tack", "nej, tack"})
"""What stands below a question whether the page was of help."""
_CAPTION_CHARACTERS = 200
_SUMMARY_CHARACTERS = 120
_ROOTS = (
    "//main[not(@hidden or ancestor::main)]",
    "//*[@role='main'][not(@hidden or ancestor::*[@role='main'])]",
    "//article[not(@hidden or ancestor::article or ancestor::aside)]",
    "//body",
)
"""Where the main content may be, the best place first."""


def read(text: str) -> RawDocument:
    """Read a page: `main` when there is text in one, else its articles, else `body`.

    Raises DocumentRefused when there is no page, when it has more tags than any text, or when it is nested too deep for
    the parser (2,048 levels in libxml2 2.14), which would leave out the rest of its text.
    """
    if text.count("<") > MAX_TAGS:
        raise DocumentRefused(f"HTML-sidan har mer än {MAX_TAGS} taggar. Dela den i flera sidor.")
    if any(_attributes(tag.group()) > MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise DocumentRefused(f"HTML-sidan har en tagg med mer än {MAX_ATTRIBUTES} attribut. Rätta eller ta bort den.")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentRefused(f"HTML-sidan går inte att tolka: {error}.") from error
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]):
        raise DocumentRefused("HTML-sidan har för många element i varandra. Spara texten utan dem.")
    language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").partition("-")[0]
    title = " ".join(tree.xpath("string(//head/title)").split())
    readings = ([draft for root in tree.xpath(path) for draft in _Collector(root).collect()] for path in _ROOTS)
    for drafts in readings:
        blocks, notes = _without_furniture(drafts)
        if blocks:
            return RawDocument(blocks, title=title, language=language, notes=notes)
    return RawDocument((), title=title, language=language)


def _attributes(tag: str) -> int:
    bare = _QUOTED.sub("", tag)
    return max(len(bare.split()), bare.count("="))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A block, and whether all of it is bold."""

    block: RawBlock
    bold: bool = False


def _without_furniture(drafts: Sequence[_Draft]) -> tuple[list[RawBlock], tuple[str, ...]]:
    """The blocks that are text of the page, with labels made headings; and the lines that say when it was checked."""
    kept: list[_Draft] = []
    notes: dict[str, None] = {}
    asked = False
    for draft in drafts:
        words = " ".join(draft.block.text.split())
        is_cell = draft.block.kind in {"row", "header"}
        if not is_cell and is_furniture_line(words):
            asked = True
            if is_note(words):
                notes[words] = None
        elif not (asked and not is_cell and words.casefold() in _ANSWERS):
            asked = False
            kept.append(draft)
    return promote_labels([draft.block for draft in kept], [draft.bold for draft in kept]), tuple(notes)


class _Collector:
    """Walks a tree in reading order, without recursion, and cuts a block wherever a block element opens or closes.

    Nothing is cut inside a heading or a row of a table. A row that is there for layout is no row here.
    """

    def __init__(self, root: html.HtmlElement) -> None:
        self._root = root
        self._layout = _layout_rows(root)
        self._drafts: list[_Draft] = []
        self._words: list[str] = []
        self._letters = 0
        self._bold_letters = 0
        self._bold = 0
        """How many elements are open that make text bold; so for the two below."""
        self._raised = 0
        self._lists = 0
        self._around: list[BlockKind] = []
        """The kinds of the list items and parts of definition lists that are open, the innermost last."""
        self._row: list[Cell] | None = None
        self._cells_are_heads = True
        self._rows: list[tuple[list[Cell], bool]] = []
        """The rows of the table so far, and whether each is a head."""
        self._heading: etree._Element | None = None
        self._level = 1
        """Of the last heading that is one by its tag."""
        self._contents = int(root.tag != "body")
        """How many elements are open that hold main content, whose header and footer belong to it."""

    def collect(self) -> list[_Draft]:
        skipped: etree._Element | None = None
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._say(element.tail)
                continue
            if event == "start" and element is not self._root and self._is_furniture(element):
                if element.tag in _BLOCKS or element.tag in _FURNITURE:
                    self._cut()
                skipped = element
            elif event == "start":
                self._open(element)
            else:
                self._close(element)
        self._cut()
        self._finish_table()
        return self._drafts

    def _open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._cut()
        if tag in {"main", "article"}:
            self._contents += 1
        if self._heading is None and (_HEADING.fullmatch(tag) or tag == "summary"):
            self._heading = element
        if tag == "tr" and self._heading is None:
            if element in self._layout:
                self._finish_table()
            else:
                self._row, self._cells_are_heads = [], True
        self._lists += tag in _LISTS
        if tag in _KINDS:
            self._around.append(_KINDS[tag])
        self._bold += tag in {"b", "strong"}
        self._raised += tag == "sup"
        self._say(element.text)

    def _close(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in {"main", "article"}:
            self._contents -= 1
        if self._heading is not None and element is self._heading:
            self._heading = None
            self._cut_heading(element)
        elif tag in {"td", "th"} and self._row is not None:
            self._cells_are_heads &= tag == "th" or self._is_bold() or not self._letters
            self._row.append(Cell(" ".join(self._take().split()), _span(element, "colspan"), _span(element, "rowspan")))
        elif tag == "tr" and self._row is not None:
            first = not self._rows
            in_head = element.getparent() is not None and element.getparent().tag == "thead"
            is_head = in_head or (first and self._cells_are_heads and len(self._row) > 1)
            self._rows.append((self._row, is_head))
            self._row = None
        elif tag in _BLOCKS:
            self._cut()
        if tag == "table" and self._row is None:
            self._finish_table()
        self._lists -= tag in _LISTS
        if tag in _KINDS and self._around:
            self._around.pop()
        self._bold -= tag in {"b", "strong"}
        self._raised -= tag == "sup"
        if element is not self._root:
            self._say(element.tail)

    def _say(self, text: str | None) -> None:
        if text:
            letters = sum(map(str.isalnum, text))
            self._letters += letters
            self._bold_letters += letters if self._bold else 0
            self._words.append(text.translate(_SUPERSCRIPTS) if self._raised and text.strip().isdecimal() else text)

    def _take(self) -> str:
        text = "".join(self._words)
        self._words, self._letters, self._bold_letters = [], 0, 0
        return text

    def _is_bold(self) -> bool:
        return 0 < self._letters == self._bold_letters

    def _cut(self) -> None:
        if self._row is not None or self._heading is not None:
            self._words.append(" ")
            return
        bold, text = self._is_bold(), self._take()
        if text.strip():
            self._finish_table()
            kind: BlockKind = self._around[-1] if self._around else "paragraph"
            self._drafts.append(_Draft(RawBlock(kind, text, self._lists if kind == "item" else 0), bold))

    def _cut_heading(self, element: etree._Element) -> None:
        if self._row is not None:
            self._words.append(" ")
            return
        text = self._take()
        if not text.strip():
            return
        self._finish_table()
        if element.tag != "summary":
            self._level = int(element.tag[1])
            self._drafts.append(_Draft(RawBlock("heading", text, self._level)))
        elif len(text.strip()) <= _SUMMARY_CHARACTERS and not text.rstrip().endswith("."):
            inner = next(
                (_HEADING.fullmatch(child.tag) for child in element.iter("h1", "h2", "h3", "h4", "h5", "h6")), None
            )
            level = int(inner.group(1)) if inner else min(self._level + 1, 6)
            self._level = level if inner else self._level
            self._drafts.append(_Draft(RawBlock("heading", text, level)))
        else:
            self._drafts.append(_Draft(RawBlock("paragraph", text)))

    def _finish_table(self) -> None:
        rows, self._rows = self._rows, []
        for texts, (_, is_head) in zip(plain_rows(cells for cells, _ in rows), rows, strict=True):
            if any(texts):
                self._drafts.append(_Draft(RawBlock("header" if is_head else "row", " | ".join(texts))))

    def _is_furniture(self, element: etree._Element) -> bool:
        tag = element.tag
        return (
            tag in _FURNITURE
            or not isinstance(tag, str)
            or (tag in {"header", "footer"} and not self._contents)
            or (tag == "button" and self._heading is None)
            or element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or bool(_INVISIBLE.search(element.get("style") or ""))
            or element.get("role") in _FURNITURE_ROLES
            or bool(_FURNITURE_LABELS.fullmatch((element.get("aria-label") or "").strip()))
            or (self._heading is None and _is_named_furniture(element))
            or (tag in _LISTS and not self._lists and _leads_within(element))
            or (tag == "p" and _is_caption(element))
        )


def _is_named_furniture(element: etree._Element) -> bool:
    """By its classes and its id, unless it is or holds the beginning of the content."""
    names = [*(element.get("class") or "").split()[:20], element.get("id") or ""]
    if not is_furniture_element(names):
        return False
    return (
        element.tag not in {"main", "article", "table"}
        and not _HEADING.fullmatch(element.tag)
        and not any(True for _ in element.iter("main", "article", "h1"))
    )


def _leads_within(element: etree._Element) -> bool:
    """Whether a list is a table of contents: nothing but links to places on the page, and at least two."""
    links = list(element.iter("a"))
    if len(links) < 2 or not all((link.get("href") or "").startswith("#") for link in links):
        return False
    return _letters(element) == sum(_letters(link) for link in links)


def _letters(element: etree._Element) -> int:
    return sum(sum(map(str.isalnum, text)) for text in element.itertext())


def _is_caption(element: etree._Element) -> bool:
    """Whether a paragraph is alone with a picture, below it, and short."""
    parent = element.getparent()
    if parent is None or len(parent) != 2 or element.getprevious() is None or (parent.text or "").strip():
        return False
    picture = element.getprevious()
    is_picture = picture.tag in {"img", "picture"} or (
        picture.tag in {"a", "div", "span", "p"} and len(picture) == 1 and picture[0].tag in {"img", "picture"}
    )
    bare = not "".join(picture.itertext()).strip() and not (picture.tail or "").strip()
    return is_picture and bare and len("".join(element.itertext()).strip()) <= _CAPTION_CHARACTERS


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) else 1


def _layout_rows(root: html.HtmlElement) -> set[etree._Element]:
    """Rows that hold rows, and those of tables with a single column or none but a look."""
    found: set[etree._Element] = set()
    rows_around: list[etree._Element] = []
    tables: list[list[etree._Element]] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("table", "tr")):
        if element.tag == "tr" and event == "start":
            found.update(rows_around[-1:])
            rows_around.append(element)
            if tables:
                tables[-1].append(element)
        elif element.tag == "tr":
            rows_around.pop()
        elif event == "start":
            tables.append([])
        else:
            rows = tables.pop()
            if element.get("role") in {"presentation", "none"} or all(_has_one_cell(row) for row in rows):
                found.update(rows)
    return found


def _has_one_cell(row: etree._Element) -> bool:
    return sum(1 for _ in _first_two_cells(row)) < 2


def _first_two_cells(row: etree._Element) -> Iterator[etree._Element]:
    cells = row.iterchildren("td", "th")
    yield from (cell for cell, _ in zip(cells, range(2), strict=False))
