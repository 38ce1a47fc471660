"""Two reasoners of different kinds, OWL RL rules (owlrl) and OWL 2 DL tableaux (HermiT), find no contradiction.

Each is also given a contradiction, which it must find. What is reused from other vocabularies counts with the axioms
that their specifications give it (tests/data/reused-axioms.ttl), since that is what others reason with.
"""

from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib.namespace import ORG, OWL, RDF, RDFS, SKOS, XSD

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
ALIGNMENTS = sorted((Path(str(files("ontology"))) / "alignments").glob("*.ttl"))
REUSED = Path(__file__).parents[1] / "data" / "reused-axioms.ttl"
_ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
_OUTSIDE_OWL_2 = {XSD.gYear, XSD.gYearMonth, XSD.date}
_CONTRADICTIONS = {
    "a region that is a municipality": "<urn:a> a vip:Region, vip:Municipality .",
    "a claim that is hosted": "<urn:b> vip:hosts <urn:a> . <urn:a> a vip:Claim .",
    "a condition that is an intervention": "<urn:a> vip:concerns <urn:b> . <urn:b> a vip:Intervention .",
    "a kind that is part of an organisation": "<urn:a> a vip:BodyKind ; org:subOrganizationOf <urn:b> .",
    "a post in a kind": "<urn:a> org:postIn <urn:b> . <urn:b> a vip:BodyKind .",
    "a knowledge service that is a host": "<urn:a> vip:hosts <urn:b> ; a vip:KnowledgeService .",
    "a concept that is a scheme": "<urn:a> a vip:Condition . <urn:b> skos:inScheme <urn:a> .",
    "a decision that is a rule": "<urn:a> a vip:Decision, vip:CompositionRule .",
    "a scale of two kinds": "<urn:a> a vip:PriorityScale, vip:EvidenceScale .",
}
Parse = Callable[[Iterable[Path]], rdflib.Graph]


def contradicting(modules: rdflib.Graph, statements: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph += modules
    prefixes = f"@prefix vip: <{VIP}> . @prefix org: <{ORG}> . @prefix skos: <{SKOS}> ."
    graph.parse(data=f"{prefixes} {statements}", format="turtle")
    return graph


def rule_errors(graph: rdflib.Graph) -> list[str]:
    """The contradictions that OWL RL finds; the graph grows by what follows from it."""
    size = len(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert len(graph) > size
    return [str(error) for error in graph.objects(None, _ERROR)]


def tableau_errors(graph: rdflib.Graph, folder: Path) -> list[str]:
    """The unsatisfiable classes, or what HermiT says when all is contradictory.

    HermiT refuses datatypes outside the OWL 2 map (years, months and days), so statements with them are left out.
    """
    import owlready2

    owl_2 = rdflib.Graph()
    for subject, predicate, value in graph:
        outside = isinstance(value, rdflib.Literal) and value.datatype in _OUTSIDE_OWL_2
        if not outside and predicate != OWL.imports:
            owl_2.add((subject, predicate, value))
    path = folder / "graph.nt"
    owl_2.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    ontology = world.get_ontology(path.as_uri()).load()
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return ["inconsistent"]
    return [str(found) for found in world.inconsistent_classes() if found is not owlready2.Nothing]


@pytest.fixture
def theory(modules: rdflib.Graph, parse: Parse) -> rdflib.Graph:
    """The modules, and the axioms of what they reuse."""
    graph = rdflib.Graph()
    graph += modules
    graph += parse([REUSED])
    return graph


@pytest.fixture
def everything(theory: rdflib.Graph, materialised: rdflib.Graph, parse: Parse) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph += theory
    graph += materialised
    graph += parse(ALIGNMENTS)
    return graph


@pytest.mark.slow
def test_rules_find_no_contradiction_in_the_modules_and_draw_conclusions(theory: rdflib.Graph) -> None:
    graph = contradicting(theory, "<urn:a> vip:inRegion <urn:b> .")
    assert rule_errors(graph) == []
    assert (rdflib.URIRef("urn:b"), RDF.type, VIP.Body) in graph
    assert (VIP.Condition, RDFS.subClassOf, SKOS.Concept) in graph


@pytest.mark.slow
def test_rules_find_no_contradiction_in_what_ships_and_take_no_kind_for_an_organisation(
    everything: rdflib.Graph,
) -> None:
    kinds = set(everything.subjects(RDF.type, VIP.BodyKind))
    assert len(kinds) > 20
    assert rule_errors(everything) == []
    organisations = set(everything.subjects(RDF.type, ORG.Organization))
    assert len(organisations) > 100
    assert kinds & organisations == set()
    assert set(everything.subjects(RDF.type, VIP.KnowledgeService)) & organisations == set()


@pytest.mark.slow
def test_a_term_of_another_vocabulary_on_a_kind_makes_it_an_organisation_by_the_rules(parse: Parse) -> None:
    graph = contradicting(parse([REUSED]), "<urn:a> org:subOrganizationOf <urn:b> . <urn:c> org:postIn <urn:d> .")
    rule_errors(graph)
    inferred = set(graph.subjects(RDF.type, ORG.Organization))
    assert {rdflib.URIRef(f"urn:{name}") for name in "abd"} <= inferred
    assert rdflib.URIRef("urn:c") not in inferred


def test_only_a_post_has_the_role_of_a_post(materialised: rdflib.Graph) -> None:
    holders = set(materialised.subjects(ORG.role))
    assert len(holders) > 10
    assert holders <= set(materialised.subjects(RDF.type, ORG.Post))


@pytest.mark.slow
@pytest.mark.parametrize("statements", _CONTRADICTIONS.values(), ids=_CONTRADICTIONS)
def test_both_reasoners_find_a_contradiction(statements: str, theory: rdflib.Graph, tmp_path: Path) -> None:
    assert rule_errors(contradicting(theory, statements))
    assert tableau_errors(contradicting(theory, statements), tmp_path) == ["inconsistent"]


@pytest.mark.slow
def test_tableaux_find_no_contradiction_and_no_empty_class_in_what_ships(
    everything: rdflib.Graph, tmp_path: Path
) -> None:
    assert len(everything) > 5000
    assert tableau_errors(everything, tmp_path) == []


@pytest.mark.slow
def test_tableaux_find_an_empty_class(modules: rdflib.Graph, tmp_path: Path) -> None:
    graph = contradicting(
        modules,
        "<urn:C> a <http://www.w3.org/2002/07/owl#Class> ; "
        "<http://www.w3.org/2000/01/rdf-schema#subClassOf> vip:Body, vip:Claim .",
    )
    assert len(tableau_errors(graph, tmp_path)) == 1
