"""Paths and an optional index table → what is to be taken in, each with its identifier and metadata."""

import csv
import hashlib
import io
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.reading.archives import Member, list_members, read_head, read_member
from ingest.reading.mediatypes import ZIP, package_type, shows_document
from ontology.errors import DocumentRefused, IndexFileError, InputError
from ontology.model import Blob, Fetched, Metadata
from ontology.privacy import redact

MAX_BYTES = 100_000_000
"""Of one file: a PDF may be mostly pictures. What is text has a limit of its own."""
_HEAD_BYTES = 4_096
"""How much of a file shows what it is."""
_DOCUMENT_SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".zip"}
)
_REFUSED_SUFFIXES = frozenset({".doc", ".docm", ".dotx", ".odt", ".rtf", ".pages"})
"""Written documents of other kinds: taken up only to be refused with what to do, so that none is missed in silence."""
_DATA_SUFFIXES = frozenset(
    {".tsv", ".csv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ttl", ".nt", ".js", ".css"}
)
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
    member: Member | None = None
    """Where in the archive it lies, when `path` is one."""
    fetched: Fetched | None = None
    """Where and when it was fetched, when it was."""


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
    """Find the documents under files, folders and ZIP archives; an index table names and describes those it lists.

    A file that is given is taken whatever its name. In folders and archives, hidden files are passed over, and those
    that are documents neither by their name nor by their content. Raises InputError for a path that does not exist,
    IndexFileError for an unusable table.
    """
    listed = read_index(index) if index else {}
    found = _Findings(listed)
    for given in paths:
        if re.match(r"https?://", given):
            raise InputError(f"{given}: den här versionen läser bara filer och mappar. Spara sidan och ange filen.")
        root = Path(given)
        if not root.exists():
            raise InputError(f"{given} finns inte. Ange en fil eller mapp som finns.")
        documents, closed = _walk(root, listed)
        found.closed.extend(closed)
        for path in documents:
            if index is None or _resolved(path) != _resolved(index):
                for source in _sources_of(path, root):
                    found.take(source)
        for source in found.missing_below(root):
            found.refuse(source.identifier, f"Filen {source.path} står i {index} men finns inte.")
    for place in dict.fromkeys(found.closed):
        found.refuse(str(place), f"Mappen {place} går inte att läsa. Ge läsrättighet till den.")
    return Discovery(tuple(found.files.values()), tuple(found.refused), complete=not found.closed)


def join(one: Discovery, other: Discovery) -> Discovery:
    """Two discoveries as one; of two documents with the same identifier the first stays."""
    files = {source.identifier: source for source in one.files}
    refused = [*one.refused, *other.refused]
    for source in other.files:
        if files.setdefault(source.identifier, source) is not source:
            reason = (
                f"{_shown(source)} har samma identifierare som {_shown(files[source.identifier])}. Ange bara den ena."
            )
            refused.append(_refusal(source.identifier, reason))
    return Discovery(tuple(files.values()), tuple(refused), one.complete and other.complete)


def documents_in(source: SourceFile) -> Iterator[SourceFile | Refusal]:
    """The source itself, or the documents in it when it is an archive, named below its identifier."""
    for found in _sources_of(source.path, source.path):
        identifier = f"{source.identifier}/{found.identifier}"
        if isinstance(found, Refusal):
            yield _refusal(identifier, found.reason)
        elif found.member is None:
            yield source
        elif fault := _fault(identifier):
            yield _refusal(identifier, fault)
        else:
            yield replace(source, identifier=identifier, member=found.member)


class _Findings:
    """What has been found so far, each under its identifier and described as the index table says."""

    def __init__(self, listed: Mapping[Path, SourceFile]) -> None:
        self._listed = listed
        self._seen: set[Path] = set()
        self.files: dict[str, SourceFile] = {}
        self.refused: list[Refusal] = []
        self.closed: list[Path] = []
        """Folders that could not be looked into."""

    def refuse(self, identifier: str, reason: str) -> None:
        self.refused.append(_refusal(identifier, reason))

    def take(self, source: SourceFile | Refusal) -> None:
        if isinstance(source, Refusal):
            self.refuse(source.identifier, source.reason)
            return
        place = _place(source)
        self._seen.add(place)
        if listed := self._listed.get(place):
            source = replace(source, identifier=listed.identifier, metadata=listed.metadata)
        if fault := _fault(source.identifier):
            self.refuse(source.identifier, fault)
            return
        known = self.files.setdefault(source.identifier, source)
        if _place(known) != place or known.member != source.member:
            reason = f"{_shown(source)} har samma identifierare som {_shown(known)}. Ge dem olika i --index."
            self.refuse(source.identifier, reason)

    def missing_below(self, root: Path) -> Iterator[SourceFile]:
        """What the table lists under a path and is not there, as far as the folders could be looked into."""
        below = _resolved(root)
        closed = [_resolved(folder) for folder in self.closed]
        for place, source in self._listed.items():
            if (
                place.is_relative_to(below)
                and place not in self._seen
                and not any(place.is_relative_to(folder) for folder in closed)
                and not place.exists()
            ):
                yield source


