"""A sitemap file (https://www.sitemaps.org/protocol.html) → the addresses in it, one at a time in bounded memory.

Plain or gzipped; a list of pages, a list of further sitemaps, or the text form with one address a line.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from ontology.errors import DocumentRefused

MAX_BYTES = 50_000_000
"""The protocol's own limit for one file, unpacked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One address in a sitemap, as written."""

    kind: Literal["page", "sitemap"]
    address: str


def read_sitemap(path: Path) -> Iterator[Entry]:
    """The entries of a sitemap, in order. Raises DocumentRefused, possibly after some, where it cannot be read on."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = _Limited(gzip.GzipFile(fileobj=raw) if packed else raw)
        try:
            beginning = stream.read(1000)
            stream.unread(beginning)
            is_xml = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
            yield from _from_xml(stream) if is_xml else _from_text(stream)
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentRefused("Webbplatskartan är packad med gzip men går inte att packa upp.") from error


class _Limited:
    """A stream that ends in a refusal when it grows beyond what a sitemap may be."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream
        self._ahead = b""
        self._left = MAX_BYTES

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`."""
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise DocumentRefused(f"Webbplatskartan är större än {MAX_BYTES / 1e6:.0f} MB. Ange en del av den.")
        return piece

    def unread(self, piece: bytes) -> None:
        """Put back what was read to look at."""
        self._ahead = piece


def _from_xml(stream: _Limited) -> Iterator[Entry]:
    """The `loc` of each `url` and `sitemap`; entities are not expanded and nothing is looked up."""
    from lxml import etree

    elements = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        _, root = next(elements)
        name = etree.QName(root)
        if name.localname not in {"urlset", "sitemapindex"}:
            raise DocumentRefused(f"Filen är ingen webbplatskarta: den börjar med <{name.localname[:40]}>.")
        place = etree.QName(name.namespace, "loc")  # images and videos have a `loc` in namespaces of their own
        kind: Literal["page", "sitemap"] = "page" if name.localname == "urlset" else "sitemap"
        for event, element in elements:
            if event == "end" and element.getparent() is root:
                if address := (element.findtext(place) or "").strip():
                    yield Entry(kind, address)
                element.clear(keep_tail=True)
                while element.getprevious() is not None:  # else the tree would grow with the file
                    del root[0]
    except etree.XMLSyntaxError as error:
        raise DocumentRefused("Webbplatskartan är ingen giltig XML; det som står efter felet läses inte.") from error


def _from_text(stream: _Limited) -> Iterator[Entry]:
    """One address a line; a line that is longer than any address ends the reading."""
    line = b""
    while piece := stream.read(65_536):
        *lines, line = (line + piece).split(b"\n")
        if len(line) > 65_536:
            break
        yield from _entries(lines)
    if len(line) > 65_536:
        raise DocumentRefused("Filen är ingen webbplatskarta: en rad är längre än någon adress.")
    yield from _entries([line])


def _entries(lines: list[bytes]) -> Iterator[Entry]:
    for line in lines:
        address = line.decode("utf-8-sig", errors="replace").strip()
        if address and not address.startswith("#"):
            yield Entry("page", address)
