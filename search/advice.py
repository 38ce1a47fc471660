"""The recommendations at a passage → the one to show with it for a question.

A do-not must not be missed and never look like a do: of recommendations that fit the question equally well, the one
against is shown, and one for is shown only where it fits better than all against.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ontology.model import Direction
from search.facts import Advice, Facts
from search.highlighting import Sought
from search.types import Highlight

_CAUTION: Final[Mapping[Direction, int]] = {"against": 2, "neutral": 1, "for": 0}
_SAYS_ADVICE: Final = ("rekommend", "erbjud", "avråd", "råd", "behandl", "använd", "insats", "åtgärd", "ges", "gör")
"""Beginnings of words that ask for advice as such: that a sentence has them says nothing of what it advises."""


def choose(
    facts: Facts, sought: Sought, highlights: Sequence[Highlight], directions: Collection[str] = ()
) -> Advice | None:
    """The recommendation to show; one of the directions that are filtered on, where there is any."""

    def rank(advice: Advice) -> tuple[bool, bool, int, int, bool, int]:
        direction = advice.reference.direction
        return (
            direction in directions,
            sought.negated and direction == "against",
            len(_asked_of(advice, facts, sought, highlights)),
            _CAUTION[direction],
            not advice.in_heading,
            -advice.start,
        )

    if not facts.advice:
        return None
    return max(facts.advice, key=rank) if len(facts.advice) > 1 else facts.advice[0]


def _asked_of(advice: Advice, facts: Facts, sought: Sought, highlights: Sequence[Highlight]) -> set[str]:
    """What the question asks for that a recommendation is about: concepts that it names, and its other words."""
    named = {name.concept for name in facts.named if advice.start <= name.start < advice.end}
    found = {sought.roots[concept] for concept in advice.about | named if concept in sought.roots}
    surfaces = {word for words in sought.named.values() for word in words}
    words = {
        mark.term.lower()
        for mark in highlights
        if mark.match != "negation" and advice.start <= mark.start < advice.end and mark.term not in surfaces
    }
    surfaced = {sought.concepts[root][0].lower() for root in sought.named}
    return found | {word for word in words - surfaced if not word.startswith(_SAYS_ADVICE)}
