import dataclasses
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.settings import Settings
from graph.store import open_working
from ingest import run
from ingest.sources import discover

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
}


def result_iris(client: TestClient) -> set[str]:
    answer = client.get("/api/v1/search", params={"q": "Vilken behandling rekommenderas vid adhd?"}).json()
    found = set()
    for hit in answer["hits"]:
        found |= {hit["iri"], hit["document"]["iri"], *(concept["iri"] for concept in hit["concepts"])}
    return found


def path_of(iri: str) -> str:
    return "/id/" + iri.partition("/id/")[2]


def triples(client: TestClient, path: str, media_type: str) -> set[str]:
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    return {str(quad.triple) for quad in ox.parse(answer.content, format=FORMATS[media_type])}


@pytest.mark.slow
def test_every_iri_of_a_result_answers_alike_in_every_format(client: TestClient) -> None:
    found = result_iris(client)
    assert len(found) > 10
    for iri in sorted(found):
        see = client.get(path_of(iri), follow_redirects=False)
        assert see.status_code == 303
        described = see.headers["location"]
        assert described == path_of(iri).replace("/id/", "/doc/", 1)
        graphs = [triples(client, described, media_type) for media_type in FORMATS]
        assert graphs[0]
        assert all(graph == graphs[0] for graph in graphs)
        page = client.get(described, headers={"Accept": "text/html"})
        assert iri in page.text


def test_head_answers_as_get_less_the_body(client: TestClient) -> None:
    path = path_of(min(result_iris(client))).replace("/id/", "/doc/", 1)
    get, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == get.headers["etag"]


def test_what_a_client_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/doc/condition/F32", headers={"Accept": "text/turtle"})
    again = client.get("/doc/condition/F32", headers={"Accept": "text/turtle", "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    other = client.get("/doc/condition/F32", headers={"Accept": "text/html", "If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_headers_name_the_thing_and_the_other_formats(client: TestClient) -> None:
    headers = client.get("/doc/condition/F32", headers={"Accept": "text/turtle"}).headers
    assert "accept" in headers["vary"].lower()
    assert '<https://vipgraf.example/id/condition/F32>; rel="canonical"' in headers["link"]
    assert 'rel="alternate"; type="application/ld+json"' in headers["link"]


def test_links_of_a_page_choose_formats_by_address(client: TestClient) -> None:
    assert client.get("/doc/condition/F32?format=turtle").headers["content-type"].startswith("text/turtle")
    assert client.get("/doc/condition/F32?format=jsonld").headers["content-type"].startswith("application/ld+json")


def test_the_graph_of_a_document_can_be_had_whole(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "adhd"}).json()
    identifier = answer["hits"][0]["document"]["identifier"]
    whole = triples(client, f"/doc/graph/document/{identifier}", "application/trig")
    assert len(whole) > 30
    assert client.get(f"/doc/graph/document/{identifier}", headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/id/condition/nope",
        "/doc/condition/nope",
        "/doc/nope/nope",
        "/nope",
        "/id/condition/%3E",
        "/id/a%20b/x",
        "/doc/%3Cx/y",
    ],
)
def test_what_is_unknown_is_a_problem_404(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_format_that_does_not_exist_is_refused(client: TestClient) -> None:
    assert client.get("/doc/condition/F32", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.slow
def test_a_document_may_have_any_name(client: TestClient, deployment: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    names = ["日本", "namn med åäö % # €", "a?b&c"]
    for name in names:
        (folder / f"{name}.md").write_text(f"# {name}\n\nOm adhd.\n", encoding="utf-8")
    settings = dataclasses.replace(deployment, data=tmp_path / "data")
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        run.ingest(
            store, discover([str(folder)], None), workshop, jobs=1, prune=False, advance=lambda _done, _total: None
        )
        wiring.publish(store, settings, print, lambda _done, _total: None)
    with TestClient(create_app(settings)) as other:
        answer = other.get("/api/v1/search", params={"q": "adhd"}).json()
        assert sorted(hit["document"]["identifier"] for hit in answer["hits"]) == sorted(names)
        for hit in answer["hits"]:
            for iri in (hit["iri"], hit["document"]["iri"]):
                described = other.get(path_of(iri), headers={"Accept": "text/turtle"})
                assert described.status_code == 200
                assert f"<{iri}>; rel" in described.headers["link"]
                assert described.headers["link"].isascii()


def test_a_format_by_address_that_does_not_exist_is_refused(client: TestClient) -> None:
    assert client.get("/doc/condition/F32?format=bogus").status_code == 400
