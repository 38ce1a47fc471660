"""What questions name that texts are not linked to: strengths, scales and their levels, severities, phases, pages.

Running text says "svår" and "låg" of everything, so the vocabulary does not link such words. In a question a template
that expects one of these knows it by any of its names.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from ontology import terms as t
from search.template import word_lists

_KINDS = {
    t.SEVERITY_CLASS: "severity",
    t.PHASE_CLASS: "phase",
    t.SERVICE_CATEGORY_CLASS: "service-category",
    t.FUNCTION_LEVEL_CLASS: "function-level",
    t.VIP + "ScaleLevel": "scale-level",
    t.VIP + "EvidenceScale": "scale",
    t.VIP + "PriorityScale": "scale",
    t.VIP + "Page": "page",
    t.VIP + "Chapter": "chapter",
    t.CONCEPT_SCHEME: "scheme",
}
_SCHEMES = {
    "strengths": "strength",
    "directions": "direction",
    "obligations": "term",
    "degrees-of-governance": "term",
    "section-roles": "term",
    "roles": "term",
    "programme-states": "term",
    "conflict-kinds": "term",
    "start-bases": "term",
    "scale-directions": "term",
    "hosting-kinds": "term",
}
_PAGES = frozenset({"page", "chapter"})


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Names by their first word: the words of each, and the IRIs that it is used of; kinds and labels by IRI."""

    by_start: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    kinds: Mapping[str, str]
    labels: Mapping[str, str]


def read_field_names(store: ox.Store) -> FieldNames:
    """Read the names of what has a class or a scheme of `_KINDS` and `_SCHEMES`."""
    kinds = dict(_of_kind(store))
    spoken: dict[str, str] = word_lists()["spoken"]
    found: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    labels = {}
    for iri, kind in kinds.items():
        names = _names(store, iri, kind)
        labels[iri] = names[0] if names else iri
        for name in [*names, *(word.replace("_", " ") for word in spoken.get(f"{kind} {labels[iri]}", "").split())]:
            found[words_of(name)][iri] = None
    by_start: defaultdict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for words, iris in found.items():
        by_start[words[0]].append((words, tuple(iris)))
    return FieldNames({first: tuple(names) for first, names in by_start.items()}, kinds, labels)


def words_of(name: str) -> tuple[str, ...]:
    """A name's words, lower case.

    >>> words_of("Hälso- och sjukvård")
    ('hälso-', 'och', 'sjukvård')
    """
    return tuple(re.findall(r"[\w-]+", name.lower()))


def find_fields(words: Sequence[frozenset[str]], names: FieldNames) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """What the words (of each its forms) name: the IRIs, and the first and last word (half open)."""
    for start, forms in enumerate(words):
        for form in forms:
            for name, iris in names.by_start.get(form, ()):
                end = start + len(name)
                if end <= len(words) and all(
                    own in said for own, said in zip(name[1:], words[start + 1 : end], strict=True)
                ):
                    yield iris, start, end


def _of_kind(store: ox.Store) -> Iterator[tuple[str, str]]:
    for class_iri, kind in _KINDS.items():
        for quad in store.quads_for_pattern(None, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(class_iri), None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value, kind
    for quad in store.quads_for_pattern(None, ox.NamedNode(t.IN_SCHEME), None, None):
        scheme = str(quad.object).rstrip(">").rpartition("/")[2]
        if isinstance(quad.subject, ox.NamedNode) and scheme in _SCHEMES:
            yield quad.subject.value, _SCHEMES[scheme]


def _names(store: ox.Store, iri: str, kind: str) -> list[str]:
    """Its Swedish names, the one to show first; a page is also called by its title alone."""
    names = [queries.string(row, "label") for row in queries.select(store, "label", resource=ox.NamedNode(iri))]
    of = ox.NamedNode(iri)
    for predicate in (t.ALT_LABEL, *((t.TITLE,) if kind in _PAGES else ())):
        found = [quad.object for quad in store.quads_for_pattern(of, ox.NamedNode(predicate), None, None)]
        names += [name.value for name in found if isinstance(name, ox.Literal) and name.language in ("sv", None)]
    return names
