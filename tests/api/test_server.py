"""A real server process, spoken to by real clients."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import ResultRow
from SPARQLWrapper import CSV, JSON, SPARQLWrapper

from api.settings import Settings
from ontology.terms import VIP

REGIONS = f"""
PREFIX vip: <{VIP}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?label {{
  ?region vip:inHealthcareRegion/skos:prefLabel "Sjukvårdsregion Mellansverige"@sv ; skos:prefLabel ?label
  FILTER(LANG(?label) = "sv")
}} ORDER BY ?label
"""
MELLANSVERIGE = [
    "Region Dalarna",
    "Region Gävleborg",
    "Region Sörmland",
    "Region Uppsala",
    "Region Värmland",
    "Region Västmanland",
    "Region Örebro län",
]


@pytest.fixture(scope="module")
def address(deployment: Settings) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "VIPGRAF_DATA": str(deployment.data),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{address}/readyz").close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
        with urllib.request.urlopen(f"{address}/api/v1/search?q=hemligheten+om+adhd"):
            pass
        server.terminate()
        _, log = server.communicate(timeout=30)
        assert "127.0.0.1" in log
        assert "hemligheten" not in log


@pytest.mark.slow
def test_sparqlwrapper_gets_json_and_csv(address: str) -> None:
    client = SPARQLWrapper(f"{address}/sparql")
    client.setQuery(REGIONS)
    client.setReturnFormat(JSON)
    answer = client.query().convert()
    assert isinstance(answer, dict)
    assert sorted(row["label"]["value"] for row in answer["results"]["bindings"]) == sorted(MELLANSVERIGE)
    client.setReturnFormat(CSV)
    table = client.query().convert()
    assert isinstance(table, bytes)
    assert table.decode().splitlines()[0] == "label"


@pytest.mark.slow
def test_rdflib_reads_the_endpoint_as_a_graph(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql"))
    labels = sorted(str(row[0]) for row in graph.query(REGIONS) if isinstance(row, ResultRow))
    assert labels == sorted(MELLANSVERIGE)
    condition = rdflib.URIRef("https://vipgraf.example/id/condition/F32")
    assert len(list(graph.triples((condition, None, None)))) > 5


@pytest.mark.slow
def test_rdflib_follows_an_identifier_to_its_description(address: str) -> None:
    graph = rdflib.Graph().parse(f"{address}/id/condition/F32", format="turtle")
    assert len(graph) > 5
