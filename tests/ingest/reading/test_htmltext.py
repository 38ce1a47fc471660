import pytest

from ingest.reading.htmltext import read
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
    assert blocks("<table><tr><td><h2>a<br>b</h2>c</td><td></td><td>d</td></tr></table>") == [("row", "a b c | | d")]


@pytest.mark.parametrize("levels", [300, 2_000, 5_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
@pytest.mark.timeout(60)
def test_deep_pages_are_read_or_refused(levels: int, tag: str) -> None:
    try:
        found = texts(f"<{tag}>" * levels + "djupt")
    except DocumentRefused:
        assert levels > 300
    else:
        assert "djupt" in found


@pytest.mark.parametrize(
    "furniture",
    [
        "<div role='dialog'><h2>Kakor</h2></div>",
        "<div id='onetrust-consent-sdk'>Kakor</div>",
        "<div class='row c-breadcrumb'>Start / Vård</div>",
        "<ol aria-label='Brödsmulor'><li>Start</li></ol>",
        "<a class='skip-link' href='#x'>Hoppa</a>",
        "<ul><li><a href='#a'>Mål</a></li><li><a href='#b'>Stöd</a></li></ul>",
        "<div class='share-buttons'><a>Facebook</a></div>",
        "<figure><img src='a.png'><figcaption>En bild</figcaption></figure>",
        "<div><img src='a.png'><p>En person på en bänk</p></div>",
        "<p class='bildtext'>En bild</p>",
        "<p>Foto: Exempelbyrån</p>",
        "<p>Tillbaka till toppen</p>",
        "<p><a href='/login'>Logga in</a></p>",
        "<p>Hjälpte informationen på sidan dig?</p><p>Ja</p><p>Nej</p>",
        "<h2>Innehåll på sidan</h2>",
        "<div style='display: none'>Dolt</div>",
        "<span class='sr-only'>öppnas i nytt fönster</span>",
    ],
)
def test_furniture_within_the_content_is_left_out(furniture: str) -> None:
    assert texts(f"<main><h1>Vård</h1><p>Före.</p>{furniture}<p>Efter.</p></main>") == ["Vård", "Före.", "Efter."]


@pytest.mark.parametrize(
    "content",
    [
        "<ul><li><a href='#a'>Mål</a></li><li><a href='/b'>Stöd</a></li></ul>",
        "<ul><li><a href='#a'>Mål</a> för vård</li><li><a href='#b'>Stöd</a></li></ul>",
        "<div><img src='a.png'><p>Ett stycke.</p><p>Ett till.</p></div>",
        "<p>Ja</p>",
        "<div class='breadcrumb-page'><h1>Vård</h1></div>",
        "<p>Dela upp uppgiften.</p>",
    ],
)
def test_content_that_looks_like_furniture_is_kept(content: str) -> None:
    assert texts(f"<main><p>Före.</p>{content}</main>")[1:]


def test_lines_that_date_the_page_are_handed_over_and_left_out() -> None:
    note = "Senast kontrollerad 22 februari 2019"
    found = read(f"<html><body><main><p>Text.</p><p>{note}</p></main></body></html>")
    assert ([block.text for block in found.blocks], found.notes) == (["Text."], (note,))


def test_items_know_how_deep_they_are() -> None:
    found = read("<html><body><ul><li>a<ol><li><p>b</p><p>c</p></li></ol>d</li></ul>e</body></html>").blocks
    assert [(block.kind, block.level, block.text) for block in found] == [
        ("item", 1, "a"),
        ("item", 2, "b"),
        ("item", 2, "c"),
        ("item", 1, "d"),
        ("paragraph", 0, "e"),
    ]


def test_definition_lists_keep_terms_and_definitions() -> None:
    page = "<dl><dt>Skapad</dt><dd>2019</dd><dt>Roll</dt><dd><p>Läkare</p><ul><li>Psykolog</li></ul></dd></dl>"
    assert blocks(page) == [
        ("term", "Skapad"),
        ("definition", "2019"),
        ("term", "Roll"),
        ("definition", "Läkare"),
        ("item", "Psykolog"),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "<tr><th>Insats</th><th>Prioritet</th></tr>",
        "<thead><tr><td>Insats</td><td>Prioritet</td></tr></thead>",
        "<tr><td><b>Insats</b></td><td><p><strong>Prioritet</strong></p></td></tr>",
    ],
)
def test_the_head_of_a_table_is_told_from_its_rows(head: str) -> None:
    assert blocks(f"<table>{head}<tr><th>KBT</th><td>2</td></tr></table>") == [
        ("header", "Insats | Prioritet"),
        ("row", "KBT | 2"),
    ]


def test_merged_cells_stand_in_every_row_and_column_that_they_reach() -> None:
    page = "<table><tr><td rowspan=2>Barn<td>KBT<td>2<tr><td colspan=2>Stöd<tr><td colspan=3>Vuxna</table>"
    assert texts(page) == ["Barn | KBT | 2", "Barn | Stöd | Stöd", "Vuxna"]


def test_a_table_of_one_column_is_there_for_layout() -> None:
    assert blocks("<table><tr><td><h2>Rubrik</h2><p>Text.</p></td></tr></table>") == [
        ("heading", "Rubrik"),
        ("paragraph", "Text."),
    ]


def test_a_summary_is_a_heading_below_the_last() -> None:
    page = "<h2>Stöd</h2><details><summary>Vuxna</summary>Text.</details><details><summary>Barn</summary>Mer.</details>"
    found = read(f"<html><body>{page}</body></html>").blocks
    assert [(block.kind, block.level, block.text) for block in found] == [
        ("heading", 2, "Stöd"),
        ("heading", 3, "Vuxna"),
        ("paragraph", 0, "Text."),
        ("heading", 3, "Barn"),
        ("paragraph", 0, "Mer."),
    ]


def test_a_paragraph_that_is_a_label_in_bold_is_a_heading() -> None:
    text = "<p>Vuxna med övningsoro och deras närstående.</p>"
    assert blocks(f"<h2>Stöd</h2><p><strong>Målgrupp</strong></p>{text}<p><b>Obs!</b> Mer.</p>")[1] == (
        "heading",
        "Målgrupp",
    )


def test_raised_figures_are_written_as_such() -> None:
    assert texts("<p>Kunskapsstyrning<sup>2</sup> och m<sup>2</sup></p>") == ["Kunskapsstyrning² och m²"]


@pytest.mark.parametrize("page", ["<br>" * 600_000, "<p " + " ".join(f"a{number}" for number in range(2_000)) + ">"])
@pytest.mark.timeout(60)
def test_a_page_that_would_take_too_much_is_refused_unparsed(page: str) -> None:
    with pytest.raises(DocumentRefused, match="mer än"):
        texts(page)


def test_a_large_picture_in_the_page_is_no_harm() -> None:
    lines = "\n".join("A" * 76 for _ in range(5_000))
    assert texts(f'<p>Före.<img alt="" src="data:image/png;base64,{lines}">Efter.</p>') == ["Före.Efter."]
