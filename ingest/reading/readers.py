"""Blob → Document: the media type is decided by the content, then one reader per type gives blocks in order."""

from ingest.reading import docxtext, htmltext, markdowntext, mediatypes, pdftext, plaintext
from ingest.reading.assembly import RawDocument, assemble
from ingest.reading.spelling import NO_SPELLING, Spelling
from ontology.errors import DocumentRefused
from ontology.model import Blob, Document

MAX_CHARACTERS = 5_000_000
"""Of the text in a document: a book of 1,700 pages. Language is analysed in memory, some hundred bytes a character."""
_TEXT_READERS = {
    mediatypes.HTML: htmltext.read,
    mediatypes.MARKDOWN: markdowntext.read,
    mediatypes.PLAIN: plaintext.read,
}
_BINARY_READERS = {mediatypes.PDF: pdftext.read, mediatypes.DOCX: docxtext.read}


def read_document(blob: Blob, spelling: Spelling = NO_SPELLING) -> Document:
    """Read a document; `spelling` decides whether the halves of a broken word make one.

    Raises DocumentRefused, saying why, when it holds no readable text.
    """
    try:
        media_type, source, raw = _read(blob)
        characters = sum(len(block.text) for block in raw.blocks)
        if characters > MAX_CHARACTERS:
            raise DocumentRefused(f"Texten har {characters} tecken; högst {MAX_CHARACTERS} tas emot. Dela dokumentet.")
        return assemble(blob.identifier, media_type, raw, blob.metadata, source=source, spelling=spelling)
    except MemoryError as error:
        raise DocumentRefused("Läsningen kräver mer minne än som finns eller tillåts. Dela dokumentet.") from error


def _read(blob: Blob) -> tuple[str, str, RawDocument]:
    """The media type, the decoded source where the file is text, and what its reader gives."""
    media_type = mediatypes.binary_type(blob.content)
    if media_type == mediatypes.ZIP:
        raise DocumentRefused(
            "Filen är ett ZIP-arkiv i ett annat, eller läses för sig. Packa upp det, och ange filerna."
        )
    if media_type:
        return media_type, "", _BINARY_READERS[media_type](blob.content)
    text = mediatypes.decode(blob.content, blob.fetched.charset if blob.fetched else "")
    media_type = mediatypes.text_type(text, blob.name)
    return media_type, text, _TEXT_READERS[media_type](text)
