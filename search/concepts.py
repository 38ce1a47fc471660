"""Concepts of the question → candidates, by the graph: passages that mention them, or whose document is about them."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import pyoxigraph as ox

from graph import queries
from search.types import Allowed, AnalysedQuestion, Candidate, Channel

_SUBJECT = 0.5
"""A passage of a document about the concept, against 1 for one mention in the passage itself."""


class ConceptRetriever:
    """The graph channel over a release's graph; `rows` gives a passage's row by its IRI."""

    channel: Channel = "graph"

    def __init__(self, store: ox.Store, rows: Mapping[str, int]) -> None:
        self._store = store
        self._rows = rows
        self._passages = lru_cache(maxsize=4096)(self._ask)  # a release never changes, so an answer stays right

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by summed weight of the question's concepts, rare concepts weighing more."""
        scores: defaultdict[int, float] = defaultdict(float)
        reasons: defaultdict[int, list[str]] = defaultdict(list)
        for concept in question.concepts:
            found = self._passages(concept.iri)
            rarity = math.log1p(len(self._rows) / (1 + len(found)))
            for row, strength in found.items():
                scores[row] += concept.weight * rarity * strength
                reasons[row].extend(step for step in concept.path if step not in reasons[row])
        kept = [row for row in scores if allowed is None or allowed[row]]
        best = sorted(kept, key=lambda row: (-scores[row], row))[:limit]
        return tuple(Candidate(row, scores[row], tuple(reasons[row])) for row in best)

    def _ask(self, concept_iri: str) -> dict[int, float]:
        """Rows of the passages about a concept, each with how strongly: mentions count with diminishing return."""
        found = {}
        for row in queries.select(self._store, "passages-by-concept", concept=ox.NamedNode(concept_iri)):
            mentions, subject = int(queries.string(row, "mentions")), int(queries.string(row, "subject"))
            strength = math.log1p(mentions) / math.log(2) + _SUBJECT * min(subject, 1)
            found[self._rows[queries.string(row, "passage")]] = strength
        return found
