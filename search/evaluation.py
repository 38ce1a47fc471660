"""Judged questions + engine → what every channel found for each of them, how well, and where the time went.

A question is judged by document: each document counts once, at the rank of its best passage. Every question is asked
twice, and the second time is measured: what a running server takes for a question is what somebody waits for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ontology.errors import QuestionError
from search import measures
from search.answer_measures import AnswerScore, judge_answer
from search.dense import question_text
from search.engine import Engine
from search.judgements import JudgedQuestion
from search.timing import Stopwatch
from search.types import Hit, SearchResult

FUSED = "fused"
MISS_DEPTH = 5
PARTS = ("analysis", "lexical", "dense", "embedding", "graph", "fusion", "grounding", "facets", "answer")
"""Parts of the time of a question, in order; "embedding" is within "dense", and a reranker within "fusion"."""


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """How one channel ranked the documents for one question."""

    values: tuple[float, ...]
    """In the order of `measures.MEASURES`."""
    rank: int | None
    """Of the first right document, from 1; None when it was not found."""
    got: tuple[str, ...] = ()
    """The first documents; empty for a question that was measured before and read from a file."""


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """How one question did. `channels` is empty where no documents are judged, `answer` None where no answer is."""

    judged: JudgedQuestion
    channels: Mapping[str, ChannelScore]
    answer: AnswerScore | None
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    """By part, and "total"; empty for a question that was measured before and read from a file."""
    hits: tuple[Hit, ...] = ()
    """The best passage of each of the first documents; empty like `milliseconds`."""

    @property
    def missed(self) -> bool:
        """Whether documents were asked for, and none of the first is right."""
        fused = self.channels.get(FUSED)
        return fused is not None and (fused.rank is None or fused.rank > MISS_DEPTH)

    def time(self, channel: str) -> float:
        """Milliseconds that a channel took for the question, with its analysis; all that was done, for "fused"."""
        if channel == FUSED:
            return self.milliseconds["total"]
        return self.milliseconds["analysis"] + self.milliseconds[channel]


def measure(engine: Engine, questions: Sequence[JudgedQuestion]) -> tuple[QuestionScore, ...]:
    """Ask an engine all questions. Raises QuestionError when there are none, or one cannot be asked."""
    if not questions:
        raise QuestionError("Det finns inga frågor att mäta med.")
    return tuple(_measure(engine, judged) for judged in questions)


def _measure(engine: Engine, judged: JudgedQuestion) -> QuestionScore:
    ranking = engine.rank(judged.question)
    watch = Stopwatch()
    with watch.part("total"):
        result = engine.search(judged.question, watch)
    with watch.part("embedding"):  # the same work as within the dense channel, alone
        engine.encoder.encode_questions([question_text(ranking.question)])
    fused = [found.passage for found in ranking.fused]
    iris = engine.index.passages.iris
    if [hit.iri for hit in result.hits] != [iris[row] for row in fused[: len(result.hits)]]:
        raise QuestionError(f"Frågan {judged.identifier} gav olika svar två gånger.")
    ranked: dict[str, Sequence[int]] = {
        channel: [candidate.passage for candidate in candidates] for channel, candidates in ranking.lists.items()
    }
    ranked[FUSED] = [passage for found in ranking.fused for passage in found.passages]
    return QuestionScore(
        judged=judged,
        channels={name: _score(engine, rows, judged) for name, rows in ranked.items()} if judged.relevant else {},
        answer=None if judged.answer is None else judge_answer(judged.query, judged.answer, result.answer),
        milliseconds=watch.milliseconds,
        hits=_firsts(result),
    )


def _score(engine: Engine, passages: Iterable[int], judged: JudgedQuestion) -> ChannelScore:
    identifiers = engine.index.passages.identifiers
    documents = tuple(dict.fromkeys(identifiers[row] for row in passages))
    return ChannelScore(
        measures.judge(documents, judged.relevant),
        measures.first_rank(documents, judged.relevant),
        documents[:MISS_DEPTH],
    )


def _firsts(result: SearchResult) -> tuple[Hit, ...]:
    best: dict[str, Hit] = {}
    for hit in result.hits:
        best.setdefault(hit.document.identifier, hit)
    return tuple(best.values())[:MISS_DEPTH]
