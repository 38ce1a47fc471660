"""Untrusted queries in killable processes: answers, limits, and what is left behind."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph import sparql_worker
from graph.sparql import Limits, SparqlRequest, SparqlService, media_type_named, media_types
from graph.sparql_lexer import Form
from graph.sparql_process import Patience, WorkerProcess
from graph.sparql_worker import Settings, Task
from ontology.errors import (
    BrokenRelease,
    InputError,
    MalformedQuery,
    QueryBusy,
    QueryFailed,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    ServiceRefused,
    UpdateRefused,
)
from ontology.terms import VIP

EX = "http://example.org/"
QUADS = 4_000
GRAPHS = 5
CROSS_JOIN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIMITS = Limits(timeout_s=10, memory_bytes=300_000_000, output_bytes=1_000_000, workers=2, queue=4)


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sparql") / "store"
    store = pyoxigraph.Store(str(path))
    store.bulk_extend(
        Quad(NamedNode(f"{EX}s{i}"), NamedNode(f"{VIP}position"), Literal(str(i)), NamedNode(f"{EX}g{i % GRAPHS}"))
        for i in range(QUADS)
    )
    store.flush()
    return path


@pytest.fixture(scope="module")
def service(store_path: Path) -> Iterator[SparqlService]:
    with SparqlService(store_path, LIMITS) as service:
        yield service


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where answers are put; empty again when a test is over."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def limits(**changed: float) -> Limits:
    values = {"timeout_s": 10, "memory_bytes": 300_000_000, "output_bytes": 1_000_000, "workers": 1, "queue": 4}
    return Limits(**{**values, **changed})  # type: ignore[arg-type]


def answer(service: SparqlService, query: str, **how: object) -> bytes:
    with service.run(SparqlRequest(query, **how)) as result:  # type: ignore[arg-type]
        with result.take() as file:
            content = file.read()
        assert result.size == len(content)
    assert not result.path.exists()
    return content


def rows(service: SparqlService, query: str, **how: object) -> list[dict[str, str]]:
    found = json.loads(answer(service, query, **how))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def count(service: SparqlService, query: str, **how: object) -> int:
    return int(rows(service, query, **how)[0]["n"])


def processes(store_path: Path) -> set[int]:
    """The workers of a store that run now."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if b"sparql_worker.py" in arguments and bytes(store_path) in arguments and state != "Z":
            found.add(int(folder.name))
    return found


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


# answers


def test_a_select_is_answered_in_each_format(service: SparqlService) -> None:
    query = f"SELECT ?o {{ <{EX}s7> ?p ?o }}"
    assert rows(service, query) == [{"o": "7"}]
    assert b"<literal>7</literal>" in answer(service, query, format="application/sparql-results+xml")
    assert list(csv.reader(io.StringIO(answer(service, query, format="text/csv").decode()))) == [["o"], ["7"]]
    assert answer(service, query, format="text/tab-separated-values") == b'?o\n"7"\n'
    assert json.loads(answer(service, query, format="application/json"))["head"] == {"vars": ["o"]}


@pytest.mark.parametrize("media_type", media_types("ASK"))
def test_an_ask_is_answered_in_each_format(service: SparqlService, media_type: str) -> None:
    assert b"true" in answer(service, "ASK {}", format=media_type)


