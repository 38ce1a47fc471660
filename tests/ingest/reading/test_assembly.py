import pytest

from ingest.lexicon import Lexicon
from ingest.reading.alignment import to_source
from ingest.reading.assembly import RawBlock, RawDocument, assemble, clean
from ingest.reading.spelling import LexiconSpelling
from ontology.errors import DocumentRefused
from ontology.model import Metadata


def test_blocks_are_laid_out_line_by_line_with_kind_level_and_page() -> None:
    raw = [RawBlock("heading", "Titel", 1, 1), RawBlock("item", " Ett \n ord ", 2, 3), RawBlock("row", "A | B")]
    document = assemble("a", "application/pdf", RawDocument(raw), Metadata())
    assert document.text == "Titel\nEtt ord\nA | B"
    assert [
        (block.kind, document.text[block.start : block.end], block.level, block.page) for block in document.blocks
    ] == [
        ("heading", "Titel", 1, 1),
        ("item", "Ett ord", 2, 3),
        ("row", "A | B", 0, 0),
    ]


def test_blocks_that_show_nothing_are_left_out() -> None:
    raw = [RawBlock("paragraph", "\u200b \n"), RawBlock("paragraph", "Text"), RawBlock("paragraph", "\u00ad")]
    document = assemble("a", "text/plain", RawDocument(raw), Metadata())
    assert (document.text, len(document.blocks)) == ("Text", 1)
    with pytest.raises(DocumentRefused, match="ingen text"):
        assemble("a", "text/plain", RawDocument(raw[::2]), Metadata())


def test_broken_words_are_joined_when_there_is_a_dictionary(lexicon: Lexicon) -> None:
    raw = RawDocument([RawBlock("paragraph", "i nor-malbefolkningen")])
    assert assemble("a", "text/plain", raw, Metadata()).text == "i nor-malbefolkningen"
    assert assemble("a", "text/plain", raw, Metadata(), "", LexiconSpelling(lexicon)).text == "i normalbefolkningen"


def test_the_text_leads_back_to_the_source_through_repair_and_layout() -> None:
    source = "<h1>Titel</h1>\n<p>L&auml;ke\u00admedel   (ﬂera) 19811228-9874.</p>"
    raw = [RawBlock("heading", "Titel", 1), RawBlock("paragraph", "Läke\u00admedel   (ﬂera) 19811228-9874.")]
    document = assemble("a", "text/html", RawDocument(raw), Metadata(), source)
    assert document.text == "Titel\nLäkemedel (flera) [personnummer]."

    def there(words: str) -> str:
        start = document.text.index(words)
        span = to_source(document.source_map, start, start + len(words))
        return source[slice(*span)] if span else ""

    assert there("Läkemedel") == "L&auml;ke\u00admedel"
    assert there("flera") == "ﬂera"
    assert there("[personnummer]") == "19811228-9874"
    assert there(".") == "."
    assert there("Titel") == "Titel"


def test_without_a_source_there_are_no_places() -> None:
    document = assemble("a", "application/pdf", RawDocument([RawBlock("paragraph", "Text")]), Metadata())
    assert document.source_map.runs == ()


def test_the_title_is_the_given_one_else_the_first_heading_else_the_stated_one_else_the_first_line() -> None:
    heading, paragraph = RawBlock("heading", "Rubrik", 1), RawBlock("paragraph", "Text")
    stated = RawDocument([heading, paragraph], title="Angiven")
    assert assemble("a", "text/plain", stated, Metadata(title="Given")).title == "Given"
    assert assemble("a", "text/plain", stated, Metadata()).title == "Rubrik"
    assert assemble("a", "text/plain", RawDocument([paragraph], title="Angiven"), Metadata()).title == "Angiven"
    assert assemble("a", "text/plain", RawDocument([paragraph]), Metadata()).title == "Text"


def test_an_item_on_the_first_level_is_no_title() -> None:
    document = assemble("a", "text/plain", RawDocument([RawBlock("item", "Punkt", 1)]), Metadata())
    assert len(document.sections) == 1
    assert document.sections[0].end == len("Punkt")


def test_notes_and_properties_are_kept_apart_from_the_text() -> None:
    raw = RawDocument(
        [RawBlock("paragraph", "Text")], notes=["Senast  ändrad 2019", " "], properties=[("date", "2020 ")]
    )
    document = assemble("a", "text/plain", raw, Metadata())
    assert (document.text, document.notes, document.properties) == (
        "Text",
        ("Senast ändrad 2019",),
        (("date", "2020"),),
    )


def test_a_line_apart_is_cleaned_and_redacted() -> None:
    assert clean(" A\u0308rende\u00a0 19811228-9874") == "Ärende [personnummer]"
