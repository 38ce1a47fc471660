"""What ships, parsed once, with the base IRI that the tests use."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from graph.publish import shipped_triples
from ontology.iris import Iris

ONTOLOGY = Path(str(files("ontology")))
Parse = Callable[[Iterable[Path]], rdflib.Graph]


@cache
def _parse_one(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle", publicID="https://vipgraf.example/")


def _parse(paths: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph += _parse_one(path)
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
    """The same with all that the loader derives from claims and names."""
    shipped = shipped_triples(Iris("https://vipgraf.example/"))
    triples = [triple for name in ("vocabulary", "knowledge") for triple in shipped[name]]
    graph = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert len(graph) > len(content)
    return graph


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    """The shapes that refuse."""
    return _parse(path for path in _turtle("shapes") if path.stem != "warnings")
