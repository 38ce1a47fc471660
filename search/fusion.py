"""Three ranked lists → one, keeping what each said. Pure.

Scores are scaled within each list and summed by weight. Reciprocal rank fusion, which throws the scores away, was
measured weaker on every Swedish set we have (ARCHITECTURE.md, decisions).
"""

from collections.abc import Mapping, Sequence

from search.types import CHANNELS, Candidate, Channel, Contribution, Fused

DEPTH = 100
"""Candidates asked of each channel."""

_FLOOR = 50
"""The rank whose score counts as nothing. Scores far down say little; with the 100th as nothing, the fifty above it
share most of the scale and good ones come too close to them (ARCHITECTURE.md, decisions)."""

WEIGHTS: Mapping[Channel, float] = {"dense": 0.5, "lexical": 0.4, "graph": 0.1}


def fuse(lists: Mapping[Channel, Sequence[Candidate]], weights: Mapping[Channel, float] = WEIGHTS) -> tuple[Fused, ...]:
    """Join the channels' lists; best first, ties by rank, then passage. Scores lie in 0 to 1 if weights sum to 1."""
    contributions: dict[int, dict[Channel, Contribution]] = {}
    scores: dict[int, float] = {}
    for channel in CHANNELS:
        candidates = lists.get(channel, ())
        for rank, (candidate, share) in enumerate(zip(candidates, _scaled(candidates), strict=True), start=1):
            said = Contribution(rank, candidate.score, candidate.reasons)
            contributions.setdefault(candidate.passage, {})[channel] = said
            scores[candidate.passage] = scores.get(candidate.passage, 0.0) + weights[channel] * share
    best_ranks = {passage: min(said.rank for said in by.values()) for passage, by in contributions.items()}
    order = sorted(scores, key=lambda passage: (-scores[passage], best_ranks[passage], passage))
    return tuple(Fused(passage, scores[passage], contributions[passage]) for passage in order)


def _scaled(candidates: Sequence[Candidate]) -> list[float]:
    """Scores, best first, scaled so that the best are 1, and 0 from the floor on (or the last)."""
    scores = [candidate.score for candidate in candidates]
    if not scores:
        return []
    high, low = scores[0], scores[:_FLOOR][-1]
    return [1.0 if score == high else max(score - low, 0.0) / ((high - low) or 1.0) for score in scores]
