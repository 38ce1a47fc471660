import pytest

from ingest.reading.mediatypes import DOCX, HTML, MARKDOWN, PDF, PLAIN, ZIP, binary_type, shows_document, text_type
from ontology.errors import DocumentRefused
from tests.ingest.reading.samples import as_docx, as_html, as_markdown, as_pdf, as_text, as_zip


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (as_pdf(), PDF),
        (b"\n\n" + as_pdf(), PDF),
        (b"skr\xe4p" + as_pdf(), PDF),
        (as_docx(), DOCX),
        (as_html(), ""),
        (as_zip({"a.txt": b"x"}), ZIP),
        (b"Texten handlar om %PDF- i ord", ""),
    ],
)
def test_binary_files_show_themselves(content: bytes, media_type: str) -> None:
    assert binary_type(content) == media_type


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.pdf", "a"])
@pytest.mark.parametrize(
    ("content", "media_type"),
    [(as_html(), HTML), (as_markdown(), MARKDOWN), (b"[l\xc3\xa4nk](https://a.example)", MARKDOWN)],
)
def test_text_with_marks_of_its_own_is_known_under_any_name(name: str, content: bytes, media_type: str) -> None:
    assert text_type(content.decode(), name) == media_type


def test_text_without_marks_is_what_its_name_says() -> None:
    text = as_text().decode()
    assert [text_type(text, name) for name in ("a.txt", "a", "a.html", "a.md")] == [PLAIN, PLAIN, PLAIN, MARKDOWN]


@pytest.mark.parametrize(
    "text",
    [
        "Rubrik\n======\n\nText #1 och 2 * 3 * 4.",
        "#hashtag och #annan",
        "a | b | c\n1 | 2 | 3",
        "-----\nText",
        "snake_case_namn",
    ],
)
def test_marks_that_any_text_may_have_make_no_markdown(text: str) -> None:
    assert text_type(text, "a.txt") == PLAIN


@pytest.mark.parametrize(
    "text", ["# Rubrik", "| a | b |\n|---|---|\n", "Ett **viktigt** ord", "---\ntitle: A\n---\n", "```\nx\n```"]
)
def test_marks_that_only_markdown_has_make_it(text: str) -> None:
    assert text_type(text, "a.txt") == MARKDOWN


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOCX"),
        (b"{\\rtf1 Text}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "OCR"),
        (b"\xff\xd8\xff\xe0", "OCR"),
        (b"GIF89a\x00", "OCR"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (as_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "Excel"),
        (as_zip({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "PowerPoint"),
        (as_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}), "OpenDocument"),
        (as_zip({"mimetype": b"application/epub+zip", "META-INF/container.xml": b""}), "EPUB"),
    ],
)
def test_files_of_other_kinds_are_refused_with_what_to_do(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentRefused, match=reason):
        binary_type(content)


def test_text_that_begins_as_a_picture_does_is_text() -> None:
    assert binary_type(b"BMI anges i kg/m2.") == binary_type(b"GIF8 i texten") == binary_type(b"RIFF") == ""


@pytest.mark.parametrize("content", [as_pdf(), as_docx(), as_html()])
def test_the_head_of_a_file_shows_it(content: bytes) -> None:
    assert shows_document(content[:4_096])
    assert not shows_document(b"\0" + content[:4_096])
