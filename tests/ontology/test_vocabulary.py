"""The vocabulary and what rests on it: labels in two languages, scales with a direction, criteria, pages, advice."""

from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
ID = "https://vipgraf.example/id/"
VOCABULARY = sorted((Path(str(files("ontology"))) / "vocab").glob("*.ttl"))
RPO = rdflib.URIRef(ID + "body-kind/rpo")
Parse = Callable[[Iterable[Path]], rdflib.Graph]


@pytest.fixture(scope="module")
def vocabulary(parse: Parse) -> rdflib.Graph:
    return parse(VOCABULARY)


def key(node: rdflib.term.Node | None) -> str:
    return str(node).removeprefix(ID)


def keys(nodes: Iterable[rdflib.term.Node | None]) -> set[str]:
    return {key(node) for node in nodes}


def languages(graph: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.URIRef) -> list[str]:
    texts = (text for text in graph.objects(subject, predicate) if isinstance(text, rdflib.Literal))
    return sorted(str(text.language) for text in texts)


def levels(graph: rdflib.Graph, scheme: str) -> dict[str, int]:
    """The keys of a scale's levels, each with its rank."""
    found = graph.subjects(SKOS.inScheme, rdflib.URIRef(f"{ID}scheme/{scheme}"))
    return {key(level).removeprefix("scale-level/"): int(str(graph.value(level, VIP.rank))) for level in found}


def test_every_concept_and_scheme_has_one_label_in_swedish_and_one_in_english(vocabulary: rdflib.Graph) -> None:
    described = set(vocabulary.subjects(RDF.type))
    assert len(described) > 300
    assert [key(node) for node in described if languages(vocabulary, node, SKOS.prefLabel) != ["en", "sv"]] == []


def test_every_concept_belongs_to_one_scheme_of_the_vocabulary(vocabulary: rdflib.Graph) -> None:
    schemes = set(vocabulary.objects(None, SKOS.inScheme))
    assert len(schemes) > 20
    assert {key(scheme) for scheme in schemes if (scheme, SKOS.prefLabel, None) not in vocabulary} == set()
    concepts = set(vocabulary.subjects(RDF.type)) - schemes
    assert [key(node) for node in concepts if len(list(vocabulary.objects(node, SKOS.inScheme))) != 1] == []


def test_no_concept_is_broader_than_itself(vocabulary: rdflib.Graph) -> None:
    narrower = set(vocabulary.subjects(SKOS.broader))
    assert len(narrower) > 100
    for concept in narrower:
        above = {
            found
            for parent in vocabulary.objects(concept, SKOS.broader)
            for found in vocabulary.transitive_objects(parent, SKOS.broader)
        }
        assert concept not in above, key(concept)


def test_a_concept_and_the_one_above_it_are_of_one_scheme(vocabulary: rdflib.Graph) -> None:
    pairs = list(vocabulary.subject_objects(SKOS.broader))
    assert len(pairs) > 100
    schemes = [(vocabulary.value(low, SKOS.inScheme), vocabulary.value(high, SKOS.inScheme)) for low, high in pairs]
    assert [pair for pair in schemes if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("conflict-kinds", {"change-over-time", "contradiction", "difference-of-scope", "difference-of-wording"}),
        ("obligations", {"ska", "bor", "kan"}),
        ("start-bases", {"stated", "attested"}),
        ("scale-directions", {"lowest-strongest", "highest-strongest", "words"}),
        ("severities", {"lindrig", "medelsvar", "svar"}),
        ("function-levels", {"latta-problem", "mattliga-problem", "stora-problem"}),
        ("service-categories", {"halso-och-sjukvard", "socialtjanst"}),
        ("programme-states", {"published", "draft", "consultation", "in-preparation", "withdrawn"}),
        ("degrees-of-governance", {"stodjande", "vagledande"}),
    ],
)
def test_a_small_scheme_holds_exactly_its_concepts(vocabulary: rdflib.Graph, scheme: str, expected: set[str]) -> None:
    concepts = vocabulary.subjects(SKOS.inScheme, rdflib.URIRef(f"{ID}scheme/{scheme}"))
    assert {key(concept).partition("/")[2] for concept in concepts} == expected


