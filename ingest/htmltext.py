"""HTML → blocks: the main content only, without navigation and other furniture of a web page."""

import re

from lxml import etree, html

from ingest.assembly import RawBlock, RawDocument
from ontology.errors import DocumentRefused

_FURNITURE = frozenset(
    {"nav", "aside", "dialog", "figcaption"}
    | {"input", "select", "option", "textarea"}
    | {"script", "noscript", "style", "template", "svg", "iframe"}
)
_BLOCKS = frozenset(
    {"body", "main", "article", "section", "header", "footer", "div", "p", "blockquote", "pre", "address", "figure"}
    | {"form", "fieldset", "legend", "details", "summary"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "br"}
    | {"ul", "ol", "li", "dl", "dt", "dd"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
_HEADING = re.compile("h([1-6])")
_ROOTS = (
    "//main[not(@hidden or ancestor::main)]",
    "//*[@role='main'][not(@hidden or ancestor::*[@role='main'])]",
    "//article[not(@hidden or ancestor::article or ancestor::aside)]",
    "//body",
)
"""Where the main content may be, the best place first."""


def read(text: str) -> RawDocument:
    """Read a page: `main` when there is text in one, else its articles, else `body`.

    Raises DocumentRefused when there is no page or it is nested too deep for the parser (2,048 levels in libxml2 2.14),
    which would leave out the rest of its text.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentRefused(f"HTML-sidan går inte att tolka: {error}.") from error
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]):
        raise DocumentRefused("HTML-sidan har för många element i varandra. Spara texten utan dem.")
    language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").partition("-")[0]
    title = " ".join(tree.xpath("string(//head/title)").split())
    readings = ([block for root in tree.xpath(path) for block in _Collector(root).collect()] for path in _ROOTS)
    return RawDocument(next(filter(None, readings), []), title=title, language=language)


class _Collector:
    """Walks a tree in reading order, without recursion, and cuts a block wherever a block element opens or closes.

    Nothing is cut inside a heading or a row of a table. A row that holds rows is there for layout, and is no row here.
    """

    def __init__(self, root: html.HtmlElement) -> None:
        self._root = root
        self._layout = _rows_with_rows(root)
        self._blocks: list[RawBlock] = []
        self._words: list[str] = []
        self._row: list[str] | None = None
        self._heading: etree._Element | None = None
        self._contents = int(root.tag != "body")
        """How many elements are open that hold main content, whose header and footer belong to it."""

    def collect(self) -> list[RawBlock]:
        skipped: etree._Element | None = None
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._words.append(element.tail or "")
                continue
            if event == "start" and self._is_furniture(element) and element is not self._root:
                skipped = element
            elif event == "start":
                self._open(element)
            else:
                self._close(element)
        self._cut("paragraph")
        return self._blocks

    def _open(self, element: etree._Element) -> None:
        if element.tag in _BLOCKS:
            self._cut(_kind_around(element.getparent()))
        if element.tag in {"main", "article"}:
            self._contents += 1
        if self._heading is None and _HEADING.fullmatch(element.tag):
            self._heading = element
        if element.tag == "tr" and self._heading is None and element not in self._layout:
            self._row = []
        self._words.append(element.text or "")

    def _close(self, element: etree._Element) -> None:
        if element.tag in {"main", "article"}:
            self._contents -= 1
        if self._heading is not None and element is self._heading:
            self._heading = None
            self._cut("heading", int(element.tag[1]))
        elif element.tag in {"td", "th"} and self._row is not None:
            self._row.append(" ".join("".join(self._words).split()))
            self._words = []
        elif element.tag == "tr" and self._row is not None:
            cells, self._row = [cell for cell in self._row if cell], None
            if cells:
                self._blocks.append(RawBlock("row", " | ".join(cells)))
        elif element.tag in _BLOCKS:
            self._cut(_kind_around(element))
        if element is not self._root:
            self._words.append(element.tail or "")

    def _cut(self, kind: str, level: int = 0) -> None:
        if self._row is not None or self._heading is not None:
            self._words.append(" ")
            return
        text = "".join(self._words)
        self._words = []
        if text.strip():
            self._blocks.append(
                RawBlock("heading" if level else "item" if kind == "item" else "paragraph", text, level)
            )

    def _is_furniture(self, element: etree._Element) -> bool:
        return (
            element.tag in _FURNITURE
            or not isinstance(element.tag, str)
            or (element.tag in {"header", "footer"} and not self._contents)
            or (element.tag == "button" and self._heading is None)
            or element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
        )


def _rows_with_rows(root: html.HtmlElement) -> set[etree._Element]:
    found: set[etree._Element] = set()
    around: list[etree._Element] = []
    for event, row in etree.iterwalk(root, events=("start", "end"), tag="tr"):
        if event == "start":
            found.update(around[-1:])
            around.append(row)
        else:
            around.pop()
    return found


def _kind_around(element: etree._Element | None) -> str:
    return "item" if element is not None and element.tag in {"li", "dd", "dt"} else "paragraph"
