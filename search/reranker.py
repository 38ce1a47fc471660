"""Fused passages → the same passages, the first of them in the order of one that reads question and passage together.

    CrossEncoderReranker   any cross-encoder of https://sbert.net, through the library itself
    OverlapReranker        no model at all: how much of the question's spelling stands in the passage; for tests

A cross-encoder sees both texts at once and so judges better than vectors that were made apart, at the price of running
its whole network for every passage (ARCHITECTURE.md, decisions). This module alone runs it, and imports it late.

Source: Nogueira & Cho 2019, Passage Re-ranking with BERT, https://arxiv.org/abs/1901.04085
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ontology.errors import ModelUnavailable
from search.encoder import features
from search.pretrained import find_pretrained, missing_library, tokens_max
from search.types import Fused, Reranked, Reranker, Scores

DEPTH = 30
"""Passages that are judged anew: more than a page of hits, and what a small cross-encoder reads in three seconds."""

_BATCH = 8

_JUDGES = ("ForSequenceClassification", "ForCausalLM")
"""What the architectures end in that give a judgement. The library would put an untrained head on any other."""


def open_reranker(model: str, threads: int, *, trusted: bool = False) -> Reranker | None:
    """The reranker that a setting names: none for "", `overlap`, or a cross-encoder by name or folder.

    Raises: ModelUnavailable.

    >>> open_reranker("", 1) is None
    True
    """
    if not model:
        return None
    if model == "overlap":
        return OverlapReranker()
    return CrossEncoderReranker(model, threads, trusted=trusted)


def rerank(
    fused: Sequence[Fused], question: str, read: Callable[[int], str], reranker: Reranker, depth: int = DEPTH
) -> tuple[Fused, ...]:
    """Put the first `depth` passages in the order of `reranker`; equal scores keep their order.

    `read` gives the text of a passage by its row. Those passages get the reranker's score, and keep what the channels
    said; the rest stay behind them, with scores that are no higher.
    """
    first, rest = fused[:depth], fused[depth:]
    # Rounded, so that the last bits, which differ between machines, decide nothing.
    scores = [round(float(score), 6) for score in reranker.score(question, [read(one.passage) for one in first])]
    judged = [
        one._replace(score=score, reranked=Reranked(rank, score))
        for rank, (one, score) in enumerate(zip(first, scores, strict=True), start=1)
    ]
    judged.sort(key=lambda one: -one.score)
    lowest = judged[-1].score if judged else 1.0
    return (*judged, *(one._replace(score=min(one.score, lowest)) for one in rest))


class OverlapReranker:
    """The share of the question's words and letter sequences that stand in the passage.

    >>> OverlapReranker().score("hjärtsvikt", ["Hjärtsvikten ökar.", "Psoriasis är vanligt."]).argmax()
    np.int64(0)
    """

    identity = "overlap@1"

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Judge each passage, 0 to 1."""
        asked = set(features(question))
        shares = [len(asked & set(features(passage))) / max(len(asked), 1) for passage in passages]
        return np.array(shares, np.float32)


class CrossEncoderReranker:
    """A cross-encoder of the sentence-transformers library, by its name on the hub or by folder.

    Its score is the probability that its sigmoid gives, also for models whose configuration leaves that out. Pairs that
    are longer than the model reads are cut by the library. Several Python threads may use one reranker.

    Raises: ModelUnavailable when the library is not installed, the model cannot be loaded, or judges no relevance.
    """

    def __init__(self, name_or_folder: str | Path, threads: int | None = None, *, trusted: bool = False) -> None:
        found = find_pretrained(name_or_folder, trusted=trusted)
        try:
            import torch
            from sentence_transformers import CrossEncoder, __version__
        except ImportError as error:
            raise missing_library(found.name) from error
        if threads is not None:
            torch.set_num_threads(threads)
        self._model = found.load(CrossEncoder)
        built_as = self._model.config.architectures or ()
        if self._model.num_labels != 1 or not any(name.endswith(_JUDGES) for name in built_as):
            raise ModelUnavailable(
                f"Modellen {found.name} ({', '.join(built_as) or 'okänd sort'}, {self._model.num_labels} utvärden) "
                "bedömer inte hur väl ett stycke svarar på en fråga. Ange en korskodare med ett utvärde, till exempel "
                "BAAI/bge-reranker-v2-m3."
            )
        tokenizer, limit = self._model.tokenizer, tokens_max(self._model.config)
        if limit is not None:
            tokenizer.model_max_length = min(tokenizer.model_max_length, limit)
        self._sigmoid = torch.nn.Sigmoid()
        # Tokenizers fail when threads share them: https://github.com/huggingface/transformers/issues/47085
        self._one_at_a_time = threading.Lock()
        self.identity = found.identity(self._model, __version__)

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Judge each passage, 0 to 1."""
        if not passages:
            return np.zeros(0, np.float32)
        with self._one_at_a_time:
            found = self._model.predict(
                [(question, passage) for passage in passages],
                batch_size=_BATCH,
                activation_fn=self._sigmoid,
                show_progress_bar=False,
            )
        return np.asarray(found, np.float32)
