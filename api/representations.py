"""The formats in which a resource is described, how one is chosen, and the headers that go with it.

DIGG's profile for persistent identifiers, UM-4; https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

import pyoxigraph as ox
from fastapi import HTTPException

from api.negotiation import choose
from ontology import terms as t
from ontology.errors import InputError

HTML = "text/html"
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
}
NAMES = {
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF/XML",
    "application/trig": "TriG",
}


def choose_format(accept: str | None, wanted: str, offered: Sequence[str]) -> str:
    """The media type to answer in: the one `wanted` by its short name, else the one that Accept prefers.

    Raises InputError if no format has that name, and HTTPException 406 if nothing offered is accepted.
    """
    by_name = {short_name(name): media_type for media_type, name in NAMES.items()}
    if wanted:
        if wanted.lower() not in by_name:
            raise InputError(f"Formatet {wanted!r} finns inte. Välj ett av: {', '.join(by_name)}.")
        return by_name[wanted.lower()]
    chosen = choose(accept, offered)
    if chosen is None:
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"Välj något av formaten {', '.join(offered)}.")
    return chosen


def short_name(name: str) -> str:
    """The name of a format in `?format=`.

    >>> short_name("RDF/XML")
    'rdfxml'
    """
    return "".join(filter(str.isalnum, name)).lower()


def short_names() -> dict[str, str]:
    """The formats by the names that pages show, each with its name in `?format=`."""
    return {name: short_name(name) for name in NAMES.values()}


def serialize(quads: Iterable[ox.Quad], media_type: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Statements in an RDF format; only TriG keeps the named graphs."""
    chosen = FORMATS[media_type]
    known = dict(prefixes or t.PREFIXES)
    if chosen is ox.RdfFormat.TRIG:
        return ox.serialize(quads, format=chosen, prefixes=known) or b""
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    return ox.serialize(triples, format=chosen, prefixes=known) or b""


def links(iri: str, path: str) -> str:
    """The value of Link: the IRI of what is described, and its description at `path` in every format."""
    found = [f'<{iri}>; rel="canonical"']
    found += [f'<{path}?format={short_name(name)}>; rel="alternate"; type="{kind}"' for kind, name in NAMES.items()]
    return ", ".join(found)


def is_held(if_none_match: str, tag: str) -> bool:
    """Whether a client already has the representation with this ETag (weak comparison)."""
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in held or tag.removeprefix("W/") in held
