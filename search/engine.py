"""The way out, as a list of steps: analyse → retrieve by three channels → fuse → rerank → ground; beside it, a direct answer.

One release, read-only.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
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
from search.dense import DenseRetriever, question_text
from search.graph_answer import Answerer
from search.grounding import ground, titled_text
from search.index import Index, load_index
from search.lexical import LexicalRetriever
from search.questionaids import open_aids
from search.reranker import rerank
from search.types import (
    Allowed,
    AnalysedQuestion,
    Candidate,
    Channel,
    Encoder,
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
        self._pipeline = pipeline
        self._aids = open_aids(self.index.words, pipeline.lexicon, vocabulary, load_english_labels(store))
        self._answerer = Answerer(store, vocabulary)
        self._analysis = threading.Lock()  # spaCy's vocabulary grows while it reads
        passages = len(self.index.passages.iris)
        lexical = LexicalRetriever(self.index.lexical)
        if lexical.passages != passages:
            raise BrokenRelease(f"Ordindexet i releasen {release.name} har inte alla stycken. Kör `vipgraf publish`.")
        self.retrievers: tuple[Retriever, ...] = (
            lexical,
            DenseRetriever(self.index.vectors, self.index.owners, encoder),
            ConceptRetriever(self.index.concepts, passages),
        )

    def search(self, asked: Question) -> SearchResult:
        """Answer a question with one page of hits. Raises QuestionError when it cannot be used."""
        _check(asked)
        ranking = self.rank(asked)
        first = (asked.page - 1) * asked.limit
        page = list(enumerate(ranking.fused, start=1))[first : first + asked.limit]
        with self._analysis:
            hits = ground(page, self.index.passages, ranking.question, self.store, self._pipeline)
        analysed = ranking.question
        answer = self._answerer.answer(analysed, _today().isoformat()) if asked.page == 1 else None
        return SearchResult(
            asked,
            analysed.text,
            len(ranking.fused),
            hits,
            did_you_mean=analysed.did_you_mean,
            as_of=analysed.as_of,
            answer=answer,
        )

    def rank(self, asked: Question) -> Ranking:
        """Analyse, retrieve, fuse and rerank, without grounding."""
        analysed = self.analyse(asked)
        allowed = self._allowed(asked.as_of)  # not a time that the words give: of 2017 later documents tell too
        lists = {
            retriever.channel: retriever.retrieve(analysed, fusion.DEPTH, allowed) for retriever in self.retrievers
        }
        return Ranking(analysed, lists, self.order(analysed, lists))

    def order(self, analysed: AnalysedQuestion, lists: Mapping[Channel, tuple[Candidate, ...]]) -> tuple[Fused, ...]:
        """Fuse what the channels proposed, and let the reranker, where there is one, judge the first anew."""
        fused = fusion.fuse(lists)
        if self.reranker is None:
            return fused
        iris = self.index.passages.iris
        return rerank(fused, question_text(analysed), lambda row: titled_text(iris[row], self.store), self.reranker)

    def _allowed(self, as_of: str | None) -> Allowed:
        if as_of is None:
            return None
        return np.array([_holds(dated, as_of) for dated in self.index.passages.dates], dtype=bool)

    def analyse(self, asked: Question) -> AnalysedQuestion:
        """Analyse a question as the documents were analysed."""
        with self._analysis:
            return question.analyse(
                asked, self._pipeline, self.index.labels, self.vocabulary, aids=self._aids, today=_today()
            )


def _today() -> date:
    return datetime.now(UTC).date()


def _check(asked: Question) -> None:
    if not (1 <= asked.limit <= MAX_LIMIT and asked.page >= 1):
        raise QuestionError(f"limit ska vara 1 till {MAX_LIMIT} och page minst 1.")
    if asked.as_of is not None and not is_date(asked.as_of):
        raise QuestionError(f"as-of {asked.as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")


def _holds(dated: str, as_of: str) -> bool:
    """Whether a document dated so was there as of then; the shorter of the two decides the precision."""
    return not dated or dated[: len(as_of)] <= as_of[: len(dated)]
