"""Corrections and times on the outside."""

import pytest
from starlette.testclient import TestClient

from api.printing import print_hits
from search.types import Question, SearchResult


def test_an_answer_tells_what_was_probably_meant(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "shizofreni hos vuxna"}).json()
    assert answer["question"] == "shizofreni hos vuxna"
    assert answer["did_you_mean"] == "schizofreni hos vuxna"
    assert answer["hits"]


def test_a_right_question_gets_no_suggestion(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "schizofreni hos vuxna"}).json()["did_you_mean"] is None


def test_a_time_in_the_words_is_told_but_leaves_no_document_out(client: TestClient) -> None:
    plain = client.get("/api/v1/search", params={"q": "arbetsgrupper", "limit": 100}).json()
    timed = client.get("/api/v1/search", params={"q": "arbetsgrupper 2017", "limit": 100}).json()
    asked = client.get("/api/v1/search", params={"q": "arbetsgrupper", "limit": 100, "as-of": "2017"}).json()
    assert timed["as_of"] == "2017"
    assert timed["total"] >= plain["total"] > asked["total"]


def test_the_terminal_asks_whether_it_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits(SearchResult(Question("shizofreni"), "shizofreni", 0, (), did_you_mean="schizofreni"))
    assert "Menade du: schizofreni?" in capsys.readouterr().out
