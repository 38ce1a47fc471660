import io
import zipfile

import pytest

from ingest.reading.archives import Member, list_members, read_head, read_member
from ontology.errors import DocumentRefused
from tests.ingest.reading.samples import as_zip


def one(content: bytes) -> tuple[io.BytesIO, Member]:
    stream = io.BytesIO(content)
    (member,) = list_members(stream)
    return stream, member


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_read_by_its_place_alone(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("mapp/", b"")
        archive.writestr("mapp/å.txt", "räksmörgås".encode() * 100)
        archive.writestr("tom.txt", b"")
    members = list_members(stream)
    assert [member.name for member in members] == ["mapp/å.txt", "tom.txt"]
    assert [read_member(stream, member, 10_000) for member in members] == ["räksmörgås".encode() * 100, b""]
    assert read_head(stream, members[0], 50) == ("räksmörgås".encode() * 100)[:50]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", b"Text")
    with pytest.raises(DocumentRefused, match="ovanligt sätt"):
        read_member(stream, list_members(stream)[0], 100)


def test_an_encrypted_member_is_refused_with_what_to_do() -> None:
    content = bytearray(as_zip({"a.txt": b"Text"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    stream, member = one(bytes(content))
    with pytest.raises(DocumentRefused, match="lösenordet"):
        read_member(stream, member, 100)
    assert read_head(stream, member, 4) == b""


def test_a_member_whose_bytes_have_changed_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"Text")
    content = stream.getvalue().replace(b"Text", b"Tixt")
    stream, member = one(content)
    with pytest.raises(DocumentRefused, match="skadad"):
        read_member(stream, member, 100)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(10), as_zip({"a.txt": b"Text"})[:-5]])
def test_a_damaged_archive_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentRefused, match="skadad eller ofullständig"):
        list_members(io.BytesIO(content))


def test_a_directory_of_any_size_is_not_taken_into_memory() -> None:
    content = bytearray(as_zip({"a.txt": b"Text"}))
    end = content.rindex(b"PK\x05\x06")
    content[end + 12 : end + 16] = (6_000_000).to_bytes(4, "little")
    with pytest.raises(DocumentRefused, match="skadad"):
        list_members(io.BytesIO(bytes(bytes(7_000_000) + content)))
