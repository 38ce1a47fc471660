"""One page written once as data and rendered in every format that is read, by libraries that the readers do not use."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from docx import Document as WordDocument
from fpdf import FPDF
from fpdf.fonts import FontFace


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a bulleted list and how deep it is."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first is the head."""

    rows: tuple[tuple[str, ...], ...]


Part = Heading | Paragraph | Item | Table

FOOTER = "Exempelregionen, vård- och insatsprogram 2024"
NOTE = "Senast kontrollerad 3 maj 2024"
PAGE: tuple[Part, ...] = (
    Heading(1, "Läkemedel vid långvarig övningsoro"),
    Paragraph(
        "Sidan är ett påhittat exempel på hur ett vård- och insatsprogram kan se ut, och gäller ingen verklig vård."
    ),
    Heading(2, "Målgrupp eller situation"),
    Paragraph("Vuxna och äldre med övningsoro som har fått en e-hälsobedömning i öppenvården."),
    Heading(2, "Kunskapsläge"),
    Paragraph(
        "Personer med övningsoro bör erbjudas övningssamtal (prioritet 2). Åtgärden bygger på enighet i arbetsgruppen, "
        "och effekten jämfört med väntelista är måttlig för vuxna. Undvik övningsmedel till barn. Uppföljning görs "
        "efter sex veckor och därefter varje kvartal så länge insatsen pågår."
    ),
    Paragraph("Insatsen kan kombineras med stöd från närstående, skola och socialtjänst när individen önskar det."),
    Heading(3, "Insatser efter svårighetsgrad"),
    Table(
        (
            ("Insats", "Målgrupp", "Prioritet"),
            ("Övningssamtal i grupp", "Vuxna", "2"),
            ("Övningsmedel", "Äldre", "7"),
            ("Åldersanpassad träning", "Barn och unga", "4"),
        )
    ),
    Heading(2, "Genomförande"),
    Paragraph("Arbeta stegvis och tillsammans med individen."),
    Item(1, "Kartlägg behov och önskemål."),
    Item(1, "Erbjud samtal:"),
    Item(2, "enskilt vid svår oro, med en behandlare som har utbildning i metoden och handledning varje månad,"),
    Item(2, "i grupp i övriga fall."),
    Item(1, "Följ upp och utvärdera."),
    Heading(2, "Sammanfattning"),
    *(
        Paragraph(
            f"Punkt {name} i sammanfattningen handlar om övning, om återkoppling och om hur arbetsgruppen vägde nytta "
            "mot risk när den ordnade åtgärderna. Texten är lång nog för att sidan ska brytas, så att sidfot och "
            "sidnummer hamnar mitt i den löpande texten och måste tas bort av den som läser."
        )
        for name in ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio")
    ),
)


def as_html(parts: Sequence[Part] = PAGE) -> bytes:
    """A saved page with the furniture of a real one around the content."""
    body: list[str] = []
    depth = 0
    for part in parts:
        wanted = part.depth if isinstance(part, Item) else 0
        while depth > wanted:
            body.append("</li></ul>")
            depth -= 1
        if isinstance(part, Item):
            body.append("</li><li>" if depth == wanted else "<ul><li>")
            depth = wanted
            body.append(escape(part.text))
        elif isinstance(part, Heading):
            body.append(f"<h{part.level}>{escape(part.text)}</h{part.level}>")
        elif isinstance(part, Paragraph):
            body.append(f"<p>{escape(part.text)}</p>")
        else:
            head, *rows = part.rows
            cells = "".join(f"<th scope='col'>{escape(cell)}</th>" for cell in head)
            lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            body.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>")
    return (
        "<!doctype html><html lang='sv'><head><meta charset='utf-8'><title>Exempel</title></head><body>"
        "<div id='CybotCookiebotDialog' role='dialog'><h2>Kakor</h2><p>Vi använder kakor.</p></div>"
        "<header><a href='/'>Start</a> <a href='/login'>Logga in</a></header><nav><a href='/a'>Meny</a></nav><main>"
        "<ol class='breadcrumb'><li><a href='/'>Start</a></li></ol>"
        "<ul><li><a href='#a'>A</a></li><li><a href='#b'>B</a></li></ul>"
        f"{''.join(body)}<p>Hjälpte informationen på sidan dig?</p><p>Ja</p><p>{NOTE}</p></main>"
        f"<footer>{FOOTER}</footer></body></html>"
    ).encode()


