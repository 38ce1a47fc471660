import re

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from fpdf.fonts import FontFace

from ingest.reading import pdfworker
from ingest.reading.assembly import RawBlock, RawDocument
from ingest.reading.pdftext import read
from ontology.errors import DocumentRefused

SENTENCE = "Insatsen följs upp tillsammans med individen och dokumenteras i journalen. "


class Pages(FPDF):
    """A PDF with a running header and footer."""

    def __init__(self, header: str = "", footer: str = "") -> None:
        super().__init__()
        self._above, self._below = header, footer
        self.set_font("helvetica", size=11)

    def header(self) -> None:
        self._margin_line(10, self._above)

    def footer(self) -> None:
        self._margin_line(-12, self._below)

    def _margin_line(self, y: float, text: str) -> None:
        if text:
            self.set_y(y)
            self.set_font("helvetica", size=8)
            self.cell(0, 5, text.format(page=self.page_no()), new_x="LMARGIN", new_y="NEXT")
            self.ln(6)

    def line_of(self, text: str, size: float = 11, style: str = "", width: float = 0, x: float | None = None) -> None:
        self.set_font("helvetica", style, size)
        if x is not None:
            self.set_x(x)
        self.multi_cell(width, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")


def result(pdf: FPDF) -> RawDocument:
    """What is read in this process; that another one gives the same is a test of its own."""
    return pdfworker.read(bytes(pdf.output()))


def words(text: str) -> str:
    return " ".join(text.split())


def found(pdf: FPDF) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, words(block.text)) for block in result(pdf).blocks]


def test_headings_are_told_by_size_and_weight() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of("Titeln på dokumentet", 22, "B")
    pdf.line_of(SENTENCE * 3)
    for name in ("Första", "Andra"):
        pdf.line_of(f"{name} kapitlet", 15, "B")
        pdf.line_of(SENTENCE * 3)
        pdf.line_of("Underrubrik", 11, "B")
        pdf.line_of(SENTENCE * 3)
    assert [(level, text) for kind, level, text in found(pdf) if kind == "heading"] == [
        (1, "Titeln på dokumentet"),
        (2, "Första kapitlet"),
        (3, "Underrubrik"),
        (2, "Andra kapitlet"),
        (3, "Underrubrik"),
    ]


def test_a_sentence_in_bold_is_no_heading() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of(SENTENCE * 4)
    pdf.line_of("Detta är viktigt att komma ihåg.", 11, "B")
    pdf.line_of(SENTENCE * 4)
    assert {kind for kind, _, _ in found(pdf)} == {"paragraph"}


def test_two_columns_are_read_one_after_the_other() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of("Titeln över båda spalterna i dokumentet", 20, "B")
    top = pdf.get_y() + 5
    for column, letter in enumerate("AB"):
        pdf.set_y(top)
        for number in range(8):
            pdf.line_of(f"{letter}{number} " + SENTENCE, width=85, x=10 + 97 * column)
            pdf.ln(3)
    names = re.findall(r"\b[AB]\d\b", " ".join(text for _, _, text in found(pdf)))
    assert names == [f"{letter}{number}" for letter in "AB" for number in range(8)]


def test_running_headers_and_footers_and_page_numbers_are_left_out() -> None:
    pdf = Pages("Riktlinje för övning", "Region Exempel 2024-05-01      Sida {page} av 3")
    for number in range(3):
        pdf.add_page()
        pdf.line_of(f"Sidan med nummer {('ett', 'två', 'tre')[number]} i ord. " + SENTENCE * 5)
    document = result(pdf)
    text = " ".join(block.text for block in document.blocks)
    assert text.count("Sidan med nummer") == 3
    assert "Riktlinje för övning" not in text
    assert "Region Exempel" not in text
    assert any("2024-05-01" in note for note in document.notes)


