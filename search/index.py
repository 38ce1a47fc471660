"""A release's graph ↔ its search index: lexical fields, vectors, passage rows and compiled labels, in one folder.

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

from graph import queries
from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ingest.mentions import Labels, compile_labels
from ontology.errors import BrokenRelease
from search.dense import passage_text
from search.lexical import write_lexical
from search.types import Encoder, Vectors
from search.vectorcache import embed_passages

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages by row: IRI, identifier of the document, its date (empty when undated)."""

    iris: tuple[str, ...]
    identifiers: tuple[str, ...]
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index as loaded; the lexical part is opened by its retriever from `lexical`."""

    passages: Passages
    vectors: Vectors
    labels: Labels
    lexical: Path


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
    paths = [headings[queries.string(row, "section")] for row in rows]
    analysed_titles = dict(zip(set(titles), pipeline.analyse_many(set(titles)), strict=True))
    analysed_paths = dict(zip(set(paths), pipeline.analyse_many([". ".join(path) for path in set(paths)]), strict=True))
    write_lexical(
        folder / "lexical",
        [
            (tokens, analysed_paths[path], analysed_titles[title])
            for tokens, path, title in zip(pipeline.analyse_many(texts), paths, titles, strict=True)
        ],
    )
    embedded = [passage_text(*whole) for whole in zip(titles, paths, texts, strict=True)]
    np.save(folder / "vectors.npy", embed_passages(embedded, encoder, vector_cache, advance))
    _write(
        folder / "passages.json",
        {
            "iris": [queries.string(row, "passage") for row in rows],
            "identifiers": [queries.string(row, "identifier") for row in rows],
            "dates": [queries.string(row, "date") for row in rows],
        },
    )
    _write(folder / "labels.json", _labels_to_json(compile_labels(vocabulary, pipeline)))
    return {
        "passages": len(rows),
        "pipeline": pipeline.identity,
        "encoder": encoder.identity,
        "dimension": encoder.dimension,
    }


def load_index(folder: Path) -> Index:
    """Open an index. Raises BrokenRelease when a part is missing or does not fit the others."""
    try:
        stored = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
        labels = _labels_from_json(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    except (OSError, ValueError, KeyError) as error:
        raise BrokenRelease(f"Sökindexet i {folder} går inte att öppna: {error}. Kör `vipgraf publish`.") from error
    passages = Passages(**{name: tuple(values) for name, values in stored.items()})
    if len(passages.iris) != len(vectors):
        raise BrokenRelease(f"Sökindexet i {folder} har olika antal stycken och vektorer. Kör `vipgraf publish`.")
    return Index(passages, vectors, labels, folder / "lexical")


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


def _labels_to_json(labels: Labels) -> dict[str, Any]:
    return {
        "by_lemmas": [[list(key), list(concepts)] for key, concepts in labels.by_lemmas.items()],
        "by_capitals": {key: list(concepts) for key, concepts in labels.by_capitals.items()},
        "by_code": {key: list(concepts) for key, concepts in labels.by_code.items()},
        "compound_heads": sorted(labels.compound_heads),
    }


def _labels_from_json(stored: Mapping[str, Any]) -> Labels:
    return Labels(
        by_lemmas={tuple(key): tuple(concepts) for key, concepts in stored["by_lemmas"]},
        by_capitals={key: tuple(concepts) for key, concepts in stored["by_capitals"].items()},
        by_code={key: tuple(concepts) for key, concepts in stored["by_code"].items()},
        compound_heads=frozenset(stored["compound_heads"]),
    )
