"""SERVICE, forms and updates, found in the text; each spelling of SERVICE is tried against the real engine, too."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.sparql_lexer import MAX_READINGS, Shape, calls_service, read_shape, tokens, unescape
from ontology.errors import QueryRefused, ServiceRefused, UpdateRefused


class Listener:
    """A port on this machine that counts the connections made to it, and an engine that could make them."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._store = pyoxigraph.Store()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(4) == b"stop":
                    return
                self.connections += 1

    def close(self) -> None:
        with socket.create_connection(self._socket.getsockname()) as last:
            last.sendall(b"stop")
        self._thread.join()
        self._socket.close()

    def engine_calls(self, query: str) -> bool:
        """Run the query by Oxigraph itself; it waits for an answer, so the count is right when it is done."""
        before = self.connections
        prefixes = {"": self.url, "ex": self.url + "e", "bad": "http://a:"}
        with contextlib.suppress(SyntaxError, OSError, RuntimeError):
            bool(self._store.query(query, prefixes=prefixes, use_default_graph_as_union=True))
        return self.connections > before


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with contextlib.closing(Listener()) as listener:
        yield listener


CALLS = [
    "ASK{SERVICE <URL>{?x ?y ?z}}",
    "ASK{service<URL>{?x ?y ?z}}",
    "ASK{SeRvIcE\n\t<URL>{?x ?y ?z}}",
    "ASK{SERVICE SILENT <URL>{?x ?y ?z}}",
    "ASK{SERVICESILENT<URL>{?x ?y ?z}}",
    "ASK{SERVICE#>\n<URL>{?x ?y ?z}}",
    "ASK{SERVICE#\r<URL>{?x ?y ?z}}",
    "ASK{SERVICE:x{?x ?y ?z}}",
    "ASK{SERVICE :x{?x ?y ?z}}",
    "ASK{SERVICEex:x #\n {?x ?y ?z}}",
    "PREFIX service: <http://example.org/> ASK{SERVICE <URL>{?x ?y ?z}}",
    "ASK{FILTER(1<1)SERVICE#>\n<URL>{?x ?y ?z}}",
    "ASK{FILTER(1<1)#>'''\nSERVICE <URL>{?x ?y ?z}#'''\n}",
    "ASK{FILTER(1<'>'||1=1)SERVICE <URL>{?x ?y ?z}FILTER(1<'>')}",
    'ASK{VALUES ?x {"""a"}SERVICE <URL>{?x ?y ?z}}',
    'ASK{VALUES ?x {"""a"}#\\q\nSERVICE <URL>{?x ?y ?z}#"""\n}',
    "ASK{VALUES ?x {'''a'}#\\uD800\nSERVICE <URL>{?x ?y ?z}#'''\n}",
    "ASK{VALUES ?x {'''a'}#\\U00110000\nSERVICE <URL>{?x ?y ?z}#'''\n}",
    "ASK{VALUES ?x {true}BIND(1 AS ?service)SERVICE <URL>{?x ?y ?z}}",
    "ASK{VALUES ?x {ex:a\\#b}SERVICE <URL>{?x ?y ?z}}",
    "ASK{VALUES ?x {ex:a\\'b}SERVICE <URL>{?x ?y ?z}#'\n}",
    "ASK{FILTER EXISTS{SERVICE <URL>{?x ?y ?z}}}",
    "ASK{{SELECT * {SERVICE <URL>{?x ?y ?z}}}}",
    "SELECT * {OPTIONAL{SERVICE <URL>{?x ?y ?z}}}",
    "CONSTRUCT {?x ?y ?z} {SERVICE <URL>{?x ?y ?z}}",
    "DESCRIBE ?x {SERVICE <URL>{?x ?y ?z}}",
]


