"""The competency questions ask about all that ships: each predicate of claims, class, kind of body and conflict."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
MODULE = rdflib.Namespace("https://w3id.org/vipgraf/ontology/module/")
QUESTIONS = Path(str(files("ontology"))) / "questions"
_PREFIX = re.compile(r"^PREFIX (\w+): <([^>]+)>$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w:])(\w+):(\w+)")


def names_in(query: str) -> set[rdflib.URIRef]:
    """The terms that a query names, as IRIs."""
    _, *lines = query.splitlines()
    spaces = dict(_PREFIX.findall(query))
    body = re.sub(r'"[^"]*"', '""', "\n".join(line for line in lines if not line.startswith(("#", "PREFIX"))))
    return {rdflib.URIRef(spaces[prefix] + local) for prefix, local in _NAME.findall(body)}


@pytest.fixture(scope="module")
def asked() -> set[rdflib.URIRef]:
    """The terms that at least one question names."""
    queries = [path.read_text(encoding="utf-8") for path in QUESTIONS.glob("*.rq")]
    assert len(queries) >= 60
    return {name for query in queries for name in names_in(query)}


@pytest.fixture(scope="module")
def words() -> str:
    """All that the questions ask for by name, and all that they answer."""
    return "\n".join(path.read_text(encoding="utf-8") for path in QUESTIONS.iterdir())


def test_names_in_a_query_are_those_it_uses_and_not_those_it_only_declares() -> None:
    query = '# Vad?\nPREFIX skos: <urn:s/>\nPREFIX vip: <urn:v/>\nSELECT ?x { ?x vip:hosts/^skos:broader "vip:no" }'
    assert names_in(query) == {rdflib.URIRef("urn:v/hosts"), rdflib.URIRef("urn:s/broader")}
    assert names_in("# vip:no?\nPREFIX vip: <urn:v/>\nSELECT ?x { ?x ?p ?o }") == set()


def test_every_predicate_of_a_claim_occurs_in_a_question(content: rdflib.Graph, asked: set[rdflib.URIRef]) -> None:
    predicates = {content.value(claim, RDF.predicate) for claim in content.subjects(RDF.type, VIP.Claim)}
    assert len(predicates) > 40
    assert predicates - asked == set()


@pytest.mark.parametrize("module", ["organisation", "care"])
def test_every_class_with_content_occurs_in_a_question(
    module: str, modules: rdflib.Graph, content: rdflib.Graph, asked: set[rdflib.URIRef]
) -> None:
    classes = {
        term
        for term in modules.subjects(RDF.type, OWL.Class)
        if (term, RDFS.isDefinedBy, MODULE[module]) in modules
        and (term, OWL.deprecated, None) not in modules
        and (None, RDF.type, term) in content
    }
    assert len(classes) > 10
    assert classes - asked == set()


def test_every_kind_of_body_is_asked_for_or_answered_by_a_name(content: rdflib.Graph, words: str) -> None:
    kinds = set(content.subjects(RDF.type, VIP.BodyKind))
    assert len(kinds) > 10
    named = {
        kind
        for kind in kinds
        for label in (SKOS.prefLabel, SKOS.altLabel)
        for name in content.objects(kind, label)
        if re.search(rf"(?<!\w){re.escape(str(name))}(?!\w)", words)
    }
    assert kinds - named == set()


def test_every_conflict_is_answered(content: rdflib.Graph, words: str) -> None:
    conflicts = set(content.subjects(RDF.type, VIP.Conflict))
    assert len(conflicts) == 16
    names = {name for one in conflicts for name in content.objects(one, SKOS.prefLabel)}
    swedish = {name for name in names if isinstance(name, rdflib.Literal) and name.language == "sv"}
    assert len(swedish) == 16
    assert {name for name in swedish if name not in words} == set()
