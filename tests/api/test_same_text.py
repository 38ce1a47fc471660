"""A text that stands in several documents, as the API, the page and the terminal show it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.cli import cli
from api.settings import Settings, read_settings
from graph.store import open_working
from ingest import run
from ingest.sources import discover

TEXT = "Vid växelvård planeras varje vistelse tillsammans med den enskilde, de närstående och hemtjänstens personal."


@pytest.fixture(scope="module")
def environment(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("same")
    texts = {
        "rutin-norr": TEXT,
        "rutin-syd": TEXT.lower(),
        "annat": "Växelvård beviljas av biståndshandläggaren i kommunen.",
    }
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")
    variables = {"VIPGRAF_DATA": str(folder / "data"), "VIPGRAF_MODELS": str(models), "VIPGRAF_MODEL": "hash"}
    settings = read_settings(variables)
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        run.ingest(
            store, discover([str(folder)], None), workshop, jobs=1, prune=False, advance=lambda _done, _total: None
        )
        wiring.publish(store, settings, print, lambda _done, _total: None)
    return variables


@pytest.fixture(scope="module")
def client(environment: dict[str, str]) -> Iterator[TestClient]:
    settings: Settings = read_settings(environment)
    with TestClient(create_app(settings)) as client:
        yield client


def test_the_same_text_is_one_hit_that_tells_of_the_other_document(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "växelvård"}).json()
    assert answer["total"] == len(answer["hits"]) == 2
    (same,) = [hit for hit in answer["hits"] if "also" in hit]
    (copy,) = same["also"]
    assert {same["document"]["identifier"], copy["document"]["identifier"]} == {"rutin-norr", "rutin-syd"}
    assert client.get(copy["iri"].removeprefix("https://vipgraf.example")).status_code == 200


def test_a_count_is_what_its_filter_finds(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "växelvård"}).json()
    counted = [(facet, count) for facet, counts in answer["facets"].items() for count in counts]
    assert counted
    for facet, count in counted:
        found = client.get("/api/v1/search", params={"q": "växelvård", facet: count["value"]}).json()
        assert found["total"] == count["count"]


def test_the_page_and_the_terminal_name_the_other_document(client: TestClient, environment: dict[str, str]) -> None:
    assert "Samma text finns också i" in client.get("/", params={"q": "växelvård"}).text
    assert "Samma text också: rutin-" in CliRunner().invoke(cli, ["search", "växelvård"], env=environment).output
