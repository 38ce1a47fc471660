"""The weights of multilingual-e5-small → its network as an ONNX graph in 4 bits, written node by node.

The matrices and the word embeddings keep the 4 bits that they came in, so no weight is rounded again; activations are
rounded to 8 bits while running, with a scale for every 32 of a token (MatMulNBits, accuracy level 4). Measured against
float32 on 503 Swedish passages of 31 words, two threads with AVX-512 VNNI:

    |                                    | cosine, mean | passages/s | query  | nDCG@10 |
    | this graph                         | 0.99993      | 60–68      | 5–6 ms | 0.689   |
    | 7-bit matrices, activations 0–255  | 0.99933      | 100–109    | 5–6 ms | 0.682   |
    | 7-bit matrices, activations ±127   | 0.99887      | 109–121    | 6 ms   | 0.680   |
    | MatMulNBits computing in float32   | 1            | 15–25      | 11 ms  | 0.691   |

`onnxruntime.quantization.quantize_dynamic` (one scale for a whole batch) has 0.9965, and lets the texts that are
encoded together change a vector by 2e-2; here it is 1e-8.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from search.e5_weights import BLOCK, Weights
from search.encoder import MODEL_NAME

MICROSOFT = "com.microsoft"
"""The domain of the operators that onnxruntime adds to ONNX."""


def onnx_model(weights: Weights) -> bytes:
    """The network as an ONNX file: input_ids, attention_mask (batch, sequence) int64 → last_hidden_state, float32."""
    sizes = weights.sizes
    graph = _Graph(weights)
    hidden = _embeddings(graph)
    for layer in range(sizes.layers):
        hidden = _attention(graph, layer, hidden)
        hidden = _feed_forward(graph, layer, hidden)
    graph.node("Reshape", [hidden, graph.shape_of_tokens(sizes.hidden)], ["last_hidden_state"])
    axes = ["batch", "sequence"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*axes, sizes.hidden])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, MODEL_NAME, inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=10,  # the first with 4-bit tensors, and the last that onnxruntime 1.20 reads
        producer_name="vipgraf",
    )
    return bytes(model.SerializeToString())


class _Graph:
    """The nodes and constants of an ONNX graph while it is written; values are known by their names."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.names = 0
        self.shape = self.add("Shape", ["input_ids"])
        self.mask = self.add("Cast", ["attention_mask"], to=TensorProto.INT32)

    def name(self) -> str:
        """A name that is not in use."""
        self.names += 1
        return f"v{self.names}"

    def constant(self, value: ArrayLike) -> str:
        """A constant, by name."""
        name = self.name()
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def vector(self, tensor: str, width: int) -> str:
        """A vector from the weights file as a constant, by name."""
        return self.constant(self.weights.vector(tensor, width))

    def node(
        self, operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: Any
    ) -> None:
        """A node whose results get these names."""
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))

    def add(self, operator: str, inputs: Sequence[str], domain: str = "", **attributes: Any) -> str:
        """A node with one result, by name."""
        name = self.name()
        self.node(operator, inputs, [name], domain, **attributes)
        return name

    def shape_of_tokens(self, width: int) -> str:
        """The shape (batch, sequence, width), by name."""
        return self.add("Concat", [self.shape, self.constant(np.array([width]))], axis=0)


