"""The values that pass through search, and the two protocols that it is open at.

    text → Question → AnalysedQuestion → Candidate (three lists) → Fused → Hit → SearchResult

Scores live on `Candidate` and `Fused`, never on a passage: a passage has no score, a pairing with a question has.
Inside search a passage is its row in the index (0 to n − 1); IRIs return in `Hit`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token

Vectors: TypeAlias = NDArray[np.float32]
"""Embeddings, shape (n, d), float32, every row of length 1 (a row of an empty text may be 0)."""

Channel: TypeAlias = Literal["lexical", "dense", "graph"]
CHANNELS: tuple[Channel, ...] = ("lexical", "dense", "graph")


class Encoder(Protocol):
    """Text → vectors. Questions and passages have a door each, since models such as E5 prefix them differently."""

    @property
    def identity(self) -> str:
        """Name and revision of model and weights; equal identities give equal vectors, so it is a cache key."""

    @property
    def dimension(self) -> int:
        """Number of columns of the vectors."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order: (len(texts), dimension)."""

    def encode_passages(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Vectors:
        """Embed passages, in order: (len(texts), dimension); `advance` is told how many more are done."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks. `as_of` is a year or date; only documents dated up to then, or undated, answer."""

    text: str
    limit: int = 20
    page: int = 1
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedConcept:
    """A concept that the question is about; `path` tells how it was reached, in Swedish, outermost step first."""

    iri: str
    label: str
    weight: float
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """A question as the retrievers see it: redacted text, its words as Swedish analysis gives them, its concepts."""

    text: str
    tokens: tuple[Token, ...]
    weights: tuple[float, ...]
    """Of each token: 1, or more where it names what the question is about."""
    concepts: tuple[LinkedConcept, ...]
    expansions: tuple[str, ...] = ()
    """Names of its concepts that it does not use itself: "OCD" → "Tvångssyndrom"."""
    expansion_tokens: tuple[Token, ...] = ()
    """The words of the expansions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that one channel proposes. Scores compare within a channel only."""

    passage: int
    score: float
    reasons: tuple[str, ...] = ()


Allowed: TypeAlias = NDArray[np.bool_] | None
"""Which passages may be proposed, (n,) by row; None for all."""


class Retriever(Protocol):
    """One channel."""

    @property
    def channel(self) -> Channel:
        """Its name."""

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """The best passages, best first, each once; of the allowed ones only, where that is given."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one channel said of a fused passage: its rank there from 1, its score there, its reasons."""

    rank: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage with its joint score in 0 to 1 and every channel's contribution."""

    passage: int
    score: float
    contributions: Mapping[Channel, Contribution]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of a passage's text (code points, half open) that a word of the question brought, and that word."""

    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """The document of a hit, enough to cite it; empty strings where it says nothing."""

    iri: str
    identifier: str
    title: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class ConceptReference:
    """A concept with its Swedish label."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage in an answer: the text as it stands in the graph, its place, and why it was found."""

    rank: int
    score: float
    iri: str
    text: str
    heading_path: tuple[str, ...]
    document: DocumentReference
    concepts: tuple[ConceptReference, ...]
    highlights: tuple[Highlight, ...]
    contributions: Mapping[Channel, Contribution]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits; `total` counts all that any channel proposed."""

    question: Question
    analysed_text: str
    """The question as it was searched for: redacted."""
    total: int
    hits: tuple[Hit, ...]
