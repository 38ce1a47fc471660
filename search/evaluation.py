"""Judged questions → figures: hit rate, reciprocal rank, nDCG, recall and latency, per channel and fused.

A question is judged by document: each document counts once, at the rank of its best passage. Measures as in
Järvelin & Kekäläinen (2002) with binary gain.
"""

import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import QuestionError
from search import fusion
from search.engine import Engine
from search.types import Question

MISS_DEPTH = 5


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the identifiers of the documents that answer it."""

    identifier: str
    query: str
    relevant: tuple[str, ...]
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """Documents in order, as one channel ranked them, and how long that took (ms)."""

    documents: tuple[str, ...]
    milliseconds: float


def read_questions(path: Path) -> tuple[JudgedQuestion, ...]:
    """Read one JSON object a line. Raises QuestionError, naming the line, when it cannot be used."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"Frågefilen {path} går inte att läsa: {error}") from error
    return tuple(_parse(line, f"{path}, rad {number}") for number, line in enumerate(lines, start=1) if line.strip())


def evaluate(engine: Engine, questions: Sequence[JudgedQuestion]) -> dict[str, object]:
    """Figures in the form of `vipgraf evaluate --json`. Raises QuestionError when there is nothing to measure."""
    if not questions:
        raise QuestionError("Det finns inga frågor att mäta med.")
    engine.rank(Question(questions[0].query))  # the first question pays for what is loaded late
    ranked = [_rank(engine, judged) for judged in questions]
    channels = list(ranked[0])
    fused = [(judged, found["fused"]) for judged, found in zip(questions, ranked, strict=True)]
    return {
        "questions": len(questions),
        "channels": {
            channel: _figures([(judged, found[channel]) for judged, found in zip(questions, ranked, strict=True)])
            for channel in channels
        },
        "by_kind": _by(fused, [judged.kind for judged in questions]),
        "by_source": _by(fused, [judged.source for judged in questions]),
        "misses": [
            {
                "id": judged.identifier,
                "query": judged.query,
                "relevant": list(judged.relevant),
                "got": list(found.documents[:MISS_DEPTH]),
            }
            for judged, found in fused
            if not set(found.documents[:MISS_DEPTH]) & set(judged.relevant)
        ],
    }


def ndcg(documents: Sequence[str], relevant: Iterable[str], depth: int) -> float:
    """Normalised discounted cumulative gain with binary gain, 0 to 1.

    >>> ndcg(["a", "b"], ["a"], 10), round(ndcg(["b", "a"], ["a"], 10), 3)
    (1.0, 0.631)
    """
    wanted = set(relevant)
    gain = sum(1 / math.log2(rank + 1) for rank, found in enumerate(documents[:depth], start=1) if found in wanted)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(wanted), depth) + 1))
    return gain / ideal if ideal else 0.0


def _rank(engine: Engine, judged: JudgedQuestion) -> dict[str, Ranked]:
    started = time.perf_counter()
    analysed = engine.analyse(Question(judged.query))
    analysis_ms = _since(started)
    found: dict[str, Ranked] = {}
    lists = {}
    for retriever in engine.retrievers:
        started = time.perf_counter()
        lists[retriever.channel] = retriever.retrieve(analysed, fusion.DEPTH)
        documents = _documents(engine, [candidate.passage for candidate in lists[retriever.channel]])
        found[retriever.channel] = Ranked(documents, analysis_ms + _since(started))
    started = time.perf_counter()
    result = engine.search(Question(judged.query))
    milliseconds = _since(started)
    passages = [fused.passage for fused in engine.order(analysed, lists)]
    if [hit.iri for hit in result.hits] != [engine.index.passages.iris[row] for row in passages[: len(result.hits)]]:
        raise QuestionError(f"Frågan {judged.identifier} gav olika svar två gånger.")
    found["fused"] = Ranked(_documents(engine, passages), milliseconds)
    return found


def _documents(engine: Engine, passages: Iterable[int]) -> tuple[str, ...]:
    identifiers = engine.index.passages.identifiers
    return tuple(dict.fromkeys(identifiers[row] for row in passages))


def _figures(ranked: Sequence[tuple[JudgedQuestion, Ranked]]) -> dict[str, float]:
    times = sorted(found.milliseconds for _, found in ranked)
    return {
        "hit@1": _mean(_hit(judged, found, 1) for judged, found in ranked),
        "hit@5": _mean(_hit(judged, found, 5) for judged, found in ranked),
        "mrr@10": _mean(_reciprocal_rank(judged, found) for judged, found in ranked),
        "ndcg@10": _mean(ndcg(found.documents, judged.relevant, 10) for judged, found in ranked),
        "recall@100": _mean(_recall(judged, found) for judged, found in ranked),
        "p50_ms": round(_quantile(times, 0.5), 1),
        "p95_ms": round(_quantile(times, 0.95), 1),
    }


def _by(ranked: Sequence[tuple[JudgedQuestion, Ranked]], groups: Sequence[str]) -> dict[str, dict[str, float]]:
    grouped: defaultdict[str, list[tuple[JudgedQuestion, Ranked]]] = defaultdict(list)
    for pair, group in zip(ranked, groups, strict=True):
        if group:
            grouped[group].append(pair)
    return {
        group: {
            "n": len(pairs),
            "hit@5": _mean(_hit(judged, found, 5) for judged, found in pairs),
            "ndcg@10": _mean(ndcg(found.documents, judged.relevant, 10) for judged, found in pairs),
        }
        for group, pairs in sorted(grouped.items())
    }


def _hit(judged: JudgedQuestion, found: Ranked, depth: int) -> float:
    return float(bool(set(found.documents[:depth]) & set(judged.relevant)))


def _reciprocal_rank(judged: JudgedQuestion, found: Ranked) -> float:
    ranks = [rank for rank, document in enumerate(found.documents[:10], start=1) if document in judged.relevant]
    return 1 / ranks[0] if ranks else 0.0


def _recall(judged: JudgedQuestion, found: Ranked) -> float:
    return len(set(found.documents[:100]) & set(judged.relevant)) / len(judged.relevant)


def _mean(values: Iterable[float]) -> float:
    return round(statistics.fmean(values), 4)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Nearest-rank quantile of an ascending list."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _parse(line: str, place: str) -> JudgedQuestion:
    try:
        stored: Mapping[str, object] = json.loads(line)
        query, relevant = stored["query"], stored["relevant"]
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionError(f"{place}: varje rad ska vara ett JSON-objekt med query och relevant ({error}).") from error
    if not isinstance(query, str) or not isinstance(relevant, list) or not relevant:
        raise QuestionError(f"{place}: query ska vara en text och relevant en lista med minst en identifierare.")
    return JudgedQuestion(
        identifier=str(stored.get("id", place)),
        query=query,
        relevant=tuple(str(identifier) for identifier in relevant),
        kind=str(stored.get("kind", "")),
        source=str(stored.get("source", "")),
    )
