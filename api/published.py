"""What is published at the ontology's IRIs: the Turtle of each document there, and the reference made of it.

`python -m api.published` draws the pictures of the reference anew (`make reference`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from api.settings import read_settings
from ontology import files, pictures
from ontology.reference import Reference, Text, Triple, make_reference
from ontology.terms import OWL, SHAPES, VIP

_Said = Mapping[str, tuple[ox.Quad, ...]]
"""Statements by the IRI of their subject."""


@dataclass(frozen=True, slots=True)
class Published:
    """The ontology as it ships."""

    documents: Mapping[str, bytes] = field(repr=False)
    """Turtle by the part of its IRI after the namespace: "module/core", "module/core/0.1.0", "alignment/schema-org"."""
    shapes: bytes = field(repr=False)
    references: Mapping[str, Reference] = field(repr=False)
    """By version; the current one has the empty name."""
    quads: tuple[ox.Quad, ...] = field(repr=False)
    """All statements of the current modules."""
    _terms: _Said = field(repr=False)
    _shapes: _Said = field(repr=False)

    @property
    def reference(self) -> Reference:
        """The current reference."""
        return self.references[""]

    @property
    def digest(self) -> bytes:
        """SHA-256 over all that can be had as data."""
        whole = hashlib.sha256(self.shapes)
        for path, turtle in self.documents.items():
            whole.update(path.encode() + b"\0" + turtle + b"\0")
        return whole.digest()

    def term(self, name: str) -> tuple[ox.Quad, ...]:
        """What the modules say of a term."""
        return self._terms.get(VIP + name, ())

    def versions(self, module: str) -> list[str]:
        """All versions of a module that can be had, the newest first."""
        start = f"module/{module}/"
        found = (path.removeprefix(start) for path in self.documents if path.startswith(start))
        return sorted(found, key=lambda version: [int(part) for part in version.split(".")], reverse=True)

    def shape(self, name: str) -> list[ox.Quad]:
        """What is said of a shape and of the shapes that it consists of."""
        found: dict[str, tuple[ox.Quad, ...]] = {}
        waiting = [SHAPES + name]
        while waiting:
            one = waiting.pop()
            if one not in found and one in self._shapes:
                found[one] = self._shapes[one]
                waiting += (_name(quad.object) for quad in found[one] if isinstance(quad.object, ox.NamedNode))
        return [quad for quads in found.values() for quad in quads]


def read_published(base_iri: str) -> Published:
    """Read it from the package; alignments may speak of data, whose IRIs are relative to the deployment's base."""
    modules = files.named("modules")
    base = f"@base <{base_iri}> .\n".encode()
    alignments = {name: base + turtle for name, turtle in files.named("alignments").items()}
    shapes = files.shapes()
    documents: dict[str, bytes] = {}
    earlier: dict[str, dict[str, bytes]] = {}
    for path, turtle in files.named("versions").items():
        version, _, name = path.partition("/")
        documents[f"module/{name}/{version}"] = turtle
        earlier.setdefault(version, {})[name] = turtle
    for folder, turtles in (("module", modules), ("alignment", alignments)):
        for name, turtle in turtles.items():
            documents |= dict.fromkeys((f"{folder}/{name}", *_versions(turtle)), turtle)
    references = {version: _reference(turtles) for version, turtles in earlier.items()}
    references[""] = _reference(modules, shapes, alignments)
    quads = tuple(quad for turtle in modules.values() for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    shaped = _by_subject(ox.parse(shapes, format=ox.RdfFormat.TURTLE))
    return Published(documents, shapes, references, quads, _by_subject(quads), shaped)


def _versions(turtle: bytes) -> list[str]:
    """The version IRI of a document, after the namespace."""
    quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    return [_name(quad.object).removeprefix(VIP) for quad in quads if quad.predicate.value == OWL + "versionIRI"]


def _reference(
    modules: Mapping[str, bytes], shapes: bytes = b"", alignments: Mapping[str, bytes] | None = None
) -> Reference:
    prefixes: dict[str, str] = {}
    read = {name: list(_triples(turtle, prefixes)) for name, turtle in modules.items()}
    aligned = {name: list(_triples(turtle, prefixes)) for name, turtle in (alignments or {}).items()}
    return make_reference(read, prefixes, list(_triples(shapes, prefixes)), aligned)


def _triples(turtle: bytes, prefixes: dict[str, str]) -> Iterator[Triple]:
    """The triples of a Turtle text; the prefixes that it declares are added to those given."""
    parser = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    for quad in parser:
        value = quad.object
        if isinstance(value, ox.Literal):
            yield _name(quad.subject), quad.predicate.value, Text(value.value, value.language or "")
        else:
            yield _name(quad.subject), quad.predicate.value, _name(value)
    prefixes |= {prefix: iri for prefix, iri in parser.prefixes.items() if prefix}


def _name(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _by_subject(quads: Iterable[ox.Quad]) -> _Said:
    found: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        found.setdefault(_name(quad.subject), []).append(quad)
    return {subject: tuple(said) for subject, said in found.items()}


if __name__ == "__main__":
    for path in pictures.draw_all(read_published(read_settings({}).base_iri).reference):
        print(path)  # noqa: T201 - a command for developers
