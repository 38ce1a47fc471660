"""Mentions in a question → the concepts that it is about, each with the way to it, in Swedish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.vocabulary import Vocabulary, code_ancestry
from ingest.finding.mentions import is_short_abbreviation, lemma_key
from ingest.language import Pipeline
from ontology.model import Concept, Mention
from search.misspelling import misspelling_cost
from search.types import Correction, LinkedConcept

_HOW = {"label": 1.0, "code": 1.0, "compound": 0.7, "abbreviation": 1.0}
_NARROWER = 0.6
_BROADER = 0.3
_CIRCUMSTANCE = 0.3
"""Weight of for whom and where against what: "vuxna" narrows a question about adhd, it is not what it is about."""
CIRCUMSTANCES = frozenset({"age-group", "target-group", "setting", "profession"})
_CORRECTED = 0.9
"""Weight of what is linked only because a word was taken for another."""
_NEAR = 2.0
"""Cost of a misspelling (see `search.misspelling`) from which a hidden name is another word."""


@dataclass(frozen=True, slots=True)
class Link:
    """A mention with what its words read as (the same as written, but for corrections) and why they are read so."""

    mention: Mention
    reads: str
    corrections: tuple[Correction, ...] = ()
    way: str = ""
    """Why in a word of Swedish, where it is not the vocabulary's names that tell."""


def link_concepts(links: Iterable[Link], vocabulary: Vocabulary, pipeline: Pipeline) -> tuple[LinkedConcept, ...]:
    """The concepts themselves, all below them and those just above; each once, by its best way."""
    concepts: dict[str, LinkedConcept] = {}
    for link in links:
        for concept in _around(link, vocabulary, pipeline):
            known = concepts.get(concept.iri)
            if known is None or known.weight < concept.weight:
                concepts[concept.iri] = concept
    return tuple(concepts.values())


def _around(link: Link, vocabulary: Vocabulary, pipeline: Pipeline) -> Iterator[LinkedConcept]:
    concept = vocabulary.concepts[link.mention.concept_iri]
    weight = _HOW[link.mention.matched_by] * (_CIRCUMSTANCE if concept.kind in CIRCUMSTANCES else 1.0)
    weight *= _CORRECTED if link.corrections else 1.0
    steps = tuple(f"”{found.written}” → {found.suggested} (stavning)" for found in link.corrections)
    found = (*steps, _found(link, concept, pipeline))
    yield LinkedConcept(concept.iri, concept.label, weight, found)
    for narrower in vocabulary.narrower(concept.iri):
        label = vocabulary.concepts[narrower].label
        yield LinkedConcept(narrower, label, weight * _NARROWER, (*found, f"snävare: {label}"))
    for broader in concept.broader:
        if broader in vocabulary.concepts:
            label = vocabulary.concepts[broader].label
            yield LinkedConcept(broader, label, weight * _BROADER, (*found, f"vidare: {label}"))


def _found(link: Link, concept: Concept, pipeline: Pipeline) -> str:
    """The step from the words to the concept: "”torgskräck” → Agorafobi (synonym)"."""
    way = _way(link, concept, pipeline)
    return f"”{link.reads}” → {concept.label}" + (f" ({way})" if way else "")


def _way(link: Link, concept: Concept, pipeline: Pipeline) -> str:
    """How words stand for a concept; "" where they are its name."""
    if link.way:
        return link.way
    if link.mention.matched_by == "code":
        return _code_way(link.reads, concept)
    if link.mention.matched_by == "compound":
        return "del av ordet"
    if link.reads.lower() in {label.lower() for label in concept.hidden_labels}:
        return _hidden_way(link.reads.lower(), concept)
    stem = link.reads.partition(":")[0].lower()
    short = {label.lower() for label in concept.alt_labels if is_short_abbreviation(label)}
    if stem in short or stem.removesuffix("s") in short:
        return "förkortning"
    is_name = stem == concept.label.lower() or _key(link.reads, pipeline) == _key(concept.label, pipeline)
    return "" if is_name else "synonym"


def _hidden_way(reads: str, concept: Concept) -> str:
    """The vocabulary hides misspellings, and words of daily life that nobody should write."""
    names = (name.lower() for name in (concept.label, *concept.alt_labels))
    is_near = any(misspelling_cost(reads.replace(" ", ""), name.replace(" ", ""), _NEAR) < _NEAR for name in names)
    return "stavning" if is_near else "vardagsord"


def _code_way(code: str, concept: Concept) -> str:
    above = next((step for step in code_ancestry(code) if step in concept.notations), "")
    return f"kod, under {above}" if above and above.replace(".", "") != code.upper().replace(".", "") else "kod"


def _key(text: str, pipeline: Pipeline) -> tuple[str, ...]:
    return lemma_key(pipeline.words(text))
