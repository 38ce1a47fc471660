"""Bytes → media type and text: what a file is, is told by its content and hardly ever by its name."""

import codecs
import io
import re
from typing import BinaryIO

from ingest.reading.archives import list_members
from ontology.errors import DocumentRefused

HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"

MAX_TEXT_BYTES = 20_000_000
_WHITESPACE = b" \t\r\n\f\xef\xbb\xbf"
_PICTURE = "Filen är en bild. Tolka texten i den (OCR) först, och ange texten."
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "Filen är i ett äldre Office-format eller krypterad. Spara den som DOCX utan lösenord."),
    (b"{\\rtf", "RTF-filer läses inte. Öppna filen i Word eller LibreOffice och spara den som DOCX."),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"RIFF", "Filen är en bild eller ljudfil. Ange texten i stället."),
    (b"\x1f\x8b", "Filen är packad med gzip. Packa upp den först, eller packa den som ZIP."),
    (b"7z\xbc\xaf\x27\x1c", "Filen är packad med 7-Zip. Packa upp den först, eller packa den som ZIP."),
    (b"Rar!\x1a\x07", "Filen är packad med RAR. Packa upp den först, eller packa den som ZIP."),
    (b"SQLite format 3\0", "Filen är en databas. Exportera texten till HTML, Markdown eller text."),
    (b"\x7fELF", "Filen är ett program och inget dokument. Ange en textfil."),
)  # fmt: skip
"""How other files begin, and why each is not read."""
_PACKAGES = (
    ("xl/", "Filen är ett Excel-ark. Spara texten som DOCX, PDF eller HTML."),
    ("ppt/", "Filen är en PowerPoint-presentation. Exportera den som PDF."),
    ("META-INF/container.xml", "Filen är en e-bok (EPUB). Spara texten som HTML eller PDF."),
    ("content.xml", "Filen är i OpenDocument-format (som .odt). Spara den som DOCX eller PDF."),
    ("META-INF/MANIFEST.MF", "Filen är ett Java-program och inget dokument. Ange en textfil."),
    ("visio/", "Filen är en Visio-ritning. Exportera den som PDF."),
    ("Index/Document.iwa", "Filen är i Pages-format. Exportera den som DOCX eller PDF."),
)
"""What is in other packages that are ZIP files, and why each is not read."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16": "utf-8",  # a declaration that can be read byte by byte is not in UTF-16 (WHATWG HTML, 13.2.3.2)
    "iso8859-1": "cp1252",  # as browsers read it (WHATWG Encoding, 4.2); else dashes are control characters
    "iso8859-15": "iso8859-15",
    "cp1252": "cp1252",
    "ascii": "ascii",
}
"""How a file is read that declares an encoding, by Python's name for what it declares. Python has others, of which
some, such as `undefined` and `punycode`, are not for files."""
# The group and its repetition never give back what they took; else a row of comments takes exponential time.
_HTML = re.compile(
    r"(?>(?:\s+|<\?xml[^>]*>|<!--.*?-->)*)<(?:!doctype\s+html|html|head|body|main|article)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(
    r"""^(?:
        \#{1,6}[ ]+\S                                     # a heading
      | \|?[ ]*:?-{3,}:?[ ]*(?:\|[ ]*:?-{3,}:?[ ]*)+\|?[ ]*$  # the line below the head of a table
      | ```                                               # code
    )
    | \[[^\]\n]{1,200}\]\([^)\s]{1,500}\)                 # a link
    | (?<!\*)\*\*(?=\S)[^*\n]{1,200}(?<=\S)\*\*(?!\*)     # strong emphasis
    """,
    re.MULTILINE | re.VERBOSE,
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?:[\w-]+:.*\r?\n|[ \t-].*\r?\n)+---[ \t]*\r?(?:\n|\Z)")


def binary_type(content: bytes) -> str:
    """PDF, DOCX or ZIP; "" when it may be text. Raises DocumentRefused for other kinds that show themselves."""
    if content.lstrip(_WHITESPACE).startswith(b"%PDF-") or (b"%PDF-" in content[:1024] and b"startxref" in content):
        return PDF  # what stands before is passed over, as PDF readers do
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return package_type(io.BytesIO(content))
    for magic, reason in _REFUSED:
        if content.startswith(magic) and (not magic.isalnum() or b"\0" in content[:512]):
            raise DocumentRefused(reason)
    return ""


def package_type(stream: BinaryIO) -> str:
    """DOCX, or ZIP for an archive of files. Raises DocumentRefused when it is damaged or a package of another kind."""
    members = list_members(stream)
    names = {member.name.lstrip("/") for member in members}
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return DOCX
    if not names & {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "Index/Document.iwa"}:
        return ZIP
    for folder, reason in _PACKAGES:
        if any(name.startswith(folder) for name in names):
            raise DocumentRefused(reason)
    return ZIP


def shows_document(head: bytes) -> bool:
    """Whether the first bytes of a file, whatever its name, show a PDF, a Word document or an HTML page."""
    if head.startswith(b"PK\x03\x04"):
        return b"word/" in head
    return head.startswith(b"%PDF-") or bool(_HTML.match(head.decode("utf-8", errors="replace")))


def text_type(text: str, name: str) -> str:
    """HTML, Markdown or plain text. The name decides only between the latter two, and only where the text has no sign
    of either: any text is Markdown too."""
    if _HTML.match(text):
        return HTML
    if _MARKDOWN_SIGNS.search(text) or _FRONT_MATTER.match(text):
        return MARKDOWN
    return MARKDOWN if name.lower().endswith((".md", ".markdown")) else PLAIN


def decode(content: bytes, charset: str = "") -> str:
    """Bytes → text: by byte order mark, else as the server said (`charset`), else as HTML declares, else UTF-8. Never
    guessed."""
    if len(content) > MAX_TEXT_BYTES:
        size = f"{len(content) / 1e6:.0f} MB; högst {MAX_TEXT_BYTES / 1e6:.0f} MB text"
        raise DocumentRefused(f"Filen är {size} tas emot. Dela den.")
    bom = next((encoding for mark, encoding in _BOMS if content.startswith(mark)), None)
    declared = _CHARSET.search(content[:2048])
    said = charset or (declared.group(1).decode() if declared else "utf-8")
    encoding = bom or _encoding(said)
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise DocumentRefused(f"Filen är inte giltig {encoding}{place}. Spara den som UTF-8.") from error
    if "\0" in text:
        raise DocumentRefused("Filen innehåller NUL-tecken och är ingen textfil.")
    return text


def _encoding(declared: str) -> str:
    try:
        return _ENCODINGS[codecs.lookup(declared).name]
    except (LookupError, ValueError) as error:
        raise DocumentRefused(f"Filen anger en okänd teckenkodning, {declared}. Spara den som UTF-8.") from error
