"""The time that a question is about, where its words say one: "2018", "i juni 2021", "före 2021", "innan VGR tog över".

A time that is told by an event ("innan … tog över") is found in the graph: the times of a body's hosting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ontology.dates import is_date
from search.sentences import MONTHS

_YEAR = re.compile(r"(?:19|20)\d\d")
_TURN = re.compile(r"(?:19|20)\d\d[–/-]((?:19|20)?\d\d)")
"""Two years that a turn of the year is told by: "2022–2023", "2022/23"."""
_BEFORE = frozenset(["före", "innan", "fram"])
_AFTER = frozenset(["efter", "efterträda", "efterträdde", "ersätta", "ersatte"])
_EVENT = frozenset(
    [
        "ta",
        "tog",
        "över",
        "tagit",
        "övertog",
        "överta",
        "blev",
        "bli",
        "värd",
        "som",
        "tillträdde",
        "tillträda",
        "börja",
        "började",
        "kom",
        "in",
        "vara",
        "var",
    ]
)
"""Words of an event that a hosting begins or ends with, after the body that it is about."""

_SINCE = frozenset(["sedan"])

Order = Literal["at", "before", "after", "since"]
"""How a time as written stands to the time meant; "since" a time means now."""


@dataclass(frozen=True, slots=True)
class Written:
    """A time as written: its words by index, the time, and how it stands to the time meant."""

    words: frozenset[int]
    time: str
    order: Order


def read_written(words: Sequence[str]) -> Written | None:
    """The one time that words (lower case) name; None when they name none, or more than one."""
    if (turn := _turn_of_year(words)) is not None:
        return turn
    found = [index for index, word in enumerate(words) if _YEAR.fullmatch(word) or is_date(word)]
    if len(found) != 1:
        return None
    last = first = found[0]
    time = words[last]
    if last > 0 and words[last - 1] in MONTHS and len(time) == len("2018"):
        first = last - 1
        time = f"{time}-{MONTHS.index(words[first]) + 1:02}"
        if first > 0 and words[first - 1].isdecimal() and is_date(f"{time}-{int(words[first - 1]):02}"):
            first -= 1
            time = f"{time}-{int(words[first]):02}"
    if words[last + 1 : last + 2] == ["års"]:  # "ersatte 2010 års riktlinjer" tells which, and not when
        return Written(frozenset(range(first, last + 2)), time, "at")
    place = first - 1
    while place >= 0 and words[place] in {"år", "året", "den", "i", "till"}:
        place -= 1
    order: Order = "at"
    if place >= 0 and words[place] in _BEFORE | _AFTER | _SINCE:
        order = "before" if words[place] in _BEFORE else "after" if words[place] in _AFTER else "since"
        first = place
    return Written(frozenset(range(first, last + 1)), time, order)


def _turn_of_year(words: Sequence[str]) -> Written | None:
    """ "Årsskiftet 2022–2023" is the first month of the later year."""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if word in {"årsskifte", "årsskiftet"} and (years := _TURN.fullmatch(following)):
            later = years[1] if len(years[1]) == len("2018") else following[:2] + years[1]
            return Written(frozenset({index, index + 1}), f"{later}-01", "at")
    return None


def event_words(words: Sequence[str], start: int, end: int) -> tuple[Order, frozenset[int]] | None:
    """Whether the thing named by words start to end is told of as an event in time ("innan VGR tog över").

    The words of the event, the thing's own among them, and whether the time meant is before or after it.
    """
    place = start - 1
    while place >= 0 and words[place] in {"att", "det", "den"}:
        place -= 1
    if place < 0 or words[place] not in _BEFORE | _AFTER:
        return None
    after = end
    while after < len(words) and words[after] in _EVENT:
        after += 1
    return ("before" if words[place] in _BEFORE else "after"), frozenset(range(place, after))


def just_before(time: str) -> str:
    """The year, month or day before a year, month or day.

    >>> just_before("2021"), just_before("2019-01"), just_before("2018-09-21")
    ('2020', '2018-12', '2018-09-20')
    """
    first_day = date.fromisoformat(time + "-01-01"[len(time) - 4 :])
    return (first_day - timedelta(days=1)).isoformat()[: len(time)]


def just_after(time: str) -> str:
    """The year, month or day after a year, month or day.

    >>> just_after("2021"), just_after("2018-12"), just_after("2018-09-30")
    ('2022', '2019-01', '2018-10-01')
    """
    if len(time) == len("2018"):
        return str(int(time) + 1)
    if len(time) == len("2018-09"):
        year, month = int(time[:4]), int(time[5:])
        return f"{year + month // 12}-{month % 12 + 1:02}"
    return (date.fromisoformat(time) + timedelta(days=1)).isoformat()


def shift(time: str, order: Order) -> str:
    """The time meant: just before or after the one told, or that itself."""
    return just_before(time) if order == "before" else just_after(time) if order == "after" else time
