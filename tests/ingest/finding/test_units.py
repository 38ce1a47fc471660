"""The stretches of a text that say one thing each."""

from ingest.finding.units import Unit, units, within
from ingest.reading.readers import read_document
from ontology.model import Document, Mention
from tests.ingest.finding.reading import Reader, blob


def parts(read: Reader, text: str) -> tuple[Document, list[Unit]]:
    document = read_document(blob(text))
    found = list(units(document, read.toolbox.pipeline.analyse(document.text)))
    assert found
    return document, found


def test_sentences_items_rows_and_headings_are_units(read: Reader) -> None:
    _, found = parts(
        read, "# Råd\n\nErbjud stöd. Följ upp.\n\n- Fråga om sömn\n\n| Insats | Råd |\n|---|---|\n| KBT | Bör |\n"
    )
    assert [(one.block.kind, one.text) for one in found] == [
        ("heading", "Råd"),
        ("paragraph", "Erbjud stöd."),
        ("paragraph", "Följ upp."),
        ("item", "Fråga om sömn"),
        ("header", "Insats | Råd"),
        ("row", "KBT | Bör"),
    ]


def test_a_unit_knows_its_place_its_words_and_its_section(read: Reader) -> None:
    document, found = parts(read, "# Råd\n\nFörst. \n\n## Sedan\n\nErbjud stöd. Följ upp.\n")
    assert all(document.text[one.start : one.end] == one.text for one in found)
    assert all(one.block.start <= one.start < one.end <= one.block.end for one in found)
    assert [document.sections[one.section].heading_path for one in found] == [
        (),
        (),
        ("Sedan",),
        ("Sedan",),
        ("Sedan",),
    ]
    assert [token.text for token in found[-1].tokens] == ["Följ", "upp", "."]


def test_no_unit_crosses_a_block_even_where_no_full_stop_parts_them(read: Reader) -> None:
    _, found = parts(read, "- Erbjud stöd\n- Följ upp\n")
    assert [one.text for one in found] == ["Erbjud stöd", "Följ upp"]


def test_what_stands_in_brackets_after_a_sentence_belongs_to_it(read: Reader) -> None:
    _, found = parts(read, "Stöd kan ges. [råd: högst fyra veckor]\n\nSedan följer vila.")
    assert [one.text for one in found] == ["Stöd kan ges. [råd: högst fyra veckor]", "Sedan följer vila."]


def test_brackets_that_begin_a_block_are_a_unit(read: Reader) -> None:
    _, found = parts(read, "Stöd kan ges.\n\n[råd: högst fyra veckor]\n")
    assert [one.text for one in found] == ["Stöd kan ges.", "[råd: högst fyra veckor]"]


def test_within_gives_what_lies_wholly_between_two_offsets() -> None:
    mentions = [Mention("x", "", start, end, "label", False) for start, end in ((0, 4), (5, 9), (8, 12), (12, 15))]
    assert [(one.start, one.end) for one in within(mentions, 5, 12)] == [(5, 9), (8, 12)]
    assert [(one.start, one.end) for one in within(mentions, 1, 11)] == [(5, 9)]
    assert within(mentions, 9, 12) == []
