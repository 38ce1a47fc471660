"""The way out, as a list of steps: analyse → retrieve by three channels → fuse → ground. One release, read-only."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox

from graph.release import Release
from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ontology.dates import is_date
from ontology.errors import BrokenRelease, QuestionError
from search import fusion, question
from search.concepts import ConceptRetriever
from search.dense import DenseRetriever
from search.grounding import ground
from search.index import Index, load_index
from search.lexical import LexicalRetriever
from search.timing import Stopwatch
from search.types import (
    Allowed,
    AnalysedQuestion,
    Candidate,
    Channel,
    Encoder,
    Fused,
    Question,
    Retriever,
    SearchResult,
)

MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the channels proposed for a question, and how that was fused."""

    question: AnalysedQuestion
    lists: Mapping[Channel, tuple[Candidate, ...]]
    fused: tuple[Fused, ...]


class Engine:
    """Answers questions over one release. Safe to share between threads."""

    def __init__(
        self, release: Release, store: ox.Store, vocabulary: Vocabulary, pipeline: Pipeline, encoder: Encoder
    ) -> None:
        built_with = release.manifest.index
        for part, have in (("encoder", encoder.identity), ("pipeline", pipeline.identity)):
            if built_with[part] != have:
                raise BrokenRelease(
                    f"Releasen {release.name} är byggd med {built_with[part]} men {have} är inställd. "
                    "Kör `vipgraf publish` med den inställning som ska gälla."
                )
        self.release = release
        self.store = store
        self.vocabulary = vocabulary
        self.encoder = encoder
        self.index: Index = load_index(release.index_path)
        self._pipeline = pipeline
        self._analysis = threading.Lock()  # spaCy's vocabulary grows while it reads
        rows = {iri: row for row, iri in enumerate(self.index.passages.iris)}
        lexical = LexicalRetriever(self.index.lexical)
        if lexical.passages != len(rows):
            raise BrokenRelease(f"Ordindexet i releasen {release.name} har inte alla stycken. Kör `vipgraf publish`.")
        self.retrievers: tuple[Retriever, ...] = (
            lexical,
            DenseRetriever(self.index.vectors, self.index.owners, encoder),
            ConceptRetriever(self.store, rows),
        )

    def search(self, asked: Question, watch: Stopwatch | None = None) -> SearchResult:
        """Answer a question with one page of hits; a watch is told where the time goes.

        Raises QuestionError when the question cannot be used.
        """
        _check(asked)
        watch = watch or Stopwatch()
        ranking = self.rank(asked, watch)
        first = (asked.page - 1) * asked.limit
        page = list(enumerate(ranking.fused, start=1))[first : first + asked.limit]
        with watch.part("grounding"), self._analysis:
            hits = ground(page, self.index.passages, ranking.question, self.store, self._pipeline)
        return SearchResult(asked, ranking.question.text, len(ranking.fused), hits)

    def rank(self, asked: Question, watch: Stopwatch | None = None) -> Ranking:
        """Analyse, retrieve and fuse, without grounding."""
        watch = watch or Stopwatch()
        with watch.part("analysis"):
            analysed = self.analyse(asked)
            allowed = self._allowed(asked.as_of)
        lists = {}
        for retriever in self.retrievers:
            with watch.part(retriever.channel):
                lists[retriever.channel] = retriever.retrieve(analysed, fusion.DEPTH, allowed)
        with watch.part("fusion"):
            fused = fusion.fuse(lists)
        return Ranking(analysed, lists, fused)

    def _allowed(self, as_of: str | None) -> Allowed:
        if as_of is None:
            return None
        return np.array([_holds(dated, as_of) for dated in self.index.passages.dates], dtype=bool)

    def analyse(self, asked: Question) -> AnalysedQuestion:
        """Analyse a question as the documents were analysed."""
        with self._analysis:
            return question.analyse(asked, self._pipeline, self.index.labels, self.vocabulary)


def _check(asked: Question) -> None:
    if not (1 <= asked.limit <= MAX_LIMIT and asked.page >= 1):
        raise QuestionError(f"limit ska vara 1 till {MAX_LIMIT} och page minst 1.")
    if asked.as_of is not None and not is_date(asked.as_of):
        raise QuestionError(f"as-of {asked.as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")


def _holds(dated: str, as_of: str) -> bool:
    """Whether a document dated so was there as of then; the shorter of the two decides the precision."""
    return not dated or dated[: len(as_of)] <= as_of[: len(dated)]
