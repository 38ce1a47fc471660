"""SPARQL 1.1 Protocol over a read-only service: /sparql (https://www.w3.org/TR/sparql11-protocol/).

Errors are raised as the product's error classes, or as HTTPException where the fault lies in the HTTP request alone
(406, 413, 415); the application turns both into problem+json.
"""

import asyncio
import contextlib
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.negotiation import choose
from graph.sparql import SparqlRequest, SparqlResult, SparqlService, media_type_named, media_types
from graph.sparql_description import DESCRIPTION_TYPES, describe_service
from graph.sparql_lexer import Form
from ontology.errors import InputError, MalformedQuery, UpdateRefused
from ontology.terms import PREFIXES

HTML = "text/html"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MAX_BODY_BYTES = 1_000_000
MAX_PARAMETERS = 1_000
CHUNK_BYTES = 65_536
EDIT = "edit"
"""Parameter with a query that the page for people shows and does not run."""
BY_ACCEPT = {"Vary": "Accept"}
ALLOW = {"Allow": "GET, HEAD, POST, OPTIONS"}  # HEAD comes as GET (api.head)


@dataclass(frozen=True, slots=True)
class Example:
    """A query to begin with, and what it answers."""

    title: str
    query: str


EXAMPLES = (
    Example(
        "Vad finns i grafen, och hur mycket av varje slag?",
        "SELECT ?slag (COUNT(DISTINCT ?sak) AS ?antal) {\n  ?sak a ?slag .\n}\n"
        "GROUP BY ?slag\nORDER BY DESC(?antal)\nLIMIT 25",
    ),
    Example(
        "Vilka tillstånd finns, och vad heter de på svenska?",
        "SELECT ?tillstånd ?namn {\n  ?tillstånd a vip:Condition ;\n    skos:prefLabel ?namn .\n"
        '  FILTER(LANGMATCHES(LANG(?namn), "sv"))\n}\nORDER BY ?namn\nLIMIT 50',
    ),
    Example(
        "Vilka dokument nämner oftast ett tillstånd?",
        "SELECT ?dokument ?titel (COUNT(?omnämnande) AS ?antal) {\n  ?omnämnande a vip:Mention ;\n"
        "    vip:inPassage/vip:inDocument ?dokument ;\n    vip:refersTo/a vip:Condition .\n"
        "  ?dokument dcterms:title ?titel .\n}\nGROUP BY ?dokument ?titel\nORDER BY DESC(?antal)\nLIMIT 20",
    ),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a request, in order; a name may come several times."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a name."""
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        """Return the only value of a name, None where there is none. Raises InputError if there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise InputError(f"Parametern {name} får anges bara en gång i samma anrop.")
        return values[0] if values else None


def sparql_router(service: Callable[[], SparqlService], templates: Jinja2Templates) -> APIRouter:
    """Make the route /sparql. `service` is asked anew for each query, so that a new release takes over at once."""
    router = APIRouter()
    # Threads of its own, so that slow queries take none from other routes; the service limits how many there are,
    # since it refuses (QueryBusy) what neither a worker nor its queue has room for.
    threads = CapacityLimiter(math.inf)

    async def answer(request: Request, parameters: Parameters) -> Response:
        wanted = _sparql_request(request, parameters)
        result = await _run(service(), wanted, request, threads)
        return ResultResponse(result)

    @router.get("/sparql", include_in_schema=False)
    async def get(request: Request) -> Response:
        parameters = _query_string(request)
        _refuse_update(parameters)
        if {name for name, _ in parameters.pairs} <= {"format", "output", "results", EDIT}:
            return _describe(request, parameters, templates)
        return await answer(request, parameters)

    @router.post("/sparql", include_in_schema=False)
    async def post(request: Request) -> Response:
        return await answer(request, await _posted(request))

    @router.options("/sparql", include_in_schema=False)
    async def options() -> Response:
        return Response(status_code=204, headers=ALLOW)

    router.routes.append(Route("/sparql", NotAllowed(), include_in_schema=False))
    return router


class NotAllowed:
    """ASGI application for every other method; the router itself would allow only those of the first route."""

    async def __call__(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        """Refuse the request."""
        raise HTTPException(405, "Här går det bara att läsa, med GET, HEAD eller POST.", headers=ALLOW)


def _query_string(request: Request) -> Parameters:
    return _decode(request.scope["query_string"])


def _decode(encoded: bytes) -> Parameters:
    """Decode percent-encoded parameters, strictly as UTF-8."""
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise InputError("Parametrarna är inte kodade i UTF-8.") from error
    except ValueError as error:
        raise InputError(f"Anropet har fler än {MAX_PARAMETERS} parametrar.") from error
    return Parameters(tuple(pairs))


async def _posted(request: Request) -> Parameters:
    """Read a POST in either of the protocol's two ways, the parameters of its address included."""
    media_type, charset = _content_type(request)
    if media_type == UPDATE:
        raise _update_refused()
    if media_type not in (FORM, QUERY) or charset not in ("", "utf-8"):
        raise HTTPException(
            415, f"Skicka frågan som {QUERY} eller {FORM}, i UTF-8.", headers={"Accept-Post": f"{QUERY}, {FORM}"}
        )
    body = await _body(request)
    in_address = _query_string(request)
    if media_type == FORM:
        parameters = Parameters(in_address.pairs + _decode(body).pairs)
    else:
        try:
            parameters = Parameters((*in_address.pairs, ("query", body.decode("utf-8"))))
        except UnicodeDecodeError as error:
            raise MalformedQuery("Frågan är inte kodad i UTF-8. Skicka den så.") from error
    _refuse_update(parameters)
    return parameters


def _content_type(request: Request) -> tuple[str, str]:
    """Return the media type and the charset of the body, in lower case; empty where they are not given."""
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    charset = next(
        (part.partition("=")[2] for part in rest.split(";") if part.strip().lower().startswith("charset=")), ""
    )
    return media_type.strip().lower(), charset.strip().strip('"').lower()


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"Anropet är större än {MAX_BODY_BYTES} byte. Korta frågan.")
    return bytes(body)


