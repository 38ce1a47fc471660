"""Scores of questions → the figures of `vipgraf evaluate --json`, with intervals; and scores read back from that."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from ontology.errors import QuestionError
from search import measures
from search.answer_measures import AnswerScore
from search.evaluation import FUSED, PARTS, ChannelScore, QuestionScore
from search.judgements import JudgedQuestion
from search.measures import MEASURES, Values

_LATER: Final = "Gör om filen med `vipgraf evaluate FRÅGOR.jsonl --json`."


def figures(scores: Sequence[QuestionScore]) -> dict[str, Any]:
    """All figures; where no question has documents, or answers, to be judged by, those parts are empty."""
    ranked = [score for score in scores if score.channels]
    channels = list(ranked[0].channels) if ranked else []
    kinds, sources, parts = (_groups(ranked, name) for name in (_kind, _source, _part))
    answers = [score for score in scores if score.answer is not None]
    return {
        "questions": len(scores),
        "channels": {channel: _means(ranked, channel) | _times(ranked, channel) for channel in channels},
        "by_kind": _by(kinds),
        "by_source": _by(sources),
        "by_part": _by(parts),
        "misses": [_miss(score) for score in ranked if score.missed],
        "answers": _answers(answers),
        "answers_by_kind": {kind: _answers(group) for kind, group in _groups(answers, _kind).items()},
        "answers_by_part": {part: _answers(group) for part, group in _groups(answers, _part).items()},
        "channels_by_kind": {
            kind: {channel: _means(group, channel) for channel in channels} for kind, group in kinds.items()
        },
        "intervals": {
            "channels": {channel: _intervals(ranked, channel) for channel in channels},
            "by_kind": {kind: _intervals(group, FUSED) for kind, group in kinds.items()},
            "by_source": {source: _intervals(group, FUSED) for source, group in sources.items()},
            "by_part": {part: _intervals(group, FUSED) for part, group in parts.items()},
            "answers": _answer_intervals(answers),
        },
        "latency": _latency(scores),
        "per_question": [_stored(score) for score in scores],
    }


def values(scores: Sequence[QuestionScore], channel: str) -> Values:
    """Values of a channel, (n, 5): a row a question, a column a measure."""
    return np.array([score.channels[channel].values for score in scores], dtype=np.float64).reshape(-1, len(MEASURES))


def read_scores(path: Path) -> tuple[QuestionScore, ...]:
    """Scores from a file that `--json` wrote. Raises QuestionError when it is none."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_read(one) for one in stored["per_question"])
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} går inte att läsa: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionError(f"{path} är inte mätvärden från `vipgraf evaluate --json` ({error!r}). {_LATER}") from error


def _means(scores: Sequence[QuestionScore], channel: str) -> dict[str, float]:
    return dict(zip(MEASURES, measures.means(values(scores, channel)), strict=True))


def _intervals(scores: Sequence[QuestionScore], channel: str) -> dict[str, list[float]]:
    found = measures.intervals(values(scores, channel))
    return {name: list(interval) for name, interval in zip(MEASURES, found, strict=True)}


def _times(scores: Sequence[QuestionScore], channel: str) -> dict[str, float]:
    return _quantiles([score.time(channel) for score in scores if score.milliseconds])


def _latency(scores: Sequence[QuestionScore]) -> dict[str, dict[str, float]]:
    measured = [score.milliseconds for score in scores if score.milliseconds]
    return {
        part: _quantiles([parts[part] for parts in measured if part in parts])
        for part in (*PARTS, "total")
        if any(part in parts for parts in measured)
    }


def _quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    if not milliseconds:
        return {}
    p50, p95 = (round(measures.quantile(milliseconds, share), 1) for share in (0.5, 0.95))
    return {"p50_ms": p50, "p95_ms": p95}


def _by(groups: Mapping[str, Sequence[QuestionScore]]) -> dict[str, dict[str, float]]:
    return {name: {"n": len(group), **_means(group, FUSED)} for name, group in groups.items()}


