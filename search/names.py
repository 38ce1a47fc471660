"""What the things that a question names are: their kinds and classes, and their names without the word for their kind.

"Psykisk hälsa" is no name of anything, but "NPO psykisk hälsa" is; where a template needs an NPO, the short one does.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from graph.vocabulary import Vocabulary
from ontology import terms as t
from ontology.model import Concept

_OTHER_CLASSES = ("Criterion",)
"""Classes outside the vocabulary whose things questions name."""
_COMMON_NOUNS = frozenset({"condition", "body-kind", "profession", "age-group", "target-group", "setting", "strength"})
"""Kinds whose names have a small letter inside a sentence."""
_TYPED_KINDS = frozenset({"organisation", "programme", "body-kind", "knowledge-service"})
"""Kinds whose classes in the ontology templates ask for; of the others the kind says enough."""


_NUMBERS = frozenset(["två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"])


@dataclass(frozen=True, slots=True)
class Names:
    """Types by IRI, IRIs by short name (words in lower case), and the vocabulary's labels by IRI."""

    types: Mapping[str, frozenset[str]]
    short: Mapping[tuple[str, ...], tuple[str, ...]]
    labels: Mapping[str, str]
    codes: Mapping[str, frozenset[str]]
    """The codes of each thing that has some, without dots."""
    single: Mapping[str, tuple[str, ...]]
    """Conditions and interventions by each of their names that is one word, lower case."""
    tasks: Mapping[str, frozenset[str]]
    """The words of each task, lower case."""
    longest: int
    """Words of the longest short name."""

    def inside(self, iri: str, label: str) -> str:
        """A label as it stands inside a sentence: "Depression" → "depression", but "ADHD" and "Region Skåne"."""
        is_common = bool(self.types.get(iri, frozenset()) & _COMMON_NOUNS) and label[1:2].islower()
        return label[:1].lower() + label[1:] if is_common else label


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
        for words in _short_names(concept, abbreviations):
            short[words][concept.iri] = None
    labels = {concept.iri: concept.label for concept in vocabulary.concepts.values()}
    for name in _OTHER_CLASSES:
        for iri, label in _labelled(store, name):
            types[iri], labels[iri] = frozenset({name}), label
            short[tuple(label.lower().split())][iri] = None
    for iri, label in _labelled(store, "CompositionRule"):
        types[iri], labels[iri] = frozenset({"CompositionRule"}), label
        for words in _sort_of_seat(label):
            short[words][iri] = None
    tasks = {}
    for iri, label in _labelled(store, "Task"):
        types[iri], labels[iri] = frozenset({"Task"}), label
        tasks[iri] = frozenset(label.lower().replace(",", "").split())
    return Names(
        types=types,
        short={words: tuple(found) for words, found in short.items()},
        codes={
            concept.iri: frozenset(notation.replace(".", "").upper() for notation in concept.notations)
            for concept in vocabulary.concepts.values()
            if concept.notations
        },
        labels=labels,
        single=_single(vocabulary),
        tasks=tasks,
        longest=max(map(len, short), default=0),
    )


def _single(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for concept in vocabulary.concepts.values():
        if concept.kind in {"condition", "intervention"}:
            for label in (concept.label, *concept.alt_labels):
                if label.isalnum():
                    found[label.lower()][concept.iri] = None
    return {word: tuple(iris) for word, iris in found.items()}


def _short_names(concept: Concept, abbreviations: Container[str]) -> Iterator[tuple[str, ...]]:
    """Names without the word for the kind ("NPO psykisk hälsa" → "psykisk hälsa"); of a kind without "nationell"."""
    for label in (concept.label, *concept.alt_labels):
        head, *rest = label.lower().replace(",", "").split()
        if concept.kind in {"organisation", "programme"}:
            if rest and head in abbreviations:
                yield tuple(rest)
        elif concept.kind == "body-kind" and head in {"nationell", "nationella"} and len(rest) > 1:
            yield tuple(rest)
            if rest[0].startswith("arbetsgrupp"):
                yield ("nag", *rest[1:])


def _sort_of_seat(label: str) -> Iterator[tuple[str, ...]]:
    """What a numbered rule on seats says who sits: "fyra kirurger i NPO kirurgi" → "kirurger".

    The plural is given without its article too: "de sex cheferna för …" → "chefer för …".
    """
    words = label.lower().removeprefix("de ").split()
    end = max((index for index, word in enumerate(words) if word == "i"), default=0)
    if words[0] in _NUMBERS and end > 1:
        first, *rest = words[1:end]
        yield (first, *rest)
        if first.endswith("na"):
            yield (first.removesuffix("na"), *rest)


def _classes(store: ox.Store, iri: str) -> frozenset[str]:
    found = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(t.RDF_TYPE), None, None)
    names = (quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode))
    return frozenset(name.removeprefix(t.VIP) for name in names if name.startswith(t.VIP))


def _labelled(store: ox.Store, name: str) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(t.VIP + name), None):
        if isinstance(quad.subject, ox.NamedNode):
            for row in queries.select(store, "label", resource=quad.subject):
                yield quad.subject.value, queries.string(row, "label")
