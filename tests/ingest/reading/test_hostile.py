"""Files that were damaged or made to do harm: every one is read or refused, within limits of time and memory."""

import copy
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.reading.archives import MAX_MEMBERS, list_members, read_member
from ingest.reading.pdfglyphs import MAX_PAGES
from ingest.reading.readers import read_document
from ontology.errors import DocumentRefused
from ontology.model import Blob, Document, Metadata
from tests.ingest.reading.samples import as_docx, as_html, as_markdown, as_pdf, as_text, as_zip

SAMPLES = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "md": as_markdown, "txt": as_text}
MEMORY_BYTES = 1_500_000_000
SECONDS = 60.0
READ_UNDER_LIMITS = rf"""
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
from pathlib import Path
from ingest.reading.readers import read_document
from ingest.sources import SourceFile, read_blob
from ontology.errors import DocumentRefused
path = Path(sys.argv[1])
try:
    document = read_document(read_blob(SourceFile("a", path)))
    outcome = ["read", len(document.blocks)]
except DocumentRefused as error:
    outcome = ["refused", str(error)]
own = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1))
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps([*outcome, peak // 1000]))
"""


def read(content: bytes) -> Document:
    return read_document(Blob("a", "a.bin", content, hashlib.sha256(content).hexdigest(), Metadata()))


def mutate(content: bytes, chance: random.Random) -> bytes:
    """One to three damages: cut off, change bits, move, repeat or zero a piece, insert NUL or noise."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(damaged) + 1)
        end = min(len(damaged), start + chance.choice((1, 8, 100, 2_000)))
        match chance.randrange(7):
            case 0:
                del damaged[start:]
            case 1:
                for place in range(start, end):
                    damaged[place] ^= 1 << chance.randrange(8)
            case 2:
                piece = damaged[start:end]
                del damaged[start:end]
                place = chance.randrange(len(damaged) + 1)
                damaged[place:place] = piece
            case 3:
                damaged[start:start] = damaged[start:end] * chance.randint(1, 20)
            case 4:
                damaged[start:end] = bytes(end - start)
            case 5:
                damaged[start:start] = b"\0" * chance.randint(1, 4)
            case _:
                damaged[start:start] = chance.randbytes(chance.randint(1, 50))
    return bytes(damaged)


def outcomes(name: str, amount: int) -> Counter[str]:
    """Read that many damaged files; anything but a document or a refusal goes through as the error that it is."""
    chance = random.Random(f"{name} 4711")
    sample = SAMPLES[name]()
    found: Counter[str] = Counter()
    for _ in range(amount):
        try:
            document = read(mutate(sample, chance))
        except DocumentRefused as error:
            found["refused" if len(str(error)) > 20 else "refused without a reason"] += 1
        else:
            assert document.blocks
            found["read"] += 1
    return found


@pytest.mark.parametrize(("name", "amount"), [("html", 40), ("docx", 40), ("md", 40), ("txt", 40), ("pdf", 3)])
def test_a_damaged_file_is_read_or_refused(name: str, amount: int) -> None:
    found = outcomes(name, amount)
    assert found.total() == found["read"] + found["refused"] == amount
    assert found["refused"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "amount"), [("html", 500), ("docx", 500), ("md", 500), ("txt", 500), ("pdf", 400)])
def test_thousands_of_damaged_files_are_read_or_refused(name: str, amount: int) -> None:
    found = outcomes(name, amount)
    assert found.total() == found["read"] + found["refused"] == amount
    assert min(found["refused"], found["read"]) > amount / 20


@pytest.mark.parametrize("amount", [80, pytest.param(200, marks=pytest.mark.slow)])
def test_a_damaged_archive_loses_only_what_is_damaged(amount: int) -> None:
    chance = random.Random(4711)
    sample = as_zip({f"{name}.{name}": render() for name, render in SAMPLES.items() if name != "pdf"})
    found: Counter[str] = Counter()
    for _ in range(amount):
        stream = io.BytesIO(mutate(sample, chance))
        try:
            members = list_members(stream)
        except DocumentRefused:
            found["archive refused"] += 1
            continue
        for member in members:
            try:
                read(read_member(stream, member, 10_000_000))
                found["read"] += 1
            except DocumentRefused:
                found["refused"] += 1
    assert min(found[outcome] for outcome in ("archive refused", "read", "refused")) > 10


# Archives


def deflated_zeros(amount: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(amount // len(block))) + packer.flush()


def zip_of_zeros(name: str, amount: int, others: dict[str, bytes] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in (others or {}).items():
            archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(amount // 1_000_000):
                member.write(bytes(1_000_000))
    return stream.getvalue()


def overlapping_zip() -> bytes:
    """A thousand members that are all the same bytes (Fifield 2019, "A better zip bomb")."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", random.Random(1).randbytes(1_000))
        for number in range(1, 1_000):
            again = copy.copy(archive.filelist[0])
            again.filename = f"{number}.txt"
            archive.filelist.append(again)
    return stream.getvalue()


