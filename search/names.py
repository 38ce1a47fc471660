"""What the things that a question names are: their kinds and classes, and their names without the word for their kind.

"Psykisk hälsa" is no name of anything, but "NPO psykisk hälsa" is; where a template needs an NPO, the short one does.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from graph.vocabulary import Vocabulary
from ontology import terms as t
from ontology.model import Concept
from search.described import Descriptions, read_descriptions
from search.fieldnames import FieldNames, read_field_names
from search.tasknames import Tasks, read_tasks
from search.template import word_lists

_DESCRIBED_CLASSES = ("Guideline", "Page", "Chapter")
"""Classes whose things questions name by what they are about."""
_COMMON_NOUNS = frozenset(
    ["condition", "intervention", "body-kind", "profession", "age-group", "target-group", "setting", "strength"]
)
"""Kinds whose names have a small letter inside a sentence."""
_TYPED_KINDS = frozenset({"organisation", "programme", "body-kind", "knowledge-service"})
"""Kinds whose classes in the ontology templates ask for; of the others the kind says enough."""


_HEALTHCARE_REGION = r"(norra|södra|västra|sydöstra) sjukvårdsregionen|sjukvårdsregion (\S+)"
_SYSTEM = "Nationellt system för kunskapsstyrning hälso- och sjukvård"
"""What people mean who say only "kunskapsstyrningen"."""
_LEVELS = frozenset(
    ["nationell", "nationella", "nationellt", "regional", "regionala", "regionalt", "lokal", "lokala", "lokalt"]
)
"""Words for a level, which names of kinds begin with and people leave out."""
_PREPOSITIONS = frozenset(["inom", "för", "i"])
_SHORT = 3
"""A word this short is no noun that speaks of an intervention by itself."""
_NUMBERS = frozenset(["två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"])


@dataclass(frozen=True, slots=True)
class Names:
    """Types by IRI, IRIs by short name (words in lower case), and the vocabulary's labels by IRI."""

    types: Mapping[str, frozenset[str]]
    short: Mapping[tuple[str, ...], tuple[str, ...]]
    labels: Mapping[str, str]
    codes: Mapping[str, frozenset[str]]
    """The codes of each thing that has some, without dots."""
    tasks: Tasks
    single: Mapping[str, tuple[str, ...]]
    """Conditions and interventions by each of their names that is one word, lower case."""
    longest: int
    """Words of the longest short name."""
    fields: FieldNames
    heads: Mapping[str, str]
    """Interventions that there is advice on by the last of the words of their names, where only one has that."""
    descriptions: Descriptions

    def inside(self, iri: str, label: str) -> str:
        """A label inside a sentence: "Depression" → "depression", but "ADHD", "Alcohol E" and "Region Skåne"."""
        is_common = bool(self.types.get(iri, frozenset()) & _COMMON_NOUNS) and label[1:].islower()
        return label[:1].lower() + label[1:] if is_common else label


def read_names(store: ox.Store, vocabulary: Vocabulary) -> Names:
    """Read what the graph calls things; a release never changes, so once is enough."""
    kinds = {
        notation.lower(): concept.label.lower()
        for concept in vocabulary.concepts.values()
        if concept.kind == "body-kind"
        for notation in concept.notations
    }
    otherwise = word_lists()["otherwise"]
    types: dict[str, frozenset[str]] = {}
    short: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for concept in vocabulary.concepts.values():
        classes = _classes(store, concept.iri) if concept.kind in _TYPED_KINDS else frozenset()
        types[concept.iri] = classes | {concept.kind}
        for words in _short_names(concept, kinds):
            short[words][concept.iri] = None
        for name in otherwise.get(concept.label, "").split():
            short[tuple(name.split("_"))][concept.iri] = None
    labels = {concept.iri: concept.label for concept in vocabulary.concepts.values()}
    for one in _others(store):
        types[one.iri], labels[one.iri] = frozenset({one.kind}), one.label
        for words in one.short:
            short[words][one.iri] = None
    fields = read_field_names(store)
    for iri, kind in fields.kinds.items():
        types.setdefault(iri, frozenset({kind}))
        labels.setdefault(iri, fields.labels[iri])
    return Names(
        types=types,
        short={words: tuple(found) for words, found in short.items()},
        codes={
            concept.iri: frozenset(notation.replace(".", "").upper() for notation in concept.notations)
            for concept in vocabulary.concepts.values()
            if concept.notations
        },
        labels=labels,
        tasks=read_tasks(store, frozenset(word_lists()["plain"].split())),
        single=_single(vocabulary),
        longest=max(map(len, short), default=0),
        fields=fields,
        heads=_heads(store, vocabulary),
        descriptions=read_descriptions(store, vocabulary),
    )


