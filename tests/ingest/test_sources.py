import os
from pathlib import Path

import pytest

from ingest.sources import MAX_BYTES, discover, read_blob, read_index
from ontology.errors import DocumentRefused, IndexFileError, InputError
from ontology.model import Metadata
from ontology.privacy import MARK


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
    with pytest.raises(DocumentRefused, match="20 MB"):
        read_blob(source)


def test_all_real_documents_are_found(shared: Path) -> None:
    found = discover([str(shared / "documents")], shared / "documents" / "index.tsv")
    assert (len(found.files), found.refused) == (211, ())


def test_files_without_extension_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "LOG")
    write(tmp_path, "a.txt")
    assert [found.identifier for found in discover([str(tmp_path)], None).files] == ["a"]
