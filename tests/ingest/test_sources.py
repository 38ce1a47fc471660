from pathlib import Path

import pytest

from ingest.sources import MAX_BYTES, discover, read_blob, read_index
from ontology.errors import DocumentRefused, IndexFileError, InputError


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
    ],
)
def test_an_unusable_index_is_refused_with_its_line(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(IndexFileError, match=part):
        read_index(write(tmp_path, "index.tsv", text))


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
