from time import process_time

import pytest

from ingest.finding.mentions import Labels, find_mentions, is_short_abbreviation
from ingest.language import Pipeline
from ontology.model import Mention


def mentions(text: str, tools: tuple[Pipeline, Labels], *, fold: bool = False) -> tuple[Mention, ...]:
    pipeline, labels = tools
    found = find_mentions(text, pipeline.analyse(text), labels, fold_capitals=fold)
    assert all(text[mention.start : mention.end] == mention.surface for mention in found)
    return found


def keys(text: str, tools: tuple[Pipeline, Labels], *, fold: bool = False) -> list[str]:
    return [mention.concept_iri.rpartition("/id/")[2] for mention in mentions(text, tools, fold=fold)]


def test_inflected_words_are_linked(tools: tuple[Pipeline, Labels]) -> None:
    assert "condition/F32" in keys("Depressionen behandlas först.", tools)


def test_several_words_are_linked_as_one(tools: tuple[Pipeline, Labels]) -> None:
    found = mentions("Personer med posttraumatiskt stressyndrom söker vård.", tools)
    assert [mention.surface for mention in found if "F43.1" in mention.concept_iri] == ["posttraumatiskt stressyndrom"]


def test_codes_are_linked_with_and_without_dot_and_to_the_category_above(tools: tuple[Pipeline, Labels]) -> None:
    assert keys("Kod F32 gäller.", tools) == ["condition/F32"]
    assert keys("Kod F429 gäller.", tools) == ["condition/F42"]
    assert {mention.matched_by for mention in mentions("Kod F32 gäller.", tools)} == {"code"}


def test_a_condition_inside_a_compound_is_linked_as_such(tools: tuple[Pipeline, Labels]) -> None:
    (found,) = [mention for mention in mentions("Depressionsbehandling ges.", tools) if "F32" in mention.concept_iri]
    assert (found.matched_by, found.surface) == ("compound", "Depressionsbehandling")


def test_short_abbreviations_need_their_capitals_unless_folded(tools: tuple[Pipeline, Labels]) -> None:
    assert any(key.startswith("intervention/") for key in keys("Erbjud KBT i grupp.", tools))
    assert keys("kbt", tools) == []
    assert keys("kbt", tools, fold=True) == keys("KBT", tools) != []


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Patienten har inte depression.", True),
        ("Vuxna utan depression ingår.", True),
        ("Patienten har depression.", False),
        ("Han kom inte, men depression fanns.", False),
        ("Han kom inte. Depression fanns.", False),
        ("Inte ett två tre fyra fem depression.", True),
        ("Inte ett två tre fyra fem sex depression.", False),
    ],
)
def test_negation_reaches_within_its_clause(tools: tuple[Pipeline, Labels], text: str, negated: bool) -> None:
    (found,) = [mention for mention in mentions(text, tools) if mention.concept_iri.endswith("condition/F32")]
    assert found.negated is negated


@pytest.mark.slow
def test_many_mentions_take_time_in_proportion(tools: tuple[Pipeline, Labels]) -> None:
    pipeline, labels = tools
    text = "Depression utreds. " * 20_000
    tokens = pipeline.words(text)
    started = process_time()
    assert len(find_mentions(text, tokens, labels)) == 20_000
    assert process_time() - started < 10


def test_the_verb_ska_is_no_school(tools: tuple[Pipeline, Labels]) -> None:
    assert keys("Vad ska man göra? Det skulle kunna vänta, och planen skall följas.", tools) == []
    assert keys("Stödet ges i skolan.", tools) == ["setting/skola"]


def test_text_without_concepts_gives_nothing(tools: tuple[Pipeline, Labels]) -> None:
    assert mentions("Solen sken över gräset.", tools) == ()


@pytest.mark.parametrize(
    ("label", "short"),
    [("SIP", True), ("FaR", True), ("KBT", True), ("adhd", False), ("vård", False), ("NPO psykisk hälsa", False)],
)
def test_which_labels_need_their_capitals(label: str, short: bool) -> None:
    assert is_short_abbreviation(label) is short
