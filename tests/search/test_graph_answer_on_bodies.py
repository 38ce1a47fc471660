"""Questions close to what is known of bodies, which the knowledge does not answer: nothing must be claimed."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from graph.publish import publish_shipped
from ontology.iris import Iris
from search.graph_answer import Answerer
from search.types import DirectAnswer
from tests.search.understanding import Understanding

TODAY = "2026-11-22"
Ask = Callable[[str], DirectAnswer | None]


@pytest.fixture(scope="module")
def ask(iris: Iris, understanding: Understanding) -> Ask:
    store = ox.Store()
    publish_shipped(store, iris)
    answerer = Answerer(store, understanding.vocabulary)
    return lambda text: answerer.answer(understanding.read(text), TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Vad heter ordföranden i SKS?",
        "Vem är ordförande i NPO psykisk hälsa?",
        "Vem sitter som Hallands ledamot i NPO psykisk hälsa?",
        "Varför tog VGR över NPO psykisk hälsa?",
        "Varför har SKS mandat att besluta om värdskap?",
        "Vem är inte med i SKS?",
        "Vilka regioner ingår inte i Södra sjukvårdsregionen?",
        "Vilka NPO saknar värd?",
        "Vilken sjukvårdsregion har flest programområden?",
        "Har Södra fler värdskap än Norra?",
        "Hur mycket kostar NPO psykisk hälsa?",
        "Hur många invånare har Södra sjukvårdsregionen?",
        "Vem finansierar SKS?",
        "Vad tycker SKS om NPO psykisk hälsa?",
        "Vem kritiserade NPO psykisk hälsa?",
        "När träffas SKS nästa gång?",
        "Hur ofta möts SKS?",
        "Vem blir värd för NPO psykisk hälsa efter VGR?",
        "Vem var värd för NPO psykisk hälsa 1990?",
        "Vilka kommuner ligger i Region Uppsala?",
        "Vem utser ledamöterna i SKS?",
        "Vem utser ordföranden i NPO psykisk hälsa?",
        "Vem väljer Region Skånes ledamot?",
        "Vilka är ledamöter i NPO tandvård?",
        "Hur många ledamöter har NPO tandvård?",
        "Hur många kvinnor sitter i SKS?",
        "Vem delegerar till NPO psykisk hälsa?",
        "Vilka har lämnat SKS?",
        "Vem lade ner Programråd diabetes?",
        "När lades NAG adhd ner?",
        "Vad kostar värdskapet för NPO psykisk hälsa?",
        "Vilket telefonnummer har SKR?",
        "Vem är chef för Socialstyrelsen?",
        "Vad gör Region Skåne åt vårdköerna?",
        "Ska RPO godkänna verksamhetsplaner?",
        "Får RPO tillsätta nationella arbetsgrupper?",
        "Vilka uppgifter har Region Skåne?",
        "Vem har processtöd i NPO tandvård?",
        "Vem tillsatte NPO tandvård?",
        "Vilka personer arbetar i NAG adhd?",
        "Har VGR varit värd för NPO tandvård?",
        "Vilka grupper vill SKS lägga ner?",
        "Hur många patienter ingår i NPO cancersjukdomar?",
        "Vem är bäst på psykisk hälsa?",
        "Vilken NSG arbetar med adhd?",
        "Är SKR bättre än VGR som värd för NPO psykisk hälsa?",
        "Vem leder SKR?",
        "Hur många anställda har Inera?",
        "Vem äger Inera?",
        "Vad beslutade SKS 2022?",
        "Vilket NPO hör NAG diabetes till?",
        "Vilka sjukhus finns i Södra sjukvårdsregionen?",
        "Vilka sjukdomar arbetar SKS med?",
        "När slutar VGR vara värd för NPO psykisk hälsa?",
        "Hur många sitter i S-KiS?",
        "Vad krävs av patienter i NPO psykisk hälsa?",
        "Vem får behandla adhd?",
        "Vilka beslut togs 2015?",
        "Var bor ordföranden i SKS?",
        "Vilka styrgrupper borde finnas?",
    ],
)
def test_another_relation_thing_time_or_person_is_not_answered(text: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is None or answer.type == "unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vad ingår i SKR?", "Till SKR hör"),
        ("Vad ingår NPO i?", "Nationellt programområde hör till Nationellt system"),
        ("Vem tillsätter RAG?", "tillsätts av regionalt programområde"),
        ("Vad tillsätter RPO?", "tillsätter regional arbetsgrupp"),
        ("Måste kommunerna ge medarbetare förutsättningar att delta?", "Nej"),
        ("Stämmer det att SKR är värd för NPO psykisk hälsa i dag?", "Nej"),
        ("Hur många sitter i styrgruppen SKS?", "7 ledamöter"),
        ("Kan du räkna upp kommunerna i Region Halland?", "Laholms kommun"),
        ("Vem delar ut de gemensamma pengarna?", "Styrgruppen för kunskapsstyrning i samverkan"),
        ("Vem är värd för tandvårdsområdet?", "Södra sjukvårdsregionen"),
        ("Vilket RPO psykisk hälsa täcker Skåne?", "verkar RPO psykisk hälsa Södra."),
        ("Vad får SKS bestämma?", "mandat att besluta om värdskap"),
        ("Vad har Beredningsgruppen mandat för?", "mandat att besluta i frågor"),
        ("Vad heter gamla SKL nu?", "Namnet är SKR"),
    ],
)
def test_who_does_what_and_other_words_for_it_are_understood(text: str, expected: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert expected in answer.text
