from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from api import wiring
from api.settings import Settings
from ingest.finding.mentions import find_mentions
from ingest.language import Token

QUESTION = "Vilken behandling rekommenderas vid adhd hos vuxna?"


def test_an_answer_has_the_promised_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": QUESTION, "limit": 3}).json()
    assert set(answer) == {"question", "did_you_mean", "as_of", "answer", "total", "page", "limit", "facets", "hits"}
    assert len(answer["hits"]) == 3
    hit = answer["hits"][0]
    assert set(hit) == {
        "rank", "score", "iri", "text", "highlights", "heading_path", "document", "recommendation", "concepts", "why",
    }  # fmt: skip
    assert set(hit["document"]) == {"iri", "identifier", "title", "source", "date"}
    assert set(hit["why"]) == {"lexical", "dense", "graph"}
    assert set(hit["why"]["lexical"]) == {"rank", "terms"}
    assert set(hit["why"]["dense"]) == {"rank", "similarity"}


def test_highlights_stand_at_words_of_the_question(client: TestClient, deployment: Settings) -> None:
    """A base form or part of a compound in common marks a word, with the question or a name of its concepts."""
    question = "adhd läkemedel"
    tools = wiring.open_toolbox(deployment, print)
    asked = tools.pipeline.analyse(question)
    linked = find_mentions(question, asked, tools.labels, fold_capitals=True)
    names = " ".join(tools.vocabulary.concepts[mention.concept_iri].label for mention in linked)
    hits = client.get("/api/v1/search", params={"q": question}).json()["hits"]
    assert any(hit["highlights"] for hit in hits)
    for hit in hits:
        words = {(word.start, word.end): forms([word]) for word in tools.pipeline.words(hit["text"])}
        marked = {(start, end) for start, end in hit["highlights"]}
        assert {place for place, own in words.items() if own & forms(asked)} <= marked
        assert all(words[place] & forms([*asked, *tools.pipeline.words(names)]) for place in marked)


def forms(words: Sequence[Token]) -> set[str]:
    return {form for word in words for form in (word.lemma, *word.parts)}


def test_pages_follow_on_each_other(client: TestClient) -> None:
    def iris(**more: int) -> list[str]:
        answer = client.get("/api/v1/search", params={"q": QUESTION, **more}).json()
        return [hit["iri"] for hit in answer["hits"]]

    assert iris(limit=2, page=1) + iris(limit=2, page=2) == iris(limit=4)


def test_as_of_leaves_later_documents_out(client: TestClient) -> None:
    def dates(**more: str) -> set[str]:
        answer = client.get("/api/v1/search", params={"q": QUESTION, **more}).json()
        return {hit["document"]["date"] for hit in answer["hits"] if hit["document"]["date"]}

    later = max(dates())
    earlier = str(int(later[:4]) - 1)
    assert dates(**{"as-of": later}) == dates()
    assert later not in dates(**{"as-of": earlier})


UNUSABLE: list[dict[str, str]] = [
    {},
    {"q": "  "},
    {"q": "?"},
    {"q": "x" * 1001},
    {"q": "a", "limit": "0"},
    {"q": "a", "as-of": "igår"},
    {"q": "a", "as-of": "2024-99-99"},
]


@pytest.mark.parametrize("params", UNUSABLE)
def test_a_question_that_cannot_be_used_is_a_problem(client: TestClient, params: dict[str, str]) -> None:
    answer = client.get("/api/v1/search", params=params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance"}


def test_personal_identity_numbers_are_not_even_sent_back(client: TestClient) -> None:
    for path in ("/api/v1/search", "/"):
        body = client.get(path, params={"q": "hjälp 19811228-9874 med adhd"}).text
        assert "9874" not in body
        assert "personnummer" in body


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


@pytest.mark.slow
def test_the_page_works_without_scripts_and_every_link_on_it_leads_somewhere(client: TestClient) -> None:
    page = Page(client.get("/", params={"q": QUESTION}).text)
    assert all(script["src"] for script in page.all("script"))
    assert len(page.all("h1")) == 1
    assert page.all("mark")
    links = {link["href"] for link in page.all("a")}
    local = sorted(link for link in links if link and link.startswith("/"))
    assert len(local) > 10
    for link in local:
        assert client.get(link).status_code == 200, link


def test_the_page_escapes_what_is_asked(client: TestClient) -> None:
    assert "<script>" not in client.get("/", params={"q": "<script>alert(1)</script> adhd"}).text


def test_the_empty_page_shows_examples(client: TestClient) -> None:
    page = Page(client.get("/").text)
    assert len([link for link in page.all("a") if (link["href"] or "").startswith("/?q=")]) >= 3


def test_a_fault_on_the_page_is_told_beside_the_question(client: TestClient) -> None:
    answer = client.get("/", params={"q": "?"})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
