"""Questions in Swedish, answered as JSON for other systems."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.filters import Filters, refuse_unknown
from api.schemas import SearchOut, search_out
from api.serving import Served
from search.types import Question

_EXAMPLE = "Vilken behandling rekommenderas vid adhd hos vuxna?"


def search_router(served: Callable[[], Served]) -> APIRouter:
    """Routes that answer questions over what is served."""
    router = APIRouter(tags=["sök"])

    @router.get("/api/v1/search", summary="Fråga på svenska / Ask in Swedish", dependencies=[Depends(refuse_unknown)])
    def search(
        filters: Filters,
        q: Annotated[str, Query(description="Frågan / The question", examples=[_EXAMPLE])],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        page: Annotated[int, Query(ge=1)] = 1,
        as_of: Annotated[str | None, Query(alias="as-of", description="ÅÅÅÅ eller ÅÅÅÅ-MM-DD")] = None,
    ) -> SearchOut:
        return search_out(served().engine.search(Question(q, limit, page, as_of, filters)))

    return router