def _groups(
    scores: Sequence[QuestionScore], name: Callable[[QuestionScore], str]
) -> dict[str, tuple[QuestionScore, ...]]:
    grouped: defaultdict[str, list[QuestionScore]] = defaultdict(list)
    for score in scores:
        if name(score):
            grouped[name(score)].append(score)
    return {group: tuple(grouped[group]) for group in sorted(grouped)}


def _kind(score: QuestionScore) -> str:
    return score.judged.kind


def _source(score: QuestionScore) -> str:
    return score.judged.source


def _part(score: QuestionScore) -> str:
    return score.judged.part


def _miss(score: QuestionScore) -> dict[str, Any]:
    return {
        "id": score.judged.identifier,
        "query": score.judged.query,
        "kind": score.judged.kind,
        "relevant": list(score.judged.relevant),
        "got": list(score.channels[FUSED].got),
        "ranks": {channel: found.rank for channel, found in score.channels.items()},
    }


def _answers(scores: Sequence[QuestionScore]) -> dict[str, float | None]:
    """`exact` and `f1` over the questions that have an answer, `unknown_correct` over those that have none."""
    if not scores:
        return {}
    answerable, unanswerable = _split(scores)
    exact, f1 = measures.means(np.array(answerable)) if answerable else (None, None)
    (unknown,) = measures.means(np.array(unanswerable)) if unanswerable else (None,)
    return {"exact": exact, "f1": f1, "unknown_correct": unknown, "n": len(scores), "n_unknown": len(unanswerable)}


def _answer_intervals(scores: Sequence[QuestionScore]) -> dict[str, list[float]]:
    answerable, unanswerable = _split(scores)
    found: dict[str, measures.Interval] = {}
    if answerable:
        found |= zip(("exact", "f1"), measures.intervals(np.array(answerable)), strict=True)
    if unanswerable:
        found["unknown_correct"] = measures.intervals(np.array(unanswerable))[0]
    return {name: list(interval) for name, interval in found.items()}


def _split(scores: Sequence[QuestionScore]) -> tuple[list[tuple[float, float]], list[tuple[float]]]:
    judged = [score.answer for score in scores if score.answer is not None]
    return [(one.exact, one.f1) for one in judged if one.expected], [(one.exact,) for one in judged if not one.expected]


def _stored(score: QuestionScore) -> dict[str, Any]:
    judged, answer = score.judged, score.answer
    stored: dict[str, Any] = {
        "id": judged.identifier,
        "query": judged.query,
        "kind": judged.kind,
        "source": judged.source,
        "part": judged.part,
        "as_of": judged.as_of,
        "filters": {facet: list(wanted) for facet, wanted in judged.filters.items()},
        "relevant": list(judged.relevant),
        "channels": {
            channel: dict(zip(MEASURES, found.values, strict=True)) | {"rank": found.rank}
            for channel, found in score.channels.items()
        },
    }
    if answer is not None:
        stored["answer"] = {
            "expected": list(judged.answer or ()),
            "given": list(answer.given),
            "exact": answer.exact,
            "f1": answer.f1,
        }
    return stored


def _read(stored: Mapping[str, Any]) -> QuestionScore:
    answer = stored.get("answer")
    judged = JudgedQuestion(
        identifier=stored["id"],
        query=stored["query"],
        relevant=tuple(stored["relevant"]),
        kind=stored["kind"],
        source=stored["source"],
        answer=None if answer is None else tuple(answer["expected"]),
        part=stored["part"],
        as_of=stored["as_of"],
        filters={facet: tuple(wanted) for facet, wanted in stored["filters"].items()},
    )
    channels = {
        channel: ChannelScore(tuple(float(found[name]) for name in MEASURES), found["rank"])
        for channel, found in stored["channels"].items()
    }
    score = None
    if answer is not None:
        score = AnswerScore(len(answer["expected"]), answer["exact"], answer["f1"], tuple(answer["given"]))
    return QuestionScore(judged, channels, score)
