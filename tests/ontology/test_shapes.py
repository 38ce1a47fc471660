"""The shapes: each valid example conforms, each invalid one is refused by the shape that it names, and by no other."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from ontology.files import shapes as shapes_of

SHAPES = "https://w3id.org/vipgraf/shapes/"
SCHEMA = rdflib.Namespace("https://schema.org/")
VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
EXAMPLES = Path(str(files("ontology"))) / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
_LISTED = {VIP.Body, SKOS.Concept}
"""Classes whose subclasses are listed, wherever a rule takes them."""
_NARROWER = {(VIP.hosts, SH.targetSubjectsOf)}
"""Rules that are meant to take less than their module says: not every body is a possible host."""
_EXAMPLE = re.compile("https://vipgraf.example/(valid|invalid)/[^/]+/")


class PreparingGraph(rdflib.Graph):
    """A graph that prepares each query once: pyshacl asks the same one of every focus node."""

    def query(self, query_object: Any, *arguments: Any, **options: Any) -> Result:
        return super().query(_prepared(query_object), *arguments, **options)


@cache
def _prepared(text: str) -> Query:
    return prepareQuery(text)


def refusals(data: rdflib.Graph, shapes: rdflib.Graph) -> frozenset[tuple[str, str, str]]:
    """What refuses something, by the name under which its message stands, with focus node and value."""
    graph = PreparingGraph()
    graph += data
    conforms, report, text = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph), text
    found = set()
    for result in report.objects(None, SH.result):
        name = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        found.add((str(name), str(report.value(result, SH.focusNode)), str(report.value(result, SH.value))))
    assert conforms is not bool(found)
    return frozenset(found)


def refusal_named_in(path: Path) -> str:
    match = re.match(r"# refused by: shapes:(\S+)\n# \S", path.read_text(encoding="utf-8"))
    assert match, f"{path.name} does not begin by naming the shape that refuses it, and then why"
    return SHAPES + match.group(1)


def reporting(shapes: rdflib.Graph) -> set[str]:
    """All that may stand in a report: what has a message. The other shapes serve inside these."""
    return {str(shape) for shape in shapes.subjects(SH.message)}


def serving(shapes: rdflib.Graph) -> set[str]:
    """Shapes that are used by sh:or, sh:not, sh:node and sh:qualifiedValueShape."""
    listed = {member for head in shapes.objects(None, SH["or"]) for member in Collection(shapes, head)}
    used = {shape for use in (SH["not"], SH.node, SH.qualifiedValueShape) for shape in shapes.objects(None, use)}
    return {str(shape) for shape in listed | used}


def base_of(path: Path) -> str:
    """A base IRI of its own for each example, so that all can stand in one graph."""
    return f"https://vipgraf.example/{path.parent.name}/{path.stem}/"


def below(classes: set[rdflib.term.Node], modules: rdflib.Graph) -> set[rdflib.term.Node]:
    """The classes and all their subclasses."""
    return {found for kind in classes for found in modules.transitive_subjects(RDFS.subClassOf, kind) if found}


def claimed(key: int, predicate: rdflib.URIRef, thing: rdflib.URIRef) -> rdflib.Graph:
    """A claim that has ended, of which nothing is stated directly."""
    graph = rdflib.Graph()
    claim = rdflib.URIRef(f"https://vipgraf.example/id/claim/{key}")
    graph.add((claim, RDF.type, VIP.Claim))
    graph.add((claim, RDF.subject, thing))
    graph.add((claim, RDF.predicate, predicate))
    graph.add((claim, RDF.object, thing))
    graph.add((claim, VIP.validTo, rdflib.Literal("2018", datatype=XSD.gYear)))
    return graph


@pytest.fixture(scope="module")
def refused(shapes: rdflib.Graph) -> dict[Path, set[str]]:
    """What refuses each example. All are validated in one pass: an engine prepares its shapes anew in every pass."""
    graph = rdflib.Graph()
    for path in VALID + INVALID:
        graph.parse(path, format="turtle", publicID=base_of(path))
    found: dict[Path, set[str]] = {path: set() for path in VALID + INVALID}
    paths = {base_of(path): path for path in found}
    for name, *nodes in refusals(graph, shapes):
        owners = {match.group() for node in nodes if (match := _EXAMPLE.match(node))}
        assert len(owners) == 1, (name, nodes)
        found[paths[owners.pop()]].add(name)
    return found


@pytest.fixture(scope="module")
def of_documents() -> rdflib.Graph:
    """The shapes that a document is checked with when it is read in."""
    return rdflib.Graph().parse(data=shapes_of("text", "provenance"), format="turtle")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_conforms(path: Path, refused: dict[Path, set[str]]) -> None:
    assert refused[path] == set()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_is_refused_by_the_shape_that_it_names_and_by_no_other(
    path: Path, refused: dict[Path, set[str]]
) -> None:
    assert refused[path] == {refusal_named_in(path)}


def test_there_are_examples_of_both_kinds() -> None:
    assert len(VALID) >= 27
    assert len(INVALID) >= 240


def test_no_two_examples_are_the_same_but_for_their_heading() -> None:
    texts = [re.sub(r"^(#.*\n)+", "", path.read_text(encoding="utf-8")) for path in VALID + INVALID]
    assert len(texts) == len(set(texts))


def test_every_shape_that_may_report_refuses_some_example(shapes: rdflib.Graph) -> None:
    names = reporting(shapes)
    assert len(names) > 200
    assert names - {refusal_named_in(path) for path in INVALID} == set()


def test_the_shapes_of_a_document_refer_to_no_others_and_ask_no_queries(of_documents: rdflib.Graph) -> None:
    named = {str(value) for value in of_documents.objects() if str(value).startswith(SHAPES)}
    assert len(named) > 100
    assert named - {str(shape) for shape in of_documents.subjects()} == set()
    assert list(of_documents.objects(None, SH.sparql)) == []


@pytest.mark.slow
def test_the_shapes_of_a_document_refuse_alone_what_they_refuse_among_all(of_documents: rdflib.Graph) -> None:
    names = reporting(of_documents)
    theirs = [path for path in INVALID if refusal_named_in(path) in names]
    assert len(theirs) > 80
    graph = rdflib.Graph()
    for path in VALID + theirs:
        graph.parse(path, format="turtle", publicID=base_of(path))
    found = {
        (match.group(), name) for name, focus, _ in refusals(graph, of_documents) if (match := _EXAMPLE.match(focus))
    }
    assert found == {(base_of(path), refusal_named_in(path)) for path in theirs}


def test_every_shape_with_a_target_leads_to_a_message(shapes: rdflib.Graph) -> None:
    names = reporting(shapes)
    targeted = {shape for target in _TARGETS for shape in shapes.subjects(target)}
    assert len(targeted) > 60
    for shape in targeted:
        parts = [shape, *shapes.objects(shape, SH.property), *shapes.objects(shape, SH.sparql)]
        assert any(str(part) in names for part in parts), shape


def test_every_message_is_given_in_two_languages(shapes: rdflib.Graph) -> None:
    names = reporting(shapes)
    assert len(names) > 200
    for name in names:
        messages = list(shapes.objects(rdflib.URIRef(name), SH.message))
        languages = sorted(str(text.language) for text in messages if isinstance(text, rdflib.Literal))
        assert languages == ["en", "sv"], name


def test_a_shape_either_reports_or_serves_inside_another(shapes: rdflib.Graph) -> None:
    names, parts = reporting(shapes), serving(shapes)
    with_path = {str(shape) for shape in shapes.subjects(SH.path)}
    held = {str(shape) for shape in shapes.objects(None, SH.property)}
    assert names & parts == set()
    assert len(with_path) > 150
    assert with_path - held - parts == set()
    assert {str(shape) for shape in shapes.subjects(RDF.type, SH.PropertyShape)} - names == set()


@pytest.mark.parametrize(
    ("target", "constraint"),
    [(SH.targetSubjectsOf, "ClaimedPredicate-subject"), (SH.targetObjectsOf, "ClaimedPredicate-object")],
    ids=["subject", "object"],
)
def test_what_is_refused_as_a_direct_statement_is_refused_as_a_claim_that_has_ended(
    target: rdflib.URIRef, constraint: str, shapes: rdflib.Graph
) -> None:
    rules = [
        (shape, predicate)
        for shape, predicate in shapes.subject_objects(target)
        if str(shape) in reporting(shapes) and predicate != RDF.predicate
    ]
    assert len(rules) > 20
    direct, ended = rdflib.Graph(), rdflib.Graph()
    expected = set()
    for key, (shape, predicate) in enumerate(rules):
        assert isinstance(predicate, rdflib.URIRef)
        thing = rdflib.URIRef(f"https://vipgraf.example/id/thing/{key}")
        direct.add((thing, predicate, thing))
        ended += claimed(key, predicate, thing)
        expected.add((str(shape), str(thing)))
    assert expected <= {(name, focus) for name, focus, _ in refusals(direct, shapes)}
    refused = {focus for name, focus, _ in refusals(ended, shapes) if name == SHAPES + constraint}
    assert {str(predicate) for _, predicate in rules} <= refused


def test_an_ended_claim_of_a_predicate_without_a_rule_is_left_alone(shapes: rdflib.Graph) -> None:
    graph = claimed(1, VIP.collaboratesWith, rdflib.URIRef("https://vipgraf.example/id/thing/1"))
    assert not {name for name, _, _ in refusals(graph, shapes) if "ClaimedPredicate" in name}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "declaring"),
    [
        (SH.targetSubjectsOf, (RDFS.domain, SCHEMA.domainIncludes)),
        (SH.targetObjectsOf, (RDFS.range, SCHEMA.rangeIncludes)),
    ],
    ids=["subject", "object"],
)
def test_a_relation_takes_the_classes_that_its_module_declares(
    target: rdflib.URIRef, declaring: tuple[rdflib.URIRef, ...], shapes: rdflib.Graph, modules: rdflib.Graph
) -> None:
    names = reporting(shapes)
    rules = {
        predicate: declared
        for shape, predicate in shapes.subject_objects(target)
        if str(shape) in names
        and (declared := {found for declares in declaring for found in modules.objects(predicate, declares)})
    }
    assert len(rules) > 20
    classes = {*modules.subjects(RDF.type, OWL.Class), *(found for declared in rules.values() for found in declared)}
    graph = rdflib.Graph()
    things: dict[str, tuple[rdflib.term.Node, rdflib.term.Node]] = {}
    for predicate in rules:
        for kind in classes:
            thing = rdflib.URIRef(f"https://vipgraf.example/id/thing/{len(things)}")
            other = rdflib.URIRef(f"https://vipgraf.example/id/other/{len(things)}")
            graph.add((thing, RDF.type, kind))
            graph.add((thing, predicate, other) if target == SH.targetSubjectsOf else (other, predicate, thing))
            things[str(thing)] = (predicate, kind)
    ruling = {str(shape) for shape in shapes.subjects(target) if str(shape) in names}
    refused = {things[focus] for name, focus, _ in refusals(graph, shapes) if name in ruling and focus in things}
    wrong = set()
    for predicate, declared in rules.items():
        taken = {kind for kind in classes if (predicate, kind) not in refused}
        wrong |= {("takes too much", predicate, kind) for kind in taken - below(declared, modules)}
        if (predicate, target) not in _NARROWER:
            demanded = declared | below(declared & _LISTED, modules)
            wrong |= {("takes too little", predicate, kind) for kind in demanded - taken}
    assert wrong == set()


@pytest.mark.parametrize(
    ("shape", "top"),
    [("Body", VIP.Body), ("Concept", SKOS.Concept), ("Scheme", SKOS.ConceptScheme), ("Source", VIP.Source)],
)
def test_a_shape_that_lists_its_classes_lists_all_of_them(
    shape: str, top: rdflib.URIRef, shapes: rdflib.Graph, modules: rdflib.Graph
) -> None:
    listed = set(shapes.objects(rdflib.URIRef(SHAPES + shape), SH.targetClass))
    # a document as read has a shape of its own, with more demands
    assert listed == set(modules.transitive_subjects(RDFS.subClassOf, top)) - {VIP.Document}


@pytest.mark.parametrize(
    ("began_after", "valid_from", "valid_to", "ended_before"),
    [
        ("2017-06", "2017", "2018", "2018-09"),
        ("2017", "2018", "2018", "2019"),
        ("2017-12-31", "2018-01-01", "2018-01-01", "2018-01-02"),
        ("2017-06-24", "2017-07", "2017", "2018"),
    ],
)
def test_times_of_unequal_precision_that_may_agree_are_accepted(
    began_after: str, valid_from: str, valid_to: str, ended_before: str, shapes: rdflib.Graph
) -> None:
    forms = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    graph = rdflib.Graph()
    claim = rdflib.URIRef("https://vipgraf.example/id/claim/1")
    graph.add((claim, VIP.startBasis, rdflib.URIRef("https://vipgraf.example/id/start-basis/stated")))
    for term, text in [
        (VIP.beganAfter, began_after),
        (VIP.validFrom, valid_from),
        (VIP.validTo, valid_to),
        (VIP.endedBefore, ended_before),
    ]:
        graph.add((claim, term, rdflib.Literal(text, datatype=forms[len(text)])))
    assert refusals(graph, shapes) == frozenset()


@pytest.mark.slow
def test_the_shapes_are_shapes_as_shacl_itself_says(shapes: rdflib.Graph) -> None:
    assert pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)[0]


@pytest.mark.slow
def test_what_shacl_itself_refuses_is_noticed(shapes: rdflib.Graph) -> None:
    broken = rdflib.Graph()
    broken += shapes
    broken.add((rdflib.URIRef(SHAPES + "Claim-source"), SH.minCount, rdflib.Literal("one")))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError):
        pyshacl.validate(rdflib.Graph(), shacl_graph=broken, meta_shacl=True)


@pytest.mark.slow
def test_all_shipped_content_conforms(materialised: rdflib.Graph, shapes: rdflib.Graph) -> None:
    assert len(materialised) > 1000
    assert refusals(materialised, shapes) == frozenset()
