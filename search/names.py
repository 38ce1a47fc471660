"""What the things that a question names are: their kinds and classes, and their names without the word for their kind.

"Psykisk hälsa" is no name of anything, but "NPO psykisk hälsa" is; where a template needs an NPO, the short one does.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph.vocabulary import Vocabulary
from ontology import terms as t

_TYPED_KINDS = frozenset({"organisation", "programme", "body-kind", "knowledge-service"})
"""Kinds whose classes in the ontology templates ask for; of the others the kind says enough."""


@dataclass(frozen=True, slots=True)
class Names:
    """Types by IRI, IRIs by short name (words in lower case), and the vocabulary's labels by IRI."""

    types: Mapping[str, frozenset[str]]
    short: Mapping[tuple[str, ...], tuple[str, ...]]
    labels: Mapping[str, str]
    codes: Mapping[str, frozenset[str]]
    """The codes of each thing that has some, without dots."""
    longest: int
    """Words of the longest short name."""


def read_names(store: ox.Store, vocabulary: Vocabulary) -> Names:
    """Read what the graph calls things; a release never changes, so once is enough."""
    abbreviations = {
        notation.lower()
        for concept in vocabulary.concepts.values()
        if concept.kind == "body-kind"
        for notation in concept.notations
    }
    types: dict[str, frozenset[str]] = {}
    short: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for concept in vocabulary.concepts.values():
        classes = _classes(store, concept.iri) if concept.kind in _TYPED_KINDS else frozenset()
        types[concept.iri] = classes | {concept.kind}
        if concept.kind in {"organisation", "programme"}:
            for label in (concept.label, *concept.alt_labels):
                head, *rest = label.lower().replace(",", "").split()
                if rest and head in abbreviations:
                    short[tuple(rest)][concept.iri] = None
    return Names(
        types=types,
        short={words: tuple(found) for words, found in short.items()},
        codes={
            concept.iri: frozenset(notation.replace(".", "").upper() for notation in concept.notations)
            for concept in vocabulary.concepts.values()
            if concept.notations
        },
        labels={concept.iri: concept.label for concept in vocabulary.concepts.values()},
        longest=max(map(len, short), default=0),
    )


def _classes(store: ox.Store, iri: str) -> frozenset[str]:
    found = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(t.RDF_TYPE), None, None)
    names = (quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode))
    return frozenset(name.removeprefix(t.VIP) for name in names if name.startswith(t.VIP))
