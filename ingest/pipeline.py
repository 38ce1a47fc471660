"""The way in for one document, as a list of steps: read → analyse → split → link → understand → map → validate.

It touches no store: it turns a blob into the statements to publish, so that any number of processes can do it at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from graph.mapping import document_triples
from graph.store import to_ntriples
from graph.validation import Validator, Violation
from graph.vocabulary import Vocabulary
from ingest.finding.abbreviations import find_abbreviations
from ingest.finding.ambiguity import settled, with_explained, with_short_forms
from ingest.finding.barenames import BareNames, bare_names, with_bare_names
from ingest.finding.claims import find_claims
from ingest.finding.counts import counted
from ingest.finding.facets import marked_facets
from ingest.finding.mentions import Labels, find_mentions
from ingest.finding.recommendations import find_recommendations
from ingest.finding.references import find_references, without_nested
from ingest.finding.units import units
from ingest.language import Pipeline
from ingest.passages import split
from ingest.reading.alignment import to_source
from ingest.reading.readers import read_document
from ingest.reading.spelling import Spelling
from ingest.reading.structure import describe
from ingest.rulebook import rules_digest
from ontology.errors import DocumentRefused
from ontology.iris import Iris, digest
from ontology.model import Activity, Blob, Extraction, Metadata

RULES = "vipgraf-rules-5"
"""Identity of the reading and linking rules: raise it when the same bytes would give other statements."""

_ABOUT = re.compile(r"/id/(condition|intervention|programme)/")


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What the steps need, loaded once for each process."""

    pipeline: Pipeline
    spelling: Spelling
    vocabulary: Vocabulary
    labels: Labels
    names: Mapping[tuple[str, str], str]
    bare: BareNames
    validator: Validator
    iris: Iris
    software: tuple[str, ...]
    recipe: str


@dataclass(frozen=True, slots=True)
class Statements:
    """What one document gave: its statements as N-Triples, and how much that was."""

    identifier: str
    ntriples: bytes
    counts: Mapping[str, int]
    """How much of each sort, by the keys of `ingest.finding.counts`."""
    warnings: tuple[Violation, ...]


def make_toolbox(
    pipeline: Pipeline,
    spelling: Spelling,
    vocabulary: Vocabulary,
    labels: Labels,
    shapes: bytes,
    iris: Iris,
    software: tuple[str, ...],
) -> Toolbox:
    """Prepare the steps."""
    return Toolbox(
        pipeline=pipeline,
        spelling=spelling,
        vocabulary=vocabulary,
        labels=labels,
        names=vocabulary.by_name(),
        bare=bare_names(vocabulary),
        validator=Validator(shapes),
        iris=iris,
        software=software,
        recipe=recipe(software, vocabulary),
    )


def recipe(software: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """Digest of all that decides, beside the document, what it gives: software, vocabulary, rules."""
    return digest(RULES, rules_digest(), *software, vocabulary.identity)


def fingerprint(sha256: str, metadata: Metadata, recipe: str) -> str:
    """Digest of all that decides what a document gives; when it is unchanged, so are the statements."""
    return digest(sha256, repr(metadata), recipe)


def process(blob: Blob, tools: Toolbox) -> Statements:
    """Take one document all the way to valid statements. Raises DocumentRefused with the reason."""
    started = datetime.now(UTC)
    extraction = extract(blob, tools)
    activity = Activity(
        started_at=started,
        ended_at=datetime.now(UTC),
        software=tools.software,
        fingerprint=fingerprint(blob.sha256, blob.metadata, tools.recipe),
    )
    triples = document_triples(
        extraction,
        activity,
        blob,
        tools.iris,
        tools.vocabulary.concept_of_code,
        partial(to_source, extraction.document.source_map),
    )
    ntriples = to_ntriples(triples)
    verdict = tools.validator.check(ntriples)
    if verdict.violations:
        first = verdict.violations[0]
        number = len(verdict.violations)
        raise DocumentRefused(f"{number} brott mot formkraven; det första: {first.message} ({first.focus})")
    return Statements(
        identifier=blob.identifier,
        ntriples=ntriples,
        counts=counted(extraction, tools.vocabulary.kind_of),
        warnings=verdict.warnings,
    )


def extract(blob: Blob, tools: Toolbox) -> Extraction:
    """What there is in one document, nothing stored. Raises DocumentRefused."""
    document = read_document(blob, tools.spelling)
    tokens = tools.pipeline.analyse(document.text)
    first_of_sentence = {token.sentence: token.start for token in reversed(tokens)}
    abbreviations = find_abbreviations(document.text)
    labels = with_explained(tools.labels, abbreviations, tools.pipeline)
    concepts = tools.vocabulary.concepts
    labels = with_short_forms(labels, find_mentions(document.text, tokens, labels), concepts)
    named = with_bare_names(document.text, tokens, find_mentions(document.text, tokens, labels), tools.bare)
    mentions, references = without_nested(
        settled(document.text, named, concepts), find_references(document), tools.vocabulary.kind_of
    )
    parts = tuple(units(document, tokens))
    about = find_mentions(document.title, tools.pipeline.words(document.title), labels)
    description = describe(document)
    marked = marked_facets(description, tools.names)
    return Extraction(
        document=document,
        description=description,
        passages=split(document, sorted(first_of_sentence.values())),
        mentions=mentions,
        references=references,
        abbreviations=abbreviations,
        recommendations=find_recommendations(document, parts, mentions, references, tools.vocabulary, tools.names),
        claims=find_claims(document, parts, mentions, tools.vocabulary),
        facets=marked.concepts,
        coordinated=marked.coordinated,
        subjects=tuple(dict.fromkeys(found.concept_iri for found in about if _ABOUT.search(found.concept_iri))),
    )
