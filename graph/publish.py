"""Statements → the working graph: shipped content when it has changed, a document's graph when it has.

Each graph is replaced in one transaction, so a run that is killed leaves whole documents only.
"""

import hashlib
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from graph.classification import link_conditions
from graph.store import remove_graph, replace_graph, replace_graph_serialized
from ontology import files
from ontology import terms as t
from ontology.errors import SettingError
from ontology.iris import Iris

_DERIVED = ("current-claims", "plain-names", "claim-labels", "implied")


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that the graph holds."""

    identifier: str
    fingerprint: str


def taken_documents(store: ox.Store) -> dict[str, Taken]:
    """The documents that the graph holds, by identifier."""
    rows = queries.select(store, "documents")
    found = (Taken(queries.string(row, "identifier"), queries.string(row, "fingerprint")) for row in rows)
    return {taken.identifier: taken for taken in found}


def publish_document(store: ox.Store, identifier: str, ntriples: bytes, iris: Iris) -> None:
    """Make a document's named graph hold exactly these statements."""
    replace_graph_serialized(store, iris.document_graph(identifier), ntriples)


def withdraw_document(store: ox.Store, identifier: str, iris: Iris) -> None:
    """Remove a document's named graph."""
    remove_graph(store, iris.document_graph(identifier))


def publish_shipped(store: ox.Store, iris: Iris) -> bool:
    """Load ontology, vocabulary and knowledge unless the store has just these; true when something was loaded.

    What follows from claims, names and terms is stated too, in the knowledge graph (`_DERIVED`). Loaded classifications
    stay, and their links to conditions are made anew. Raises SettingError when the store was made under another base
    IRI, since two bases in one graph would name all twice.
    """
    _refuse_other_base(store, iris)
    graph = ox.NamedNode(iris.graph("ontology"))
    mark = ox.Quad(graph, ox.NamedNode(t.FINGERPRINT), ox.Literal(_digest()), graph)
    if mark in store:
        return False
    triples = shipped_triples(iris)
    for name, shipped in triples.items():
        if name != "ontology":
            replace_graph(store, iris.graph(name), shipped)
    link_conditions(store, iris)
    replace_graph(store, graph.value, [*triples["ontology"], mark.triple])
    return True


def shipped_only(store: ox.Store) -> ox.Store:
    """A copy in memory of what people wrote down: the shipped graphs of a store, without what was read from texts."""
    own = ox.Store()
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and graph.value.rpartition("/id/graph/")[2] in files.shipped_graphs():
            own.extend(store.quads_for_pattern(None, None, None, graph))
    return own


def shipped_triples(iris: Iris) -> dict[str, list[ox.Triple]]:
    """Every shipped graph by its name; the knowledge graph with all that follows from it."""
    triples = {
        name: [triple for turtle in files.turtle(name) for triple in parse(turtle, iris)]
        for name in files.shipped_graphs()
    }
    store = ox.Store()
    for shipped in triples.values():
        _add(store, shipped)
    for name in _DERIVED:
        derived = list(queries.construct(store, name))
        _add(store, derived)
        triples["knowledge"] += derived
    return triples


def _add(store: ox.Store, triples: list[ox.Triple]) -> None:
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)


def _digest() -> str:
    """Changes when the shipped content does, or what is derived from it."""
    return hashlib.sha256("\0".join([files.digest(), *map(queries.text, _DERIVED)]).encode()).hexdigest()


def _refuse_other_base(store: ox.Store, iris: Iris) -> None:
    graph = iris.graph("ontology")
    suffix = graph.removeprefix(iris.base)
    for named in store.named_graphs():
        if isinstance(named, ox.NamedNode) and named.value.endswith(suffix) and named.value != graph:
            raise SettingError(
                f"Arbetsgrafen är gjord med basen {named.value.removesuffix(suffix)}, inte {iris.base}. Ställ tillbaka "
                "VIPGRAF_BASE_IRI, eller ange en ny mapp i VIPGRAF_DATA och ta in dokumenten igen."
            )


def parse(turtle: bytes, iris: Iris) -> list[ox.Triple]:
    """Triples of a Turtle text whose relative IRIs belong to this deployment."""
    return [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=iris.base)]
