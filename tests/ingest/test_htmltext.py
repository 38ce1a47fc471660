from time import process_time

import pytest

from ingest.htmltext import read
from ontology.errors import DocumentRefused


def blocks(body: str) -> list[tuple[str, str]]:
    found = read(f"<!doctype html><html><body>{body}</body></html>").blocks
    return [(block.kind, " ".join(block.text.split())) for block in found]


def texts(body: str) -> list[str]:
    return [text for _, text in blocks(body)]


def test_header_and_footer_of_an_article_are_content_those_of_the_page_are_not() -> None:
    page = "<header>Logotyp</header>{}<footer>Kakor</footer>"
    article = "<article><header><h1>Adhd</h1></header><p>Text.</p><footer>Källa.</footer></article>"
    assert texts(page.format(article)) == ["Adhd", "Text.", "Källa."]
    assert texts(page.format(f"<main>{article}</main>")) == ["Adhd", "Text.", "Källa."]
    assert texts(page.format("<p>Text.</p>")) == ["Text."]


def test_a_form_around_a_page_hides_only_its_controls() -> None:
    controls = "<input value='x'><select><option>Val</option></select><textarea>Skriv</textarea><button>Sänd</button>"
    assert texts(f"<form><p>Text.</p><label>Etikett</label>{controls}</form>") == ["Text.", "Etikett"]


def test_a_button_in_a_heading_is_the_heading() -> None:
    assert blocks("<h2><button>Rubrik</button></h2><button>Sänd</button><p>Text.</p>") == [
        ("heading", "Rubrik"),
        ("paragraph", "Text."),
    ]


def test_all_articles_are_read_once_each() -> None:
    page = "<article>Ett<article>Två</article></article><p>Utanför</p><article>Tre</article>"
    assert texts(page + "<aside><article>Puff</article></aside>") == ["Ett", "Två", "Tre"]


@pytest.mark.parametrize(
    "body",
    [
        "<main></main><div role='main'>Text.</div>",
        "<main><nav>Meny</nav></main><article>Text.</article>",
        "<article> </article><p>Text.</p>",
        "<main hidden>Vy</main><main>Text.</main>",
        "<main aria-hidden='true'>Text.</main>",
    ],
)
def test_the_best_place_that_has_text_is_read(body: str) -> None:
    assert texts(body) == ["Text."]


def test_a_row_that_holds_a_table_loses_nothing() -> None:
    inner = "<table><tr><td>x</td><td>y</td></tr></table>"
    outer = f"<table><tr><td>Före {inner} efter</td><td>sist</td></tr><tr><td>a</td><td>b</td></tr></table>"
    assert blocks(outer) == [
        ("paragraph", "Före"),
        ("row", "x | y"),
        ("paragraph", "efter"),
        ("paragraph", "sist"),
        ("row", "a | b"),
    ]


@pytest.mark.parametrize("inside", ["Del ett<br>Del två", "<div>Del ett</div><div>Del två</div>"])
def test_a_heading_of_several_lines_is_one(inside: str) -> None:
    assert blocks(f"<h2>{inside}</h2>Text.") == [("heading", "Del ett Del två"), ("paragraph", "Text.")]


def test_a_heading_in_a_cell_stays_in_its_row() -> None:
    assert blocks("<table><tr><td><h2>a<br>b</h2>c</td><td></td><td>d</td></tr></table>") == [("row", "a b c | d")]


@pytest.mark.parametrize("levels", [300, 2_000, 5_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_deep_pages_are_read_or_refused_and_soon(levels: int, tag: str) -> None:
    started = process_time()
    try:
        found = texts(f"<{tag}>" * levels + "djupt")
    except DocumentRefused:
        assert levels > 300
    else:
        assert "djupt" in found
    assert process_time() - started < 5
