"""SPARQL queries from strangers → results in files, run by processes that can be killed.

`pyoxigraph.Store.query` has neither a timeout nor a way to cancel, so a query runs in a worker process
(`graph.sparql_worker`) that is killed when its time is up and replaced at once. The server's own process only reads the
text (`graph.sparql_lexer`), hands it over (`graph.sparql_process`) and waits.
"""

import contextlib
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from graph.sparql_lexer import Form, Shape, read_shape
from graph.sparql_process import Patience, WorkerProcess, too_large
from graph.sparql_worker import Reply, Settings, Task
from ontology.errors import BrokenRelease, InputError, MalformedQuery, QueryBusy, QueryFailed, QueryRefused
from ontology.terms import PREFIXES

SOLUTION_TYPES: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_TYPES: dict[str, str] = {
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "xml": "application/rdf+xml",
    "ntriples": "application/n-triples",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
# What client libraries such as SPARQLWrapper call them.
OTHER_GRAPH_NAMES: dict[str, str] = {
    "json": "application/ld+json",
    "json-ld": "application/ld+json",
    "n3": "text/turtle",
    "rdf": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
}
GENERIC_JSON = "application/json"  # what clients that know no SPARQL ask for; Oxigraph takes it for both kinds

MAX_QUERY_CHARS = 100_000
START_TIMEOUT_S = 30.0
FILE_PREFIX = "vipgraf-sparql-"
STALE_S = 3600.0
MAX_PARSER_TEXT = 300  # characters; Oxigraph lists every character class that it would have taken


@dataclass(frozen=True, slots=True)
class Limits:
    """What strangers may use: seconds from arrival, bytes of memory and of output per query, and how many at a time."""

    timeout_s: float
    memory_bytes: int
    output_bytes: int
    workers: int
    queue: int


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query, the graphs that the protocol names for it (absolute IRIs), and the format of the answer.

    Without graphs, FROM in the query decides; without that too, the default graph is the union of all named graphs.
    The format is a short name (see `media_type_named`) or one of `media_types`; without one it is JSON for SELECT and
    ASK, Turtle for CONSTRUCT and DESCRIBE. A function is given the form and returns one of `media_types`: the text is
    read only once, and not by the one who asks.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | Callable[[Form | None], str] | None = None
    base_iri: str | None = None


@dataclass(frozen=True, slots=True)
class SparqlResult:
    """An answer in a file of its own, `size` bytes long, which goes when the result is taken or closed."""

    path: Path
    size: int
    media_type: str

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the file; more than once does no harm."""
        self.path.unlink(missing_ok=True)

    def take(self) -> BinaryIO:
        """Open the answer and delete its name, so that nothing stays behind however slowly it is read, or if the server
        is killed. Works once; the caller closes the file, and its bytes are gone then.
        """
        file = self.path.open("rb")
        self.close()
        return file


def media_types(form: Form | None) -> tuple[str, ...]:
    """List what a query of this form can be answered in, the default first."""
    if form in ("CONSTRUCT", "DESCRIBE"):
        return (*GRAPH_TYPES.values(), GENERIC_JSON)
    return (*SOLUTION_TYPES.values(), GENERIC_JSON)


def media_type_named(name: str, form: Form | None) -> str:
    """Turn a short name (json, csv, tsv, xml, turtle, ntriples, jsonld, trig, nquads) into the media type for a form.

    Raises InputError if a query of this form cannot be answered so.

    >>> media_type_named("xml", "SELECT"), media_type_named("json", "CONSTRUCT")
    ('application/sparql-results+xml', 'application/ld+json')
    """
    graph = form in ("CONSTRUCT", "DESCRIBE")
    known = GRAPH_TYPES if graph else SOLUTION_TYPES
    media_type = known.get(name) or (OTHER_GRAPH_NAMES.get(name) if graph else None)
    if media_type is None:
        raise InputError(f"Formatet ”{name}” finns inte för {form or 'frågan'}. Välj ett av: {', '.join(known)}.")
    return media_type


def _never() -> bool:
    return False


class SparqlService:
    """Runs queries against one store directory, which must not be written to meanwhile. Safe to use from any thread.

    Raises BrokenRelease if the store cannot be opened.
    """

    def __init__(self, store_path: Path, limits: Limits) -> None:
        self.limits = limits
        self._settings = Settings(str(store_path), limits.memory_bytes, limits.output_bytes, PREFIXES)
        self._changed = threading.Condition()
        # One text is read at a time: Python would not read two faster, and many would keep the server's loop waiting.
        self._reading = threading.Lock()
        self._line: deque[object] = deque()  # one ticket for each thread that waits for a worker
        self._idle: deque[WorkerProcess] = deque()
        self._closed = False
        _sweep()
        try:
            self._idle.extend(WorkerProcess(self._settings) for _ in range(limits.workers))
            for worker in self._idle:
                worker.wait_until_ready(Patience(time.monotonic() + START_TIMEOUT_S, _never))
        except (OSError, QueryFailed) as error:
            self.close()
            raise BrokenRelease(f"Grafen i {store_path} kan inte öppnas för SPARQL: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more queries and end the idle workers; queries that run are answered, and their workers end then."""
        with self._changed:
            self._closed = True
            while self._idle:
                self._idle.pop().kill()
            self._changed.notify_all()

    def run(self, request: SparqlRequest, gone: Callable[[], bool] = _never) -> SparqlResult:
        """Run a query and return its answer, which the caller closes. Blocks, for `limits.timeout_s` at most.

        `gone` is asked about ten times a second; once it says that nobody waits for the answer, the query is stopped.

        Raises MalformedQuery, UpdateRefused, ServiceRefused, QueryRefused or InputError for what is never run;
        QueryBusy, QueryTimeout, QueryTooLarge or QueryFailed for what gave no answer; and what `request.format` raises.
        """
        patience = Patience(time.monotonic() + self.limits.timeout_s, gone)
        if len(request.query) > MAX_QUERY_CHARS:
            raise QueryRefused(f"Frågan är längre än {MAX_QUERY_CHARS} tecken. Dela upp den.")
        shape = self._read(request.query, patience)
        media_type = _media_type(request, shape)
        worker = self._take(patience)
        try:
            worker = self._living(worker)
            handle, name = tempfile.mkstemp(prefix=FILE_PREFIX)
            os.close(handle)
            return _ask(worker, _task(request, shape, media_type, name), patience)
        except OSError as error:
            raise QueryFailed("Frågan kunde inte ställas till grafen just nu. Försök igen om en stund.") from error
        finally:
            self._give_back(worker)

    def _read(self, query: str, patience: Patience) -> Shape:
        while not self._reading.acquire(timeout=patience.pause_s()):
            pass
        try:
            return read_shape(query)
        finally:
            self._reading.release()

    def _take(self, patience: Patience) -> WorkerProcess:
        """Wait in line for an idle worker."""
        ticket = object()
        with self._changed:
            if not (self._idle and not self._line) and len(self._line) >= self.limits.queue and not self._closed:
                raise QueryBusy("Alla frågeprocesser är upptagna och kön är full. Försök igen om en stund.")
            self._line.append(ticket)
            try:
                while not (self._idle and self._line[0] is ticket):
                    if self._closed:
                        raise QueryFailed("Tjänsten stängs, eller byter till en nyare graf. Försök igen.")
                    self._changed.wait(patience.pause_s())
                return self._idle.popleft()
            finally:
                self._line.remove(ticket)
                self._changed.notify_all()

    def _give_back(self, worker: WorkerProcess) -> None:
        """Put a worker, or the replacement of one that is dead, back among the idle ones."""
        with self._changed:
            if self._closed:
                worker.kill()
                return
            # If none can be started now, the dead one keeps the place and the next query tries again.
            with contextlib.suppress(OSError):
                worker = self._living(worker)
            self._idle.append(worker)
            self._changed.notify_all()

    def _living(self, worker: WorkerProcess) -> WorkerProcess:
        """Return the worker, or a new one in place of one that is dead."""
        if worker.is_alive():
            return worker
        worker.kill()  # closes its pipes
        return WorkerProcess(self._settings)


def _media_type(request: SparqlRequest, shape: Shape) -> str:
    offered = media_types(shape.form)
    if request.format is None:
        return offered[0]
    if callable(request.format):
        return request.format(shape.form)
    if request.format in offered:
        return request.format
    return media_type_named(request.format, shape.form)


def _dataset(request: SparqlRequest, shape: Shape) -> Literal["union", "query", "protocol"]:
    """Decide where the dataset comes from: the protocol's overrides the query's.

    Source: https://www.w3.org/TR/sparql11-protocol/#dataset
    """
    if request.default_graphs or request.named_graphs:
        return "protocol"
    return "query" if shape.has_dataset else "union"


def _task(request: SparqlRequest, shape: Shape, media_type: str, output: str) -> Task:
    return Task(
        query=request.query,
        dataset=_dataset(request, shape),
        default_graphs=list(request.default_graphs),
        named_graphs=list(request.named_graphs),
        base_iri=request.base_iri,
        media_type=media_type,
        output=output,
    )


def _ask(worker: WorkerProcess, task: Task, patience: Patience) -> SparqlResult:
    """Give the task to a worker and wait. Without a reply the worker is killed; without an answer the file goes."""
    path = Path(task.output)
    try:
        try:
            worker.wait_until_ready(patience)
            worker.send(task, patience.left_s)
            reply = worker.receive(patience)
        except BaseException:
            worker.kill()
            raise
        _raise_unless_done(reply)
        return SparqlResult(path, path.stat().st_size, task.media_type)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sweep() -> None:
    """Delete the answers that a killed server has left behind: an hour old at least, where those in use are seconds."""
    for path in Path(tempfile.gettempdir()).glob(FILE_PREFIX + "*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()


def _raise_unless_done(reply: Reply) -> None:
    match reply.outcome:
        case "done":
            return
        case "malformed":
            text = " ".join(reply.detail.split())
            shown = text if len(text) <= MAX_PARSER_TEXT else text[:MAX_PARSER_TEXT] + " …"
            raise MalformedQuery(f"SPARQL-frågan går inte att tolka ({shown}). Rätta den på det stället (rad:tecken).")
        case "iri":
            raise QueryRefused(f"”{reply.detail}” är ingen fullständig IRI. Skriv den med schema, som https://…")
        case "too_large":
            raise too_large(reply.detail)
        case _:
            raise QueryFailed("Frågan gick att tolka men inte att besvara. Skriv om den och försök igen.")
