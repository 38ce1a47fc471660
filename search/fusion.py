"""Three ranked lists → one, keeping what each said. Pure.

Each channel tells how far a passage stands out among what it sees (`Candidate.strength`), and those strengths are
summed by weight: a channel for which nothing stands out hardly moves the order, which is how the sum knows whom to
trust. What the question lets one expect (`search.expected`) counts beside them. The weights were fitted to judged
questions of three kinds with cross-validation; reciprocal rank fusion, which throws the scores away, was weaker
on all of them (ARCHITECTURE.md, decisions).
"""

import math
from collections.abc import Container, Mapping, Sequence

from search.types import CHANNELS, Candidate, Channel, Contribution, Fused

DEPTH = 100
"""Candidates asked of each channel."""

WEIGHTS: Mapping[Channel, float] = {"dense": 1.0, "lexical": 0.9, "graph": 0.1}
EXPECTED = 0.7
"""Weight of holding what the question lets one expect."""

_EVEN, _SLOPE = 4.5, 1.2
"""The sum at which a passage is as likely to answer as not, and how fast that grows (logistic calibration, Platt 1999).
"""


def fuse(
    lists: Mapping[Channel, Sequence[Candidate]],
    expected: Container[int] = (),
    weights: Mapping[Channel, float] = WEIGHTS,
) -> tuple[Fused, ...]:
    """Join the channels' lists; best first, ties by rank, then passage. Scores lie between 0 and 1.

    A passage that the dense channel does not propose is counted as its last one: it is no nearer than that.
    """
    contributions: dict[int, dict[Channel, Contribution]] = {}
    sums: dict[int, float] = {}
    for channel in CHANNELS:
        for rank, candidate in enumerate(lists.get(channel, ()), start=1):
            said = Contribution(rank, candidate.score, candidate.reasons)
            contributions.setdefault(candidate.passage, {})[channel] = said
            sums[candidate.passage] = sums.get(candidate.passage, 0.0) + weights[channel] * candidate.strength
    nearest = lists.get("dense", ())
    least = weights["dense"] * nearest[-1].strength if nearest else 0.0
    for passage, by in contributions.items():
        sums[passage] += (0.0 if "dense" in by else least) + EXPECTED * (passage in expected)
    best_ranks = {passage: min(said.rank for said in by.values()) for passage, by in contributions.items()}
    order = sorted(sums, key=lambda passage: (-sums[passage], best_ranks[passage], passage))
    return tuple(Fused(passage, _likelihood(sums[passage]), contributions[passage]) for passage in order)


def _likelihood(total: float) -> float:
    return 1 / (1 + math.exp(-_SLOPE * (total - _EVEN)))
