import logging

import pytest
from starlette.testclient import TestClient


def test_suggestions_have_the_promised_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/suggest", params={"q": "adhd", "limit": 3}).json()
    assert answer["question"] == "adhd"
    assert len(answer["suggestions"]) == 3
    for suggestion in answer["suggestions"]:
        assert set(suggestion) == {"text", "type", "kind", "kind_label", "iri", "matched"}
    first = answer["suggestions"][0]
    assert (first["type"], first["kind"], first["kind_label"]) == ("concept", "condition", "tillstånd")
    assert [first["text"][start:end].lower() for start, end in first["matched"]] == ["adhd"]


def test_the_iri_of_a_concept_leads_to_it(client: TestClient) -> None:
    (first, *_) = client.get("/api/v1/suggest", params={"q": "tvångssyndrom"}).json()["suggestions"]
    assert client.get(f"/id/{first['iri'].partition('/id/')[2]}").status_code == 200


def test_concepts_headings_and_questions_are_suggested(client: TestClient) -> None:
    found = client.get("/api/v1/suggest", params={"q": "adhd", "limit": 20}).json()["suggestions"]
    assert {suggestion["type"] for suggestion in found} == {"concept", "heading", "question"}
    assert all(suggestion["iri"] is None for suggestion in found if suggestion["type"] == "question")


def test_nothing_written_gives_no_suggestions(client: TestClient) -> None:
    for written in ("", "  ", "?!"):
        assert client.get("/api/v1/suggest", params={"q": written}).json()["suggestions"] == []


@pytest.mark.parametrize("params", [{}, {"q": "a", "limit": "0"}, {"q": "a", "limit": "21"}, {"q": "x" * 1001}])
def test_what_cannot_be_used_is_a_problem(client: TestClient, params: dict[str, str]) -> None:
    answer = client.get("/api/v1/suggest", params=params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_personal_identity_numbers_are_neither_sent_back_nor_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "vipgraf"):
        body = client.get("/api/v1/suggest", params={"q": "adhd 19811228-9874"}).text
    assert "9874" not in body
    assert "[personnummer]" in body
    assert not [record for record in caplog.records if record.name.startswith("vipgraf")]
