"""ZIP files → their members, without trusting a word of what they say of themselves.

A member is listed once with the place of its bytes and then read alone, so that an archive of many is not gone
through for each. Nothing is written to disk, and inflation stops at the limit whatever size the archive declares. An
archive whose members add up to too much, or share bytes, is refused before any of it is inflated.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import BinaryIO

from ontology.errors import DocumentRefused

MAX_MEMBERS = 10_000
MAX_TOTAL_BYTES = 2_000_000_000
"""Of all members together, inflated."""
MAX_RATIO = 200
"""Times smaller than its text that a member of size may be; text is seldom packed to less than a fiftieth."""
_SMALL_BYTES = 5_000_000
"""Members up to this size may be packed as tightly as they like."""
_MAX_DIRECTORY_BYTES = 5_000_000
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive and where its packed bytes lie."""

    name: str
    offset: int
    method: int
    packed_bytes: int
    size: int
    crc: int
    encrypted: bool


class _Guarded(io.BufferedIOBase):
    """A stream that `zipfile` cannot ask for a directory of any size at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile("directory too large")
        return self._stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def list_members(stream: BinaryIO) -> list[Member]:
    """The files in an archive, in its order. Raises DocumentRefused when it is damaged, or a bomb."""
    try:
        with zipfile.ZipFile(_Guarded(stream)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise DocumentRefused("ZIP-filen är skadad eller ofullständig. Hämta eller skapa den på nytt.") from error
    members = [
        Member(
            name=entry.filename.replace("\\", "/"),
            offset=entry.header_offset,
            method=entry.compress_type,
            packed_bytes=entry.compress_size,
            size=entry.file_size,
            crc=entry.CRC,
            encrypted=bool(entry.flag_bits & _ENCRYPTED),
        )
        for entry in entries
        if not entry.is_dir()
    ]
    if len(entries) > MAX_MEMBERS:
        raise DocumentRefused(f"ZIP-filen har {len(entries)} filer; högst {MAX_MEMBERS} tas emot. Dela den.")
    total = sum(member.size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise DocumentRefused(
            f"ZIP-filen blir {total / 1e6:.0f} MB uppackad; högst {MAX_TOTAL_BYTES / 1e6:.0f} MB tas emot. Dela den."
        )
    if sum(member.packed_bytes for member in members) > stream.seek(0, io.SEEK_END):
        raise DocumentRefused("ZIP-filen har filer som överlappar varandra, som i en ZIP-bomb. Skapa den på nytt.")
    return members


def read_member(stream: BinaryIO, member: Member, limit_bytes: int) -> bytes:
    """The content of one member. Raises DocumentRefused when it is encrypted, damaged or larger than the limit."""
    if member.encrypted:
        raise DocumentRefused("Filen i arkivet är krypterad. Packa upp den med lösenordet och ange den för sig.")
    if member.size > limit_bytes:
        raise DocumentRefused(f"Filen är större än {limit_bytes / 1e6:.0f} MB uppackad, mer än som tas emot. Dela den.")
    if member.size > _SMALL_BYTES and member.size > MAX_RATIO * member.packed_bytes:
        raise DocumentRefused(f"Filen är packad mer än {MAX_RATIO} gånger, som i en ZIP-bomb. Packa upp den själv.")
    if member.method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DocumentRefused("Filen är packad på ett ovanligt sätt. Skapa ZIP-filen på nytt med vanlig packning.")
    packed = _packed(stream, member)
    if member.method == zipfile.ZIP_STORED:
        content = packed
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, member.size + 1)
        except zlib.error as error:
            raise _damaged() from error
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise _damaged()
    return content


def read_head(stream: BinaryIO, member: Member, amount: int) -> bytes:
    """The first bytes of a member, to see what it is; none when it cannot be read."""
    if member.encrypted or member.method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return b""
    try:
        packed = _packed(stream, replace(member, packed_bytes=min(member.packed_bytes, amount)))
        if member.method == zipfile.ZIP_STORED:
            return packed
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, amount)
    except (DocumentRefused, zlib.error):
        return b""


def _packed(stream: BinaryIO, member: Member) -> bytes:
    try:
        stream.seek(member.offset)
        header = stream.read(_LOCAL_HEADER.size)
        signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
        stream.seek(name_bytes + extra_bytes, io.SEEK_CUR)
        packed = stream.read(member.packed_bytes)
    except (OSError, ValueError, struct.error) as error:
        raise _damaged() from error
    if signature != b"PK\x03\x04" or len(packed) != member.packed_bytes:
        raise _damaged()
    return packed


def _damaged() -> DocumentRefused:
    return DocumentRefused("Filen i arkivet är skadad. Skapa ZIP-filen på nytt.")
