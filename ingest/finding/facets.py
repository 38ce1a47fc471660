"""The marking of a page (words) → concepts: its age groups, settings, professions, phases and the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ontology.model import Description, Facet

_KINDS = {
    "setting": ("setting",),
    "profession": ("profession",),
    "age-group": ("age-group",),
    "care-category": ("service-category",),
    "phase": ("phase",),
    "severity": ("severity",),
    "function-level": ("function-level",),
    "procedure-code": ("intervention",),
}
"""What the values of a field may be."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What the marking of a document says of it, as concepts: kind and IRI."""

    concepts: tuple[tuple[str, str], ...]
    coordinated: bool | None


def marked_facets(description: Description, names: Mapping[tuple[str, str], str]) -> Marked:
    """Link the values of the marking, and the programme that the document names, by kind and name in lower case; what
    is not known is left out."""
    found = [pair for facet in description.facets for pair in _linked(facet, names)]
    if programme := names.get(("programme", description.programme.lower())):
        found.append(("programme", programme))
    coordinated = next((facet.values[0].text for facet in description.facets if facet.name == "coordinated"), "")
    return Marked(tuple(dict.fromkeys(found)), coordinated.lower().startswith("ja") if coordinated else None)


def _linked(facet: Facet, names: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    for kind in _KINDS.get(facet.name, ()):
        for value in facet.values:
            if iri := names.get((kind, value.text.strip().lower())):
                yield kind, iri
