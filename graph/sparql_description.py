"""The service description of a read-only SPARQL endpoint (https://www.w3.org/TR/sparql11-service-description/)."""

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology.terms import PREFIXES, RDF_TYPE

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
DCTERMS_TITLE = "http://purl.org/dc/terms/title"

DESCRIPTION_TYPES = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "RDF_XML",
    "N-Triples",
    "TriG",
    "N-Quads",
)


def describe_service(endpoint: str, media_type: str) -> bytes:
    """Serialise the description of the endpoint with that address, in one of `DESCRIPTION_TYPES`.

    Raises ValueError for an endpoint that is no IRI, or another media type.
    """
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
    if rdf_format is None or media_type not in DESCRIPTION_TYPES:
        raise ValueError(media_type)
    prefixes = {**PREFIXES, "sd": SD, "formats": FORMATS}
    return pyoxigraph.serialize(_triples(NamedNode(endpoint)), format=rdf_format, prefixes=prefixes) or b""


def _triples(endpoint: NamedNode) -> list[Triple]:
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    kind = NamedNode(RDF_TYPE)
    return [
        Triple(service, kind, NamedNode(SD + "Service")),
        Triple(service, NamedNode(DCTERMS_TITLE), Literal("SPARQL-tjänst, endast läsning", language="sv")),
        Triple(service, NamedNode(DCTERMS_TITLE), Literal("SPARQL endpoint, read-only", language="en")),
        Triple(service, NamedNode(SD + "endpoint"), endpoint),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "feature"), NamedNode(SD + "UnionDefaultGraph")),
        *(Triple(service, NamedNode(SD + "resultFormat"), NamedNode(FORMATS + name)) for name in RESULT_FORMATS),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, kind, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        Triple(graph, kind, NamedNode(SD + "Graph")),
    ]
