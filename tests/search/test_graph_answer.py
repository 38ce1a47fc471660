"""Direct answers over the shipped knowledge: every template's own examples, times, and what must not be answered."""

import re

import pyoxigraph as ox
import pytest

from graph.publish import publish_shipped
from ontology.iris import Iris
from search.graph_answer import Answerer
from search.template import Template, load_templates, parse_template
from search.types import DirectAnswer
from tests.search.understanding import TODAY, Ask, Understanding


@pytest.fixture(scope="module")
def firsts(ask: Ask) -> dict[str, DirectAnswer | None]:
    """The answer to the first example of each template, by the template's name."""
    return {template.name: ask(template.examples[0]) for template in load_templates()}


def tells(answer: DirectAnswer | None, template: str) -> bool:
    """Whether it is an answer by a template, with values and without gaps."""
    if answer is None or answer.template != template or answer.type == "unknown":
        return False
    return bool(answer.values) and "{" not in answer.text


def unfilled(template: Template) -> dict[str, set[str]]:
    """The places in sentences of a template that nothing fills, by sentence."""
    always = {"values", "n", "time", "when", "checked", "about", "label"} | {slot.variable for slot in template.slots}
    projected = set(re.findall(r"\?(\w+)", template.query.split("SELECT", 1)[1].split("WHERE", 1)[0]))
    found = {}
    for key, sentence in {**template.sentences, "item": template.item}.items():
        places = {place for place in re.findall(r"\{([^{}]*)\}", sentence) if not set(place) & set("/|")}
        if missing := places - always - (projected if key != "unknown" else set()):
            found[key] = missing
    return found


def labels_of(answer: DirectAnswer | None) -> list[str]:
    assert answer is not None
    return [value.label for value in answer.values]


def test_a_template_answers_its_first_example(firsts: dict[str, DirectAnswer | None]) -> None:
    assert firsts
    assert [(name, answer) for name, answer in firsts.items() if not tells(answer, name)] == []


@pytest.mark.slow
def test_a_template_answers_all_its_examples(ask: Ask) -> None:
    answers = [(template.name, text, ask(text)) for template in load_templates() for text in template.examples]
    assert [(name, text, answer) for name, text, answer in answers if not tells(answer, name)] == []


def test_the_query_that_is_shown_gives_the_answer_again(
    firsts: dict[str, DirectAnswer | None], shipped_store: ox.Store
) -> None:
    silent = []
    for name, answer in firsts.items():
        rows = shipped_store.query(answer.sparql, use_default_graph_as_union=True) if answer else None
        if not isinstance(rows, ox.QuerySolutions) or all(row["value"] is None for row in rows):
            silent.append((name, answer))
    assert silent == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vem är värd för NPO psykisk hälsa?", ["Västra Götalandsregionen"]),
        ("Vem var värd för NPO psykisk hälsa 2019?", ["SKR"]),
        ("Vem var värd för NPO psykisk hälsa före 2021?", ["SKR"]),
        ("Vem var värd innan VGR tog över?", ["SKR"]),
        ("värd NPO psykisk hälsa idag", ["Västra Götalandsregionen"]),
        ("Hur många NAG hade NPO psykisk hälsa 2019?", ["5"]),
        ("Hur många NAG har NPO psykisk hälsa?", ["7"]),
        ("Hur många NPO fanns det 2018?", ["24"]),
        ("Hur många NPO finns det?", ["26"]),
        ("Vad hette Sjukvårdsregion Mellansverige i maj 2020?", ["Uppsala-Örebro"]),
        ("Är Region Skåne värd för NPO psykisk hälsa?", ["Nej"]),
        ("Ingår Region Halland i Södra sjukvårdsregionen?", ["Ja"]),
        ("Vilken ICD-kod har depression?", ["F32"]),
        ("Vilken prioritet har fluoxetin för barn och unga med depression?", ["2"]),
    ],
)
def test_a_question_is_answered_as_of_its_time(text: str, expected: list[str], ask: Ask) -> None:
    assert labels_of(ask(text)) == expected


def test_the_askers_time_holds_for_a_question_that_tells_none(ask: Ask) -> None:
    answer = ask("Vem är värd för NPO psykisk hälsa?", as_of="2019")
    assert labels_of(answer) == ["SKR"]
    assert answer is not None
    assert answer.text.endswith("år 2019.")


