"""A release's graph → the names that `search.suggest` suggests, compiled into one file of the index.

Names are the concepts' labels and synonyms, the titles and headings of documents, and questions that ship with the
product. No question that anybody asks is kept, so "frequent" questions cannot be counted: `questions.tsv` is written by
hand, each with the shipped document that answers it. They are suggested only where that document is in the graph.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import pyoxigraph as ox

from graph import queries
from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ontology.model import Concept
from search.nearness import LONGEST, edits_allowed, fold, letters, prefix_distances
from search.suggest import Name, name_words, place_cost

_KINDS = {
    "condition": 0.0,
    "intervention": 0.1,
    "programme": 0.1,
    "organisation": 0.2,
    "setting": 0.4,
    "target-group": 0.4,
    "age-group": 0.5,
    "profession": 0.5,
    "body-kind": 0.5,
    "knowledge-service": 0.5,
}
_QUESTION = 0.3
_TITLE = 0.5
_SECTION = 0.8
_SYNONYM = 0.35
_MISSPELLING = 1.0
"""Costs beside those in `search.suggest`: what a kind, and what a name that is not the first one of its concept."""
_ALIKE = 0.6
"""How alike (`difflib`) a name must be to a misspelling to be shown for it; else the concept's first name is."""
_MENTIONS = 0.3
_LENGTH = 0.02
"""Gain of a mention (of the logarithm of their number), and cost of a letter."""
_FRAME_SHARE = 0.02
_FRAME_LEAST = 3
"""A heading of more documents than that share of them (and than that number) is the frame of a kind of document, such
as "Källor", and not a subject."""
_CODE = re.compile(r"[A-Z]{1,2}\d")
"""How codes of ICD-10-SE and KVÅ begin; other notations are abbreviations."""
_SURE = 3
_SHORTEST = 2
"""Letters of a part that are looked for in its compound, and least letters of the part before."""


def names_in(store: ox.Store, vocabulary: Vocabulary, asked: Sequence[tuple[str, str]]) -> tuple[Name, ...]:
    """All names of a graph, and those of the questions (text, identifier of the document) whose document it has."""
    mentions = {
        queries.string(row, "concept"): int(queries.string(row, "mentions"))
        for row in queries.select(store, "concept-mentions")
    }
    concepts = (
        name for concept in vocabulary.concepts.values() for name in _concept(concept, mentions.get(concept.iri, 0))
    )
    known = {queries.string(row, "identifier") for row in queries.select(store, "documents")}
    questions = (Name(text, "question", "", "", _QUESTION) for text, document in asked if document in known)
    return (*concepts, *_headings(store), *questions)


def shipped_questions() -> tuple[tuple[str, str], ...]:
    """The questions that ship, each with the identifier of the document that answers it."""
    lines = (files("search") / "questions" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:] if line)
    return tuple((question, document) for question, document in rows)


def write_suggestions(path: Path, names: Sequence[Name], pipeline: Pipeline) -> None:
    """Compile names into the file that `search.suggest.load_suggester` opens."""
    found: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
    for row, name in enumerate(names):
        parts = set(_part_starts(name.text, pipeline))
        for word in name_words(name.text):
            begin = word.start()
            found[word.group()].append((row, begin, place_cost(begin, begins_word=True)))
            for start in parts & set(range(begin + 1, word.end())):
                found[word.group()[start - begin :]].append((row, start, place_cost(start, begins_word=False)))
    words = sorted(found)
    places = [place for word in words for place in found[word]]
    content = {
        "names": [[name.text, name.type, name.kind, name.iri, round(name.cost, 3), name.shown] for name in names],
        "words": words,
        "ends": list(accumulate(len(found[word]) for word in words)),
        "places": [row for row, _, _ in places],
        "starts": [start for _, start, _ in places],
        "costs": [cost for _, _, cost in places],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _concept(concept: Concept, mentions: int) -> Iterator[Name]:
    own = _KINDS[concept.kind] - _MENTIONS * math.log1p(mentions)
    yield _concept_name(concept, concept.label, own)
    for synonym in dict.fromkeys(concept.alt_labels):
        yield _concept_name(concept, synonym, own + _SYNONYM)
    correct = [concept.label, *concept.alt_labels]
    for misspelling in dict.fromkeys(concept.hidden_labels):
        if not _is_forgiven(misspelling, correct):
            meant = get_close_matches(misspelling, [concept.label], 1, _ALIKE) or get_close_matches(
                misspelling, concept.alt_labels, 1, _ALIKE
            )
            yield _concept_name(concept, misspelling, own + _MISSPELLING, meant[0] if meant else concept.label)
    for code in concept.notations:
        if _CODE.match(code):
            yield _concept_name(concept, f"{code} {concept.label}", own + _SYNONYM)


def _concept_name(concept: Concept, text: str, cost: float, shown: str = "") -> Name:
    return Name(text, "concept", concept.kind, concept.iri, cost + _LENGTH * len(shown or text), shown)


def _is_forgiven(misspelling: str, correct: Sequence[str]) -> bool:
    """Whether `search.suggest` would find a right name by the misspelling itself."""
    most = edits_allowed(len(misspelling))
    distances, _ = prefix_distances(fold(misspelling)[:LONGEST], letters([fold(name) for name in correct]), most)
    return bool((distances <= most).any())


def _headings(store: ox.Store) -> Iterator[Name]:
    """Titles, and headings that tell what their section is about."""
    titles = [
        (queries.string(row, "title"), queries.string(row, "document")) for row in queries.select(store, "titles")
    ]
    for title, document in titles:
        yield Name(title, "heading", "title", document, _TITLE + _LENGTH * len(title))
    most = max(_FRAME_LEAST, _FRAME_SHARE * len(titles))
    for row in queries.select(store, "headings"):
        heading, section = queries.string(row, "heading"), queries.string(row, "first")
        if int(queries.string(row, "documents")) <= most:
            yield Name(heading, "heading", "section", section, _SECTION + _LENGTH * len(heading))


def _part_starts(text: str, pipeline: Pipeline) -> Iterator[int]:
    """Where parts of compounds begin in a text, but for the first of each.

    Parts are base forms, so that only their first letters are sure to stand in the compound.
    """
    folded = fold(text)
    for token in pipeline.words(text):
        at = token.start
        for part in token.parts[1:]:
            at = folded.find(fold(part)[:_SURE], at + _SHORTEST, token.end)
            if at < 0:
                break
            yield at