@dataclass(frozen=True, slots=True)
class _Other:
    """A thing outside the vocabulary, and the names that questions have for it."""

    iri: str
    label: str
    kind: str
    short: tuple[tuple[str, ...], ...] = ()


def _others(store: ox.Store) -> Iterator[_Other]:
    for iri, label in _labelled(store, "Criterion"):
        yield _Other(iri, label, "Criterion", (tuple(label.lower().split()),))
    for name in _DESCRIBED_CLASSES:
        for iri, label in _labelled(store, name):
            yield _Other(iri, label, name)
    for iri, label in _in_scheme(store, "levels"):
        yield _Other(iri, label, "level", (tuple(label.lower().split()),))
    for iri, label in _labelled_by(store, ox.NamedNode(t.ORG + "Post")):
        yield _Other(iri, label, "Post", ((label.split()[0].lower(),),))
    for iri, label in _labelled(store, "CompositionRule"):
        yield _Other(iri, label, "CompositionRule", tuple(_sort_of_seat(label)))


def _short_names(concept: Concept, kinds: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """What a body or programme is called without the word for its kind: "psykisk hälsa" for "NPO psykisk hälsa".

    A kind of a kind is also called by its abbreviation, given each abbreviation's label: "NAG inom psykisk hälsa".
    """
    for label in (concept.label, *concept.alt_labels):
        head, *rest = label.lower().replace(",", "").split()
        if concept.kind in {"organisation", "programme"} and rest and head in kinds:
            yield tuple(rest)
        if concept.kind == "organisation" and (area := re.fullmatch(_HEALTHCARE_REGION, label.lower())):
            yield (area[1] or area[2],)
        if concept.label == _SYSTEM:
            yield from (("kunskapsstyrningen",), ("kunskapsstyrningssystemet",), ("systemet",))
        if concept.kind == "body-kind" and len(rest) > 1 and head in _LEVELS:
            yield tuple(rest)
        if concept.kind == "body-kind":
            yield from _of_a_kind(label.lower(), kinds)


def _of_a_kind(label: str, kinds: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Other names of what is called "nationell arbetsgrupp inom …": with "NAG", and without the preposition."""
    for abbreviation, kind in kinds.items():
        preposition, *rest = label.removeprefix(kind).split() if label.startswith(kind + " ") else [""]
        if preposition in _PREPOSITIONS and rest:
            yield (*kind.split(), *rest)
            yield (abbreviation, preposition, *rest)


def _heads(store: ox.Store, vocabulary: Vocabulary) -> dict[str, str]:
    quads = store.quads_for_pattern(None, ox.NamedNode(t.INTERVENTION_OF), None, None)
    advised = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for iri in advised & vocabulary.concepts.keys():
        words = vocabulary.concepts[iri].label.lower().split()
        if len(words) == len(("neuropsykiatrisk", "utredning")) and words[-1].isalpha() and len(words[-1]) > _SHORT:
            found[words[-1]].add(iri)
    return {head: iris.pop() for head, iris in found.items() if len(iris) == 1}


def _single(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for concept in vocabulary.concepts.values():
        if concept.kind in {"condition", "intervention"}:
            for label in (concept.label, *concept.alt_labels):
                if label.isalnum():
                    found[label.lower()][concept.iri] = None
    return {word: tuple(iris) for word, iris in found.items()}


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
    return _labelled_by(store, ox.NamedNode(t.VIP + name))


def _labelled_by(store: ox.Store, name: ox.NamedNode) -> Iterator[tuple[str, str]]:
    yield from _with_labels(store, store.quads_for_pattern(None, ox.NamedNode(t.RDF_TYPE), name, None))


def _in_scheme(store: ox.Store, scheme: str) -> Iterator[tuple[str, str]]:
    quads = store.quads_for_pattern(None, ox.NamedNode(t.SKOS + "inScheme"), None, None)
    yield from _with_labels(store, (quad for quad in quads if str(quad.object).endswith(f"/{scheme}>")))


def _with_labels(store: ox.Store, quads: Iterable[ox.Quad]) -> Iterator[tuple[str, str]]:
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            for row in queries.select(store, "label", resource=quad.subject):
                yield quad.subject.value, queries.string(row, "label")
