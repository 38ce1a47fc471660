"""The search page over results that are made by hand, so that every part of it is shown."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import get_args

import pytest
from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

from api.routes.search_page import filters_in
from api.search_page import SearchPage, search_page
from api.wording import CHANNELS, DIRECTIONS
from api.wording import FACETS as FACET_NAMES
from ontology.model import Direction
from search.facet_index import FACETS
from search.types import CHANNELS as CHANNEL_KEYS
from search.types import (
    AnswerSource,
    AnswerValue,
    ConceptReference,
    Contribution,
    DirectAnswer,
    DocumentReference,
    FacetCount,
    Highlight,
    Hit,
    Question,
    RecommendationReference,
    SearchResult,
)

BASE = "https://test.example/"
ADHD, AUTISM = f"{BASE}id/condition/F90", f"{BASE}id/condition/F84"
QUERY = "SELECT ?sak WHERE { ?sak a vip:Condition } # & <b>"

ASKED = Question("adhd barm", 10, 2, "2018", {"condition": (ADHD, "okänt"), "type": ("exempeltext",)})

HIT = Hit(
    rank=11,
    score=0.9,
    iri=f"{BASE}id/passage/1",
    text="Diagnosen ska inte ställas så.",
    heading_path=("Adhd", "Utredning"),
    document=DocumentReference(f"{BASE}id/document/1", "exempel-1", "Utredning", "https://kalla.example/", "2018"),
    concepts=(ConceptReference(ADHD, "Adhd"),),
    highlights=(Highlight(0, 9, "diagnos"),),
    contributions={
        "lexical": Contribution(1, 7.5, ("ord: diagnos",)),
        "graph": Contribution(3, 1.2, ("”adhd” → Adhd", "snävare: Adhd utan hyperaktivitet")),
    },
    recommendation=RecommendationReference(f"{BASE}id/recommendation/1", "against", "icke-göra", None),
)

RESULT = SearchResult(
    question=ASKED,
    analysed_text="adhd barm",
    total=31,
    hits=(
        HIT,
        replace(HIT, rank=12, recommendation=RecommendationReference(f"{BASE}id/recommendation/2", "for", "bör", 2)),
        replace(HIT, rank=13, recommendation=None),
    ),
    did_you_mean="adhd barn",
    answer=DirectAnswer(
        type="list",
        text="Två tillstånd nämns: adhd och autism.",
        values=(AnswerValue(ADHD, "Adhd"), AnswerValue("", "12 stycken")),
        sparql=QUERY,
        sources=(AnswerSource(f"{BASE}id/document/1", "Utredning", "Det står så."),),
        notes=("Källorna går isär.",),
        template="conditions",
    ),
    facets={
        "type": (FacetCount("exempeltext", "Exempeltext", 31),),
        "condition": (FacetCount(ADHD, "Adhd", 20), FacetCount(AUTISM, "Autism", 11)),
    },
)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.text = re.sub(r"\s+", " ", self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [had for name, had in self.found if name == tag and wanted.items() <= had.items()]

    def links(self) -> set[str | None]:
        return {link["href"] for link in self.all("a")}


def view(result: SearchResult | None = RESULT, asked: Question = ASKED) -> SearchPage:
    return search_page(asked, result, BASE, lambda value: f"namnet på {value}")


def render(page: SearchPage, fault: str = "") -> str:
    environment = Environment(loader=FileSystemLoader(str(files("api") / "templates")), autoescape=True)
    return environment.get_template("search.html").render(page=page, fault=fault, examples=("Vem?",))


@pytest.fixture(scope="module")
def page() -> Elements:
    return Elements(render(view()))


def test_filters_are_the_parameters_that_are_called_as_facets_each_value_once() -> None:
    given = QueryParams("q=a&condition=x&condition=y&condition=x&setting=&page=2&annat=z")
    assert filters_in(given) == {"condition": ("x", "y")}


def test_what_was_probably_meant_is_asked_with_the_same_filters(page: Elements) -> None:
    meant = view().result
    assert meant is not None
    assert meant.did_you_mean is not None
    assert "q=adhd+barn" in meant.did_you_mean.path
    assert "condition=https" in meant.did_you_mean.path
    assert meant.did_you_mean.path in page.links()
    assert "Menade du adhd barn?" in page.text


def test_each_chosen_filter_can_be_taken_away_alone(page: Elements) -> None:
    chosen = {link.text: link.path for link in view().chosen}
    assert set(chosen) == {
        "Tillstånd: Adhd",
        "Tillstånd: namnet på okänt",
        "Slag av dokument: Exempeltext",
        "Som det var 2018",
    }
    left = QueryParams(chosen["Tillstånd: Adhd"].removeprefix("/?"))
    assert left.getlist("condition") == ["okänt"]
    assert left.getlist("type") == ["exempeltext"]
    assert left["as-of"] == "2018"
    assert "as-of" not in QueryParams(chosen["Som det var 2018"].removeprefix("/?"))
    assert set(chosen.values()) <= page.links()


def test_facets_are_checkboxes_of_the_one_form_with_the_chosen_ones_ticked(page: Elements) -> None:
    boxes = page.all("input", type="checkbox")
    assert {box["form"] for box in boxes} == {page.all("form")[0]["id"]}
    ticked = {(box["name"], box["value"]) for box in boxes if "checked" in box}
    assert ticked == {("condition", ADHD), ("condition", "okänt"), ("type", "exempeltext")}
    assert ("condition", AUTISM) in {(box["name"], box["value"]) for box in boxes}
    assert page.all("button", form="fraga")
    assert "Autism (11 stycken)" in page.text


def test_pages_keep_the_filters_and_the_time(page: Elements) -> None:
    for relation, number in (("prev", None), ("next", "3")):
        (link,) = page.all("a", rel=relation)
        parameters = QueryParams((link["href"] or "").removeprefix("/?"))
        assert parameters.get("page") == number
        assert parameters.getlist("condition") == [ADHD, "okänt"]
        assert parameters["as-of"] == "2018"


def test_the_answer_says_its_sentence_its_values_its_sources_and_its_query(page: Elements) -> None:
    assert "Två tillstånd nämns: adhd och autism." in page.text
    assert {"/id/condition/F90", "/id/document/1"} <= page.links()
    assert "12 stycken" in page.text
    assert "Det står så." in page.text
    assert "Källorna går isär." in page.text
    assert "Svaret gäller som det var 2018." in page.text
    assert QUERY in page.text
    (opened,) = (link for link in page.links() if (link or "").startswith("/sparql?"))
    assert QueryParams((opened or "").partition("?")[2])["edit"] == QUERY


def test_an_answer_that_nothing_supports_is_no_answer_in_its_heading() -> None:
    unknown = DirectAnswer("unknown", "Det framgår inte av källorna.", (), "", (), (), "")
    page = Elements(render(view(replace(RESULT, answer=unknown))))
    assert "Inget säkert svar" in page.text
    assert not any((link or "").startswith("/sparql?") for link in page.links())


def test_many_values_of_an_answer_are_all_there_most_of_them_folded() -> None:
    assert RESULT.answer is not None
    values = tuple(AnswerValue(f"{BASE}id/condition/{number}", f"nummer {number}") for number in range(40))
    page = Elements(render(view(replace(RESULT, answer=replace(RESULT.answer, values=values)))))
    assert all(f"nummer {number}" in page.text for number in range(40))
    assert "Visa 28 till" in page.text


def test_a_recommendation_is_told_in_words(page: Elements) -> None:
    assert "Rekommenderas inte · styrka: icke-göra" in page.text
    assert "Rekommenderas · styrka: bör · prioritet 2" in page.text
    assert page.text.count("Rekommenderas") == 2
    assert {"/id/recommendation/1", "/id/recommendation/2"} <= page.links()


def test_a_hit_tells_how_each_channel_found_it(page: Elements) -> None:
    assert "Plats 1 efter ord: ord: diagnos" in page.text
    assert "Plats 3 efter begrepp: ”adhd” → Adhd; snävare: Adhd utan hyperaktivitet" in page.text
    assert "Ord i frågan som återfinns: diagnos" in page.text


def test_headings_follow_on_each_other_and_there_is_one_for_each_hit(page: Elements) -> None:
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert levels.count(3) == len(RESULT.hits) + 1  # and the one over the sources


def test_a_question_that_was_refused_stays_in_the_form_with_its_filters() -> None:
    asked = replace(ASKED, text="adhd 19811228-9874")
    page = Elements(render(view(None, asked), fault="Filtret condition finns inte."))
    assert page.all("input", id="q")[0]["value"] == "adhd [personnummer]"
    assert page.all("input", id="as-of")[0]["value"] == "2018"
    assert page.all("p", role="alert")
    assert "Filtret condition finns inte." in page.text
    assert any("condition=" in (link or "") for link in page.links())


def test_the_page_says_that_its_content_is_an_example() -> None:
    page = Elements(render(view(None, Question(""))))
    assert "Exempelinnehåll, inte för klinisk användning." in page.text


def test_the_page_runs_only_scripts_of_this_server(client: TestClient) -> None:
    answer = client.get("/", params={"q": "adhd"})
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    page = Elements(answer.text)
    assert [script["src"] for script in page.all("script")] == ["/static/suggest.js"]
    assert not any(name.startswith("on") or name == "style" for _, had in page.found for name in had)
    script = client.get("/static/suggest.js")
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]


def test_a_bad_time_is_told_on_the_page(client: TestClient) -> None:
    answer = client.get("/", params={"q": "adhd", "as-of": "igår"})
    assert answer.status_code == 400
    page = Elements(answer.text)
    assert page.all("p", role="alert")
    assert page.all("input", id="as-of")[0]["value"] == "igår"


def test_the_query_of_an_answer_is_shown_on_the_sparql_page_and_not_run(client: TestClient) -> None:
    answer = client.get("/sparql", params={"edit": QUERY}, headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert QUERY in Elements(answer.text).text


def test_every_facet_channel_and_direction_has_a_name() -> None:
    assert tuple(FACET_NAMES) == FACETS
    assert set(CHANNELS) == set(CHANNEL_KEYS)
    assert set(DIRECTIONS) == set(get_args(Direction))
