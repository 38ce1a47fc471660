"""The bundled embedding model, built once for all tests that run it."""

import os
from pathlib import Path

import pytest

from search.e5 import ensure


@pytest.fixture(scope="session")
def e5_folder(models: Path) -> Path:
    """The model folder, kept between runs; VIPGRAF_TEST_MODELS names another folder to keep it in."""
    kept = os.environ.get("VIPGRAF_TEST_MODELS")
    return ensure(Path(kept) if kept else models, print)
