"""Vocabulary → the bodies by family (programme areas, regions …), with their own names: what a claim may be about.

A family is known by how its bodies are named, and a body's own name is what is left without that: "Akut vård" of
"NPO akut vård". Families are data (`rules/claims.toml`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from graph.vocabulary import Vocabulary
from ingest.rulebook import load_rules
from ontology.model import Concept

ORGANISATION = "organisation"
KIND = "body-kind"
PROGRAMME = "programme"
_NAMED = frozenset([ORGANISATION, PROGRAMME])


@dataclass(frozen=True, slots=True)
class Bodies:
    """What a document may make claims about."""

    concepts: Mapping[str, Concept]
    by_family: Mapping[str, tuple[Concept, ...]]
    family_of: Mapping[str, str]
    kinds: Mapping[str, Concept]
    """Kinds of bodies by their names in lower case."""
    root: str
    """What stands before the type and key of an IRI."""

    def iri(self, path: str) -> str:
        """IRI of a concept by type and key, such as `body-kind/vip`; "" when the vocabulary has none."""
        iri = f"{self.root}{path}"
        return iri if iri in self.concepts else ""


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    label: re.Pattern[str]
    strip: re.Pattern[str]


def bodies_of(vocabulary: Vocabulary) -> Bodies:
    """The bodies, kinds and programmes of a vocabulary."""
    by_family: defaultdict[str, list[Concept]] = defaultdict(list)
    family_of: dict[str, str] = {}
    kinds: dict[str, Concept] = {}
    for concept in vocabulary.concepts.values():
        if concept.kind == KIND:
            kinds.update(
                {name.lower(): concept for name in (*concept.hidden_labels, *concept.alt_labels, concept.label)}
            )
        elif concept.kind in _NAMED and (family := _family(concept)):
            by_family[family].append(concept)
            family_of[concept.iri] = family
    some = next((concept.iri for concept in vocabulary.concepts.values() if "/id/" in concept.iri), "")
    return Bodies(
        concepts=vocabulary.concepts,
        by_family={family: tuple(members) for family, members in by_family.items()},
        family_of=family_of,
        kinds=kinds,
        root=some.partition("/id/")[0] + "/id/",
    )


def own_names(members: Iterable[Concept], family: str) -> Iterator[tuple[str, str]]:
    """The own names of bodies of a family, in lower case, each with its IRI."""
    strip = _families()[family].strip
    for concept in members:
        for name in (concept.label, *concept.alt_labels):
            if own := strip.sub("", name).strip().lower():
                yield own, concept.iri


def own_name(iri: str, bodies: Bodies) -> str:
    """The own name of a body of a family; else its whole name."""
    concept = bodies.concepts[iri]
    family = bodies.family_of.get(iri)
    return _families()[family].strip.sub("", concept.label) if family else concept.label


def counterparts(iris: Iterable[str], bodies: Bodies, family: str) -> tuple[str, ...]:
    """The members of another family that share an own name with these: the programme of a working group."""
    others = dict(own_names(bodies.by_family.get(family, ()), family))
    named = [(bodies.concepts[iri], bodies.family_of[iri]) for iri in iris if iri in bodies.family_of]
    names = [own for concept, its_family in named for own, _ in own_names([concept], its_family)]
    return tuple(dict.fromkeys(others[own] for own in names if own in others))


def kind_in(iri: str, place: str, bodies: Bodies) -> str:
    """A kind as it is in a place, "regionalt programområde i Mellansverige", or "" when that is no kind that is known;
    a body as it is."""
    concept = bodies.concepts[iri]
    if concept.kind != KIND:
        return iri
    narrower = bodies.kinds.get(f"{concept.label} i {own_name(place, bodies)}".lower())
    return narrower.iri if narrower else ""


def named_in(text: str, bodies: Bodies, family: str) -> tuple[str, ...]:
    """IRIs of the bodies of a family that a list names by their own names, in order; () unless it names only such.

    "Akut vård, Hjärt- och kärlsjukdomar samt Tandvård" names three programme areas.
    """
    names = dict(own_names(bodies.by_family[family], family)) if family in bodies.by_family else {}
    found: dict[str, None] = {}
    rest = text.strip().lower()
    if "/" in rest:
        rest = rest.replace("/", " och ")
    while rest:
        at = next((end for end in _ends(rest) if rest[:end].strip(" .") in names), 0)
        if not at:
            return ()
        found[names[rest[:at].strip(" .")]] = None
        rest = _JOINT.sub("", rest[at:], count=1)
    return tuple(found)


def names_at(text: str, start: int, bodies: Bodies, family: str) -> Iterator[tuple[str, int, int]]:
    """The bodies of a family that a list from some place in a text names by their own names, each with where."""
    names = dict(own_names(bodies.by_family.get(family, ()), family))
    while True:
        words = text[start : start + _LONGEST_NAME].lower()
        ends = [match.start() for match in _END_OF_WORD.finditer(words)]
        end = next((end for end in reversed(ends) if words[:end] in names), 0)
        if not end:
            return
        yield names[words[:end]], start, start + end
        joint = _AND.match(text, start + end)
        if not joint:
            return
        start = joint.end()


_LONGEST_NAME = 90
_END_OF_WORD = re.compile(r"(?<=\w)(?!\w)")
_AND = re.compile(r"(?:, och|, samt|,| och| samt) ")
_JOINT = re.compile(r"^(?:\s*(?:,|;|/)?\s*(?:och|samt|respektive|eller)\b|\s*[,;/])?\s*\.?\s*")
_BREAK = re.compile(r"\s*(?:[,;/]|\b(?:och|samt|respektive|eller)\b|\.?$)")


def _ends(text: str) -> list[int]:
    """Where a name at the beginning of a list may end, farthest first."""
    return sorted({match.start() for match in _BREAK.finditer(text)} - {0}, reverse=True)


def _family(concept: Concept) -> str:
    return next((f.name for f in _families().values() if f.label.search(concept.label)), "")


@cache
def _families() -> Mapping[str, _Family]:
    return {
        name: _Family(name, re.compile(data["label"]), re.compile(data["strip"], re.IGNORECASE))
        for name, data in load_rules("claims")["family"].items()
    }
