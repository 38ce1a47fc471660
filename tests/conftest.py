"""What all tests share: where real material lies, and tools that are made once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.settings import Settings, read_settings
from graph.store import open_working
from ingest import run
from ingest.lexicon import Lexicon, ensure_lexicon
from ingest.sources import discover
from ontology import files
from ontology.iris import Iris

REPOSITORY = Path(__file__).parent.parent
SOME_EXAMPLES = (
    "kunskapsstyrningens-organisation.html",
    "npo-psykisk-halsa.md",
    "vip-adhd-lakemedel.html",
    "vip-alkohol-audit.html",
    "vip-depression-och-angest.md",
    "vip-sjalvskadebeteende.md",
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and judged questions beside the project; tests that need it skip without it."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "documents" / "index.tsv").is_file():
        pytest.skip("the real documents (../shared) are not here")
    return folder


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    """Where compiled lexicon and converted model lie, kept between runs."""
    return Path(request.config.cache.mkdir("vipgraf-models"))


@pytest.fixture(scope="session")
def lexicon(models: Path) -> Lexicon:
    """The real Swedish lexicon, kept between runs: where VIPGRAF_TEST_MODELS says, else in pytest's cache."""
    return ensure_lexicon(Path(os.environ.get("VIPGRAF_TEST_MODELS") or models), print)


@pytest.fixture(scope="session")
def iris() -> Iris:
    """IRIs of a deployment for tests."""
    return Iris("https://test.example/")


@pytest.fixture(scope="session")
def deployment(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment with the shipped content and some of its documents published, with the tiny encoder."""
    data = tmp_path_factory.mktemp("deployment")
    environment = {"VIPGRAF_DATA": str(data), "VIPGRAF_MODELS": str(models), "VIPGRAF_MODEL": "hash"}
    settings = read_settings(environment | {"VIPGRAF_QUERY_TIMEOUT_S": "3"})
    examples = files.example_documents()
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([str(examples / name) for name in SOME_EXAMPLES], examples / "index.tsv")
        report = run.ingest(store, discovery, workshop, jobs=1, prune=False, advance=lambda _done, _total: None)
        assert report.refused == ()
        wiring.publish(store, settings, print, lambda _done, _total: None)
    return settings


@pytest.fixture(scope="session")
def client(deployment: Settings) -> Iterator[TestClient]:
    """A client of the application over that deployment, started and stopped as a server does it."""
    with TestClient(create_app(deployment), raise_server_exceptions=False) as client:
        yield client
