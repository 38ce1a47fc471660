import dataclasses
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from api.app import create_app
from api.cli import cli
from api.settings import Settings
from ontology.errors import CodeListError

ROWS = ["Kod\t\tTitel", "F90\t\tNittio", "F900\t\tNittio noll", "F90.0A\t\tNittio noll A", "F32\t\tTrettiotvå"]


@pytest.fixture
def environment(deployment: Settings, tmp_path: Path) -> dict[str, str]:
    return {"VIPGRAF_DATA": str(tmp_path / "data"), "VIPGRAF_MODELS": str(deployment.models), "VIPGRAF_MODEL": "hash"}


def invoke(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env=environment)


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: the traceback of an exit status would keep the graph open for the next command."""
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def write(folder: Path, rows: list[str]) -> str:
    path = folder / "koder.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def asked(environment: dict[str, str], query: str) -> object:
    return json.loads(run(environment, "sparql", query).stdout)


def test_a_list_is_loaded_and_tells_which_conditions_are_linked(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, "vocabulary", "load", "icd-10-se", write(tmp_path, ROWS))
    assert done.returncode == 0
    assert "4 koder lästes in som ICD-10-SE. 3 tillstånd är länkade till sina koder; 0 rader avvisades." in done.stdout
    (warning,) = done.stderr.splitlines()
    assert warning.startswith("Varning: ")
    assert "F43.8A" in warning
    assert "F90.0," not in warning


@pytest.mark.slow
def test_the_same_list_again_changes_nothing_and_says_so(environment: dict[str, str], tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    assert json.loads(invoke(environment, "vocabulary", "load", "icd-10-se", file, "--json").stdout)["new"] is True
    assert (
        "0 ändringar; ICD-10-SE är redan inläst" in invoke(environment, "vocabulary", "load", "icd-10-se", file).stdout
    )
    again = json.loads(invoke(environment, "vocabulary", "load", "icd-10-se", file, "--json").stdout)
    assert (again["new"], again["codes"], again["linked"], again["refused"]) == (False, 4, 3, [])


@pytest.mark.slow
def test_bad_rows_are_listed_with_status_3_and_the_others_are_loaded(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = write(tmp_path, [*ROWS, "F00-F09\t\tAvsnitt", "F91 utan tabb", "F90\t\tAnnan \x1b[31mtitel"])
    done = run(environment, "vocabulary", "load", "icd-10-se", file)
    assert done.returncode == 3
    assert "4 koder lästes in" in done.stdout
    assert "3 rader avvisades" in done.stdout
    listed = [line for line in done.stderr.splitlines() if line.startswith("Avvisad rad ")]
    assert [line.partition(":")[0] for line in listed] == ["Avvisad rad 6", "Avvisad rad 7", "Avvisad rad 8"]
    assert "Raden är: F91 utan tabb" in listed[1]
    assert "\x1b" not in done.stderr
    again = run(environment, "vocabulary", "load", "icd-10-se", file, "--json")
    assert again.returncode == 3
    assert [row["line"] for row in json.loads(again.stdout)["refused"]] == [6, 7, 8]


@pytest.mark.slow
def test_an_unusable_file_leaves_what_was_loaded(environment: dict[str, str], tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    assert invoke(environment, "vocabulary", "load", "icd-10-se", file).exit_code == 0
    bad = tmp_path / "dålig.tsv"
    for content in (b"", b"F90\tbr\xe4nd", b"\x00\x01", b"Kod\tTitel\n"):
        bad.write_bytes(content)
        error = invoke(environment, "vocabulary", "load", "icd-10-se", str(bad)).exception
        assert isinstance(error, CodeListError)
        assert "dålig.tsv" in str(error)
    assert "0 ändringar" in invoke(environment, "vocabulary", "load", "icd-10-se", file).stdout


def test_a_missing_file_is_one_clear_line_and_status_1(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, "vocabulary", "load", "icd-10-se", str(tmp_path / "saknas.tsv"))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("vipgraf: Filen ")


def test_a_folder_is_an_error_and_makes_no_graph(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, "vocabulary", "load", "icd-10-se", str(tmp_path))
    assert done.returncode == 1
    assert "är en mapp" in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_classification_is_wrong_usage_and_the_known_ones_are_listed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    result = invoke(environment, "vocabulary", "load", "icd-11", write(tmp_path, ROWS))
    assert result.exit_code == 2
    assert "Välj någon av: icd-10-se." in result.stderr
    assert "icd-10-se" in invoke(environment, "vocabulary", "load", "--help").stdout


@pytest.fixture(scope="module")
def classified(deployment: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment of one document with a small classification, published."""
    folder = tmp_path_factory.mktemp("classified")
    settings = dataclasses.replace(deployment, data=folder / "data")
    environment = {"VIPGRAF_DATA": str(settings.data), "VIPGRAF_MODELS": str(settings.models), "VIPGRAF_MODEL": "hash"}
    document = folder / "adhd.txt"
    document.write_text(
        "Adhd\n\nBehandling vid adhd. Diagnosen Nittio noll A är inget vi länkar till.", encoding="utf-8"
    )
    for arguments in (
        ("vocabulary", "load", "icd-10-se", write(folder, ROWS)),
        ("ingest", str(document), "--jobs", "1"),
        ("publish",),
    ):
        assert run(environment, *arguments).returncode == 0, arguments
    return settings


