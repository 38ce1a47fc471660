"""Vocabulary and knowledge: labelled, sourced, closed, and free of ambiguous labels."""

from collections import Counter, defaultdict

import pytest
import rdflib
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
INSTANCES = "https://vipgraf.example/id/"
SKOSXL = rdflib.Namespace("http://www.w3.org/2008/05/skos-xl#")
_REUSED = {
    DCTERMS.hasVersion,
    ORG.subOrganizationOf,
    SKOS.altLabel,
    SKOSXL.altLabel,
    SKOSXL.prefLabel,
    rdflib.URIRef("https://schema.org/lastReviewed"),
}
_LABELLED_OTHERWISE = {VIP.Claim, VIP.Source, VIP.Recommendation, SKOSXL.Label}
_TOO_GENERAL = frozenset(
    ("vård", "stöd", "behandling", "insats", "program", "plan", "lag", "far", "patient", "individ")
)


def swedish(graph: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.URIRef) -> list[str]:
    texts = (text for text in graph.objects(subject, predicate) if isinstance(text, rdflib.Literal))
    return [str(text) for text in texts if text.language == "sv"]


def test_every_claim_says_one_thing_with_source_and_confidence(content: rdflib.Graph) -> None:
    claims = list(content.subjects(RDF.type, VIP.Claim))
    assert len(claims) > 200
    for claim in claims:
        for part in (RDF.subject, RDF.predicate, RDF.object, VIP.confidence):
            assert len(list(content.objects(claim, part))) == 1, (claim, part)
        assert list(content.objects(claim, DCTERMS.source)), claim


def test_every_predicate_of_a_claim_is_a_term(content: rdflib.Graph, modules: rdflib.Graph) -> None:
    predicates = {content.value(claim, RDF.predicate) for claim in content.subjects(RDF.type, VIP.Claim)}
    assert len(predicates) > 10
    assert {name for name in predicates if not list(modules.objects(name, RDF.type))} <= _REUSED


def test_every_hosting_says_of_which_kind_it_is(content: rdflib.Graph) -> None:
    hostings = list(content.subjects(RDF.predicate, VIP.hosts))
    assert len(hostings) > 10
    assert [claim for claim in hostings if content.value(claim, VIP.hostingKind) is None] == []


def test_organisation_facts_are_written_as_claims_only(content: rdflib.Graph) -> None:
    for predicate in (VIP.hosts, VIP.appoints, VIP.inHealthcareRegion, VIP.inRegion, VIP.mirrors, VIP.programmeState):
        assert list(content.subjects(RDF.predicate, predicate)), predicate
        assert list(content.subject_objects(predicate)) == []


def test_every_instance_that_is_spoken_of_is_described(content: rdflib.Graph) -> None:
    nodes = {node for triple in content for node in triple if isinstance(node, rdflib.URIRef)}
    instances = {node for node in nodes if node.startswith("https://vipgraf.example/")}
    assert len(instances) > 500
    assert {node for node in instances if not node.startswith(INSTANCES)} == set()
    assert {node for node in instances if not list(content.objects(node, RDF.type))} == set()


def test_every_source_is_a_source_and_is_used(content: rdflib.Graph) -> None:
    sources = set(content.subjects(RDF.type, VIP.Source))
    named = set(content.objects(None, DCTERMS.source)) - {
        text for text in content.objects(None, DCTERMS.source) if isinstance(text, rdflib.Literal)
    }
    assert len(sources) > 40
    assert named == sources


def test_every_resource_has_one_swedish_preferred_label(content: rdflib.Graph) -> None:
    subjects = {subject for subject, kind in content.subject_objects(RDF.type) if kind not in _LABELLED_OTHERWISE}
    assert len(subjects) > 200
    assert [subject for subject in subjects if len(swedish(content, subject, SKOS.prefLabel)) != 1] == []


def test_every_recommendation_is_a_swedish_sentence(content: rdflib.Graph) -> None:
    recommendations = list(content.subjects(RDF.type, VIP.Recommendation))
    assert len(recommendations) >= 25
    for recommendation in recommendations:
        (sentence,) = swedish(content, recommendation, RDFS.label)
        assert sentence.endswith("."), sentence


def test_the_band_of_a_priority_agrees_with_the_strength(content: rdflib.Graph) -> None:
    seen = 0
    for recommendation, priority in content.subject_objects(VIP.priority):
        strength = content.value(recommendation, VIP.strength)
        expected = "bor" if int(str(priority)) <= 3 else "kan"
        assert str(strength).endswith("/" + expected), recommendation
        seen += 1
    assert seen > 10


def test_no_label_names_two_resources_of_one_class(content: rdflib.Graph) -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel):
        for subject in content.subjects(predicate):
            kind = str(content.value(subject, RDF.type))
            for label in swedish(content, subject, predicate):
                owners[(kind, label.casefold())].add(str(subject))
    assert len(owners) > 500
    assert {label: found for label, found in owners.items() if len(found) > 1} == {}


def test_no_label_is_a_common_word(content: rdflib.Graph) -> None:
    labels = [
        str(label)
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        for label in content.objects(None, predicate)
    ]
    assert len(labels) > 500
    assert [label for label in labels if label in _TOO_GENERAL] == []


def test_no_code_names_two_concepts_of_one_scheme(content: rdflib.Graph) -> None:
    codes = Counter(
        (str(content.value(concept, SKOS.inScheme)), str(code))
        for concept, code in content.subject_objects(SKOS.notation)
    )
    assert len(codes) > 50
    assert [code for code, count in codes.items() if count > 1] == []


def test_the_key_of_a_condition_is_its_code(content: rdflib.Graph) -> None:
    conditions = list(content.subjects(RDF.type, VIP.Condition))
    assert len(conditions) >= 40
    for condition in conditions:
        code = content.value(condition, SKOS.notation)
        key = str(condition).removeprefix(INSTANCES + "condition/")
        assert key == str(code) if code else key == key.lower(), condition


def test_every_concept_is_reached_from_the_top_of_its_scheme(content: rdflib.Graph) -> None:
    tops = set(content.objects(None, SKOS.hasTopConcept))
    concepts = set(content.subjects(SKOS.inScheme))
    assert tops == set(content.subjects(SKOS.topConceptOf))
    below = {concept for top in tops for concept in content.transitive_subjects(SKOS.broader, top)}
    assert len(concepts) > 100
    assert concepts == below


@pytest.mark.parametrize(
    ("kind", "count"),
    [("HealthcareRegion", 6), ("Region", 21), ("NationalProgrammeArea", 24), ("CareProgramme", 7), ("Criterion", 7)],
)
def test_the_graph_holds_all_that_are_known(content: rdflib.Graph, kind: str, count: int) -> None:
    assert len(list(content.subjects(RDF.type, VIP[kind]))) == count


def test_the_dataset_says_that_it_is_not_for_clinical_use(content: rdflib.Graph) -> None:
    comments = [text for text in content.objects(None, RDFS.comment) if isinstance(text, rdflib.Literal)]
    assert any(text.language == "sv" and "inte för klinisk användning" in text for text in comments)
    assert any(text.language == "en" and "not for clinical use" in text for text in comments)
