"""The domain types: what a document is once read, and what is found in it. Frozen values, no behaviour, no storage.

All offsets are code points into `Document.text`, half open: `surface == document.text[start:end]`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

MatchedBy: TypeAlias = Literal["label", "code", "compound", "abbreviation"]
Direction: TypeAlias = Literal["for", "against", "neutral"]
BlockKind: TypeAlias = Literal["heading", "paragraph", "item", "header", "row", "term", "definition"]
DateKind: TypeAlias = Literal["issued", "modified", "checked"]
DocumentStatus: TypeAlias = Literal["", "draft", "consultation", "in-force", "repealed"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the index table says of a document; empty where it is silent."""

    title: str = ""
    source: str = ""
    codes: tuple[str, ...] = ()
    kind: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where and when the bytes of a document came from; empty where the server is silent."""

    url: str
    fetched_at: datetime
    etag: str
    last_modified: str
    media_type: str
    charset: str


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one document as fetched."""

    identifier: str
    name: str
    content: bytes = field(repr=False)
    sha256: str
    metadata: Metadata = Metadata()
    fetched: Fetched | None = None
    """Where it came from, when it was fetched."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, row of a table or part of a definition list: a span of the text that nothing
    below crosses by accident. The cells of a `header` or `row` are parted by " | "."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """1 to 6 for a heading; how deep a list item is nested, from 1; else 0."""
    page: int = 0
    """The page of the source that it begins on, from 1; 0 where there are no pages."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document under one heading; `heading_path` leads from below the title to its own heading."""

    position: int
    heading_path: tuple[str, ...]
    level: int
    parent: int | None
    start: int
    end: int
    role: str = ""
    """What its heading, or else the one above it, makes it on a page of a programme: `target-group`, `summary` …; ""
    when they make it nothing."""


@dataclass(frozen=True, slots=True)
class SourceRun:
    """Characters of a text and where they come from: one for one, or else (not `exact`) as a whole."""

    start: int
    end: int
    source_start: int
    source_end: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where the characters of a document's text stand in its source: runs in order, on both sides.

    Source offsets are code points of the decoded file without byte order mark. What repair put in has no place, nor has
    the line break between two blocks; a document whose source is no text has no runs.
    """

    runs: tuple[SourceRun, ...] = ()


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
    source_map: SourceMap = field(default=SourceMap(), repr=False)
    notes: tuple[str, ...] = ()
    """Lines of page furniture that carry a date: no part of the text, but said by the page of itself."""
    properties: tuple[tuple[str, str], ...] = ()
    """Fields that the file states in its own head, such as the front matter of Markdown, in order: name, value."""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a document gives of itself, as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. It says nothing of when the facts
    in it hold. `words` are those that say it; `start` and `end` their span of the text, None when they stand outside.
    """

    kind: DateKind
    date: str
    words: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field in a page's marking, as written, with its span of the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One field of a page's marking: `name` is the key of its name in the rules, such as `age-group`."""

    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A stretch of text that has the role of a section without being one: the rest of "Målgrupp: vuxna med adhd"."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a document says of itself, apart from its facts and from when they hold; empty where it is silent."""

    dates: tuple[StatedDate, ...] = ()
    version: str = ""
    status: DocumentStatus = ""
    programme: str = ""
    facets: tuple[Facet, ...] = ()
    roles: tuple[RoleSpan, ...] = ()


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
class Reference:
    """A place where a text names what no vocabulary lists: an age, a guideline, law or report, or a body."""

    kind: Literal["age", "evidence-source", "organisation"]
    surface: str
    start: int
    end: int
    iri: str = ""
    """The source that it names, where that is known."""


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form that the text itself explains."""

    short: str
    long: str
    start: int
    end: int
    """The span of both."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Advice as a text gives it: what to do or not to do, for whom. Concepts are IRIs."""

    start: int
    end: int
    text: str
    direction: Direction
    strength: str
    """Notation of the scheme of strengths: ska, bör, kan, kan i undantagsfall, bör inte, icke-göra, FoU; or ""."""
    priority: int | None
    conditions: tuple[str, ...]
    interventions: tuple[str, ...]
    populations: tuple[str, ...]
    settings: tuple[str, ...]
    professions: tuple[str, ...]
    severities: tuple[str, ...]
    sources: tuple[str, ...]
    """What it says that it rests on, as written."""
    exception: str
    """The words that limit it, or ""."""
    section: int
    rule: str
    """The rule that found it."""


@dataclass(frozen=True, slots=True)
class ExtractedClaim:
    """What a text says of how care is organised, in the terms of the ontology."""

    subject: str
    """IRI."""
    predicate: str
    """IRI of the ontology."""
    object: str
    """IRI, or the text of a literal."""
    is_literal: bool
    valid_from: str
    valid_to: str
    negated: bool
    hosting_kind: str
    """Of a hosting: active, dormant, temporary; else ""."""
    start: int
    end: int
    text: str
    """The sentence that says it."""
    rule: str


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
    description: Description
    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    references: tuple[Reference, ...]
    abbreviations: tuple[Abbreviation, ...]
    recommendations: tuple[Recommendation, ...]
    claims: tuple[ExtractedClaim, ...]
    facets: tuple[tuple[str, str], ...] = ()
    """Concepts that the document's own marking gives it, each by kind and IRI."""
    coordinated: bool | None = None
    """Whether its marking says that the intervention takes several principals."""
    subjects: tuple[str, ...] = ()
    """IRIs of the conditions and interventions that its title names: what the document is about."""
