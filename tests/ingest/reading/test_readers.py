import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.mediatypes import text_type
from ingest.reading.readers import read_document
from ingest.sources import discover, read_blob
from ontology.errors import DocumentRefused
from ontology.model import Blob, Document, Metadata

HTML = """<!doctype html><html lang="sv"><head><title>Adhd – exempel</title><style>p{}</style></head><body>
<nav><a href="/">Hem</a></nav><main><h1>Adhd</h1><p>Ingress med <b>fet</b>&nbsp;text.</p>
<h2>Genomförande</h2><p>Första.</p><ul><li>Ett</li><li>Två <em>ord</em></li></ul>
<h3>Läkemedel</h3><table><tr><th>Insats</th><th>Prioritet</th></tr><tr><td>KBT</td><td>2</td></tr></table>
<h2>Sammanfattning</h2><p>Sist.</p></main><footer>Kakor</footer></body></html>"""
MARKDOWN = """# Adhd

Ingress med **fet** text.

## Genomförande

Första.

- Ett
- Två *ord*

### Läkemedel

| Insats | Prioritet |
|---|---|
| KBT | 2 |

## Sammanfattning

Sist.
"""


def read(content: str | bytes, name: str = "a.txt", metadata: Metadata | None = None) -> Document:
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).hexdigest()
    return read_document(Blob("a", name, raw, digest, metadata or Metadata()))


def outline(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, document.text[section.start : section.end].strip()) for section in document.sections]


def test_html_and_markdown_of_one_page_give_the_same_document() -> None:
    html, markdown = read(HTML, "a.html"), read(MARKDOWN, "a.md")
    assert (html.media_type, markdown.media_type) == ("text/html", "text/markdown")
    assert html.title == markdown.title == "Adhd"
    assert outline(html) == outline(markdown)
    assert [path for path, _ in outline(html)] == [
        (),
        ("Genomförande",),
        ("Genomförande", "Läkemedel"),
        ("Sammanfattning",),
    ]
    assert "KBT | 2" in html.text


def test_navigation_and_other_furniture_of_a_page_are_left_out() -> None:
    text = read(HTML, "a.html").text
    assert "Hem" not in text
    assert "Kakor" not in text
    assert "fet text" in text


def test_plain_text_headings_are_told_by_shape() -> None:
    document = read(
        "Titel på sidan\n\nIngress här.\n\nSyfte\n\nSyftet är gott.\n\nKRAV OCH MÅL\nTexten.\n  • punkt ett\n"
    )
    assert document.title == "Titel på sidan"
    assert outline(document) == [
        ((), "Titel på sidan\nIngress här."),
        (("Syfte",), "Syfte\nSyftet är gott."),
        (("KRAV OCH MÅL",), "KRAV OCH MÅL\nTexten.\npunkt ett"),
    ]


def test_hard_wrapped_lines_are_joined() -> None:
    assert (
        read("Rubrik\n\nEn mening som\nfortsätter här. Ny mening.").text
        == "Rubrik\nEn mening som fortsätter här. Ny mening."
    )


def test_text_is_normalised() -> None:
    assert read("Rubrik\n\nva\u030ard\u00a0och sjuk\u00advård\u200b").text == "Rubrik\nvård och sjukvård"


def test_personal_identity_numbers_never_enter() -> None:
    assert "9874" not in read("Rubrik\n\nPatient 19811228-9874 mår bra.").text


def test_the_index_title_goes_before_the_own_title() -> None:
    assert read(HTML, "a.html", Metadata(title="Annan")).title == "Annan"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ingen text"),
        (b"  \n\t\n", "ingen text"),
        (b"a\x00b", "NUL"),
        (b"\xff\xfe\x00", "giltig utf-16"),
        ("räksmörgås".encode("latin-1"), "giltig utf-8"),
        (b"%PDF-1.7 ...", "PDF-filen är skadad"),
        (b"PK\x03\x04...", "ZIP-filen är skadad"),
        (b'<html><meta charset="klingon"><p>a', "okänd teckenkodning"),
        (b'<html><meta charset="undefined"><p>a', "okänd teckenkodning, undefined"),
        (b'<html><meta charset="punycode"><p>a', "okänd teckenkodning"),
        (b'<html><meta charset="idna"><p>a', "okänd teckenkodning"),
        (b'<html><meta charset="utf-7"><p>+AGE-', "okänd teckenkodning"),
        (b'<html><meta charset="hex"><p>a', "okänd teckenkodning"),
        (b'<html><meta charset="us-ascii"><p>\xe4', "giltig ascii"),
        (b"<html><body></body></html>", "ingen text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentRefused, match=reason):
        read(content)


def test_a_declared_encoding_is_obeyed() -> None:
    assert read('<html><meta charset="iso-8859-1"><body><p>räksmörgås</p>'.encode("latin-1")).text == "räksmörgås"
    assert read("räksmörgås".encode("utf-16")).text == "räksmörgås"
    assert read('<html><meta charset="latin1"><body><p>5–9 år'.encode("cp1252")).text == "5–9 år"
    assert read('<html><meta charset="iso-8859-15"><body><p>5 €'.encode("iso-8859-15")).text == "5 €"
    assert read('<html><meta charset="utf-16"><body><p>räksmörgås').text == "räksmörgås"


@pytest.mark.timeout(60)
def test_what_stands_before_the_first_element_is_passed_in_proportion() -> None:
    for text in ("<!---->" * 5_000 + "x", "<!--" * 5_000, " " * 50_000):
        assert text_type(text, "a") == "text/plain"
    assert text_type('\n<?xml version="1.0"?> <!-- > --><!----> <!DOCTYPE html>', "a") == "text/html"


@pytest.mark.parametrize("front", ["---\nid: 1\n---\n", "---\r\nid: 1\r\n--- \r\n", "--- \nid: 1\n---\n"])
def test_front_matter_of_markdown_is_left_out(front: str) -> None:
    assert read(front + "Text.", "a.md").text == "Text."


def test_items_of_markdown_are_told_from_paragraphs_around_them() -> None:
    found = read("Före\n\n- ett\n\n  > citat\n- två\n\nEfter\n\n> inget", "a.md")
    assert [block.kind for block in found.blocks] == ["paragraph", "item", "item", "item", "paragraph", "paragraph"]


@pytest.mark.timeout(60)
def test_a_long_list_of_markdown_takes_time_in_proportion() -> None:
    assert len(read("- ett\n" * 4_000, "a.md").blocks) == 4_000


def test_deeply_nested_html_is_read_without_recursion() -> None:
    assert "djupt" in read("<html><body>" + "<div>" * 200 + "djupt").text


@given(st.text(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_blocks_and_sections_lie_within_the_text_in_order(text: str, name: str) -> None:
    try:
        document = read("<html><body>" + text if name.endswith("html") else text, name)
    except (DocumentRefused, UnicodeEncodeError):
        return
    ends = [0]
    for block in document.blocks:
        assert ends[-1] <= block.start < block.end <= len(document.text)
        ends.append(block.end)
    assert document.sections[0].start == 0
    assert document.sections[-1].end == len(document.text)
    assert all(left.end == right.start for left, right in zip(document.sections, document.sections[1:], strict=False))


def test_every_real_document_is_read(shared: Path) -> None:
    sources = discover([str(shared / "documents")], shared / "documents" / "index.tsv").files
    documents = [read_document(read_blob(source)) for source in sources]
    assert len(documents) == 211
    assert sum(len(document.sections) for document in documents) > 290
