"""Linked data: `/id/…` names a thing and leads by 303 to `/doc/…`, which describes it in the format asked for.

https://www.w3.org/TR/cooluris/ and DIGG's profile for persistent identifiers (UM-2, UM-4, UM-7).
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated

import pyoxigraph as ox
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from api.linking import encode_key
from api.representations import FORMATS, HTML, choose_format, is_held, links, serialize, short_names
from api.resource_page import ResourcePage
from api.serving import Served
from graph.store import describe
from ontology.dates import is_date
from ontology.errors import InputError
from ontology.iris import Iris


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
    def document(
        request: Request,
        kind: str,
        key: str,
        format: str = "",  # noqa: A002 - the parameter's name
        as_of: Annotated[str, Query(alias="as-of", description="ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD; annars i dag")] = "",
    ) -> Response:
        now = served()
        iri = iris.of(kind, key)
        quads = _statements(now.engine.store, kind, iri)
        media_type = choose_format(request.headers.get("accept"), format, [HTML, *FORMATS])
        fault = (
            "" if not as_of or is_date(as_of) else f"{as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD."
        )
        if fault and media_type != HTML:
            raise InputError(f"as-of {fault}")
        asked = as_of if as_of and not fault else datetime.now(UTC).date().isoformat()
        headers = _headers(now, iri, _doc_path(kind, key), media_type, asked)
        if not fault and is_held(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if media_type == HTML:
            page = ResourcePage(now.engine.store, base_iri, asked)
            context = page.context(iri, quads) | {"formats": short_names(), "fault": fault}
            status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
            return templates.TemplateResponse(request, "resource.html", context, status, headers)
        return Response(serialize(quads, media_type), media_type=media_type, headers=headers)

    return router


def _statements(store: ox.Store, kind: str, iri: str) -> Sequence[ox.Quad]:
    """What is said of a resource; of a named graph, all that it holds."""
    if kind == "graph":
        quads = tuple(sorted(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)), key=str))
    else:
        quads = describe(store, iri)
    if not quads:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"Ingenting är känt om {iri}.")
    return quads


def _doc_path(kind: str, key: str) -> str:
    return f"/doc/{encode_key(kind)}/{encode_key(key)}"


def _headers(now: Served, iri: str, path: str, media_type: str, as_of: str) -> dict[str, str]:
    seen = as_of if media_type == HTML else ""  # only pages depend on the day
    tag = hashlib.sha256(f"{now.release.name}\0{iri}\0{media_type}\0{seen}".encode()).hexdigest()[:32]
    return {
        "ETag": f'W/"{tag}"',  # weak: the bytes differ when compressed
        "Last-Modified": format_datetime(datetime.fromisoformat(now.release.manifest.created), usegmt=True),
        "Vary": "Accept",
        "Link": links(iri, path),
    }
