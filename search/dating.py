"""The dates of passages → which of them fit a time. A date is a year, month or day and may be missing ("")."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontology.dates import is_date
from ontology.errors import QuestionError

_DATE = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
_SPAN = re.compile(
    rf"(?P<start>{_DATE})?(?:\.\.|–)(?P<end>{_DATE})?|(?P<since>\d{{4}})-|(?P<from>\d{{4}})-(?P<to>\d{{4}})"
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates by passage, each different one once: documents are far fewer than passages, days fewer still."""

    different: tuple[str, ...]
    of_passage: NDArray[np.int32]
    """Place in `different` of each passage's date, (n,)."""

    def where(self, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        """The passages whose date holds, as a mask (n,)."""
        return np.array([holds(date) for date in self.different], dtype=bool)[self.of_passage]


def make_dates(dates: Sequence[str]) -> Dates:
    """The dates of passages, in row order."""
    places = {date: place for place, date in enumerate(dict.fromkeys(dates))}
    return Dates(tuple(places), np.array([places[date] for date in dates], dtype=np.int32))


def holds_as_of(dated: str, as_of: str) -> bool:
    """Whether a document dated so was there as of then; the shorter of the two decides the precision."""
    return not dated or dated[: len(as_of)] <= as_of[: len(dated)]


def is_within(dated: str, start: str, end: str) -> bool:
    """Whether a date lies in a span, both ends within it, "" for none; what has no date does not.

    >>> is_within("2018-05", "2018", "2018"), is_within("2018", "2018-05", ""), is_within("", "", "2020")
    (True, True, False)
    """
    return bool(dated) and dated[: len(start)] >= start[: len(dated)] and holds_as_of(dated, end or dated)


def read_span(written: str) -> tuple[str, str]:
    """The ends of a span of time as a filter gives it; "" for an open one. Raises QuestionError.

    >>> read_span("2018"), read_span("2018-05.."), read_span("2018-2021"), read_span("..2021"), read_span("2018-")
    (('2018', '2018'), ('2018-05', ''), ('2018', '2021'), ('', '2021'), ('2018', ''))
    """
    if is_date(written):
        return written, written
    found = _SPAN.fullmatch(written)
    start = "" if found is None else found["start"] or found["since"] or found["from"] or ""
    end = "" if found is None else found["end"] or found["to"] or ""
    if not (start or end) or not all(is_date(date) for date in (start, end) if date):
        raise QuestionError(
            f"date {written!r} är ingen tid. Skriv ett år, en månad eller en dag (2018, 2018-05, 2018-05-31) eller ett "
            "tidsspann: 2018..2021, 2018.. (från och med), ..2021 (till och med)."
        )
    if start and end and start > end[: len(start)].ljust(len(start), "~"):
        raise QuestionError(f"date {written!r} slutar före sin början. Skriv den tidigare tiden först.")
    return start, end
