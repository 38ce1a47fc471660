"""The Turtle that ships with the product, as bytes in a stable order. A door of rdflib's neighbours: it only reads."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

_GRAPHS = {"ontology": ("modules", "labels"), "vocabulary": ("vocab",), "knowledge": ("knowledge",)}


def shipped_graphs() -> tuple[str, ...]:
    """Names of the graphs of shipped content."""
    return tuple(_GRAPHS)


def turtle(graph: str) -> tuple[bytes, ...]:
    """The Turtle files of one shipped graph; relative IRIs in them resolve against the deployment's base IRI."""
    return tuple(path.read_bytes() for folder in _GRAPHS[graph] for path in _files(folder))


def shapes(*names: str) -> bytes:
    """The SHACL shapes of these files as one Turtle text, or all that refuse: `warnings` must be asked for."""
    wanted = names or tuple(path.stem for path in _files("shapes") if path.stem != "warnings")
    return b"\n".join(path.read_bytes() for path in _files("shapes") if path.stem in wanted)


def named(folder: str) -> dict[str, bytes]:
    """The Turtle files below a folder by their path in it, without the extension: "core", or "0.1.0/core"."""
    root = Path(str(files("ontology"))) / folder
    paths = sorted(root.rglob("*.ttl"))
    return {path.relative_to(root).with_suffix("").as_posix(): path.read_bytes() for path in paths}


def digest() -> str:
    """SHA-256 over all that ships: changes when the content does."""
    total = hashlib.sha256()
    for folder in ("modules", "labels", "vocab", "knowledge", "shapes"):
        for path in _files(folder):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def example_documents() -> Path:
    """The folder of example documents, with its index.tsv."""
    return Path(str(files("ontology"))) / "examples" / "documents"


def _files(folder: str) -> Iterator[Path]:
    yield from sorted((Path(str(files("ontology"))) / folder).glob("*.ttl"))
