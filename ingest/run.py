"""Many sources → the working graph: only what has changed is read again, in as many processes as wanted.

The graph is written by this process alone, each document in one transaction; workers (`ingest.workers`) only read.
A document that fails, hangs, asks for too much memory or kills its worker is refused and stops nothing else. A run that
is stopped, or killed, has lost nothing: the next one goes on where it was, and does not read again what it refused.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from graph.publish import publish_document, taken_documents, withdraw_document
from graph.vocabulary import Vocabulary
from ingest.finding.labelcache import cached_labels
from ingest.language import open_pipeline
from ingest.lexicon import ensure_lexicon
from ingest.pipeline import Statements, Toolbox, fingerprint, make_toolbox, process, recipe
from ingest.reading.spelling import LexiconSpelling
from ingest.refusals import RefusalMemory, no_refusals
from ingest.report import IngestReport, Tally, in_order, printable
from ingest.sources import Discovery, Refusal, SourceFile, read_blob
from ingest.workers import Failure, Limits, work_all
from ontology.errors import DocumentRefused, InputError
from ontology.iris import Iris, digest

_FLUSHED_EVERY = 200
"""Documents. The storage engine keeps what is written in memory until then: 740 MB for 4,000 documents, else 100 MB."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a process needs to make its toolbox; small enough to send to one."""

    pipeline_name: str
    models: Path
    vocabulary: Vocabulary
    shapes: bytes
    iris: Iris
    software: tuple[str, ...]

    def open(self) -> Toolbox:
        """Load the language tools (about two seconds)."""
        lexicon = ensure_lexicon(self.models, lambda _: None)
        words = self.vocabulary.single_words()
        pipeline = open_pipeline(self.pipeline_name, lexicon, words)
        spelling = LexiconSpelling(lexicon, words)
        labels = cached_labels(self.models, self.vocabulary, pipeline)
        return make_toolbox(pipeline, spelling, self.vocabulary, labels, self.shapes, self.iris, self.software)

    def open_reader(self) -> "Reader":
        """The same, as what a worker does with each source."""
        return Reader(self.open())


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one source all the way to its statements."""

    tools: Toolbox

    def __call__(self, wanted: "Wanted") -> Statements | Failure:
        """The statements, or why there are none. MemoryError is left to the worker, which does not survive it."""
        try:
            blob = read_blob(wanted.source)
        except DocumentRefused as error:
            return Failure(str(error), lasting=False)  # it could be read a moment ago
        try:
            return process(blob, self.tools)
        except MemoryError:
            raise
        except DocumentRefused as error:
            return Failure(str(error), lasting=True)
        except Exception as error:  # our fault or the machine's, not the document's
            return Failure(f"Oväntat fel, {type(error).__name__}: {error}. Rapportera det gärna.", lasting=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source to read; `mark` is a digest of all that decides whether it is refused."""

    source: SourceFile
    mark: str


