import hashlib

import pytest

from ingest.reading.readers import read_document
from ontology.model import Blob, Document, Metadata
from tests.ingest.reading.samples import (
    FOOTER,
    NOTE,
    PAGE,
    Heading,
    Paragraph,
    as_docx,
    as_html,
    as_markdown,
    as_pdf,
    as_text,
)

FORMATS = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "md": as_markdown, "txt": as_text}


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {name: read(render()) for name, render in FORMATS.items()}


def read(content: bytes) -> Document:
    return read_document(Blob("a", "a.bin", content, hashlib.sha256(content).hexdigest(), Metadata()))


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_one_page_has_the_same_title_in_every_format(documents: dict[str, Document]) -> None:
    assert {document.title for document in documents.values()} == {"Läkemedel vid långvarig övningsoro"}


@pytest.mark.parametrize("name", ["pdf", "docx", "md"])
def test_one_page_has_the_same_blocks_in_every_format_with_structure(documents: dict[str, Document], name: str) -> None:
    assert len(documents["html"].blocks) > 25
    assert blocks(documents[name]) == blocks(documents["html"])


@pytest.mark.parametrize("name", ["pdf", "docx", "md"])
def test_one_page_has_the_same_section_paths_in_every_format_with_structure(
    documents: dict[str, Document], name: str
) -> None:
    paths = [section.heading_path for section in documents["html"].sections]
    assert ("Kunskapsläge", "Insatser efter svårighetsgrad") in paths
    assert [section.heading_path for section in documents[name].sections] == paths


def test_plain_text_differs_only_in_what_it_cannot_say(documents: dict[str, Document]) -> None:
    """It has no levels of headings and no marks of tables: paths are flat, and rows may be paragraphs."""
    text, html = documents["txt"], documents["html"]
    assert [words for _, _, words in blocks(text)] == [words for _, _, words in blocks(html)]
    assert [section.heading_path[-1:] for section in text.sections] == [
        section.heading_path[-1:] for section in html.sections
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_furniture_is_in_no_format(documents: dict[str, Document], name: str) -> None:
    text = documents[name].text
    assert len(text) > 2_000
    for words in (FOOTER, NOTE, "Sida 1", "Sida 2", "Hjälpte informationen", "Logga in", "kakor"):
        assert words not in text


def test_every_block_of_a_pdf_knows_its_page(documents: dict[str, Document]) -> None:
    pages = [block.page for block in documents["pdf"].blocks]
    assert pages == sorted(pages)
    assert set(pages) == {1, 2}
    assert {block.page for name in FORMATS if name != "pdf" for block in documents[name].blocks} == {0}


def test_the_page_is_long_enough_to_break_within_a_paragraph(documents: dict[str, Document]) -> None:
    assert sum(document.media_type == "application/pdf" for document in documents.values()) == 1
    assert len(documents["pdf"].blocks) == len(documents["html"].blocks)
    assert len(PAGE) > 20


class _Words:
    """Knows some words; a compound is what it knows too."""

    def lists(self, word: str) -> bool:
        return word in {"normalbefolkningen", "befolkningen"}

    def explains(self, word: str) -> bool:
        return self.lists(word)


def test_a_word_that_a_pdf_breaks_over_lines_is_whole_and_a_real_hyphen_stays() -> None:
    text = "Jämfört med nor-\nmalbefolkningen är vård- och insatsprogram och e-hälsa vanligt."
    content = as_pdf((Heading(1, "Rubrik"), Paragraph(text)))
    blob = Blob("a", "a.pdf", content, hashlib.sha256(content).hexdigest(), Metadata())
    assert read_document(blob, _Words()).text.splitlines() == [
        "Rubrik",
        "Jämfört med normalbefolkningen är vård- och insatsprogram och e-hälsa vanligt.",
        FOOTER,  # of a single page nothing can be seen to repeat
    ]