@pytest.fixture(scope="module")
def classified_environment(classified: Settings) -> dict[str, str]:
    return {"VIPGRAF_DATA": str(classified.data), "VIPGRAF_MODELS": str(classified.models), "VIPGRAF_MODEL": "hash"}


@pytest.fixture(scope="module")
def classified_client(classified: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(classified), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.slow
def test_a_code_has_a_page_with_title_broader_code_and_linked_condition(classified_client: TestClient) -> None:
    see = classified_client.get("/id/icd-10-se/F90.0", follow_redirects=False)
    assert see.status_code == 303
    page = classified_client.get(see.headers["location"], headers={"Accept": "text/html"}).text
    assert "<h1>Nittio noll</h1>" in page
    assert 'href="/id/icd-10-se/F90"' in page
    assert 'href="/id/icd-10-se/F90.0A"' in page
    assert 'href="/id/condition/F90.0"' in page
    data = classified_client.get(see.headers["location"], headers={"Accept": "text/turtle"})
    assert data.status_code == 200
    assert "ClassificationCode" in data.text


@pytest.mark.slow
def test_the_scheme_and_the_condition_have_pages_that_lead_to_the_codes(classified_client: TestClient) -> None:
    scheme = classified_client.get("/id/scheme/icd-10-se", headers={"Accept": "text/html"})
    assert "<h1>ICD-10-SE</h1>" in scheme.text
    condition = classified_client.get("/id/condition/F90.0", headers={"Accept": "text/html"})
    assert 'href="/id/icd-10-se/F90.0"' in condition.text


@pytest.mark.slow
def test_status_tells_which_classification_serves(classified_environment: dict[str, str]) -> None:
    lines = invoke(classified_environment, "status").stdout.splitlines()
    (line,) = [line for line in lines if line.startswith("ICD-10-SE")]
    assert "4 koder ur koder.tsv" in line
    (found,) = json.loads(invoke(classified_environment, "status", "--json").stdout)["classifications"]
    assert (found["codes"], found["loaded"][:2]) == (4, "20")


@pytest.mark.slow
def test_titles_of_codes_are_no_names_that_text_or_questions_are_linked_to(
    classified_environment: dict[str, str],
) -> None:
    query = "SELECT DISTINCT ?concept { ?mention vip:refersTo ?concept }"
    found = [row["concept"]["value"] for row in asked(classified_environment, query)["results"]["bindings"]]  # type: ignore[index]
    assert "https://vipgraf.example/id/condition/F90" in found
    assert [iri for iri in found if "icd-10-se" in iri] == []
    answer = json.loads(invoke(classified_environment, "search", "nittio noll A vid adhd", "--json").stdout)
    shown = [concept["iri"] for hit in answer["hits"] for concept in hit["concepts"]]
    assert shown
    assert [iri for iri in shown if "icd-10-se" in iri] == []


@pytest.mark.slow
def test_the_codes_can_be_asked_for_from_the_condition(classified_environment: dict[str, str]) -> None:
    query = 'SELECT ?code { ?condition skos:notation "F90.0" ; skos:closeMatch/skos:broader/skos:notation ?code }'
    assert [row["code"]["value"] for row in asked(classified_environment, query)["results"]["bindings"]] == ["F90"]  # type: ignore[index]


@pytest.mark.slow
def test_a_release_with_the_whole_classification_is_made_verified_and_asked(
    environment: dict[str, str], tmp_path: Path
) -> None:
    subcategories = [f"{letter}{number:03d}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for number in range(1000)]
    codes = ([code + detail for detail in ("", "A", "B") for code in subcategories])[:35_684]
    rows = [f"{code}\t\tEn benämning av den längd som är vanlig, nämligen för {code}" for code in codes]
    document = tmp_path / "adhd.txt"
    document.write_text("Adhd\n\nBehandling vid adhd.", encoding="utf-8")
    assert run(environment, "vocabulary", "load", "icd-10-se", write(tmp_path, rows)).returncode == 0
    assert run(environment, "ingest", str(document), "--jobs", "1").returncode == 0
    assert run(environment, "publish").returncode == 0
    assert "0 ändringar" in run(environment, "publish").stdout
    assert run(environment, "verify").returncode == 0
    assert len(run(environment, "releases").stdout.splitlines()) == 1
    assert "35684 koder" in run(environment, "status").stdout
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "1. Adhd" in run(environment, "search", "adhd").stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Measured on a busy machine: 2 s; 9 s when every label of the classification was looked through.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 4
