"""The way out, as a list of steps: analyse → retrieve by three channels → fuse → rerank → ground; beside it, answer.

One release, read-only.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import pyoxigraph as ox

from graph.release import Release
from graph.vocabulary import Vocabulary, load_english_labels
from ingest.language import Pipeline
from ontology.dates import is_date
from ontology.errors import BrokenRelease, QuestionError
from search import fusion, question
from search.concepts import ConceptRetriever
from search.dating import holds_as_of
from search.dense import DenseRetriever, question_text
from search.expected import asks_what_not, expected_kind, showing
from search.facet_index import FACETS
from search.facts import FactReader
from search.folding import fold, spread
from search.graph_answer import Answerer
from search.grounding import ground
from search.highlighting import seek
from search.index import Index, load_index
from search.lexical import LexicalRetriever
from search.questionaids import open_aids
from search.reference_lists import asks_for_list, is_list
from search.reranker import rerank
from search.timing import Stopwatch
from search.types import (
    Allowed,
    AnalysedQuestion,
    Candidate,
    Channel,
    Encoder,
    FacetCount,
    Fused,
    Question,
    Reranker,
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
        self,
        release: Release,
        store: ox.Store,
        vocabulary: Vocabulary,
        pipeline: Pipeline,
        encoder: Encoder,
        reranker: Reranker | None = None,
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
        self.reranker = reranker
        self.index: Index = load_index(release.index_path)
        self._references = is_list(self.index.passages.headings)
        self._pipeline = pipeline
        self._facts = FactReader(store)
        self._aids = open_aids(self.index.words, pipeline.lexicon, vocabulary, load_english_labels(store))
        self._answerer = Answerer(store, vocabulary)
        self._analysis = threading.Lock()  # spaCy's vocabulary grows while it reads
        lexical = LexicalRetriever(self.index.lexical)
        passages = len(self.index.passages.iris)
        if lexical.passages != passages:
            raise BrokenRelease(f"Ordindexet i releasen {release.name} har inte alla stycken. Kör `vipgraf publish`.")
        self.retrievers: tuple[Retriever, ...] = (
            lexical,
            DenseRetriever(self.index.vectors, encoder, self.index.windows),
            ConceptRetriever(self.index.concepts, passages),
        )

    def search(self, asked: Question, watch: Stopwatch | None = None) -> SearchResult:
        """Answer a question with one page of hits; a watch is told where the time goes.

        Raises QuestionError when the question cannot be used.
        """
        _check(asked)
        asked = replace(asked, filters=self.index.facets.resolve(asked.filters))
        watch = watch or Stopwatch()
        ranking = self.rank(asked, watch)
        analysed = ranking.question
        first = (asked.page - 1) * asked.limit
        page = list(enumerate(ranking.fused, start=1))[first : first + asked.limit]
        with watch.part("grounding"):
            with self._analysis:
                sought = seek(analysed, self._pipeline, self.vocabulary)
            directions = asked.filters.get("direction", ())
            hits = ground(page, self.index, analysed, sought, self._facts, self.vocabulary, directions)
        with watch.part("facets"):
            facets = self._count(asked, ranking)
        with watch.part("answer"):
            answer = self._answerer.answer(analysed, _today().isoformat()) if asked.page == 1 else None
        return SearchResult(
            question=asked,
            analysed_text=analysed.text,
            total=len(ranking.fused),
            hits=hits,
            did_you_mean=analysed.did_you_mean,
            as_of=analysed.as_of,
            answer=answer,
            facets=facets,
        )

    def rank(self, asked: Question, watch: Stopwatch | None = None) -> Ranking:
        """Analyse, retrieve, fuse and rerank, without grounding."""
        watch = watch or Stopwatch()
        with watch.part("analysis"):
            analysed = self.analyse(asked)
        # Not as of the time that the words give: of 2017, later documents tell too.
        return self._retrieve(analysed, self._allowed(asked.as_of, asked.filters), watch)

    def analyse(self, asked: Question) -> AnalysedQuestion:
        """Analyse a question as the documents were analysed."""
        with self._analysis:
            return question.analyse(
                asked, self._pipeline, self.index.labels, self.vocabulary, aids=self._aids, today=_today()
            )

    def order(self, analysed: AnalysedQuestion, lists: Mapping[Channel, tuple[Candidate, ...]]) -> tuple[Fused, ...]:
        """Fuse and fold what the channels proposed, let the reranker, where there is one, judge the first anew, and
        spread the documents.
        """
        holds = showing(expected_kind(analysed.text), self.index.shown)
        proposed = {candidate.passage for candidates in lists.values() for candidate in candidates}
        documents = self.index.passages.identifiers
        references = np.zeros_like(self._references) if asks_for_list(analysed.text) else self._references
        warnings = self._warnings(lists.get("graph", ())) if asks_what_not(analysed) else set()
        summed = fusion.fuse(
            lists,
            expected={passage for passage in proposed if holds[passage]} | warnings,
            references={passage for passage in proposed if references[passage]},
        )
        fused = spread(fold(fusion.calibrate(summed, documents), self.index.digests), documents)
        if self.reranker is None:
            return fused
        return spread(rerank(fused, question_text(analysed), self._titled_text, self.reranker), documents)

    def _warnings(self, about: Iterable[Candidate]) -> set[int]:
        """Those of some passages that advise against something."""
        against = self.index.facets.select({"direction": ("against",)})
        return {one.passage for one in about if against is None or against[one.passage]}

    def _retrieve(self, analysed: AnalysedQuestion, allowed: Allowed, watch: Stopwatch) -> Ranking:
        lists = {}
        for retriever in self.retrievers:
            with watch.part(retriever.channel):
                lists[retriever.channel] = retriever.retrieve(analysed, fusion.DEPTH, allowed)
        with watch.part("fusion"):
            return Ranking(analysed, lists, self.order(analysed, lists))

    def _allowed(self, as_of: str | None, filters: Mapping[str, tuple[str, ...]]) -> Allowed:
        fits = self.index.facets.select(filters)
        if as_of is None:
            return fits
        there = self.index.dates.where(lambda dated: holds_as_of(dated, as_of))
        return there if fits is None else there & fits

    def _count(self, asked: Question, ranking: Ranking) -> dict[str, tuple[FacetCount, ...]]:
        """The values of every facet over what is found; a facet with a filter over what is found without that one."""
        found = [fused.passages for fused in ranking.fused]
        counts = self.index.facets.count(found, FACETS, asked.filters)
        for facet in asked.filters:
            others = {other: values for other, values in asked.filters.items() if other != facet}
            wider = self._retrieve(ranking.question, self._allowed(asked.as_of, others), Stopwatch()).fused
            counts |= self.index.facets.count([fused.passages for fused in wider], [facet], asked.filters)
        return counts

    def _titled_text(self, passage: int) -> str:
        """The text of a passage after the title of its document, which names the subject: what a reranker reads."""
        (facts,) = self._facts.read([self.index.passages.iris[passage]])
        return f"{facts.document.title}. {facts.text}"


def _today() -> date:
    return datetime.now(UTC).date()


def _check(asked: Question) -> None:
    if not (1 <= asked.limit <= MAX_LIMIT and asked.page >= 1):
        raise QuestionError(f"limit ska vara 1 till {MAX_LIMIT} och page minst 1.")
    if asked.as_of is not None and not is_date(asked.as_of):
        raise QuestionError(f"as-of {asked.as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")
