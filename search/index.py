"""A release's graph ↔ its search index: one folder of lexical fields, vectors, and what search knows of each passage.

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
from ingest.finding.mentions import Labels
from ingest.language import Pipeline
from ontology.errors import BrokenRelease
from search.cells import Cells, write_cells
from search.concepts import ConceptPassages, load_concepts, write_concepts
from search.dating import Dates, make_dates
from search.dense import EXACT, SCALES, PassageVectors, place_text, stretches
from search.expected import shown_kinds
from search.facet_index import load_facets, write_facets
from search.facets import Facets
from search.folding import text_digests
from search.leaves import leaves
from search.lexical import write_lexical
from search.suggest import Suggester, load_suggester
from search.suggestions import names_in, shipped_questions, write_suggestions
from search.types import Encoder, Vectors
from search.vectorcache import embed_passages
from search.wordforms import WordForms, load_word_forms, write_word_forms
from search.wordlist import WordList, load_wordlist, make_wordlist, write_wordlist

FORMAT = 14
_CELLS = "windows.faiss"


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
    vectors: PassageVectors
    windows: Cells | None
    """To find the nearest windows, where there are too many passages to compare with all."""
    shown: NDArray[np.uint8]
    """Kinds of answers that each passage shows (`search.expected`)."""
    digests: NDArray[np.uint64]
    """What tells the text of each passage from others (`search.folding`)."""
    concepts: ConceptPassages
    labels: Labels
    words: WordList
    dates: Dates
    facets: Facets
    forms: WordForms
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
    labels: Labels,
    vector_cache: Path,
    advance: Callable[[int, int], None],
) -> dict[str, Any]:
    """Index a graph, and its labels, into an empty folder; returns what the manifest should say of it."""
    rows = list(queries.select(store, "passages"))
    headings = heading_paths(store)
    texts = [queries.string(row, "text") for row in rows]
    places = [[queries.string(row, "title"), *headings[queries.string(row, "section")]] for row in rows]
    analysed = [pipeline.words(text) for text in texts]
    fields = ([*tokens, *pipeline.words("\n".join(place))] for tokens, place in zip(analysed, places, strict=True))
    write_lexical(folder / "lexical", ((tokens, leaves(tokens, pipeline)) for tokens in fields))
    before = [place_text(place, text) for place, text in zip(places, texts, strict=True)]
    embedded, owners = [*map("".join, zip(before, texts, strict=True))], {}
    for scale, least_words in SCALES.items():
        spans = [(owner, *span) for owner, tokens in enumerate(analysed) for span in stretches(tokens, least_words)]
        embedded += [before[owner] + texts[owner][start:end] for owner, start, end in spans]
        owners[scale] = [owner for owner, *_ in spans]
    vectors = embed_passages(embedded, encoder, vector_cache, advance)
    parts = np.split(vectors, np.cumsum([len(texts), *map(len, owners.values())])[:-1])
    np.save(folder / "wholes.npy", parts[0])
    for scale, part in zip(SCALES, parts[1:], strict=True):
        np.save(folder / f"{scale}.npy", part)
        np.save(folder / f"{scale}-owners.npy", np.array(owners[scale], dtype=np.int32))
    if len(texts) > EXACT:
        write_cells(folder / _CELLS, parts[1 + [*SCALES].index("windows")])
    np.save(folder / "shown.npy", shown_kinds(texts))
    np.save(folder / "digests.npy", text_digests(analysed))
    iris, identifiers, dates = ([queries.string(row, of) for row in rows] for of in ("passage", "identifier", "date"))
    _write(
        folder / "passages.json",
        {"iris": iris, "headings": [place[1:] for place in places], "identifiers": identifiers, "dates": dates},
    )
    write_concepts(folder, store, {iri: number for number, iri in enumerate(iris)})
    write_facets(folder, store, vocabulary, iris, identifiers, dates)
    write_word_forms(folder, analysed)
    _write(folder / "labels.json", labels_to_json(labels))
    names = (label for concept in vocabulary.concepts.values() for label in (concept.label, *concept.alt_labels))
    words = make_wordlist(analysed, map(pipeline.words, names), vocabulary, pipeline.lexicon)
    write_wordlist(folder / "words.json", words)
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
        vectors = PassageVectors(
            _mapped(folder / "wholes.npy"),
            {scale: _mapped(folder / f"{scale}.npy") for scale in SCALES},
            {scale: np.load(folder / f"{scale}-owners.npy") for scale in SCALES},
        )
        dates = make_dates(passages.dates)
        index = Index(
            passages=passages,
            vectors=vectors,
            windows=Cells(folder / _CELLS) if len(vectors.wholes) > EXACT else None,
            shown=np.load(folder / "shown.npy"),
            digests=np.load(folder / "digests.npy"),
            concepts=load_concepts(folder),
            labels=labels_from_json(json.loads((folder / "labels.json").read_text(encoding="utf-8"))),
            words=load_wordlist(folder / "words.json"),
            dates=dates,
            facets=Facets(*load_facets(folder), dates),
            forms=load_word_forms(folder),
            lexical=folder / "lexical",
            suggester=load_suggester(folder / "suggestions.json"),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BrokenRelease(f"Sökindexet går inte att öppna: {error}. Kör `vipgraf publish`.") from error
    rows = len(passages.iris)
    if not (index.vectors.are_whole and {len(index.vectors.wholes), len(index.shown), len(index.digests)} == {rows}):
        raise BrokenRelease("Sökindexets delar hör inte till samma stycken. Kör `vipgraf publish`.")
    return index


def _mapped(path: Path) -> Vectors:
    """Vectors that are read when they are needed: a plain view, since numpy's own is slow to index."""
    return np.asarray(np.load(path, mmap_mode="r"))


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