def _embeddings(graph: _Graph) -> str:
    """Words + positions + the first segment, normalised, one row for every token: (tokens, hidden)."""
    weights, sizes = graph.weights, graph.weights.sizes
    codes, scales = weights.blocks("emb.word", sizes.vocabulary, sizes.hidden)
    shape, packed = [sizes.vocabulary, sizes.hidden], _pairs(codes).tobytes()
    graph.constants.append(helper.make_tensor("words", TensorProto.INT4, shape, packed, raw=True))
    inputs = ["words", "input_ids", graph.constant(scales)]
    found = graph.add("GatherBlockQuantized", inputs, MICROSOFT, block_size=BLOCK, gather_axis=0, quantize_axis=1)
    words = graph.add("Cast", [found], to=TensorProto.FLOAT)
    segment = weights.vector("emb.type", sizes.segments, sizes.hidden)[0]
    places = graph.constant(weights.vector("emb.pos", sizes.positions, sizes.hidden) + segment)
    start, axis = graph.constant(np.array([0])), graph.constant(np.array([0]))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    x = graph.add("Add", [words, graph.add("Slice", [places, start, length, axis])])
    norm = [graph.vector(name, sizes.hidden) for name in ("emb.ln.w", "emb.ln.b")]
    x = graph.add("LayerNormalization", [x, *norm], axis=-1, epsilon=sizes.epsilon)
    return graph.add("Reshape", [x, graph.constant(np.array([-1, sizes.hidden]))])


def _attention(graph: _Graph, layer: int, x: str) -> str:
    """Self-attention with its residual: (tokens, hidden)."""
    weights, d = graph.weights, graph.weights.sizes.hidden
    triple = _product(graph, x, [f"l{layer}.{part}.w" for part in "qkv"], d, d)
    bias = np.concatenate([weights.vector(f"l{layer}.{part}.b", d) for part in "qkv"])
    unflatten = graph.shape_of_tokens(3 * d)
    y = graph.add("Reshape", [triple, unflatten])
    parts = [graph.name() for _ in "qkv"]
    graph.node("Split", [y], parts, axis=-1, num_outputs=3)
    inputs = [*parts, graph.constant(bias), graph.mask]
    y = graph.add("MultiHeadAttention", inputs, MICROSOFT, num_heads=weights.sizes.heads)
    y = graph.add("Reshape", [y, graph.constant(np.array([-1, d]))])
    y = _product(graph, y, [f"l{layer}.ao.w"], d, d)
    return _residual(graph, x, y, f"l{layer}.ao.b", f"l{layer}.aln")


def _feed_forward(graph: _Graph, layer: int, x: str) -> str:
    """The two-layer network of every token with its residual: (tokens, hidden)."""
    d, inner = graph.weights.sizes.hidden, graph.weights.sizes.inner
    y = _product(graph, x, [f"l{layer}.fi.w"], inner, d)
    y = graph.add("BiasGelu", [y, graph.vector(f"l{layer}.fi.b", inner)], MICROSOFT)
    y = _product(graph, y, [f"l{layer}.fo.w"], d, inner)
    return _residual(graph, x, y, f"l{layer}.fo.b", f"l{layer}.oln")


def _residual(graph: _Graph, x: str, y: str, bias: str, norm: str) -> str:
    """The normalised sum of `x`, `y` and the bias of that name: (tokens, hidden)."""
    sizes = graph.weights.sizes
    vectors = [graph.vector(name, sizes.hidden) for name in (f"{norm}.w", f"{norm}.b", bias)]
    return graph.add("SkipLayerNormalization", [x, y, *vectors], MICROSOFT, epsilon=sizes.epsilon)


def _product(graph: _Graph, x: str, names: Sequence[str], outputs: int, inputs: int) -> str:
    """`x` (tokens, inputs) times the transposes of the matrices of those names, side by side, without bias."""
    blocks = [graph.weights.blocks(name, outputs, inputs) for name in names]
    codes = np.concatenate([codes for codes, _ in blocks])
    scales = np.concatenate([scales for _, scales in blocks])
    rows = len(codes)
    packed = _pairs(codes + np.int8(8)).reshape(rows, inputs // BLOCK, BLOCK // 2)
    constants = [graph.constant(packed), graph.constant(scales.astype(np.float32).ravel())]
    return graph.add(
        "MatMulNBits", [x, *constants], MICROSOFT, K=inputs, N=rows, bits=4, block_size=BLOCK, accuracy_level=4
    )


def _pairs(codes: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Two 4-bit codes a byte, the first in the low half: (n, m) → (n, m / 2)."""
    low, high = codes[:, ::2] & 15, codes[:, 1::2] & 15
    return (low | high << 4).astype(np.uint8)
