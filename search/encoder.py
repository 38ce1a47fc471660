"""Text → vectors, in three ways that keep one contract (`search.types.Encoder`).

    OnnxEncoder                   multilingual-e5-small as `search.e5` builds it; starts in half a second, no torch
    SentenceTransformersEncoder   any model of https://sbert.net, through the library itself
    HashEncoder                   no model at all: words and letter sequences, hashed; for tests and demonstrations

This module alone runs onnxruntime, sentencepiece and sentence_transformers, and imports them only when an encoder is
made: `--help` and a query that needs no vectors shall not wait for them.
"""

import json
import re
import threading
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontology.errors import ModelUnavailable
from search.pretrained import find_pretrained, missing_library, tokens_max
from search.prompts import choose_prompts
from search.types import Encoder, Vectors

MODEL_NAME = "multilingual-e5-small"
ONNX_FILE = "onnx/model_q4.onnx"

BATCH = 8
"""Texts that are encoded together; on two cores 16 or 32 are no faster beyond the noise, and take more memory."""

TOKENS_MAX = 512
"""What multilingual-e5-small has positions for, `<s>` and `</s>` included; the rest of a text is not read."""

Advance: TypeAlias = Callable[[int], None]


def open_encoder(
    model: str,
    models_dir: Path,
    threads: int,
    say: Callable[[str], None],
    *,
    question_prompt: str | None = None,
    passage_prompt: str | None = None,
    trusted: bool = False,
) -> Encoder:
    """The encoder that a setting names: `bundled`, `hash`, or a sentence-transformers model by name or folder.

    `bundled` is built under `models_dir` on first use, which `say` is told about. Prompts that are given, and whether
    code that comes with a model is `trusted`, concern sentence-transformers models only.

    Raises: ModelUnavailable.

    >>> open_encoder("hash", Path("models"), 1, print).identity
    'hash-256@1'
    """
    if model == "bundled":
        from search.e5 import ensure

        return OnnxEncoder(ensure(models_dir, say), threads)
    if model == "hash":
        return HashEncoder()
    return SentenceTransformersEncoder(
        model, threads, question_prompt=question_prompt, passage_prompt=passage_prompt, trusted=trusted
    )


def in_batches(
    texts: Sequence[str],
    lengths: Sequence[int],
    dimension: int,
    encode: Callable[[list[int]], Vectors],
    advance: Advance | None,
) -> Vectors:
    """Encode a few texts of similar length at a time, so that little is padded; the rows keep the order of `texts`.

    `encode` gets positions in `texts`.
    """
    vectors = np.zeros((len(texts), dimension), np.float32)
    order = sorted(range(len(texts)), key=lengths.__getitem__)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = encode(batch)
        if advance is not None:
            advance(len(batch))
    return vectors


