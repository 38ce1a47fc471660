"""The shapes of the JSON answers, as promised to other systems, and how domain values become them."""

from typing import Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from ontology.model import Direction
from search.types import (
    AnswerType,
    Contribution,
    DirectAnswer,
    DocumentReference,
    Highlight,
    Hit,
    RecommendationReference,
    SearchResult,
)


class DocumentOut(BaseModel):
    """The document of a hit."""

    iri: str
    identifier: str
    title: str
    source: str | None = None
    date: str | None = None


class ConceptOut(BaseModel):
    """A concept with its Swedish label."""

    iri: str
    label: str


class LexicalWhy(BaseModel):
    """What the word search saw: its rank, and the words of the question that stand in the passage, with how."""

    rank: int
    terms: list[str] = Field(
        description="Frågans ord så som de står i stycket / words of the question, and how they stand in the passage",
        examples=[["adhd", "missbruk (del av ”alkoholmissbruk”)", "OCD (samma som ”tvångssyndrom”)"]],
    )


class DenseWhy(BaseModel):
    """What the meaning search saw: its rank and the cosine similarity."""

    rank: int
    similarity: float


class GraphWhy(BaseModel):
    """What the concept search saw: its rank, and the way from the words to the concepts."""

    rank: int
    path: list[str]


class RerankWhy(BaseModel):
    """What the reranker saw: the rank that the channels gave together, and its own score."""

    rank: int
    score: float


