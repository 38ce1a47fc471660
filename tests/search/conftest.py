"""What the tests of search share, made once: models, an engine, what understands questions."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from api import wiring
from api.settings import Settings
from graph import release
from graph.store import open_working
from ingest import run
from ingest.lexicon import Lexicon
from ingest.sources import discover
from ontology import files
from search.e5 import ensure
from search.engine import Engine
from search.graph_answer import Answerer
from search.types import DirectAnswer
from tests.conftest import Keeping, Once
from tests.search.understanding import TODAY, Ask, Understanding, open_understanding

LETTERS = "abcdefghijklmnopqrstuvwxyzåäö0123456789.,;?–"
VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS))


@pytest.fixture(scope="session")
def e5_folder(models: Path) -> Path:
    """The model folder, kept between runs."""
    return ensure(models, print)


@pytest.fixture(scope="session")
def understanding(lexicon: Lexicon, shipped_store: ox.Store, once: Once) -> Understanding:
    """Tools over the shipped vocabulary and texts."""
    return open_understanding(lexicon, shipped_store, once)


@pytest.fixture(scope="session")
def ask(understanding: Understanding, shipped_store: ox.Store) -> Ask:
    """Asks the shipped knowledge for a direct answer, on a certain day."""
    answerer = Answerer(shipped_store, understanding.vocabulary)

    def ask(text: str, as_of: str | None = None) -> DirectAnswer | None:
        return answerer.answer(understanding.read(text, as_of), TODAY.isoformat())

    return ask


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Saves a BERT of random weights with a vocabulary of letters, of a class of transformers, and says where."""
    reason = "sentence-transformers och torch är inte installerade: pip install 'vipgraf[models]'"
    torch = pytest.importorskip("torch", reason=reason)
    pytest.importorskip("sentence_transformers", reason=reason)
    transformers = pytest.importorskip("transformers", reason=reason)

    def save(kind: str, **settings: Any) -> Path:
        folder = tmp_path_factory.mktemp(kind) / "model"
        torch.manual_seed(1)
        config = getattr(transformers, f"{kind.partition('For')[0].removesuffix('Model')}Config")(
            vocab_size=len(VOCABULARY),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=128,
            **settings,
        )
        getattr(transformers, kind)(config).save_pretrained(folder)
        vocab = {token: number for number, token in enumerate(VOCABULARY)}
        transformers.BertTokenizerFast(vocab=vocab, strip_accents=False).save_pretrained(folder)
        return folder

    return save


@pytest.fixture(scope="session")
def tiny_folder(tiny_bert: Callable[..., Path]) -> Path:
    """An embedding model of random weights, saved as a sentence-transformers folder with prompts of its own."""
    layers = pytest.importorskip("sentence_transformers.models")  # its place since 6.0 is not that of 5.0
    library = pytest.importorskip("sentence_transformers")
    bert = tiny_bert("BertModel")
    body = layers.Transformer(str(bert), max_seq_length=128)
    prompts = {"query": "fråga: ", "document": "text: "}
    model = library.SentenceTransformer(modules=[body, layers.Pooling(32)], prompts=prompts, device="cpu")
    folder = bert.parent / "embedding" / "model"
    model.save(str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_judge(tiny_bert: Callable[..., Path]) -> Path:
    """A cross-encoder of random weights with one output."""
    return tiny_bert("BertForSequenceClassification", num_labels=1)


@pytest.fixture(scope="session")
def engine(deployment: Settings, keeping: Keeping) -> Engine:
    """An engine over the shipped content and some of its documents, with the tiny encoder."""
    with keeping():
        return wiring.open_engine(release.current(deployment.data), deployment, print)


def keep_vectors(settings: Settings) -> None:
    """Let a deployment take the vectors of its passages from former runs, and leave its own to later ones.

    Embedding takes longer than all else here, and a vector is kept by what tells its model and its text from others.
    """
    cache = settings.data / "cache"
    cache.mkdir(parents=True)
    (cache / "vectors.sqlite").symlink_to(settings.models.resolve() / "vectors-of-tests.sqlite")


@pytest.fixture(scope="session")
def shipped_library(deployment: Settings, once: Once) -> Settings:
    """A deployment with all example documents and the bundled model. Embedding them is dear: it is done once."""
    settings = dataclasses.replace(deployment, model="bundled")

    def deploy(folder: Path) -> None:
        here = dataclasses.replace(settings, data=folder)
        keep_vectors(here)
        examples = files.example_documents()
        with open_working(here.graph) as store:
            workshop = wiring.make_workshop(store, here, print)
            discovery = discover([str(examples)], examples / "index.tsv")
            report = run.ingest(store, discovery, workshop, jobs=2, prune=False, advance=lambda _done, _total: None)
            assert report.refused == ()
            wiring.publish(store, here, print, lambda _done, _total: None)

    return dataclasses.replace(settings, data=once("library", deploy))