@pytest.mark.parametrize(
    ("scheme", "direction", "count"),
    [
        ("socialstyrelsen-priority", "lowest-strongest", 12),
        ("grade", "words", 4),
        ("grade-older", "highest-strongest", 4),
        ("evidensgrad", "lowest-strongest", 4),
    ],
)
def test_a_scale_says_which_way_it_runs_and_ranks_its_levels_without_gaps(
    vocabulary: rdflib.Graph, scheme: str, direction: str, count: int
) -> None:
    stated = vocabulary.value(rdflib.URIRef(f"{ID}scheme/{scheme}"), VIP.scaleDirection)
    assert key(stated) == f"scale-direction/{direction}"
    assert sorted(levels(vocabulary, scheme).values()) == list(range(1, count + 1))


def test_the_same_number_stands_at_opposite_ends_of_the_two_old_scales(vocabulary: rdflib.Graph) -> None:
    assert levels(vocabulary, "grade-older")["grade-older-4"] == levels(vocabulary, "evidensgrad")["evidensgrad-1"] == 1
    assert levels(vocabulary, "grade-older")["grade-older-1"] == levels(vocabulary, "evidensgrad")["evidensgrad-4"] == 4


def test_the_bands_of_the_priority_scale_follow_the_words(vocabulary: rdflib.Graph) -> None:
    bands = {
        rank: key(vocabulary.value(rdflib.URIRef(f"{ID}scale-level/{level}"), VIP.correspondsToStrength))
        for level, rank in levels(vocabulary, "socialstyrelsen-priority").items()
    }
    words = ["bor"] * 3 + ["kan"] * 4 + ["kan-i-undantagsfall"] * 3 + ["icke-gora", "fou"]
    assert bands == {rank: f"strength/{word}" for rank, word in enumerate(words, 1)}


def test_the_direction_of_advice_agrees_with_its_strength(content: rdflib.Graph) -> None:
    strengths = list(content.subject_objects(VIP.strength))
    assert len(strengths) > 30
    for recommendation, strength in strengths:
        negative = key(strength) in {"strength/bor-inte", "strength/icke-gora"}
        assert (key(content.value(recommendation, VIP.direction)) == "direction/against") is negative, recommendation


def test_every_setting_but_those_of_the_school_is_in_a_service_category(vocabulary: rdflib.Graph) -> None:
    settings = set(vocabulary.subjects(RDF.type, VIP.Setting))
    assert len(settings) >= 20
    loose = {setting for setting in settings if (setting, VIP.serviceCategory, None) not in vocabulary}
    assert keys(loose) == {"setting/skola", "setting/elevhalsa"}


@pytest.mark.parametrize(
    ("word", "concept"),
    [
        ("missbruk", "condition/skadligt-bruk-och-beroende"),
        ("självmord", "condition/suicid"),
        ("utbränd", "condition/F43.8A"),
        ("manodepressiv", "condition/F31"),
        ("OCD", "condition/F42"),
        ("EIPS", "condition/F60.3"),
        ("borderline", "condition/F60.3"),
        ("NPF", "condition/neuropsykiatriska-funktionsnedsattningar"),
        ("social ångest", "condition/F40.1"),
        ("SIP", "intervention/samordnad-individuell-plan"),
        ("LARO", "intervention/laro"),
        ("FaR", "intervention/fysisk-aktivitet-pa-recept"),
        ("BUP", "setting/barn-och-ungdomspsykiatri"),
        ("anhörig", "target-group/narstaende"),
        ("klient", "target-group/brukare"),
    ],
)
def test_a_synonym_or_abbreviation_leads_to_its_concept(vocabulary: rdflib.Graph, word: str, concept: str) -> None:
    assert keys(vocabulary.subjects(SKOS.altLabel, rdflib.Literal(word, lang="sv"))) == {concept}


def test_autism_lies_between_the_broad_category_and_its_diagnoses(vocabulary: rdflib.Graph) -> None:
    autism = rdflib.URIRef(ID + "condition/autism")
    assert keys(vocabulary.objects(autism, SKOS.broader)) == {"condition/F84"}
    diagnoses = keys(vocabulary.subjects(SKOS.broader, autism))
    assert diagnoses == {"condition/F84.0", "condition/F84.1", "condition/F84.5"}