def as_markdown(parts: Sequence[Part] = PAGE) -> bytes:
    """The page as CommonMark with tables."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Heading):
            lines += ["", "#" * part.level + " " + part.text, ""]
        elif isinstance(part, Paragraph):
            lines += ["", part.text, ""]
        elif isinstance(part, Item):
            lines.append("  " * (part.depth - 1) + "- " + part.text)
        else:
            head, *rows = (" | ".join(row) for row in part.rows)
            lines += ["", f"| {head} |", "|" + "---|" * len(part.rows[0]), *(f"| {row} |" for row in rows), ""]
    return "\n".join(lines).encode()


def as_text(parts: Sequence[Part] = PAGE) -> bytes:
    """The page as people write plain text: blank lines around headings and paragraphs, bullets, a line for each row."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Heading | Paragraph):
            lines += ["", part.text, ""]
        elif isinstance(part, Item):
            lines.append("  " * part.depth + "• " + part.text)
        else:
            lines += ["", *(" | ".join(row) for row in part.rows), ""]
    return "\n".join(lines).encode()


def as_docx(parts: Sequence[Part] = PAGE) -> bytes:
    """The page in Word, with the styles that come with it."""
    document = WordDocument()
    document.core_properties.title = "Word-dokument"
    document.sections[0].footer.paragraphs[0].text = FOOTER
    for part in parts:
        if isinstance(part, Heading):
            document.add_heading(part.text, part.level - 1)
        elif isinstance(part, Paragraph):
            document.add_paragraph(part.text)
        elif isinstance(part, Item):
            document.add_paragraph(part.text, style="List Bullet" if part.depth == 1 else f"List Bullet {part.depth}")
        else:
            table = document.add_table(rows=0, cols=len(part.rows[0]), style="Table Grid")
            for number, row in enumerate(part.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.paragraphs[0].add_run(text).bold = number == 0
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class _Pages(FPDF):
    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("helvetica", size=8)
        self.cell(0, 10, FOOTER, align="L")
        self.set_x(0)
        self.cell(0, 10, f"Sida {self.page_no()}", align="R")


def as_pdf(parts: Sequence[Part] = PAGE) -> bytes:
    """The page as a PDF of two pages, with a running footer and page numbers."""
    pdf = _Pages()
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_title("Dokument1")
    pdf.add_page()
    for part in parts:
        if isinstance(part, Heading):
            pdf.ln(3)
            pdf.set_font("helvetica", "B", {1: 22, 2: 15, 3: 12}[part.level])
            pdf.multi_cell(0, 9, part.text, new_x="LMARGIN", new_y="NEXT")
        elif isinstance(part, Paragraph):
            pdf.set_font("helvetica", size=11)
            pdf.multi_cell(0, 6, part.text, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(3)
        elif isinstance(part, Item):
            pdf.set_font("helvetica", size=11)
            pdf.set_x(12 + 8 * part.depth)
            pdf.cell(6, 6, "-")
            pdf.multi_cell(140, 6, part.text, new_x="LMARGIN", new_y="NEXT")
        else:
            pdf.set_font("helvetica", size=11)
            with pdf.table(headings_style=FontFace(emphasis="BOLD")) as table:
                for row in part.rows:
                    cells = table.row()
                    for cell in row:
                        cells.cell(cell)
            pdf.ln(3)
    return bytes(pdf.output())


def as_zip(files: dict[str, bytes]) -> bytes:
    """An archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
