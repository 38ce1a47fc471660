"""SPARQL 1.1 Protocol at /sparql: how requests are read, what comes back, and W3C's own tests."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import pyoxigraph
import pytest
from fastapi import FastAPI
from fastapi.templating import Jinja2Templates
from fastapi.testclient import TestClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from starlette.requests import ClientDisconnect
from starlette.types import Message

import api
from api import problems
from api.app import create_app
from api.head import HeadAsGet
from api.routes.sparql import EXAMPLES, sparql_router
from api.settings import read_settings
from graph import sparql, sparql_lexer
from graph.sparql import Limits, SparqlService
from graph.sparql_lexer import Shape

DATA = "http://kasei.us/2009/09/sparql/data/"
FOAF_DOCUMENT = NamedNode("http://xmlns.com/foaf/0.1/Document")
CROSS_JOIN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LIMITS = Limits(timeout_s=10, memory_bytes=300_000_000, output_bytes=1_000_000, workers=2, queue=4)
JSON = "application/sparql-results+json"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """W3C's three graphs of one statement each, and one of a thousand."""
    path = tmp_path_factory.mktemp("protocol") / "store"
    store = pyoxigraph.Store(str(path))
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for name in ("data1.rdf", "data2.rdf", "data3.rdf"):
        store.add(Quad(NamedNode(DATA + name), rdf_type, FOAF_DOCUMENT, NamedNode(DATA + name)))
    big = NamedNode(DATA + "big")
    store.bulk_extend(Quad(NamedNode(f"{DATA}{i}"), rdf_type, Literal(f"å{i}"), big) for i in range(1_000))
    store.flush()
    return path


@pytest.fixture(scope="module")
def service(store_path: Path) -> Iterator[SparqlService]:
    with SparqlService(store_path, LIMITS) as service:
        yield service


def app_for(service: SparqlService) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(HeadAsGet)
    templates = Jinja2Templates(directory=Path(api.__file__).parent / "templates")
    app.include_router(sparql_router(lambda: service, templates))

    @app.get("/ping")
    def ping() -> str:
        return "pong"

    return app


@pytest.fixture(scope="module")
def client(service: SparqlService) -> Iterator[TestClient]:
    with TestClient(app_for(service), base_url="https://test.example") as client:
        yield client


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where answers are put; every test leaves it empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def media_type(response: httpx2.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


# how a query comes in


def test_a_query_comes_by_get_by_form_and_as_it_is(client: TestClient) -> None:
    query = "ASK { ?s ?p 'å7' }"
    for response in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"}),
        client.post("/sparql", content=query, headers={"Content-Type": "Application/SPARQL-Query; charset=UTF-8"}),
    ):
        assert response.status_code == 200
        assert response.json()["boolean"] is True
        assert media_type(response) == JSON
        assert response.headers["content-length"] == str(len(response.content))
        assert response.headers["vary"] == "Accept"


def test_head_answers_as_get_without_the_body(client: TestClient) -> None:
    for params in ({"query": "SELECT * { ?s ?p ?o } LIMIT 3", "format": "csv"}, {}):
        get = client.get("/sparql", params=params)
        head = client.head("/sparql", params=params)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
        if params:
            assert head.headers == get.headers