def test_every_criterion_has_a_minimum_requirement_and_every_requirement_a_criterion_or_a_claim(
    content: rdflib.Graph,
) -> None:
    minimum, other = (list(content.subject_objects(name)) for name in (VIP.hasMinimumRequirement, VIP.requires))
    assert len({criterion for criterion, _ in minimum}) == 7
    of_criteria = {one for _, one in minimum + other}
    of_bodies = {content.value(claim, RDF.object) for claim in content.subjects(RDF.predicate, VIP.requires)}
    assert len(of_bodies) == 2
    assert of_criteria.isdisjoint(of_bodies)
    assert of_criteria | of_bodies == set(content.subjects(RDF.type, VIP.Requirement))
    counts = {
        str(content.value(one, VIP.order)): len(list(content.objects(one, VIP.hasMinimumRequirement)))
        for one in content.subjects(RDF.type, VIP.Criterion)
    }
    assert counts == {"1": 1, "2": 2, "3": 2, "4": 1, "5": 2, "6": 1, "7": 1}


def test_the_overlap_with_the_regional_programme_areas_stands_where_the_document_has_its_sign(
    content: rdflib.Graph,
) -> None:
    starred = set(content.subjects(VIP.matchesMandateOf, RPO))
    criteria = {
        str(content.value(one, SKOS.notation)) for one in starred & set(content.subjects(RDF.type, VIP.Criterion))
    }
    assert criteria == {"3", "4", "5", "6", "7"}
    assert {one for one in keys(starred) if one.startswith("requirement/")} == {
        "requirement/framja-kvalitetsregister",
        "requirement/gemensamma-intressen-och-utmaningar",
        "requirement/behovsinventering",
        "requirement/bidra-till-behovsanalys",
        "requirement/former-for-innovation",
        "requirement/utveckla-och-sprida-kunskap",
        "requirement/paketera-goda-exempel",
        "requirement/kommunicera-kunskapsstod",
        "requirement/anpassa-kunskapsunderlag",
    }


def test_three_regions_sign_the_criteria_which_are_anchored_in_38_municipalities(content: rdflib.Graph) -> None:
    signing = content.subjects(RDF.predicate, VIP.signs)
    assert keys(content.value(claim, RDF.subject) for claim in signing) == {
        "body/region-jonkopings-lan",
        "body/region-kalmar-lan",
        "body/region-ostergotland",
    }
    anchored = keys(content.value(claim, RDF.object) for claim in content.subjects(RDF.predicate, VIP.anchoredIn))
    assert len(anchored) == 38
    assert {one.startswith("body/kommun-") for one in anchored} == {True}


def test_every_page_lies_in_a_chapter_of_a_programme_and_has_a_state_and_an_address(content: rdflib.Graph) -> None:
    pages = list(content.subjects(RDF.type, VIP.Page))
    assert len(pages) == 13
    stated = {content.value(claim, RDF.subject) for claim in content.subjects(RDF.predicate, VIP.programmeState)}
    for page in pages:
        chapter = content.value(page, DCTERMS.isPartOf)
        assert (chapter, DCTERMS.hasPart, page) in content
        programme = content.value(chapter, DCTERMS.isPartOf)
        assert (programme, DCTERMS.hasPart, chapter) in content
        assert (programme, RDF.type, VIP.CareProgramme) in content
        assert str(content.value(page, rdflib.URIRef("https://schema.org/url"))).startswith("https://")
        assert page in stated, page


def test_a_recommendation_on_a_page_is_in_the_programme_of_that_page(content: rdflib.Graph) -> None:
    pages = set(content.subjects(RDF.type, VIP.Page))
    pairs = [(one, page) for one, page in content.subject_objects(DCTERMS.isPartOf) if page in pages]
    assert len(pairs) > 25
    for recommendation, page in pairs:
        programme = content.value(content.value(page, DCTERMS.isPartOf), DCTERMS.isPartOf)
        assert (recommendation, VIP.inProgramme, programme) in content, recommendation
