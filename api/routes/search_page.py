"""The search page: a form that works without JavaScript, the answer, the hits, and filters over them."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.datastructures import QueryParams

from api.search_page import search_page
from api.serving import Served
from ontology.errors import NoRelease, QuestionError
from ontology.privacy import redact
from search.facet_index import FACETS
from search.types import Question

EXAMPLES = (
    "Vilken behandling rekommenderas vid adhd hos vuxna?",
    "Vad ska man inte göra vid utredning av adhd?",
    "Hur upptäcker man riskbruk av alkohol?",
    "Vem är värd för NPO psykisk hälsa?",
)
_PAGE_LIMIT = 10
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'"
)
"""Content-Security-Policy: nothing but what this server sends. https://www.w3.org/TR/CSP3/"""


def search_page_router(served: Callable[[], Served], templates: Jinja2Templates, base_iri: str) -> APIRouter:
    """The route of the page over what is served."""
    router = APIRouter(include_in_schema=False)

    @router.get("/", response_class=HTMLResponse)
    def page(
        request: Request,
        q: str = "",
        page: Annotated[int, Query(ge=1)] = 1,
        as_of: Annotated[str, Query(alias="as-of")] = "",
    ) -> Response:
        if (masked := redact(q)) != q:  # else the number would stay in the address, and in the browser's history
            return RedirectResponse(request.url.replace_query_params(q=masked), HTTPStatus.SEE_OTHER)
        asked = Question(q, _PAGE_LIMIT, page, as_of.strip() or None, filters_in(request.query_params))
        result, fault, status = None, "", HTTPStatus.OK
        if q.strip():
            try:
                result = served().engine.search(asked)
            except QuestionError as error:
                fault, status = str(error), HTTPStatus.BAD_REQUEST
            except NoRelease as error:
                fault, status = str(error), HTTPStatus.SERVICE_UNAVAILABLE
        context = {
            "page": search_page(asked, result, base_iri, lambda value: _label(served, value)),
            "fault": fault,
            "examples": EXAMPLES,
        }
        headers = {"Content-Security-Policy": _POLICY}
        return templates.TemplateResponse(request, "search.html", context, status_code=status, headers=headers)

    return router


def filters_in(parameters: QueryParams) -> Mapping[str, tuple[str, ...]]:
    """The filters of an address: the parameters that are called as facets are, each value once."""
    given = {name: tuple(dict.fromkeys(value for value in parameters.getlist(name) if value)) for name in FACETS}
    return {name: values for name, values in given.items() if values}


def _label(served: Callable[[], Served], value: str) -> str:
    """What a filter value is called: the label of a concept, or the value itself."""
    try:
        concept = served().engine.vocabulary.concepts.get(value)
    except NoRelease:
        return value
    return concept.label if concept else value
