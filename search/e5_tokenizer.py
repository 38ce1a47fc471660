"""The vocabulary in the weights file → a tokenizer in the two forms that are read: SentencePiece's and tokenizers'.

    sentencepiece.bpe.model   for `search.encoder.OnnxEncoder`
    tokenizer.json            for the sentence-transformers library, beside what transformers wants to know of it

Both number a text as XLM-RoBERTa's own tokenizer does, which `tests/search/test_e5.py` compares with the published
file. The weights file has pieces and scores; the table of normalisation comes from the library sentencepiece.
"""

import io
from pathlib import Path
from typing import Any

from sentencepiece import SentencePieceTrainer, sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from search.e5_weights import UNK, Weights

SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "cls_token": "<s>",
    "mask_token": "<mask>",
}
ZERO_WIDTH_JOINER = "\u200d"


def write_tokenizer(folder: Path, weights: Weights) -> None:
    """Write both forms into `folder`."""
    tiny = _tiny_model()
    (folder / "sentencepiece.bpe.model").write_bytes(_sentencepiece_model(weights, tiny.normalizer_spec))
    tokenizer = _tokenizer(weights, tiny.normalizer_spec.precompiled_charsmap)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")


def configurations(positions: int) -> dict[str, object]:
    """What transformers reads beside `tokenizer.json`: file name → content; `positions` is the longest text."""
    return {
        "special_tokens_map.json": SPECIAL_TOKENS,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **SPECIAL_TOKENS,
        },
    }


def _model_proto() -> Any:
    """The message that a SentencePiece model is written as (protobuf makes it at run time, unseen by type checkers)."""
    return vars(sentencepiece_model_pb2)["ModelProto"]


def _tiny_model() -> Any:
    """A SentencePiece model of eight letters, trained for the table of normalisation that the library puts in it."""
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


def _sentencepiece_model(weights: Weights, normaliser: Any) -> bytes:
    """The vocabulary as a SentencePiece model in the layout of XLM-RoBERTa's own file.

    There `<unk>`, `<s>`, `</s>` have the numbers 0, 1, 2, every other piece its token number less one, and `<pad>` and
    `<mask>` are absent (a habit of fairseq that readers of such files rely on).
    """
    model = _model_proto()()
    model.normalizer_spec.CopyFrom(normaliser)
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


def _tokenizer(weights: Weights, charsmap: bytes) -> Tokenizer:
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
    special = weights.pieces[: UNK + 1] + weights.pieces[-1:]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    return tokenizer
