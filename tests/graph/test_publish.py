import dataclasses

import pyoxigraph as ox
import pytest

from graph import queries
from graph.mapping import document_triples
from graph.publish import publish_document, publish_shipped, taken_documents, withdraw_document
from graph.store import replace_graph
from ontology.errors import SettingError
from ontology.iris import Iris
from ontology.model import Activity, Extraction


def solutions(store: ox.Store, query: str) -> list[ox.QuerySolution]:
    result = store.query(query, use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    return list(result)


def test_shipped_content_is_loaded_once(iris: Iris) -> None:
    store = ox.Store()
    assert publish_shipped(store, iris)
    size = len(store)
    assert not publish_shipped(store, iris)
    assert len(store) == size > 1000


def test_shipped_resources_belong_to_the_deployment(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    assert bool(store.query(f"ASK {{ <{iris.of('condition', 'F32')}> ?p ?o }}", use_default_graph_as_union=True))


def test_claims_that_have_not_ended_are_also_said_directly(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    prefixes = (
        "PREFIX vip: <https://w3id.org/vipgraf/ontology/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"
    )
    claim = "?c a vip:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o"
    open_ = f"""{prefixes} SELECT * {{ {claim} .
        FILTER NOT EXISTS {{ ?c vip:validTo ?e }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"""
    ended = f"""{prefixes} SELECT * {{ {claim} . ?c vip:validTo ?e . ?s ?p ?o
        FILTER NOT EXISTS {{ ?d a vip:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o
                             FILTER NOT EXISTS {{ ?d vip:validTo ?x }} }} }}"""
    assert solutions(store, open_) == []
    assert solutions(store, ended) == []


def test_a_document_comes_and_goes(iris: Iris) -> None:
    store = ox.Store()
    said = (
        f"<{iris.document('a')}> a <https://w3id.org/vipgraf/ontology/Document> ; "
        '<http://purl.org/dc/terms/identifier> "a" ; <https://w3id.org/vipgraf/ontology/fingerprint> "f" .\n'
    )
    publish_document(store, "a", said.encode(), iris)
    assert taken_documents(store)["a"].fingerprint == "f"
    withdraw_document(store, "a", iris)
    assert taken_documents(store) == {}


def test_every_named_query_parses_and_its_bindings_are_projected() -> None:
    from importlib.resources import files

    names = [path.name.removesuffix(".rq") for path in (files("graph") / "queries").iterdir()]
    assert len(names) > 10
    for name in names:
        text = queries.text(name)
        ox.Store().query(text)
        projected = text.partition("WHERE")[0]
        assert all(f"?{variable}" in projected for variable in queries.bound_variables(text)), name


def test_a_document_that_shipped_knowledge_names_as_a_source_gives_each_passage_once(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    (source,) = solutions(store, "SELECT ?s { ?s a <https://w3id.org/vipgraf/ontology/Source> } LIMIT 1")
    identifier = queries.string(source, "s").removeprefix(iris.document(""))
    document = dataclasses.replace(extraction.document, identifier=identifier)
    said = document_triples(dataclasses.replace(extraction, document=document), activity, "ab", iris, lambda _: None)
    replace_graph(store, iris.document_graph(identifier), said)
    rows = [queries.string(row, "passage") for row in queries.select(store, "passages")]
    assert len(rows) == len(set(rows)) == 2
    assert len(list(queries.select(store, "passage", passage=ox.NamedNode(rows[0])))) == 1


def test_a_store_made_under_another_base_is_refused(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    with pytest.raises(SettingError, match=r"https://test\.example/"):
        publish_shipped(store, Iris("https://other.example/"))
