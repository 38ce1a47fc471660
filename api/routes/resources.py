"""Linked data: `/id/…` names a thing and leads by 303 to `/doc/…`, which describes it in the format asked for.

https://www.w3.org/TR/cooluris/ and DIGG's profile for persistent identifiers (UM-2, UM-4, UM-7).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

import pyoxigraph as ox
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from api.linking import encode_key, local_path
from api.negotiation import choose
from api.serving import Served
from graph import queries
from graph.store import Term, describe
from ontology import terms as t
from ontology.errors import InputError
from ontology.iris import Iris

_HTML = "text/html"
_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
}
_NAMES = {
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF/XML",
    "application/trig": "TriG",
}
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Value:
    """One value on a resource's page: a text, and where it leads."""

    text: str
    path: str = ""


def resources_router(served: Callable[[], Served], templates: Jinja2Templates, base_iri: str) -> APIRouter:
    """Routes that describe the resources of what is served."""
    router = APIRouter(tags=["länkade data"])
    iris = Iris(base_iri)

    @router.get(
        "/id/{kind}/{key:path}", summary="En sak, leder till dess beskrivning / A thing, leads to its description"
    )
    def identify(kind: str, key: str) -> Response:
        _statements(served().engine.store, kind, iris.of(kind, key))
        return RedirectResponse(_doc_path(kind, key), HTTPStatus.SEE_OTHER)

    @router.get("/doc/{kind}/{key:path}", summary="Beskrivning av en sak / Description of a thing")
    def document(request: Request, kind: str, key: str, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        now = served()
        iri = iris.of(kind, key)
        quads = _statements(now.engine.store, kind, iri)
        media_type = _chosen(request.headers.get("accept"), format)
        headers = _headers(now, iri, _doc_path(kind, key), media_type)
        if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if media_type == _HTML:
            context = _Page(now.engine.store, base_iri).context(iri, quads)
            return templates.TemplateResponse(request, "resource.html", context, headers=headers)
        return Response(serialize(quads, media_type), media_type=media_type, headers=headers)

    return router


def serialize(quads: Iterable[ox.Quad], media_type: str) -> bytes:
    """Statements in an RDF format; only TriG keeps the named graphs."""
    chosen = _FORMATS[media_type]
    if chosen is ox.RdfFormat.TRIG:
        return ox.serialize(quads, format=chosen, prefixes=t.PREFIXES) or b""
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    return ox.serialize(triples, format=chosen, prefixes=t.PREFIXES) or b""


def _statements(store: ox.Store, kind: str, iri: str) -> Sequence[ox.Quad]:
    """What is said of a resource; of a named graph, all that it holds."""
    if kind == "graph":
        quads = tuple(sorted(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)), key=str))
    else:
        quads = describe(store, iri)
    if not quads:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"Ingenting är känt om {iri}.")
    return quads


def _chosen(accept: str | None, wanted: str) -> str:
    by_name = {_short(name): media_type for media_type, name in _NAMES.items()}
    if wanted:
        if wanted.lower() not in by_name:
            raise InputError(f"Formatet {wanted!r} finns inte. Välj ett av: {', '.join(by_name)}.")
        return by_name[wanted.lower()]
    chosen = choose(accept, [_HTML, *_FORMATS])
    if chosen is None:
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"Välj något av formaten {', '.join([_HTML, *_FORMATS])}.")
    return chosen


def _doc_path(kind: str, key: str) -> str:
    return f"/doc/{encode_key(kind)}/{encode_key(key)}"


def _has(if_none_match: str, tag: str) -> bool:
    """Whether a client already has this representation (RFC 9110, section 13.1.2: weak comparison)."""
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in held or tag.removeprefix("W/") in held


def _short(name: str) -> str:
    """The name of a format in `?format=`: "RDF/XML" → "rdfxml"."""
    return "".join(filter(str.isalnum, name)).lower()


def _headers(now: Served, iri: str, path: str, media_type: str) -> dict[str, str]:
    tag = hashlib.sha256(f"{now.release.name}\0{iri}\0{media_type}".encode()).hexdigest()[:32]
    links = [f'<{iri}>; rel="canonical"']
    links += [f'<{path}?format={_short(name)}>; rel="alternate"; type="{kind}"' for kind, name in _NAMES.items()]
    return {
        "ETag": f'W/"{tag}"',  # weak: the bytes differ when compressed
        "Last-Modified": format_datetime(datetime.fromisoformat(now.release.manifest.created), usegmt=True),
        "Vary": "Accept",
        "Link": ", ".join(links),
    }


class _Page:
    """What a resource's page shows, with links that stay on this host."""

    def __init__(self, store: ox.Store, base_iri: str) -> None:
        self._store = store
        self._base_iri = base_iri

    def context(self, iri: str, quads: Sequence[ox.Quad]) -> dict[str, object]:
        rows: dict[str, list[Value]] = {}
        subject = ox.NamedNode(iri)
        for quad in [quad for quad in quads if quad.subject == subject][:_MOST_ROWS]:
            rows.setdefault(label(self._store, quad.predicate), []).append(self._value(quad.object))
        incoming: dict[str, list[Value]] = {}
        for row in queries.select(self._store, "links-to", object=ox.NamedNode(iri)):
            incoming.setdefault(label(self._store, row["predicate"]), []).append(self._value(row["subject"]))
        graphs = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)})
        return {
            "iri": iri,
            "name": label(self._store, ox.NamedNode(iri)),
            "rows": rows,
            "incoming": incoming,
            "graphs": [Value(graph, local_path(graph, self._base_iri)) for graph in graphs],
            "statements": len(quads),
            "formats": {name: _short(name) for name in _NAMES.values()},
        }

    def _value(self, term: Term) -> Value:
        if isinstance(term, ox.NamedNode):
            return Value(label(self._store, term), local_path(term.value, self._base_iri))
        return Value(term.value if isinstance(term, ox.Literal) else str(term))


def label(store: ox.Store, resource: ox.NamedNode) -> str:
    """The best Swedish name of a resource, else the end of its IRI."""
    row = next(queries.select(store, "label", resource=resource), None)
    if row is None:
        return resource.value.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    text = queries.string(row, "label")
    return text if len(text) <= 80 else f"{text[:79]}…"
