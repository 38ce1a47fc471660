"""Paths and an optional index table → what is to be taken in, each with its identifier and metadata."""

import csv
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ontology.errors import DocumentRefused, IndexFileError, InputError
from ontology.model import Blob, Metadata
from ontology.privacy import redact

MAX_BYTES = 20_000_000
_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"})
_CODE = re.compile(r"\b([A-Z]\d\d)\.?(\d?[A-Z\d]?)\b")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line separators, and what Python makes of file names that are not UTF-8."""
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to take in."""

    identifier: str
    path: Path
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that is not taken in, and why (Swedish)."""

    identifier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found under the given paths."""

    files: tuple[SourceFile, ...]
    refused: tuple[Refusal, ...]
    complete: bool
    """Whether every folder could be looked into; if not, a document that is not here may exist all the same."""


def discover(paths: Sequence[str], index: Path | None) -> Discovery:
    """Find the documents under files and folders; an index table names and describes those that it lists.

    Hidden files and files of other kinds than documents are passed over. Raises InputError for a path that does not
    exist, IndexFileError for an unusable table.
    """
    complete = True
    listed = read_index(index) if index else {}
    files: dict[str, SourceFile] = {}
    refused: list[Refusal] = []
    for given in paths:
        if re.match(r"https?://", given):
            raise InputError(f"{given}: den här versionen läser bara filer och mappar. Spara sidan och ange filen.")
        root = Path(given)
        if not root.exists():
            raise InputError(f"{given} finns inte. Ange en fil eller mapp som finns.")
        folder = root if root.is_dir() else root.parent
        below = root.resolve()
        documents, closed = _walk(root)
        complete = complete and not closed
        refused.extend(
            _refusal(str(place), f"Mappen {place} går inte att läsa. Ge läsrättighet till den.") for place in closed
        )
        for path in documents:
            source = listed.get(path.resolve()) or SourceFile(_identifier(path, folder), path)
            if index is not None and path.resolve() == index.resolve():
                continue
            if fault := _fault(source.identifier):
                refused.append(_refusal(source.identifier, fault))
                continue
            known = files.setdefault(source.identifier, source)
            if known.path.resolve() != source.path.resolve():
                reason = f"{source.path} har samma identifierare som {known.path}. Ge dem olika i --index."
                refused.append(_refusal(source.identifier, reason))
        refused.extend(
            _refusal(source.identifier, f"Filen {source.path} står i {index} men finns inte.")
            for path, source in listed.items()
            if path.is_relative_to(below)
            and not any(path.is_relative_to(place.resolve()) for place in closed)
            and not path.exists()
        )
    return Discovery(tuple(files.values()), tuple(refused), complete)


def read_index(path: Path) -> dict[Path, SourceFile]:
    """Read the tab-separated table (header; at least `id` and `file`) → sources by resolved path of the file.

    Raises IndexFileError, naming the line, when it cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFileError(f"Indexfilen {path} går inte att läsa: {error}") from error
    if "\0" in text:
        raise IndexFileError(f"Indexfilen {path} innehåller NUL-tecken och är ingen textfil.")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        return _sources(rows, path)
    except csv.Error as error:
        raise IndexFileError(f"Indexfilen {path}, rad {rows.reader.line_num}: {error}") from error


def _sources(rows: "csv.DictReader[str]", path: Path) -> dict[Path, SourceFile]:
    if missing := {"id", "file"} - set(rows.fieldnames or ()):
        names = ", ".join(sorted(missing))
        raise IndexFileError(f"Indexfilen {path} saknar kolumnen {names}. Första raden ska ha tabbskilda rubriker.")
    found: dict[Path, SourceFile] = {}
    lines: dict[str | Path, int] = {}
    for row in rows:
        place = f"Indexfilen {path}, rad {rows.line_num}"
        identifier, file = _normal((row["id"] or "").strip()), (row["file"] or "").strip()
        if not identifier or not file:
            raise IndexFileError(f"{place}: id eller file är tomt. Fyll i båda.")
        resolved = (path.parent / file).resolve()
        if identifier in lines:
            raise IndexFileError(f"{place}: id {identifier} står redan på rad {lines[identifier]}.")
        if resolved in lines:
            raise IndexFileError(f"{place}: filen {file} har redan ett id på rad {lines[resolved]}.")
        lines[identifier] = lines[resolved] = rows.line_num
        found[resolved] = SourceFile(identifier, path.parent / file, _metadata(row, place))
    return found


def read_blob(source: SourceFile) -> Blob:
    """Read the bytes of a source. Raises DocumentRefused when that cannot be done or there are too many."""
    try:
        size = source.path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentRefused(f"Filen är {size / 1e6:.0f} MB; högst {MAX_BYTES / 1e6:.0f} MB tas emot. Dela den.")
        content = source.path.read_bytes()
    except OSError as error:
        raise DocumentRefused(f"Filen går inte att läsa: {error.strerror}.") from error
    return Blob(
        identifier=source.identifier,
        name=source.path.name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        metadata=source.metadata,
    )


def diagnosis_codes(text: str) -> tuple[str, ...]:
    """The ICD-10 codes of a field such as "F43 F430 (Akut stressreaktion)", dotted, in order, without repeats.

    >>> diagnosis_codes("F43 F430 F43.8A (Akut stressreaktion)")
    ('F43', 'F43.0', 'F43.8A')
    """
    matches = _CODE.findall(text.partition("(")[0])
    return tuple(dict.fromkeys(f"{category}.{rest}" if rest else category for category, rest in matches))


def _metadata(row: dict[str, str | None], place: str) -> Metadata:
    date = (row.get("date") or "").strip()
    if date and not _DATE.fullmatch(date):
        raise IndexFileError(f"{place}: datumet {date!r} ska skrivas ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")
    return Metadata(
        title=redact(_normal((row.get("title") or "").strip())),
        source=redact(_normal((row.get("source") or "").strip())),
        codes=diagnosis_codes(row.get("icd10") or ""),
        kind=redact(_normal((row.get("kind") or "").strip())),
        date=date,
    )


def _walk(root: Path) -> tuple[list[Path], list[Path]]:
    """The documents under a file or folder, in order, and the folders that could not be looked into."""
    if root.is_file():
        return [root], []
    found: list[Path] = []
    closed: list[Path] = []
    for folder, below, names in os.walk(root, onerror=lambda error: closed.append(Path(error.filename))):
        below[:] = [name for name in below if not name.startswith(".")]
        paths = [Path(folder, name) for name in names if not name.startswith(".")]
        try:
            found.extend(path for path in paths if path.suffix.lower() in _SUFFIXES and path.is_file())
        except PermissionError:  # the names may be read, but not what they stand for
            closed.append(Path(folder))
            below.clear()
    return sorted(found), closed


def _fault(identifier: str) -> str:
    """What is wrong with an identifier (Swedish), if anything: it would stand in IRIs, listings and logs."""
    if _CONTROL.search(identifier):
        return "Identifieraren innehåller styrtecken. Döp om filen eller ge den ett annat id i --index."
    if redact(identifier) != identifier:
        return "Identifieraren innehåller ett personnummer. Döp om filen eller ge den ett annat id i --index."
    return ""


def _refusal(identifier: str, reason: str) -> Refusal:
    """A refusal that can be shown: what an identifier or a path should not hold is not repeated."""
    return Refusal(*(redact(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)) for text in (identifier, reason)))


def _identifier(path: Path, folder: Path) -> str:
    return _normal(path.relative_to(folder).with_suffix("").as_posix())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
