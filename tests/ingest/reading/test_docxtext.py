import io
from collections.abc import Callable

import pytest
from docx import Document as WordDocument
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from ingest.reading.assembly import RawDocument
from ingest.reading.docxtext import read
from ontology.errors import DocumentRefused
from tests.ingest.reading.samples import as_zip


def result(document: Document) -> RawDocument:
    stream = io.BytesIO()
    document.save(stream)
    return read(stream.getvalue())


def found(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, " ".join(block.text.split())) for block in result(document).blocks]


def body(inside: str) -> list[tuple[str, int, str]]:
    """The blocks of a document whose body is this WordprocessingML."""
    document = WordDocument()
    for element in parse_xml(f"<w:body {nsdecls('w')} xmlns:mc='mc' xmlns:wps='wps'>{inside}</w:body>"):
        document.element.body.insert_element_before(element, "w:sectPr")
    return found(document)


def test_the_title_and_the_headings_keep_their_order() -> None:
    document = WordDocument()
    document.add_heading("Titeln", 0)
    document.add_heading("Kapitel", 1)
    document.add_heading("Avsnitt", 2)
    assert found(document) == [("heading", 1, "Titeln"), ("heading", 2, "Kapitel"), ("heading", 3, "Avsnitt")]


def test_without_a_title_the_first_level_of_headings_is_the_highest() -> None:
    document = WordDocument()
    document.add_heading("Sidan", 1)
    document.add_heading("Avsnitt", 2)
    assert found(document) == [("heading", 1, "Sidan"), ("heading", 2, "Avsnitt")]


@pytest.mark.parametrize("name", ["Rubrik 2", "heading 2", "Rubrik2"])
def test_heading_styles_have_swedish_names_too(name: str) -> None:
    document = WordDocument()
    document.add_heading("Titeln", 0)
    document.styles["Heading 2"].element.find(qn("w:name")).set(qn("w:val"), name)
    document.add_paragraph("Avsnitt").style = document.styles[name]
    assert found(document)[1] == ("heading", 3, "Avsnitt")


