"""Paths and an optional index table → what is to be taken in, each with its identifier and metadata."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ontology.errors import DocumentRefused, IndexFileError, InputError
from ontology.model import Blob, Metadata

MAX_BYTES = 20_000_000
_SUFFIXES = frozenset({"", ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"})
_CODE = re.compile(r"\b([A-Z]\d\d)\.?(\d?[A-Z\d]?)\b")
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


def discover(paths: Sequence[str], index: Path | None) -> Discovery:
    """Find the documents under files and folders; an index table names and describes those that it lists.

    Hidden files and files of other kinds than documents are passed over. Raises InputError for a path that does not
    exist, IndexFileError for an unusable table.
    """
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
        for path in _walk(root):
            source = listed.get(path.resolve()) or SourceFile(_identifier(path, folder), path)
            if index is not None and path.resolve() == index.resolve():
                continue
            known = files.setdefault(source.identifier, source)
            if known.path.resolve() != source.path.resolve():
                reason = f"{source.path} har samma identifierare som {known.path}. Ge dem olika i --index."
                refused.append(Refusal(source.identifier, reason))
        refused.extend(
            Refusal(source.identifier, f"Filen {source.path} står i {index} men finns inte.")
            for path, source in listed.items()
            if path.is_relative_to(below) and not path.exists()
        )
    return Discovery(tuple(files.values()), tuple(refused))


def read_index(path: Path) -> dict[Path, SourceFile]:
    """Read the tab-separated table (header; at least `id` and `file`) → sources by resolved path of the file.

    Raises IndexFileError, naming the line, when it cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFileError(f"Indexfilen {path} går inte att läsa: {error}") from error
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := {"id", "file"} - set(rows.fieldnames or ()):
        names = ", ".join(sorted(missing))
        raise IndexFileError(f"Indexfilen {path} saknar kolumnen {names}. Första raden ska ha tabbskilda rubriker.")
    found: dict[Path, SourceFile] = {}
    identifiers: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        identifier, file = (row["id"] or "").strip(), (row["file"] or "").strip()
        if not identifier or not file:
            raise IndexFileError(f"Indexfilen {path}, rad {number}: id eller file är tomt. Fyll i båda.")
        if identifier in identifiers:
            raise IndexFileError(
                f"Indexfilen {path}, rad {number}: id {identifier} står redan på rad {identifiers[identifier]}."
            )
        identifiers[identifier] = number
        found[(path.parent / file).resolve()] = SourceFile(
            _normal(identifier), path.parent / file, _metadata(row, f"Indexfilen {path}, rad {number}")
        )
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
        fetched_at=datetime.now(UTC),
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
        title=_normal((row.get("title") or "").strip()),
        source=(row.get("source") or "").strip(),
        codes=diagnosis_codes(row.get("icd10") or ""),
        kind=_normal((row.get("kind") or "").strip()),
        date=date,
    )


def _walk(root: Path) -> Iterable[Path]:
    if root.is_file():
        return [root]
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.suffix.lower() in _SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]


def _identifier(path: Path, folder: Path) -> str:
    return _normal(path.relative_to(folder).with_suffix("").as_posix())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
