"""Fused passages → hits: text, place and document as the graph has them, what brought them and what they advise."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from graph.vocabulary import Vocabulary
from search.advice import choose
from search.facts import Advice, FactReader, Facts
from search.highlighting import Sought, highlight, sought_forms
from search.index import Index
from search.types import (
    AnalysedQuestion,
    Channel,
    ConceptReference,
    Contribution,
    Copy,
    Fused,
    Hit,
    LinkedConcept,
    RecommendationReference,
)

_MOST_STEPS = 10
"""Ways from the question to a passage that are told."""


def ground(
    fused: Sequence[tuple[int, Fused]],
    index: Index,
    question: AnalysedQuestion,
    sought: Sought,
    reader: FactReader,
    vocabulary: Vocabulary,
    directions: Collection[str] = (),
) -> tuple[Hit, ...]:
    """Make hits of ranked passages, given as (rank, passage); `directions` are those that recommendations must have."""
    forms = index.forms.number(sought_forms(sought))
    hits = []
    iris = index.passages.iris
    known = reader.read([iris[row] for _, found in fused for row in found.passages])
    facts_of = {facts.iri: facts for facts in known}
    for rank, found in fused:
        facts = facts_of[iris[found.passage]]
        words = index.forms.find(found.passage, forms)
        marks = highlight(sought, facts.text, words, facts.named)
        hits.append(
            Hit(
                rank=rank,
                score=found.score,
                iri=facts.iri,
                text=facts.text,
                heading_path=index.passages.headings[found.passage],
                document=facts.document,
                concepts=_concepts(facts, vocabulary),
                highlights=marks,
                contributions=_contributions(found.contributions, question, facts),
                recommendation=_recommendation(choose(facts, sought, marks, directions), vocabulary),
                reranked=found.reranked,
                also=tuple(Copy(iris[row], facts_of[iris[row]].document) for row in found.also),
            )
        )
    return tuple(hits)


def _concepts(facts: Facts, vocabulary: Vocabulary) -> tuple[ConceptReference, ...]:
    """What a passage mentions, by name."""
    mentioned = {name.concept for name in facts.named} & vocabulary.concepts.keys()
    found = (ConceptReference(iri, vocabulary.concepts[iri].label) for iri in mentioned)
    return tuple(sorted(found, key=lambda concept: (concept.label, concept.iri)))


def _recommendation(advice: Advice | None, vocabulary: Vocabulary) -> RecommendationReference | None:
    if advice is None:
        return None
    known = (vocabulary.concepts[iri].label for iri in advice.interventions if iri in vocabulary.concepts)
    return replace(advice.reference, interventions=tuple(sorted(known)))


def _contributions(
    said: Mapping[Channel, Contribution], question: AnalysedQuestion, facts: Facts
) -> Mapping[Channel, Contribution]:
    """What the channels said, with the whole way from the question to the passage where the graph brought it."""
    if "graph" not in said:
        return said
    steps = {step for concept in question.concepts for step in concept.path}
    others = [reason for reason in said["graph"].reasons if reason not in steps]  # such as a link through evidence
    paths = dict.fromkeys([*_paths(question.concepts, facts), *others])
    return {**said, "graph": said["graph"]._replace(reasons=tuple([*paths][:_MOST_STEPS]) or said["graph"].reasons)}


def _paths(concepts: Sequence[LinkedConcept], facts: Facts) -> Iterator[str]:
    """The ways to a passage, the weightiest first: "”adhd” → Adhd → nämns i stycket"."""
    named = {name.concept for name in facts.named}
    advised = {concept for advice in facts.advice for concept in advice.about}
    places = (
        (named, "nämns i stycket"),
        (facts.headed, "nämns i rubriken"),
        (advised, "rekommendationen gäller det"),
        (facts.subjects, "dokumentet handlar om det"),
    )
    for concept in sorted(concepts, key=lambda concept: -concept.weight):
        if ends := [place for where, place in places if concept.iri in where]:
            yield " → ".join([*concept.path, ", ".join(ends)])
