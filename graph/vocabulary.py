"""The graph's labels and hierarchy → an immutable snapshot that text and questions are linked against."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from graph import queries
from ontology import terms as t
from ontology.iris import digest
from ontology.model import Concept

_KIND_OF_CLASS = {
    t.CONDITION: "condition",
    t.INTERVENTION: "intervention",
    t.TARGET_GROUP: "target-group",
    t.AGE_GROUP: "age-group",
    t.SETTING: "setting",
    t.PROFESSION: "profession",
    t.CARE_PROGRAMME: "programme",
    t.BODY_KIND: "body-kind",
    t.KNOWLEDGE_SERVICE: "knowledge-service",
    t.ORG + "Organization": "organisation",
}
_KIND_OF_FIELD = {
    t.PHASE_CLASS: "phase",
    t.SEVERITY_CLASS: "severity",
    t.FUNCTION_LEVEL_CLASS: "function-level",
    t.SERVICE_CATEGORY_CLASS: "service-category",
}
"""Kinds that the marking of a page names, and that running text is not linked to."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All concepts that text can be linked to, by IRI, and those that only the fields of a marking name."""

    concepts: Mapping[str, Concept]
    fields: Mapping[str, Concept] = field(default_factory=dict)
    concerns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """IRIs of the conditions that a programme is about, by IRI of the programme."""
    _below: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """IRIs of the concepts just below one, by its IRI."""

    def __post_init__(self) -> None:
        below: defaultdict[str, list[str]] = defaultdict(list)
        for concept in self.concepts.values():
            for parent in concept.broader:
                below[parent].append(concept.iri)
        object.__setattr__(self, "_below", {parent: tuple(children) for parent, children in below.items()})

    @property
    def identity(self) -> str:
        """Digest of everything in it: a changed label changes what ingest finds."""
        every = {**self.concepts, **self.fields}
        return digest(*(repr(every[iri]) for iri in sorted(every)), repr(sorted(self.concerns.items())))

    def single_words(self) -> tuple[str, ...]:
        """Labels of one word, in lower case: words that a compound splitter must know."""
        labels = (label for concept in self.concepts.values() for label in (concept.label, *concept.alt_labels))
        return tuple(sorted({label.lower() for label in labels if label.isalpha() and not label.isupper()}))

    def kind_of(self, iri: str) -> str:
        """The kind of a concept by its IRI, as in `Concept.kind`."""
        return self.concepts[iri].kind

    def by_name(self) -> dict[tuple[str, str], str]:
        """IRIs by kind and by any name or code in lower case, for looking many up."""
        return {
            (concept.kind, name.lower()): concept.iri
            for concept in (*self.concepts.values(), *self.fields.values())
            for name in (*concept.hidden_labels, *concept.alt_labels, *concept.notations, concept.label)
        }

    def concept_of_code(self, code: str) -> str | None:
        """IRI of the concept with this ICD-10-SE code, or of the nearest category above it: F90.0B → F90.0 → F90."""
        by_code = self._by_code()
        return next((by_code[key] for key in code_ancestry(code) if key in by_code), None)

    def narrower(self, concept_iri: str) -> tuple[str, ...]:
        """IRIs of all concepts below one, at any depth, nearest first; without the concept itself."""
        found: dict[str, None] = {}
        queue = [concept_iri]
        while queue:
            fresh = [
                child for child in self._below.get(queue.pop(0), ()) if child not in found and child != concept_iri
            ]
            found.update(dict.fromkeys(fresh))
            queue.extend(fresh)
        return tuple(found)

    def _by_code(self) -> dict[str, str]:
        return {
            notation: concept.iri
            for concept in self.concepts.values()
            for notation in concept.notations
            if concept.kind == "condition"
        }


def code_ancestry(code: str) -> tuple[str, ...]:
    """A diagnosis code and the categories above it, nearest first, with or without dot.

    >>> code_ancestry("F900B")
    ('F90.0B', 'F90.0', 'F90')
    """
    match = re.fullmatch(r"([A-Z]\d\d)\.?(?:([\dA-Z-])([A-Z\d])?)?", code.strip().upper())
    if not match:
        return ()
    category, subcategory, detail = match.groups()
    chain = [category]
    if subcategory and subcategory != "-":
        chain.insert(0, f"{category}.{subcategory}")
        if detail:
            chain.insert(0, f"{category}.{subcategory}{detail}")
    return tuple(chain)


def load_vocabulary(store: ox.Store) -> Vocabulary:
    """Read the vocabulary of a store; resources whose class is not linkable are left out."""
    kinds = _linkable(store)
    concerns: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in queries.select(store, "programme-conditions"):
        concerns[queries.string(row, "programme")] += (queries.string(row, "condition"),)
    return Vocabulary(_concepts(store, kinds), _concepts(store, _KIND_OF_FIELD), dict(concerns))


def load_english_labels(store: ox.Store) -> dict[str, tuple[str, ...]]:
    """English names of what text can be linked to, by IRI. Only questions are linked by them: documents are Swedish."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for type_iri in sorted(_linkable(store)):
        for row in queries.select(store, "english-labels", type=ox.NamedNode(type_iri)):
            found[queries.string(row, "concept")] += (queries.string(row, "value"),)
    return dict(found)


def _linkable(store: ox.Store) -> dict[str, str]:
    """Kind by class, of every class whose members text can be linked to."""
    kinds = dict(_KIND_OF_CLASS)
    for row in queries.select(store, "superclasses"):
        if (kind := _KIND_OF_CLASS.get(queries.string(row, "super"))) is not None:
            kinds.setdefault(queries.string(row, "class"), kind)
    return kinds


def _concepts(store: ox.Store, kinds: Mapping[str, str]) -> dict[str, Concept]:
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    kind_of: dict[str, str] = {}
    for type_iri, kind in sorted(kinds.items()):
        for row in queries.select(store, "concepts", type=ox.NamedNode(type_iri)):
            iri, value = queries.string(row, "concept"), queries.string(row, "value")
            kind_of[iri] = kind
            values = said[iri][queries.string(row, "property")]
            if value not in values:
                values.append(value)
    return {
        iri: Concept(
            iri=iri,
            kind=kind_of[iri],
            label=found[t.PREF_LABEL][0],
            alt_labels=tuple(found[t.ALT_LABEL]),
            hidden_labels=tuple(found[t.HIDDEN_LABEL]),
            notations=tuple(found[t.NOTATION]),
            broader=tuple(found[t.BROADER]),
        )
        for iri, found in sorted(said.items())
        if found[t.PREF_LABEL]
    }
