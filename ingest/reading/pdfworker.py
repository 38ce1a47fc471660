"""Reads one PDF in a process of its own: `python -P -m ingest.reading.pdfworker` takes it on stdin and answers in JSON.

PDFium is native code and reads whatever strangers wrote: a stream of a few kilobytes may inflate to gigabytes, and a
fault may end the process. So this one has limits on memory and processor time that the kernel holds, writes no core
dump, and the process that wants the text outlives it.
"""

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict

from ingest.reading.assembly import RawDocument
from ingest.reading.pdfglyphs import Page, read_pages
from ingest.reading.pdflayout import read_layout
from ontology.errors import DocumentRefused

MEMORY_BYTES = 1_000_000_000
PROCESSOR_S = 120


def main() -> None:
    """Answer with the document or with the reason why there is none."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CPU, PROCESSOR_S)
    try:
        answer: dict[str, object] = {"document": asdict(read(sys.stdin.buffer.read()))}
    except DocumentRefused as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "PDF-filen kräver mer minne än som tillåts. Dela den i mindre delar."}
    json.dump(answer, sys.stdout)


def _limit(what: int, amount: int) -> None:
    """Set a limit, or keep the one that was there when it is lower."""
    _, most = resource.getrlimit(what)
    lowest = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(what, (lowest, lowest))


def read(content: bytes) -> RawDocument:
    """Read a PDF in this process. Raises DocumentRefused with the reason."""
    title, pages = read_pages(content)
    document = read_layout(pages, title)
    if not any(any(map(str.isalnum, block.text)) for block in document.blocks):
        raise DocumentRefused(_reason(pages))
    return document


def _reason(pages: Sequence[Page]) -> str:
    if any(page.images for page in pages):
        return (
            "PDF-filen är inskannad: sidorna är bilder utan text. Tolka texten (OCR) först, eller hämta "
            "dokumentet i ett annat format."
        )
    return "PDF-filen innehåller ingen text som går att läsa. Hämta dokumentet i ett annat format."


if __name__ == "__main__":
    main()
