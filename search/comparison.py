"""Two measurements of the same questions → what became better or worse, and whether that is more than chance. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ontology.errors import QuestionError
from search import measures
from search.evaluation import FUSED, QuestionScore
from search.figures import values
from search.measures import MEASURES, Interval, Values

DECIDING: Final = "ndcg@10"
"""The measure by which a ranking is won or lost; a direct answer by `DECIDING_ANSWER`."""
DECIDING_ANSWER: Final = "f1"
ANSWERS: Final = ("exact", "f1", "unknown_correct")


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean before and after, and the 95 % interval of the mean difference (after − before), paired by question."""

    before: float
    after: float
    interval: Interval

    @property
    def change(self) -> float:
        """After − before."""
        return round(self.after - self.before, 4)

    @property
    def is_better(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.interval[0] > 0

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.interval[1] < 0


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that did better or worse by a measure, and the rank of the first right document, both times.

    The ranks are None where that document was not found, and for a direct answer.
    """

    identifier: str
    query: str
    measure: str
    before: float
    after: float
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two measurements side by side; only questions that both have, with the same judgement, are compared."""

    questions: int
    left_out: int
    """Questions that only one of them has, or that are judged otherwise there."""
    channels: Mapping[str, Mapping[str, Difference]]
    """By channel and measure."""
    answers: Mapping[str, Difference]
    won: tuple[Turned, ...]
    """By the fused ranking, or by the values of the direct answer; the greatest change first."""
    lost: tuple[Turned, ...]


def compare(before: Sequence[QuestionScore], after: Sequence[QuestionScore]) -> Comparison:
    """Compare two measurements. Raises QuestionError when they have no question in common."""
    earlier = {_key(score): score for score in before}
    pairs = [(earlier[_key(score)], score) for score in after if _key(score) in earlier]
    if not pairs:
        raise QuestionError("Mätningarna har ingen fråga gemensam, så de går inte att jämföra.")
    ranked = [(old, new) for old, new in pairs if old.channels and new.channels]
    olds, news = [old for old, _ in ranked], [new for _, new in ranked]
    channels = [channel for channel in news[0].channels if channel in olds[0].channels] if ranked else []
    turned = [one for old, new in pairs for one in _turned(old, new)]
    return Comparison(
        questions=len(pairs),
        left_out=len(before) + len(after) - 2 * len(pairs),
        channels={
            channel: dict(zip(MEASURES, _differences(values(olds, channel), values(news, channel)), strict=True))
            for channel in channels
        },
        answers=_answers(pairs),
        won=tuple(sorted((one for one in turned if one.after > one.before), key=_most)),
        lost=tuple(sorted((one for one in turned if one.after < one.before), key=_most)),
    )


def _differences(before: Values, after: Values) -> list[Difference]:
    """One for each column of two (n, m)."""
    found = zip(measures.means(before), measures.means(after), measures.intervals(after - before), strict=True)
    return [Difference(old, new, interval) for old, new, interval in found]


def _answers(pairs: Sequence[tuple[QuestionScore, QuestionScore]]) -> dict[str, Difference]:
    judged = [(old.answer, new.answer) for old, new in pairs if old.answer is not None and new.answer is not None]
    has = [(old, new) for old, new in judged if new.expected]
    none = [(old.exact, new.exact) for old, new in judged if not new.expected]
    found: dict[str, Difference] = {}
    if has:
        before, after = (np.array([(one[side].exact, one[side].f1) for one in has]) for side in (0, 1))
        found |= dict(zip(ANSWERS[:2], _differences(before, after), strict=True))
    if none:
        before, after = np.hsplit(np.array(none), 2)
        found[ANSWERS[2]] = _differences(before, after)[0]
    return found


def _turned(old: QuestionScore, new: QuestionScore) -> Iterator[Turned]:
    judged, place = new.judged, MEASURES.index(DECIDING)
    if old.channels and new.channels:
        before, after = old.channels[FUSED], new.channels[FUSED]
        values = before.values[place], after.values[place]
        yield Turned(judged.identifier, judged.query, DECIDING, *values, before.rank, after.rank)
    if old.answer is not None and new.answer is not None:
        yield Turned(judged.identifier, judged.query, DECIDING_ANSWER, old.answer.f1, new.answer.f1, None, None)


def _most(turned: Turned) -> tuple[float, str]:
    return -abs(turned.after - turned.before), turned.identifier


def _key(score: QuestionScore) -> tuple[object, ...]:
    judged = score.judged
    answer = None if judged.answer is None else tuple(sorted(judged.answer))
    return (
        judged.identifier,
        judged.query,
        tuple(sorted(judged.relevant)),
        answer,
        judged.as_of,
        tuple(sorted(judged.filters.items())),
    )
