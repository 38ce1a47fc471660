"""What the pages of the ontology show, with links that stay on this host: modules, terms and their pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

from ontology.pictures import Picture, pictures, size_of
from ontology.reference import Module, Reference, Term, alphabetical, in_language
from ontology.terms import SHAPES, VIP

KINDS = (
    ("class", "Klasser", "Classes"),
    ("object-property", "Relationer", "Object properties"),
    ("datatype-property", "Egenskaper med värden", "Datatype properties"),
    ("other", "Övrigt", "Other terms"),
)
_KIND_NAMES = {
    "class": ("klass", "class"),
    "object-property": ("relation", "object property"),
    "datatype-property": ("egenskap med värde", "datatype property"),
    "other": ("övrigt", "other"),
}

_ASKED_WITH = frozenset(("Claim", "validFrom", "validTo", "beganAfter", "endedBefore"))
"""Terms whose description leads to how to ask with them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a page names: where it leads, its Swedish name if it is a term of ours, and its short IRI."""

    path: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line about a term: what relates it, in two languages, and to what."""

    swedish: str
    english: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page."""

    path: str
    title: str
    width: int
    height: int


class OntologyPages:
    """The pages of one version of the ontology; the current one has the empty version."""

    def __init__(self, reference: Reference, version: str = "") -> None:
        self._reference = reference
        self._version = version

    def place(self, iri: str) -> str:
        """Where a term, module or shape is shown on this host; what is not ours stays where it is."""
        term = self._reference.terms.get(iri)
        if term is not None:
            return f"{self._module_path(term.module)}#{term.name}"
        if iri.startswith(VIP):
            return f"/ontology/{iri.removeprefix(VIP)}"
        return iri if iri.startswith(("http://", "https://")) else ""

    def index(self) -> dict[str, object]:
        """What the page of the whole ontology is given."""
        terms = sorted(self._reference.terms.values(), key=lambda term: (alphabetical(term.label("sv")), term.name))
        return {
            "modules": self._reference.modules,
            "alignments": self._reference.alignments,
            "entries": [(term, self.place(term.iri), *_KIND_NAMES[term.kind]) for term in terms],
            "in_language": in_language,
        }

    def module(self, module: Module, versions: Iterable[str]) -> dict[str, object]:
        """What the page of a module is given; `versions` are all of it that can be had."""
        return {
            "module": module,
            "path": self._module_path(module.name),
            "outdated": bool(self._version),
            "asked_with": _ASKED_WITH,
            "versions": tuple(versions),
            "kinds": [(sv, en, terms) for kind, sv, en in KINDS if (terms := module.of_kind(kind))],
            "pictures": [] if self._version else [_shown(one) for one in pictures(self._reference, module)],
            "rows": self.rows,
            "target": self.target,
            "in_language": in_language,
        }

    def rows(self, term: Term) -> list[Row]:
        """What relates a term to others, in a fixed order, without what there is none of."""
        is_class = term.kind == "class"
        stated = (
            ("Är ett slag av", "Subclass of" if is_class else "Subproperty of", term.broader),
            ("Omfattar", "Superclass of" if is_class else "Superproperty of", term.narrower),
            ("Utgår från", "Domain", term.domain),
            ("Kan utgå från", "Domain includes", term.domain_includes),
            ("Leder till", "Range", term.range),
            ("Kan leda till", "Range includes", term.range_includes),
            ("Omvänd till", "Inverse of", term.inverse),
            ("Skild från", "Disjoint with", term.disjoint),
            ("Används av", "Used by", term.used_by),
        )
        rows = [Row(sv, en, tuple(map(self.target, iris))) for sv, en, iris in stated if iris]
        if term.shapes:
            shapes = tuple(Target(f"/shapes/{name}", "", name) for name in term.shapes)
            rows.append(Row("Kontrolleras av", "Checked by", shapes))
        aligned: dict[str, list[Target]] = {}
        for one in term.alignments:
            aligned.setdefault(self._reference.short(one.predicate), []).append(self.target(one.target))
        return rows + [Row("Avbildning", name, tuple(targets)) for name, targets in aligned.items()]

    def target(self, iri: str) -> Target:
        """How a page names an IRI."""
        term = self._reference.terms.get(iri)
        if term is not None:
            return Target(self.place(iri), term.label("sv"), term.name)
        name = iri.removeprefix(SHAPES) if iri.startswith(SHAPES) else self._reference.short(iri)
        return Target(self.place(iri), "", name)

    def _module_path(self, name: str) -> str:
        return f"/ontology/module/{name}" + (f"/{self._version}" if self._version else "")


def _shown(picture: Picture) -> Shown:
    width, height = size_of(picture.drawn())
    return Shown(f"/ontology/picture/{picture.name}.svg", picture.title, width, height)
