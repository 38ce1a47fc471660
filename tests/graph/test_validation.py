import re

import pyoxigraph as ox
import pytest

from graph.validation import Validator
from ontology import files

BASE = "https://test.example/"
PREFIXES = f"""
@base <{BASE}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix vip: <https://w3id.org/vipgraf/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DOCUMENT = """
<id/document/a> a vip:Document ; dcterms:title "Adhd hos vuxna"@sv ; dcterms:language "sv" ; dcterms:source "Källa" ;
    dcterms:issued "2024"^^xsd:gYear .
"""
SECTION = """
<id/section/a/1> a vip:Section ; vip:inDocument <id/document/a> ; vip:heading "Behandling"@sv .
"""
PASSAGE = """
<id/passage/a/1> a vip:Passage ; vip:inDocument <id/document/a> ; vip:inSection <id/section/a/1> ;
    vip:text "KBT bör erbjudas vid adhd."@sv ; vip:mentions <id/condition/F90> .
"""
RECOMMENDATION = """
<id/recommendation/a/1> a vip:Recommendation ; vip:quote "KBT bör erbjudas vid adhd."@sv ;
    vip:concerns <id/condition/F90> ; vip:intervention <id/intervention/kbt> .
"""
WHOLE = DOCUMENT + SECTION + PASSAGE + RECOMMENDATION
RAISING = {
    "DocumentWorthALook-date": WHOLE.replace('dcterms:issued "2024"^^xsd:gYear', 'vip:documentKind "sida"'),
    "DocumentWorthALook-source": WHOLE.replace('dcterms:source "Källa" ;', ""),
    "DocumentWorthALook-language": WHOLE.replace('dcterms:language "sv"', 'dcterms:language "en"'),
    "DocumentWorthALook-text": DOCUMENT + "<id/passage/a/1> vip:inDocument <id/document/a> ; vip:mentions <id/c> .",
    "DocumentWorthALook-concept": WHOLE.replace("; vip:mentions <id/condition/F90>", ""),
    "SectionWorthALook-content": WHOLE
    + '<id/section/a/2> a vip:Section ; vip:heading "Adhd"@sv . <id/mention/a/1> vip:inSection <id/section/a/2> .',
    "RecommendationWorthALook-concerns": WHOLE.replace("vip:concerns <id/condition/F90> ;", ""),
    "RecommendationWorthALook-intervention": WHOLE.replace(
        "vip:intervention <id/intervention/kbt>", 'vip:strength "x"'
    ),
}


def ntriples(turtle: str) -> bytes:
    parsed = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.N_TRIPLES) or b""


def short(shape: str) -> str:
    return shape.rpartition("/")[2]


@pytest.fixture(scope="module")
def warning() -> Validator:
    return Validator(files.shapes("warnings"))


def test_a_document_with_all_that_is_wished_for_gives_no_warning(warning: Validator) -> None:
    assert warning.check(ntriples(WHOLE)).warnings == ()


@pytest.mark.parametrize("name", RAISING)
def test_every_warning_is_raised_by_its_example_and_by_no_other(name: str, warning: Validator) -> None:
    verdict = warning.check(ntriples(RAISING[name]))
    assert [short(found.shape) for found in verdict.warnings] == [name]
    assert verdict.violations == ()


def test_every_shape_of_the_warnings_has_an_example() -> None:
    turtle = files.shapes("warnings").decode()
    shapes = set(re.findall(r"^shapes:(\S+) a sh:PropertyShape", turtle, re.MULTILINE))
    assert len(shapes) >= 8
    assert shapes == set(RAISING)
    assert turtle.count("sh:severity sh:Warning") == len(shapes)


@pytest.mark.parametrize("date", ['dcterms:modified "2024"^^xsd:gYear', 'schema:lastReviewed "2024-01-02"^^xsd:date'])
def test_any_date_will_do(date: str, warning: Validator) -> None:
    assert warning.check(ntriples(WHOLE.replace('dcterms:issued "2024"^^xsd:gYear', date))).warnings == ()


def test_a_heading_above_other_headings_has_something_under_it(warning: Validator) -> None:
    more = """
    <id/section/a/2> a vip:Section ; vip:heading "Insatser"@sv .
    <id/section/a/1> vip:parentSection <id/section/a/2> .
    """
    assert warning.check(ntriples(WHOLE + more)).warnings == ()


def test_a_warning_refuses_nothing_and_a_violation_does() -> None:
    validator = Validator(files.shapes("text", "warnings"))
    data = ntriples(WHOLE.replace('dcterms:source "Källa" ;', ""))
    verdict = validator.check(data)
    assert [short(found.shape) for found in verdict.warnings] == ["DocumentWorthALook-source"]
    assert "Document-identifier" in {short(found.shape) for found in verdict.violations}
    assert not {short(found.shape) for found in verdict.violations} & set(RAISING)
    assert validator.violations(data) == verdict.violations


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("DocumentWorthALook-date", "Adhd hos vuxna"),
        ("SectionWorthALook-content", "Adhd"),
        ("RecommendationWorthALook-concerns", "KBT bör erbjudas vid adhd."),
    ],
)
def test_a_person_is_told_by_words_what_a_warning_is_about(name: str, words: str, warning: Validator) -> None:
    (found,) = warning.check(ntriples(RAISING[name])).warnings
    assert found.words == words


def test_a_shape_that_another_one_uses_keeps_its_constraints() -> None:
    shapes = """
    @prefix ex: <https://test.example/> .
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    ex:Outer a sh:NodeShape ; sh:targetClass ex:Thing ; sh:not ex:Inner ; sh:message "ska inte ha namn"@sv .
    ex:Inner a sh:NodeShape ; sh:targetClass ex:Other ; sh:property ex:Named .
    ex:Named sh:path ex:name ; sh:minCount 1 ; sh:message "ska ha namn"@sv .
    """
    data = "<id/1> a <Thing> ; <name> 'N' . <id/2> a <Thing> . <id/3> a <Other> . <id/4> a <Other> ; <name> 'N' ."
    violations = Validator(shapes.encode()).violations(ntriples(data))
    assert [(short(found.focus), found.message) for found in violations] == [
        ("1", "ska inte ha namn"),
        ("3", "ska ha namn"),
    ]


def test_every_constraint_of_a_shape_is_checked_for_every_node_of_its_targets() -> None:
    shapes = """
    @prefix ex: <https://test.example/> .
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    ex:A a sh:NodeShape ; sh:targetClass ex:Thing ; sh:targetSubjectsOf ex:part ; sh:property ex:Named, ex:Dated .
    ex:B a sh:NodeShape ; sh:targetNode <https://test.example/id/9> ; sh:property ex:Named .
    ex:Named sh:path ex:name ; sh:minCount 1 .
    ex:Dated sh:path ex:date ; sh:minCount 1 .
    """
    data = "<id/1> a <Thing> . <id/2> <part> 1 ; <name> 'N' . <id/3> <name> 'N' . <id/4> <other> 1 . <id/9> <other> 1 ."
    violations = Validator(shapes.encode()).violations(ntriples(data))
    assert [(short(found.focus), short(found.shape)) for found in violations] == [
        ("1", "Dated"),
        ("1", "Named"),
        ("2", "Dated"),
        ("9", "Named"),
    ]


def test_messages_come_in_the_language_that_is_asked_for(warning: Validator) -> None:
    data = ntriples(RAISING["DocumentWorthALook-source"])
    assert "ingen källa" in warning.check(data).warnings[0].message
    assert "no source" in warning.check(data, "en").warnings[0].message
    assert warning.check(data, "fi").warnings[0].message != "?"
