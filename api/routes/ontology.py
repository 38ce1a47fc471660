"""The ontology at its own IRIs: https://w3id.org/vipgraf/ontology/X is redirected to /ontology/X, shapes likewise.

A term is a thing: its IRI leads by 303 to the page of its module, at the term, or to a description of the term as data.
A module, an alignment and each of their versions is a document, and answers itself. https://www.w3.org/TR/swbp-vocab-pub/
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus

import pyoxigraph as ox
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from api.ontology_pages import OntologyPages
from api.published import Published
from api.representations import FORMATS, HTML, choose_format, is_held, links, serialize, short_names
from ontology.pictures import pictures
from ontology.terms import SHAPES, VIP

_TURTLE = "text/turtle"
_SVG = "image/svg+xml"


def ontology_router(published: Published, templates: Jinja2Templates) -> APIRouter:
    """Routes below /ontology and /shapes."""
    router = APIRouter(tags=["ontologi"])
    answers = _Answers(published, templates)
    drawn = {
        picture.name: picture.drawn().encode()
        for module in published.reference.modules
        for picture in pictures(published.reference, module)
    }

    @router.get("/ontology/", summary="Ontologin, alla moduler / The ontology, all modules")
    def ontology(request: Request, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.ontology(request, format)

    @router.get("/ontology/policy", summary="Hur adresserna är tänkta / The policy on IRIs")
    def policy(request: Request) -> Response:
        return templates.TemplateResponse(request, "ontology_policy.html", {"namespace": VIP, "shapes": SHAPES})

    @router.get("/ontology/picture/{name}.svg", summary="Bild ur en modul / A picture of a module")
    def picture(request: Request, name: str) -> Response:
        if name not in drawn:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"Bilden {name} finns inte. Alla bilder nås från /ontology/.")
        return _conditional(request, _SVG, {}, _tag(drawn[name]), lambda: drawn[name])

    @router.get("/ontology/module/{name}", summary="En modul / A module")
    def module(request: Request, name: str, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.module(request, format, name)

    @router.get("/ontology/module/{name}/{version}", summary="En version av en modul / A version of a module")
    def module_version(
        request: Request,
        name: str,
        version: str,
        format: str = "",  # noqa: A002 - the parameter's name
    ) -> Response:
        return answers.module(request, format, name, version)

    @router.get("/ontology/alignment/{name:path}", summary="En koppling till annat / An alignment")
    def alignment(request: Request, name: str, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.document(request, format, f"alignment/{name}")

    @router.get("/ontology/term/{name}", summary="En term som data / A term as data")
    def described(request: Request, name: str, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.described(request, format, name)

    @router.get("/ontology/{name}", summary="En term, leder till dess beskrivning / A term, leads to its description")
    def term(request: Request, name: str) -> Response:
        return answers.term(request, name)

    router.include_router(_shapes_router(answers))
    return router


def _shapes_router(answers: "_Answers") -> APIRouter:
    router = APIRouter()

    @router.get("/shapes/", summary="Alla former (SHACL) / All shapes")
    def shapes(request: Request, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.shapes(request, format)

    @router.get("/shapes/{name}", summary="En form (SHACL) / A shape")
    def shape(request: Request, name: str, format: str = "") -> Response:  # noqa: A002 - the parameter's name
        return answers.shape(request, format, name)

    return router


class _Answers:
    """Answers about the ontology, each in the format asked for."""

    def __init__(self, published: Published, templates: Jinja2Templates) -> None:
        self._published = published
        self._templates = templates
        self._pages = OntologyPages(published.reference)
        self._rendered: dict[str, bytes] = {}

    def ontology(self, request: Request, wanted: str) -> Response:
        """The whole: a page of all terms, or the union of the modules."""

        def page() -> bytes:
            return self._page("ontology_index.html", self._pages.index())

        return self._answer(request, wanted, VIP, self._published.quads, page=page)

    def module(self, request: Request, wanted: str, name: str, version: str = "") -> Response:
        """A module as it is now, or as it was in a version."""
        path = f"module/{name}/{version}" if version else f"module/{name}"
        current = self._published.reference.module(name)
        past = "" if current is not None and version == current.version else version

        def page() -> bytes:
            reference = self._published.references[past]
            module = next(module for module in reference.modules if module.name == name)
            versions = self._published.versions(name)
            context = OntologyPages(reference, past).module(module, versions)
            return self._page("ontology_module.html", context | {"iri": VIP + path})

        return self.document(request, wanted, path, page)

    def document(self, request: Request, wanted: str, path: str, page: Callable[[], bytes] | None = None) -> Response:
        """A document by the part of its IRI after the namespace: its own Turtle, or made of it."""
        turtle = self._published.documents.get(path)
        if turtle is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{VIP}{path} finns inte. Allt som finns nås från /ontology/.")
        quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
        return self._answer(request, wanted, VIP + path, quads, turtle, page)

    def term(self, request: Request, name: str) -> Response:
        """The IRI of a term, which is no document."""
        self._require_term(name)
        place, data = self._pages.place(VIP + name), f"/ontology/term/{name}"
        chosen = choose_format(request.headers.get("accept"), "", [HTML, *FORMATS])
        described = f'<{place}>; rel="describedby"; type="{HTML}", <{data}>; rel="describedby"; type="{_TURTLE}"'
        headers = {"Vary": "Accept", "Link": described}
        return RedirectResponse(place if chosen == HTML else data, HTTPStatus.SEE_OTHER, headers)

    def described(self, request: Request, wanted: str, name: str) -> Response:
        """The description of one term as data; its page is that of its module."""
        self._require_term(name)
        if choose_format(request.headers.get("accept"), wanted, [*FORMATS, HTML]) == HTML:
            place = self._pages.place(VIP + name)
            return RedirectResponse(place, HTTPStatus.TEMPORARY_REDIRECT, {"Vary": "Accept"})
        return self._answer(request, wanted, VIP + name, self._published.term(name))

    def shapes(self, request: Request, wanted: str) -> Response:
        """All shapes."""
        turtle = self._published.shapes
        return self._answer(request, wanted, SHAPES, ox.parse(turtle, format=ox.RdfFormat.TURTLE), turtle)

    def shape(self, request: Request, wanted: str, name: str) -> Response:
        """One shape with what it consists of."""
        quads = self._published.shape(name)
        if not quads:
            raise HTTPException(
                HTTPStatus.NOT_FOUND, f"Formen {SHAPES}{name} finns inte. Alla former finns på /shapes/."
            )
        return self._answer(request, wanted, SHAPES + name, quads)

    def _require_term(self, name: str) -> None:
        if VIP + name not in self._published.reference.terms:
            raise HTTPException(
                HTTPStatus.NOT_FOUND, f"Termen {VIP}{name} finns inte. Alla termer finns på /ontology/."
            )

    def _page(self, template: str, context: dict[str, object]) -> bytes:
        return self._templates.get_template(template).render(context | {"formats": short_names()}).encode()

    def _answer(
        self,
        request: Request,
        wanted: str,
        iri: str,
        quads: Iterable[ox.Quad],
        turtle: bytes = b"",
        page: Callable[[], bytes] | None = None,
    ) -> Response:
        """A page where there is one, else data; `turtle` is what ships, to be given as it is."""
        offered: Sequence[str] = [HTML, *FORMATS] if page else [*FORMATS]
        media_type = choose_format(request.headers.get("accept"), wanted, offered)
        headers = {"Vary": "Accept", "Link": links(iri, request.url.path)}
        if page and media_type == HTML:
            if iri not in self._rendered:  # a page is the same for as long as the process lives
                self._rendered[iri] = page()
            body = self._rendered[iri]
            return _conditional(request, media_type, headers, _tag(body), lambda: body)

        def data() -> bytes:
            if turtle and media_type == _TURTLE:
                return turtle
            said = list(quads)
            return serialize(said, media_type, _used(self._published.reference.prefixes, said))

        # Made of what it is made from, since the order of prefixes in a serialisation varies.
        tag = _tag(self._published.digest, iri.encode(), media_type.encode())
        return _conditional(request, media_type, headers, tag, data)


def _tag(*parts: bytes) -> str:
    """An ETag; a weak one, since the bytes differ when compressed."""
    return f'W/"{hashlib.sha256(bytes(1).join(parts)).hexdigest()[:32]}"'


def _used(prefixes: Mapping[str, str], quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Those prefixes that the statements have a use for."""
    names = {node.value for quad in quads for node in (*quad.triple, _datatype(quad)) if isinstance(node, ox.NamedNode)}
    return {prefix: base for prefix, base in prefixes.items() if any(name.startswith(base) for name in names)}


def _datatype(quad: ox.Quad) -> ox.NamedNode | None:
    return quad.object.datatype if isinstance(quad.object, ox.Literal) else None


def _conditional(
    request: Request, media_type: str, headers: Mapping[str, str], tag: str, body: Callable[[], bytes]
) -> Response:
    """The answer, or only its headers to a client that has it already."""
    tagged = {**headers, "ETag": tag}
    if is_held(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=tagged)
    return Response(body(), media_type=media_type, headers=tagged)
