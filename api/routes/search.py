"""Questions in Swedish: as JSON for other systems, and as a page that works without JavaScript."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from api.filters import Filters, refuse_unknown
from api.linking import local_path
from api.schemas import CHANNEL_NAMES, SearchOut, advice, search_out, terms
from api.serving import Served
from ontology.errors import NoRelease, QuestionError
from search.types import Hit, Question, SearchResult

_PAGE_LIMIT = 10
EXAMPLES = (
    "Vilken behandling rekommenderas vid adhd hos vuxna?",
    "Vad ska man inte göra vid utredning av adhd?",
    "Hur upptäcker man riskbruk av alkohol?",
    "Vem är värd för NPO psykisk hälsa?",
)


def search_router(served: Callable[[], Served], templates: Jinja2Templates, base_iri: str) -> APIRouter:
    """Routes that answer questions over what is served."""
    router = APIRouter(tags=["sök"])

    @router.get("/api/v1/search", summary="Fråga på svenska / Ask in Swedish", dependencies=[Depends(refuse_unknown)])
    def search(
        filters: Filters,
        q: Annotated[str, Query(description="Frågan / The question", examples=[EXAMPLES[0]])],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        page: Annotated[int, Query(ge=1)] = 1,
        as_of: Annotated[str | None, Query(alias="as-of", description="ÅÅÅÅ eller ÅÅÅÅ-MM-DD")] = None,
    ) -> SearchOut:
        return search_out(served().engine.search(Question(q, limit, page, as_of, filters)))

    @router.get("/", response_class=HTMLResponse, include_in_schema=False)
    def search_page(request: Request, q: str = "", page: Annotated[int, Query(ge=1)] = 1) -> HTMLResponse:
        result, fault, status = None, "", HTTPStatus.OK
        if q.strip():
            try:
                result = served().engine.search(Question(q, _PAGE_LIMIT, page))
            except QuestionError as error:
                fault, status = str(error), HTTPStatus.BAD_REQUEST
            except NoRelease as error:
                fault, status = str(error), HTTPStatus.SERVICE_UNAVAILABLE
        context = {"result": result, "fault": fault, "examples": EXAMPLES, **_view(result, base_iri)}
        return templates.TemplateResponse(request, "search.html", context, status_code=status)

    return router


def _view(result: SearchResult | None, base_iri: str) -> dict[str, object]:
    """What the page shows of a result beyond the result itself."""
    if result is None:
        return {"hits": [], "pages": 0}
    return {
        "hits": [
            {
                "hit": hit,
                "pieces": pieces(hit),
                "terms": terms(hit),
                "reranked": hit.reranked,
                "advice": advice(hit.recommendation) if hit.recommendation else "",
                "path": local_path(hit.iri, base_iri),
                "document_path": local_path(hit.document.iri, base_iri),
                "concepts": [(concept.label, local_path(concept.iri, base_iri)) for concept in hit.concepts],
                "channels": [
                    (CHANNEL_NAMES[channel], said.rank, said.reasons) for channel, said in hit.contributions.items()
                ],
            }
            for hit in result.hits
        ],
        "pages": -(-result.total // result.question.limit),
    }


def pieces(hit: Hit) -> list[tuple[str, bool]]:
    """The text of a hit cut at its highlights: (text, is highlighted)."""
    found: list[tuple[str, bool]] = []
    at = 0
    for mark in hit.highlights:
        found += [(hit.text[at : mark.start], False), (hit.text[mark.start : mark.end], True)]
        at = mark.end
    return [piece for piece in [*found, (hit.text[at:], False)] if piece[0]]
