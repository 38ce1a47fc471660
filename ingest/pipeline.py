"""The way in for one document, as a list of steps: read → analyse → split → link → map → validate.

It touches no store: it turns a blob into the statements to publish, so that any number of processes can do it at once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from graph.mapping import document_triples, mentions_within
from graph.store import to_ntriples
from graph.validation import Validator
from graph.vocabulary import Vocabulary
from ingest.language import Pipeline
from ingest.mentions import Labels, compile_labels, find_mentions
from ingest.passages import split
from ingest.readers import read_document
from ontology.errors import DocumentRefused
from ontology.iris import Iris, digest
from ontology.model import Activity, Blob, Extraction, Metadata

RULES = "vipgraf-rules-4"
"""Identity of the reading and linking rules: raise it when the same bytes would give other statements."""

_ABOUT = re.compile(r"/id/(condition|intervention|programme)/")


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What the steps need, loaded once for each process."""

    pipeline: Pipeline
    vocabulary: Vocabulary
    labels: Labels
    validator: Validator
    iris: Iris
    software: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """What one document gave: its statements as N-Triples, and how much that was."""

    identifier: str
    ntriples: bytes
    passages: int
    mentions: int
    words: int


def make_toolbox(
    pipeline: Pipeline, vocabulary: Vocabulary, shapes: bytes, iris: Iris, software: tuple[str, ...]
) -> Toolbox:
    """Prepare the steps; every label of the vocabulary is analysed here."""
    labels = compile_labels(vocabulary, pipeline)
    return Toolbox(pipeline, vocabulary, labels, Validator(shapes), iris, software)


def fingerprint(sha256: str, metadata: Metadata, software: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """Digest of all that decides what a document gives; when it is unchanged, so are the statements."""
    return digest(sha256, repr(metadata), RULES, *software, vocabulary.identity)


def process(blob: Blob, tools: Toolbox) -> Statements:
    """Take one document all the way to valid statements. Raises DocumentRefused with the reason."""
    started = datetime.now(UTC)
    extraction = extract(blob, tools)
    activity = Activity(
        started_at=started,
        ended_at=datetime.now(UTC),
        software=tools.software,
        fingerprint=fingerprint(blob.sha256, blob.metadata, tools.software, tools.vocabulary),
    )
    triples = document_triples(extraction, activity, blob.sha256, tools.iris, tools.vocabulary.concept_of_code)
    ntriples = to_ntriples(triples)
    if violations := tools.validator.violations(ntriples):
        first = violations[0]
        raise DocumentRefused(f"{len(violations)} brott mot formkraven; det första: {first.message} ({first.focus})")
    return Statements(
        identifier=blob.identifier,
        ntriples=ntriples,
        passages=len(extraction.passages),
        mentions=sum(len(mentions_within(passage, extraction.mentions)) for passage in extraction.passages),
        words=len(extraction.document.text.split()),
    )


def extract(blob: Blob, tools: Toolbox) -> Extraction:
    """What there is in one document, nothing stored. Raises DocumentRefused."""
    document = read_document(blob)
    tokens = tools.pipeline.analyse(document.text)
    first_of_sentence = {token.sentence: token.start for token in reversed(tokens)}
    title_tokens = tools.pipeline.analyse(document.title)
    about = find_mentions(document.title, title_tokens, tools.labels)
    return Extraction(
        document=document,
        passages=split(document, sorted(first_of_sentence.values())),
        mentions=find_mentions(document.text, tokens, tools.labels),
        subjects=tuple(dict.fromkeys(found.concept_iri for found in about if _ABOUT.search(found.concept_iri))),
    )
