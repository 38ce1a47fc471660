import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.sources import MAX_BYTES, discover, read_blob, read_index
from ontology.errors import DocumentRefused, IndexFileError, InputError
from ontology.model import Metadata
from ontology.privacy import MARK
from tests.ingest.reading.samples import as_docx, as_zip


def write(folder: Path, name: str, text: str = "Text.") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_in_a_folder_is_known_by_its_path_without_extension(tmp_path: Path) -> None:
    write(tmp_path, "vård/adhd.md")
    write(tmp_path, "a.txt")
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["a", "vård/adhd"]


def test_hidden_files_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.txt")
    write(tmp_path, ".git/a.txt")
    write(tmp_path, "table.csv")
    write(tmp_path, "page.html")
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["page"]


def test_the_index_names_and_describes_what_lies_under_the_path(tmp_path: Path) -> None:
    write(tmp_path, "a/one.txt")
    write(tmp_path, "b/two.txt")
    index = write(
        tmp_path, "index.tsv", "id\tfile\ttitle\ticd10\n7\ta/one.txt\tEtt\tF900 (Adhd F99)\n8\tb/two.txt\t\t\n"
    )
    (found,) = discover([str(tmp_path / "a")], index).files
    assert (found.identifier, found.metadata.title, found.metadata.codes) == ("7", "Ett", ("F90.0",))


def test_a_listed_file_that_is_missing_is_refused_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, "one.txt")
    index = write(tmp_path, "index.tsv", "id\tfile\n1\tone.txt\n2\ttwo.txt\n")
    found = discover([str(tmp_path)], index)
    assert [file.identifier for file in found.files] == ["1"]
    assert [refusal.identifier for refusal in found.refused] == ["2"]


def test_two_files_with_one_identifier_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "a.md")
    found = discover([str(tmp_path)], None)
    assert len(found.files) == 1
    assert "samma identifierare" in found.refused[0].reason


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("id\tname\n1\ta\n", "saknar kolumnen file"),
        ("id\tfile\n1\t\n", "rad 2"),
        ("id\tfile\n1\ta\n1\tb\n", "rad 3"),
        ("id\tfile\tdate\n1\ta\t1 maj\n", "datumet"),
        ("id\tfile\n\n1\ta\n2\t./a\n", "rad 4: filen ./a har redan ett id på rad 3"),
        ("id\tfile\nå\ta\na\u030a\tb\n", "rad 3: id å står redan på rad 2"),
        ("id\tfile\n1\ta\0\n", "NUL"),
        ("id\tfile\n1\t" + "a" * 200_000, "rad 2"),
    ],
)
def test_an_unusable_index_is_refused_with_its_line(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(IndexFileError, match=part):
        read_index(write(tmp_path, "index.tsv", text))


def test_a_field_of_the_index_may_hold_odd_line_separators(tmp_path: Path) -> None:
    index = write(tmp_path, "index.tsv", "id\tfile\ttitle\r\n1\ta.txt\tEtt\u2028två\x85tre\x0bfyra\r\n2\tb.txt\tB\r\n")
    assert [found.metadata.title for found in read_index(index).values()] == ["Ett\u2028två\x85tre\x0bfyra", "B"]


def test_identity_numbers_in_the_index_are_masked(tmp_path: Path) -> None:
    number = "19811228-9874"
    text = f"id\tfile\ttitle\tsource\tkind\n1\ta.txt\tOm {number}\tFrån {number}\tBrev {number}\n"
    ((_, found),) = read_index(write(tmp_path, "index.tsv", text)).items()
    assert found.metadata == Metadata(title=f"Om {MARK}", source=f"Från {MARK}", kind=f"Brev {MARK}")


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("rad\nbrytning.txt", "rad\ufffdbrytning", "styrtecken"),
        ("a\x1b[2J.txt", "a\ufffd[2J", "styrtecken"),
        ("latin\udce5.txt", "latin\ufffd", "styrtecken"),
        ("brev 19811228-9874.txt", f"brev {MARK}", "personnummer"),
    ],
)
def test_an_identifier_that_must_not_be_stored_is_refused_unrepeated(
    tmp_path: Path, name: str, shown: str, reason: str
) -> None:
    write(tmp_path, name)
    write(tmp_path, "b.txt")
    found = discover([str(tmp_path)], None)
    assert [file.identifier for file in found.files] == ["b"]
    assert [refusal.identifier for refusal in found.refused] == [shown]
    assert reason in found.refused[0].reason
    index = write(tmp_path, "index.tsv", "id\tfile\n19811228-9874\tb.txt\n8112289874\tsaknas.txt\n")
    assert [refusal.identifier for refusal in discover([str(tmp_path / "b.txt")], index).refused] == [MARK]


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "open/a.txt")
    write(tmp_path, "closed/b.txt")
    index = write(tmp_path, "index.tsv", "id\tfile\n1\topen/a.txt\n2\tclosed/b.txt\n3\tclosed/c.txt\n")
    assert discover([str(tmp_path)], None).complete
    scan = os.scandir

    def refuse_closed(path: str) -> "os._ScandirIterator[str]":
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse_closed)
    found = discover([str(tmp_path)], index)
    assert [file.identifier for file in found.files] == ["1"]
    assert [refusal.reason.partition(". ")[0] for refusal in found.refused] == [
        f"Mappen {tmp_path / 'closed'} går inte att läsa"
    ]
    assert not found.complete


def test_a_folder_whose_files_cannot_be_examined_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "closed/b.txt")
    is_file = Path.is_file

    def refuse_closed(path: Path) -> bool:
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse_closed)
    found = discover([str(tmp_path)], None)
    assert "går inte att läsa" in found.refused[0].reason
    assert (found.files, found.complete) == ((), False)


