"""Questions on programmes, guidelines, agreements and criteria: what describes them, and what is not known of them."""

import pytest

from tests.search.understanding import Ask, claimed, near_misses


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
        ("Tar NAG adhd fram riktlinjerna för adhd?", ["Nej"]),
        ("Är det NAG adhd som tar fram autismprogrammet?", ["Nej"]),
        ("Ger Folkhälsomyndigheten ut riktlinjerna för ätstörningar?", ["Nej"]),
        ("Har Region Kalmar län undertecknat kriterierna?", ["Ja"]),
    ],
)
def test_what_is_named_by_what_it_is_about_is_understood(text: str, expected: list[str], ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert [value.label for value in answer.values] == expected


def test_what_is_not_known_is_not_claimed(ask: Ask) -> None:
    assert claimed(near_misses("programmes"), ask) == []