@pytest.mark.parametrize(
    "text",
    [
        "Hur behandlas depression?",
        "Vad är första linjens behandling vid adhd?",
        "Hur många patienter har NPO psykisk hälsa?",
        "Vem är inte värd för NPO psykisk hälsa?",
        "Vilken sjukvårdsregion har flest regioner?",
        "Vem är värd för NPO reumatiska sjukdomar?",
        "Vilken dos fluoxetin rekommenderas för barn med depression?",
        "Varför är Västra Götalandsregionen värd för NPO psykisk hälsa?",
        "Vilka symtom har adhd?",
        "Vad är adhd?",
        "Hur många kommuner finns i Sverige?",
        "What is the priority of CBT?",
    ],
)
def test_what_no_template_is_about_gets_no_answer(text: str, ask: Ask) -> None:
    assert ask(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Vem är värd för NPO medicinsk diagnostik?",
        "Vem är värd för NPO psykisk hälsa 2030?",
        "Vem var värd för NPO psykisk hälsa 2010?",
        "Hur många NPO fanns det 2020?",
        "Vad står SKR för?",
    ],
)
def test_what_the_sources_do_not_tell_is_said_to_be_unknown(text: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert (answer.type, answer.values) == ("unknown", ())
    assert answer.text.startswith("Det framgår inte av källorna")


def test_what_is_less_sure_and_what_is_contested_is_noted(ask: Ask) -> None:
    unsure, contested = ask("Vem är värd för NPO tandvård?"), ask("Vem var värd för NPO psykisk hälsa 2019?")
    assert unsure is not None
    assert contested is not None
    assert "Mindre säker uppgift: Södra sjukvårdsregionen." in unsure.notes
    assert any(note.startswith("Källorna skiljer sig:") for note in contested.notes)
    assert {source.title for source in unsure.sources} != {""}


def test_no_negative_recommendation_is_said_to_be_recommended(ask: Ask, shipped_store: ox.Store) -> None:
    query = """PREFIX vip: <https://w3id.org/vipgraf/ontology/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?means ?thing WHERE {
          ?it vip:direction/skos:notation "against" ; vip:intervention/skos:prefLabel ?means ;
          vip:concerns/skos:prefLabel ?thing FILTER(LANG(?means) = "sv" && LANG(?thing) = "sv") }"""
    rows = shipped_store.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    asked = 0
    for row in rows:
        means, thing = row["means"], row["thing"]
        assert isinstance(means, ox.Literal)
        assert isinstance(thing, ox.Literal)
        for text in (
            f"Rekommenderas {means.value} vid {thing.value}?",
            f"Bör {means.value} erbjudas vid {thing.value}?",
        ):
            answer = ask(text)
            assert answer is None or labels_of(answer) != ["Ja"], text
            asked += 1
    assert asked > 4


def test_every_place_in_a_sentence_can_be_filled() -> None:
    assert [(template.name, places) for template in load_templates() if (places := unfilled(template))] == []


def test_what_was_read_from_texts_never_answers(iris: Iris, understanding: Understanding) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    text = "Vilka programområden är Norra sjukvårdsregionen värd för?"
    before = Answerer(store, understanding.vocabulary).answer(understanding.read(text), TODAY.isoformat())
    knowledge = ox.NamedNode(iris.graph("knowledge"))
    read = ox.NamedNode(iris.document_graph("en-webbsida"))
    for quad in [*store.quads_for_pattern(None, None, None, knowledge)]:  # every claim, said of another
        if quad.predicate.value.endswith("22-rdf-syntax-ns#subject"):
            host = ox.NamedNode(iris.of("body", "sjukvardsregion-norra"))
            store.add(ox.Quad(quad.subject, quad.predicate, host, read))
    after = Answerer(store, understanding.vocabulary).answer(understanding.read(text), TODAY.isoformat())
    assert labels_of(after) == labels_of(before) == ["NPO endokrina sjukdomar", "NPO levnadsvanor"]


def test_a_template_that_says_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown key 'sentence'"):
        parse_template("bad", "# sentence: X\nSELECT ?value WHERE {}\n")


def test_a_template_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        parse_template("bad", "# ask: Vad?\n# type: list\n# which: X\nSELECT ?value WHERE { ?value ?a ?b }\n")
