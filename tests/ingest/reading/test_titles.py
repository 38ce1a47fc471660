import pytest

from ingest.reading.assembly import RawBlock
from ingest.reading.titles import is_sane_title, promote_labels


@pytest.mark.parametrize(
    "title", ["", "a", "1234", "Microsoft Word - Vård.docx", "rapport.pdf", "Untitled", "Dokument1", "Title", "x" * 300]
)
def test_titles_that_programs_write_are_not_taken(title: str) -> None:
    assert not is_sane_title(title)


@pytest.mark.parametrize("title", ["Adhd hos vuxna", "Titeln på boken", "Dokumentation av insatser", "Vård 2024"])
def test_titles_that_people_write_are_taken(title: str) -> None:
    assert is_sane_title(title)


LONG = RawBlock("paragraph", "En vanlig mening i löpande text som är lång nog. " * 3)


def kinds(*blocks: tuple[RawBlock, bool]) -> list[tuple[str, int]]:
    found = promote_labels([block for block, _ in blocks], [bold for _, bold in blocks])
    return [(block.kind, block.level) for block in found]


def test_a_label_is_a_heading_one_level_below_the_last() -> None:
    heading, label = RawBlock("heading", "Kapitel", 2), RawBlock("paragraph", "Målgrupp")
    assert kinds((heading, False), (label, True), (LONG, False), (label, True), (LONG, False)) == [
        ("heading", 2),
        ("heading", 3),
        ("paragraph", 0),
        ("heading", 3),
        ("paragraph", 0),
    ]


@pytest.mark.parametrize("text", ["En hel mening.", "Kom ihåg:", "med liten bokstav", "L" * 100])
def test_what_reads_as_a_sentence_or_leads_to_one_is_no_label(text: str) -> None:
    assert kinds((LONG, False), (RawBlock("paragraph", text), True), (LONG, False))[1] == ("paragraph", 0)


def test_a_label_without_text_below_it_is_none() -> None:
    label = RawBlock("paragraph", "Målgrupp")
    assert kinds((LONG, False), (label, True)) == [("paragraph", 0), ("paragraph", 0)]


def test_where_most_of_the_text_is_bold_bold_means_nothing() -> None:
    label = RawBlock("paragraph", "Målgrupp")
    assert kinds((label, True), (LONG, True), (label, True), (LONG, False))[0] == ("paragraph", 0)