def test_a_path_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(InputError, match="finns inte"):
        discover(["no/such/place"], None)


def test_an_address_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match="Spara sidan"):
        discover(["https://example.org/"], None)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    (source,) = discover([str(path)], None).files
    with pytest.raises(DocumentRefused, match="100 MB"):
        read_blob(source)


def test_all_real_documents_are_found(shared: Path) -> None:
    found = discover([str(shared / "documents")], shared / "documents" / "index.tsv")
    assert (len(found.files), found.refused) == (211, ())


def test_files_without_extension_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "LOG")
    write(tmp_path, "a.txt")
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["a"]


@pytest.mark.parametrize("content", [b"<!doctype html><p>Text.", b"%PDF-1.7", as_docx()])
@pytest.mark.parametrize("name", ["sida", "sida.tmp", "sida.xls"])
def test_a_file_that_shows_what_it_is_is_found_under_any_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "data.bin").write_bytes(b"\x00\x01" + content)
    assert [found.path.name for found in discover([str(tmp_path)], None).files] == [name]


def test_a_data_file_is_passed_over_even_when_it_looks_like_a_page(tmp_path: Path) -> None:
    write(tmp_path, "sitemap.xml", "<html><body>Text")
    write(tmp_path, "a.md")
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["a"]


def test_a_file_that_is_given_is_taken_whatever_its_name(tmp_path: Path) -> None:
    (found,) = discover([str(write(tmp_path, "LÄSMIG.csv"))], None).files
    assert found.identifier == "LÄSMIG"


def test_a_listed_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "one.dat")
    write(tmp_path, "two.dat")
    index = write(tmp_path, "index.tsv", "id\tfile\n1\tone.dat\n")
    assert [found.identifier for found in discover([str(tmp_path)], index).files] == ["1"]


ARCHIVE = {
    "vård/sida.html": b"<html><body>Text.",
    "vård/fil": b"%PDF-1.7",
    "anteckning.md": b"Text.",
    "tabell.csv": b"a",
    "bild.png": b"\x89PNG",
    ".dold/x.md": b"Text.",
    "__MACOSX/._anteckning.md": b"x",
}


def test_the_documents_in_an_archive_are_documents_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "arkiv.zip").write_bytes(as_zip(ARCHIVE))
    names = ["anteckning", "vård/fil", "vård/sida"]
    in_folder = discover([str(tmp_path)], None)
    given = discover([str(tmp_path / "arkiv.zip")], None)
    assert [found.identifier for found in in_folder.files] == [f"arkiv/{name}" for name in names]
    assert [found.identifier for found in given.files] == names
    blobs = [read_blob(found) for found in given.files]
    assert [(blob.name, blob.content) for blob in blobs] == [
        ("anteckning.md", b"Text."),
        ("fil", b"%PDF-1.7"),
        ("sida.html", b"<html><body>Text."),
    ]


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "arkiv.docx").write_bytes(as_zip({"a.txt": b"Text."}))
    (tmp_path / "brev.zip").write_bytes(as_docx())
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["arkiv/a", "brev"]


def test_the_index_describes_files_in_archives(tmp_path: Path) -> None:
    (tmp_path / "arkiv.zip").write_bytes(as_zip(ARCHIVE))
    table = "id\tfile\ttitle\n7\tarkiv.zip/vård/sida.html\tEtt\n8\tarkiv.zip/saknas.html\tTvå\n"
    index = write(tmp_path, "index.tsv", table)
    found = discover([str(tmp_path)], index)
    assert [(file.identifier, file.metadata.title) for file in found.files][-1] == ("7", "Ett")
    assert [refusal.identifier for refusal in found.refused] == ["8"]


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "C:/a.txt", "..\\a.txt"])
def test_a_path_that_leads_out_of_its_archive_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "arkiv.zip").write_bytes(as_zip({name: b"Text.", "b.txt": b"Text."}))
    found = discover([str(tmp_path / "arkiv.zip")], None)
    assert [file.identifier for file in found.files] == ["b"]
    assert "ut ur arkivet" in found.refused[0].reason


def test_a_damaged_archive_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "arkiv.zip").write_bytes(as_zip(ARCHIVE)[:-30])
    write(tmp_path, "b.txt")
    found = discover([str(tmp_path)], None)
    assert [file.identifier for file in found.files] == ["arkiv", "b"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir])
def test_what_is_no_file_is_passed_over_in_a_folder_and_refused_when_given(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "sida.html")
    write(tmp_path, "b.txt")
    assert [file.identifier for file in discover([str(tmp_path)], None).files] == ["b"]
    found = discover([str(tmp_path / "sida.html")], None).files
    for file in found:
        with pytest.raises(DocumentRefused, match="ingen vanlig fil"):
            read_blob(file)
    assert len(found) == (not (tmp_path / "sida.html").is_dir())


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to(tmp_path / "b.html")
    (tmp_path / "b.html").symlink_to(tmp_path / "a.html")
    (tmp_path / "mapp").symlink_to(tmp_path, target_is_directory=True)
    write(tmp_path, "c.txt")
    index = write(tmp_path, "index.tsv", "id\tfile\n1\ta.html\n")
    found = discover([str(tmp_path)], index)
    assert [file.identifier for file in found.files] == ["c"]
    assert [refusal.identifier for refusal in found.refused] == ["1"]


@pytest.mark.parametrize("name", ["brev.doc", "brev.odt", "brev.rtf"])
def test_written_documents_of_other_kinds_are_not_missed_in_silence(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    assert [found.path.name for found in discover([str(tmp_path)], None).files] == [name]
