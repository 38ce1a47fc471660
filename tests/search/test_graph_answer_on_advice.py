"""Recommendations described from any side, and questions close to them that the knowledge does not answer."""

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
        ("Vilken prioritet har KBT för vuxna med lindrig till medelsvår depression?", ["2"]),
        ("Hur bestämt är rådet om ECT i programmet om depression?", ["bör erbjudas"]),
        ("Vilken åldersgrupp gäller rådet om ECT i depressionsprogrammet?", ["Ungdomar"]),
        ("Vid hur svår depression ges KBT till vuxna?", ["Lindrig", "Medelsvår"]),
        ("Vilka kan-åtgärder finns vid GAD för vuxna?", ["Basal kroppskännedom", "Kognitiv beteendeterapi"]),
        ("Vilka åtgärder är icke-göra i VIP adhd?", ["Adhd-diagnos med enbart datoriserat uppmärksamhetstest"]),
        ("Vilken åtgärd har högst prioritet när man misstänker adhd hos ett barn?", ["Neuropsykiatrisk utredning"]),
        (
            "Vad gäller för sjukskrivning vid lindrig GAD?",
            ["Sjukskrivning bör om möjligt undvikas vid generaliserat ångestsyndrom."],
        ),
        ("Motsvarar prioritet 3 kan erbjudas?", ["Nej"]),
        ("Vilken nivå är starkast i GRADE?", ["Hög tillförlitlighet"]),
        ("Är fluoxetin ett SSRI?", ["Ja"]),
    ],
)
def test_advice_is_found_by_what_is_said_of_it(text: str, expected: list[str], ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert sorted(value.label for value in answer.values) == sorted(expected)


def test_what_is_advised_against_in_the_same_condition_is_not_listed_as_recommended(ask: Ask) -> None:
    answer = ask("Vilka behandlingar är rekommenderade för vuxna med GAD?")
    assert answer is not None
    assert "Sjukskrivning" not in {value.label for value in answer.values}


@pytest.mark.parametrize(
    "text",
    [
        "Varför rekommenderas fluoxetin till barn med depression?",
        "Vilken dos sertralin rekommenderas?",
        "Vad kostar KBT?",
        "Hur många får KBT i Sverige?",
        "Hur många psykologer ger KBT?",
        "Är KBT bättre än IPT vid depression?",
        "Har Alcohol E högre prioritet än AUDIT?",
        "Vilka biverkningar har fluoxetin?",
        "Vem uppfann DBT?",
        "Vilka yrken får inte ge KBT?",
        "Rekommenderas fluoxetin inte till barn?",
        "Hur ofta ges ECT?",
        "Vad sade Anna Andersson om KBT?",
        "När infördes rådet om ECT?",
        "Hur länge ska man ta fluoxetin?",
        "Vilken region använder mest DBT?",
        "Rekommenderas litium vid bipolär sjukdom?",
        "Vilken prioritet hade KBT 2010?",
        "Vilken evidens finns för KBT vid depression?",
        "Hur effektiv är ECT?",
        "Vad händer om man inte får KBT?",
        "Vilka symtom har paniksyndrom?",
        "Vad är paniksyndrom?",
        "Hur ställs diagnosen adhd?",
        "Vem kan få diagnosen adhd?",
        "Vilken behandling är bäst vid adhd?",
        "Vilken behandling är vanligast vid GAD?",
        "Vad tycker patienterna om DBT?",
        "Vilka insatser saknas vid schizofreni?",
        "Vilka tillstånd har ingen rekommendation?",
        "Vilka rekommendationer har ändrats sedan 2020?",
        "Vilka råd gäller inte vuxna?",
        "Finns det andra insatser än KBT vid social fobi?",
        "Hur många barn har fått ECT?",
        "Vad kan det betyda?",
        "Vad ska jag göra om min dotter skadar sig?",
        "Kan jag få ECT?",
        "Är adhd ärftligt?",
        "Är depression vanligare än ångest?",
        "Vilka läkare arbetar på BUP?",
        "Vilka skolor har elevhälsa?",
        "Vad gör en skolsköterska?",
        "Vad gör en psykolog?",
        "Var finns närmaste BUP-mottagning?",
        "Vilken beroendemottagning är bäst?",
        "Hur lång är väntetiden till BUP?",
        "Vem ansvarar för elevhälsan?",
        "Hur många vårdcentraler finns det?",
        "Vilken åldersgrupp har mest depression?",
        "Hur många unga vuxna har depression?",
        "I vilken ålder debuterar schizofreni?",
        "Vilken svårighetsgrad har min depression?",
        "Vad rekommenderas vid hjärtinfarkt?",
        "Vilken styrka har sertralin i mg?",
        "Hur stark är fluoxetin?",
        "Kan barn ta sertralin?",
        "Ska man äta fluoxetin på morgonen?",
        "Vilken psykolog ger KBT i Malmö?",
        "Hur utförs KBT?",
        "Hur går DBT till?",
        "Vad ingår i DBT?",
        "Vilka delar har DBT?",
        "Vilka steg ingår i KBT?",
        "Vilka sidor har symtom på adhd?",
        "Vad betyder prioritet?",
        "Vad är en rekommendation?",
        "Varför är BCFPI icke-göra?",
        "När blev BCFPI icke-göra?",
        "Vem bestämde att BCFPI är icke-göra?",
        "Hur många sidor har riktlinjerna?",
        "Vem skrev sidan om DBT?",
        "Är barn vuxna?",
        "Är sjuksköterskor läkare?",
        "Har ungdomar depression?",
        "Vilka barn får inte fluoxetin?",
        "Vilka gäller inte rådet om ECT?",
        "Behandlas adhd med KBT?",
        "Vilka läkemedel orsakar depression?",
        "Vilken diagnos leder till ECT?",
        "Vilka vuxna får ECT?",
        "Rekommenderas ECT för vuxna?",
        "Vad kallas den som ger KBT?",
        "Hör adhd till ångestsyndrom?",
        "Är ECT farligt?",
        "Vad krävs för att få SIP?",
        "Vem skriver en SIP?",
        "Vem gör en riskhanteringsplan?",
        "Är fluoxetin ett läkemedel mot adhd?",
        "Hur stor andel av barn med adhd får läkemedel?",
        "Vilken kommun ger mest boendestöd?",
        "Finns det plats på DBT?",
    ],
)
def test_another_relation_comparison_or_person_is_not_answered(text: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is None or answer.type == "unknown"
