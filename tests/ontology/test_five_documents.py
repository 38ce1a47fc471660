"""The five documents as a hand-made graph: every statement of theirs is expressed, or left out for a stated reason.

The counts stand here, so that a statement cannot fall out unseen.
"""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF

from graph import queries

DATA = Path(__file__).parents[1] / "data" / "five-documents"
BASE = "https://vipgraf.example/"
VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
DIGESTS = {
    "000_93da8366e5582b0f": "ef0c82785cf15926fc6b3ce2de834f5e74687430872025666d98533b1e6b65bd",
    "001_50050f0392cee0b3": "6486f1175185c16a2fc387fdcd1f2d929f661dac8d8786e7d175359db5a68639",
    "002_957fa1cb4255036c": "264732f200f7cfcb3ba24664282728d1a5958242532f8f458c02eb978050f90d",
    "003_b0a9751c578bb0ab": "5d00a7187473d6d6eac6ff57607fa268d21c53b208f8652601331dfed12f2e8c",
    "004_0fedb7700665ac28": "a4ed0a98832ac87cb575dae7d964081380cf7361ba7201da7a50d8bc6d70ae87",
}
FOUND_AND_EXPRESSED = {"S0": (68, 60), "S1": (98, 92), "S2": (189, 182), "S3": (130, 120), "S4": (104, 98)}
Parse = Callable[[Iterable[Path]], rdflib.Graph]


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


STATEMENTS = {row["id"]: row for row in table("statements.tsv")}
OUTCOMES = {row["id"]: row for name in FOUND_AND_EXPRESSED for row in table(f"expressed-{name}.tsv")}
EXPRESSED = {key: row["by"].split() for key, row in OUTCOMES.items() if row["outcome"] == "expressed"}


def node(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"{BASE}id/{name.replace(':', '/', 1)}")


def iris(graph: rdflib.Graph, start: str) -> Iterator[rdflib.URIRef]:
    return (
        part for triple in graph for part in triple if isinstance(part, rdflib.URIRef) and str(part).startswith(start)
    )


@pytest.fixture(scope="module")
def graphs(parse: Parse) -> dict[str, rdflib.Graph]:
    return {name: parse([DATA / f"{name}.ttl"]) for name in FOUND_AND_EXPRESSED}


@pytest.fixture(scope="module")
def written(graphs: dict[str, rdflib.Graph]) -> rdflib.Graph:
    whole = rdflib.Graph()
    for graph in graphs.values():
        whole += graph
    return whole


def test_every_statement_found_is_expressed_or_left_out_once() -> None:
    assert list(OUTCOMES) == list(STATEMENTS)
    assert {row["outcome"] for row in OUTCOMES.values()} == {"expressed", "left-out"}
    counts = {
        name: (sum(key.startswith(name) for key in STATEMENTS), sum(key.startswith(name) for key in EXPRESSED))
        for name in FOUND_AND_EXPRESSED
    }
    assert counts == FOUND_AND_EXPRESSED


def test_what_is_left_out_says_why_and_is_nearly_always_no_fact() -> None:
    left = [row for row in OUTCOMES.values() if row["outcome"] == "left-out"]
    assert len(left) == sum(found - expressed for found, expressed in FOUND_AND_EXPRESSED.values())
    assert all(len(row["by"]) > 5 for row in left)
    facts = [row["id"] for row in left if STATEMENTS[row["id"]]["category"] != "other"]
    assert facts == ["S3-042"]  # the care programmes have a wider scope than the guidelines: no term compares scopes


def test_the_statements_lie_in_the_texts_as_they_were_read(shared: Path) -> None:
    texts = {}
    for stem, digest in DIGESTS.items():
        content = (shared / "documents" / "kunskapsstyrning" / f"{stem}.txt").read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        texts[stem] = content.decode("utf-8")
    for key, row in STATEMENTS.items():
        span = texts[row["document"]][int(row["start"]) : int(row["end"])]
        assert span, key
        assert span == span.strip(), key


@pytest.mark.parametrize("name", FOUND_AND_EXPRESSED)
def test_every_claim_is_of_its_document_and_stands_where_a_statement_of_it_does(
    name: str, graphs: dict[str, rdflib.Graph]
) -> None:
    graph = graphs[name]
    users: defaultdict[rdflib.URIRef, list[str]] = defaultdict(list)
    for key, names in EXPRESSED.items():
        if key.startswith(name):
            for one in names:
                users[node(one)].append(key)
    assert set(graph.subjects(RDF.type, VIP.Claim)) <= set(users)
    for claim, keys in users.items():
        rows = [STATEMENTS[key] for key in keys]
        assert list(graph.objects(claim, DCTERMS.source)) == [node(f"document:{rows[0]['document']}")], claim
        place = str(graph.value(claim, VIP.startOffset)), str(graph.value(claim, VIP.endOffset))
        assert place in {(row["start"], row["end"]) for row in rows}, claim


def test_the_graph_speaks_only_of_what_is_described_in_terms_that_stand(
    written: rdflib.Graph, content: rdflib.Graph, modules: rdflib.Graph
) -> None:
    described = set(written.subjects(RDF.type)) | set(content.subjects(RDF.type))
    assert set(iris(written, BASE)) - described == set()
    deprecated = set(modules.subjects(OWL.deprecated))
    assert set(iris(written, str(VIP))) - (set(modules.subjects(RDF.type)) - deprecated) == set()
    assert not [part for triple in written for part in triple if isinstance(part, rdflib.BNode)]


def test_the_graph_makes_much_of_the_ontology(written: rdflib.Graph) -> None:
    predicates = Counter(str(value) for value in written.objects(None, RDF.predicate))
    assert sum(predicates.values()) > 500
    assert len(predicates) > 30


@pytest.mark.slow
def test_the_graph_conforms_to_the_shapes(
    written: rdflib.Graph, materialised: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    data = rdflib.Graph()
    data += materialised
    data += written
    derived = data.query(queries.text("current-claims")).graph
    assert derived
    data += derived
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert conforms, report
