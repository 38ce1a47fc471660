"""HTML → blocks: the main content only, without navigation and other furniture of a web page."""

import re

from lxml import etree, html

from ingest.assembly import RawBlock, RawDocument
from ontology.errors import DocumentRefused

_FURNITURE = frozenset(
    {"nav", "header", "footer", "aside", "dialog", "figcaption"}
    | {"form", "button", "select"}
    | {"script", "noscript", "style", "template", "svg", "iframe"}
)
_BLOCKS = frozenset(
    {"body", "main", "article", "section", "div", "p", "blockquote", "pre", "address", "figure", "details", "summary"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "br"}
    | {"ul", "ol", "li", "dl", "dt", "dd"}
    | {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
_HEADING = re.compile("h([1-6])")


def read(text: str) -> RawDocument:
    """Read a page: `main` when there is one, else `article`, else `body`. Raises DocumentRefused when it has none."""
    try:
        tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentRefused(f"HTML-sidan går inte att tolka: {error}.") from error
    language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").partition("-")[0]
    title = " ".join(tree.xpath("string(//head/title)").split())
    found = tree.xpath("//main") or tree.xpath("//*[@role='main']") or tree.xpath("//article") or tree.xpath("//body")
    blocks = [block for root in found[:1] for block in _Collector().collect(root)]
    return RawDocument(blocks, title=title, language=language)


class _Collector:
    """Walks a tree in reading order, without recursion, and cuts a block wherever a block element opens or closes."""

    def __init__(self) -> None:
        self._blocks: list[RawBlock] = []
        self._words: list[str] = []
        self._row: list[str] | None = None

    def collect(self, root: html.HtmlElement) -> list[RawBlock]:
        skipped: etree._Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._words.append(element.tail or "")
                continue
            if event == "start" and _is_furniture(element) and element is not root:
                skipped = element
            elif event == "start":
                self._open(element)
            else:
                self._close(element, is_root=element is root)
        self._cut("paragraph")
        return self._blocks

    def _open(self, element: etree._Element) -> None:
        if element.tag in _BLOCKS and element.tag not in {"td", "th"}:
            self._cut(_kind_around(element.getparent()))
        if element.tag == "tr":
            self._row = []
        self._words.append(element.text or "")

    def _close(self, element: etree._Element, *, is_root: bool) -> None:
        heading = _HEADING.fullmatch(str(element.tag))
        if heading:
            self._cut("heading", int(heading.group(1)))
        elif element.tag in {"td", "th"} and self._row is not None:
            self._row.append(" ".join("".join(self._words).split()))
            self._words = []
        elif element.tag == "tr" and self._row is not None:
            cells, self._row = self._row, None
            self._blocks.append(RawBlock("row", " | ".join(cell for cell in cells if cell)))
        elif element.tag in _BLOCKS:
            self._cut(_kind_around(element))
        if not is_root:
            self._words.append(element.tail or "")

    def _cut(self, kind: str, level: int = 0) -> None:
        text = "".join(self._words)
        if self._row is not None:  # paragraphs inside a cell stay in their row
            self._words = [text, " "]
            return
        self._words = []
        if text.strip():
            self._blocks.append(
                RawBlock("heading" if level else "item" if kind == "item" else "paragraph", text, level)
            )


def _kind_around(element: etree._Element | None) -> str:
    return "item" if element is not None and element.tag in {"li", "dd", "dt"} else "paragraph"


def _is_furniture(element: etree._Element) -> bool:
    return (
        element.tag in _FURNITURE
        or not isinstance(element.tag, str)
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
    )