def _refuse_update(parameters: Parameters) -> None:
    if parameters.all("update"):
        raise _update_refused()


def _update_refused() -> UpdateRefused:
    return UpdateRefused("Här går det bara att läsa. Ställ en fråga med SELECT, ASK, CONSTRUCT eller DESCRIBE.")


def _sparql_request(request: Request, parameters: Parameters) -> SparqlRequest:
    query = parameters.one("query")
    if not query:
        raise InputError("Parametern query saknas eller är tom. Ange en SPARQL-fråga i den.")

    def media_type(form: Form | None) -> str:
        return _named(parameters, form) or _negotiate(request, media_types(form))

    return SparqlRequest(
        query=query,
        default_graphs=parameters.all("default-graph-uri"),
        named_graphs=parameters.all("named-graph-uri"),
        format=media_type,
        base_iri=_endpoint(request),
    )


def _endpoint(request: Request) -> str:
    return str(request.url.replace(query=None, fragment=None))


def _named(parameters: Parameters, form: Form | None) -> str | None:
    """Return the first format that `format` or `output` names; clients send several, in the hope that one is known."""
    refused: InputError | None = None
    for name in (*parameters.all("format"), *parameters.all("output")):
        try:
            return media_type_named(name, form)
        except InputError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return None


def _negotiate(request: Request, offered: tuple[str, ...]) -> str:
    chosen = choose(request.headers.get("accept"), offered)
    if chosen is None:
        raise HTTPException(
            406, f"Svaret finns inte i något format som Accept tillåter. Välj ett av: {', '.join(offered)}."
        )
    return chosen


async def _run(
    service: SparqlService, wanted: SparqlRequest, request: Request, threads: CapacityLimiter
) -> SparqlResult:
    """Run the query in a thread, and stop it when the client goes away."""
    gone = threading.Event()
    done: list[SparqlResult] = []

    def run() -> None:
        done.append(service.run(wanted, gone.is_set))
        if gone.is_set():
            done[-1].close()

    watch = asyncio.create_task(_watch(request, gone))
    try:
        await to_thread.run_sync(run, abandon_on_cancel=True, limiter=threads)
        return done.pop()
    finally:
        gone.set()
        for result in done:  # there is one only if this task was cancelled
            result.close()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _watch(request: Request, gone: threading.Event) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    gone.set()


class ResultResponse(StreamingResponse):
    """Streams a result from a file that has no name any more, and closes it whether or not the client takes it all."""

    def __init__(self, result: SparqlResult) -> None:
        self._file = result.take()
        charset = "; charset=utf-8" if result.media_type.startswith("text/") else ""
        headers = {**BY_ACCEPT, "Content-Type": result.media_type + charset, "Content-Length": str(result.size)}
        super().__init__(iter(partial(self._file.read, CHUNK_BYTES), b""), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response (ASGI)."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def _describe(request: Request, parameters: Parameters, templates: Jinja2Templates) -> Response:
    """Answer a GET without a query: the service description, or the page for people."""
    media_type = _named(parameters, "DESCRIBE") or _negotiate(request, (*DESCRIPTION_TYPES, HTML))
    if media_type == HTML:
        shown = parameters.one(EDIT) or EXAMPLES[0].query
        context = {"endpoint": request.url.path, "shown": shown, "examples": EXAMPLES, "prefixes": sorted(PREFIXES)}
        return templates.TemplateResponse(request, "sparql.html", context, headers=BY_ACCEPT)
    try:
        content = describe_service(_endpoint(request), media_type)
    except ValueError as error:
        raise InputError("Tjänsten kan inte beskrivas i det formatet, eller inte på den adressen.") from error
    return Response(content, media_type=media_type, headers=BY_ACCEPT)
