"""The shapes: each valid example conforms, each invalid one is refused by the shape that it names."""

import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH

SHAPES = "https://w3id.org/vipgraf/shapes/"
EXAMPLES = Path(str(files("ontology"))) / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
Parse = Callable[[Iterable[Path]], rdflib.Graph]


def refusing(data: rdflib.Graph, shapes: rdflib.Graph) -> set[str]:
    """The shapes and constraints that refuse something, and the node shapes that hold them."""
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, rdflib.Graph)
    named = {
        node
        for result in report.subjects(RDF.type, SH.ValidationResult)
        for part in (SH.sourceShape, SH.sourceConstraint)
        for node in report.objects(result, part)
    }
    assert conforms is not bool(named)
    holders = {holder for node in named for holder in shapes.subjects(SH.property, node)}
    return {str(node) for node in named | holders}


def refusal_named_in(path: Path) -> str:
    match = re.match(r"# refused by: shapes:(\S+)\n", path.read_text(encoding="utf-8"))
    assert match, f"{path.name} does not begin by naming the shape that refuses it"
    return SHAPES + match.group(1)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_conforms(path: Path, parse: Parse, shapes: rdflib.Graph) -> None:
    assert refusing(parse([path]), shapes) == set()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_is_refused_by_the_shape_that_it_names(
    path: Path, parse: Parse, shapes: rdflib.Graph
) -> None:
    assert refusal_named_in(path) in refusing(parse([path]), shapes)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_is_wrong_in_one_way_only(path: Path, parse: Parse, shapes: rdflib.Graph) -> None:
    named = refusal_named_in(path)
    holders = {str(holder) for holder in shapes.subjects(SH.property | SH.sparql, rdflib.URIRef(named))}
    assert refusing(parse([path]), shapes) <= {named} | holders


def test_there_are_examples_of_both_kinds() -> None:
    assert len(VALID) >= 5
    assert len(INVALID) >= 10


def test_every_shape_with_a_target_refuses_some_example(shapes: rdflib.Graph) -> None:
    targeted = {str(shape) for target in _TARGETS for shape in shapes.subjects(target)}
    named = {refusal_named_in(path) for path in INVALID}
    holders = {
        str(holder) for name in named for holder in shapes.subjects(SH.property | SH.sparql, rdflib.URIRef(name))
    }
    assert len(targeted) > 10
    assert targeted - named - holders == set()


def test_every_constraint_explains_itself_in_two_languages(shapes: rdflib.Graph) -> None:
    constraints = {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(RDF.type, SH.SPARQLConstraint)}
    assert len(constraints) > 40
    for constraint in constraints:
        messages = [text for text in shapes.objects(constraint, SH.message) if isinstance(text, rdflib.Literal)]
        assert sorted(str(text.language) for text in messages) == ["en", "sv"], constraint


def test_every_property_shape_belongs_to_a_node_shape(shapes: rdflib.Graph) -> None:
    loose = [
        shape for shape in shapes.subjects(RDF.type, SH.PropertyShape) if not any(shapes.subjects(SH.property, shape))
    ]
    assert loose == []


def test_all_shipped_content_conforms(materialised: rdflib.Graph, shapes: rdflib.Graph) -> None:
    graph = rdflib.Graph()
    graph += materialised
    assert len(graph) > 1000
    assert refusing(graph, shapes) == set()
