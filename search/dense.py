"""Meaning → candidates: the question's vector against those of every passage, of its sentences and of what is between.

One sentence alone loses what it refers to, a whole passage dilutes it. So a passage is read at three scales, each after
the title and headings that it stands under: itself, its windows (from a sentence on until there are twenty words) and
its sentences; what counts is the nearest of each, weighed together (ARCHITECTURE.md, decisions, has the figures). No
passage is too long: what the model would cut off of it has windows of its own.

The search is exact up to 3,000 passages. Above that, the passages of the nearest windows, found by cells of neighbours
(`search.cells`), are compared exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from ontology.privacy import MARK
from search.cells import Cells
from search.spans import positions
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, Encoder, Vectors

SCALES = {"sentences": 3, "windows": 20}
"""The scales within a passage, and the words that a stretch of text has at least; fewer say too little alone."""
_SHARES = {"sentences": 0.2, "windows": 0.4}
_WHOLE_SHARE = 0.4
EXACT = 3_000
"""Passages that are all compared exactly; more would take longer than the question's embedding."""
_WINDOWS, _PASSAGES = 600, 300
"""Of more passages: the windows that are looked up, and the passages of the nearest of those that are compared."""
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
            sought = passages.astype(all_owners.dtype)  # of another type, all owners would be copied to it
            first, after = (np.searchsorted(all_owners, sought, side) for side in ("left", "right"))
            owners[scale] = np.repeat(np.arange(len(passages), dtype=np.int32), after - first)
            stretches[scale] = self.stretches[scale][positions(first, after)]
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

    def __init__(self, vectors: PassageVectors, encoder: Encoder, windows: Cells | None = None) -> None:
        self._vectors, self._encoder, self._windows = vectors, encoder, windows
        self._all = np.arange(len(vectors.wholes))
        self._sample = vectors.of(self._all[:: max(1, len(self._all) // _SAMPLE)]) if windows is not None else None

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by cosine similarity, −1 to 1; their strength is how many standard deviations above the mean."""
        if not len(self._all):
            return ()
        vector = self._encoder.encode_questions([question_text(question)])[0]
        if self._windows is None or self._sample is None:
            rows, similarity = self._all, self._vectors.similarity(vector)
            usual = similarity
        else:
            rows = self._near(self._windows, vector, allowed)
            similarity, usual = self._vectors.of(rows).similarity(vector), self._sample.similarity(vector)
        if allowed is not None:
            rows, similarity = rows[allowed[rows]], similarity[allowed[rows]]
        mean, deviation = float(usual.mean()), float(usual.std()) or 1.0
        return tuple(
            Candidate(int(rows[place]), float(similarity[place]), (float(similarity[place]) - mean) / deviation)
            for place in _top(similarity, limit)
        )

    def _near(self, windows: Cells, vector: NDArray[np.float32], allowed: Allowed) -> NDArray[np.int64]:
        """The passages of the nearest windows, of the allowed ones, in order."""
        owners = self._vectors.owners["windows"]
        found = owners[windows.nearest(vector, _WINDOWS, None if allowed is None else allowed[owners])]
        passages, places = np.unique(found, return_index=True)  # the nearest first
        return np.sort(passages[np.argsort(places)[:_PASSAGES]]).astype(np.int64)


def question_text(question: AnalysedQuestion) -> str:
    """What is embedded of a question: its words, and the names of its concepts that it does not use itself.

    The model knows "tvångssyndrom" but hardly "OCD"; the vocabulary knows that they are one.
    """
    asked = " ".join(question.text.replace(MARK, " ").split())
    return f"{asked} ({', '.join(question.expansions)})" if question.expansions else asked


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


def _top(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Positions of the highest scores, best first, ties by position."""
    positions = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
    return [int(position) for position in positions[np.lexsort((positions, -scores[positions]))]]
