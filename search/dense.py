"""Meaning → candidates: the question's vector against those of every passage, of its sentences and of what is between.

One sentence alone loses what it refers to, a whole passage dilutes it. So a passage is read at three scales, each after
the title and headings that it stands under: itself, its windows (from a sentence on until there are twenty words) and
its sentences; what counts is the nearest of each, weighed together (ARCHITECTURE.md, decisions, has the figures). No
passage is too long: what the model would cut off of it has windows of its own.

The search is exact up to 3,000 passages. Above that, windows are sieved: by how many of their signs differ from the
question's (random hyperplane hashing along the axes, Charikar 2002, https://doi.org/10.1145/509907.509965), then by
what the signs tell of the product, then by the product; the passages of the best windows are compared exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, Encoder, Vectors

SCALES = {"sentences": 3, "windows": 20}
"""The scales within a passage, and the words that a stretch of text has at least; fewer say too little alone."""
_SHARES = {"sentences": 0.2, "windows": 0.4}
_WHOLE_SHARE = 0.4
_EXACT = 3_000
"""Passages that are all compared exactly; more would take longer than the question's embedding."""
_ALIKE, _NEAR, _BEST = 8_000, 2_000, 400
"""Of more passages: windows that differ in fewest signs, of them those that their signs tell to be near, and passages
of the best of those."""
_SAMPLE = 300
"""Passages, of so many, that tell how near passages usually are."""


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """`wholes` (n, d) has a row for each passage. `stretches` has, by the name of its scale, (m, d) with all stretches
    of all passages in order; `owners` (m,) the passage of each."""

    wholes: Vectors
    stretches: Mapping[str, Vectors]
    owners: Mapping[str, NDArray[np.int32]]

    @property
    def are_whole(self) -> bool:
        """Whether every passage has a stretch at every scale, and every stretch a passage."""
        return all(
            len(self.stretches[scale]) == len(self.owners[scale])
            and np.array_equal(np.unique(self.owners[scale]), np.arange(len(self.wholes)))
            for scale in SCALES
        )

    def of(self, passages: NDArray[np.int64]) -> "PassageVectors":
        """Those of some passages, renumbered in the order given."""
        stretches, owners = {}, {}
        for scale, all_owners in self.owners.items():
            first, after = (np.searchsorted(all_owners, passages, side) for side in ("left", "right"))
            owners[scale] = np.repeat(np.arange(len(passages), dtype=np.int32), after - first)
            before = np.cumsum(after - first) - (after - first)
            stretches[scale] = self.stretches[scale][np.arange(len(owners[scale])) + (first - before)[owners[scale]]]
        return PassageVectors(self.wholes[passages], stretches, owners)

    def similarity(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """How near each passage is to a vector, (n,): at every scale by its nearest stretch, weighed together."""
        found = _WHOLE_SHARE * (self.wholes @ vector)
        for scale, share in _SHARES.items():
            firsts = np.searchsorted(self.owners[scale], np.arange(len(self.wholes)))
            found += share * np.maximum.reduceat(self.stretches[scale] @ vector, firsts)
        return np.asarray(found, np.float32)


class DenseRetriever:
    """The dense channel over the vectors of a release."""

    channel: Channel = "dense"

    def __init__(self, vectors: PassageVectors, encoder: Encoder, exact: int = _EXACT) -> None:
        self._vectors, self._encoder = vectors, encoder
        self._all = np.arange(len(vectors.wholes))
        self._signs = _Signs(vectors.stretches["windows"]) if len(self._all) > exact else None
        self._sample = vectors.of(self._all[:: max(1, len(self._all) // _SAMPLE)]) if self._signs is not None else None

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by cosine similarity, −1 to 1; their strength is how many standard deviations above the mean."""
        if not len(self._all):
            return ()
        vector = self._encoder.encode_questions([question_text(question)])[0]
        if self._signs is None or self._sample is None:
            rows, similarity = self._all, self._vectors.similarity(vector)
            usual = similarity
        else:
            rows = self._near(self._signs, vector, allowed)
            similarity, usual = self._vectors.of(rows).similarity(vector), self._sample.similarity(vector)
        if allowed is not None:
            rows, similarity = rows[allowed[rows]], similarity[allowed[rows]]
        mean, deviation = float(usual.mean()), float(usual.std()) or 1.0
        return tuple(
            Candidate(int(rows[place]), float(similarity[place]), (float(similarity[place]) - mean) / deviation)
            for place in _top(similarity, limit)
        )

    def _near(self, signs: "_Signs", vector: NDArray[np.float32], allowed: Allowed) -> NDArray[np.int64]:
        """The passages of the nearest windows, of the allowed ones, in order."""
        owners = self._vectors.owners["windows"]
        distance = signs.distance(vector)
        if allowed is not None:
            distance[~allowed[owners]] = signs.most + 1
        alike = np.flatnonzero(distance <= min(_reach(distance, _ALIKE), signs.most))
        if not len(alike):
            return np.empty(0, np.int64)
        windows = np.sort(alike[_lowest(-signs.product(vector, alike), _NEAR)])
        passages, firsts = np.unique(owners[windows], return_index=True)
        nearest = np.maximum.reduceat(self._vectors.stretches["windows"][windows] @ vector, firsts)
        return np.sort(passages[_lowest(-nearest, _BEST)]).astype(np.int64)


_BYTES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32)
"""The bits of every byte, (256, 8)."""


class _Signs:
    """The signs of many vectors about their mean, to find those that may be near without reading them."""

    def __init__(self, vectors: Vectors) -> None:
        self.most = 64 * -(-vectors.shape[1] // 64)
        """The number of signs, those that fill up the last word included."""
        some = vectors[:: max(1, len(vectors) // 10_000)]
        self._mean = np.mean(some, axis=0)
        self._spread = np.mean(np.abs(some - self._mean), axis=0)
        self._bits = np.empty((self.most // 64, len(vectors)), np.uint64)
        for start in range(0, len(vectors), 10_000):
            self._bits[:, start : start + 10_000] = self._packed(vectors[start : start + 10_000])

    def distance(self, vector: NDArray[np.float32]) -> NDArray[np.uint16]:
        """How many signs of each differ from this vector's, (m,)."""
        asked = self._packed(vector[None])
        found = np.zeros(self._bits.shape[1], np.uint16)
        for bits, wanted in zip(self._bits, asked[:, 0], strict=True):
            found += np.bitwise_count(bits ^ wanted)
        return found

    def product(self, vector: NDArray[np.float32], chosen: NDArray[np.intp]) -> NDArray[np.float32]:
        """What the signs of some tell of their products with a vector, (k,), up to a constant and a factor."""
        weights = np.pad(vector * self._spread, (0, self.most - len(vector))).reshape(-1, 8)
        sums = _BYTES @ weights.T  # what each value of each byte of signs adds
        packed = np.ascontiguousarray(self._bits[:, chosen].T).view(np.uint8)
        found = np.zeros(len(chosen), np.float32)
        for place in range(packed.shape[1]):
            found += sums[packed[:, place], place]
        return found

    def _packed(self, vectors: Vectors) -> NDArray[np.uint64]:
        bits = np.packbits(vectors > self._mean, axis=1)
        padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
        return np.ascontiguousarray(padded).view(np.uint64).T


def question_text(question: AnalysedQuestion) -> str:
    """What is embedded of a question: its words, and the names of its concepts that it does not use itself.

    The model knows "tvångssyndrom" but hardly "OCD"; the vocabulary knows that they are one.
    """
    return f"{question.text} ({', '.join(question.expansions)})" if question.expansions else question.text


def place_text(place: Sequence[str], text: str) -> str:
    """What stands before a text when it is embedded, given its title and headings: "Adhd › Läkemedel. ".

    A title that is only the beginning of the text is left out, so that no words count twice.
    """
    named = [name for number, name in enumerate(place) if number or not text.startswith(name.rstrip("… "))]
    return f"{' › '.join(named)}. " if named else ""


def stretches(tokens: Sequence[Token], least_words: int) -> list[tuple[int, int]]:
    """Spans of a text: from each sentence on until there are so many words; the last one reaches back for them."""
    sentences = [tuple(found) for _, found in groupby(tokens, key=lambda token: token.sentence)]
    words_before = [0, *accumulate(sum(token.is_word for token in sentence) for sentence in sentences)]
    spans: list[tuple[int, int]] = []
    for first in range(len(sentences)):
        enough = words_before[first] + least_words
        after = next((after for after in range(first + 1, len(sentences)) if words_before[after] >= enough), None)
        if after is None:
            enough = words_before[-1] - least_words
            start = next((start for start in range(first, 0, -1) if words_before[start] <= enough), 0)
            return [*spans, (sentences[start][0].start, sentences[-1][-1].end)]
        spans.append((sentences[first][0].start, sentences[after - 1][-1].end))
    return spans


def _reach(distances: NDArray[np.uint16], number: int) -> int:
    """The distance within which there are at least so many, where there are."""
    return int(np.searchsorted(np.cumsum(np.bincount(distances)), number))


def _lowest(values: NDArray[Any], number: int) -> NDArray[np.intp]:
    """Positions of so many lowest values, in any order."""
    return np.argpartition(values, number)[:number] if number < len(values) else np.arange(len(values))


def _top(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Positions of the highest scores, best first, ties by position."""
    positions = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
    return [int(position) for position in positions[np.lexsort((positions, -scores[positions]))]]
