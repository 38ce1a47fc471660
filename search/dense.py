"""Meaning → candidates: the question's vector against every window of text; a passage is as near as its nearest window.

A window begins at every sentence and runs on until it has thirty words, after the title and the headings that it stands
under. Shorter ones lose what a sentence refers to, whole passages dilute it; the decision in ARCHITECTURE.md has the
figures. No passage is too long: what the model would cut off has windows of its own.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, Encoder, Vectors

_WINDOW_WORDS = 30


class DenseRetriever:
    """The dense channel. `vectors` is (m, d), a row a sentence; `owners` (m,) holds the passage of each, ascending."""

    channel: Channel = "dense"

    def __init__(self, vectors: Vectors, owners: NDArray[np.int32], encoder: Encoder) -> None:
        self._vectors = vectors
        self._passages, self._firsts = np.unique(owners, return_index=True)
        self._encoder = encoder

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by the cosine similarity of their nearest sentence, −1 to 1."""
        if not len(self._vectors):
            return ()
        similarity = self._vectors @ self._encoder.encode_questions([question_text(question)])[0]
        nearest = np.maximum.reduceat(similarity, self._firsts)
        if allowed is not None:
            nearest = np.where(allowed[self._passages], nearest, -np.inf)
        best = [place for place in _top(nearest, limit) if nearest[place] > -np.inf]
        return tuple(Candidate(int(self._passages[place]), float(nearest[place])) for place in best)


def question_text(question: AnalysedQuestion) -> str:
    """What is embedded of a question: its words, and the names of its concepts that it does not use itself.

    The model knows "tvångssyndrom" but hardly "OCD"; the vocabulary knows that they are one.
    """
    return f"{question.text} ({', '.join(question.expansions)})" if question.expansions else question.text


def window_texts(place: Sequence[str], text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """What is embedded of a passage, given its title and headings, and its analysed text: each window after those.

    A title that is only the beginning of the text is left out, so that no words count twice.
    """
    named = [name for number, name in enumerate(place) if number or not _begins(text, name)]
    before = f"{' › '.join(named)}. " if named else ""
    for start, end in windows(tokens):
        yield before + text[start:end]


def _begins(text: str, title: str) -> bool:
    return text.startswith(title.rstrip("… "))


def windows(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Spans of a text: from each sentence on until there are thirty words; the last one reaches back for them."""
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
