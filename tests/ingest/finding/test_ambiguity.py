"""Names with two readings, and the short forms of long names."""

import pytest

from graph.vocabulary import Vocabulary
from ingest.finding.ambiguity import settled
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline
from ingest.lexicon import Lexicon
from ontology.iris import Iris
from ontology.model import Concept, Mention
from tests.ingest.finding.reading import Reader, toolbox_of

THERAPY, TEAM = "x:/id/intervention/terapi-act", "x:/id/intervention/team-act"
TALKING, OUTREACH = "x:/id/intervention/samtalsterapi", "x:/id/intervention/uppsokande"
FAMILY = "x:/id/intervention/familjeterapi"
CONCEPTS = (
    Concept(THERAPY, "intervention", "acceptansterapi", alt_labels=("ACT",), broader=(TALKING,)),
    Concept(TEAM, "intervention", "aktivt circulerande team", alt_labels=("ACT",), broader=(OUTREACH,)),
    Concept(TALKING, "intervention", "samtalsterapi"),
    Concept(OUTREACH, "intervention", "uppsökande arbete"),
    Concept(FAMILY, "intervention", "familjeterapi", broader=(TALKING,)),
)


@pytest.fixture(scope="module")
def small(tools: tuple[Pipeline, Labels], lexicon: Lexicon, iris: Iris) -> Reader:
    """Reads with a vocabulary in which ACT means two things."""
    pipeline, _ = tools
    vocabulary = Vocabulary({concept.iri: concept for concept in CONCEPTS})
    return Reader(toolbox_of(pipeline, compile_labels(vocabulary, pipeline), lexicon, vocabulary, iris))


def readings(small: Reader, text: str) -> set[str]:
    """What ACT means in a text."""
    found = {mention.concept_iri for mention in small(text).mentions if mention.surface == "ACT"}
    assert found, "ACT is not found at all"
    return found


def test_a_name_stays_open_where_nothing_tells(small: Reader) -> None:
    assert readings(small, "Erbjud ACT i grupp.") == {THERAPY, TEAM}


def test_a_reading_named_in_full_elsewhere_decides(small: Reader) -> None:
    assert readings(small, "Erbjud ACT i grupp. Acceptansterapi tar tid.") == {THERAPY}
    assert readings(small, "Ett aktivt circulerande team behövs. Då ges ACT.") == {TEAM}


def test_a_reading_named_in_full_comes_before_one_that_is_only_related(small: Reader) -> None:
    assert readings(small, "Acceptansterapi tar tid. Uppsökande arbete behövs. Sedan ges ACT.") == {THERAPY}


def test_a_reading_related_to_what_is_named_decides(small: Reader) -> None:
    assert readings(small, "Erbjud ACT eller annan samtalsterapi.") == {THERAPY}
    assert readings(small, "Erbjud ACT eller familjeterapi.") == {THERAPY}
    assert readings(small, "Bedriv uppsökande arbete. Erbjud ACT.") == {TEAM}


def test_a_context_that_speaks_for_both_decides_nothing(small: Reader) -> None:
    assert readings(small, "Samtalsterapi och uppsökande arbete behövs, liksom ACT.") == {THERAPY, TEAM}


def test_what_a_text_explains_a_short_form_to_mean_it_means(small: Reader) -> None:
    text = "Erbjud aktivt circulerande team (ACT). ACT ges länge. Samtalsterapi ges också."
    assert readings(small, text) == {TEAM}


def test_an_explanation_in_words_that_are_unknown_decides_nothing(small: Reader) -> None:
    assert readings(small, "Årets cirkel träffas (ÅCT). Sedan ges ACT.") == {THERAPY, TEAM}


def test_concepts_that_a_compound_names_together_are_all_kept() -> None:
    concepts = {concept.iri: concept for concept in CONCEPTS}
    both = tuple(Mention(iri, "teamterapi", 0, 10, "compound", False) for iri in (THERAPY, TEAM))
    certain = Mention(TALKING, "samtalsterapi", 20, 33, "label", False)
    assert settled("", (*both, certain), concepts) == (*both, certain)


def test_the_order_and_the_certain_mentions_are_kept() -> None:
    concepts = {concept.iri: concept for concept in CONCEPTS}
    certain = Mention(OUTREACH, "uppsökande arbete", 0, 17, "label", False)
    act = tuple(Mention(iri, "ACT", 20, 23, "label", False) for iri in (THERAPY, TEAM))
    last = Mention(OUTREACH, "uppsökande arbete", 30, 47, "label", False)
    assert settled("", (certain, *act, last), concepts) == (certain, act[1], last)


def test_a_cycle_in_the_hierarchy_ends() -> None:
    one, other = (
        Concept("x:1", "intervention", "ett", broader=("x:2",)),
        Concept("x:2", "intervention", "två", broader=("x:1",)),
    )
    mentions = (Mention("x:1", "a", 0, 1, "label", False), Mention("x:2", "b", 2, 3, "label", False))
    assert settled("", mentions, {"x:1": one, "x:2": other}) == mentions


def test_the_head_of_a_name_given_in_full_means_the_same(read: Reader) -> None:
    text = "Programmet skrevs av en nationell arbetsgrupp. Arbetsgruppen möttes tre gånger."
    assert read.named(text) == [("nationell arbetsgrupp", "body-kind/nag"), ("Arbetsgruppen", "body-kind/nag")]


def test_the_head_of_the_name_of_one_body_means_that_body(read: Reader) -> None:
    text = "Styrgruppen för kunskapsstyrning i samverkan bildades. Sedan möttes styrgruppen."
    assert read.named(text)[-1] == ("styrgruppen", "body/sks")


def test_a_text_about_governance_means_the_usual_body_by_a_head(read: Reader) -> None:
    assert ("arbetsgruppen", "body-kind/nag") in read.named("NPO psykisk hälsa har utsett arbetsgruppen.")


def test_the_head_alone_means_no_body(read: Reader) -> None:
    assert read.named("Arbetsgruppen möttes tre gånger.") == []


@pytest.mark.parametrize("text", ["Hon bor i Motala.", "Patienten flyttar till Skåne eller Halland."])
def test_a_place_is_not_the_body_that_is_named_after_it(read: Reader, text: str) -> None:
    assert read.named(text) == []


@pytest.mark.parametrize("text", ["Motala kommun beslutar.", "Värdar är regionerna Skåne och Halland."])
def test_a_body_may_be_named_as_its_place_is(read: Reader, text: str) -> None:
    assert {key.partition("/")[0] for _, key in read.named(text)} >= {"body"}
