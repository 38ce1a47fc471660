"""A negated recommendation is never shown as a positive one: every one of the shipped content, however it is asked for.

Both those read from the example documents and those of the shipped knowledge, asked for in positive words.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.printing import print_hits
from api.schemas import search_out
from api.settings import Settings, read_settings
from api.wording import advice
from graph import release
from graph.store import open_working
from ingest import run
from ingest.sources import discover
from ontology import files
from search.engine import Engine
from search.types import Hit, Question

pytestmark = pytest.mark.slow

WORDINGS = ("rekommenderas {} vid {}?", "{} vid {}", "ska man ge {} vid {}", "är {} bra vid {}?")
NEGATIVE = """
PREFIX vip: <https://w3id.org/vipgraf/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?recommendation ?words ?passage ?intervention ?condition WHERE {
  ?recommendation a vip:Recommendation ; rdfs:label ?words ; vip:direction/skos:notation "against" .
  OPTIONAL { ?recommendation vip:inPassage ?passage }
  OPTIONAL { ?recommendation vip:intervention/skos:prefLabel ?intervention FILTER(LANG(?intervention) = "sv") }
  OPTIONAL { ?recommendation vip:concerns/skos:prefLabel ?condition FILTER(LANG(?condition) = "sv") }
}
"""
DENYING = ("inte", "aldrig", "undvik", "icke-göra", "avråd", "ej ", "utan")


@pytest.fixture(scope="module")
def library(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment with all example documents, with the tiny encoder."""
    data = tmp_path_factory.mktemp("library")
    settings = read_settings({"VIPGRAF_DATA": str(data), "VIPGRAF_MODELS": str(models), "VIPGRAF_MODEL": "hash"})
    examples = files.example_documents()
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([str(examples)], examples / "index.tsv")
        run.ingest(store, discovery, workshop, jobs=1, prune=False, advance=lambda _done, _total: None)
        wiring.publish(store, settings, print, lambda _done, _total: None)
    return settings


@pytest.fixture(scope="module")
def whole(library: Settings) -> Engine:
    return wiring.open_engine(release.current(library.data), library, print)


@pytest.fixture(scope="module")
def negative(whole: Engine) -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    """By IRI of a negative recommendation: its words, its passage or "", and what to ask for: intervention, condition.

    Where it names no intervention, the words of the text that are left without its denial are asked for.
    """
    found: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    rows = whole.store.query(NEGATIVE, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        iri, words, passage, intervention, condition = (term.value if term else "" for term in row)
        _, _, asked = found.setdefault(iri, (words, passage, []))
        positive = " ".join(word for word in words.split() if not word.lower().startswith(DENYING))
        asked.append((intervention or positive, condition or "psykisk ohälsa"))
    return found


def hits_for(whole: Engine, asked: list[tuple[str, str]]) -> Iterator[tuple[str, Hit]]:
    for intervention, condition in dict.fromkeys(asked):
        for wording in WORDINGS:
            question = wording.format(intervention, condition)
            for hit in whole.search(Question(question, limit=20)).hits:
                yield question, hit


def test_the_shipped_content_has_negative_recommendations_of_both_kinds(
    negative: dict[str, tuple[str, str, list[tuple[str, str]]]],
) -> None:
    assert sum(bool(passage) for _, passage, _ in negative.values()) >= 15
    assert sum(not passage for _, passage, _ in negative.values()) >= 3


def test_no_passage_that_advises_against_what_is_asked_is_labelled_as_advising_it(
    whole: Engine, negative: dict[str, tuple[str, str, list[tuple[str, str]]]]
) -> None:
    seen = set()
    for iri, (words, passage, asked) in negative.items():
        for question, hit in hits_for(whole, asked):
            shown = hit.recommendation
            if hit.iri == passage:
                seen.add(iri)
                assert shown is not None, (question, words)
                assert shown.direction == "against", (question, words, shown)
                assert words in hit.text, "the words must not be cut"
            if shown and shown.iri in negative:
                assert shown.direction == "against"
                assert advice(shown).startswith("Rekommenderas inte")
    assert len(seen) >= 0.9 * sum(bool(passage) for _, passage, _ in negative.values())


def test_no_other_passage_says_that_what_is_advised_against_is_recommended(
    whole: Engine, negative: dict[str, tuple[str, str, list[tuple[str, str]]]]
) -> None:
    """Labelled "for" is only what is read as a recommendation for, in words of its own that the hit shows whole."""
    for words, _, asked in negative.values():
        for question, hit in hits_for(whole, asked):
            if hit.recommendation and hit.recommendation.direction == "for":
                assert hit.recommendation.text != words, question
                assert hit.recommendation.iri not in negative


def test_json_page_and_terminal_say_not_recommended(
    library: Settings, whole: Engine, negative: dict[str, tuple[str, str, list[tuple[str, str]]]]
) -> None:
    with TestClient(create_app(library)) as client:
        for words, passage, asked in negative.values():
            intervention, condition = asked[0]
            question = f"rekommenderas {intervention} vid {condition}?"
            result = whole.search(Question(question))
            for answered in search_out(result).hits:
                if answered.iri == passage:
                    assert answered.recommendation is not None
                    assert answered.recommendation.direction == "against"
                    assert words in answered.text
            said = _terminal(whole, question)
            page = client.get("/", params={"q": question}).text
            for hit in result.hits[:5]:
                if hit.iri == passage and hit.recommendation:
                    label = advice(hit.recommendation)
                    assert f"{label}: ”{hit.recommendation.text}”" in said
                    shown = re.escape(html.escape(hit.recommendation.text, quote=False))
                    assert re.search(rf"<strong>Rekommenderas inte(?:: [^<]+)?</strong></a>[^<]*: ”{shown}”", page)


def _terminal(whole: Engine, question: str) -> str:
    import click

    @click.command()
    def show() -> None:
        print_hits(whole.search(Question(question)))

    return CliRunner().invoke(show).output


@pytest.mark.parametrize(
    "question",
    ["vad ska man inte göra vid adhd", "vilken behandling ska inte ges vid adhd", "vad bör undvikas vid ångestsyndrom"],
)
def test_who_asks_what_not_to_do_gets_a_warning_about_it_among_the_first(whole: Engine, question: str) -> None:
    first = whole.search(Question(question)).hits[:3]
    assert any(hit.recommendation and hit.recommendation.direction == "against" for hit in first)
