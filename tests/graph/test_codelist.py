import os
from pathlib import Path

import pytest

from graph import codelist
from graph.codelist import CodeList, read_codelist
from ontology.errors import CodeListError


def read(folder: Path, content: str | bytes) -> CodeList:
    path = folder / "koder.tsv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_codelist(path)


@pytest.mark.parametrize(
    "row",
    [
        "F90.0\tTitel",
        "F900\tTitel",
        "F90.0\t\tTitel",
        "F900\t4\tTitel",
        " f900 \t Titel \t",
        "F900\tTitel\r",
        "F900\tTitel\t\t",
    ],
)
def test_a_row_in_any_of_the_forms_gives_a_dotted_code_and_its_title(tmp_path: Path, row: str) -> None:
    found = read(tmp_path, row + "\n")
    assert dict(found.titles) == {"F90.0": "Titel"}
    assert found.refused == ()


@pytest.mark.parametrize("header", ["Kod\tTitel", "code\tlevel\ttitle_sv", "ICD-10-kod\t\tText", "KOD"])
def test_a_header_is_passed_over(tmp_path: Path, header: str) -> None:
    found = read(tmp_path, f"\n{header}\nF90\t\tEn\n")
    assert (dict(found.titles), found.refused) == ({"F90": "En"}, ())


def test_only_the_first_row_can_be_a_header(tmp_path: Path) -> None:
    found = read(tmp_path, "F90\tEn\nKod\tTitel\n")
    assert [row.line for row in found.refused] == [2]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ending_are_read(tmp_path: Path, ending: str) -> None:
    found = read(tmp_path, "\ufeff" + ending.join(["F90\tEn å", "", "F91\tTvå ö", ""]))
    assert (dict(found.titles), found.refused) == ({"F90": "En å", "F91": "Två ö"}, ())


def test_titles_are_composed_and_their_spaces_are_plain(tmp_path: Path) -> None:
    assert read(tmp_path, "F90\tA\u030ang\u00a0 est\n").titles["F90"] == "Ång est"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("F90 Titel", "ingen tabb"),
        ("F90", "ingen tabb"),
        ("F90\t", "titeln saknas"),
        ("F90\t\t", "titeln saknas"),
        ("F90\t3", "titeln saknas"),
        ("F90\t3\t", "titeln saknas"),
        ("\tTitel", "koden saknas"),
        ("F9\tTitel", "F9 är inte skriven som en kod"),
        ("F90.\tTitel", "inte skriven som en kod"),
        ("F90.0AB\tTitel", "inte skriven som en kod"),
        ("F90A\tTitel", "inte skriven som en kod"),
        ("Å90\tTitel", "inte skriven som en kod"),
        ("F٩٠\tTitel", "inte skriven som en kod"),
        ("F00-F09\tTitel", "avsnitt"),
        ("F00 – F09\tTitel", "avsnitt"),
        ("A02-P\tTitel", "KSH97-P"),
        ("A03-\tTitel", "KSH97-P"),
        ("F419P\tTitel", "KSH97-P"),
        ("F90\tEn\tTvå", "3 kolumner"),
        ("F90\tEn\x00två", "U+0000"),
        ("F90\tEn\x1b[31mtvå", "U+001B"),
        ("F90\tEn\u2028två", "U+2028"),
        ("F90\tEn\ufffdtvå", "U+FFFD"),
        ("F90\t" + "a" * 1001, "1001 tecken"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    found = read(tmp_path, f"F32\tEn\n{row}\nF33\tTvå\n")
    assert list(found.titles) == ["F32", "F33"]
    (refused,) = found.refused
    assert refused.line == 2
    assert reason in refused.reason
    assert refused.content.isprintable()
    assert len(refused.content) <= 80
    assert refused.content.startswith(row.partition("\t")[0].strip()[:3])


def test_a_code_twice_is_refused_only_when_the_titles_differ(tmp_path: Path) -> None:
    found = read(tmp_path, "F900\tEn\nF90.0\tEn\nF90.0\tTvå\n")
    assert dict(found.titles) == {"F90.0": "En"}
    assert [(row.line, row.reason) for row in found.refused] == [(3, "koden F90.0 har en annan titel på rad 1")]


def test_what_is_shown_or_kept_has_no_personal_identity_number(tmp_path: Path) -> None:
    found = read(tmp_path, "F90\tAnna 19811228-9874\n19811228-9874\tAnna\n")
    assert "9874" not in repr(found)
    assert "[personnummer]" in found.titles["F90"]
    assert len(found.refused) == 1


def test_a_file_that_is_not_utf_8_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16"):
        with pytest.raises(CodeListError, match="UTF-8"):
            read(tmp_path, "F90\tEn\nF91\tTvå å\n".encode(encoding))
    with pytest.raises(CodeListError, match="rad 2"):
        read(tmp_path, "F90\tEn\nF91\tTvå å\n".encode("latin-1"))


@pytest.mark.parametrize("content", ["", "\ufeff", "\n \r\n\t\n"])
def test_an_empty_file_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(CodeListError, match="är tom"):
        read(tmp_path, content)


@pytest.mark.parametrize("content", ["Kod\tTitel\n", "\u00a0\n", "F00-F09\tTitel\n", "\x00\x01\x02\n" * 9])
def test_a_file_without_a_usable_row_is_an_error_that_shows_the_form(tmp_path: Path, content: str) -> None:
    with pytest.raises(CodeListError, match=r"går att använda.*KOD<tabb>TITEL"):
        read(tmp_path, content)


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CodeListError, match="är en mapp"):
        read_codelist(tmp_path)
    with pytest.raises(CodeListError, match=r"saknas\.tsv finns inte"):
        read_codelist(tmp_path / "saknas.tsv")
    with pytest.raises(CodeListError, match="går inte att läsa"):
        read_codelist(Path("a\0b"))


def test_a_file_too_large_to_be_a_list_of_codes_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codelist, "_LONGEST_FILE", len("F90\tEn tva"))
    assert read(tmp_path, "F90\tEn tva").titles
    with pytest.raises(CodeListError, match="större än"):
        read(tmp_path, "F90\tEn tvaa")


def test_one_huge_line_is_refused_and_stops_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "F90\t" + "ö" * 2_000_000 + "\nF91\tTvå\n")
    assert list(found.titles) == ["F91"]
    assert len(found.refused[0].content) == 80


def test_the_real_list_for_mental_health_is_read_whole(shared: Path) -> None:
    found = read_codelist(shared / "data" / "icd10se_F_X60-X84.tsv")
    assert len(found.titles) == 573
    assert found.refused == ()
    assert found.titles["F43.8A"] == "Utmattningssyndrom"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CodeListError, match="ingen vanlig fil"):
        read_codelist(tmp_path / "pipe")
