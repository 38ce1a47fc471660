"""The words of care texts, as they stand in them, are linked to the concepts that ship."""

import pytest

from ingest.finding.mentions import Labels, find_mentions
from ingest.language import Pipeline


def keys(text: str, tools: tuple[Pipeline, Labels]) -> set[str]:
    pipeline, labels = tools
    found = find_mentions(text, pipeline.analyse(text), labels)
    return {mention.concept_iri.rpartition("/id/")[2] for mention in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Barn med trotssyndromet remitteras.", {"age-group/barn", "condition/F91.3"}),
        ("Vid demenssjukdomar förekommer konfusion.", {"condition/kognitiv-sjukdom", "condition/delirium"}),
        ("Hon har dysmorfofobi och samlarsyndrom.", {"condition/dysmorfofobi", "condition/samlarsyndrom"}),
        ("Medelsvår recidiverande depression behandlas.", {"condition/F33.1"}),
        ("Kokainberoende och heroinmissbruk är vanliga.", {"condition/F14.2", "condition/F11"}),
        ("Missbruk av spel om pengar ökar.", {"condition/F63.0"}),
        (
            "Självskadehandlingar och suicidplaner kartläggs.",
            {"condition/sjalvskadebeteende", "condition/suicidalitet"},
        ),
        ("Typ 2-diabetes och högt blodtryck följs.", {"condition/diabetes-typ-2", "condition/hypertoni"}),
        ("Kod F41.2 gäller.", {"condition/F41.2"}),
        ("Litium eller kvetiapin ges.", {"intervention/litium", "intervention/kvetiapin"}),
        ("Fobin behandlas farmakologiskt.", {"condition/F40", "intervention/lakemedelsbehandling"}),
        ("EMDR och prolonged exposure ges.", {"intervention/emdr", "intervention/forlangd-exponering"}),
        ("Boendestödet och det personliga ombudet.", {"intervention/boendestod", "intervention/personligt-ombud"}),
        ("Använd MADRS-S, PHQ-9 och MINI.", {"intervention/madrs", "intervention/phq-9", "intervention/mini"}),
        ("Hel sjukskrivning undviks.", {"intervention/heltidssjukskrivning"}),
        ("Distriktssköterskan på BVC.", {"profession/distriktsskoterska", "setting/barnhalsovard"}),
        ("Asylsökande och gravida kvinnor.", {"target-group/asylsokande", "target-group/gravida"}),
        ("Depression hos äldre.", {"condition/F32", "age-group/aldre"}),
    ],
)
def test_words_of_care_are_linked_as_they_are_written(
    tools: tuple[Pipeline, Labels], text: str, expected: set[str]
) -> None:
    assert keys(text, tools) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Man kan akta sig och låta mini bli maxi.",
        "Intaget var akut och det gamla var äldre än så.",
        "Min far har en lag om en akt.",
        "Det är beroende på hur man gör en bedömning i praktiken.",
        "Efter förlossningen kom pappret.",
    ],
)
def test_ordinary_words_are_linked_to_nothing(tools: tuple[Pipeline, Labels], text: str) -> None:
    assert keys(text, tools) == set()
