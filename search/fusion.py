"""Three ranked lists → one, keeping what each said. Pure.

Scores are scaled within each list and summed by weight. Reciprocal rank fusion, which throws the scores away, was
measured weaker on every Swedish set we have (ARCHITECTURE.md, decisions).
"""

from collections.abc import Mapping, Sequence

from search.types import CHANNELS, Candidate, Channel, Contribution, Fused

DEPTH = 100
"""Candidates asked of each channel."""

WEIGHTS: Mapping[Channel, float] = {"dense": 0.5, "lexical": 0.4, "graph": 0.1}


def fuse(lists: Mapping[Channel, Sequence[Candidate]], weights: Mapping[Channel, float] = WEIGHTS) -> tuple[Fused, ...]:
    """Join the channels' lists; best first, ties by passage. Scores lie in 0 to 1 when the weights sum to 1."""
    contributions: dict[int, dict[Channel, Contribution]] = {}
    scores: dict[int, float] = {}
    for channel in CHANNELS:
        candidates = lists.get(channel, ())
        for rank, (candidate, share) in enumerate(zip(candidates, _scaled(candidates), strict=True), start=1):
            said = Contribution(rank, candidate.score, candidate.reasons)
            contributions.setdefault(candidate.passage, {})[channel] = said
            scores[candidate.passage] = scores.get(candidate.passage, 0.0) + weights[channel] * share
    order = sorted(scores, key=lambda passage: (-scores[passage], passage))
    return tuple(Fused(passage, scores[passage], contributions[passage]) for passage in order)


def _scaled(candidates: Sequence[Candidate]) -> list[float]:
    """Scores scaled so that the best is 1 and the last 0; all 1 when they are equal."""
    scores = [candidate.score for candidate in candidates]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]