class OnnxEncoder:
    """multilingual-e5-small in 4 bits on onnxruntime, from the folder that `search.e5` builds.

    A text's vector does not depend on the texts that it is encoded with. Texts of more than 512 tokens are cut. Several
    Python threads may use one encoder.

    Raises: ModelUnavailable when the folder is not there, not complete, or cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        try:
            self.identity = _onnx_identity(folder)
            prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
            # Both loaders let go of Python's lock, so a cold start takes the time of the slower one.
            with ThreadPoolExecutor(1) as pool:
                loading = pool.submit(_load_tokenizer, folder / "sentencepiece.bpe.model")
                self._session = _load_session(folder / ONNX_FILE, threads)
                self._tokenizer = loading.result()
        except Exception as error:  # onnxruntime's and sentencepiece's errors have no common base
            raise ModelUnavailable(
                f"Embeddingmodellen i {folder} kan inte läsas: {error}. Ta bort mappen, så byggs den på nytt."
            ) from error
        self._prompts: dict[str, str] = prompts
        self.dimension: int = self._session.get_outputs()[0].shape[-1]

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order: (len(texts), dimension)."""
        return self._encode(self._prompts["query"], texts, None)

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Embed passages, in order: (len(texts), dimension)."""
        return self._encode(self._prompts["passage"], texts, advance)

    def _encode(self, prompt: str, texts: Sequence[str], advance: Advance | None) -> Vectors:
        numbers = [self.token_numbers(prompt + text) for text in texts]
        lengths = [len(row) for row in numbers]
        return in_batches(texts, lengths, self.dimension, lambda batch: self._run([numbers[i] for i in batch]), advance)

    def token_numbers(self, text: str) -> list[int]:
        """The numbers that XLM-RoBERTa's vocabulary gives: SentencePiece's plus one, and 3 for an unknown piece."""
        # The table of normalisation of XLM-R makes a space of the zero-width joiner, SentencePiece's own keeps it.
        pieces = self._tokenizer.encode(text.replace("\u200d", " "))[: TOKENS_MAX - 2]
        return [0, *(piece + 1 if piece else 3 for piece in pieces), 2]

    def _run(self, numbers: list[list[int]]) -> Vectors:
        longest = max(len(row) for row in numbers)
        ids = np.ones((len(numbers), longest), np.int64)
        mask = np.zeros((len(numbers), longest), np.int64)
        for row, tokens in enumerate(numbers):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (hidden,) = self._session.run(["last_hidden_state"], {"input_ids": ids, "attention_mask": mask})
        # The mean's divisor is left out, as the length is made 1 anyway.
        return unit_rows(np.einsum("bsd,bs->bd", hidden, mask.astype(np.float32)))


def _onnx_identity(folder: Path) -> str:
    made = json.loads((folder / "vipgraf.json").read_text(encoding="utf-8"))
    return f"{made['name']}-onnx-q4@{made['revision']}"


def _load_session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads that wait for work spin, as is the default. With "session.intra_op.allow_spinning" = "0", two threads on
    # two idle cores answer a question in 8.3 ms, not 6.9, and embed 56 passages/s, not 62; with one of the cores taken
    # by another process, in 8.1 ms, not 11.8, and 41 passages/s, not 25.
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _load_tokenizer(path: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    return SentencePieceProcessor(model_file=str(path))


class SentenceTransformersEncoder:
    """A model of the sentence-transformers library, by its name on the hub or by folder.

    Questions and passages get the prompts that `search.prompts` chooses, unless they are given here. A text that is
    longer than the model's `max_seq_length` is cut there by the library. Several Python threads may use one encoder.

    Raises: ModelUnavailable when the library is not installed or the model cannot be loaded.
    """

    def __init__(
        self,
        name_or_folder: str | Path,
        threads: int | None = None,
        *,
        question_prompt: str | None = None,
        passage_prompt: str | None = None,
        trusted: bool = False,
    ) -> None:
        found = find_pretrained(name_or_folder, trusted=trusted)
        try:
            import torch
            from sentence_transformers import SentenceTransformer, __version__
        except ImportError as error:
            raise missing_library(found.name) from error
        if threads is not None:
            torch.set_num_threads(threads)
        self._model = found.load(SentenceTransformer)
        chosen = choose_prompts(found.name, self._model.prompts)
        self.prompts = replace(
            chosen,
            question=chosen.question if question_prompt is None else question_prompt,
            passage=chosen.passage if passage_prompt is None else passage_prompt,
        )
        body = getattr(self._model[0], "auto_model", None)
        limit, stated = tokens_max(getattr(body, "config", None)), self._model.max_seq_length
        if limit is not None and stated is not None:
            self._model.max_seq_length = min(stated, limit)
        # The prompts decide the vectors as much as the weights do, and one of them can be set.
        self.identity = f"{found.identity(body, __version__)}+{self.prompts.digest}"
        # Tokenizers fail when threads share them: https://github.com/huggingface/transformers/issues/47085
        self._one_at_a_time = threading.Lock()
        self.dimension: int = self._run([""], "", self.prompts.passage_task).shape[1]

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order: (len(texts), dimension)."""
        return self._encode(texts, self.prompts.question, self.prompts.question_task, None)

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Embed passages, in order: (len(texts), dimension)."""
        return self._encode(texts, self.prompts.passage, self.prompts.passage_task, advance)

    def _encode(self, texts: Sequence[str], prompt: str, task: str, advance: Advance | None) -> Vectors:
        def encode(batch: list[int]) -> Vectors:
            return self._run([texts[i] for i in batch], prompt, task)

        return in_batches(texts, [len(text) for text in texts], self.dimension, encode, advance)

    def _run(self, texts: list[str], prompt: str, task: str) -> Vectors:
        with self._one_at_a_time:
            found = self._model.encode(texts, prompt=prompt, task=task, batch_size=len(texts), show_progress_bar=False)
        return unit_rows(np.asarray(found, np.float32))


class HashEncoder:
    """Words and sequences of 3–5 letters, hashed with signs into 256 columns: alike spelling gives alike vectors.

    It needs no model, starts at once, and gives the same vectors in every process and on every machine. Questions and
    passages share one door. An empty text gives a row of zeros.

    Source: Weinberger et al. 2009, Feature Hashing for Large Scale Multitask Learning, https://arxiv.org/abs/0902.2206

    >>> a, b, c = HashEncoder().encode_passages(["hjärtsvikt", "hjärtsvikten", "psoriasis"])
    >>> bool(a @ b > a @ c)
    True
    """

    identity = "hash-256@1"
    dimension = 256

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order: (len(texts), dimension)."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Embed passages, in order: (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            hashes = np.array([zlib.crc32(feature.encode()) for feature in features(text)], np.int64)
            signs = np.where(hashes & 256, np.float32(1), np.float32(-1))
            np.add.at(vectors[row], hashes & 255, signs)
            if advance is not None:
                advance(1)
        return unit_rows(vectors)


def features(text: str) -> list[str]:
    """The words of a text in lower case, each followed by its sequences of 3–5 letters, edges marked.

    >>> features("Vård")
    ['vård', '<vå', 'vår', 'ård', 'rd>', '<vår', 'vård', 'ård>', '<vård', 'vård>']
    """
    found = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()):
        marked = f"<{word}>"
        found.append(word)
        found += [marked[start : start + n] for n in (3, 4, 5) for start in range(len(marked) - n + 1)]
    return found


def unit_rows(vectors: NDArray[np.float32]) -> Vectors:
    """The rows scaled to length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
