import html
import re
import unicodedata
from pathlib import Path

import pytest

from ingest.lexicon import Lexicon
from ingest.reading import htmltext, markdowntext, plaintext
from ingest.reading.alignment import span_of, to_source
from ingest.reading.assembly import assemble
from ingest.reading.mediatypes import decode, text_type
from ingest.reading.placement import place_blocks
from ingest.reading.spelling import LexiconSpelling
from ontology.model import Document, Metadata

READERS = {"text/html": htmltext.read, "text/markdown": markdowntext.read, "text/plain": plaintext.read}
EXAMPLES = Path(__file__).parents[3] / "ontology" / "examples" / "documents"


def found(raw: list[str], source: str, media_type: str = "text/html") -> list[str]:
    """What each raw block is found as in the source."""
    spans = [span_of(runs, 0, len(text)) for text, runs in zip(raw, place_blocks(raw, source, media_type), strict=True)]
    return [source[slice(*span)] if span else "" for span in spans]


def test_words_are_found_through_tags_and_entities() -> None:
    source = "<p>&Aring;ngest kan <b>be</b>handlas, se <a title='a > b' href='/x'>h&auml;r</a>.</p>"
    text = "Ångest kan behandlas, se här."
    (runs,) = place_blocks([text], source, "text/html")
    words = {match[0]: span_of(runs, *match.span()) for match in re.finditer(r"\w+", text)}
    places = {word: source[slice(*span)] for word, span in words.items() if span}
    assert places == {
        "Ångest": "&Aring;ngest",
        "kan": "kan",
        "behandlas": "be</b>handlas",
        "se": "se",
        "här": "h&auml;r",
    }
    last = span_of(runs, len(text) - 1, len(text))
    assert last == (len(source) - len(".</p>"), len(source) - len("</p>"))


def test_a_heading_is_found_in_the_content_and_not_in_the_menu() -> None:
    source = (
        "<title>Behandling</title><nav><a>Behandling</a><a>Stöd</a></nav><h1>Behandling</h1>"
        "<p>Behandling ges i primärvården när det går.</p><h2>Stöd</h2><p>Stöd ges alltid till den som frågar.</p>"
        "<footer><a>Stöd</a></footer>"
    )
    raw = ["Behandling", "Behandling ges i primärvården när det går.", "Stöd", "Stöd ges alltid till den som frågar."]
    spans = [span_of(runs, 0, 4) for runs in place_blocks(raw, source, "text/html")]
    assert [span and source[: span[0]].rpartition("<")[2] for span in spans] == ["h1>", "p>", "h2>", "p>"]


def test_short_blocks_alone_are_found_after_the_menu() -> None:
    source = "<nav><a>Ett</a><a>Två</a></nav><main><p>Ett</p><p>Två</p></main>"
    spans = [span_of(runs, 0, 3) for runs in place_blocks(["Ett", "Två"], source, "text/html")]
    assert spans == [(source.rindex("Ett"), source.rindex("Ett") + 3), (source.rindex("Två"), source.rindex("Två") + 3)]


def test_scripts_styles_and_comments_show_nothing() -> None:
    source = "<script>var a = '<p>Text</p>'</script><style>p{}</style><!-- <p>Text</p> --><p>Text</p>"
    assert place_blocks(["Text"], source, "text/html")[0][0].source_start == source.rindex("Text")


def test_cells_of_a_row_are_found_and_a_repeated_one_is_passed_over() -> None:
    source = "<table><tr><td rowspan=2>Barn</td><td>KBT vid ångest</td></tr><tr><td>IPT</td><td>5</td></tr></table>"
    raw = ["Barn | KBT vid ångest", "Barn | IPT | 5"]
    assert found(raw, source) == ["Barn</td><td>KBT vid ångest", "IPT</td><td>5"]


def test_a_paragraph_is_found_on_both_sides_of_what_the_reader_left_out() -> None:
    source = "<p>Första delen av texten <button>Visa mer</button> och den andra.</p><p>Nästa.</p>"
    raw = ["Första delen av texten  och den andra.", "Nästa."]
    assert found(raw, source) == [source[3 : source.index("</p>")], "Nästa."]


