"""Recommendations and the vocabulary in other words, and what is close to them but asks of something else."""

import pytest

from tests.search.understanding import Ask, claimed, near_misses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Är fluoxetin för tonåringar med depression ett bör eller ett kan?", ["bör erbjudas"]),
        ("Hur pass stark är rekommendationen om IPS vid schizofreni?", ["bör erbjudas"]),
        (
            "Vad ska vården sluta med enligt riktlinjerna?",
            ["Adhd-diagnos med enbart datoriserat uppmärksamhetstest", "BCFPI", "Sjukskrivning"],
        ),
        ("Vilken insats har lägst prioritet?", ["Basal kroppskännedom"]),
        ("Patient 19811228-9874 har svår depression, vad rekommenderas?", ["Elektrokonvulsiv behandling", "Fluoxetin"]),
        ("Min patient har svår depression. Vad rekommenderas?", ["Elektrokonvulsiv behandling", "Fluoxetin"]),
        ("Hur många råd vilar på riktlinjerna för schizofreni?", ["2"]),
        ("Hur många rekommendationer finns totalt?", ["42"]),
        ("Gäller rådet om Alcohol E även barn?", ["Nej"]),
        ("Är rådet om ECT till för ungdomar?", ["Ja"]),
        ("Vem riktar sig rådet om DBT-A till?", ["Ungdomar"]),
        (
            "Vilka huvudmän ansvarar för samordnad individuell plan vid självskadebeteende?",
            ["Hälso- och sjukvård", "Socialtjänst"],
        ),
        ("Vilka koder hör till autism?", ["F84.0", "F84.1", "F84.5"]),
        (
            "Vilka läkemedel är SSRI?",
            ["Citalopram", "Escitalopram", "Fluoxetin", "Fluvoxamin", "Paroxetin", "Sertralin"],
        ),
        ("Vad heter KBT i sin helhet?", ["Kognitiv beteendeterapi"]),
        ("Är prioritet 10 den högsta?", ["Nej"]),
        ("Hur många nivåer har GRADE?", ["4"]),
        ("Vad rekommenderas i beroendeprogrammet?", ["AUDIT", "Alcohol E"]),
        ("Hur många rekommendationer finns i adhd-programmet?", ["9"]),
        ("SKS – vad står det för?", ["Styrgruppen för kunskapsstyrning i samverkan"]),
        ("Finns det en KVÅ-kod för dialektisk beteendeterapi?", ["DU021"]),
        ("Hur länge arbetar en NAG inom psykisk hälsa, i månader?", ["12"]),
        ("Hur många var de vilande värdskapen 2019?", ["3"]),
        ("Hur många rekommendationer har ätstörningsriktlinjerna i så fall?", ["38"]),
    ],
)
def test_other_words_ask_for_the_same(text: str, expected: list[str], ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert sorted(value.label for value in answer.values) == sorted(expected)


def test_advice_for_an_age_alone_is_what_is_said_of_that_age(ask: Ask) -> None:
    answer = ask("Vilka råd gäller barn?")
    assert answer is not None
    assert "Arbetsförberedande träning" not in {value.label for value in answer.values}


def test_recommendations_and_interventions_are_counted_apart(ask: Ask) -> None:
    advice, interventions = ask("Hur många råd har prioritet 2?"), ask("Hur många åtgärder har prioritet 2?")
    assert advice is not None
    assert interventions is not None
    assert int(advice.values[0].label) > int(interventions.values[0].label)


def test_a_near_miss_is_not_answered(ask: Ask) -> None:
    assert claimed(near_misses("words"), ask) == []
