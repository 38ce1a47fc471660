"""A ranking and what was right → figures from 0 to 1, and how sure they are. Pure.

Measures as in Järvelin & Kekäläinen (2002) with binary gain; every document counts once, at its best rank. Intervals by
the percentile bootstrap over questions (Efron & Tibshirani 1993, ch. 13), as Sakai (2006) uses it for retrieval: what
is sampled is questions, so the interval says how the figures would move with other questions of the same kinds.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

MEASURES: Final = ("hit@1", "hit@5", "mrr@10", "ndcg@10", "recall@100")
"""Their order is that of `judge`."""
RESAMPLES: Final = 2000
FEW: Final = 10
"""With fewer questions a percentile bootstrap is too narrow: three that succeed give 1 to 1."""
_SEED: Final = 20261122
_LEVEL: Final = 0.95

Interval: TypeAlias = tuple[float, float]
"""Lower and upper bound, 95 %."""
Values: TypeAlias = NDArray[np.float64]


def judge(documents: Sequence[str], relevant: Iterable[str]) -> tuple[float, ...]:
    """All measures of one ranking, in the order of `MEASURES`, rounded to four decimals.

    >>> judge(["x", "a"], ["a", "b"])
    (0.0, 1.0, 0.5, 0.3869, 0.5)
    """
    wanted = frozenset(relevant)
    found = (
        hit(documents, wanted, 1),
        hit(documents, wanted, 5),
        reciprocal_rank(documents, wanted, 10),
        ndcg(documents, wanted, 10),
        recall(documents, wanted, 100),
    )
    return tuple(round(value, 4) for value in found)


def first_rank(documents: Sequence[str], relevant: Iterable[str]) -> int | None:
    """Rank from 1 of the first right document; None where there is none.

    >>> first_rank(["x", "a"], ["a"]), first_rank(["x"], ["a"])
    (2, None)
    """
    wanted = frozenset(relevant)
    return next((rank for rank, found in enumerate(documents, start=1) if found in wanted), None)


def hit(documents: Sequence[str], relevant: Iterable[str], depth: int) -> float:
    """1 when a right document is among the first, else 0."""
    return float(first_rank(documents[:depth], relevant) is not None)


def reciprocal_rank(documents: Sequence[str], relevant: Iterable[str], depth: int) -> float:
    """1 divided by the rank of the first right document; 0 when that lies deeper."""
    rank = first_rank(documents[:depth], relevant)
    return 0.0 if rank is None else 1 / rank


def ndcg(documents: Sequence[str], relevant: Iterable[str], depth: int) -> float:
    """Normalised discounted cumulative gain with binary gain.

    >>> ndcg(["a", "b"], ["a"], 10), round(ndcg(["b", "a"], ["a"], 10), 3)
    (1.0, 0.631)
    """
    wanted = frozenset(relevant)
    gain = sum(1 / math.log2(rank + 1) for rank, found in enumerate(documents[:depth], start=1) if found in wanted)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(wanted), depth) + 1))
    return gain / ideal if ideal else 0.0


def recall(documents: Sequence[str], relevant: Iterable[str], depth: int) -> float:
    """Share of the right documents that are among the first; 0 where nothing is right."""
    wanted = frozenset(relevant)
    return len(wanted.intersection(documents[:depth])) / len(wanted) if wanted else 0.0


def intervals(values: Values) -> tuple[Interval, ...]:
    """95 % intervals of the means of the columns of `values`, (n, m), a row a question.

    All columns are resampled together, and equal input gives equal bounds. A row's difference between two runs, given
    as a value, makes it the paired bootstrap of that difference. Raises ValueError where there are no rows.

    >>> intervals(np.array([[1.0, 0.0], [1.0, 1.0]]))
    ((1.0, 1.0), (0.0, 1.0))
    """
    questions = len(values)
    if not questions:
        raise ValueError("no questions, no interval")
    # Drawing n questions of n with replacement is drawing how often each comes: one matrix product gives every mean.
    drawn = np.random.default_rng(_SEED).multinomial(questions, np.full(questions, 1 / questions), size=RESAMPLES)
    means = drawn @ values / questions
    low, high = np.quantile(means, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=0)
    return tuple((round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True))


def means(values: Values) -> tuple[float, ...]:
    """Means of the columns of `values`, (n, m), rounded to four decimals."""
    return tuple(round(float(mean), 4) for mean in values.mean(axis=0))


def quantile(values: Iterable[float], share: float) -> float:
    """Nearest-rank quantile: a value that was there.

    >>> quantile([3, 1, 2, 4], 0.5), quantile([3, 1, 2, 4], 0.95)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
