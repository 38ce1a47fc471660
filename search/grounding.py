"""Fused passages → hits: text, place and document as the graph has them, with highlights and concepts."""

from collections.abc import Sequence

import pyoxigraph as ox

from graph import queries
from ingest.language import Pipeline, Token
from search.index import Passages
from search.lexical import content_words
from search.types import (
    AnalysedQuestion,
    ConceptReference,
    DocumentReference,
    Fused,
    Highlight,
    Hit,
)


def ground(
    fused: Sequence[tuple[int, Fused]],
    passages: Passages,
    question: AnalysedQuestion,
    store: ox.Store,
    pipeline: Pipeline,
) -> tuple[Hit, ...]:
    """Make hits of ranked passages, given as (rank, passage)."""
    return tuple(_hit(rank, found, passages, question, store, pipeline) for rank, found in fused)


def _hit(
    rank: int, found: Fused, passages: Passages, question: AnalysedQuestion, store: ox.Store, pipeline: Pipeline
) -> Hit:
    iri = passages.iris[found.passage]
    passage = ox.NamedNode(iri)
    row = next(queries.select(store, "passage", passage=passage))
    text = queries.string(row, "text")
    return Hit(
        rank=rank,
        score=found.score,
        iri=iri,
        text=text,
        heading_path=passages.headings[found.passage],
        document=DocumentReference(
            iri=queries.string(row, "document"),
            identifier=queries.string(row, "identifier"),
            title=queries.string(row, "title"),
            source=queries.string(row, "source"),
            date=queries.string(row, "date"),
        ),
        concepts=tuple(
            ConceptReference(queries.string(about, "concept"), queries.string(about, "label"))
            for about in queries.select(store, "passage-concepts", passage=passage)
        ),
        highlights=highlight(question, pipeline.words(text)),
        contributions=found.contributions,
        reranked=found.reranked,
    )


def titled_text(iri: str, store: ox.Store) -> str:
    """The text of a passage after the title of its document, which names the subject: what a reranker reads."""
    row = next(queries.select(store, "passage", passage=ox.NamedNode(iri)))
    return f"{queries.string(row, 'title')}. {queries.string(row, 'text')}"


def highlight(question: AnalysedQuestion, passage: Sequence[Token]) -> tuple[Highlight, ...]:
    """Where words of the question stand in a passage: as the same base form, or as part of a compound either way.

    Names of the question's concepts are marked too, as whole words.
    """
    wanted = {token.lemma: token.text for token in content_words(question.expansion_tokens)}
    wanted |= {
        form: token.text for token in reversed(content_words(question.tokens)) for form in (*token.parts, token.lemma)
    }
    return tuple(
        Highlight(token.start, token.end, wanted[match])
        for token in passage
        if (match := next((form for form in (token.lemma, *token.parts) if form in wanted), None)) is not None
    )
