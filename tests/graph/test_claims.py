"""Claims as of a time: what holds, what perhaps holds, what does not, and which comes first."""

from datetime import UTC, datetime

import pyoxigraph as ox
import pytest

from graph.claims import claims_about
from ontology.iris import Iris

S0 = "000_93da8366e5582b0f"
BODY = "https://vipgraf.example/id/body/b"
HEAD = """
@prefix vip: <https://w3id.org/vipgraf/ontology/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://vipgraf.example/id/claim/> .
<https://vipgraf.example/id/body/b> skos:prefLabel "b"@sv .
<old> dcterms:issued "2018"^^xsd:gYear . <new> dcterms:issued "2021-05-04"^^xsd:date . <undated> dcterms:title "u" .
<stated> skos:notation "stated" . <attested> skos:notation "attested" . <dormant> skos:notation "dormant" .
"""


def claim(name: str, said: str = "", source: str = "<old>", confidence: str = "H") -> str:
    return (
        f":{name} a vip:Claim ; rdf:subject <{BODY}> ; rdf:predicate vip:hosts ; rdf:object <{name}> ; "
        f'dcterms:source {source} ; vip:confidence "{confidence}" {said} .\n'
    )


def told(claims: str, as_of: str) -> list[tuple[str, str]]:
    store = ox.Store()
    store.load(
        (HEAD + claims).encode(),
        format=ox.RdfFormat.TURTLE,
        base_iri="https://vipgraf.example/",
        to_graph=ox.NamedNode("https://vipgraf.example/graph/g"),
    )
    return [(one.claim.rpartition("/")[2], one.holds) for one in claims_about(store, BODY, as_of)]


@pytest.mark.parametrize(
    ("said", "as_of", "holds"),
    [
        ("", "1999", "perhaps"),  # the source is of 2018
        ("", "2018", "yes"),
        ("", "2019-05", "yes"),
        ('; vip:validFrom "2018-09"^^xsd:gYearMonth ; vip:startBasis <stated>', "2018", "yes"),
        ('; vip:validFrom "2018-09"^^xsd:gYearMonth ; vip:startBasis <stated>', "2018-09-30", "yes"),
        ('; vip:validFrom "2018-09"^^xsd:gYearMonth ; vip:startBasis <stated>', "2018-08", "no"),
        ('; vip:validFrom "2018-09"^^xsd:gYearMonth ; vip:startBasis <attested>', "2018-08", "perhaps"),
        ('; vip:validFrom "2023"^^xsd:gYear ; vip:startBasis <attested> ; vip:beganAfter "2021-06-24"', "2020", "no"),
        (
            '; vip:validFrom "2023"^^xsd:gYear ; vip:startBasis <attested> ; vip:beganAfter "2021-06-24"',
            "2021-06-24",
            "no",
        ),
        (
            '; vip:validFrom "2023"^^xsd:gYear ; vip:startBasis <attested> ; vip:beganAfter "2021-06-24"',
            "2021",
            "perhaps",
        ),
        (
            '; vip:validFrom "2023"^^xsd:gYear ; vip:startBasis <attested> ; vip:beganAfter "2021-06-24"',
            "2023-01-01",
            "yes",
        ),
        ('; vip:beganAfter "2021"^^xsd:gYear', "2021-03", "no"),
        ('; vip:beganAfter "2021"^^xsd:gYear', "2022", "yes"),
        (
            '; vip:validFrom "2017"^^xsd:gYear ; vip:startBasis <stated> ; vip:endedBefore "2023"^^xsd:gYear',
            "2017-03",
            "yes",
        ),
        (
            '; vip:validFrom "2017"^^xsd:gYear ; vip:startBasis <stated> ; vip:endedBefore "2023"^^xsd:gYear',
            "2018",
            "perhaps",
        ),
        ('; vip:validTo "2021"^^xsd:gYear', "2021-12-31", "yes"),
        ('; vip:validTo "2021"^^xsd:gYear', "2022", "no"),
        ('; vip:validTo "2020-05-26"^^xsd:date ; vip:endedBefore "2023-09"^^xsd:gYearMonth', "2020", "yes"),
        ('; vip:validTo "2020-05-26"^^xsd:date ; vip:endedBefore "2023-09"^^xsd:gYearMonth', "2022", "perhaps"),
        ('; vip:validTo "2020-05-26"^^xsd:date ; vip:endedBefore "2023-09"^^xsd:gYearMonth', "2023-09-01", "no"),
        ('; vip:endedBefore "2023-09"^^xsd:gYearMonth', "2022", "perhaps"),
    ],
)
def test_a_claim_holds_as_of_a_time(said: str, as_of: str, holds: str) -> None:
    assert told(claim("c", said), as_of) == [("c", holds)]


