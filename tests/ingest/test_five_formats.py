"""The same page as HTML, PDF, Word, Markdown and text gives the same recommendations and mentions."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
import pytest

from api import wiring
from api.settings import Settings
from ingest.pipeline import Toolbox, extract
from ingest.reading.readers import read_document
from ontology.model import Blob, Document, Extraction
from tests.ingest.reading.samples import (
    Heading,
    Item,
    Paragraph,
    Part,
    Table,
    as_docx,
    as_html,
    as_markdown,
    as_pdf,
    as_text,
)

EXAMPLES = Path(str(files("ontology"))) / "examples" / "documents"
PAGES = ("vip-depression-barn-och-ungdomar.html", "vip-adhd-utredning.html", "vip-generaliserat-angestsyndrom.html")
FORMATS = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "md": as_markdown, "txt": as_text}


def blob(name: str, content: bytes) -> Blob:
    return Blob(name, f"{name}.bin", content, hashlib.sha256(content).hexdigest())


def parts(document: Document) -> Iterator[Part]:
    """The page as it was read, to be written anew in every format."""
    for is_table, blocks in groupby(document.blocks, lambda block: block.kind in {"header", "row"}):
        group = list(blocks)
        lines = [document.text[block.start : block.end] for block in group]
        if is_table:
            yield Table(tuple(tuple(line.split(" | ")) for line in lines))
            continue
        for block, line in zip(group, lines, strict=True):
            if block.kind == "heading":
                yield Heading(block.level, line)
            else:
                yield Item(max(block.level, 1), line) if block.kind == "item" else Paragraph(line)


@pytest.fixture(scope="module")
def tools(deployment: Settings) -> Toolbox:
    return wiring.make_workshop(ox.Store(), deployment, print).open()


def recommendations(found: Extraction) -> list[tuple[object, ...]]:
    return [
        (one.text, one.direction, one.strength, one.priority, one.conditions, one.interventions, one.populations)
        for one in found.recommendations
    ]


def mentions(found: Extraction) -> list[tuple[str, str, bool]]:
    return [(mention.surface, mention.concept_iri, mention.negated) for mention in found.mentions]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_format_of_a_page_says_the_same(tools: Toolbox, page: str) -> None:
    written = tuple(parts(read_document(blob("a", (EXAMPLES / page).read_bytes()))))
    found = {name: extract(blob("a", render(written)), tools) for name, render in FORMATS.items()}
    assert len(found["html"].recommendations) > 5
    assert len(found["html"].mentions) > 20
    paths = {name: [s.heading_path for s in one.document.sections] for name, one in found.items() if name != "txt"}
    for name, one in found.items():
        assert mentions(one) == mentions(found["html"]), name
        assert recommendations(one) == recommendations(found["html"]), name
    assert {name: path for name, path in paths.items() if path != paths["html"]} == {}
