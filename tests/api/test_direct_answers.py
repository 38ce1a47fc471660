"""A direct answer as other systems get it."""

from starlette.testclient import TestClient

HOST = "Vem är värd för NPO psykisk hälsa?"


def test_a_direct_answer_has_the_promised_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": HOST}).json()["answer"]
    assert set(answer) == {"type", "text", "values", "sparql", "sources", "notes"}
    assert answer["text"] == "Västra Götalandsregionen är värd för NPO psykisk hälsa."
    assert [value["label"] for value in answer["values"]] == ["Västra Götalandsregionen"]
    assert all(set(source) == {"iri", "title", "quote"} for source in answer["sources"])


def test_the_query_of_an_answer_gives_it_again_at_the_endpoint(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": HOST}).json()["answer"]
    rows = client.get("/sparql", params={"query": answer["sparql"]}, headers={"Accept": "application/json"}).json()
    found = [row["value"]["value"] for row in rows["results"]["bindings"]]
    assert found == [value["iri"] for value in answer["values"]]


def test_an_answer_stands_on_the_first_page_only(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": HOST, "page": 2, "limit": 1}).json()["answer"] is None


def test_what_is_asked_of_the_text_gets_passages_and_no_answer(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "Hur behandlas depression?"}).json()
    assert found["answer"] is None
    assert found["hits"]