def test_graphs_are_named_by_parameters_wherever_the_query_is(client: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = {"default-graph-uri": DATA + "data1.rdf"}
    direct = {"Content-Type": "application/sparql-query"}
    for response, n in (
        (client.get("/sparql", params={"query": query}), 1003),
        (client.get("/sparql", params={"query": query, **graph}), 1),
        (client.post("/sparql", data={"query": query, **graph}), 1),
        (client.post("/sparql", params=graph, content=query, headers=direct), 1),
        (client.get("/sparql", params={"query": query, "named-graph-uri": DATA + "data1.rdf"}), 0),
    ):
        assert response.json()["results"]["bindings"][0]["n"]["value"] == str(n)


def test_relative_iris_are_resolved_against_the_endpoint(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": "CONSTRUCT { <a> <p> 1 } WHERE {}"})
    assert response.text.startswith("<https://test.example/a> ")


# what goes out


@pytest.mark.parametrize(
    ("accept", "query", "answered"),
    [
        ("*/*", "ASK {}", JSON),
        (FIREFOX, "ASK {}", JSON),
        (FIREFOX, "DESCRIBE <http://e/>", "text/turtle"),
        ("text/csv", "SELECT * {}", "text/csv"),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.1", "SELECT * {}", "text/tab-separated-values"),
        (
            "application/sparql-results+xml, application/sparql-results+json;q=0.5",
            "ASK {}",
            "application/sparql-results+xml",
        ),
        ("application/json", "SELECT * {}", "application/json"),
        ("application/rdf+xml", "CONSTRUCT {} {}", "application/rdf+xml"),
        ("application/ld+json, text/turtle;q=0.9", "CONSTRUCT {} {}", "application/ld+json"),
        ("application/trig", "CONSTRUCT {} {}", "application/trig"),
        ("application/n-triples", "CONSTRUCT {} {}", "application/n-triples"),
    ],
)
def test_accept_chooses_the_format(client: TestClient, accept: str, query: str, answered: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert media_type(response) == answered


@pytest.mark.parametrize(
    ("name", "query", "answered"),
    [
        ("json", "ASK {}", JSON),
        ("csv", "SELECT * {}", "text/csv"),
        ("tsv", "SELECT * {}", "text/tab-separated-values"),
        ("xml", "SELECT * {}", "application/sparql-results+xml"),
        ("xml", "CONSTRUCT {} {}", "application/rdf+xml"),
        ("json", "CONSTRUCT {} {}", "application/ld+json"),
        ("turtle", "CONSTRUCT {} {}", "text/turtle"),
        ("ntriples", "CONSTRUCT {} {}", "application/n-triples"),
        ("jsonld", "CONSTRUCT {} {}", "application/ld+json"),
        ("trig", "CONSTRUCT {} {}", "application/trig"),
        ("json-ld", "CONSTRUCT {} {}", "application/ld+json"),
        ("n3", "CONSTRUCT {} {}", "text/turtle"),
        ("rdf+xml", "CONSTRUCT {} {}", "application/rdf+xml"),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_a_parameter_chooses_the_format_over_accept(
    client: TestClient, parameter: str, name: str, query: str, answered: str
) -> None:
    response = client.get("/sparql", params={"query": query, parameter: name}, headers={"Accept": "image/png"})
    assert response.status_code == 200
    assert media_type(response) == answered


def test_of_several_formats_the_first_that_is_known_is_taken(client: TestClient) -> None:
    query = "query=SELECT%20*%20%7B%7D&"
    for formats in ("format=csv&output=json&results=json", "format=application/x&format=csv", "format=&output=csv"):
        assert media_type(client.get(f"/sparql?{query}{formats}")) == "text/csv"


def test_text_says_its_charset(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": f"SELECT ?o {{ <{DATA}7> ?p ?o }}", "format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.text == "o\r\nå7\r\n"


# refusals

SPARQL_QUERY = {"Content-Type": "application/sparql-query"}
SPARQL_UPDATE = {"Content-Type": "application/sparql-update"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (("GET", "?query=ASK%20%7B", {}, b""), 400),
        (("GET", "?query=", {}, b""), 400),
        (("GET", "?default-graph-uri=http://e/", {}, b""), 400),
        (("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", {}, b""), 400),
        (("GET", "?query=ASK%7B%7D&default-graph-uri=g", {}, b""), 400),
        (("GET", "?query=ASK%7B%7D&named-graph-uri=http://e/%20x", {}, b""), 400),
        (("GET", "?query=%FF", {}, b""), 400),
        (("GET", "?" + "a=1&" * 1001, {}, b""), 400),
        (("GET", "?query=ASK%7B%7D&format=turtle", {}, b""), 400),
        (("GET", "?query=ASK%7B%7D&format=n3&output=pdf", {}, b""), 400),
        (("GET", "?query=ASK%7BSERVICE%20%3Chttp://e/%3E%7B%7D%7D", {}, b""), 400),
        (("POST", "", FORM, b"query=" + b"x" * 100_001), 400),
        (("GET", "?update=CLEAR%20ALL", {}, b""), 403),
        (("GET", "?query=CLEAR%20ALL", {}, b""), 403),
        (("GET", "?query=ASK%7B%7D&update=CLEAR%20ALL", {}, b""), 403),
        (("POST", "", FORM, b"update=CLEAR+ALL"), 403),
        (("POST", "", FORM, b"query=INSERT+DATA+%7B%7D"), 403),
        (("POST", "?update=CLEAR%20ALL", SPARQL_QUERY, b"ASK {}"), 403),
        (("POST", "", SPARQL_UPDATE, b"CLEAR ALL"), 403),
        (("POST", "", FORM, b""), 400),
        (("POST", "", SPARQL_QUERY, b""), 400),
        (("POST", "", SPARQL_QUERY, b"ASK \xff"), 400),
        (("POST", "?query=ASK%7B%7D", SPARQL_QUERY, b"ASK {}"), 400),
        (("POST", "", {"Content-Type": "text/plain"}, b"ASK {}"), 415),
        (("POST", "", {"Content-Type": "application/sparql-query; charset=latin1"}, b"ASK {}"), 415),
        (("POST", "", {}, b"query=ASK+%7B%7D"), 415),
        (("POST", "", SPARQL_QUERY, b" " * 1_000_001), 413),
        (("GET", "?query=ASK%7B%7D", {"Accept": "image/png"}, b""), 406),
        (("GET", "?query=CONSTRUCT%7B%7D%7B%7D", {"Accept": JSON}, b""), 406),
        (("GET", "", {"Accept": "image/png"}, b""), 406),
        (("GET", "?format=csv", {}, b""), 400),
        (("PUT", "", {}, b"ASK {}"), 405),
        (("DELETE", "", {}, b""), 405),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    client: TestClient, request_: tuple[str, str, dict[str, str], bytes], status: int
) -> None:
    method, parameters, headers, body = request_
    response = client.request(method, "/sparql" + parameters, headers=headers, content=body)
    assert response.status_code == status
    assert media_type(response) == "application/problem+json"
    assert response.json()["status"] == status


def test_a_malformed_query_is_told_where(client: TestClient) -> None:
    problem = client.get("/sparql", params={"query": "SELECT *\n{ ?s ?p }"}).json()
    assert "error at 2:10: expected" in problem["detail"]


def test_limits_answer_503(store_path: Path) -> None:
    limits = replace(LIMITS, timeout_s=0.5, output_bytes=10_000, workers=1, queue=0)
    with SparqlService(store_path, limits) as service, TestClient(app_for(service)) as client:
        too_large = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
        assert too_large.status_code == 503
        assert "större än tillåtet" in too_large.json()["detail"]
        timeout = client.get("/sparql", params={"query": CROSS_JOIN})
        assert timeout.status_code == 503
        assert "inom sin tid" in timeout.json()["detail"]
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_scripts_of_other_sites_may_ask(tmp_path: Path) -> None:
    headers = {
        "Origin": "https://other.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "Content-Type",
    }
    client = TestClient(create_app(read_settings({"VIPGRAF_DATA": str(tmp_path)})))  # the product's own, unstarted
    response = client.options("/sparql", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "Content-Type" in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 204), ("PUT", 405), ("PATCH", 405), ("DELETE", 405), ("PROPFIND", 405)]
)
def test_the_methods_that_are_allowed_are_named(client: TestClient, method: str, status: int) -> None:
    response = client.request(method, "/sparql")
    assert response.status_code == status
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


# slow queries and clients that go away


def test_a_query_that_is_hard_to_read_holds_up_no_other_route(service: SparqlService) -> None:
    async def ask(app: FastAPI) -> tuple[int, int]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test.example") as client:
            text = "#SERVICE\n" + "?a " * 33_000
            hard = asyncio.create_task(client.post("/sparql", content=text, headers=SPARQL_QUERY))
            answered = 0
            while not hard.done():
                await asyncio.sleep(0)
                assert (await client.get("/ping")).json() == "pong"
                answered += 1
            return (await hard).status_code, answered

    status, answered = asyncio.run(ask(app_for(service)))
    assert status == 400
    assert answered > 1  # a loop that is held up answers the first alone


def test_a_query_is_read_once_and_only_if_it_is_short_enough(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = []

    def read_shape(query: str) -> Shape:
        lengths.append(len(query))
        return sparql_lexer.read_shape(query)

    monkeypatch.setattr(sparql, "read_shape", read_shape)
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    assert client.post("/sparql", content="ASK {}" + " " * 100_000, headers=SPARQL_QUERY).status_code == 400
    assert lengths == [6]


@pytest.mark.slow
def test_slow_queries_hold_up_neither_each_other_nor_other_routes(store_path: Path) -> None:
    async def ask(app: FastAPI) -> list[int]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test.example") as client:
            slow = [asyncio.create_task(client.get("/sparql", params={"query": CROSS_JOIN})) for _ in range(60)]
            await asyncio.sleep(0.2)
            assert (await client.get("/ping")).json() == "pong"
            assert not all(request.done() for request in slow)
            return [response.status_code for response in await asyncio.gather(*slow)]

    limits = replace(LIMITS, timeout_s=1.0, workers=1, queue=50)
    with SparqlService(store_path, limits) as service:
        assert asyncio.run(ask(app_for(service))) == [503] * 60


def open_files() -> list[Path]:
    """The links in /proc to what this process holds open."""
    return [file for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]


def scope_for(query: str) -> dict[str, object]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "server": ("test.example", 80),
        "client": ("192.0.2.1", 1234),
        "path": "/sparql",
        "raw_path": b"/sparql",
        "root_path": "",
        "query_string": f"query={quote(query)}".encode(),
        "headers": [(b"host", b"test.example")],
    }


def test_a_query_is_stopped_when_its_client_goes_away(store_path: Path, files: Path) -> None:
    async def go_away(app: FastAPI) -> None:
        messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if messages:
                return messages.pop()
            while not list(files.iterdir()):  # until the query runs
                await asyncio.sleep(0.01)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            pass

        await app(scope_for(CROSS_JOIN), receive, send)

    with SparqlService(store_path, replace(LIMITS, workers=1)) as service:
        pid = service._idle[0].pid
        asyncio.run(go_away(app_for(service)))
        assert not Path(f"/proc/{pid}").exists()
        with TestClient(app_for(service)) as client:
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_an_answer_has_no_name_while_it_is_sent(service: SparqlService, files: Path) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert not list(files.iterdir())
        sent.append(message)

    asyncio.run(app_for(service)(scope_for("SELECT * { ?s ?p ?o }"), receive, send))
    length = dict(sent[0]["headers"])[b"content-length"]
    assert len(b"".join(message["body"] for message in sent[1:])) == int(length) > 65_536


def test_an_answer_is_closed_when_its_client_goes_away_in_the_middle(service: SparqlService, files: Path) -> None:
    seen: list[list[Path]] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            seen.append(list(files.iterdir()))
            raise OSError("gone")

    async def go_away(app: FastAPI) -> None:
        scope = scope_for("SELECT * { ?s ?p ?o }")
        scope["asgi"] = {"version": "3.0", "spec_version": "2.4"}
        await app(scope, receive, send)

    with pytest.raises(ClientDisconnect):
        asyncio.run(go_away(app_for(service)))
    assert seen == [[]]
    assert not any("vipgraf-sparql-" in str(file.readlink()) for file in open_files())


def test_an_answer_is_deleted_when_the_request_is_cancelled(service: SparqlService, files: Path) -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError("nothing is sent")

    async def cancel(app: FastAPI) -> None:
        request = asyncio.create_task(app(scope_for(CROSS_JOIN), receive, send))
        while not list(files.iterdir()):
            await asyncio.sleep(0.01)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    asyncio.run(cancel(app_for(service)))
    while list(files.iterdir()):  # the thread sees within a tenth of a second that nobody waits
        time.sleep(0.01)


# the description of the service, and the page

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.mark.parametrize(
    "accept", [None, "text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_a_bare_get_describes_the_service(client: TestClient, accept: str | None) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert media_type(response) == (accept or "text/turtle")
    rdf_format = RdfFormat.from_media_type(media_type(response))
    statements = Graph().parse(
        data=b"".join(f"{quad.triple} .\n".encode() for quad in pyoxigraph.parse(response.content, format=rdf_format)),
        format="nt",
    )
    [service] = statements.subjects(SD.endpoint, URIRef("https://test.example/sparql"))
    assert SD.Service in set(statements.objects(service))
    assert set(statements.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(statements.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    assert len(set(statements.objects(service, SD.resultFormat))) == 10
    [dataset] = statements.objects(service, SD.defaultDataset)
    assert list(statements.objects(dataset, SD.defaultGraph))


def test_the_description_has_an_address_for_browsers(client: TestClient) -> None:
    response = client.get("/sparql?format=turtle", headers={"Accept": FIREFOX})
    assert media_type(response) == "text/turtle"
    assert "sd:Service" in response.text


class Page(HTMLParser):
    """The parts of the page that the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_a_browser_gets_a_page_with_a_form_that_needs_no_script(client: TestClient) -> None:
    response = client.get("/sparql", headers={"Accept": FIREFOX})
    assert media_type(response) == "text/html"
    assert response.headers["vary"] == "Accept"
    page = Page(response.text)
    assert {"action": "/sparql", "method": "get"} in page.all("form")
    assert len(page.all("h1")) == 1
    labelled = {label["for"] for label in page.all("label")}
    assert {page.all("textarea")[0]["id"], page.all("select")[0]["id"]} <= labelled
    assert not page.all("script")
    for option in page.all("option"):
        query = "ASK {}" if option["value"] in ("json", "csv", "tsv", "xml") else "CONSTRUCT {} {}"
        assert client.get("/sparql?" + urlencode({"query": query, "format": option["value"]})).status_code == 200


def test_each_example_on_the_page_can_be_run_from_it(client: TestClient) -> None:
    page = Page(client.get("/sparql", headers={"Accept": FIREFOX}).text)
    links = [link["href"] or "" for link in page.all("a") if "query=" in (link["href"] or "")]
    assert len(links) == len(EXAMPLES) == 3
    for link in links:
        response = client.get(link)
        assert response.status_code == 200, response.text
        assert response.json()["head"]["vars"]


# W3C's tests (https://github.com/w3c/rdf-tests/tree/main/sparql/sparql11/protocol)

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"

QUERY_TESTS = [
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
]
REFUSED_UPDATE_TESTS = [
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
]
UNREADABLE_UPDATE_TESTS = ["bad_update_wrong_media_type", "bad_update_missing_form_type"]


@pytest.fixture(scope="module")
def manifest() -> Graph:
    path = Path(__file__).parents[3] / "shared" / "conformance" / "sparql11-protocol" / "manifest.ttl"
    if not path.is_file():
        pytest.skip("W3C's protocol tests (../shared/conformance) are not here")
    return Graph().parse(path, format="turtle")


def requests_of(manifest: Graph, name: str) -> list[Node]:
    action = manifest.value(URIRef(PREFIX + name), MF.action)
    requests = manifest.value(action, HT.requests)
    assert requests is not None
    return list(Collection(manifest, requests))


def send(client: TestClient, manifest: Graph, request: Node) -> httpx2.Response:
    body = manifest.value(request, HT.body)
    encoding = str(manifest.value(body, CNT.characterEncoding))
    headers = manifest.value(request, HT.headers)
    return client.request(
        str(manifest.value(request, HT.methodName)),
        str(manifest.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        headers={
            str(manifest.value(header, HT.fieldName)): str(manifest.value(header, HT.fieldValue))
            for header in (Collection(manifest, headers) if headers else ())
        },
        content=str(manifest.value(body, CNT.chars)).encode(encoding) if body else b"",
    )


def test_every_test_of_the_manifest_is_run(manifest: Graph) -> None:
    [entries] = manifest.objects(None, MF.entries)
    names = [str(entry).removeprefix(PREFIX) for entry in Collection(manifest, entries)]
    assert sorted(names) == sorted(QUERY_TESTS + REFUSED_UPDATE_TESTS + UNREADABLE_UPDATE_TESTS)
    assert len(names) == 34


@pytest.mark.parametrize("name", QUERY_TESTS)
def test_w3c_query_test_passes(client: TestClient, manifest: Graph, name: str) -> None:
    requests = requests_of(manifest, name)
    assert requests
    for request in requests:
        response = send(client, manifest, request)
        expected = manifest.value(request, HT.resp)
        statuses = {str(status)[-3] for status in manifest.objects(expected, MF.expectedStatus)}
        assert statuses
        assert str(response.status_code)[0] in statuses
        boolean = manifest.value(expected, MF.expectedBoolean)
        if boolean is not None:
            assert response.json()["boolean"] is boolean.toPython()  # type: ignore[attr-defined]
        match str(manifest.value(expected, MF.expectedFormat)):
            case "boolean":
                assert media_type(response) == JSON
            case "tabular":
                assert response.json()["results"]["bindings"]
            case "RDF":
                assert media_type(response) == "text/turtle"
                list(pyoxigraph.parse(response.content, format=RdfFormat.TURTLE))


@pytest.mark.parametrize("name", REFUSED_UPDATE_TESTS)
def test_w3c_update_test_is_refused(client: TestClient, manifest: Graph, name: str) -> None:
    assert send(client, manifest, requests_of(manifest, name)[0]).status_code == 403


@pytest.mark.parametrize("name", UNREADABLE_UPDATE_TESTS)
def test_w3c_update_test_in_another_media_type_is_refused(client: TestClient, manifest: Graph, name: str) -> None:
    assert send(client, manifest, requests_of(manifest, name)[0]).status_code == 415