def _sources_of(path: Path, root: Path) -> Iterator[SourceFile | Refusal]:
    """The file itself, or the documents in it when it is an archive."""
    folder = root if root.is_dir() else root.parent
    identifier = _identifier(path.relative_to(folder))
    try:
        with _open_regular(path) as stream:
            if stream.read(2) != b"PK" or package_type(stream) != ZIP:
                yield SourceFile(identifier, path)
                return
            # An archive that is given is as a folder that is given; one in a folder is as a folder in it.
            within = "" if path == root else f"{identifier}/"
            yield from _members_of(path, within, stream)
    except (DocumentRefused, OSError):
        yield SourceFile(identifier, path)  # it is refused with its reason when it is read


def _members_of(path: Path, within: str, stream: BinaryIO) -> Iterator[SourceFile | Refusal]:
    for member in sorted(list_members(stream), key=lambda member: (member.name, member.offset)):
        inside = PurePosixPath(_normal(member.name))
        if any(part.startswith(".") and part != ".." for part in inside.parts) or inside.parts[:1] == ("__MACOSX",):
            continue
        if not _is_wanted(inside, partial(read_head, stream, member, _HEAD_BYTES)):
            continue
        if inside.is_absolute() or ".." in inside.parts or re.match("[A-Za-z]:", member.name):
            yield Refusal(f"{within}{inside}", "Sökvägen pekar ut ur arkivet. Skapa ZIP-filen på nytt.")
            continue
        yield SourceFile(f"{within}{_identifier(inside)}", path, member=member)


def _is_wanted(path: Path | PurePosixPath, head: Callable[[], bytes]) -> bool:
    """Whether a file in a folder or an archive is a document by its name, or else by how it begins."""
    suffix = path.suffix.lower()
    if suffix in _DOCUMENT_SUFFIXES or suffix in _REFUSED_SUFFIXES:
        return True
    return suffix not in _DATA_SUFFIXES and shows_document(head())


def _place(source: SourceFile) -> Path:
    """Where a source lies: below its archive when it lies in one, as an index table writes it."""
    place = _resolved(source.path)
    return place / _normal(source.member.name).lstrip("/") if source.member else place


def _shown(source: SourceFile) -> str:
    return f"{source.path}/{source.member.name}" if source.member else str(source.path)


def _resolved(path: Path) -> Path:
    """The real path; unlike `Path.resolve`, it does not fail on links that lead in a circle."""
    return Path(os.path.realpath(path))


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
        resolved = _resolved(path.parent / file)
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
        with _open_regular(source.path) as stream:
            if source.member is not None:
                content = read_member(stream, source.member, MAX_BYTES)
            else:
                size = os.fstat(stream.fileno()).st_size
                content = stream.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
                if max(size, len(content)) > MAX_BYTES:
                    limit = f"högst {MAX_BYTES / 1e6:.0f} MB tas emot"
                    raise DocumentRefused(f"Filen är {max(size, len(content)) / 1e6:.0f} MB; {limit}. Dela den.")
    except OSError as error:
        raise DocumentRefused(f"Filen går inte att läsa: {error.strerror}.") from error
    return Blob(
        identifier=source.identifier,
        name=PurePosixPath(source.member.name).name if source.member else source.path.name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        metadata=source.metadata,
        fetched=source.fetched,
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


def _walk(root: Path, listed: Mapping[Path, SourceFile]) -> tuple[list[Path], list[Path]]:
    """The documents under a file or folder, in order, and the folders that could not be looked into."""
    if not root.is_dir():
        return [root], []
    found: list[Path] = []
    closed: list[Path] = []
    for folder, below, names in os.walk(root, onerror=lambda error: closed.append(Path(error.filename))):
        below[:] = [name for name in below if not name.startswith(".")]
        paths = [Path(folder, name) for name in names if not name.startswith(".")]
        try:
            found.extend(
                path
                for path in paths
                if path.is_file() and (_is_wanted(path, partial(_head, path)) or _resolved(path) in listed)
            )
        except PermissionError:  # the names may be read, but not what they stand for
            closed.append(Path(folder))
            below.clear()
    return sorted(found), closed


def _head(path: Path) -> bytes:
    try:
        with _open_regular(path) as stream:
            return stream.read(_HEAD_BYTES)
    except (DocumentRefused, OSError):
        return b""


def _open_regular(path: Path) -> BinaryIO:
    """Open a file for reading. Raises DocumentRefused for a device or a pipe, which may never end, without waiting."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DocumentRefused("Det är ingen vanlig fil utan en enhet, ett rör eller en mapp. Ange en fil med text.")
    return os.fdopen(descriptor, "rb")


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


def _identifier(path: Path | PurePosixPath) -> str:
    return _normal(path.with_suffix("").as_posix())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
