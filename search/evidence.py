"""What an answer rests on → its sources, with words where a text was read, and notes on what is unsure or contested."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph.queries import string
from search.sentences import listing
from search.template import part
from search.types import AnswerSource

MOST_REMARKS = 4
"""More remarks than this make a note that nobody reads."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A thing that an answer rests on, a claim or the like, and what of the answer it says."""

    iri: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sources, each once, and notes in Swedish."""

    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]


def read_evidence(store: ox.Store, bases: Iterable[Basis]) -> Evidence:
    """Look up what the things say of themselves."""
    sources: dict[str, AnswerSource] = {}
    unsure: dict[str, None] = {}
    remarks: dict[str, None] = {}
    differences: dict[str, None] = {}
    values = {basis.iri: basis.value for basis in bases}
    if values:
        for row in _ask(store, values):
            value = values[string(row, "about")]
            source = AnswerSource(string(row, "source"), string(row, "title"), string(row, "quote"))
            known = sources.get(source.iri)
            if source.iri and (known is None or (source.quote and not known.quote)):
                sources[source.iri] = source
            if string(row, "confidence") == "M":
                unsure[value] = None
            remarks |= dict.fromkeys(filter(None, [string(row, "remark")]))
            differences |= dict.fromkeys(filter(None, [string(row, "difference")]))
    notes = [f"Mindre säker uppgift: {listing([name.rstrip('.') for name in unsure])}."] if unsure else []
    notes += list(remarks)[:MOST_REMARKS]
    notes += [f"Källorna skiljer sig: {difference}" for difference in differences]
    return Evidence(tuple(sources.values()), tuple(notes))


def _ask(store: ox.Store, iris: Iterable[str]) -> Iterable[ox.QuerySolution]:
    query = part("evidence").replace("$about", " ".join(str(ox.NamedNode(iri)) for iri in iris))
    solutions = store.query(query, use_default_graph_as_union=True)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("evidence is not a SELECT")
    return solutions


def merged(*notes: Sequence[str]) -> tuple[str, ...]:
    """Notes in order, each once."""
    return tuple(dict.fromkeys(note for some in notes for note in some))
