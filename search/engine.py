"""The way out, as a list of steps: analyse → retrieve by three channels → fuse → ground. One release, read-only."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from graph.release import Release
from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ontology.dates import is_date
from ontology.errors import BrokenRelease, QuestionError
from search import fusion, question
from search.concepts import ConceptRetriever
from search.dating import holds_as_of
from search.dense import DenseRetriever
from search.facet_index import FACETS
from search.facts import FactReader
from search.grounding import ground
from search.highlighting import seek
from search.index import Index, load_index
from search.lexical import LexicalRetriever
from search.types import (
    Allowed,
    AnalysedQuestion,
    Candidate,
    Channel,
    Encoder,
    FacetCount,
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
        self._facts = FactReader(store)
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

    def search(self, asked: Question) -> SearchResult:
        """Answer a question with one page of hits. Raises QuestionError when it cannot be used."""
        _check(asked)
        asked = replace(asked, filters=self.index.facets.resolve(asked.filters))
        ranking = self.rank(asked)
        first = (asked.page - 1) * asked.limit
        page = list(enumerate(ranking.fused, start=1))[first : first + asked.limit]
        with self._analysis:
            sought = seek(ranking.question, self._pipeline, self.vocabulary)
        directions = asked.filters.get("direction", ())
        hits = ground(page, self.index, ranking.question, sought, self._facts, self.vocabulary, directions)
        counts = self._count(asked, ranking)
        return SearchResult(asked, ranking.question.text, len(ranking.fused), hits, facets=counts)

    def rank(self, asked: Question) -> Ranking:
        """Analyse, retrieve and fuse, without grounding."""
        analysed = self.analyse(asked)
        return self._retrieve(analysed, self._allowed(asked.as_of, asked.filters))

    def _retrieve(self, analysed: AnalysedQuestion, allowed: Allowed) -> Ranking:
        lists = {
            retriever.channel: retriever.retrieve(analysed, fusion.DEPTH, allowed) for retriever in self.retrievers
        }
        return Ranking(analysed, lists, fusion.fuse(lists))

    def _allowed(self, as_of: str | None, filters: Mapping[str, tuple[str, ...]]) -> Allowed:
        fits = self.index.facets.select(filters)
        if as_of is None:
            return fits
        there = self.index.dates.where(lambda dated: holds_as_of(dated, as_of))
        return there if fits is None else there & fits

    def _count(self, asked: Question, ranking: Ranking) -> dict[str, tuple[FacetCount, ...]]:
        """The values of every facet over what is found; a facet with a filter over what is found without that one."""
        found = [fused.passage for fused in ranking.fused]
        counts = self.index.facets.count(found, FACETS, asked.filters)
        for facet in asked.filters:
            others = {other: values for other, values in asked.filters.items() if other != facet}
            wider = self._retrieve(ranking.question, self._allowed(asked.as_of, others)).fused
            counts |= self.index.facets.count([fused.passage for fused in wider], [facet], asked.filters)
        return counts

    def analyse(self, asked: Question) -> AnalysedQuestion:
        """Analyse a question as the documents were analysed."""
        with self._analysis:
            return question.analyse(asked, self._pipeline, self.index.labels, self.vocabulary)


def _check(asked: Question) -> None:
    if not (1 <= asked.limit <= MAX_LIMIT and asked.page >= 1):
        raise QuestionError(f"limit ska vara 1 till {MAX_LIMIT} och page minst 1.")
    if asked.as_of is not None and not is_date(asked.as_of):
        raise QuestionError(f"as-of {asked.as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")