def test_without_any_date_a_claim_is_known_to_hold_today_only() -> None:
    undated = claim("c", source="<undated>")
    today = datetime.now(UTC).date().isoformat()
    assert told(undated, today) == [("c", "yes")]
    assert told(undated, "2021") == [("c", "perhaps")]
    assert told(claim("c", '; vip:beganAfter "2021"^^xsd:gYear', source="<undated>"), "2022") == [("c", "perhaps")]


def test_a_claim_of_a_name_has_the_time_of_the_name() -> None:
    name = """<n> a skosxl:Label ; vip:validTo "2018-09-24"^^xsd:date ; vip:endedBefore "2020-05-26"^^xsd:date .
        :c a vip:Claim ; rdf:subject <https://vipgraf.example/id/body/b> ; rdf:predicate skosxl:altLabel ;
            rdf:object <n> ; dcterms:source <old> ; vip:confidence "H" ."""
    assert [told(name, year) for year in ("2018", "2019", "2026")] == [
        [("c", "yes")],
        [("c", "perhaps")],
        [("c", "no")],
    ]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (claim("y"), claim("a", '; vip:validTo "2017"^^xsd:gYear')),
        (claim("y", confidence="H"), claim("a", confidence="M")),
        (claim("y"), claim("a", "; vip:hostingKind <dormant>")),
        (
            claim("y", '; vip:validFrom "2018"^^xsd:gYear ; vip:startBasis <stated>'),
            claim("a", '; vip:validFrom "2017"^^xsd:gYear ; vip:startBasis <stated>'),
        ),
        (claim("y", source="<new>"), claim("a", source="<old>")),
        (claim("y", source="<old>"), claim("a", source="<undated>")),
        (claim("y", source="<undated>, <old>"), claim("a", source="<old>")),
        (claim("a"), claim("y")),
    ],
    ids=["holds", "confidence", "hosting", "beginning", "source", "dated source", "sources", "key"],
)
def test_of_claims_that_conflict_the_better_founded_comes_first(better: str, worse: str) -> None:
    names = [name for name, _ in told(worse + better, "2022")]
    assert len(names) == 2
    assert better.startswith(f":{names[0]} ")


def test_sources_of_a_claim_come_together_and_once(iris: Iris, shipped_store: ox.Store) -> None:
    found = claims_about(shipped_store, iris.of("body", "npo-psykisk-halsa"), "2019")
    assert len(found) > 15
    assert len({one.claim for one in found}) == len(found)
    assert max(len(one.sources) for one in found) > 1


def test_of_the_hosts_of_2019_the_active_one_comes_before_the_temporary_ones(
    iris: Iris, shipped_store: ox.Store
) -> None:
    area = iris.of("body", "npo-psykisk-halsa")
    hosts = [
        (one.subject.value.rpartition("/")[2], one.kind.rpartition("/")[2], iris.of("document", S0) in one.sources)
        for one in claims_about(shipped_store, area, "2019")
        if one.predicate.value.endswith("/hosts") and one.holds == "yes"
    ]
    assert hosts[0] == ("skr", "active", False)
    assert sorted(hosts[1:3]) == [("skr", "temporary", True), ("uppdrag-psykisk-halsa", "temporary", True)]
    assert [kind for _, kind, _ in hosts[3:]] == ["dormant"]