def lying_zip(declared: int) -> bytes:
    """A member of 50 MB that declares another size."""
    content = bytearray(zip_of_zeros("a.txt", 50_000_000))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = declared.to_bytes(4, "little")
    return bytes(content)


def test_an_archive_that_inflates_to_too_much_is_refused_before_it_is_inflated() -> None:
    stream = io.BytesIO(zip_of_zeros("a.txt", 60_000_000))
    (member,) = list_members(stream)
    with pytest.raises(DocumentRefused, match="ZIP-bomb"):
        read_member(stream, member, 100_000_000)
    with pytest.raises(DocumentRefused, match="större än 1 MB"):
        read_member(stream, member, 1_000_000)


@pytest.mark.parametrize("declared", [0, 10, 4_000_000])
def test_an_archive_that_lies_about_sizes_is_inflated_no_further_than_it_says(declared: int) -> None:
    stream = io.BytesIO(lying_zip(declared))
    (member,) = list_members(stream)
    with pytest.raises(DocumentRefused, match="skadad"):
        read_member(stream, member, 100_000_000)


def test_members_that_share_bytes_are_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"överlappar|skadad"):
        list_members(io.BytesIO(overlapping_zip()))


def test_an_archive_of_too_many_files_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=str(MAX_MEMBERS)):
        list_members(io.BytesIO(as_zip(dict.fromkeys(map(str, range(MAX_MEMBERS + 1)), b""))))


def test_an_archive_in_an_archive_is_refused() -> None:
    with pytest.raises(DocumentRefused, match="ZIP-arkiv i ett annat"):
        read(as_zip({"b.zip": as_zip({"a.txt": b"Text."})}))


# Word


def docx_with(document_xml: bytes) -> bytes:
    return as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": document_xml})


LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_body(inside: str, doctype: str = "") -> bytes:
    return f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{WORD}"><w:body>{inside}</w:body></w:document>'.encode()


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        (f'<!DOCTYPE d [<!ENTITY q "{"q" * 100_000}">]>', "&q;" * 10_000),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">', "x"),
        ('<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>', "x"),
    ],
)
def test_entities_in_a_word_file_are_refused_unexpanded(doctype: str, text: str) -> None:
    with pytest.raises(DocumentRefused, match=r"XML-bomb|skadad"):
        read(docx_with(word_body(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>", doctype)))


def test_entities_in_other_parts_of_a_word_file_are_refused_too() -> None:
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><w:styles xmlns:w="{WORD}">&l9;</w:styles>'.encode()
    body = word_body("<w:p><w:r><w:t>Text</w:t></w:r></w:p>")
    with pytest.raises(DocumentRefused, match=r"XML-bomb|skadad"):
        read(as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": body, "word/styles.xml": bomb}))


@pytest.mark.parametrize("tag", ["w:tbl><w:tr><w:tc", "w:sdt><w:sdtContent", "w:ins", "w:p"])
@pytest.mark.parametrize("levels", [50, 100_000])
def test_word_files_nested_deep_are_read_or_refused(tag: str, levels: int) -> None:
    closing = "".join(f"</{part}>" for part in reversed(tag.split("><")))
    inside = f"<{tag}>" * levels + "<w:p><w:r><w:t>djupt</w:t></w:r></w:p>" + closing * levels
    try:
        assert "djupt" in read(docx_with(word_body(inside))).text
        assert levels == 50
    except DocumentRefused:
        assert levels > 50 or tag == "w:p"


# PDF


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(body + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def stream_of(content: bytes, filters: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), filters, content)


def pdf_with_pages(amount: int, content: bytes = b"", resources: bytes = b"<<>>") -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + amount))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources %s>>" % resources
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (amount, kids)
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", pages, content or stream_of(b"")] + [page] * amount)


def flate_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(4_000)) + packer.flush()
    return pdf_with_pages(1, stream_of(packed, b"/Filter/FlateDecode"))


def double_flate_bomb() -> bytes:
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 1_000_000) for _ in range(4_000)) + packer.flush()
    return pdf_with_pages(1, stream_of(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))


FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def pdf_of_letters() -> bytes:
    packed = zlib.compress(b"BT /F 9 Tf " + b"1 0 0 1 10 10 Tm (bomb bomb bomb bomb) Tj " * 2_000_000 + b" ET", 9)
    return pdf_with_pages(1, stream_of(packed, b"/Filter/FlateDecode"), FONT)


def nested_pdf() -> bytes:
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 1_000_000 + b"]" * 1_000_000 + b">>", b"<<>>"])


def circular_pdf() -> bytes:
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"])


