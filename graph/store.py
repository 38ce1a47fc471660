"""The only door to RDF storage: open, replace one named graph in one transaction, checkpoint, ask.

Two kinds of opening: `open_working` for the single writer, `open_release` for any number of readers.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from ontology.errors import BrokenRelease, StoreLocked

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


@contextmanager
def open_working(path: Path) -> Iterator[ox.Store]:
    """Open the working graph for writing; the storage engine's lock keeps every other writer out.

    Raises StoreLocked when it is open elsewhere. A killed process leaves no lock behind; within a process the lock
    lasts as long as anything refers to the store, a kept traceback included, since pyoxigraph cannot close one.
    """
    path.mkdir(parents=True, exist_ok=True)
    try:
        store = ox.Store(str(path))
    except (OSError, RuntimeError) as error:
        if not any(sign in str(error) for sign in ("lock hold by", "While lock file")):
            raise BrokenRelease(f"Arbetsgrafen i {path} går inte att öppna: {error}") from error
        raise StoreLocked(
            f"Arbetsgrafen i {path} används av en annan körning. Vänta tills den är klar och försök igen."
        ) from error
    try:
        yield store
    finally:
        store.flush()
        del store


def open_release(path: Path) -> ox.Store:
    """Open a checkpoint read-only. Raises BrokenRelease when it is not one."""
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise BrokenRelease(f"Grafen i {path} går inte att öppna: {error}") from error


def replace_graph(store: ox.Store, graph_iri: str, triples: Iterable[ox.Triple]) -> None:
    """Make a named graph hold exactly these triples, in one transaction.

    `Store.extend` after `remove_graph` would be two; one SPARQL update is one, however many operations it has.
    """
    replace_graph_serialized(store, graph_iri, to_ntriples(triples))


def to_ntriples(triples: Iterable[ox.Triple]) -> bytes:
    """Canonical N-Triples."""
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def replace_graph_serialized(store: ox.Store, graph_iri: str, ntriples: bytes) -> None:
    """As `replace_graph`, from canonical N-Triples (which are also the triples syntax of SPARQL)."""
    graph = str(ox.NamedNode(graph_iri))
    store.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{\n{ntriples.decode()}}} }}")


def remove_graph(store: ox.Store, graph_iri: str) -> None:
    """Remove a named graph with all that it holds."""
    store.remove_graph(ox.NamedNode(graph_iri))


def checkpoint(store: ox.Store, target: Path) -> None:
    """Write a copy that lives on its own at `target`, which must not exist; files are shared by hard links."""
    store.flush()
    store.backup(str(target))
    for left in target.glob("LOG*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def describe(store: ox.Store, iri: str) -> tuple[ox.Quad, ...]:
    """Every statement with this IRI as subject, in a stable order, each with its named graph."""
    return tuple(sorted(store.quads_for_pattern(ox.NamedNode(iri), None, None, None), key=str))
