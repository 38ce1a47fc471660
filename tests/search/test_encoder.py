"""One contract for every encoder, and what each promises beyond it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import ModelUnavailable
from search.encoder import HashEncoder, OnnxEncoder, SentenceTransformersEncoder, open_encoder
from search.types import Encoder, Vectors

TEXTS = [
    "Hjärtsvikt behandlas med ACE-hämmare och betablockerare.",
    "Kort.",
    "Vid akut svår migrän ges triptan; om effekten uteblir ska patienten bedömas på nytt inom ett dygn. " * 3,
    "Sår på foten hos patient med diabetes.",
    "Ångest och sömnsvårigheter efter förlossning – när bör man söka vård?",
    "½ tablett à 5 mg\t(2×/dag)\u00a0vid\u200bbehov 👩‍⚕️",
    "Sår på foten hos patient med diabetes.",
]


@pytest.fixture(
    scope="module",
    params=[
        "hash",
        pytest.param("onnx", marks=pytest.mark.slow),
        pytest.param("sentence-transformers", marks=pytest.mark.slow),
    ],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "hash":
        return HashEncoder()
    if request.param == "onnx":
        return OnnxEncoder(request.getfixturevalue("e5_folder"), threads=1)
    return SentenceTransformersEncoder(request.getfixturevalue("tiny_folder"), threads=1)


def doors(encoder: Encoder) -> list[Callable[[list[str]], Vectors]]:
    return [encoder.encode_questions, encoder.encode_passages]


def test_vectors_are_float32_rows_of_unit_length(encoder: Encoder) -> None:
    for encode in doors(encoder):
        vectors = encode(TEXTS)
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_rows_keep_the_order_of_the_texts(encoder: Encoder) -> None:
    for encode in doors(encoder):
        forward, backward = encode(TEXTS), encode(TEXTS[::-1])
        np.testing.assert_allclose(forward, backward[::-1], atol=1e-5)
        assert len(np.unique(forward.round(4), axis=0)) == len(set(TEXTS))


def test_a_text_alone_gets_the_vector_that_it_gets_among_others(encoder: Encoder) -> None:
    for encode in doors(encoder):
        together = encode(TEXTS)
        alone = np.vstack([encode([text]) for text in TEXTS])
        np.testing.assert_allclose(alone, together, atol=1e-5)


def test_more_texts_than_a_batch_are_all_encoded(encoder: Encoder) -> None:
    many = [f"{text} {number}" for number in range(5) for text in TEXTS]
    vectors = encoder.encode_passages(many)
    np.testing.assert_allclose(vectors[17], encoder.encode_passages([many[17]])[0], atol=1e-5)
    assert len(vectors) == 35


def test_the_same_text_gives_the_same_bits(encoder: Encoder) -> None:
    for encode in doors(encoder):
        np.testing.assert_array_equal(encode(TEXTS), encode(TEXTS))


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    for encode in doors(encoder):
        assert encode([]).shape == (0, encoder.dimension)
        assert encode([]).dtype == np.float32


def test_empty_and_blank_texts_are_accepted(encoder: Encoder) -> None:
    for encode in doors(encoder):
        vectors = encode(["", " \n\t", "ord"])
        assert vectors.shape == (3, encoder.dimension)
        assert np.isfinite(vectors).all()


def test_a_long_text_is_accepted(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(["Vårdförlopp för kroniskt sjuka. " * 2000, "kort"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_advance_is_told_of_every_passage_once(encoder: Encoder) -> None:
    told: list[int] = []
    encoder.encode_passages(TEXTS * 3, told.append)
    assert sum(told) == len(TEXTS) * 3
    assert min(told) > 0


def test_the_identity_names_a_model_and_a_revision(encoder: Encoder) -> None:
    name, _, revision = encoder.identity.partition("@")
    assert name
    assert revision


# What the hashes promise


def test_hashed_vectors_are_the_same_in_another_process() -> None:
    program = (
        "from search.encoder import HashEncoder as H; print(H().encode_passages(['Åsa blöder'])[0].tobytes().hex())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == HashEncoder().encode_passages(["Åsa blöder"])[0].tobytes().hex()


def test_hashed_vectors_bring_inflections_together() -> None:
    question, near, far = HashEncoder().encode_passages(["blödningar", "blödning", "sömnapné"])
    assert question @ near > 0.4 > question @ far


def test_hashing_ignores_case_and_how_an_accent_is_written() -> None:
    vectors = HashEncoder().encode_passages(["Ångest", "ångest", "A\u030angest"])
    np.testing.assert_allclose(vectors, vectors[[0, 0, 0]])


# What multilingual-e5-small promises


@pytest.fixture(scope="module")
def e5(e5_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(e5_folder, threads=1)


@pytest.mark.slow
def test_e5_has_a_door_for_questions_and_another_for_passages(e5: OnnxEncoder) -> None:
    question, passage = e5.encode_questions(["hjärtsvikt"])[0], e5.encode_passages(["hjärtsvikt"])[0]
    assert 0.8 < question @ passage < 0.99


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("Vad gör man åt högt blodtryck?", "Hypertoni behandlas med läkemedel.", "Barnet ska vaccineras mot mässling."),
        ("sömnproblem hos äldre", "Insomni är vanligt efter 65 års ålder.", "Frakturen gipsas i sex veckor."),
        ("när ska man misstänka stroke", "Plötslig svaghet i en arm kan vara slaganfall.", "Eksem smörjs dagligen."),
    ],
)
def test_e5_finds_the_passage_that_answers_though_it_has_other_words(
    e5: OnnxEncoder, question: str, answer: str, other: str
) -> None:
    asked, (right, wrong) = e5.encode_questions([question])[0], e5.encode_passages([answer, other])
    assert asked @ right > asked @ wrong + 0.02


@pytest.mark.slow
def test_e5_reads_the_first_512_tokens_and_no_more(e5: OnnxEncoder) -> None:
    start = "ord " * 600
    first, second, short = e5.encode_passages([start, start + "helt andra ting sist", "ord " * 300 + "helt andra ting"])
    np.testing.assert_allclose(first, second, atol=1e-6)
    assert first @ short < 0.9999


@pytest.mark.slow
def test_a_text_that_writes_a_special_token_does_not_end_there(e5: OnnxEncoder) -> None:
    cut, whole = e5.encode_passages(["före </s>", "före </s> efter helt annat"])
    assert cut @ whole < 0.99


@pytest.mark.slow
def test_the_bundled_model_is_opened_by_its_setting(e5_folder: Path) -> None:
    encoder = open_encoder("bundled", e5_folder.parent, 1, print)
    revision = json.loads((e5_folder / "vipgraf.json").read_text(encoding="utf-8"))["revision"]
    assert encoder.identity == f"multilingual-e5-small-onnx-q4@{revision}"
    assert encoder.dimension == 384


def test_a_folder_that_is_no_model_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"kan inte läsas.*Ta bort mappen"):
        OnnxEncoder(tmp_path, threads=1)


# What sentence-transformers promises


@pytest.fixture(scope="module")
def with_code(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a module in Python of its own at the end, which is told the task."""
    folder = tmp_path_factory.mktemp("code") / "model"
    shutil.copytree(tiny_folder, folder)
    (folder / "turning.py").write_text(
        "import torch\n"
        "class Turning(torch.nn.Module):\n"
        "    @classmethod\n"
        "    def load(cls, *given, **settings):\n"
        "        return cls()\n"
        "    def forward(self, features, task=None):\n"
        "        sign = {'retrieval.query': -1, 'retrieval.passage': 1}[task]\n"
        "        features['sentence_embedding'] = sign * features['sentence_embedding']\n"
        "        return features\n",
        encoding="utf-8",
    )
    (folder / "2_Turning").mkdir()
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules.append({"idx": 2, "name": "2", "path": "2_Turning", "type": "turning.Turning", "kwargs": ["task"]})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    settings["prompts"] = {"retrieval.query": "text: ", "retrieval.passage": "text: "}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_prompts_of_a_model_are_used(tiny_folder: Path) -> None:
    library = pytest.importorskip("sentence_transformers")
    encoder = SentenceTransformersEncoder(tiny_folder)
    model = library.SentenceTransformer(str(tiny_folder), device="cpu")
    expected = model.encode(["fråga: sår", "text: sår"], normalize_embeddings=True, prompt="")
    np.testing.assert_allclose(encoder.encode_questions(["sår"])[0], expected[0], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(["sår"])[0], expected[1], atol=1e-5)


