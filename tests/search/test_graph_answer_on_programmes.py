"""Questions on programmes, guidelines, agreements and criteria: what describes them, and what is not known of them."""

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
    ("text", "expected"),
    [
        ("Vem tar fram självskadeprogrammet?", ["NAG självskadebeteende"]),
        ("Vem tar fram programmet om självskada?", ["NAG självskadebeteende"]),
        ("Vem tar fram VIP:et för anorexi?", ["NAG ätstörning"]),
        ("När kom riktlinjerna som tar upp bulimi?", ["2024-05"]),
        ("Hur många rekommendationer har adhd-riktlinjerna?", ["44"]),
        ("Hur många rekommendationer har riktlinjerna för adhd och autism?", ["44"]),
        ("När uppdaterades DBT-utkastet?", ["2019-05-23"]),
        ("När skapades utkastet till sidan om DBT?", ["2019-04-10"]),
        ("Vilket nummer har kriteriet Främja samverkan?", ["1"]),
        ("Hur många krav har det sjätte kriteriet?", ["6"]),
        ("Vilken överenskommelse har diarienummer 17/05974?", ["Överenskommelsen om psykisk hälsa 2018"]),
        ("Var VIP självskadebeteende ett utkast 2019?", ["Ja"]),
        ("Är VIP adhd på remiss?", ["Nej"]),
        ("Är det NAG adhd som tar fram autismprogrammet?", ["Nej"]),
        ("Ger Folkhälsomyndigheten ut riktlinjerna för ätstörningar?", ["Nej"]),
        ("Har Region Kalmar län undertecknat kriterierna?", ["Ja"]),
    ],
)
def test_what_is_named_by_what_it_is_about_is_understood(text: str, expected: list[str], ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert [value.label for value in answer.values] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Varför är VIP autism inte klart?",
        "Vem skrev sidan om DBT?",
        "Vem godkände riktlinjerna för adhd?",
        "Hur många sidor långt är riktlinjerna för ätstörningar?",
        "Vad kostade riktlinjerna för ätstörningar?",
        "Vilka riktlinjer är bäst?",
        "När kommer nästa utgåva av riktlinjerna för depression?",
        "Vilken riktlinje har flest rekommendationer?",
        "Vilket program har flest kapitel?",
        "Hur många läser VIP adhd?",
        "Vem är ordförande för gruppen bakom VIP adhd?",
        "Vilka riktlinjer saknar rekommendationer?",
        "Vilka tillstånd tas inte upp i riktlinjerna för adhd?",
        "Hur många rekommendationer ändrades i riktlinjerna för adhd 2022?",
        "När upphör riktlinjerna för adhd att gälla?",
        "Vem kritiserade riktlinjerna för depression?",
        "Vilka remissinstanser svarade på VIP depression och ångestsyndrom?",
        "När stängde remissen för VIP depression och ångestsyndrom?",
        "Hur många synpunkter kom in på remissversionen av VIP depression och ångestsyndrom?",
        "Vem skrev under överenskommelsen för SKR 2017?",
        "Vad står det i överenskommelsen om psykisk hälsa 2017?",
        "Hur mycket pengar fick Region Skåne 2017?",
        "Hur mycket pengar fick resurscentra 2018?",
        "Hur mycket pengar fick resurscentra 2020?",
        "Hur mycket pengar fick NPO psykisk hälsa 2017?",
        "Varför fick resurscentra pengar?",
        "Vilken region fick mest pengar?",
        "Vilket diarienummer har överenskommelsen 2016?",
        "Vilket resurscentrum uppfyller alla kriterier?",
        "Uppfyller Norra kriterium 3?",
        "Vilka kriterier är svårast?",
        "Hur många kriterier uppfyller resurscentrum i Skåne?",
        "Vem kontrollerar kriterierna?",
        "När skrevs kriterierna?",
        "Vilka regioner har inte undertecknat kriterierna?",
        "Har Region Skåne undertecknat kriterierna?",
        "Är kriterierna förankrade i Malmö kommun?",
        "Vilka kommuner säger nej till kriterierna?",
        "Vem röstade emot beslutet om högst tre år som ordförande?",
        "Varför beslutade SKS om en plan för de vilande värdskapen?",
        "Vilka beslut har Region Skåne fattat?",
        "Vem beslutade att publicera VIP adhd?",
        "När publicerades VIP autism?",
        "När publicerades sidan om AUDIT?",
        "När skapades sidan om AUDIT?",
        "Vem äger vardochinsats.se?",
        "Hur många besökare har vardochinsats.se?",
        "Vilka läkemedel tar VIP adhd upp?",
        "Är VIP adhd bra?",
        "Vilket program är bäst för depression?",
        "Är VIP adhd bättre än VIP autism?",
        "Vilka program finns för hjärtsvikt?",
        "Finns det riktlinjer för diabetes?",
        "Finns det ett VIP för demens?",
        "Vem tar fram riktlinjerna för demens?",
        "Hur gammalt är VIP adhd?",
        "Vem använder VIP adhd?",
        "Vilka utbildningar finns i VIP adhd?",
        "Vem bestämmer över riktlinjerna för adhd?",
        "Vilka riktlinjer har Läkemedelsverket gett ut?",
        "Var VIP självskadebeteende klart 2018?",
        "Är VIP hjärtsvikt publicerat?",
        "Vilka program publicerades 2023?",
        "Hur många program publicerades 2021?",
        "Vilka riktlinjer kom 2021?",
        "Vilka överenskommelser fanns 2020?",
        "Hur många kapitel har riktlinjerna för adhd?",
        "Är riktlinjerna för adhd bindande?",
        "Måste regionerna följa riktlinjerna för adhd?",
        "Gäller riktlinjerna för adhd barn?",
        "Vad säger riktlinjerna för adhd om sömn?",
        "Vilka rekommendationer i riktlinjerna för adhd är nya?",
        "Vem ledde arbetet med VIP adhd?",
        "Hur lång tid tog det att ta fram VIP adhd?",
        "Vilka var med och skrev VIP adhd?",
        "Ersatte VIP adhd de nationella riktlinjerna?",
        "Är VIP adhd samma sak som riktlinjerna för adhd?",
        "Tar NAG adhd fram riktlinjerna för adhd?",
        "Vad är skillnaden mellan VIP adhd och riktlinjerna för adhd?",
        "Vilka NAG ska göra ett VIP om demens?",
        "Hur många rekommendationer har riktlinjerna för depression?",
        "Hur många rekommendationer har riktlinjerna för schizofreni?",
        "Vilka böcker finns om adhd?",
        "När kom VIP adhd?",
        "Vem publicerar VIP adhd?",
        "Vad är VIP adhd?",
        "Är riktlinjerna för depression från 2010 giltiga?",
        "När skulle VIP adhd vara klart?",
        "Hur mycket fick kommunerna 2017?",
        "Måste en kommun få fler att använda kvalitetsregister?",
        "Vem fördelade de 45 miljonerna?",
        "Hur många beslut har NPO psykisk hälsa fattat?",
    ],
)
def test_what_is_not_known_is_not_claimed(text: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is None or answer.type == "unknown", answer.text
