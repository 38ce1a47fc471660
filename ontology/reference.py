"""Triples of the modules → the term reference: what is to be told of every term, in Swedish and English.

It takes plain triples, so that whoever reads the Turtle chooses the library. A term is whatever `rdfs:isDefinedBy` a
module; what points at it (used by, narrower terms, shapes, alignments) is gathered here, since Turtle tells it only at
the other end.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ontology.terms import DCTERMS, OWL, RDF_TYPE, RDFS, SHAPES, SKOS, VIP

MODULE = VIP + "module/"
ALIGNMENT = VIP + "alignment/"
_SCHEMA = "https://schema.org/"
_SHACL = "http://www.w3.org/ns/shacl#"

Kind: TypeAlias = Literal["class", "object-property", "datatype-property", "other"]
_KINDS: dict[str, Kind] = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object-property",
    OWL + "DatatypeProperty": "datatype-property",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A literal with its language tag, which may be empty."""

    value: str
    language: str = ""


Triple: TypeAlias = tuple[str, str, str | Text]
"""Subject and predicate by IRI; the object by IRI, or a text."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What an alignment says of a term."""

    predicate: str
    target: str
    source: str
    """Name of the alignment."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term. Terms that it is related to are IRIs."""

    iri: str
    kind: Kind
    module: str
    """Name of the module that defines it."""
    labels: tuple[Text, ...]
    definitions: tuple[Text, ...]
    examples: tuple[Text, ...]
    notes: tuple[Text, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    domain_includes: tuple[str, ...]
    range_includes: tuple[str, ...]
    disjoint: tuple[str, ...]
    inverse: tuple[str, ...]
    used_by: tuple[str, ...]
    """Properties that have it as domain or range."""
    shapes: tuple[str, ...]
    alignments: tuple[Alignment, ...]
    deprecated: bool
    replaced_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """The end of its IRI, which is also its anchor on the page of its module."""
        return self.iri.removeprefix(VIP)

    def label(self, language: str) -> str:
        """Its label in a language, else its name."""
        return in_language(self.labels, language) or self.name

    def definition(self, language: str) -> str:
        """Its definition in a language, or nothing."""
        return in_language(self.definitions, language)


@dataclass(frozen=True, slots=True)
class Module:
    """One module with the terms that it defines, in the order of its Turtle."""

    name: str
    version: str
    prior_version: str
    titles: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    notes: tuple[Text, ...]
    licence: str
    imports: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def iri(self) -> str:
        """Its IRI, the same for all versions."""
        return MODULE + self.name

    def title(self, language: str) -> str:
        """Its title in a language, else its name."""
        return in_language(self.titles, language) or self.name

    def of_kind(self, kind: str) -> tuple[Term, ...]:
        """Its terms of one kind that are in use, in the order of their Swedish labels; deprecated ones come last."""
        chosen = (term for term in self.terms if term.kind == kind)
        return tuple(sorted(chosen, key=lambda term: (term.deprecated, alphabetical(term.label("sv")))))


@dataclass(frozen=True, slots=True)
class Reference:
    """All modules of one version of the ontology, and how to name what they speak of."""

    modules: tuple[Module, ...]
    terms: Mapping[str, Term]
    prefixes: Mapping[str, str]
    alignments: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    """Titles of the alignments, by name."""

    def module(self, name: str) -> Module | None:
        """The module of a name."""
        return next((module for module in self.modules if module.name == name), None)

    def short(self, iri: str) -> str:
        """An IRI as a person reads it: with a prefix where one fits.

        >>> Reference((), {}, {"skos": "http://www.w3.org/2004/02/skos/core#"}).short(SKOS + "Concept")
        'skos:Concept'
        """
        fitting = max((base for base in self.prefixes.values() if iri.startswith(base)), key=len, default="")
        names = (prefix for prefix, base in self.prefixes.items() if base == fitting)
        return f"{next(names)}:{iri.removeprefix(fitting)}" if fitting and iri != fitting else iri


def make_reference(
    modules: Mapping[str, Iterable[Triple]],
    prefixes: Mapping[str, str],
    shapes: Iterable[Triple] = (),
    alignments: Mapping[str, Iterable[Triple]] | None = None,
) -> Reference:
    """The reference of modules by name, with what shapes and alignments (by name) say of their terms."""
    stated = {name: tuple(triples) for name, triples in modules.items()}
    everything = _Statements(triple for triples in stated.values() for triple in triples)
    beside = _Beside(
        _Statements(shapes),
        {name: _Statements(triples) for name, triples in sorted((alignments or {}).items())},
    )
    made = tuple(_module(name, _Statements(stated[name]), everything, beside) for name in _in_order(stated))
    terms = {term.iri: term for module in made for term in module.terms}
    titles = {name: said.texts(ALIGNMENT + name, DCTERMS + "title") for name, said in beside.alignments.items()}
    return Reference(made, terms, dict(prefixes), titles)


def in_language(texts: Iterable[Text], language: str) -> str:
    """The first text in a language, or nothing."""
    return next((text.value for text in texts if text.language == language), "")


def alphabetical(text: str) -> str:
    """A key that puts Swedish texts in the order of the Swedish alphabet.

    >>> sorted(["ö", "ä", "å", "Z"], key=alphabetical)
    ['Z', 'å', 'ä', 'ö']
    """
    return text.casefold().translate({ord("å"): "{a", ord("ä"): "{b", ord("ö"): "{c"})


class _Statements:
    """Triples by subject and by object, each in the order in which they were stated."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._by_subject: dict[str, list[tuple[str, str | Text]]] = {}
        self._by_object: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, value in triples:
            self._by_subject.setdefault(subject, []).append((predicate, value))
            if isinstance(value, str):
                self._by_object.setdefault(value, []).append((predicate, subject))

    def subjects(self) -> Iterator[str]:
        return iter(self._by_subject)

    def said(self, subject: str) -> list[tuple[str, str | Text]]:
        return self._by_subject.get(subject, [])

    def values(self, subject: str, *predicates: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.said(subject) if name in predicates and isinstance(value, str))

    def texts(self, subject: str, *predicates: str) -> tuple[Text, ...]:
        found = (value for name, value in self.said(subject) if name in predicates and isinstance(value, Text))
        return tuple(sorted(found, key=lambda text: (text.language != "sv", text.language)))

    def pointing(self, target: str, *predicates: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(subject for name, subject in self._by_object.get(target, []) if name in predicates))


@dataclass(frozen=True, slots=True)
class _Beside:
    shapes: _Statements
    alignments: Mapping[str, _Statements]


def _in_order(modules: Iterable[str]) -> list[str]:
    """Core first, since the others build on it."""
    return sorted(modules, key=lambda name: (name != "core", name))


def _module(name: str, own: _Statements, everything: _Statements, beside: _Beside) -> Module:
    iri = MODULE + name
    defined = [subject for subject in own.subjects() if iri in own.values(subject, RDFS + "isDefinedBy")]
    return Module(
        name=name,
        version="".join(text.value for text in own.texts(iri, OWL + "versionInfo")),
        prior_version="".join(own.values(iri, OWL + "priorVersion")).removeprefix(f"{iri}/"),
        titles=own.texts(iri, DCTERMS + "title"),
        descriptions=own.texts(iri, DCTERMS + "description"),
        notes=own.texts(iri, SKOS + "changeNote"),
        licence="".join(own.values(iri, DCTERMS + "license")),
        imports=tuple(value.removeprefix(MODULE) for value in own.values(iri, OWL + "imports")),
        terms=tuple(_term(subject, name, everything, beside) for subject in defined),
    )


def _term(iri: str, module: str, everything: _Statements, beside: _Beside) -> Term:
    kinds = everything.values(iri, RDF_TYPE)
    deprecated = any(text.value == "true" for text in everything.texts(iri, OWL + "deprecated"))
    over = (RDFS + "subClassOf", RDFS + "subPropertyOf")
    domain, value = RDFS + "domain", RDFS + "range"
    domain_includes, range_includes = _SCHEMA + "domainIncludes", _SCHEMA + "rangeIncludes"
    disjoint, inverse = OWL + "disjointWith", OWL + "inverseOf"
    return Term(
        iri=iri,
        kind=next((_KINDS[kind] for kind in kinds if kind in _KINDS), "other"),
        module=module,
        labels=everything.texts(iri, RDFS + "label"),
        definitions=everything.texts(iri, SKOS + "definition"),
        examples=everything.texts(iri, SKOS + "example"),
        notes=everything.texts(iri, SKOS + "changeNote", SKOS + "scopeNote", RDFS + "comment"),
        broader=everything.values(iri, *over),
        narrower=everything.pointing(iri, *over),
        domain=everything.values(iri, domain),
        range=everything.values(iri, value),
        domain_includes=everything.values(iri, domain_includes),
        range_includes=everything.values(iri, range_includes),
        disjoint=_union(everything.values(iri, disjoint), everything.pointing(iri, disjoint)),
        inverse=_union(everything.values(iri, inverse), everything.pointing(iri, inverse)),
        used_by=everything.pointing(iri, domain, value, domain_includes, range_includes),
        shapes=_shapes(iri, beside.shapes),
        alignments=tuple(
            Alignment(predicate, target, name)
            for name, statements in beside.alignments.items()
            for predicate, target in statements.said(iri)
            if isinstance(target, str)
        ),
        deprecated=deprecated,
        replaced_by=everything.values(iri, DCTERMS + "isReplacedBy"),
    )


def _shapes(iri: str, shapes: _Statements) -> tuple[str, ...]:
    """Names of the shapes that aim at a class or check a property."""
    found = shapes.pointing(iri, _SHACL + "targetClass", _SHACL + "path")
    return tuple(shape.removeprefix(SHAPES) for shape in found)


def _union(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))
