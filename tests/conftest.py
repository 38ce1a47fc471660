"""What all tests share: where real material lies, and tools that are made once."""

import dataclasses
import fcntl
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.settings import Settings, read_settings
from graph.publish import publish_shipped
from graph.release import Release
from graph.store import open_working
from ingest import run
from ingest.lexicon import Lexicon, ensure_lexicon
from ingest.sources import discover
from ontology import files
from ontology.iris import Iris
from search.engine import Engine

REPOSITORY = Path(__file__).parent.parent
SOME_EXAMPLES = (
    "kunskapsstyrningens-organisation.html",
    "npo-psykisk-halsa.md",
    "vip-adhd-lakemedel.html",
    "vip-alkohol-audit.html",
    "vip-depression-och-angest.md",
    "vip-sjalvskadebeteende.md",
)

SAME_TEXT = (
    "Vid växelvård planeras varje vistelse tillsammans med den enskilde, de närstående och hemtjänstens personal."
)
OWN_TEXTS = {
    "rutin-norr": SAME_TEXT,
    "rutin-syd": SAME_TEXT.lower(),
    "rutin-annat": "Växelvård beviljas av biståndshandläggaren i kommunen.",
}
"""Documents of the tests' own, of which two have the same text."""
OWN_KIND = "rutin"

DEAR = {"deployment", "understanding", "shipped_library"}
"""Fixtures that take many seconds to make, at most once in a run."""

Once: TypeAlias = Callable[[str, Callable[[Path], object]], Path]
"""Gives the folder of a name, filled by a function if nobody has done it in this run of the tests."""
Keeping: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Opens no engine twice while it is in use."""


# As in the Makefile: without bytecode every process of the tests would compile all modules again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(trylast=True)  # when it is known what is left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process is left alone with one at the end.

    Before others comes a file for each tool that takes long to make, so that no process waits for what another makes,
    and then those that need none.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    users: dict[str, dict[Path, None]] = {name: {} for name in DEAR}
    for item in items:
        for name in DEAR & set(getattr(item, "fixturenames", ())):
            users[name][item.path] = None
    makers = {next(iter(paths)) for paths in users.values() if paths}
    waiting = {path for paths in users.values() for path in paths} - makers
    items.sort(key=lambda item: (item.path not in makers, item.path not in slow, item.path in waiting))


def pytest_collection_finish() -> None:
    """What is collected lives to the end, and need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what is dear once for all the processes that the tests run in: the first makes it, the others wait."""
    here = tmp_path_factory.getbasetemp()
    common = here.parent if hasattr(request.config, "workerinput") else here

    def once(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = common / f"once-{name}", common / f"once-{name}.done"
        with (common / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and judged questions beside the project; tests that need it skip without it."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "documents" / "index.tsv").is_file():
        pytest.skip("the real documents (../shared) are not here")
    return folder


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    """Where compiled lexicon and converted model lie, kept between runs: where VIPGRAF_TEST_MODELS says, else in
    pytest's cache.
    """
    kept = os.environ.get("VIPGRAF_TEST_MODELS")
    return Path(kept) if kept else Path(request.config.cache.mkdir("vipgraf-models"))


@pytest.fixture(scope="session")
def lexicon(models: Path, once: Once) -> Lexicon:
    """The real Swedish lexicon; one process compiles it."""
    once("lexicon", lambda _folder: ensure_lexicon(models, print))
    return ensure_lexicon(models, print)


@pytest.fixture(scope="session")
def iris() -> Iris:
    """IRIs of a deployment for tests."""
    return Iris("https://test.example/")


@pytest.fixture(scope="session")
def shipped_store(iris: Iris) -> ox.Store:
    """The shipped content, and nothing else. All tests share it: one that changes something makes its own."""
    store = ox.Store()
    publish_shipped(store, iris)
    return store


@pytest.fixture(scope="session")
def deployment(models: Path, once: Once, lexicon: Lexicon) -> Settings:
    """A deployment with the shipped content, some of its documents and OWN_TEXTS published, with the tiny encoder.

    All tests share it: one that changes something copies it first.
    """

    def settings(data: Path) -> Settings:
        environment = {"VIPGRAF_DATA": str(data), "VIPGRAF_MODELS": str(models), "VIPGRAF_MODEL": "hash"}
        return read_settings(environment | {"VIPGRAF_QUERY_TIMEOUT_S": "3"})

    return settings(once("deployment", lambda folder: _deploy(settings(folder))))


def _deploy(settings: Settings) -> None:
    examples, own = files.example_documents(), settings.data / "own"
    own.mkdir()
    index = [(examples / "index.tsv").read_text("utf-8")]
    for name in SOME_EXAMPLES:
        shutil.copy(examples / name, own)
    for name, text in OWN_TEXTS.items():
        (own / f"{name}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")
        index.append(f"{name}\t{name}.md\t\t\t\t{OWN_KIND}\t2026\n")
    (own / "index.tsv").write_text("".join(index), encoding="utf-8")
    documents = sorted(path for path in own.iterdir() if path.suffix in {".html", ".md"})
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([*map(str, documents)], own / "index.tsv")
        report = run.ingest(store, discovery, workshop, jobs=1, prune=False, advance=lambda _done, _total: None)
        assert report.refused == ()
        wiring.publish(store, settings, print, lambda _done, _total: None)


@pytest.fixture(scope="session")
def keeping() -> Keeping:
    """While in use, who would open an engine again is given the one that was opened before, by whatever test.

    Opening one takes a second. Where the release lies and the settings of queries do not touch the engine.
    """
    opened: dict[tuple[Path, Settings], Engine] = {}
    really_open = wiring.open_engine

    def open_engine(release: Release, settings: Settings, say: wiring.Say, former: Engine | None = None) -> Engine:
        key = release.path.resolve(), dataclasses.replace(settings, data=Path(), query_timeout_s=0)
        if former is not None and former is not opened.get(key):
            return really_open(release, settings, say, former)
        if key not in opened:
            opened[key] = really_open(release, settings, say)
        return opened[key]

    @contextmanager
    def keeping() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wiring, "open_engine", open_engine)
            yield

    return keeping


@pytest.fixture(scope="module")
def kept_engines(keeping: Keeping) -> Iterator[None]:
    """For a file of tests of commands: most are about what is done with an engine, not about opening it."""
    with keeping():
        yield


@pytest.fixture(scope="session")
def client(deployment: Settings, keeping: Keeping) -> Iterator[TestClient]:
    """A client of the application over that deployment, started and stopped as a server does it."""
    client = TestClient(create_app(deployment), raise_server_exceptions=False)
    with keeping():
        client.__enter__()
    yield client
    client.__exit__(None, None, None)
