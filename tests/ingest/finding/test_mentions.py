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
@pytest.mark.timeout(60)
def test_many_mentions_take_time_in_proportion(tools: tuple[Pipeline, Labels]) -> None:
    pipeline, labels = tools
    text = "Depression utreds. " * 20_000
    tokens = pipeline.words(text)
    assert len(find_mentions(text, tokens, labels)) == 20_000


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ångest- och depressionssjukdomar är vanliga.",
            [("Ångest-", "condition/angestsyndrom"), ("depressionssjukdomar", "condition/F32")],
        ),
        (
            "Alkohol- och drogberoende behandlas.",
            [("Alkohol-", "condition/F10.2"), ("drogberoende", "condition/skadligt-bruk-av-droger")],
        ),
        (
            "Ångest-, depressions- och tvångssyndrom utreds.",
            [
                ("Ångest-", "condition/angestsyndrom"),
                ("depressions-", "condition/F32"),
                ("tvångssyndrom", "condition/F42"),
            ],
        ),
        (
            "Regionala och lokala programområden möts.",
            [("Regionala", "body-kind/rpo"), ("lokala programområden", "body-kind/lpo")],
        ),
    ],
)
def test_each_member_of_a_coordination_is_linked(
    tools: tuple[Pipeline, Labels], text: str, expected: list[tuple[str, str]]
) -> None:
    found = [(mention.surface, mention.concept_iri.rpartition("/id/")[2]) for mention in mentions(text, tools)]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Barn- och ungdomspsykiatrin tar emot.", "setting/barn-och-ungdomspsykiatri"),
        ("Missbruks- och beroendevården tar emot.", "setting/beroendevard"),
    ],
)
def test_a_coordination_that_is_a_name_is_linked_as_one(tools: tuple[Pipeline, Labels], text: str, key: str) -> None:
    assert keys(text, tools) == [key]


def test_a_part_completed_by_what_is_unknown_names_nothing(tools: tuple[Pipeline, Labels]) -> None:
    assert keys("Bygg- och trävaror säljs.", tools) == []


@pytest.mark.parametrize("word", ["Försäkringsmedicin", "Allmänmedicin", "Läkemedelsföretag"])
def test_a_compound_about_something_else_names_no_treatment(tools: tuple[Pipeline, Labels], word: str) -> None:
    assert keys(f"{word} är ett eget ämne.", tools) == []


def test_a_word_is_no_condition_where_what_follows_gives_it_another_sense(tools: tuple[Pipeline, Labels]) -> None:
    assert keys("Utfallet skiljer sig beroende på vikten.", tools) == []
    assert keys("Ett beroende kan utvecklas.", tools) == ["condition/skadligt-bruk-och-beroende"]


def test_no_label_goes_on_in_the_next_sentence(tools: tuple[Pipeline, Labels]) -> None:
    assert "condition/F43.1" not in keys("Läget var posttraumatiskt. Stressyndrom utreds.", tools)


def test_what_a_colon_announces_is_no_part_of_the_name_before_it(tools: tuple[Pipeline, Labels]) -> None:
    assert [mention.surface for mention in mentions("Region Dalarna deltar.", tools)] == ["Region Dalarna"]
    found = mentions("Fyra regioner: Dalarna, Gävleborg och två till.", tools)
    assert [mention.surface for mention in found] == ["regioner", "Dalarna", "Gävleborg"]


@pytest.mark.parametrize(
    ("text", "kind"), [("Det är hemkommunens ansvar.", "kommun"), ("Hemregionen bidrar.", "region")]
)
def test_a_compound_names_the_kind_of_body_that_it_ends_in(
    tools: tuple[Pipeline, Labels], text: str, kind: str
) -> None:
    assert [mention.concept_iri.rpartition("/")[2] for mention in mentions(text, tools)] == [kind]