@pytest.mark.parametrize("query", CALLS)
def test_what_the_engine_would_call_is_refused(query: str, listener: Listener) -> None:
    query = query.replace("URL", listener.url)
    assert listener.engine_calls(query), "the engine must call here, or the example shows nothing"
    with pytest.raises(ServiceRefused, match="SERVICE"):
        read_shape(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK{SERVICE ?u {?x ?y ?z}}",
        "ASK{?s ?p trueSERVICE <URL>{?x ?y ?z}}",
        "ASK{?s ?p ex:a.b.SERVICE <URL>{?x ?y ?z}}",
        "ASK{?s ?p bad:SERVICE:y {?x ?y ?z}}",
        "ASK{?s ?p bad:SERVICE <URL> {?x ?y ?z}}",
        "ASK{\\u0053ERVICE <URL>{?x ?y ?z}}",
        "ASK{\\U00000053ERVICE <URL>{?x ?y ?z}}",
    ],
)
def test_what_another_store_or_engine_might_call_is_refused_too(query: str) -> None:
    with pytest.raises(ServiceRefused):
        read_shape(query)


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX service: <http://e/> ASK{?s service:x ?o}",
        "PREFIX service: <http://e/> ASK{service:x ?p ?o}",
        "PREFIX service: <http://e/> ASK{GRAPH service:g {?s ?p ?o}}",
        "PREFIX service: <http://e/> SELECT * FROM service:g FROM NAMED service:h {?s ?p ?o}",
        "PREFIX service: <http://e/> DESCRIBE service:x {?s ?p ?o}",
        "ASK{?s ex:service ?o . {?x ?y ?z}}",
        "ASK{?s a ex:SERVICE}",
        "SELECT ?service {?service ?p $SERVICE}",
        "ASK{?s ?p 'SERVICE <http://e/> {?x ?y ?z}'}",
        'ASK{?s ?p "a \\" SERVICE <http://e/> {} "}',
        "ASK{?s ?p '''SERVICE\n''SERVICE' '''}",
        'ASK{?s ?p """SERVICE <http://e/> {""} """}',
        "ASK{?s ?p ?o} # SERVICE <http://e/> {?x ?y ?z}",
        "ASK{# SERVICE\n?s ?p ?o}",
        "ASK{?s <http://e/service> ?o}",
        "ASK{?s <http://e/service#SERVICE> ?o . ?o <http://e/#p> 'service'}",
        "ASK{?s <urn:x:service#y> ?o}",
        "ASK{?s ?p ?o FILTER(?o<3 && ?s != <http://e/service>)}",
        "ASK{?s ?p 'x'@en-service}",
    ],
)
def test_the_word_service_may_be_part_of_anything_else(query: str, listener: Listener) -> None:
    assert not listener.engine_calls(query)
    assert read_shape(query).form is not None


CALL = st.sampled_from(
    [
        "SERVICE",
        "service ",
        "SERVICE SILENT",
        "trueSERVICE",
        "ex:SERVICE",
        "bad:SERVICE",
        "ex:a.b.SERVICE",
        "'a'SERVICE",
    ]
)
TARGET = st.sampled_from(["<URL>", " <URL>", ":x", " :x", "#\n<URL>", "ex:x"])
NOISE = st.lists(
    st.sampled_from(
        """⏎ # #>⏎ #'''⏎ #QQQ⏎ ' ''' QQQ 'a' QQQa" < > <a#b> <'> { } ?x ex: . ; ) \\q '\\uD800' GRAPH·?g {?s·?p·?o}
        FILTER(1<1) FILTER(1<'>'||1=1) FILTER(1<'>') FILTER(1< VALUES·?x·{1} VALUES·?x·{'''a'} VALUES·?x·{QQQa"}
        BIND(1·AS·?y) ?s·?p·ex:a\\# ?s·?p·ex:a\\'""".replace("QQQ", '"' * 3).split()
    ),
    max_size=3,
).map(lambda pieces: "".join(pieces).replace("⏎", "\n").replace("·", " "))


@pytest.mark.slow
def test_no_call_of_the_engine_is_overlooked(listener: Listener) -> None:
    called = []

    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    @given(NOISE, CALL, TARGET, NOISE)
    def check(before: str, call: str, target: str, after: str) -> None:
        query = ("ASK{" + before + call + target + "{?x ?y ?z}" + after + "}").replace("URL", listener.url)
        if listener.engine_calls(query):
            called.append(query)
            assert calls_service(query)

    check()
    assert len(called) > 20


