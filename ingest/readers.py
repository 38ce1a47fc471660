"""Blob → Document: the media type is decided by the content, then one reader per type gives blocks in order."""

import codecs
import re

from ingest import htmltext, markdowntext, plaintext
from ingest.assembly import RawDocument, assemble
from ontology.errors import DocumentRefused
from ontology.model import Blob, Document

_READERS = {"text/html": htmltext.read, "text/markdown": markdowntext.read, "text/plain": plaintext.read}
_MAGIC = {
    b"%PDF-": "PDF-filer läses inte ännu. Spara texten som HTML, Markdown eller text.",
    b"PK\x03\x04": "Word-, Zip- och liknande filer läses inte ännu. Spara texten som HTML, Markdown eller text.",
}
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


def read_document(blob: Blob) -> Document:
    """Read a document. Raises DocumentRefused, saying why, when it holds no readable text."""
    text = decode(blob.content)
    media_type = sniff(text, blob.name)
    document: RawDocument = _READERS[media_type](text)
    return assemble(blob.identifier, media_type, document, blob.metadata)


def decode(content: bytes) -> str:
    """Bytes → text: by byte order mark, else by the encoding that HTML declares, else UTF-8. Never guessed."""
    for magic, reason in _MAGIC.items():
        if content.startswith(magic):
            raise DocumentRefused(reason)
    bom = next((encoding for mark, encoding in _BOMS if content.startswith(mark)), None)
    declared = _CHARSET.search(content[:2048])
    encoding = bom or (_encoding(declared.group(1).decode()) if declared else "utf-8")
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
    except LookupError as error:
        raise DocumentRefused(f"Filen anger en okänd teckenkodning, {declared}. Spara den som UTF-8.") from error


def sniff(text: str, name: str) -> str:
    """The media type of a text: HTML shows itself; Markdown only by its name, since any text is Markdown."""
    if _HTML.match(text):
        return "text/html"
    return "text/markdown" if name.lower().endswith((".md", ".markdown")) else "text/plain"
