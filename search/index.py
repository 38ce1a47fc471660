"""A release's graph ↔ its search index: one folder of lexical fields, sentence vectors, passage rows, compiled labels,
names to suggest.

Everything here can be made again from the graph; it is kept because making it takes minutes and reading it does not.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from graph import queries
from graph.vocabulary import Vocabulary
from ingest.finding.labelcache import labels_from_json, labels_to_json
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline
from ontology.errors import BrokenRelease
from search.dense import sentence_texts
from search.lexical import write_lexical
from search.suggest import Suggester, load_suggester
from search.suggestions import names_in, shipped_questions, write_suggestions
from search.types import Encoder, Vectors
from search.vectorcache import embed_passages

FORMAT = 3


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages by row: IRI, heading path, identifier of the document and its date (empty when undated)."""

    iris: tuple[str, ...]
    headings: tuple[tuple[str, ...], ...]
    identifiers: tuple[str, ...]
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index as loaded; the lexical part is opened by its retriever from `lexical`."""

    passages: Passages
    vectors: Vectors
    owners: NDArray[np.int32]
    labels: Labels
    lexical: Path
    suggester: Suggester


def identity(pipeline: Pipeline, encoder: Encoder) -> str:
    """Names all that decides what an index of a given graph holds."""
    return f"index-{FORMAT} {pipeline.identity} {encoder.identity}"


def build_index(
    store: ox.Store,
    folder: Path,
    *,
    pipeline: Pipeline,
    encoder: Encoder,
    vocabulary: Vocabulary,
    vector_cache: Path,
    advance: Callable[[int, int], None],
) -> dict[str, Any]:
    """Index a graph into an empty folder; returns what the manifest should say of it."""
    rows = list(queries.select(store, "passages"))
    headings = heading_paths(store)
    texts = [queries.string(row, "text") for row in rows]
    titles = [queries.string(row, "title") for row in rows]
    places = [[title, *headings[queries.string(row, "section")]] for row, title in zip(rows, titles, strict=True)]
    analysed = [pipeline.words(text) for text in texts]
    write_lexical(
        folder / "lexical",
        ([*tokens, *pipeline.words("\n".join(place))] for tokens, place in zip(analysed, places, strict=True)),
    )
    sentences = [
        (owner, sentence)
        for owner, whole in enumerate(zip(titles, texts, analysed, strict=True))
        for sentence in sentence_texts(*whole)
    ]
    vectors = embed_passages([sentence for _, sentence in sentences], encoder, vector_cache, advance)
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "owners.npy", np.array([owner for owner, _ in sentences], dtype=np.int32))
    _write(
        folder / "passages.json",
        {
            "iris": [queries.string(row, "passage") for row in rows],
            "headings": [place[1:] for place in places],
            "identifiers": [queries.string(row, "identifier") for row in rows],
            "dates": [queries.string(row, "date") for row in rows],
        },
    )
    _write(folder / "labels.json", labels_to_json(compile_labels(vocabulary, pipeline)))
    write_suggestions(folder / "suggestions.json", names_in(store, vocabulary, shipped_questions()), pipeline)
    return {
        "passages": len(rows),
        "vectors": len(vectors),
        "pipeline": pipeline.identity,
        "encoder": encoder.identity,
        "dimension": encoder.dimension,
    }


def load_index(folder: Path) -> Index:
    """Open an index. Raises BrokenRelease when a part is missing or does not fit the others."""
    try:
        stored = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
        stored["headings"] = [tuple(path) for path in stored["headings"]]
        passages = Passages(**{name: tuple(values) for name, values in stored.items()})
        labels = labels_from_json(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        owners = np.load(folder / "owners.npy")
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BrokenRelease(f"Sökindexet går inte att öppna: {error}. Kör `vipgraf publish`.") from error
    if len(owners) != len(vectors) or len(set(owners.tolist())) != len(passages.iris):
        raise BrokenRelease("Sökindexets vektorer hör inte till dess stycken. Kör `vipgraf publish`.")
    return Index(passages, vectors, owners, labels, folder / "lexical", load_suggester(folder / "suggestions.json"))


def heading_paths(store: ox.Store) -> dict[str, tuple[str, ...]]:
    """Heading path of every section, by IRI."""
    own: dict[str, str] = {}
    parent: dict[str, str] = {}
    for row in queries.select(store, "sections"):
        section = queries.string(row, "section")
        own[section], parent[section] = queries.string(row, "heading"), queries.string(row, "parent")
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for section in own:
        path: list[str] = []
        at = section
        while at:
            if own[at]:
                path.insert(0, own[at])
            at = parent[at]
        found[section] = tuple(path)
    return found


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
