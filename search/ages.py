"""An age in a question → the age groups that it falls in: "fyraåring" → Förskolebarn, Barn.

The bounds are read from the names of the age groups ("barn 6–12 år", "personer över 65 år"), so the vocabulary alone
says who is a child.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ontology.model import Concept, Mention

_WORDS: Final = (
    "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo"
)
_NUMBERS: Final = {word: number for number, word in enumerate(_WORDS.split())} | {
    "en": 1,
    "aderton": 18,
    "trettio": 30,
    "fyrtio": 40,
    "femtio": 50,
    "sextio": 60,
    "sjuttio": 70,
    "åttio": 80,
    "nittio": 90,
}
_NUMBER: Final = rf"\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_PEOPLE: Final = r"(?:barn|patient|person|man|kvinna|pojke|flicka|kille|tjej|elev|ungdom|son|dotter)\w*"
_AGE: Final = re.compile(
    rf"(?<![\w–-])(?P<age>{_NUMBER})(?:\s?-?åring\w*|\s?-?årig\w*|-års\w*|\s(?:år gam|års ålder)\w*)"
    rf"|\b{_PEOPLE},? (?:på )?(?P<years>\d{{1,3}}) år\b",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(\d+)\s*(?:–|-|till|och)\s*(\d+) år\b")
_FROM: Final = re.compile(r"över (\d+) år\b|\b(\d+) år och (?:äldre|uppåt)")
_BELOW: Final = re.compile(rf"under ({_NUMBER}) år\b")
_OLDEST: Final = 120
_ADULT: Final = 18
"""Years from which nobody is a child: "0–18 år" ends where adult age begins."""


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """An age group with its bounds in years, half open: a child of 0–18 years has `start` 0 and `end` 18."""

    concept: Concept
    start: int
    end: int


def age_groups(concepts: Iterable[Concept]) -> tuple[AgeGroup, ...]:
    """The age groups whose names give bounds, narrowest first."""
    groups = (AgeGroup(concept, *found) for concept in concepts if (found := _bounds(concept)) is not None)
    return tuple(sorted(groups, key=lambda group: (group.end - group.start, group.concept.iri)))


def find_ages(text: str, groups: Iterable[AgeGroup]) -> Iterator[Mention]:
    """A mention of each group that an age of the text falls in, narrowest first."""
    groups = tuple(groups)
    for match in _AGE.finditer(text):
        which = "age" if match["age"] else "years"
        age = _number(match[which])
        start = match.start(which)
        for group in groups:
            if group.start <= age < group.end:
                surface = text[start : match.end()]
                yield Mention(group.concept.iri, surface, start, match.end(), "label", negated=False)


def _bounds(concept: Concept) -> tuple[int, int] | None:
    if concept.kind != "age-group":
        return None
    for label in (concept.label, *concept.alt_labels):
        if found := _BETWEEN.search(label):
            first, last = int(found[1]), int(found[2])
            return first, last if last == _ADULT else last + 1
        if found := _FROM.search(label):
            return int(found[1] or found[2]), _OLDEST
        if found := _BELOW.search(label):
            return 0, _number(found[1])
    return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS[text.lower()]
