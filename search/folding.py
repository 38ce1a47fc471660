"""One list of passages → the list that is read: the same text once, and no document that fills the page.

Texts are the same when the base forms of their words are, in the same order: case, space and punctuation do not count.
Nothing less will do: of the real documents, two texts that share nine words in ten are about different
conditions (ARCHITECTURE.md, decisions). A text of a few words ("Uppgift saknas") says something else in each place.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from search.types import Fused

_LEAST = 10
"""Words; a text with fewer is never the same as another."""
_MOST = 3
"""Passages of one document among the first."""
_FIRST = 10
"""Places that a document must not fill: a page."""


def text_digests(texts: Iterable[Sequence[Token]]) -> NDArray[np.uint64]:
    """What tells each text from others, (n,), given its tokens; 0 for one that is too short to be the same."""
    return np.fromiter(map(_digest, texts), np.uint64)


def fold(fused: Sequence[Fused], digests: NDArray[np.uint64]) -> tuple[Fused, ...]:
    """Keep the first of passages with the same text, and let it tell of the others."""
    first: dict[int, int] = {}
    kept: list[Fused] = []
    for found in fused:
        digest = int(digests[found.passage])
        place = first.setdefault(digest, len(kept)) if digest else len(kept)
        if place == len(kept):
            kept.append(found)
        else:
            kept[place] = kept[place]._replace(also=(*kept[place].also, found.passage))
    return tuple(kept)


def spread(fused: Sequence[Fused], documents: Sequence[str]) -> tuple[Fused, ...]:
    """Let further passages of a document, given by row, come after the first places, if others are there to fill them.

    Their order stays, nothing is lost, and what comes later has no higher score.
    """
    first: dict[int, None] = {}
    taken: Counter[str] = Counter()
    for place, found in enumerate(fused):
        document = documents[found.passage]
        if len(first) < _FIRST and taken[document] < _MOST:
            taken[document] += 1
            first[place] = None
    lowest = min((fused[place].score for place in first), default=0.0)
    later = (found for place, found in enumerate(fused) if place not in first)
    return (
        *(fused[place] for place in first),
        *(found if found.score <= lowest else found._replace(score=lowest) for found in later),
    )


def _digest(tokens: Sequence[Token]) -> int:
    words = [token.lemma for token in tokens if token.is_word]
    if len(words) < _LEAST:
        return 0
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest(), "big")