def test_a_style_that_is_based_on_a_heading_is_one() -> None:
    document = WordDocument()
    document.add_heading("Titeln", 0)
    style = document.styles.add_style("Egen kapitelrubrik", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Kapitel", style="Egen kapitelrubrik")
    assert found(document)[1] == ("heading", 2, "Kapitel")


def test_an_outline_level_makes_a_heading_and_unmakes_one() -> None:
    def with_level(level: int, style: str) -> str:
        properties = f"<w:pPr><w:pStyle w:val='{style}'/><w:outlineLvl w:val='{level}'/></w:pPr>"
        return f"<w:p>{properties}<w:r><w:t>Text</w:t></w:r></w:p>"

    title = "<w:p><w:pPr><w:pStyle w:val='Title'/></w:pPr><w:r><w:t>Titel</w:t></w:r></w:p>"
    assert body(title + with_level(1, "Normal") + with_level(9, "Heading1"))[1:] == [
        ("heading", 3, "Text"),
        ("paragraph", 0, "Text"),
    ]


def test_styles_that_are_based_on_each_other_end() -> None:
    document = WordDocument()
    for name, base in (("Ena", "Andra"), ("Andra", "Ena")):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.element.append(parse_xml(f"<w:basedOn {nsdecls('w')} w:val='{base}'/>"))
    document.add_paragraph("Text", style="Ena")
    assert found(document) == [("paragraph", 0, "Text")]


def test_lists_are_told_by_style_by_numbering_and_by_typed_bullets() -> None:
    document = WordDocument()
    document.add_paragraph("Ett", style="List Bullet")
    document.add_paragraph("Två", style="List Number 2")
    document.add_paragraph("• Tre")
    numbered = document.add_paragraph("Fyra")
    numbering = numbered._p.get_or_add_pPr().get_or_add_numPr()
    numbering.get_or_add_numId().val = 1
    numbering.get_or_add_ilvl().val = 2
    turned_off = document.add_paragraph("Fem", style="List Bullet")
    turned_off._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 0
    assert found(document) == [
        ("item", 1, "Ett"),
        ("item", 2, "Två"),
        ("item", 1, "Tre"),
        ("item", 3, "Fyra"),
        ("paragraph", 0, "Fem"),
    ]


def test_merged_cells_stand_in_every_row_and_column_that_they_reach() -> None:
    document = WordDocument()
    table = document.add_table(rows=3, cols=3, style="Table Grid")
    for row, texts in zip(table.rows, (("Grupp", "Insats", ""), ("Barn", "KBT", "2"), ("", "Stöd", "4")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    assert [text for _, _, text in found(document)] == ["Grupp | Insats | Insats", "Barn | KBT | 2", "Barn | Stöd | 4"]


@pytest.mark.parametrize("mark", ["bold", "repeated", "style"])
def test_the_head_of_a_table_is_told(mark: str) -> None:
    document = WordDocument()
    table = document.add_table(rows=2, cols=2, style="Light List" if mark == "style" else "Table Grid")
    for row, texts in zip(table.rows, (("Insats", "Prioritet"), ("KBT", "2")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    if mark == "bold":
        for cell in table.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
    if mark == "repeated":
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    assert [kind for kind, _, _ in found(document)] == ["header", "row"]


def test_a_table_without_marks_has_no_head() -> None:
    document = WordDocument()
    table = document.add_table(rows=2, cols=2, style="Table Grid")
    for cell in (cell for row in table.rows for cell in row.cells):
        cell.text = "x"
    assert [kind for kind, _, _ in found(document)] == ["row", "row"]


def test_a_box_that_is_a_table_of_one_cell_keeps_its_paragraphs() -> None:
    document = WordDocument()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "Ett"
    cell.add_paragraph("Två", style="List Bullet")
    assert found(document) == [("paragraph", 0, "Ett"), ("item", 1, "Två")]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:r><w:t>a</w:t></w:r><w:del w:id='1'><w:r><w:delText>b</w:delText></w:r></w:del>", "a"),
        ("<w:ins w:id='1'><w:r><w:t>a</w:t></w:r></w:ins>", "a"),
        ("<w:r><w:t>a</w:t></w:r><w:moveFrom w:id='2'><w:r><w:t>b</w:t></w:r></w:moveFrom>", "a"),
        ("<w:hyperlink><w:r><w:t>länk</w:t></w:r></w:hyperlink>", "länk"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>a</w:t></w:r>", "a"),
        ("<w:r><w:t>a</w:t><w:footnoteReference w:id='2'/></w:r>", "a"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>dold</w:t></w:r><w:r><w:t>a</w:t></w:r>", "a"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a b c"),
        ("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>hälsa</w:t><w:softHyphen/></w:r>", "e-hälsa"),
        ("<w:r><w:t>ord</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>", "ord²"),
        ("<w:sdt><w:sdtContent><w:r><w:t>val</w:t></w:r></w:sdtContent></w:sdt>", "val"),
    ],
)  # fmt: skip
def test_text_is_what_a_reader_of_the_final_version_sees(inside: str, text: str) -> None:
    assert body(f"<w:p>{inside}</w:p>") == [("paragraph", 0, text)]


def test_a_text_box_is_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Ruta</w:t></w:r></w:p></w:txbxContent>"
    drawing = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert body(f"<w:p><w:r><w:t>Text</w:t>{drawing}</w:r></w:p>") == [
        ("paragraph", 0, "Text"),
        ("paragraph", 0, "Ruta"),
    ]


def test_a_table_of_contents_is_left_out() -> None:
    gallery = "<w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    entry = "<w:sdtContent><w:p><w:r><w:t>Kapitel 3</w:t></w:r></w:p></w:sdtContent>"
    assert body(f"<w:sdt>{gallery}{entry}</w:sdt><w:p><w:r><w:t>Text</w:t></w:r></w:p>") == [("paragraph", 0, "Text")]


def test_headers_and_footers_are_notes_when_they_are_dated() -> None:
    document = WordDocument()
    document.add_paragraph("Text")
    document.sections[0].header.paragraphs[0].text = "Region Exempel"
    document.sections[0].footer.paragraphs[0].text = "Version 2, 2024-05-01"
    raw = result(document)
    assert [block.text for block in raw.blocks] == ["Text"]
    assert raw.notes == ("Version 2, 2024-05-01",)


def test_a_paragraph_that_is_a_label_in_bold_is_a_heading() -> None:
    document = WordDocument()
    document.add_heading("Titeln", 0)
    document.add_paragraph().add_run("Målgrupp").bold = True
    document.add_paragraph("Vuxna med övningsoro och deras närstående.")
    document.add_paragraph().add_run("Kom ihåg:").bold = True
    document.add_paragraph("Text.")
    assert [(kind, level) for kind, level, _ in found(document)] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


def without_main_part() -> bytes:
    return as_zip({"[Content_Types].xml": b"<Types/>", "word/other.xml": b"<a/>"})


def without_body() -> bytes:
    return as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"})


def with_broken_xml() -> bytes:
    return as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a><b></a>"})


@pytest.mark.parametrize(
    ("make", "reason"), [(without_main_part, "ofullständig"), (without_body, "brödtext"), (with_broken_xml, "skadad")]
)
def test_a_damaged_file_is_refused_with_what_to_do(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(DocumentRefused, match=reason):
        read(make())