def scanned_pdf() -> bytes:
    image = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>\n"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
        stream_of(b"600 0 0 800 0 0 cm /I Do"),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        image + b"stream\n\x80\nendstream",
    ]
    return pdf_of(objects)


def html_table(cells: int) -> bytes:
    return b"<!doctype html><html><body><table>" + (b"<tr>" + b"<td>x" * 100) * (cells // 100) + b"</table>"


MAIN_PART = "word/document.xml"
ATTRIBUTES = " ".join(f'a{number}="b"' for number in range(500_000))
EITHER = "läst eller vägrad"
# What each kind of harm comes to: the name of the file, what makes it, and what the refusal says ("" when it is read)
HARM: list[tuple[str, Callable[[], bytes], str]] = [
    ("ten-thousand-pages.pdf", lambda: pdf_with_pages(10_000), f"högst {MAX_PAGES}"),
    ("flate-bomb.pdf", flate_bomb, "PDF"),
    ("double-flate-bomb.pdf", double_flate_bomb, "PDF"),
    ("letters.pdf", pdf_of_letters, EITHER),
    ("nested.pdf", nested_pdf, "PDF"),
    ("circular.pdf", circular_pdf, "PDF"),
    ("scanned.pdf", scanned_pdf, "inskannad"),
    ("bomb.docx", lambda: zip_of_zeros(MAIN_PART, 900_000_000, {"[Content_Types].xml": b"x"}), "större än"),
    ("small-bomb.docx", lambda: zip_of_zeros(MAIN_PART, 45_000_000, {"[Content_Types].xml": b"x"}), "bomb"),
    ("nested.html", lambda: b"<html><body>" + b"<div>" * 100_000 + b"djupt", "i varandra"),
    ("million-cells.html", lambda: html_table(1_000_000), "taggar"),
    ("many-cells.html", lambda: html_table(200_000), ""),
    ("attributes.html", lambda: b"<html><body><p " + ATTRIBUTES.encode() + b">x", "attribut"),
    ("attributes.docx", lambda: docx_with(word_body("<w:p " + ATTRIBUTES + "/>")), "ingen text"),
    ("spans.html", lambda: b"<html><body><table>" + b"<tr><td rowspan=9999 colspan=9999>x<td>y" * 20_000, "tecken"),
    ("some-spans.html", lambda: b"<html><body><table>" + b"<tr><td rowspan=9999 colspan=9999>x<td>y" * 9_000, ""),
    ("one-line.txt", lambda: b"Ett ord och " * 1_500_000, "tecken"),
    ("long-line.txt", lambda: b"Ett ord och " * 400_000, ""),
    ("one-word.txt", lambda: b"a" * 19_000_000, "tecken"),
    ("long-word.txt", lambda: b"a" * 4_900_000, ""),
    ("one-line.html", lambda: b"<html><body><p>" + b"Ett ord och " * 1_500_000, "tecken"),
    ("long-line.html", lambda: b"<html><body><p>" + b"Ett ord och " * 400_000, ""),
    ("brackets.md", lambda: b"# Rubrik\n\n" + b"[" * 200_000, ""),
    ("quotes.md", lambda: b"# Rubrik\n\n" + b">" * 200_000, ""),
    ("stars.md", lambda: b"# Rubrik\n\n" + b"*a **b " * 50_000, ""),
    ("nul.txt", lambda: b"Text\0" * 1_000, "NUL"),
    ("nul.html", lambda: b"<html><body>Text\0", "NUL"),
    ("latin.txt", lambda: "räksmörgås".encode("latin-1"), "giltig utf-8"),
    ("utf16-without-mark.txt", lambda: b"T\0e\0x\0t\0", "NUL"),
    ("lone-surrogate.txt", lambda: b"Text \xed\xa0\x80", "giltig utf-8"),
    ("lone-surrogate-16.txt", lambda: b"\xff\xfeT\0\0\xd8T\0", "giltig utf-16"),
    ("lone-surrogate.html", lambda: b"<html><body>Text &#xD800; &#55357;", ""),
    ("empty.pdf", lambda: b"", "ingen text"),
    ("large.txt", lambda: b"a" * 21_000_000, "20 MB"),
    ("large.pdf", lambda: b"%PDF-" + bytes(200_000_000), "100 MB"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "make", "reason"), HARM, ids=[name for name, _, _ in HARM])
def test_harm_is_refused_or_read_within_memory_and_time(
    tmp_path: Path, name: str, make: Callable[[], bytes], reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", READ_UNDER_LIMITS, str(path)], capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    outcome, detail, peak_mb = json.loads(done.stdout)
    print(name, outcome, detail, f"{peak_mb} MB")
    assert reason == EITHER or (outcome == "refused") == bool(reason)
    assert reason in {"", EITHER} or reason in detail
    assert peak_mb < MEMORY_BYTES / 1e6
