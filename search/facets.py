"""Filters → which passages may answer; passages found → how many have each value of each facet.

Within a facet any value will do, and every facet must fit. The values of a facet are counted over what is found
without its own filter (and with those of all others), so that a list to choose from does not shrink to what is chosen.
Counted is what the channels proposed, at most a hundred passages each: a filter looks further down, and may find more
than its count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontology.errors import QuestionError
from search.dating import Dates, is_within, read_span
from search.facet_index import FACETS, FacetValue, Held, check_facet, local_key
from search.spans import positions
from search.types import Allowed, FacetCount

MOST_VALUES: Final = 20
"""Values that are counted of a facet, beside the chosen ones."""

_MOST_SUGGESTED: Final = 8
_ENOUGH_ALIKE: Final = 0.5


class Facets:
    """The facets of a release's passages. Read-only."""

    def __init__(self, values: Sequence[FacetValue], held: Held, dates: Dates) -> None:
        self._values = tuple(values)
        self._held = held
        self._dates = dates
        self._passages = len(held.starts) - 1
        owners = np.repeat(np.arange(self._passages, dtype=np.int32), np.diff(held.starts))
        self._rows = owners[np.argsort(held.numbers, kind="stable")]  # the passages of value 0, of value 1, …
        self._firsts = np.cumsum([0, *np.bincount(held.numbers, minlength=len(self._values))])
        self._places = {
            facet: np.array([place for place, value in enumerate(self._values) if value.facet == facet], dtype=np.intp)
            for facet in FACETS
        }
        self._named = _names(self._values)

    def resolve(self, filters: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Filters with each value as counts show it. Raises QuestionError on a facet or a value that is not there."""
        return {facet: tuple(self._resolve(facet, value) for value in given) for facet, given in filters.items()}

    def select(self, filters: Mapping[str, Sequence[str]]) -> Allowed:
        """The passages that fit filters, by row; None when there are none. Raises as `resolve`."""
        masks = [self._having(facet, values) for facet, values in self.resolve(filters).items() if values]
        return np.logical_and.reduce(masks) if masks else None

    def count(
        self, found: Sequence[Sequence[int]], facets: Iterable[str], filters: Mapping[str, Sequence[str]]
    ) -> dict[str, tuple[FacetCount, ...]]:
        """How many of what is found have each value of facets, most first; those filtered on are always among them.

        Each found is the passages of one text: it has what any of them has.
        """
        alone = np.array([passages[0] for passages in found if len(passages) == 1], np.intp)
        held = self._held.numbers[positions(self._held.starts[alone], self._held.starts[alone + 1])]
        together = [self._held_by_any(passages) for passages in found if len(passages) > 1]
        counts = np.bincount(np.concatenate([held, *together]), minlength=len(self._values))
        return {facet: self._of_facet(facet, counts, found, filters.get(facet, ())) for facet in facets}

    def _held_by_any(self, passages: Sequence[int]) -> NDArray[np.int32]:
        rows = np.array(passages)
        return np.unique(self._held.numbers[positions(self._held.starts[rows], self._held.starts[rows + 1])])

    def _of_facet(
        self, facet: str, counts: NDArray[np.intp], found: Sequence[Sequence[int]], chosen: Sequence[str]
    ) -> tuple[FacetCount, ...]:
        places = self._places[facet]
        held = {int(place) for place in places[counts[places] > 0] if self._values[place].is_held}
        held |= {int(place) for place in places if chosen and self._values[place].value in chosen}
        counted = [
            FacetCount(self._values[place].value, self._values[place].label, int(counts[place])) for place in held
        ]
        if facet == "date":  # a span is a value only while it is chosen
            spans = [span for span in chosen if span not in {count.value for count in counted}]
            counted += [FacetCount(span, span, self._within(span, found)) for span in spans]
        counted.sort(key=lambda count: (-count.count, count.label, count.value))
        return tuple(count for place, count in enumerate(counted) if place < MOST_VALUES or count.value in chosen)

    def _within(self, span: str, found: Sequence[Sequence[int]]) -> int:
        there = self._having("date", [span])
        return sum(any(there[row] for row in passages) for passages in found)

    def _having(self, facet: str, values: Sequence[str]) -> NDArray[np.bool_]:
        if facet == "date":
            spans = [read_span(value) for value in values]
            return self._dates.where(lambda date: any(is_within(date, *span) for span in spans))
        mask = np.zeros(self._passages, dtype=bool)
        for place in self._places[facet]:
            if self._values[place].value in values:
                mask[self._rows[self._firsts[place] : self._firsts[place + 1]]] = True
        return mask

    def _resolve(self, facet: str, written: str) -> str:
        check_facet(facet)
        if facet == "date":
            read_span(written)
            return written
        for names in self._named[facet]:
            if found := names.get(written.strip().casefold()):
                if len(found) > 1:
                    listed = ", ".join(value.value for value in found)
                    raise QuestionError(f"{facet} {written!r} kan betyda flera värden. Skriv ett av dem: {listed}.")
                return found[0].value
        raise QuestionError(self._unknown(facet, written))

    def _unknown(self, facet: str, written: str) -> str:
        """What to tell of a value that a facet lacks: those that look like it, else those that passages have."""
        names = {name: values for way in reversed(self._named[facet]) for name, values in way.items()}
        alike = get_close_matches(written.casefold(), names, n=_MOST_SUGGESTED, cutoff=_ENOUGH_ALIKE)
        own = [value for value in self._values if value.facet == facet]
        near = [value for name in alike for value in names[name]] or sorted(own, key=lambda value: not value.is_held)
        shown = [value.value if value.label == value.value else f"{value.value} ({value.label})" for value in near]
        listed = ", ".join([*dict.fromkeys(shown)][:_MOST_SUGGESTED])
        return f"Filtret {facet} har inget värde {written!r}. Av de {len(own)} som finns ligger närmast: {listed}."


_Names = dict[str, list[FacetValue]]


def _names(values: Iterable[FacetValue]) -> dict[str, tuple[_Names, ...]]:
    """By facet, what its values are called, in lower case, the surest way first."""
    named: dict[str, tuple[_Names, ...]] = {facet: tuple(defaultdict(list) for _ in range(_WAYS)) for facet in FACETS}
    for value in values:
        for names, called in zip(named[value.facet], _called(value), strict=True):
            for name in dict.fromkeys(called):
                names[name.casefold()].append(value)
    return named


_WAYS: Final = 5


def _called(value: FacetValue) -> tuple[Sequence[str], ...]:
    """What a value is called: in counts, by IRI with and without base, by key or code, by label."""
    typed = "/".join(local_key(value.iri))
    return [value.value], [value.iri], [typed], [local_key(value.iri)[1], *value.codes], [value.label]
