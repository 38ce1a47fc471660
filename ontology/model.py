"""The domain types: what a document is once read, and what is found in it. Frozen values, no behaviour, no storage.

All offsets are code points into `Document.text`, half open: `surface == document.text[start:end]`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

MatchedBy: TypeAlias = Literal["label", "code", "compound"]
BlockKind: TypeAlias = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the index table says of a document; empty where it is silent."""

    title: str = ""
    source: str = ""
    codes: tuple[str, ...] = ()
    kind: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one document as fetched."""

    identifier: str
    name: str
    content: bytes = field(repr=False)
    sha256: str
    metadata: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row: a span of the text that nothing below crosses by accident."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """1 to 6 for a heading, else 0."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document under one heading; `heading_path` leads from below the title to its own heading."""

    position: int
    heading_path: tuple[str, ...]
    level: int
    parent: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: normalised text, its blocks in order and its sections in order."""

    identifier: str
    title: str
    language: str
    media_type: str
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    sections: tuple[Section, ...] = field(repr=False)
    metadata: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of one section, of some hundred words."""

    position: int
    section: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a text speaks of a concept."""

    concept_iri: str
    surface: str
    start: int
    end: int
    matched_by: MatchedBy
    negated: bool


@dataclass(frozen=True, slots=True)
class Concept:
    """One resource of the vocabularies that text can be linked to.

    `kind` is the short name of its class: condition, intervention, organisation, programme, body-kind,
    knowledge-service, target-group, age-group, setting, profession.
    """

    iri: str
    kind: str
    label: str
    alt_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    notations: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """One run of the pipeline over one blob: what made the statements (PROV)."""

    started_at: datetime
    ended_at: datetime
    software: tuple[str, ...]
    """Identities of what took part: the product, the language pipeline, the lexicon."""
    fingerprint: str
    """Digest of the bytes, the metadata and the identities: equal fingerprints give equal statements."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that ingest found in one document."""

    document: Document
    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    subjects: tuple[str, ...] = ()
    """IRIs of the conditions and interventions that its title names: what the document is about."""
