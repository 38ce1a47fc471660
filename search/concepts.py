"""Concepts of the question → candidates, by the graph: passages that are about them, in one of five ways.

A passage may name a concept, stand under a heading that does, state a recommendation that concerns it, belong to a
document that is about it, or belong to one that a recommendation about it rests on. What the graph says is laid out as
arrays when the index is built, so that a question costs the same however many passages there are.
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from graph import queries
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, shares

_FLOOR = 50
"""The rank whose score counts as nothing."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of being about a concept: how much it counts, and what it is called in Swedish."""

    name: str
    weight: float
    label: str


WAYS = (
    Way("mention", 1.0, "nämns i stycket"),
    Way("heading", 0.7, "nämns i rubriken"),
    Way("recommendation", 0.5, "det som stycket rekommenderar om"),
    Way("subject", 0.5, "dokumentets ämne"),
    Way("evidence", 0.2, "dokumentet är källa till en rekommendation om det"),
)
"""As `graph/queries/concept-passages.rq` names them."""
_HOW = tuple(", ".join(way.label for bit, way in enumerate(WAYS) if mask >> bit & 1) for mask in range(1 << len(WAYS)))
"""What each set of ways is called."""


@dataclass(frozen=True, slots=True)
class ConceptPassages:
    """The passages of every concept: those of the one at place i are `starts[i]` to `starts[i + 1]` of the arrays.

    `rows` (k,) are ascending within a concept; `strengths` (k,) sum up the ways; `ways` (k,) has bit j for `WAYS[j]`.
    """

    places: Mapping[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    strengths: NDArray[np.float32]
    ways: NDArray[np.uint8]

    def of(self, concept_iri: str) -> slice:
        """Where a concept's passages lie in the arrays; nowhere, when it has none."""
        place = self.places.get(concept_iri)
        return slice(0, 0) if place is None else slice(int(self.starts[place]), int(self.starts[place + 1]))


class ConceptRetriever:
    """The graph channel over a release's `passages` passages."""

    channel: Channel = "graph"

    def __init__(self, known: ConceptPassages, passages: int) -> None:
        self._known = known
        self._passages = passages

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by summed weight of the question's concepts, rare concepts weighing more."""
        scores = np.zeros(self._passages, np.float32)
        for concept in question.concepts:
            found = self._known.of(concept.iri)
            rarity = math.log1p(self._passages / (1 + found.stop - found.start))
            scores[self._known.rows[found]] += concept.weight * rarity * self._known.strengths[found]
        if allowed is not None:
            scores[~allowed] = 0
        rows = np.flatnonzero(scores > 0)  # of truth values, since of numbers it takes five times as long
        if len(rows) > limit:  # to sort them all takes longer than all else
            rows = rows[scores[rows] >= np.partition(scores[rows], -limit)[-limit]]
        best = rows[np.lexsort((rows, -scores[rows]))][:limit]
        found = scores[best].tolist()
        return tuple(
            Candidate(row, score, strength, tuple(reasons))
            for row, score, strength, reasons in zip(
                best.tolist(), found, shares(found, _FLOOR), self._reasons(question, best), strict=True
            )
        )

    def _reasons(self, question: AnalysedQuestion, rows: NDArray[np.intp]) -> list[list[str]]:
        """The ways from words to each passage, each as one line."""
        reasons: list[list[str]] = [[] for _ in rows]
        for concept in question.concepts:
            of = self._known.of(concept.iri)
            own, ways, path = self._known.rows[of], self._known.ways[of], " → ".join(concept.path)
            at = np.searchsorted(own, rows.astype(own.dtype))  # of another type, all of its own would be copied to it
            there = np.flatnonzero(np.append(own, -1)[at] == rows)
            for place, way in zip(there.tolist(), ways[at[there]].tolist(), strict=True):
                reasons[place].append(f"{path}: {_HOW[way]}")
        return reasons


def write_concepts(folder: Path, store: ox.Store, rows: Mapping[str, int]) -> None:
    """Lay out what a graph says of its passages, given by IRI and row."""
    strengths: defaultdict[str, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    ways: defaultdict[tuple[str, int], int] = defaultdict(int)
    bits = {way.name: bit for bit, way in enumerate(WAYS)}
    for found in queries.select(store, "concept-passages"):
        concept, way = queries.string(found, "concept"), bits[queries.string(found, "way")]
        row, times = rows[queries.string(found, "passage")], int(queries.string(found, "times"))
        # Saying it again adds ever less; belonging to a document adds but once.
        strengths[concept][row] += WAYS[way].weight * (math.log2(1 + times) if way == 0 else 1)
        ways[concept, row] |= 1 << way
    order = [(concept, row) for concept in sorted(strengths) for row in sorted(strengths[concept])]
    lengths = [len(strengths[concept]) for concept in sorted(strengths)]
    np.savez(
        folder / "concepts.npz",
        starts=np.cumsum([0, *lengths], dtype=np.int64),
        rows=np.array([row for _, row in order], dtype=np.int32),
        strengths=np.array([strengths[concept][row] for concept, row in order], dtype=np.float32),
        ways=np.array([ways[key] for key in order], dtype=np.uint8),
    )
    (folder / "concepts.json").write_text(json.dumps(sorted(strengths), separators=(",", ":")), encoding="utf-8")


def load_concepts(folder: Path) -> ConceptPassages:
    """Read what was laid out. Raises OSError, ValueError or KeyError when it is missing or broken."""
    names = json.loads((folder / "concepts.json").read_text(encoding="utf-8"))
    with np.load(folder / "concepts.npz") as stored:
        arrays = {name: stored[name] for name in ("starts", "rows", "strengths", "ways")}
    if (
        len(arrays["starts"]) != len(names) + 1
        or len({len(arrays[name]) for name in ("rows", "strengths", "ways")}) != 1
    ):
        raise ValueError("begreppens stycken hör inte ihop")
    return ConceptPassages({name: place for place, name in enumerate(names)}, **arrays)
