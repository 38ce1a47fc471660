"""Question → AnalysedQuestion, with the analyser and the linker that documents were read with."""

from collections.abc import Iterator

from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ingest.mentions import Labels, find_mentions
from ontology.errors import QuestionError
from ontology.privacy import redact
from search.types import AnalysedQuestion, LinkedConcept, Question

MAX_CHARACTERS = 1000
_HOW = {"label": 1.0, "code": 1.0, "compound": 0.7}
_NARROWER = 0.6
_BROADER = 0.3


def analyse(question: Question, pipeline: Pipeline, labels: Labels, vocabulary: Vocabulary) -> AnalysedQuestion:
    """Analyse a question; personal identity numbers are taken out first.

    Raises QuestionError when it is empty or longer than 1,000 characters.
    """
    text = " ".join(redact(question.text).split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("Frågan är tom. Skriv minst ett ord.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"Frågan har {len(text)} tecken; högst {MAX_CHARACTERS} tas emot. Korta den.")
    tokens = pipeline.analyse(text)
    weights: dict[str, LinkedConcept] = {}
    named: dict[str, None] = {}
    for mention in find_mentions(text, tokens, labels, fold_capitals=text.islower()):
        if mention.matched_by != "compound":
            named[vocabulary.concepts[mention.concept_iri].label] = None
        for concept in _around(mention.concept_iri, mention.surface, _HOW[mention.matched_by], vocabulary):
            known = weights.get(concept.iri)
            if known is None or known.weight < concept.weight:
                weights[concept.iri] = concept
    expansions = tuple(label for label in named if label.lower() not in text.lower())
    expansion_tokens = tuple(token for label in expansions for token in pipeline.words(label))
    return AnalysedQuestion(text, tokens, tuple(weights.values()), expansions, expansion_tokens)


def _around(iri: str, surface: str, weight: float, vocabulary: Vocabulary) -> Iterator[LinkedConcept]:
    """The concept itself, all below it, and those just above, each with the way to it."""
    concept = vocabulary.concepts[iri]
    found = f"”{surface}” → {concept.label}"
    yield LinkedConcept(iri, concept.label, weight, (found,))
    for narrower in vocabulary.narrower(iri):
        label = vocabulary.concepts[narrower].label
        yield LinkedConcept(narrower, label, weight * _NARROWER, (found, f"snävare: {label}"))
    for broader in concept.broader:
        if broader in vocabulary.concepts:
            label = vocabulary.concepts[broader].label
            yield LinkedConcept(broader, label, weight * _BROADER, (found, f"vidare: {label}"))