def test_markdown_is_found_without_its_marks() -> None:
    source = (
        "---\ntitle: Adhd hos vuxna\n---\n# Adhd hos *vuxna*\n\n"
        "1. Läs [mer **här**](https://x.se/adhd) och\n   nu\n\n| A | B |\n|---|---|\n| KBT | 2 |\n"
    )
    raw = ["Adhd hos vuxna", "Läs mer här och\nnu", "A | B", "KBT | 2"]
    assert found(raw, source, "text/markdown") == [
        "Adhd hos *vuxna",
        source[source.index("Läs") : source.index("\n\n|")],
        "A | B",
        "KBT | 2",
    ]


def test_plain_text_goes_one_for_one() -> None:
    source = "Titel\n\n  • Ett, två\n  • (Tre)\n"
    raw = ["Titel", "Ett, två", "(Tre)"]
    assert found(raw, source, "text/plain") == raw


def test_what_is_no_text_has_no_places() -> None:
    assert place_blocks(["Text"], "", "text/html") == [()]
    assert place_blocks(["Text"], "Text", "application/pdf") == [()]
    assert place_blocks(["", "–", "finns inte"], "Text", "text/plain") == [(), (), ()]


def test_places_are_in_order_and_apart() -> None:
    source = "<p>Ja</p>" * 50 + "<p>Nej, aldrig någonsin i livet</p>" + "<p>Ja</p>" * 50
    raw = ["Ja"] * 50 + ["Nej, aldrig någonsin i livet"] + ["Ja"] * 50
    runs = [run for runs in place_blocks(raw, source, "text/html") for run in runs]
    assert len(runs) == 101
    assert [run.source_start for run in runs] == [match.start() + 3 for match in re.finditer("<p>", source)]


def read(path: Path, spelling: LexiconSpelling) -> tuple[str, Document]:
    source = decode(path.read_bytes())
    media_type = text_type(source, path.name)
    return source, assemble(path.stem, media_type, READERS[media_type](source), Metadata(), source, spelling)


def unlike_words(source: str, document: Document) -> list[tuple[str, str]]:
    """Words of the text whose place in the source reads otherwise, with what stands there."""
    unlike = []
    for match in re.finditer(r"[^\W_]+", document.text):
        span = to_source(document.source_map, *match.span())
        there = html.unescape(re.sub(r"<[^>]*>", "", source[slice(*span)])) if span else ""
        if unicodedata.normalize("NFC", there.replace("\u00ad", "")) != match[0]:
            unlike.append((match[0], there))
    return unlike


def test_every_word_of_the_example_documents_leads_to_its_place(lexicon: Lexicon) -> None:
    paths = [path for suffix in ("html", "md") for path in sorted(EXAMPLES.glob(f"*.{suffix}"))]
    assert {path.suffix for path in paths} == {".html", ".md"}
    spelling = LexiconSpelling(lexicon)
    words = 0
    for path in paths:
        source, document = read(path, spelling)
        assert unlike_words(source, document) == []
        words += len(re.findall(r"[^\W_]+", document.text))
    assert words > 8_000


@pytest.mark.slow
def test_every_word_of_the_real_documents_leads_to_its_place(lexicon: Lexicon, shared: Path) -> None:
    paths = sorted((shared / "documents").rglob("*.txt"))
    assert len(paths) > 200
    spelling = LexiconSpelling(lexicon)
    unlike = [pair for path in paths for pair in unlike_words(*read(path, spelling))]
    assert len(unlike) == 15  # the words that lines broke, and the hyphens stayed
    assert all(there.replace("-", "", 1) == word for word, there in unlike)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "raw"),
    [
        ("<p>Stycke nummer {0} har text.</p>\n", "Stycke nummer {0} har text."),
        ("<p>Ja</p>", "Ja"),
        ("<p>Ja</p>", "Nej"),
        ('<a "', "a"),
        ("<script>", "x"),
        ("<!--", "x"),
        ("&amp &auml", "ä"),
    ],
)
@pytest.mark.timeout(60)
def test_time_grows_with_the_length_of_the_source(piece: str, raw: str) -> None:
    count = 100_000
    blocks = [raw.format(number) for number in range(count)]
    source = "".join(piece.format(number) for number in range(count))
    assert len(place_blocks(blocks, source, "text/html")) == count
