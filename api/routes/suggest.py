"""Suggestions for a question that is being written. Nothing of it is kept: no log of questions exists."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.serving import Served
from search.suggest import MAX_LIMIT, Suggestion, SuggestionType, written

KIND_LABELS: Mapping[str, str] = {
    "condition": "tillstånd",
    "intervention": "åtgärd",
    "target-group": "målgrupp",
    "age-group": "åldersgrupp",
    "setting": "verksamhet",
    "profession": "yrke",
    "programme": "program",
    "body-kind": "slag av organ",
    "knowledge-service": "kunskapstjänst",
    "organisation": "organisation",
    "title": "dokument",
    "section": "rubrik",
}
"""What the kinds are called to people."""


class SuggestionOut(BaseModel):
    """Something that may be asked."""

    text: str
    type: SuggestionType
    kind: str | None
    kind_label: str | None = Field(description="På svenska: tillstånd, åtgärd … / in Swedish")
    iri: str | None
    matched: list[tuple[int, int]] = Field(description="Teckenpositioner i text / code point offsets into text")


class SuggestOut(BaseModel):
    """The suggestions for what is written, likeliest first."""

    question: str
    suggestions: list[SuggestionOut]


def suggest_router(served: Callable[[], Served]) -> APIRouter:
    """The route that suggests over what is served."""
    router = APIRouter(tags=["sök"])

    @router.get("/api/v1/suggest", summary="Förslag medan man skriver / Suggestions while typing")
    def suggest(
        q: Annotated[str, Query(description="Början på frågan / The beginning of the question", examples=["ångest"])],
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 8,
    ) -> SuggestOut:
        question = written(q)
        found = served().engine.index.suggester.suggest(question, limit)
        return SuggestOut(question=question, suggestions=[_suggestion_out(one) for one in found])

    return router


def _suggestion_out(suggestion: Suggestion) -> SuggestionOut:
    return SuggestionOut(
        text=suggestion.text,
        type=suggestion.type,
        kind=suggestion.kind or None,
        kind_label=KIND_LABELS.get(suggestion.kind),
        iri=suggestion.iri or None,
        matched=list(suggestion.matched),
    )
