"""A text that stands in several documents, as the API, the page and the terminal show it."""

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.cli import cli
from api.settings import Settings
from tests.conftest import OWN_KIND

pytestmark = pytest.mark.usefixtures("kept_engines")


def test_the_same_text_is_one_hit_that_tells_of_the_other_document(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "växelvård", "type": OWN_KIND}).json()
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


def test_the_page_and_the_terminal_name_the_other_document(client: TestClient, deployment: Settings) -> None:
    environment = {
        "VIPGRAF_DATA": str(deployment.data),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
    }
    assert "Samma text finns också i" in client.get("/", params={"q": "växelvård"}).text
    assert "Samma text också: rutin-" in CliRunner().invoke(cli, ["search", "växelvård"], env=environment).output
