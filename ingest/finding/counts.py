"""What was found in one document, as numbers: the run report sums them.

Keys: `sections`, `passages`, `words`, `mentions`, `mentions:{kind}`, `mentions:negated`, `references:{kind}`,
`abbreviations`, `recommendations`, `recommendations:{direction}`, `strength:{strength}`, `claims`, `claims:{relation}`,
`media:{media type}`, and `pairs:{direction}:{condition}|{intervention}` of recommendations.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ontology.model import Extraction


def counted(extraction: Extraction, kind_of: Callable[[str], str]) -> Mapping[str, int]:
    """How often each key occurs; `kind_of` gives the kind of a concept by IRI."""
    return Counter(_keys(extraction, kind_of)) + Counter(
        sections=len(extraction.document.sections),
        passages=len(extraction.passages),
        words=len(extraction.document.text.split()),
        mentions=len(extraction.mentions),
        abbreviations=len(extraction.abbreviations),
        recommendations=len(extraction.recommendations),
        claims=len(extraction.claims),
    )


def _keys(extraction: Extraction, kind_of: Callable[[str], str]) -> Iterator[str]:
    yield f"media:{extraction.document.media_type}"
    for mention in extraction.mentions:
        yield f"mentions:{kind_of(mention.concept_iri)}"
        if mention.negated:
            yield "mentions:negated"
    for reference in extraction.references:
        yield f"references:{reference.kind}"
    for claim in extraction.claims:
        yield f"claims:{claim.predicate.rpartition('/')[2].rpartition('#')[2]}"
    for recommendation in extraction.recommendations:
        yield f"recommendations:{recommendation.direction}"
        yield f"strength:{recommendation.strength}"
        for condition in recommendation.conditions:
            for intervention in recommendation.interventions:
                yield f"pairs:{recommendation.direction}:{condition}|{intervention}"
