"""The words of a question → numbers, amounts, registration numbers and limits of time that it names."""

import re
from collections.abc import Iterator, Sequence

from search.named import Named

_ORDINALS = ("första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde")
CARDINALS = ("två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
"""Words for 2, 3 …"""
_DURATIONS = (
    (("mer", "än", "ett", "år"), "mer än ett år"),
    (("längre", "än", "ett", "år"), "mer än ett år"),
    (("över", "ett", "år"), "mer än ett år"),
    (("efter", "första", "året"), "mer än ett år"),
    (("upp", "till", "ett", "år"), "upp till ett år"),
    (("högst", "ett", "år"), "upp till ett år"),
    (("första", "året"), "upp till ett år"),
)
"""How questions word a limit of time, and how the recommendations do."""


def numbers(words: Sequence[str], hidden: frozenset[int]) -> Iterator[Named]:
    """Numbers, where no time hides them; numbers in letters ("fem"); registration numbers ("16/06741")."""
    for index, word in enumerate(words):
        value = str(_ORDINALS.index(word) + 1) if word in _ORDINALS else word
        if value.isdecimal() and index not in hidden:
            yield Named((value,), frozenset({"number"}), index, index + 1)
        elif re.fullmatch(r"\d\d/\d{5}", word):
            yield Named((word,), frozenset({"registration"}), index, index + 1)
        elif word in CARDINALS:
            yield Named((str(CARDINALS.index(word) + 2),), frozenset({"amount"}), index, index + 1)


def durations(words: Sequence[str]) -> Iterator[Named]:
    """How long something is given, as the recommendations word it: "mer än ett år", "upp till ett år"."""
    for index in range(len(words) - 1):
        for start, worded in _DURATIONS:
            after = index + len(start)
            if tuple(words[index:after]) == start:
                yield Named((worded,), frozenset({"duration"}), index, after)
