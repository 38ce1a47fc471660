from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from api import wiring
from api.settings import Settings
from ingest.finding.mentions import find_mentions
from ingest.language import Token
from search.facet_index import FACETS

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
    """What has a base form or part of a compound in common with the question is marked; narrower names are too."""
    question = "adhd läkemedel"
    tools = wiring.open_toolbox(deployment, print)
    asked = tools.pipeline.analyse(question)
    linked = find_mentions(question, asked, tools.labels, fold_capitals=True)
    named = [mention.concept_iri for mention in linked]
    about = {*named, *(below for iri in named for below in tools.vocabulary.narrower(iri))}
    names = [tools.vocabulary.concepts[iri].label.lower() for iri in named]
    hits = client.get("/api/v1/search", params={"q": question}).json()["hits"]
    assert any(hit["highlights"] for hit in hits)
    for hit in hits:
        words = tools.pipeline.words(hit["text"])
        marked = {place for start, end in hit["highlights"] for place in range(start, end)}
        assert {word.start for word in words if forms([word]) & forms(asked)} <= marked
        if not about & {concept["iri"] for concept in hit["concepts"]}:
            sought = forms(asked) | set(names)
            assert all(forms([word]) & sought for word in words if word.start in marked)
        ends = [0, *(end for _, end in hit["highlights"])]
        assert all(before <= start < end for before, (start, end) in zip(ends, hit["highlights"], strict=False))


def forms(words: Sequence[Token]) -> set[str]:
    return {form for word in words for form in (word.lemma, *word.parts)}


def test_facets_have_the_promised_shape_and_a_value_is_a_filter(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": QUESTION}).json()
    assert set(answer["facets"]) == {
        "programme", "condition", "intervention", "population", "setting", "strength", "direction", "source", "date",
        "type",
    }  # fmt: skip
    for facet, values in answer["facets"].items():
        for value in values[:2]:
            assert set(value) == {"value", "label", "count"}
            chosen = client.get("/api/v1/search", params={"q": QUESTION, facet: value["value"]})
            assert chosen.json()["total"] >= 1, (facet, value)


def test_filters_are_repeatable_and_all_must_fit(client: TestClient) -> None:
    def total(**filters: str | list[str]) -> int:
        answer = client.get("/api/v1/search", params={"q": QUESTION, **filters})
        return int(answer.json()["total"])

    adhd, both = total(condition="F90"), total(condition=["F90", "https://vipgraf.example/id/condition/F10"])
    assert 0 < total(condition="adhd", direction="against") < adhd < both
    assert total(condition="F90", date="..1990") == 0


def test_a_hit_has_the_recommendation_of_its_passage(client: TestClient) -> None:
    params = {"q": "datoriserat uppmärksamhetstest vid adhd", "direction": "against"}
    hits = client.get("/api/v1/search", params=params).json()["hits"]
    assert hits
    for hit in hits:
        assert set(hit["recommendation"]) == {"iri", "direction", "strength", "priority", "interventions"}
        assert hit["recommendation"]["direction"] == "against"
    assert "Rekommenderas inte" in client.get("/", params={"q": params["q"]}).text


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"condition": "F99x"}, "Filtret condition har inget värde"),
        ({"date": "igår"}, "är ingen tid"),
        ({"diagnos": "F90"}, "Filter som finns: programme, condition"),
        ({"direction": ""}, "Filtret direction har inget värde"),
    ],
)
def test_a_filter_that_there_is_none_of_is_a_problem_that_says_which_there_are(
    client: TestClient, params: dict[str, str], told: str
) -> None:
    answer = client.get("/api/v1/search", params={"q": QUESTION, **params})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_every_facet_is_described_to_programs(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/api/v1/search"]["get"]
    described = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert {"q", "limit", "page", "as-of", *FACETS} <= set(described)
    assert all(described[facet]["description"] for facet in FACETS)


def test_why_tells_a_word_from_a_part_and_another_name(client: TestClient) -> None:
    def told(question: str) -> set[str]:
        hits = client.get("/api/v1/search", params={"q": question}).json()["hits"]
        return {term for hit in hits if hit["why"]["lexical"] for term in hit["why"]["lexical"]["terms"]}

    assert "adhd" in told("adhd")
    assert any(term.startswith("OCD (samma som ”tvångssyndrom") for term in told("OCD"))
    assert any("(del av ”" in term or "(snävare: ”" in term for term in told("bruk"))


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
