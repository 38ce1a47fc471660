"""Statements → the working graph: shipped content when it has changed, a document's graph when it has.

Each graph is replaced in one transaction, so a run that is killed leaves whole documents only.
"""

from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from graph.store import remove_graph, replace_graph, replace_graph_serialized
from ontology import files
from ontology import terms as t
from ontology.errors import SettingError
from ontology.iris import Iris


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

    Every claim that has not ended is also stated directly (`current-claims.rq`), in the knowledge graph. Raises
    SettingError when the store was made under another base IRI, since two bases in one graph would name all twice.
    """
    _refuse_other_base(store, iris)
    digest = files.digest()
    mark = ox.Quad(
        ox.NamedNode(iris.graph("ontology")),
        ox.NamedNode(t.FINGERPRINT),
        ox.Literal(digest),
        ox.NamedNode(iris.graph("ontology")),
    )
    if mark in store:
        return False
    for graph in files.shipped_graphs():
        triples = [triple for turtle in files.turtle(graph) for triple in parse(turtle, iris)]
        if graph == "knowledge":
            triples += _current_claims(triples)
        if graph == "ontology":
            continue
        replace_graph(store, iris.graph(graph), triples)
    ontology = [triple for turtle in files.turtle("ontology") for triple in parse(turtle, iris)]
    replace_graph(store, iris.graph("ontology"), [*ontology, mark.triple])
    return True


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


def _current_claims(triples: list[ox.Triple]) -> list[ox.Triple]:
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return list(queries.construct(store, "current-claims"))
