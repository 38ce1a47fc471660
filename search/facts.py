"""What the graph says of passages, read for many at once and remembered: a release never changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import pyoxigraph as ox

from graph import queries
from ontology.model import Direction
from search.types import DocumentReference, RecommendationReference

_REMEMBERED = 10_000
"""Passages; each takes some 3 kB."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place in a passage (offsets in it) where a concept is named."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation that a passage or (`in_heading`) the heading right above it states, with its place if it has
    one in the passage, and the concepts that it is about."""

    reference: RecommendationReference
    start: int
    end: int
    in_heading: bool
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """A passage as the graph has it."""

    iri: str
    text: str
    document: DocumentReference
    named: tuple[Named, ...]
    advice: tuple[Advice, ...]
    subjects: frozenset[str]
    """Concepts that its document is about."""
    headed: frozenset[str]
    """Concepts that the heading right above it names."""


class FactReader:
    """Reads the facts of passages of one release. Safe to share between threads."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._known: dict[str, Facts] = {}
        self._directions: dict[str, Direction] = {}
        self._strengths: dict[str, str] = {}
        for row in queries.select(store, "facet-terms"):
            iri, notation = queries.string(row, "value"), queries.string(row, "notation")
            if queries.string(row, "facet") == "direction":
                self._directions[iri] = cast("Direction", notation)
            else:
                self._strengths[iri] = notation

    def read(self, iris: Sequence[str]) -> list[Facts]:
        """The facts of passages, in their order."""
        known = self._known
        if len(known) > _REMEMBERED:
            known = self._known = {}  # another thread may still read the former one, which stays whole
        if missing := [iri for iri in iris if iri not in known]:
            known.update((facts.iri, facts) for facts in self._ask(missing))
        return [known[iri] for iri in iris]

    def _ask(self, iris: Iterable[str]) -> Iterable[Facts]:
        passages = [ox.NamedNode(iri) for iri in iris]
        shown = queries.select_each(self._store, "shown-passages", passages)
        rows = {queries.string(row, "passage"): row for row in shown}
        starts = {iri: int(queries.string(row, "start")) for iri, row in rows.items()}
        named = self._named(passages, starts)
        advice = self._advice(passages, starts)
        subjects: dict[bool, defaultdict[str, set[str]]] = {False: defaultdict(set), True: defaultdict(set)}
        for row in queries.select_each(self._store, "shown-subjects", passages):
            by_heading = queries.string(row, "heading") == "true"
            subjects[by_heading][queries.string(row, "passage")].add(queries.string(row, "concept"))
        for iri, row in rows.items():
            yield Facts(
                iri=iri,
                text=queries.string(row, "text"),
                document=DocumentReference(
                    iri=queries.string(row, "document"),
                    identifier=queries.string(row, "identifier"),
                    title=queries.string(row, "title"),
                    source=queries.string(row, "source"),
                    date=queries.string(row, "date"),
                ),
                named=tuple(named[iri]),
                advice=tuple(advice[iri]),
                subjects=frozenset(subjects[False][iri]),
                headed=frozenset(subjects[True][iri]),
            )

    def _named(self, passages: Sequence[ox.NamedNode], starts: dict[str, int]) -> dict[str, list[Named]]:
        found: defaultdict[str, list[Named]] = defaultdict(list)
        for row in queries.select_each(self._store, "shown-mentions", passages):
            passage = queries.string(row, "passage")
            start, end = (int(queries.string(row, place)) - starts[passage] for place in ("start", "end"))
            found[passage].append(Named(queries.string(row, "concept"), start, end))
        return found

    def _advice(self, passages: Sequence[ox.NamedNode], starts: dict[str, int]) -> dict[str, list[Advice]]:
        about: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        rows: dict[tuple[str, str], queries.Row] = {}
        for row in queries.select_each(self._store, "shown-advice", passages):
            key = queries.string(row, "passage"), queries.string(row, "recommendation")
            rows[key] = row
            about[key].add(queries.string(row, "about"))
        found: defaultdict[str, list[Advice]] = defaultdict(list)
        for (passage, iri), row in rows.items():
            in_heading = queries.string(row, "heading") == "true"
            start, end = (int(queries.string(row, place)) - starts[passage] for place in ("start", "end"))
            priority = queries.string(row, "priority")
            found[passage].append(
                Advice(
                    RecommendationReference(
                        iri=iri,
                        direction=self._directions[queries.string(row, "direction")],
                        strength=self._strengths.get(queries.string(row, "strength"), ""),
                        priority=int(priority) if priority else None,
                        text=queries.string(row, "quote"),
                    ),
                    start=0 if in_heading else start,
                    end=0 if in_heading else end,
                    in_heading=in_heading,
                    about=frozenset(about[passage, iri] - {""}),
                )
            )
        return found
