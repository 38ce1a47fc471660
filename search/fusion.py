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
REFERENCES = 0.75
"""What a list of references has less."""

_USUAL = 10
"""The document, of those found, that stands for what does not answer."""
_EVEN, _SLOPE = 2.6, 1.6
"""How far above that one a passage is as likely to answer as not, and how fast that grows: fitted to judged questions
of three kinds (logistic calibration, Platt 1999)."""


def fuse(
    lists: Mapping[Channel, Sequence[Candidate]],
    expected: Container[int] = (),
    references: Container[int] = (),
    weights: Mapping[Channel, float] = WEIGHTS,
) -> tuple[Fused, ...]:
    """Join the channels' lists; best first, ties by rank, then passage. Scores are sums, which `calibrate` reads.

    Passages that are `expected` have more, those that are `references` less.

    A passage that the dense channel does not propose is counted as its last one: it is no nearer than that.
    """
    contributions: dict[int, dict[Channel, Contribution]] = {}
    sums: dict[int, float] = {}
    best_ranks: dict[int, int] = {}
    for channel in CHANNELS:
        for rank, (passage, score, strength, reasons) in enumerate(lists.get(channel, ()), start=1):
            if passage not in sums:
                contributions[passage], sums[passage], best_ranks[passage] = {}, 0.0, rank
            contributions[passage][channel] = Contribution(rank, score, reasons)
            sums[passage] += weights[channel] * strength
            best_ranks[passage] = min(rank, best_ranks[passage])
    nearest = lists.get("dense", ())
    least = weights["dense"] * nearest[-1].strength if nearest else 0.0
    for passage, by in contributions.items():
        sums[passage] += 0.0 if "dense" in by else least
        sums[passage] += EXPECTED * (passage in expected) - REFERENCES * (passage in references)
    order = sorted(sums, key=lambda passage: (-sums[passage], best_ranks[passage], passage))
    return tuple(Fused(passage, sums[passage], contributions[passage]) for passage in order)


def calibrate(fused: Sequence[Fused], documents: Sequence[str]) -> tuple[Fused, ...]:
    """Make the sums of a fused list scores from 0 to 1: how likely each is to answer, given the document of each row.

    Sums alone do not tell: long questions have high ones all over. How far one is above the tenth document does; where
    fewer are found, how far above 0, the mean of all passages.
    """
    best: dict[str, float] = {}
    for found in fused:
        best.setdefault(documents[found.passage], found.score)
    usual = [*best.values()][_USUAL - 1] if len(best) >= _USUAL else 0.0
    return tuple(Fused(found.passage, _likelihood(found.score - usual), found.contributions) for found in fused)


def _likelihood(above: float) -> float:
    return 1 / (1 + math.exp(-_SLOPE * (above - _EVEN)))
