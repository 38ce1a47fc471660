"""Words and concepts of a question → where they stand in a passage, each with the word of the question that it is.

Marked are inflections, compounds that share a part, other names of what the question names and names of what is
narrower, and words as they were probably meant. Function words never are. A denial is marked only when it was asked
for, and only in a sentence that has what was asked: else the "inte" of a disclaimer would light up.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.vocabulary import Vocabulary
from ingest.language import Pipeline, Token
from search.facts import Named
from search.lexical import content_words
from search.types import AnalysedQuestion, Highlight, Match
from search.wordforms import WordForm

DENIALS: Final = frozenset({"inte", "ej", "icke", "aldrig", "ingen", "inga", "inget", "utan", "undvika", "avråda"})
"""Base forms of words that deny or advise against."""

_ALWAYS_PLAIN: Final = DENIALS - {"undvika", "avråda"}
_PLAIN: Final = _ALWAYS_PLAIN | frozenset(
    """
    all alla att av bli både böra de del den denna deras det detta dig din dom du där då efter eller en er ett fler
    flera från få för ge genom gå göra ha han hans har hen henne hon honom hos hur här i in inom ja jag ju kan kunna
    man med mellan men mer mest mig min mot mycket måste ni nog nu när någon något några och ofta om oss på samma
    sedan sig sin själv ska skall skola skulle som så sådan till under upp ut vad var vara varför vart vem vems vi
    vid vilja vilka vilken vilket är åt än också över finnas
    """.split()  # noqa: SIM905  a quotation mark around each would hide them
)
"""Base forms that carry no question; the part of speech, which is unsure in short questions, is not asked alone."""

_ORDER: Final[Mapping[Match, int]] = {"word": 0, "spelling": 1, "synonym": 2, "narrower": 3, "part": 4, "negation": 5}
"""Which mark stands where several would; a part in common says least: "paniksyndrom" for "ångestsyndrom"."""

_SENTENCE_END: Final = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be marked for a question: forms of words and concepts, each with the word of the question."""

    forms: Mapping[str, tuple[str, Match]]
    concepts: Mapping[str, tuple[str, Match]]
    roots: Mapping[str, str]
    """The concept that the question names, of each concept to be marked: itself, or what it is narrower than."""
    named: Mapping[str, frozenset[str]]
    """The words with which the question names a concept."""
    negated: bool


def seek(question: AnalysedQuestion, pipeline: Pipeline, vocabulary: Vocabulary) -> Sought:
    """What to mark for a question."""
    concepts: dict[str, tuple[str, Match]] = {}
    roots: dict[str, str] = {}
    named: dict[str, frozenset[str]] = {}
    for mention in question.mentions:
        iri = mention.concept_iri
        concepts[iri], roots[iri] = (mention.surface, "synonym"), iri
        within = (token for token in question.tokens if mention.start <= token.start < mention.end and token.is_word)
        named[iri] = frozenset(token.text for token in within)
    for mention in question.mentions:
        for narrower in vocabulary.narrower(mention.concept_iri):
            concepts.setdefault(narrower, (mention.surface, "narrower"))
            roots.setdefault(narrower, mention.concept_iri)
    forms: dict[str, tuple[str, Match]] = {}
    for form, term, match in _forms(question, pipeline, vocabulary):
        if form not in _PLAIN:
            forms.setdefault(form, (term, match))
    return Sought(forms, concepts, roots, named, question.negated)


def _forms(question: AnalysedQuestion, pipeline: Pipeline, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Match]]:
    """Forms of words, each with the word of the question and how it is that; the nearest way first."""
    asked = _asked(question)
    yield from ((token.lemma, token.text, "word") for token in asked)
    for correction in question.corrections:
        meant = pipeline.words(correction.suggested)
        yield from ((token.lemma, correction.written, "spelling") for token in meant)
    yield from ((part, token.text, "part") for token in asked for part in token.parts)
    for mention in question.mentions:
        label = pipeline.words(vocabulary.concepts[mention.concept_iri].label)
        yield from ((token.lemma, mention.surface, "synonym") for token in label if token.is_word)
    yield from ((token.lemma, token.text, "synonym") for token in question.expansion_tokens if token.is_word)


def highlight(sought: Sought, text: str, words: Sequence[WordForm], names: Sequence[Named]) -> tuple[Highlight, ...]:
    """Where a passage has what is sought, in order and without overlap.

    `words` are those of the forms in `sought_forms`, `names` the places of concepts, both in the passage.
    """
    marks = [*_words(sought, words)]
    marks += [*_concepts(sought, names, marks)]
    kept = _longest(marks)
    if sought.negated:
        denials = (Highlight(word.start, word.end, word.form, "negation") for word in words if word.form in DENIALS)
        kept = _longest([*kept, *(denial for denial in denials if _stands_with(denial, kept, text))])
    return tuple(sorted(kept, key=lambda mark: mark.start))


def sought_forms(sought: Sought) -> frozenset[str]:
    """The forms of words to look for in passages."""
    return frozenset(sought.forms) | (DENIALS if sought.negated else frozenset())


def _asked(question: AnalysedQuestion) -> list[Token]:
    """The words of a question that may be marked: what it names, and content words."""
    content = {*content_words(question.tokens)}
    return [
        token
        for token in question.tokens
        if token.is_word
        and (
            any(mention.start <= token.start < mention.end for mention in question.mentions)
            or (token in content and token.lemma not in _PLAIN)
        )
    ]


def _words(sought: Sought, words: Sequence[WordForm]) -> Iterator[Highlight]:
    for word in words:
        if word.form in sought.forms:
            term, match = sought.forms[word.form]
            yield Highlight(word.start, word.end, term, "part" if word.is_part and match == "word" else match)


def _concepts(sought: Sought, names: Sequence[Named], words: Sequence[Highlight]) -> Iterator[Highlight]:
    for name in names:
        if name.concept in sought.concepts:
            term, match = sought.concepts[name.concept]
            own = {word.term for word in words if word.match == "word" and name.start <= word.start < name.end}
            is_same = match == "synonym" and sought.named[name.concept] <= own
            yield Highlight(name.start, name.end, term, "word" if is_same else match)


def _longest(marks: Sequence[Highlight]) -> list[Highlight]:
    """The marks that do not overlap, longer ones first, then those that are most like the question."""
    kept: list[Highlight] = []
    for mark in sorted(marks, key=lambda mark: (mark.start - mark.end, _ORDER[mark.match], mark.start)):
        if not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    return kept


def _stands_with(denial: Highlight, marks: Sequence[Highlight], text: str) -> bool:
    """Whether a denial stands in a sentence with something that is marked."""
    return any(
        not _SENTENCE_END.search(text, min(denial.end, mark.end), max(denial.start, mark.start))
        for mark in marks
        if mark.match != "negation"
    )
