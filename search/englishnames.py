"""English names of concepts → their mentions in an English question, which then is answered in Swedish."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.language import Token
from ontology.model import Mention


@dataclass(frozen=True, slots=True)
class EnglishNames:
    """IRIs by the words of a name, each in the singular and lower case."""

    by_words: Mapping[tuple[str, ...], tuple[str, ...]]
    longest: int
    """Words of the longest name."""


def compile_names(labels: Mapping[str, Sequence[str]]) -> EnglishNames:
    """Make names of labels by IRI; what stands in brackets is left out."""
    found: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for iri, names in sorted(labels.items()):
        for name in names:
            if key := _key(re.findall(r"\w+", re.sub(r"\(.*?\)", " ", name))):
                found[key][iri] = None
    by_words = {key: tuple(iris) for key, iris in found.items()}
    return EnglishNames(by_words, max(map(len, by_words), default=0))


def find_english(text: str, tokens: Sequence[Token], names: EnglishNames) -> Iterator[Mention]:
    """Mentions by the longest names, from left to right."""
    words = [(token, _key([token.text])) for token in tokens if token.is_word]
    place = 0
    while place < len(words):
        for length in range(min(names.longest, len(words) - place), 0, -1):
            span = words[place : place + length]
            if concepts := names.by_words.get(tuple(piece for _, pieces in span for piece in pieces), ()):
                start, end = span[0][0].start, span[-1][0].end
                yield from (Mention(iri, text[start:end], start, end, "label", negated=False) for iri in concepts)
                place += length
                break
        else:
            place += 1


def _key(words: Sequence[str]) -> tuple[str, ...]:
    pieces = (piece for word in words for piece in word.lower().split("-") if piece)
    return tuple(_singular(piece) for piece in pieces)


def _singular(word: str) -> str:
    """
    >>> [_singular(word) for word in ("disorders", "therapies", "diagnosis", "stress", "adults")]
    ['disorder', 'therapy', 'diagnosis', 'stress', 'adult']
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "siu" else word
