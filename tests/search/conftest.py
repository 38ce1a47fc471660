"""The bundled embedding model and an engine, built once for all tests that run them."""

import os
from pathlib import Path

import pytest

from api import wiring
from api.settings import Settings
from graph import release
from search.e5 import ensure
from search.engine import Engine


@pytest.fixture(scope="session")
def e5_folder(models: Path) -> Path:
    """The model folder, kept between runs; VIPGRAF_TEST_MODELS names another folder to keep it in."""
    kept = os.environ.get("VIPGRAF_TEST_MODELS")
    return ensure(Path(kept) if kept else models, print)


@pytest.fixture(scope="session")
def engine(deployment: Settings) -> Engine:
    """An engine over the shipped content and some of its documents, with the tiny encoder."""
    return wiring.open_engine(release.current(deployment.data), deployment, print)
