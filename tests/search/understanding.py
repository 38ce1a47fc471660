"""Reads questions as an engine over the shipped vocabulary and texts does, without making a release."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from graph.vocabulary import Vocabulary, load_english_labels, load_vocabulary
from ingest.finding.labelcache import cached_labels
from ingest.finding.mentions import Labels
from ingest.language import Pipeline, open_pipeline
from ingest.lexicon import Lexicon
from ontology import files
from search.question import analyse
from search.questionaids import Aids, open_aids
from search.types import AnalysedQuestion, DirectAnswer, Question
from search.wordlist import load_wordlist, make_wordlist, write_wordlist
from tests.conftest import Once

TODAY = date(2026, 11, 22)


class Ask(Protocol):
    """Asks the shipped knowledge a question, as of a time unless the question tells one itself."""

    def __call__(self, text: str, as_of: str | None = None) -> DirectAnswer | None: ...


def near_misses(topic: str) -> list[str]:
    """Questions that are close to what is known, and are not to be answered: the lines of near_misses_on_….txt."""
    lines = (Path(__file__).parent / f"near_misses_on_{topic}.txt").read_text("utf-8").splitlines()
    assert lines
    return lines


def claimed(texts: Iterable[str], ask: Ask) -> list[tuple[str, str]]:
    """The questions that something is claimed of all the same, with what that is.

    One test asks them all, since pytest takes as long for a test as an answer does.
    """
    answers = [(text, ask(text)) for text in texts]
    return [(text, answer.text) for text, answer in answers if answer is not None and answer.type != "unknown"]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What reads questions."""

    pipeline: Pipeline
    labels: Labels
    vocabulary: Vocabulary
    aids: Aids

    def read(self, text: str, as_of: str | None = None) -> AnalysedQuestion:
        """A question as the engine would read it on a certain day."""
        asked = Question(text, as_of=as_of)
        return analyse(asked, self.pipeline, self.labels, self.vocabulary, aids=self.aids, today=TODAY)

    def ways(self, text: str) -> list[tuple[str, ...]]:
        """The ways to the concepts that a question names itself."""
        concepts = self.read(text).concepts
        return [concept.path for concept in concepts if not concept.path[-1].startswith(("snävare", "vidare"))]


def open_understanding(lexicon: Lexicon, store: ox.Store, once: Once) -> Understanding:
    """Tools over the shipped vocabulary in a store, with the shipped texts in Markdown as those of the release."""
    vocabulary = load_vocabulary(store)
    pipeline = open_pipeline("auto", lexicon, vocabulary.single_words())

    def gather(folder: Path) -> None:
        texts = [path.read_text("utf-8") for path in sorted(files.example_documents().glob("*.md"))]
        named = [label for concept in vocabulary.concepts.values() for label in (concept.label, *concept.alt_labels)]
        words = make_wordlist(map(pipeline.words, texts), map(pipeline.words, named), vocabulary, lexicon)
        write_wordlist(folder / "words.json", words)

    folder = once("understanding", gather)
    labels = once("labels", lambda folder: cached_labels(folder, vocabulary, pipeline))
    aids = open_aids(load_wordlist(folder / "words.json"), lexicon, vocabulary, load_english_labels(store))
    return Understanding(pipeline, cached_labels(labels, vocabulary, pipeline), vocabulary, aids)
