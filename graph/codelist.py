"""A list of ICD-10-SE codes that a user has → codes with titles, and the rows refused, each with its reason.

A row is `CODE<TAB>TITLE` or `CODE<TAB>LEVEL<TAB>TITLE`, where the level is a number or nothing, in UTF-8; codes stand
with or without dot. The list is Socialstyrelsen's and does not ship with the product. A row that cannot be used stops
no other.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import CodeListError, CodeRefused
from ontology.privacy import redact

_LONGEST_FILE = 64_000_000
"""Bytes. The full classification takes about 3 MB, so whatever is larger is something else."""
_LONGEST_TITLE = 1000
_SHOWN = 80
_SHAPE = "En rad ska vara KOD<tabb>TITEL, till exempel F32<tabb>Depressiv episod."
_CODE = re.compile(r"([A-Z]\d\d)(?:\.?(\d[A-OQ-Z\d]?))?", re.ASCII | re.IGNORECASE)
# KSH97-P, the selection for primary care, closes the codes of its own groups with "-" or "P".
_GROUP = re.compile(r"[A-Z]\d\d(?:\.?\d?-?P|\.?-)", re.ASCII | re.IGNORECASE)
# Control characters but the tab, separators of lines, and the mark of a character that was lost.
_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_BLOCK = re.compile(r"[A-Z]\d\d\s*[-\u2010-\u2014]\s*[A-Z]\d\d", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be used: its number from 1, what it holds (shortened, without control characters), and why."""

    line: int
    content: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """What a file holds; `titles` are by dotted code, in the order of the file."""

    file_name: str
    sha256: str
    titles: Mapping[str, str]
    refused: tuple[RefusedRow, ...]


def read_codelist(path: Path) -> CodeList:
    """Read a file. Raises CodeListError when it cannot be read, is not text in UTF-8, or has no usable row at all."""
    content = _bytes(path)
    rows = _rows(path, content)
    first_line: dict[str, int] = {}
    titles: dict[str, str] = {}
    refused: list[RefusedRow] = []
    for line, row in rows:
        try:
            code, title = _parse(row)
            if titles.setdefault(code, title) != title:
                raise CodeRefused(f"koden {code} har en annan titel på rad {first_line[code]}")
            first_line.setdefault(code, line)
        except CodeRefused as reason:
            refused.append(RefusedRow(line, _shown(row), str(reason)))
    if not titles:
        raise CodeListError(f"{path} har ingen rad som går att använda{_first(refused)}. {_SHAPE}")
    return CodeList(path.name, hashlib.sha256(content).hexdigest(), titles, tuple(refused))


def dotted(code: str) -> str | None:
    """A code of three to five characters as it is written in ICD-10-SE; None when it is not one.

    >>> dotted("f900a"), dotted("F90.0"), dotted("F90"), dotted("F9"), dotted("F90-P")
    ('F90.0A', 'F90.0', 'F90', None, None)
    """
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    category, rest = match.groups()
    return (f"{category}.{rest}" if rest else category).upper()


def _bytes(path: Path) -> bytes:
    if path.is_fifo() or path.is_socket() or path.is_char_device():
        raise CodeListError(f"{path} är ingen vanlig fil. Ange filen med koder.")
    try:
        with path.open("rb") as stream:
            content = stream.read(_LONGEST_FILE + 1)
    except IsADirectoryError as error:
        raise CodeListError(f"{path} är en mapp. Ange filen med koder.") from error
    except FileNotFoundError as error:
        raise CodeListError(f"Filen {path} finns inte. Ange filen med koder.") from error
    except (OSError, ValueError) as error:
        raise CodeListError(f"{path} går inte att läsa: {error}") from error
    if len(content) > _LONGEST_FILE:
        raise CodeListError(
            f"{path} är större än {_LONGEST_FILE // 1_000_000} MB och kan inte vara en lista med koder. Ange rätt fil."
        )
    if not content.strip(b"\xef\xbb\xbf\r\n\t "):
        raise CodeListError(f"{path} är tom. {_SHAPE}")
    return content


def _rows(path: Path, content: bytes) -> list[tuple[int, str]]:
    """The rows with something in them, numbered from 1, less a header."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CodeListError(
            f"{path} är inte text i UTF-8 (rad {line}). Spara filen som text i UTF-8 och försök igen."
        ) from error
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = [(line, row) for line, row in enumerate(lines, start=1) if row.strip()]
    return rows[1:] if rows and _is_header(rows[0][1]) else rows


def _is_header(row: str) -> bool:
    """Whether the first cell names the column of codes: "Kod", "ICD-10-kod", "code"."""
    name = row.partition("\t")[0].casefold()
    return "kod" in name or "code" in name


def _parse(row: str) -> tuple[str, str]:
    """Code and title of a row. Raises CodeRefused with the reason."""
    if bad := _UNFIT.search(row):
        raise CodeRefused(f"tecknet U+{ord(bad.group()):04X} hör inte hemma i text")
    cells = [" ".join(cell.split()) for cell in row.rstrip().split("\t")]
    if "\t" not in row:
        raise CodeRefused("det finns ingen tabb mellan kod och titel")
    code = dotted(cells[0])
    if code is None:
        raise CodeRefused(_why_not(cells[0]))
    if len(cells) == 3 and (not cells[1] or cells[1].isdecimal()):
        del cells[1]
    title = cells[1] if len(cells) > 1 else ""
    if not any(map(str.isalpha, title)):
        raise CodeRefused("titeln saknas")
    if len(cells) > 2:
        raise CodeRefused(f"det finns {len(cells)} kolumner, fler än kod och titel")
    if len(title) > _LONGEST_TITLE:
        raise CodeRefused(f"titeln har {len(title)} tecken, högst {_LONGEST_TITLE} tas emot")
    return code, redact(title)


def _why_not(code: str) -> str:
    if not code:
        return "koden saknas"
    shown = _shown(code)
    if _BLOCK.fullmatch(code):
        return f"{shown} är ett avsnitt med flera koder, inte en kod"
    if _GROUP.fullmatch(code):
        return f"{shown} är en grupp i KSH97-P, inte en kod i ICD-10-SE"
    return f"{shown} är inte skriven som en kod i ICD-10-SE (F90, F90.0 eller F90.0A)"


def _shown(text: str) -> str:
    """A text that is safe and short enough to show: neither control characters nor personal identity numbers."""
    safe = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in redact(text[:1000]))
    return safe if len(safe) <= _SHOWN else f"{safe[: _SHOWN - 1]}…"


def _first(refused: list[RefusedRow]) -> str:
    """What was wrong with the first row, as the middle of a sentence; empty for a file of nothing but a header."""
    return f": rad {refused[0].line} avvisades eftersom {refused[0].reason}" if refused else ""
