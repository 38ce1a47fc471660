"""The values that pass through search, and the three protocols that it is open at.

    text → Question → AnalysedQuestion ─┬─ Candidate (three lists) → Fused → Hit ─┬─ SearchResult
                                        └─ DirectAnswer, by SPARQL ──────────────┘

Scores live on `Candidate` and `Fused`, never on a passage: a passage has no score, a pairing with a question has.
Inside search a passage is its row in the index (0 to n − 1); IRIs return in `Hit`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from ontology.model import Direction, Mention

Vectors: TypeAlias = NDArray[np.float32]
"""Embeddings, shape (n, d), float32, every row of length 1 (a row of an empty text may be 0)."""

Scores: TypeAlias = NDArray[np.float32]
"""Judgements of passages, shape (n,), float32, 0 to 1, higher is better."""

Channel: TypeAlias = Literal["lexical", "dense", "graph"]
CHANNELS: tuple[Channel, ...] = ("lexical", "dense", "graph")

QuestionType: TypeAlias = Literal["list", "count", "boolean", "entity", "date", "advice", "open"]
"""What a question asks for: the members of something, a number, yes or no, one body or thing, a time, what to do (or
not to do) for somebody; "open" for all else."""

AnswerType: TypeAlias = Literal["list", "count", "boolean", "entity", "date", "unknown"]


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


class Reranker(Protocol):
    """A question and passages → how well each answers. Slow and good: it reads the two together."""

    @property
    def identity(self) -> str:
        """Name and revision; equal identities give equal scores."""

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Judge each passage, in order: (len(passages),)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks. `as_of` is a year or date; only documents dated up to then, or undated, answer.

    `filters` has, by the name of a facet, the values of which a passage must have one; it must fit every facet named.
    """

    text: str
    limit: int = 20
    page: int = 1
    as_of: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question that nothing here knows, with the word that was probably meant.

    `start` and `end` are its place in the analysed text. It is searched for beside the written word when `used`.
    """

    start: int
    end: int
    written: str
    suggested: str
    used: bool


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
    mentions: tuple[Mention, ...] = ()
    """The concepts that it names, with their places in `text`."""
    type: QuestionType = "open"
    language: str = "sv"
    """Of the question, as an ISO 639-1 code; answers are Swedish whatever it is."""
    negated: bool = False
    """Whether it asks for what not to do: "vad ska man inte göra vid …"."""
    as_of: str | None = None
    """The time that it is about, as a year, month or day: what the asker gave, or else what its own words say."""
    corrections: tuple[Correction, ...] = ()
    did_you_mean: str | None = None
    """The text with its corrections made; None where there are none."""


class Candidate(NamedTuple):
    """A passage that one channel proposes.

    `score` compares within one list only; `strength` tells how far it stands out among what the channel sees, and so
    compares between questions. (Of candidates, contributions and fused passages there are a thousand a question, and
    tuples are made in half the time that dataclasses take.)
    """

    passage: int
    score: float
    strength: float
    reasons: tuple[str, ...] = ()


def shares(scores: Sequence[float], floor: int) -> list[float]:
    """Scores, best first, as shares of the way from the one at rank `floor` (or the last) to the best; below it 0.

    >>> shares([5.0, 4.0, 3.0, 2.0], floor=3)
    [1.0, 0.5, 0.0, 0.0]
    >>> shares([5.0, 5.0, 4.0], floor=2)
    [1.0, 1.0, 0.0]
    """
    if not scores:
        return []
    high, low = scores[0], scores[:floor][-1]
    return [1.0 if score == high else max(score - low, 0.0) / ((high - low) or 1.0) for score in scores]


Allowed: TypeAlias = NDArray[np.bool_] | None
"""Which passages may be proposed, (n,) by row; None for all."""


class Retriever(Protocol):
    """One channel."""

    @property
    def channel(self) -> Channel:
        """Its name."""

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """The best passages, best first, each once; of the allowed ones only, where that is given."""


class Contribution(NamedTuple):
    """What one channel said of a fused passage: its rank there from 1, its score there, its reasons."""

    rank: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reranked:
    """What a reranker said of a fused passage: its rank before, from 1, and the score that it got."""

    rank: int
    score: float


class Fused(NamedTuple):
    """A passage with its joint score in 0 to 1 and every channel's contribution; `reranked` when it was judged anew.

    `also` are passages with the same text, which were found too.
    """

    passage: int
    score: float
    contributions: Mapping[Channel, Contribution]
    reranked: Reranked | None = None
    also: tuple[int, ...] = ()

    @property
    def passages(self) -> tuple[int, ...]:
        """All that have the text, the one that is shown first."""
        return (self.passage, *self.also)


Match: TypeAlias = Literal["word", "part", "synonym", "narrower", "spelling", "negation"]
"""How a word of the question stands in a passage: itself (in any inflection), as a part of a compound on either side,
by another name of what it names, by the name of something narrower, as it was probably meant, or as the denial that
was asked for."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of a passage's text (code points, half open) that a word of the question brought, and that word."""

    start: int
    end: int
    term: str
    match: Match = "word"


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
class RecommendationReference:
    """The recommendation that a passage states; `strength` is a notation, "" where the text gives none."""

    iri: str
    direction: Direction
    strength: str
    priority: int | None
    text: str = ""
    """The words that state it."""
    interventions: tuple[str, ...] = ()
    """Labels of what it recommends or advises against."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another passage with the text of a hit."""

    iri: str
    document: DocumentReference


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
    recommendation: RecommendationReference | None = None
    reranked: Reranked | None = None
    also: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """One value of a direct answer; `iri` is "" for a number, date or text."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """A document that a direct answer rests on; `quote` is "" where the graph has no words of it."""

    iri: str
    title: str
    quote: str


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """An answer from the graph: a full Swedish sentence, its values, and the query that anybody may run again."""

    type: AnswerType
    text: str
    values: tuple[AnswerValue, ...]
    sparql: str
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]
    """In Swedish: as of when it holds, where sources conflict, what is less sure."""
    template: str
    """Name of the template that answered; "" when none did."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet and how many of the passages found have it; `value` is what a filter is given."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits; `total` counts all that any channel proposed."""

    question: Question
    analysed_text: str
    """The question as it was searched for: redacted."""
    total: int
    hits: tuple[Hit, ...]
    did_you_mean: str | None = None
    as_of: str | None = None
    """The time that the question is about, as in `AnalysedQuestion`."""
    answer: DirectAnswer | None = None
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
