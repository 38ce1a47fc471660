"""Question → AnalysedQuestion, with the analyser and the linker that documents were read with."""

from collections.abc import Iterator, Sequence

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels, find_mentions
from ingest.language import Pipeline, Token
from ontology.errors import QuestionError
from ontology.model import Mention
from ontology.privacy import redact
from search.types import AnalysedQuestion, LinkedConcept, Question

MAX_CHARACTERS = 1000
_HOW = {"label": 1.0, "code": 1.0, "compound": 0.7}
_NARROWER = 0.6
_BROADER = 0.3
_CIRCUMSTANCE = 0.3
"""Weight of for whom and where against what: "vuxna" narrows a question about adhd, it is not what it is about."""
_CIRCUMSTANCES = frozenset({"age-group", "target-group", "setting", "profession"})
_TOPIC = 1.5
"""Weight of a word that names what the question is about; a longer word has more 4-grams, but not more to say."""


def analyse(question: Question, pipeline: Pipeline, labels: Labels, vocabulary: Vocabulary) -> AnalysedQuestion:
    """Analyse a question; personal identity numbers are taken out first.

    Raises QuestionError when it is empty or longer than 1,000 characters.
    """
    text = " ".join(redact(question.text.encode(errors="replace").decode()).split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("Frågan är tom. Skriv minst ett ord.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"Frågan har {len(text)} tecken; högst {MAX_CHARACTERS} tas emot. Korta den.")
    tokens = pipeline.analyse(text)
    mentions = find_mentions(text, tokens, labels, fold_capitals=text.islower())
    concepts: dict[str, LinkedConcept] = {}
    for mention in mentions:
        for concept in _around(mention, vocabulary):
            known = concepts.get(concept.iri)
            if known is None or known.weight < concept.weight:
                concepts[concept.iri] = concept
    topics = [mention for mention in mentions if vocabulary.concepts[mention.concept_iri].kind not in _CIRCUMSTANCES]
    labelled = [mention for mention in mentions if mention.matched_by != "compound"]
    names = dict.fromkeys(vocabulary.concepts[mention.concept_iri].label for mention in labelled)
    expansions = tuple(name for name in names if name.lower() not in text.lower())
    return AnalysedQuestion(
        text=text,
        tokens=tokens,
        weights=tuple(_TOPIC if _is_within(token, topics) else 1.0 for token in tokens),
        concepts=tuple(concepts.values()),
        expansions=expansions,
        expansion_tokens=tuple(token for name in expansions for token in pipeline.words(name)),
        mentions=tuple(mentions),
    )


def _is_within(token: Token, mentions: Sequence[Mention]) -> bool:
    return any(mention.start <= token.start < mention.end for mention in mentions)


def _around(mention: Mention, vocabulary: Vocabulary) -> Iterator[LinkedConcept]:
    """The concept itself, all below it, and those just above, each with the way to it."""
    concept = vocabulary.concepts[mention.concept_iri]
    weight = _HOW[mention.matched_by] * (_CIRCUMSTANCE if concept.kind in _CIRCUMSTANCES else 1.0)
    found = f"”{mention.surface}” → {concept.label}"
    yield LinkedConcept(concept.iri, concept.label, weight, (found,))
    for narrower in vocabulary.narrower(concept.iri):
        label = vocabulary.concepts[narrower].label
        yield LinkedConcept(narrower, label, weight * _NARROWER, (found, f"snävare: {label}"))
    for broader in concept.broader:
        if broader in vocabulary.concepts:
            label = vocabulary.concepts[broader].label
            yield LinkedConcept(broader, label, weight * _BROADER, (found, f"vidare: {label}"))
