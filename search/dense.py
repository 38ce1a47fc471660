"""Meaning → candidates: the question's vector against every sentence's; a passage is as near as its nearest sentence.

Sentences beat whole passages here (ARCHITECTURE.md, decisions): a question is answered by a sentence, and a passage of
a hundred words dilutes it. The search is exact: inner products with 100,000 vectors of 384 dimensions take 11 ms.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, Encoder, Vectors

_SHORT_WORDS = 3
"""A sentence of fewer words says too little alone and goes with the one before."""


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


def sentence_texts(title: str, text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """What is embedded of a passage, given its analysed text: each sentence, after the title that names the subject."""
    for start, end in _sentences(tokens):
        yield f"{title}. {text[start:end]}"


def _sentences(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    words = sentence = 0
    for token in tokens:
        if not spans or (token.sentence != sentence and words >= _SHORT_WORDS):
            spans.append((token.start, token.end))
            words = 0
        spans[-1] = (spans[-1][0], token.end)
        words += token.is_word
        sentence = token.sentence
    if len(spans) > 1 and words < _SHORT_WORDS:
        last = spans.pop()
        spans[-1] = (spans[-1][0], last[1])
    return spans


def _top(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Positions of the highest scores, best first, ties by position."""
    positions = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
    return [int(position) for position in positions[np.lexsort((positions, -scores[positions]))]]