def test_what_stands_once_in_the_margin_is_text() -> None:
    pdf = Pages()
    for number in range(3):
        pdf.add_page()
        pdf.set_y(12)
        pdf.line_of(f"{('Första', 'Andra', 'Tredje')[number]} sidan börjar högt upp. " + SENTENCE * 3)
    assert [text.split()[0] for _, _, text in found(pdf)] == ["Första", "Andra", "Tredje"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    pdf = Pages(footer="Sida {page}")
    pdf.add_page()
    pdf.set_y(250)
    pdf.line_of((SENTENCE.replace(". ", " och ")) * 9 + "slut.")
    blocks = result(pdf).blocks
    assert pdf.page == 2
    assert [(block.kind, block.page) for block in blocks] == [("paragraph", 1)]
    assert words(blocks[0].text).endswith("och slut.")


def test_a_hyphen_at_the_end_of_a_line_is_left_for_the_repair() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of("Jämfört med nor-\nmalbefolkningen är e-hälsa vanligt.")
    assert result(pdf).blocks == [
        RawBlock("paragraph", "Jämfört med nor-\nmalbefolkningen är e-hälsa vanligt.", page=1)
    ]


def test_items_keep_their_depth_and_their_hanging_lines() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of("Gör så här:")
    for depth, mark, text in (
        (0, "-", "Ett"),
        (0, "-", SENTENCE * 2),
        (1, "-", "Inre"),
        (0, "-", "Sist"),
        (0, "1.", "Nummer"),
    ):
        pdf.set_x(15 + 8 * depth)
        pdf.cell(6, 6, mark)
        pdf.line_of(text, width=120)
    assert found(pdf)[1:] == [
        ("item", 1, "Ett"),
        ("item", 1, words(SENTENCE * 2)),
        ("item", 2, "Inre"),
        ("item", 1, "Sist"),
        ("item", 1, "Nummer"),
    ]


@pytest.mark.parametrize("borders", ["ALL", "NONE"])
def test_tables_are_rows_with_rules_or_without(borders: str) -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of(SENTENCE * 3)
    with pdf.table(borders_layout=borders, headings_style=FontFace(emphasis="BOLD")) as table:
        for row in (
            ("Insats", "Målgrupp", "Prioritet"),
            ("KBT", "Vuxna", "2"),
            ("Stöd", "Barn", "4"),
            ("Samtal", "Äldre", "5"),
        ):
            cells = table.row()
            for cell in row:
                cells.cell(cell)
    pdf.line_of(SENTENCE * 3)
    assert found(pdf)[1:-1] == [
        ("header", 0, "Insats | Målgrupp | Prioritet"),
        ("row", 0, "KBT | Vuxna | 2"),
        ("row", 0, "Stöd | Barn | 4"),
        ("row", 0, "Samtal | Äldre | 5"),
    ]


def test_rules_between_rows_alone_make_a_table_and_a_head_that_is_repeated_is_one() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of(SENTENCE * 3)
    rows = (("Insats", "Beskrivning"), *((f"Insats med nummer {number}", SENTENCE * 2) for number in range(28)))
    with pdf.table(borders_layout="HORIZONTAL_LINES", col_widths=(1, 3)) as table:
        for row in rows:
            cells = table.row()
            for cell in row:
                cells.cell(cell)
    assert pdf.page == 2
    assert found(pdf)[1:] == [
        ("header" if number == 0 else "row", 0, words(" | ".join(row))) for number, row in enumerate(rows)
    ]


def test_a_bullet_that_is_drawn_is_one() -> None:
    pdf = Pages()
    pdf.add_page()
    for text in ("Ett", SENTENCE * 2, "Sist"):
        pdf.ellipse(15, pdf.get_y() + 2, 1.2, 1.2, "F")
        pdf.line_of(text, width=120, x=18)
    assert found(pdf) == [("item", 1, "Ett"), ("item", 1, words(SENTENCE * 2)), ("item", 1, "Sist")]


@pytest.mark.parametrize("mark", ["3) ", "- ", "24. "])
def test_a_figure_or_dash_within_a_sentence_begins_no_item(mark: str) -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of(f"{'Ord ' * 40}prioritet", width=180)
    pdf.line_of(f"{mark}och sedan slut.")
    assert [kind for kind, _, _ in found(pdf)] in (["paragraph"], ["paragraph", "item"])


def test_a_cell_of_several_lines_is_one() -> None:
    pdf = Pages()
    pdf.add_page()
    with pdf.table(col_widths=(1, 3)) as table:
        for row in (("Insats", "Beskrivning"), ("KBT", SENTENCE * 3), ("Stöd", "Kort")):
            cells = table.row()
            for cell in row:
                cells.cell(cell)
    assert found(pdf) == [
        ("header", 0, "Insats | Beskrivning"),
        ("row", 0, f"KBT | {words(SENTENCE * 3)}"),
        ("row", 0, "Stöd | Kort"),
    ]


def test_a_rule_parts_cells_whose_words_stand_close() -> None:
    pdf = Pages()
    pdf.add_page()
    wide = "barn och ungdomar med lindrig till"
    edge = pdf.get_string_width(wide) + 2 * pdf.c_margin
    for left, right in ((wide, "bör erbjudas"), ("depression", "prioritet"), ("ångest", "nej")):
        pdf.cell(edge, 8, left, border=1)
        pdf.cell(50, 8, right, border=1, new_x="LMARGIN", new_y="NEXT")
    assert [text for _, _, text in found(pdf)] == [f"{wide} | bör erbjudas", "depression | prioritet", "ångest | nej"]


def test_a_box_around_text_is_no_table() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.multi_cell(0, 6, SENTENCE * 3, border=1)
    assert [kind for kind, _, _ in found(pdf)] == ["paragraph"]


def test_raised_figures_are_footnote_marks_and_the_notes_are_left_out() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.write(6, "Kunskapsstyrning")
    pdf.char_vpos = "SUP"
    pdf.write(6, "2")
    pdf.char_vpos = "LINE"
    pdf.write(6, " är viktigt. " + SENTENCE * 4)
    pdf.set_y(-40)
    pdf.line_of("2 Se rapporten som arbetsgruppen skrev.", 7)
    assert [text.split()[0] for _, _, text in found(pdf)] == ["Kunskapsstyrning²"]


def test_a_table_of_contents_is_left_out() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of("Innehåll", 15, "B")
    pdf.line_of("Inledning ................................ 3")
    pdf.line_of("Genomförande ............................. 4")
    pdf.line_of("Inledning", 15, "B")
    pdf.line_of(SENTENCE * 4)
    assert found(pdf) == [("heading", 1, "Inledning"), ("paragraph", 0, words(SENTENCE * 4))]


@pytest.mark.parametrize(("title", "kept"), [("Övning för vuxna", "Övning för vuxna"), ("Microsoft Word - a.docx", "")])
def test_the_title_in_the_metadata_is_taken_when_a_person_wrote_it(title: str, kept: str) -> None:
    pdf = Pages()
    pdf.set_title(title)
    pdf.add_page()
    pdf.line_of(SENTENCE)
    assert result(pdf).title == kept


def test_a_page_that_lies_down_is_read() -> None:
    pdf = Pages()
    pdf.add_page()
    with pdf.rotation(90, 100, 100):
        pdf.set_xy(20, 50)
        pdf.line_of(SENTENCE * 2, width=150)
    assert found(pdf) == [("paragraph", 0, words(SENTENCE * 2))]


def test_a_process_of_its_own_reads_the_same_as_this_one() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.set_title("Riktlinje för samverkan")
    pdf.line_of("Titeln på dokumentet", 22, "B")
    pdf.line_of(SENTENCE * 3)
    content = bytes(pdf.output())
    document = read(content)
    assert len(document.blocks) == 2
    assert document == pdfworker.read(content)


def test_an_encrypted_pdf_is_refused_with_what_to_do() -> None:
    pdf = Pages()
    pdf.add_page()
    pdf.line_of(SENTENCE)
    pdf.set_encryption(owner_password="a", user_password="b", permissions=AccessPermission.none())
    with pytest.raises(DocumentRefused, match="lösenord"):
        read(bytes(pdf.output()))


def test_a_pdf_without_text_is_refused() -> None:
    pdf = FPDF()
    pdf.add_page()
    with pytest.raises(DocumentRefused, match="ingen text"):
        read(bytes(pdf.output()))
