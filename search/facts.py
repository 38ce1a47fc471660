"""What the graph says of passages, read for many at once and remembered: a release never changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    interventions: frozenset[str] = frozenset()


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

    def _ask(self, iris: Iterable[str]) -> Iterator[Facts]:
        passages = [ox.NamedNode(iri) for iri in iris]
        shown = [*queries.select_each(self._store, "shown-passages", passages)]
        sections = {queries.string(row, "section") for row in shown}
        starts = {queries.string(row, "passage"): int(queries.string(row, "start")) for row in shown}
        named = self._named(passages, starts)
        advised = self._advised([*passages, *map(ox.NamedNode, sections)])
        subjects = self._subjects(passages)
        for row in shown:
            iri, section = queries.string(row, "passage"), queries.string(row, "section")
            start = starts[iri]
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
                advice=(
                    *(replace(advice, start=advice.start - start, end=advice.end - start) for advice in advised[iri]),
                    *(replace(advice, start=0, end=0, in_heading=True) for advice in advised[section]),
                ),
                subjects=frozenset(subjects[iri, False]),
                headed=frozenset(subjects[iri, True]),
            )

    def _named(self, passages: Sequence[ox.NamedNode], starts: Mapping[str, int]) -> defaultdict[str, list[Named]]:
        """The names of concepts by passage."""
        found: defaultdict[str, list[Named]] = defaultdict(list)
        for row in queries.select_each(self._store, "shown-mentions", passages):
            passage = queries.string(row, "passage")
            start, end = _span(row)
            name = Named(queries.string(row, "concept"), start - starts[passage], end - starts[passage])
            found[passage].append(name)
        return found

    def _advised(self, places: Sequence[ox.NamedNode]) -> defaultdict[str, list[Advice]]:
        """The recommendations by passage or section, with offsets in the document."""
        about: defaultdict[str, set[str]] = defaultdict(set)
        interventions: defaultdict[str, set[str]] = defaultdict(set)
        rows: dict[str, queries.Row] = {}
        for row in queries.select_each(self._store, "shown-advice", places):
            iri = queries.string(row, "recommendation")
            rows[iri] = row
            about[iri].add(queries.string(row, "about"))
            interventions[iri].add(queries.string(row, "intervention"))
        found: defaultdict[str, list[Advice]] = defaultdict(list)
        for iri, row in sorted(rows.items()):
            priority = queries.string(row, "priority")
            reference = RecommendationReference(
                iri=iri,
                direction=self._directions[queries.string(row, "direction")],
                strength=self._strengths.get(queries.string(row, "strength"), ""),
                priority=int(priority) if priority else None,
                text=queries.string(row, "quote"),
            )
            found[queries.string(row, "place")].append(
                Advice(
                    reference,
                    *_span(row),
                    in_heading=False,
                    about=frozenset(about[iri] - {""}),
                    interventions=frozenset(interventions[iri] - {""}),
                )
            )
        return found

    def _subjects(self, passages: Sequence[ox.NamedNode]) -> defaultdict[tuple[str, bool], set[str]]:
        """What documents (False) and headings (True) are about, by passage."""
        found: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
        for row in queries.select_each(self._store, "shown-subjects", passages):
            is_heading = queries.string(row, "heading") == "true"
            found[queries.string(row, "passage"), is_heading].add(queries.string(row, "concept"))
        return found


def _span(row: queries.Row) -> tuple[int, int]:
    return int(queries.string(row, "start")), int(queries.string(row, "end"))
