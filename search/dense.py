"""Meaning → candidates: the question's vector against those of every passage and of the windows within it.

A window begins at a sentence and runs on until it has twenty words, after the title and the headings that it stands
under. One sentence alone loses what it refers to, a whole passage dilutes it, so a passage is as near as its nearest
window and, for a lesser share, as itself; the decision in ARCHITECTURE.md has the figures. No passage is too long: what
the model would cut off of it has windows of its own.

The search is exact up to 20,000 passages. Above that, those whose signs differ least from the question's are sought
first (random hyperplane hashing along the axes, Charikar 2002, https://doi.org/10.1145/509907.509965), and only the
nearest of them are compared exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, Encoder, Vectors

_WINDOW_WORDS = 20
_WINDOW_SHARE = 0.6
_EXACT = 20_000
"""Passages that are all compared exactly; more take longer than the question's embedding."""
_NEAR = 2_000
"""Windows that the signs choose, of more passages than that."""
_SAMPLE = 1_000
"""Passages, of so many, that tell how near passages usually are."""


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """`windows` (m, d), a row a window; `owners` (m,) the passage of each, ascending; `wholes` (n, d), a row a passage."""

    windows: Vectors
    owners: NDArray[np.int32]
    wholes: Vectors


class DenseRetriever:
    """The dense channel over the vectors of a release."""

    channel: Channel = "dense"

    def __init__(self, vectors: PassageVectors, encoder: Encoder, exact: int = _EXACT) -> None:
        self._windows, self._wholes, self._encoder = vectors.windows, vectors.wholes, encoder
        self._owners = vectors.owners
        self._firsts = np.searchsorted(vectors.owners, np.arange(len(vectors.wholes) + 1))
        self._all = np.arange(len(vectors.wholes))
        self._signs = _Signs(vectors.windows) if len(vectors.wholes) > exact else None
        self._some = self._all if self._signs is None else self._all[:: len(self._all) // _SAMPLE]

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by cosine similarity, −1 to 1; their strength is how many standard deviations above the mean."""
        if not len(self._wholes):
            return ()
        vector = self._encoder.encode_questions([question_text(question)])[0]
        usual = self._similarity(vector, self._some)
        rows = self._near(vector, allowed)
        similarity = usual if rows is self._all else self._similarity(vector, rows)
        if allowed is not None:
            rows, similarity = rows[allowed[rows]], similarity[allowed[rows]]
        mean, deviation = float(usual.mean()), float(usual.std()) or 1.0
        return tuple(
            Candidate(int(rows[place]), float(similarity[place]), (float(similarity[place]) - mean) / deviation)
            for place in _top(similarity, limit)
        )

    def _near(self, vector: NDArray[np.float32], allowed: Allowed) -> NDArray[np.int64]:
        """The passages to compare: all, or of very many those with the windows whose signs are most like."""
        if self._signs is None:
            return self._all
        distance = self._signs.distance(vector)
        if allowed is not None:
            distance[~allowed[self._owners]] = np.iinfo(distance.dtype).max
        nearest = np.argpartition(distance, min(_NEAR, len(distance) - 1))[:_NEAR]
        return np.unique(self._owners[nearest]).astype(np.int64)

    def _similarity(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of each passage, (len(rows),): its nearest window's and its own, weighed together."""
        if len(rows) == len(self._all):
            windows, wholes, starts = self._windows, self._wholes, self._firsts[:-1]
        else:
            counts = self._firsts[rows + 1] - self._firsts[rows]
            starts = np.cumsum(counts) - counts
            windows = self._windows[np.repeat(self._firsts[rows] - starts, counts) + np.arange(counts.sum())]
            wholes = self._wholes[rows]
        nearest = np.maximum.reduceat(windows @ vector, starts)
        return np.asarray(_WINDOW_SHARE * nearest + (1 - _WINDOW_SHARE) * (wholes @ vector), np.float32)


class _Signs:
    """The signs of many vectors about their mean, to find those that may be near without reading them."""

    def __init__(self, vectors: Vectors) -> None:
        self._mean = np.mean(vectors[:: max(1, len(vectors) // 10_000)], axis=0)
        self._bits = np.empty((-(-vectors.shape[1] // 64), len(vectors)), np.uint64)
        for start in range(0, len(vectors), 10_000):
            self._bits[:, start : start + 10_000] = self._packed(vectors[start : start + 10_000])

    def distance(self, vector: NDArray[np.float32]) -> NDArray[np.uint16]:
        """How many signs of each differ from this vector's, (m,)."""
        asked = self._packed(vector[None])
        found = np.zeros(self._bits.shape[1], np.uint16)
        for bits, wanted in zip(self._bits, asked[:, 0], strict=True):
            found += np.bitwise_count(bits ^ wanted)
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


def window_texts(before: str, text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """What is embedded of the windows of a passage, given what stands before it and its analysed text."""
    return (before + text[start:end] for start, end in windows(tokens))


def windows(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Spans of a text: from each sentence on until there are twenty words; the last one reaches back for them."""
    sentences = [tuple(found) for _, found in groupby(tokens, key=lambda token: token.sentence)]
    words_before = [0, *accumulate(sum(token.is_word for token in sentence) for sentence in sentences)]
    spans: list[tuple[int, int]] = []
    for first in range(len(sentences)):
        enough = words_before[first] + _WINDOW_WORDS
        after = next((after for after in range(first + 1, len(sentences)) if words_before[after] >= enough), None)
        if after is None:
            enough = words_before[-1] - _WINDOW_WORDS
            start = next((start for start in range(first, 0, -1) if words_before[start] <= enough), 0)
            return [*spans, (sentences[start][0].start, sentences[-1][-1].end)]
        spans.append((sentences[first][0].start, sentences[after - 1][-1].end))
    return spans


def _top(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Positions of the highest scores, best first, ties by position."""
    positions = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
    return [int(position) for position in positions[np.lexsort((positions, -scores[positions]))]]