def ingest(
    store: ox.Store,
    discovery: Discovery,
    workshop: Workshop,
    *,
    jobs: int,
    prune: bool,
    advance: Callable[[int, int], None],
    limits: Limits | None = None,
    memory: RefusalMemory | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> IngestReport:
    """Bring the graph in line with the sources; `advance(done, total)` is told of progress, by source.

    With `prune`, documents that the graph has and the sources lack are removed. When `stopped()` turns true, documents
    in hand are dropped, nothing is pruned, and the report says so. Raises InputError when there is no document at all,
    since pruning to nothing is never meant, and when pruning without having seen every folder.
    """
    if not discovery.files and not discovery.refused:
        raise InputError("Inga dokument hittades. Ange en mapp eller fil med dokument.")
    if prune and not discovery.complete:
        raise InputError(
            "En mapp går inte att läsa, så --prune vet inte vad som saknas. Rätta det, eller utelämna --prune."
        )
    with nullcontext(memory) if memory is not None else no_refusals() as known:
        run = _Run(store, discovery, workshop, limits or Limits(), known, advance, stopped)
        return run.report(jobs, prune=prune)


class _Run:
    """One run, as it goes on."""

    def __init__(
        self,
        store: ox.Store,
        discovery: Discovery,
        workshop: Workshop,
        limits: Limits,
        memory: RefusalMemory,
        advance: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._started = time.perf_counter()
        self._store = store
        self._discovery = discovery
        self._workshop = workshop
        self._recipe = recipe(workshop.software, workshop.vocabulary)
        self._limits = limits
        self._memory = memory
        self._advance = advance
        self._stopped = stopped
        self._before = taken_documents(store)
        self._order = {source.identifier: place for place, source in enumerate(discovery.files)}
        self._refused = list(discovery.refused)
        self._remembered: list[str] = []
        self._unchanged: list[str] = []
        self._done: list[str] = []
        self._tally = Tally()
        self._count = 0

    def report(self, jobs: int, *, prune: bool) -> IngestReport:
        """Do all of it, and tell what was done."""
        results = work_all(
            self._wanted(),
            self._workshop.open_reader,
            workers=jobs,
            limits=self._limits,
            stopped=self._stopped,
        )
        with closing(results):
            for wanted, result in results:
                self._take(wanted, result)
        # Stopped after the last document it is done all the same; then there is nothing left to drop.
        interrupted = self._stopped() and self._count < len(self._discovery.files)
        removed = self._prune() if prune and not interrupted else ()
        done = in_order(self._done, self._order)
        return IngestReport(
            added=tuple(identifier for identifier in done if identifier not in self._before),
            changed=tuple(identifier for identifier in done if identifier in self._before),
            unchanged=tuple(self._unchanged),
            removed=removed,
            refused=tuple(sorted(self._refused, key=lambda one: self._order.get(one.identifier, -1))),
            remembered=tuple(self._remembered),
            counts=dict(self._tally.counts),
            warnings=self._tally.warnings(),
            seconds=time.perf_counter() - self._started,
            ended=datetime.now(UTC),
            interrupted=interrupted,
        )

    def _wanted(self) -> Iterator[Wanted]:
        """The sources to read, each looked at when its turn comes; one is in memory at a time."""
        for source in self._discovery.files:
            if self._stopped():
                return
            try:
                blob = read_blob(source)
            except DocumentRefused as error:
                self._refuse(source.identifier, str(error))
                continue
            mark = fingerprint(blob.sha256, blob.metadata, self._recipe)
            del blob
            taken = self._before.get(source.identifier)
            if taken is not None and taken.fingerprint == mark:
                self._unchanged.append(source.identifier)
                self._step()
                continue
            mark = digest(mark, repr(self._limits))
            if reason := self._memory.reason(source.identifier, mark):
                self._remembered.append(source.identifier)
                self._refuse(source.identifier, f"{reason} (Prövades inte igen: varken fil eller regler har ändrats.)")
                continue
            yield Wanted(source, mark)

    def _take(self, wanted: Wanted, result: Statements | Failure) -> None:
        identifier = wanted.source.identifier
        if isinstance(result, Failure):
            reason = printable(result.reason)
            if result.lasting:
                self._memory.remember(identifier, wanted.mark, reason)
            self._refuse(identifier, reason)
            return
        publish_document(self._store, identifier, result.ntriples, self._workshop.iris)
        self._memory.forget(identifier)
        self._done.append(identifier)
        if len(self._done) % _FLUSHED_EVERY == 0:
            self._store.flush()
        self._tally.add(result)
        self._step()

    def _refuse(self, identifier: str, reason: str) -> None:
        self._refused.append(Refusal(identifier, printable(reason)))
        self._step()

    def _step(self) -> None:
        self._count += 1
        self._advance(self._count, len(self._discovery.files))

    def _prune(self) -> tuple[str, ...]:
        present = self._order.keys() | {refusal.identifier for refusal in self._refused}
        removed = sorted(self._before.keys() - present)
        for identifier in removed:
            withdraw_document(self._store, identifier, self._workshop.iris)
        self._memory.keep_only(present)
        return tuple(removed)
