"""A question and its result → what the search page shows: links that keep the filters, facets, the answer, the hits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from api.linking import local_path
from api.schemas import terms
from api.wording import CHANNELS, FACETS, degrees, direction
from ontology.model import Direction
from ontology.privacy import redact
from search.question import MAX_CHARACTERS
from search.types import AnswerSource, DirectAnswer, FacetCount, Hit, Question, SearchResult

_SIGNS: Final[Mapping[Direction, str]] = {"for": "✓", "against": "✕", "neutral": "–"}
_SHOWN_VALUES = 12
"""Values of an answer that are shown at once; the rest on request."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads; `path` is "" where it leads nowhere."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that may be chosen; `count` is None where the result does not have it."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values."""

    name: str
    label: str
    values: tuple[FacetValue, ...]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(value.chosen for value in self.values)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The direct answer with its links."""

    text: str
    unknown: bool
    values: tuple[Link, ...]
    more_values: tuple[Link, ...]
    sources: tuple[tuple[Link, str], ...]
    """Each with what it says, "" where the graph has no words of it."""
    notes: tuple[str, ...]
    sparql: str
    sparql_path: str


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """What a hit recommends, in words: direction, strength, priority."""

    path: str
    direction: Direction
    sign: str
    words: str
    details: tuple[str, ...]
    quote: str
    """The words that say it; "" where they stand nowhere."""


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit with its links, its text cut at the highlights, and why it was found."""

    hit: Hit
    path: str
    document_path: str
    pieces: tuple[tuple[str, bool], ...]
    recommendation: RecommendationView | None
    concepts: tuple[Link, ...]
    terms: tuple[str, ...]
    channels: tuple[tuple[str, int, tuple[str, ...]], ...]
    """Name, rank and reasons of each channel that proposed it."""
    also: tuple[Link, ...]
    """The other places of its text."""


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result as the page shows it."""

    total: int
    hits: tuple[HitView, ...]
    answer: AnswerView | None
    did_you_mean: Link | None
    page: int
    pages: int
    first: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The whole page; it can be made of a question that was refused, so that the asker may mend it."""

    text: str
    as_of: str
    facets: tuple[FacetGroup, ...]
    chosen: tuple[Link, ...]
    """The restrictions in force, each with the address of the page without it."""
    unrestricted: str
    result: ResultView | None


def search_page(
    asked: Question, result: SearchResult | None, base_iri: str, label_of: Callable[[str], str]
) -> SearchPage:
    """What to show of a question and its result; `label_of` names a filter value that the result does not."""
    text = result.analysed_text if result else redact(asked.text)[:MAX_CHARACTERS]
    asked = result.question if result else asked
    facets = _facets(asked, result.facets if result else {}, label_of)
    return SearchPage(
        text=text,
        as_of=asked.as_of or "",
        facets=facets,
        chosen=tuple(_chosen(asked, text, facets)),
        unrestricted=_address(text, {}, None),
        result=_result(result, base_iri) if result else None,
    )


def _address(text: str, filters: Mapping[str, Sequence[str]], as_of: str | None, page: int = 1) -> str:
    """Where the page stands that shows this."""
    parameters = [("q", text), *((name, value) for name, values in filters.items() for value in values)]
    if as_of:
        parameters.append(("as-of", as_of))
    if page > 1:
        parameters.append(("page", str(page)))
    return f"/?{urlencode(parameters)}"


def _facets(
    asked: Question, counted: Mapping[str, Sequence[FacetCount]], label_of: Callable[[str], str]
) -> tuple[FacetGroup, ...]:
    """The facets with something to choose, those of the page first; what is chosen stays, counted or not."""
    names = dict.fromkeys([*FACETS, *counted, *asked.filters])
    groups = []
    for name in names:
        chosen = asked.filters.get(name, ())
        values = [FacetValue(one.value, one.label, one.count, one.value in chosen) for one in counted.get(name, ())]
        listed = {value.value for value in values}
        values += [FacetValue(value, label_of(value), None, True) for value in chosen if value not in listed]
        if values:
            groups.append(FacetGroup(name, FACETS.get(name, name), tuple(values)))
    return tuple(groups)


def _chosen(asked: Question, text: str, facets: Iterable[FacetGroup]) -> Iterable[Link]:
    for group in facets:
        for value in group.values:
            if value.chosen:
                others = tuple(other for other in asked.filters[group.name] if other != value.value)
                left = {**asked.filters, group.name: others}
                yield Link(f"{group.label}: {value.label}", _address(text, left, asked.as_of))
    if asked.as_of:
        yield Link(f"Som det var {asked.as_of}", _address(text, asked.filters, None))


def _result(result: SearchResult, base_iri: str) -> ResultView:
    asked, text = result.question, result.analysed_text
    pages = -(-result.total // asked.limit)

    def page(number: int) -> str:
        return _address(text, asked.filters, asked.as_of, number) if 1 <= number <= pages else ""

    meant = result.did_you_mean
    return ResultView(
        total=result.total,
        hits=tuple(_hit(hit, base_iri) for hit in result.hits),
        answer=_answer(result.answer, base_iri) if result.answer else None,
        did_you_mean=Link(meant, _address(meant, asked.filters, asked.as_of)) if meant else None,
        page=asked.page,
        pages=pages,
        first=_address(text, asked.filters, asked.as_of),
        previous=page(asked.page - 1),
        next=page(asked.page + 1),
    )


def _answer(answer: DirectAnswer, base_iri: str) -> AnswerView:
    values = tuple(Link(value.label, local_path(value.iri, base_iri) if value.iri else "") for value in answer.values)
    return AnswerView(
        text=answer.text,
        unknown=answer.type == "unknown",
        values=values[:_SHOWN_VALUES],
        more_values=values[_SHOWN_VALUES:],
        sources=tuple((_source(source, base_iri), source.quote) for source in answer.sources),
        notes=answer.notes,
        sparql=answer.sparql,
        sparql_path=f"/sparql?{urlencode({'edit': answer.sparql})}",
    )


def _source(source: AnswerSource, base_iri: str) -> Link:
    return Link(source.title or source.iri, local_path(source.iri, base_iri) if source.iri else "")


def _hit(hit: Hit, base_iri: str) -> HitView:
    return HitView(
        hit=hit,
        path=local_path(hit.iri, base_iri),
        document_path=local_path(hit.document.iri, base_iri),
        pieces=tuple(pieces(hit)),
        recommendation=_recommendation(hit, base_iri),
        concepts=tuple(Link(concept.label, local_path(concept.iri, base_iri)) for concept in hit.concepts),
        terms=tuple(terms(hit)),
        channels=tuple((CHANNELS[name], said.rank, said.reasons) for name, said in hit.contributions.items()),
        also=tuple(Link(copy.document.title, local_path(copy.iri, base_iri)) for copy in hit.also),
    )


def _recommendation(hit: Hit, base_iri: str) -> RecommendationView | None:
    said = hit.recommendation
    if said is None:
        return None
    return RecommendationView(
        local_path(said.iri, base_iri),
        said.direction,
        _SIGNS[said.direction],
        direction(said),
        degrees(said),
        said.text,
    )


def pieces(hit: Hit) -> Iterable[tuple[str, bool]]:
    """The text of a hit cut at its highlights: (text, is highlighted)."""
    at = 0
    for mark in hit.highlights:
        if mark.start > at:
            yield hit.text[at : mark.start], False
        yield hit.text[mark.start : mark.end], True
        at = mark.end
    if at < len(hit.text):
        yield hit.text[at:], False
