"""Parameters of an address → the filters of a question."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from fastapi import Depends, Query, Request

from search.facet_index import FACETS, check_facet

_OTHERS = frozenset({"q", "limit", "page", "as-of"})
_CONCEPT = "Nyckel, kod, IRI eller namn / key, code, IRI or label; också det som är snävare / narrower ones included."
Values: TypeAlias = list[str] | None
"""Any of these will do; every filter that is given must fit."""


def _asked(
    programme: Annotated[Values, Query(description=_CONCEPT, examples=["adhd"])] = None,
    condition: Annotated[Values, Query(description=_CONCEPT, examples=["F90"])] = None,
    intervention: Annotated[Values, Query(description=_CONCEPT, examples=["kbt"])] = None,
    population: Annotated[Values, Query(description=_CONCEPT, examples=["vuxna"])] = None,
    setting: Annotated[Values, Query(description=_CONCEPT, examples=["primarvard"])] = None,
    strength: Annotated[Values, Query(description="Styrka / of advice", examples=["bor-inte"])] = None,
    direction: Annotated[Values, Query(description="for, against, neutral", examples=["against"])] = None,
    source: Annotated[Values, Query(description="Källa / source", examples=["vardochinsats.se"])] = None,
    date: Annotated[
        Values, Query(description="Tid eller tidsspann / time or span: 2018, 2018-05, 2018..2021, 2018.., ..2021")
    ] = None,
    kind: Annotated[Values, Query(alias="type", description="Dokumentslag / document type")] = None,
) -> Mapping[str, tuple[str, ...]]:
    given = (programme, condition, intervention, population, setting, strength, direction, source, date, kind)
    return {facet: tuple(values) for facet, values in zip(FACETS, given, strict=True) if values}


Filters: TypeAlias = Annotated[Mapping[str, tuple[str, ...]], Depends(_asked)]
"""What a route takes to have every facet as a repeatable parameter."""


def refuse_unknown(request: Request) -> None:
    """Refuse parameters that there are none of: a filter that is misspelled must not look as though it had worked."""
    for name in request.query_params:
        if name not in _OTHERS:
            check_facet(name)