@pytest.mark.parametrize(
    ("query", "shape"),
    [
        ("SELECT * {}", Shape("SELECT", has_dataset=False)),
        ("select?s{?s ?p ?o}", Shape("SELECT", has_dataset=False)),
        ("# SELECT\nBASE <http://e/ASK> PREFIX ask: <http://e/#> aSk{}", Shape("ASK", has_dataset=False)),
        ('VERSION "1.2" DESCRIBE <http://e/>', Shape("DESCRIBE", has_dataset=False)),
        ("CONSTRUCT {?s ?p ?o} FROM <http://e/> {?s ?p ?o}", Shape("CONSTRUCT", has_dataset=True)),
        ("ASKFROM<http://e/>{}", Shape("ASK", has_dataset=True)),
        ("ASK{?from ?p 'FROM' . # FROM\n}", Shape("ASK", has_dataset=False)),
        ("hej", Shape(None, has_dataset=False)),
        ("", Shape(None, has_dataset=False)),
    ],
)
def test_form_and_dataset_are_found(query: str, shape: Shape) -> None:
    assert read_shape(query) == shape


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA {}",
        "delete where {?s ?p ?o}",
        "LOAD <http://e/>",
        "CLEAR ALL",
        "DROP SILENT GRAPH <http://e/>",
        "CREATE GRAPH <http://e/>",
        "ADD <http://e/a> TO <http://e/b>",
        "MOVE <http://e/a> TO <http://e/b>",
        "COPY <http://e/a> TO <http://e/b>",
        "WITH <http://e/> DELETE {} WHERE {}",
        "PREFIX ex: <http://e/> # SELECT\nInSeRt {} WHERE {}",
    ],
)
def test_an_update_is_refused_by_its_first_word(update: str) -> None:
    with pytest.raises(UpdateRefused, match="bara att läsa"):
        read_shape(update)


def test_tokens_are_those_of_the_standard() -> None:
    query = "SELECT?s{?s a ex:åb\\#c;<p>'''a''b'''^^ex:t#x\n,\"q\\\"\"@sv-SE,_:b1}"
    assert [(token.kind, token.text) for token in tokens(query)] == [
        ("word", "SELECT"),
        ("variable", "?s"),
        ("other", "{"),
        ("variable", "?s"),
        ("word", "a"),
        ("name", "ex:åb\\#c"),
        ("other", ";"),
        ("iri", "<p>"),
        ("string", "'''a''b'''"),
        ("other", "^"),
        ("other", "^"),
        ("name", "ex:t"),
        ("other", ","),
        ("string", '"q\\""'),
        ("language", "@sv-SE"),
        ("other", ","),
        ("blank", "_:b1"),
        ("other", "}"),
    ]


def test_escapes_of_code_points_are_undone_and_false_ones_left() -> None:
    assert unescape("\\u0041\\U0001F600\\uD800\\U00110000\\u004") == "A😀\\uD800\\U00110000\\u004"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<#'service",
        "a.",
        "'''",
        '"""\\"',
        "service:x ",
        "#\nservice:",
        "ex:a.\\u0041",
        "<#>",
        "<service:x#>",
        "<'>'\\\"'",
        "<'>' \\'''b'",
        "\\'''b' ",
        '\\"""b" ',
    ],
)
@pytest.mark.timeout(60)
def test_reading_takes_time_linear_in_the_text(piece: str) -> None:
    text = "#SERVICE\n" + piece * (100_000 // len(piece))
    with contextlib.suppress(QueryRefused):
        read_shape(text)


def test_a_text_is_read_in_as_many_ways_as_are_allowed(listener: Listener) -> None:
    call = f"SERVICE <{listener.url}>{{?x ?y ?z}}"
    before = "FILTER(1=1||" + "||".join(f"?x=<#{i}>" for i in range(MAX_READINGS - 2)) + "||1<1)"
    query = f"BASE <http://e/> ASK{{{before}{call}#>\n}}"
    assert listener.engine_calls(query)
    with pytest.raises(ServiceRefused):
        read_shape(query)
    assert read_shape(query.replace("SERVICE", "GRAPH")) == Shape("ASK", has_dataset=False)


def test_a_text_that_can_be_read_in_too_many_ways_is_refused_only_if_it_says_service() -> None:
    query = "BASE <http://e/> SELECT * {VALUES ?x {" + "<#a>" * MAX_READINGS + "}}"
    assert read_shape(query) == Shape("SELECT", has_dataset=False)
    with pytest.raises(QueryRefused, match="fler än 100 sätt"):
        read_shape(query + " # service")
    assert read_shape(query.replace("<#", "<http://e/#") + " # service") == Shape("SELECT", has_dataset=False)
