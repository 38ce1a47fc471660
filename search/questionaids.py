"""What a question is understood with, beyond what documents are read with; opened once for a release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.vocabulary import Vocabulary
from ingest.lexicon import Lexicon
from search.ages import AgeGroup, age_groups
from search.englishnames import EnglishNames, compile_names
from search.spelling import Speller
from search.wordlist import WordList


@dataclass(frozen=True, slots=True)
class Aids:
    """Words, names and bounds to understand questions by."""

    words: WordList
    lexicon: Lexicon
    speller: Speller
    english: EnglishNames
    ages: tuple[AgeGroup, ...]


def open_aids(words: WordList, lexicon: Lexicon, vocabulary: Vocabulary, english: Mapping[str, Sequence[str]]) -> Aids:
    """Open the aids; `english` has names of concepts by IRI. Half a second, nearly all of it for the speller."""
    labels = (label for concept in vocabulary.concepts.values() for label in (concept.label, *concept.alt_labels))
    return Aids(
        words=words,
        lexicon=lexicon,
        speller=Speller(words, lexicon, vocabulary.single_words(), labels),
        english=compile_names({iri: names for iri, names in english.items() if iri in vocabulary.concepts}),
        ages=age_groups(vocabulary.concepts.values()),
    )
