"""Recommendations described from any side, and questions close to them that the knowledge does not answer."""

import pytest

from tests.search.understanding import Ask, claimed, near_misses


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


def test_another_relation_comparison_or_person_is_not_answered(ask: Ask) -> None:
    assert claimed(near_misses("advice"), ask) == []
