"""What ships, parsed once, with the base IRI that the tests use."""

from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
ONTOLOGY = Path(str(files("ontology")))
Parse = Callable[[Iterable[Path]], rdflib.Graph]


def _parse(paths: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path, format="turtle", publicID="https://vipgraf.example/")
    return graph


def _turtle(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ONTOLOGY / folder).glob("*.ttl"))]


@pytest.fixture(scope="session")
def parse() -> Parse:
    return _parse


@pytest.fixture(scope="session")
def modules() -> rdflib.Graph:
    return _parse(_turtle("modules"))


@pytest.fixture(scope="session")
def content() -> rdflib.Graph:
    """Vocabulary and knowledge as they are written."""
    return _parse(_turtle("vocab", "knowledge"))


@pytest.fixture(scope="session")
def materialised(content: rdflib.Graph) -> rdflib.Graph:
    """The same with the direct triple of every claim that has not ended, as the loader states them."""
    graph = rdflib.Graph()
    graph += content
    for claim in content.subjects(RDF.type, VIP.Claim):
        if (claim, VIP.validTo, None) in content:
            continue
        subject, predicate, value = (content.value(claim, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        assert isinstance(subject, rdflib.URIRef)
        assert isinstance(predicate, rdflib.URIRef)
        assert isinstance(value, rdflib.URIRef | rdflib.Literal)
        graph.add((subject, predicate, value))
    assert len(graph) > len(content)
    return graph


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    return _parse(_turtle("shapes"))
