import dataclasses

import pyoxigraph as ox
import pytest

from graph import queries
from graph.mapping import document_triples
from graph.publish import publish_document, publish_shipped, taken_documents, withdraw_document
from graph.store import replace_graph
from ontology.errors import SettingError
from ontology.iris import Iris
from ontology.model import Activity, Blob, Extraction


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


def test_what_claims_say_of_the_present_is_also_said_directly_and_nothing_else(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    prefixes = """
        PREFIX vip: <https://w3id.org/vipgraf/ontology/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"""
    claim = "a vip:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o"
    silent = """{ ?c vip:validTo ?end } UNION { ?c vip:endedBefore ?end } UNION { ?c vip:negated true }
        UNION { ?c vip:hostingKind/skos:notation "dormant" }"""
    present = f"{prefixes} SELECT * {{ ?c {claim} . MINUS {{ {silent} }} "
    assert len(solutions(store, present + "}")) > 200
    assert solutions(store, present + "FILTER NOT EXISTS { ?s ?p ?o } }") == []
    past = f"{prefixes} SELECT * {{ {silent} ?c {claim} . "
    assert len(solutions(store, past + "}")) > 5
    also_present = f"{{ SELECT ?s ?p ?o {{ ?c {claim} . MINUS {{ {silent} }} }} }}"
    assert solutions(store, past + f"?s ?p ?o MINUS {also_present} }}") == []


def test_a_claim_has_a_name_made_of_its_parts(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    claims = "PREFIX vip: <https://w3id.org/vipgraf/ontology/> SELECT ?c { ?c a vip:Claim "
    named = "http://www.w3.org/2000/01/rdf-schema#label"
    assert solutions(store, claims + f"MINUS {{ ?c <{named}> ?label }} }}") == []
    hosting = ox.NamedNode(iris.of("claim", "region-vastra-gotaland-hosts-npo-psykisk-halsa"))
    (label,) = (quad.object for quad in store.quads_for_pattern(hosting, ox.NamedNode(named), None, None))
    assert label == ox.Literal("Västra Götalandsregionen är värd för NPO psykisk hälsa", language="sv")


def test_what_our_terms_imply_is_said_too(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    prefixes = (
        """PREFIX vip: <https://w3id.org/vipgraf/ontology/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> """
    )

    def names(pattern: str) -> set[str]:
        rows = solutions(
            store, f'{prefixes} SELECT ?name {{ {pattern} ?it skos:prefLabel ?name FILTER(LANG(?name) = "sv") }}'
        )
        return {queries.string(row, "name") for row in rows}

    def municipalities(of: str) -> set[str]:
        return names(f'?it vip:inHealthcareRegion/skos:prefLabel "{of}"@sv ; a vip:Municipality .')

    assert len(names("?it vip:endorses ?criteria .")) == 3
    assert len(municipalities("Sydöstra sjukvårdsregionen")) == 38
    assert municipalities("Södra sjukvårdsregionen") == {"Halmstads kommun", "Hylte kommun", "Laholms kommun"}
    assert names("?it vip:overlapsWith ?other .") == names("?other vip:overlapsWith ?it .") != set()


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


def test_a_query_for_many_resources_is_asked_only_with_resources() -> None:
    with pytest.raises(ValueError, match="many"):
        queries.select_each(ox.Store(), "passages", [])
    with pytest.raises(ValueError, match="IRI"):
        ox.NamedNode("https://a.example/> } DROP ALL #")
    assert list(queries.select_each(ox.Store(), "shown-passages", [ox.NamedNode("https://a.example/1")])) == []


def test_a_document_that_shipped_knowledge_names_as_a_source_gives_each_passage_once(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    (source,) = solutions(store, "SELECT ?s { ?s a <https://w3id.org/vipgraf/ontology/Source> } LIMIT 1")
    identifier = queries.string(source, "s").removeprefix(iris.document(""))
    document = dataclasses.replace(extraction.document, identifier=identifier)
    found = dataclasses.replace(extraction, document=document)
    blob = Blob(identifier, "a.txt", b"", "ab")
    said = document_triples(found, activity, blob, iris, lambda _: None, lambda _start, _end: None)
    replace_graph(store, iris.document_graph(identifier), said)
    rows = [queries.string(row, "passage") for row in queries.select(store, "passages")]
    assert len(rows) == len(set(rows)) == 2
    assert len(list(queries.select_each(store, "shown-passages", [ox.NamedNode(rows[0])]))) == 1


@pytest.mark.slow
def test_a_store_made_under_another_base_is_refused(iris: Iris) -> None:
    store = ox.Store()
    publish_shipped(store, iris)
    with pytest.raises(SettingError, match=r"https://test\.example/"):
        publish_shipped(store, Iris("https://other.example/"))
