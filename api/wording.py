"""What people call what the product tells them of a hit: channels, facets, directions of advice. Swedish, said once."""

from collections.abc import Mapping
from typing import Final

from ontology.model import Direction
from search.types import Channel, RecommendationReference

CHANNELS: Final[Mapping[Channel, str]] = {"lexical": "ord", "dense": "betydelse", "graph": "begrepp"}
FACETS: Final[Mapping[str, str]] = {
    "programme": "Program",
    "condition": "Tillstånd",
    "intervention": "Åtgärd",
    "population": "Målgrupp",
    "setting": "Verksamhet",
    "strength": "Styrka",
    "direction": "Riktning",
    "source": "Källa",
    "date": "År",
    "type": "Slag av dokument",
}
"""Of each of `search.facet_index.FACETS`, in that order."""
DIRECTIONS: Final[Mapping[Direction, str]] = {
    "for": "Rekommenderas",
    "against": "Rekommenderas inte",
    "neutral": "Varken för eller emot",
}


def direction(found: RecommendationReference) -> str:
    """What a recommendation says, and of what: beside a text on several things, "recommended" alone would mislead.

    >>> direction(RecommendationReference("", "against", "bör inte", None, interventions=("Sjukskrivning",)))
    'Rekommenderas inte: sjukskrivning'
    """
    of = ", ".join(name[:1].lower() + name[1:] if name[1:].islower() else name for name in found.interventions)
    return DIRECTIONS[found.direction] + (f": {of}" if of else "")


def degrees(found: RecommendationReference) -> tuple[str, ...]:
    """How strong a recommendation is, as far as its source says.

    >>> degrees(RecommendationReference("", "for", "bör", 2))
    ('styrka: bör', 'prioritet 2')
    """
    said = [f"styrka: {found.strength}"] if found.strength else []
    return (*said, *([f"prioritet {found.priority}"] if found.priority is not None else []))


def advice(found: RecommendationReference) -> str:
    """A recommendation in words: its direction, and how strong it is.

    >>> advice(RecommendationReference("", "against", "icke-göra", None))
    'Rekommenderas inte (styrka: icke-göra)'
    """
    degree = ", ".join(degrees(found))
    return direction(found) + (f" ({degree})" if degree else "")