@pytest.mark.parametrize("form", ["CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize("media_type", media_types("CONSTRUCT"))
def test_a_graph_is_answered_in_each_format(service: SparqlService, media_type: str, form: str) -> None:
    query = f"DESCRIBE <{EX}s7>" if form == "DESCRIBE" else f"CONSTRUCT {{ <{EX}s7> ?p ?o }} {{ <{EX}s7> ?p ?o }}"
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
    [quad] = pyoxigraph.parse(answer(service, query, format=media_type), format=rdf_format)
    assert quad.triple == pyoxigraph.Triple(NamedNode(f"{EX}s7"), NamedNode(f"{VIP}position"), Literal("7"))


def test_the_form_decides_the_default_format(service: SparqlService) -> None:
    for query, media_type in [
        ("SELECT * {} ", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("CONSTRUCT {} {}", "text/turtle"),
        (f"DESCRIBE <{EX}s1>", "text/turtle"),
    ]:
        with service.run(SparqlRequest(query)) as result:
            assert result.media_type == media_type


def test_a_format_of_the_other_kind_is_refused(service: SparqlService) -> None:
    with pytest.raises(InputError, match="”text/turtle” finns inte för SELECT"):
        service.run(SparqlRequest("SELECT * {}", format="text/turtle"))
    with pytest.raises(InputError, match="”turtle” finns inte för ASK"):
        media_type_named("turtle", "ASK")
    with pytest.raises(InputError, match="”csv” finns inte för CONSTRUCT"):
        media_type_named("csv", "CONSTRUCT")


def test_prefixes_are_declared_and_may_be_declared_otherwise(service: SparqlService) -> None:
    assert count(service, "SELECT (COUNT(*) AS ?n) { ?s vip:position ?o }") == QUADS
    assert count(service, f"PREFIX vip: <{EX}> SELECT (COUNT(*) AS ?n) {{ ?s vip:position ?o }}") == 0
    assert count(service, "SELECT (COUNT(*) AS ?n) { ?s vip:position ?o }") == QUADS


def test_an_answer_that_is_read_has_no_name_any_more(service: SparqlService, files: Path) -> None:
    with service.run(SparqlRequest("ASK {}")).take() as file:
        assert not list(files.iterdir())
        assert file.read() == b'{"head":{},"boolean":true}'


def test_a_format_may_be_chosen_when_the_form_is_known(service: SparqlService) -> None:
    forms = []

    def choose(form: Form | None) -> str:
        forms.append(form)
        return media_types(form)[1]

    assert answer(service, "ASK {}", format=choose).startswith(b"<?xml")
    assert answer(service, "CONSTRUCT {} {}", format=choose).startswith(b"[")
    assert forms == ["ASK", "CONSTRUCT"]


# datasets


def test_without_a_dataset_the_default_graph_is_the_union(service: SparqlService) -> None:
    assert count(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == QUADS
    assert count(service, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == GRAPHS


def test_from_names_exactly_the_graphs(service: SparqlService) -> None:
    one = f"FROM <{EX}g0>"
    assert count(service, f"SELECT (COUNT(*) AS ?n) {one} {{ ?s ?p ?o }}") == QUADS // GRAPHS
    assert count(service, f"SELECT (COUNT(*) AS ?n) {one} FROM <{EX}g1> {{ ?s ?p ?o }}") == 2 * QUADS // GRAPHS
    assert count(service, f"SELECT (COUNT(*) AS ?n) {one} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 0
    named = f"FROM NAMED <{EX}g0>"
    assert count(service, f"SELECT (COUNT(*) AS ?n) {named} {{ ?s ?p ?o }}") == 0
    assert rows(service, f"SELECT DISTINCT ?g {named} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == [{"g": f"{EX}g0"}]


def test_the_protocol_overrides_from(service: SparqlService) -> None:
    dataset = f"FROM <{EX}g0> FROM NAMED <{EX}g1>"
    query = f"SELECT (COUNT(*) AS ?n) {dataset} {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    assert count(service, query) == 2 * QUADS // GRAPHS
    assert count(service, query, default_graphs=(f"{EX}g2",)) == QUADS // GRAPHS
    assert count(service, query, named_graphs=(f"{EX}g2", f"{EX}g3", f"{EX}g4")) == 3 * QUADS // GRAPHS
    assert count(service, query, default_graphs=(f"{EX}none",)) == 0


def test_relative_iris_are_resolved_against_the_base_given(service: SparqlService) -> None:
    assert answer(service, "CONSTRUCT { <s> <p> 1 } WHERE {}", base_iri=f"{EX}sparql").startswith(f"<{EX}s> ".encode())


# refusals


def test_a_malformed_query_is_told_where(service: SparqlService) -> None:
    secret = "HEMLIGT-19121212"
    with pytest.raises(MalformedQuery, match=r"går inte att tolka \(error at 2:9: expected") as caught:
        service.run(SparqlRequest(f"SELECT * {{ ?s ?p '{secret}' .\n ?s ?p }}"))
    assert secret not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("query", ["", "hej", "SELECT", "SELECTex:x {}", "ASK { ?s ex:p ?o }", "ASK { ?s ?p 'x }"])
def test_what_is_no_query_is_malformed(service: SparqlService, query: str) -> None:
    with pytest.raises(MalformedQuery):
        service.run(SparqlRequest(query))


def test_updates_and_services_never_reach_a_worker(service: SparqlService) -> None:
    with pytest.raises(UpdateRefused):
        service.run(SparqlRequest("CLEAR ALL"))
    with pytest.raises(ServiceRefused):
        service.run(SparqlRequest("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))


def test_graphs_and_base_must_be_absolute_iris(service: SparqlService) -> None:
    for how in ({"default_graphs": ("g0",)}, {"named_graphs": (f"{EX}a b",)}, {"base_iri": "sparql"}):
        with pytest.raises(QueryRefused, match="ingen fullständig IRI"):
            answer(service, "ASK {}", **how)


def test_a_very_long_query_is_refused(service: SparqlService) -> None:
    with pytest.raises(QueryRefused, match="längre än 100000 tecken"):
        service.run(SparqlRequest("ASK {}" + " " * 100_000))


def test_one_text_is_read_at_a_time_and_waiting_for_that_counts(store_path: Path) -> None:
    with SparqlService(store_path, limits(timeout_s=0.3)) as service:
        with service._reading, pytest.raises(QueryTimeout):
            service.run(SparqlRequest("ASK {}"))
        with pytest.raises(UpdateRefused):
            service.run(SparqlRequest("CLEAR ALL"))
        assert answer(service, "ASK {}")


def test_a_store_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenRelease, match="kan inte öppnas för SPARQL"):
        SparqlService(tmp_path / "nothing", LIMITS)
    assert not processes(tmp_path / "nothing")


# limits


@pytest.mark.slow
def test_a_cross_join_is_killed_at_its_deadline_while_others_are_answered(store_path: Path, files: Path) -> None:
    with SparqlService(store_path, limits(timeout_s=1.5, workers=2)) as service, ThreadPoolExecutor() as threads:
        before = processes(store_path)
        start = time.monotonic()
        slow = threads.submit(service.run, SparqlRequest(CROSS_JOIN))
        answered = 0
        while not slow.done():
            assert answer(service, "ASK {}") == b'{"head":{},"boolean":true}'
            answered += 1
        with pytest.raises(QueryTimeout, match="inom sin tid"):
            slow.result()
        assert time.monotonic() - start >= 1.5
        assert answered > 10
        now = processes(store_path)
        assert len(before - now) == 1
        assert len(now - before) == 1
        assert count(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == QUADS
    assert not list(files.iterdir())
    assert eventually(lambda: not processes(store_path) - now)


@pytest.mark.slow
def test_the_time_in_line_counts_and_a_full_line_is_busy(store_path: Path) -> None:
    with SparqlService(store_path, limits(timeout_s=1.0, queue=1)) as service, ThreadPoolExecutor() as threads:
        start = time.monotonic()
        running = threads.submit(service.run, SparqlRequest(CROSS_JOIN))
        assert eventually(lambda: not service._idle)
        waiting = threads.submit(service.run, SparqlRequest(CROSS_JOIN))
        assert eventually(lambda: bool(service._line))
        with pytest.raises(QueryBusy, match="kön är full"):
            service.run(SparqlRequest("ASK {}"))
        for future in (running, waiting):
            with pytest.raises(QueryTimeout):
                future.result()
        assert time.monotonic() - start >= 1.0


@pytest.mark.slow
def test_a_query_that_takes_all_memory_kills_only_its_worker(store_path: Path, files: Path) -> None:
    with SparqlService(store_path, limits(memory_bytes=150_000_000, timeout_s=30)) as service:
        with pytest.raises(QueryTooLarge, match="mer minne än tillåtet"):
            service.run(SparqlRequest("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"))
        assert answer(service, "ASK {}")
    assert not list(files.iterdir())


def test_a_query_nested_too_deeply_kills_only_its_worker(service: SparqlService) -> None:
    with pytest.raises(QueryTooLarge):
        service.run(SparqlRequest("ASK" + "{" * 49_000 + "}" * 49_000))
    assert answer(service, "ASK {}")


def test_an_answer_above_the_limit_is_refused_and_deleted(service: SparqlService, files: Path) -> None:
    with pytest.raises(QueryTooLarge, match="Svaret är större än tillåtet"):
        service.run(SparqlRequest("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    assert not list(files.iterdir())
    assert answer(service, "ASK {}")


def test_a_worker_that_dies_while_idle_is_replaced(store_path: Path) -> None:
    with SparqlService(store_path, limits(workers=2)) as service:
        for worker in service._idle:
            os.kill(worker.pid, signal.SIGKILL)
        assert eventually(lambda: not any(worker.is_alive() for worker in service._idle))
        assert [count(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") for _ in range(3)] == [QUADS] * 3


def test_a_query_nobody_waits_for_is_stopped(store_path: Path, files: Path) -> None:
    gone = threading.Event()
    with SparqlService(store_path, limits()) as service, ThreadPoolExecutor() as threads:
        running = threads.submit(service.run, SparqlRequest(CROSS_JOIN), gone.is_set)
        assert eventually(lambda: bool(list(files.iterdir())))
        gone.set()
        with pytest.raises(QueryFailed, match="ingen längre väntar"):
            running.result()
        assert answer(service, "ASK {}")


@pytest.mark.slow
def test_many_threads_share_few_workers(store_path: Path) -> None:
    with SparqlService(store_path, limits(workers=2, queue=50)) as service, ThreadPoolExecutor(16) as threads:
        queries = [f"SELECT (COUNT(*) AS ?n) {{ <{EX}s{i}> ?p ?o }}" for i in range(100)]
        assert list(threads.map(lambda query: count(service, query), queries)) == [1] * 100


def test_closing_answers_what_runs_and_takes_no_more(store_path: Path) -> None:
    service = SparqlService(store_path, limits())
    with ThreadPoolExecutor() as threads:
        running = threads.submit(answer, service, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?c }")
        assert eventually(lambda: not service._idle)
        service.close()
        assert b'"4000"' in running.result()
    with pytest.raises(QueryFailed, match="stängs"):
        service.run(SparqlRequest("ASK {}"))


# walls around a worker


@pytest.fixture
def worker(store_path: Path) -> Iterator[WorkerProcess]:
    settings = Settings(str(store_path), memory_bytes=300_000_000, output_bytes=1_000_000, prefixes={})
    worker = WorkerProcess(settings)
    worker.wait_until_ready(Patience(time.monotonic() + 10, lambda: False))
    yield worker
    worker.kill()


def test_a_worker_reaches_no_network_even_if_a_service_call_gets_through(worker: WorkerProcess, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        query = f"ASK {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        worker.send(Task(query, "union", [], [], None, "application/sparql-results+json", str(tmp_path / "a")), 10)
        assert worker.receive(Patience(time.monotonic() + 10, lambda: False)).outcome == "failed"
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("wall", ["forbid_sockets", "unshare_network"])
def test_each_wall_alone_keeps_a_process_off_the_network(wall: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        program = f"""
import ctypes, runpy, socket, sys
module = runpy.run_path({sparql_worker.__file__!r})
libc = ctypes.CDLL(None)
if not module[{wall!r}](libc.prctl if {wall!r} == "forbid_sockets" else libc.unshare):
    sys.exit(77)
try:
    socket.create_connection(("127.0.0.1", {listener.getsockname()[1]}), timeout=5)
except OSError:
    sys.exit(0)
sys.exit(1)
"""
        status = subprocess.run([sys.executable, "-c", program], check=False, timeout=30).returncode
    if status == 77:
        pytest.skip("the kernel does not permit it here")
    assert status == 0


def test_a_worker_imports_no_more_than_it_needs() -> None:
    program = f"import runpy, sys; runpy.run_path({sparql_worker.__file__!r}); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-P", "-c", program], check=True, capture_output=True, text=True).stdout
    assert "pyoxigraph" in loaded
    assert not {"asyncio", "fastapi", "graph", "numpy", "ontology", "rdflib"} & set(loaded.split())


@pytest.mark.parametrize("query", ["ASK {}", CROSS_JOIN])
def test_no_worker_outlives_a_server_that_is_killed(store_path: Path, files: Path, query: str) -> None:
    before = processes(store_path)
    program = f"""
import sys
from pathlib import Path
from graph.sparql import Limits, SparqlRequest, SparqlService
service = SparqlService(Path({str(store_path)!r}), Limits(60, 300_000_000, 1_000_000, 2, 2))
print("ready", flush=True)
service.run(SparqlRequest({query!r})).close()
print("done", flush=True)
sys.stdin.read()
"""
    root = str(Path(sparql_worker.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "TMPDIR": str(files)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        if query == CROSS_JOIN:
            busy = processes(store_path) - before
            assert eventually(lambda: any(cpu_ticks(pid) > 20 for pid in busy))
        else:
            assert server.stdout.readline() == b"done\n"
        assert len(processes(store_path) - before) == 2
        server.kill()
    assert eventually(lambda: processes(store_path) <= before, 3.0)


def test_answers_left_by_a_killed_server_are_deleted_in_time(store_path: Path, files: Path) -> None:
    old, new = files / "vipgraf-sparql-old", files / "vipgraf-sparql-new"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    SparqlService(store_path, limits()).close()
    assert list(files.iterdir()) == [new]


def cpu_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


@pytest.mark.slow
def test_the_kernel_ends_a_query_that_the_server_forgets(worker: WorkerProcess, tmp_path: Path) -> None:
    task = Task(CROSS_JOIN, "union", [], [], None, "application/sparql-results+json", str(tmp_path / "a"))
    worker.send(task, 0.2)
    with pytest.raises(QueryTimeout):
        worker.receive(Patience(time.monotonic() + 30, lambda: False))
