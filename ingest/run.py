"""Many sources → the working graph: only what has changed is read again, in as many processes as wanted.

The graph is written by this process alone; workers return statements. A document that fails, hangs or kills its worker
is refused and stops nothing else. (With one job there are no workers: a document that hangs then hangs the run.)
"""

import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from graph.publish import publish_document, taken_documents, withdraw_document
from graph.vocabulary import Vocabulary
from ingest.language import open_pipeline
from ingest.lexicon import ensure_lexicon
from ingest.pipeline import Statements, Toolbox, fingerprint, make_toolbox, process
from ingest.sources import Discovery, Refusal, SourceFile, read_blob
from ontology.errors import DocumentRefused, InputError
from ontology.iris import Iris

DOCUMENT_TIMEOUT_S = 300.0
_AHEAD = 4
"""Documents in hand for each worker: enough to keep it busy, few enough that memory does not grow with the corpus."""


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
        pipeline = open_pipeline(self.pipeline_name, lexicon, self.vocabulary.single_words())
        return make_toolbox(pipeline, self.vocabulary, self.shapes, self.iris, self.software)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did, by document."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    refused: tuple[Refusal, ...]
    passages: int
    mentions: int
    words: int


def ingest(
    store: ox.Store,
    discovery: Discovery,
    workshop: Workshop,
    *,
    jobs: int,
    prune: bool,
    advance: Callable[[int, int], None],
) -> IngestReport:
    """Bring the graph in line with the sources; `advance(done, total)` is told of progress.

    With `prune`, documents that the graph has and the sources lack are removed. Raises InputError when there is no
    document at all, since pruning to nothing is never meant, and when pruning without having seen every folder.
    """
    if not discovery.files and not discovery.refused:
        raise InputError("Inga dokument hittades. Ange en mapp med HTML-, Markdown- eller textfiler.")
    if prune and not discovery.complete:
        raise InputError(
            "En mapp går inte att läsa, så --prune vet inte vad som saknas. Rätta det, eller utelämna --prune."
        )
    before = taken_documents(store)
    refused = list(discovery.refused)
    unchanged: list[str] = []
    wanted: list[SourceFile] = []
    for source in discovery.files:
        try:
            blob = read_blob(source)
        except DocumentRefused as error:
            refused.append(Refusal(source.identifier, str(error)))
            continue
        mark = fingerprint(blob.sha256, blob.metadata, workshop.software, workshop.vocabulary)
        taken = before.get(source.identifier)
        if taken is not None and taken.fingerprint == mark:
            unchanged.append(source.identifier)
        else:
            wanted.append(source)
    done: list[str] = []
    amounts: Counter[str] = Counter()
    for number, result in enumerate(_process_all(wanted, workshop, jobs), start=1):
        if isinstance(result, Refusal):
            refused.append(result)
        else:
            publish_document(store, result.identifier, result.ntriples, workshop.iris)
            done.append(result.identifier)
            amounts.update(passages=result.passages, mentions=result.mentions, words=result.words)
        advance(number, len(wanted))
    present = {source.identifier for source in discovery.files} | {refusal.identifier for refusal in refused}
    removed = sorted(set(before) - present) if prune else []
    for identifier in removed:
        withdraw_document(store, identifier, workshop.iris)
    return IngestReport(
        added=tuple(identifier for identifier in done if identifier not in before),
        changed=tuple(identifier for identifier in done if identifier in before),
        unchanged=tuple(unchanged),
        removed=tuple(removed),
        refused=tuple(refused),
        passages=amounts["passages"],
        mentions=amounts["mentions"],
        words=amounts["words"],
    )


def _process_all(sources: Sequence[SourceFile], workshop: Workshop, jobs: int) -> Iterator[Statements | Refusal]:
    if not sources:
        return
    if jobs == 1:
        tools = workshop.open()
        yield from (_process_one(source, tools) for source in sources)
        return
    workers = min(jobs, len(sources))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(max_workers=workers, context=context, initializer=_Worker.start, initargs=[workshop])
    try:
        waiting = iter(sources)
        started = deque(_schedule(pool, source) for source in islice(waiting, workers * _AHEAD))
        while started:
            yield _result(*started.popleft())
            started.extend(_schedule(pool, source) for source in islice(waiting, 1))
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # at the end nothing is left to stop; on an interruption nothing more is begun
        pool.join()


Pending: TypeAlias = "ProcessFuture[Statements | Refusal]"


def _schedule(pool: ProcessPool, source: SourceFile) -> tuple[SourceFile, Pending]:
    return source, pool.schedule(_Worker.run, [source], timeout=DOCUMENT_TIMEOUT_S)


def _result(source: SourceFile, future: Pending) -> Statements | Refusal:
    try:
        result: Statements | Refusal = future.result()
    except FutureTimeoutError:
        return Refusal(source.identifier, f"Läsningen tog mer än {DOCUMENT_TIMEOUT_S:.0f} s och avbröts.")
    except ProcessExpired as error:
        return Refusal(source.identifier, f"Läsningen dog (kod {error.exitcode}), troligen av minnesbrist.")
    return result


def _process_one(source: SourceFile, tools: Toolbox) -> Statements | Refusal:
    try:
        return process(read_blob(source), tools)
    except DocumentRefused as error:
        return Refusal(source.identifier, str(error))
    except Exception as error:
        return Refusal(source.identifier, f"Oväntat fel, {type(error).__name__}: {error}. Rapportera det gärna.")


class _Worker:
    """The one toolbox of a worker process; a pool can only hand it over through the class."""

    tools: Toolbox

    @classmethod
    def start(cls, workshop: Workshop) -> None:
        cls.tools = workshop.open()

    @classmethod
    def run(cls, source: SourceFile) -> Statements | Refusal:
        return _process_one(source, cls.tools)