class WhyOut(BaseModel):
    """Why a passage was found, by channel; a channel that did not propose it is null. `rerank` is there when it was."""

    lexical: LexicalWhy | None = None
    dense: DenseWhy | None = None
    graph: GraphWhy | None = None
    rerank: RerankWhy | None = None

    @model_serializer(mode="wrap")
    def _promised(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The three channels always; a reranker, which few have, only where it judged the passage."""
        return {name: value for name, value in whole(self).items() if name != "rerank" or value is not None}


class RecommendationOut(BaseModel):
    """The recommendation that a passage states: of several the one that fits the question best."""

    iri: str
    direction: Direction = Field(description="for: rekommenderas, against: rekommenderas inte, neutral: varken eller")
    strength: str | None = Field(description="Med källans ordval / in the wording of the source", examples=["bör inte"])
    priority: int | None = Field(description="1 till 10 / 1 to 10")
    interventions: list[str] = Field(description="Vad den rekommenderar eller avråder från / what it is about")


class FacetOut(BaseModel):
    """A value that can be filtered on, and how many of the passages found have it."""

    value: str
    label: str
    count: int


class CopyOut(BaseModel):
    """Another passage with the same text."""

    iri: str
    document: DocumentOut


class HitOut(BaseModel):
    """A passage that answers. `also` is there when other passages have the same text."""

    rank: int
    score: float = Field(description="0 till 1 / 0 to 1")
    iri: str
    text: str
    highlights: list[tuple[int, int]] = Field(description="Teckenpositioner i text / code point offsets into text")
    heading_path: list[str]
    document: DocumentOut
    recommendation: RecommendationOut | None = None
    concepts: list[ConceptOut]
    why: WhyOut
    also: list[CopyOut] = Field(
        default=[], description="Andra stycken med samma text / other passages with the same text"
    )

    @model_serializer(mode="wrap")
    def _promised(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in whole(self).items() if name != "also" or value}


class AnswerValueOut(BaseModel):
    """One value of a direct answer; a number, a date or a text has no IRI."""

    iri: str | None = None
    label: str


class AnswerSourceOut(BaseModel):
    """A document that a direct answer rests on, with its words where the graph has them."""

    iri: str
    title: str
    quote: str | None = None


class AnswerOut(BaseModel):
    """An answer from the graph, with the query that gave it: it can be run again at /sparql."""

    type: AnswerType
    text: str
    values: list[AnswerValueOut]
    sparql: str
    sources: list[AnswerSourceOut]
    notes: list[str]


class SearchOut(BaseModel):
    """One page of hits for a question."""

    question: str
    did_you_mean: str | None = None
    as_of: str | None = None
    answer: AnswerOut | None = None
    total: int
    page: int
    limit: int
    facets: dict[str, list[FacetOut]] = Field(
        default_factory=dict, description="Värden att filtrera på, per filter / values to filter on, by filter"
    )
    hits: list[HitOut]


def search_out(result: SearchResult) -> SearchOut:
    """The answer of `/api/v1/search` and of `vipgraf search --json`."""
    return SearchOut(
        question=result.analysed_text,
        did_you_mean=result.did_you_mean,
        as_of=result.as_of,
        answer=answer_out(result.answer) if result.answer else None,
        total=result.total,
        page=result.question.page,
        limit=result.question.limit,
        facets={
            facet: [FacetOut(value=found.value, label=found.label, count=found.count) for found in counts]
            for facet, counts in result.facets.items()
        },
        hits=[_hit_out(hit) for hit in result.hits],
    )


def answer_out(answer: DirectAnswer) -> AnswerOut:
    """A direct answer as other systems get it."""
    return AnswerOut(
        type=answer.type,
        text=answer.text,
        values=[AnswerValueOut(iri=value.iri or None, label=value.label) for value in answer.values],
        sparql=answer.sparql,
        sources=[
            AnswerSourceOut(iri=source.iri, title=source.title, quote=source.quote or None) for source in answer.sources
        ],
        notes=list(answer.notes),
    )


def _hit_out(hit: Hit) -> HitOut:
    return HitOut(
        rank=hit.rank,
        score=round(hit.score, 6),
        iri=hit.iri,
        text=hit.text,
        highlights=[(found.start, found.end) for found in hit.highlights],
        heading_path=list(hit.heading_path),
        document=_document_out(hit.document),
        recommendation=_recommendation_out(hit.recommendation),
        concepts=[ConceptOut(iri=concept.iri, label=concept.label) for concept in hit.concepts],
        why=why_out(hit),
        also=[CopyOut(iri=copy.iri, document=_document_out(copy.document)) for copy in hit.also],
    )


def _document_out(found: DocumentReference) -> DocumentOut:
    return DocumentOut(
        iri=found.iri,
        identifier=found.identifier,
        title=found.title,
        source=found.source or None,
        date=found.date or None,
    )


def why_out(hit: Hit) -> WhyOut:
    """The contributions of a hit, each in its channel's own form."""
    said = hit.contributions
    return WhyOut(
        lexical=LexicalWhy(rank=said["lexical"].rank, terms=terms(hit)) if "lexical" in said else None,
        dense=DenseWhy(rank=said["dense"].rank, similarity=_similarity(said["dense"])) if "dense" in said else None,
        graph=GraphWhy(rank=said["graph"].rank, path=list(said["graph"].reasons)) if "graph" in said else None,
        rerank=RerankWhy(rank=hit.reranked.rank, score=hit.reranked.score) if hit.reranked else None,
    )


def _recommendation_out(found: RecommendationReference | None) -> RecommendationOut | None:
    if found is None:
        return None
    return RecommendationOut(
        iri=found.iri,
        direction=found.direction,
        strength=found.strength or None,
        priority=found.priority,
        interventions=list(found.interventions),
    )


def terms(hit: Hit) -> list[str]:
    """The words of the question that stand in the passage and how, each once, in the order of the passage."""
    return list(dict.fromkeys(_term(found, hit.text[found.start : found.end].lower()) for found in hit.highlights))


def _term(found: Highlight, written: str) -> str:
    match found.match:
        case "part" if found.term.lower() in written:
            return f"{found.term} (del av ”{written}”)"
        case "part":
            return f"{found.term} (har en del gemensam med ”{written}”)"
        case "synonym":
            return f"{found.term} (samma som ”{written}”)" if found.term.lower() != written else found.term
        case "narrower":
            return f"{found.term} (snävare: ”{written}”)"
        case "spelling":
            return f"{found.term} (läst som ”{written}”)"
        case _:
            return found.term


def _similarity(said: Contribution) -> float:
    return round(said.score, 4)
