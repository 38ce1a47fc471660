import pytest

from ingest.passages import TARGET_WORDS, split
from ingest.reading.assembly import RawBlock, RawDocument, assemble
from ontology.model import Document, Metadata


def document(*blocks: RawBlock) -> Document:
    return assemble("a", "text/plain", RawDocument(blocks), Metadata())


def words(number: int, word: str = "ord") -> str:
    return " ".join([word] * number)


def test_passages_never_cross_a_section() -> None:
    found = document(
        RawBlock("heading", "T", 1),
        RawBlock("paragraph", "Ett."),
        RawBlock("heading", "H", 2),
        RawBlock("paragraph", "Två."),
    )
    assert [(passage.section, passage.text) for passage in split(found, [])] == [(0, "Ett."), (1, "Två.")]


def test_small_blocks_are_packed_and_large_ones_begin_anew() -> None:
    found = document(*(RawBlock("paragraph", words(number)) for number in (40, 40, 40, 100)))
    assert [len(passage.text.split()) for passage in split(found, [])] == [80, 40, 100]


def test_a_long_block_is_cut_where_sentences_begin() -> None:
    sentence = words(60) + "."
    found = document(RawBlock("paragraph", " ".join([sentence] * 3)))
    starts = [0, len(sentence) + 1, 2 * len(sentence) + 2]
    assert [passage.text for passage in split(found, starts)] == [sentence] * 3


def test_a_long_block_without_sentences_stays_whole() -> None:
    assert len(split(document(RawBlock("paragraph", words(3 * TARGET_WORDS))), [])) == 1


def test_a_document_of_headings_alone_loses_nothing() -> None:
    found = document(RawBlock("heading", "Titel", 1), RawBlock("heading", "Rubrik", 2))
    assert [passage.text for passage in split(found, [])] == ["Titel", "Rubrik"]


def test_a_passage_is_its_span_of_the_text() -> None:
    found = document(RawBlock("heading", "T", 1), *(RawBlock("item", words(30, "å")) for _ in range(9)))
    passages = split(found, [])
    assert len(passages) == 3
    assert all(found.text[passage.start : passage.end] == passage.text for passage in passages)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_many_sections_and_sentences_take_time_in_proportion() -> None:
    pairs = [(RawBlock("heading", "H", 2), RawBlock("paragraph", words(3) + ".")) for _ in range(20_000)]
    found = document(*(block for pair in pairs for block in pair))
    passages = split(found, [])
    assert [passage.section for passage in passages] == list(range(1, 20_001))
    long = document(*(RawBlock("paragraph", words(3 * TARGET_WORDS)) for _ in range(5_000)))
    assert len(split(long, range(0, len(long.text), 40))) > 10_000


def test_what_says_nothing_is_no_passage() -> None:
    found = document(
        RawBlock("heading", "Kompetenskrav", 1), RawBlock("paragraph", "-"),
        RawBlock("heading", "Källor", 1), RawBlock("paragraph", "En källa."),
    )  # fmt: skip
    assert [passage.text for passage in split(found, [])] == ["En källa."]