@pytest.mark.slow
def test_a_folder_is_read_without_the_network(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *address, **_: asked.append(address))
    monkeypatch.setattr("socket.socket.connect", lambda _, address: asked.append(address))
    encoder = open_encoder(str(tiny_folder), Path("models"), 1, print)
    assert encoder.encode_passages(["sår"]).shape == (1, 32)
    assert asked == []


@pytest.mark.slow
def test_the_identity_of_a_folder_follows_its_weights_and_not_its_place(tiny_folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "model"
    for path in tiny_folder.rglob("*"):
        if path.is_file():
            (moved / path.relative_to(tiny_folder)).parent.mkdir(parents=True, exist_ok=True)
            (moved / path.relative_to(tiny_folder)).write_bytes(path.read_bytes())
    identity = SentenceTransformersEncoder(tiny_folder).identity
    assert SentenceTransformersEncoder(moved).identity == identity
    weights = moved / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert SentenceTransformersEncoder(moved).identity != identity


@pytest.mark.slow
def test_a_folder_without_a_model_is_refused_with_advice(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Kontrollera namnet eller mappen"):
        SentenceTransformersEncoder(tmp_path)


def test_a_folder_that_does_not_exist_is_never_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="finns inte"):
        open_encoder(str(tmp_path / "borta"), tmp_path, 1, print)


def test_a_missing_library_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'vipgraf\[models\]'"):
        open_encoder("KBLab/sentence-bert-swedish-cased", Path("models"), 1, print)


@pytest.mark.slow
def test_a_folder_with_code_of_its_own_is_refused_until_it_is_trusted(with_code: Path) -> None:
    with pytest.raises(ModelUnavailable, match="VIPGRAF_MODEL_CODE=trust"):
        open_encoder(str(with_code), Path("models"), 1, print)


@pytest.mark.slow
def test_a_model_that_does_one_task_in_several_ways_is_told_which(with_code: Path) -> None:
    encoder = SentenceTransformersEncoder(with_code, trusted=True)
    question, passage = encoder.encode_questions(["sår"])[0], encoder.encode_passages(["sår"])[0]
    # The model of the test turns the vectors of its task `retrieval.query` around.
    np.testing.assert_allclose(question, -passage, atol=1e-6)


@pytest.mark.slow
def test_prompts_that_are_set_win_and_change_the_identity(tiny_folder: Path) -> None:
    own = SentenceTransformersEncoder(tiny_folder)
    given = SentenceTransformersEncoder(tiny_folder, question_prompt="text: ", passage_prompt="")
    np.testing.assert_array_equal(given.encode_questions(["sår"]), own.encode_passages(["sår"]))
    assert given.prompts.passage == ""
    assert given.identity != own.identity
    assert given.identity.partition("+")[0] == own.identity.partition("+")[0]


@pytest.mark.slow
def test_a_text_is_cut_at_the_length_that_the_model_says(tiny_folder: Path) -> None:
    encoder = SentenceTransformersEncoder(tiny_folder, passage_prompt="")
    start = "å " * 126  # with [CLS] and [SEP] the 128 tokens that it has positions for
    first, second, short = encoder.encode_passages([start, start + "ord sist", start[:100] + "ord sist"])
    np.testing.assert_allclose(first, second, atol=1e-6)
    assert first @ short < 0.9999


@pytest.mark.slow
def test_a_long_text_is_cut_where_a_model_states_no_length_and_has_fewer_places_than_positions(
    tiny_bert: Callable[..., Path],
) -> None:
    encoder = SentenceTransformersEncoder(tiny_bert("XLMRobertaModel", pad_token_id=1))
    cut, whole = encoder.encode_passages(["å " * 200, "å " * 300])
    np.testing.assert_allclose(cut, whole, atol=1e-6)


@pytest.mark.slow
def test_several_threads_may_use_one_encoder(tiny_folder: Path) -> None:
    encoder = SentenceTransformersEncoder(tiny_folder, threads=1)
    texts = [f"{'ord ' * number}sist" for number in range(1, 25)]
    expected = [encoder.encode_questions([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode_questions([text])[0], texts * 4))
    np.testing.assert_array_equal(found, expected * 4)


def test_no_heavy_library_is_imported_before_an_encoder_is_made() -> None:
    program = "import sys, search.encoder, search.e5, search.reranker; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(run.stdout.split())
    assert "search.encoder" in loaded
    heavy = {"onnx", "onnxruntime", "sentencepiece", "sentence_transformers", "tokenizers", "torch", "transformers"}
    assert loaded & heavy == set()
