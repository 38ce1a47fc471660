"""What the text negates, by the rules of `rules/negation.toml`."""

import pytest

from ingest.finding.mentions import Labels, find_mentions
from ingest.language import Pipeline


def negated(text: str, tools: tuple[Pipeline, Labels]) -> list[str]:
    pipeline, labels = tools
    return [mention.surface for mention in find_mentions(text, pipeline.analyse(text), labels) if mention.negated]


def named(text: str, tools: tuple[Pipeline, Labels]) -> list[str]:
    pipeline, labels = tools
    return [mention.surface for mention in find_mentions(text, pipeline.analyse(text), labels)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vuxna med adhd utan samsjuklighet.", ["samsjuklighet"]),
        ("Gäller adhd, inte autism.", ["autism"]),
        ("Patienten har varken depression eller autism.", ["depression", "autism"]),
        ("Barn utan autism, adhd eller depression.", ["autism", "adhd", "depression"]),
        ("Depression ska inte behandlas med bensodiazepiner.", ["bensodiazepiner"]),
        ("Bensodiazepiner ska inte ges vid adhd.", ["Bensodiazepiner"]),
        ("KBT rekommenderas inte vid autism.", ["KBT"]),
        ("Depression kan uteslutas.", ["Depression"]),
        ("Alla ingår, bortsett från depression.", ["depression"]),
    ],
)
def test_what_is_absent_excluded_or_not_to_be_given(
    tools: tuple[Pipeline, Labels], text: str, expected: list[str]
) -> None:
    assert negated(text, tools) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Inte bara depression utan även autism.",
        "Adhd med eller utan autism.",
        "Patienter med depression ska inte ges stöd för sent.",
        "Vid lindrig eller inte fullt utvecklad depression ges stöd.",
        "Depression är inte en naturlig del av åldrandet.",
        "Undvik bensodiazepiner.",
        "Arbetsförmågan är inte nedsatt och depression utreds.",
        "Stöd ges inte vid adhd.",
    ],
)
def test_what_only_looks_like_a_negation(tools: tuple[Pipeline, Labels], text: str) -> None:
    assert named(text, tools)
    assert negated(text, tools) == []


def test_of_two_things_set_against_each_other_only_the_first_is_negated(tools: tuple[Pipeline, Labels]) -> None:
    assert negated("Patienten har inte depression utan autism.", tools) == ["depression"]
