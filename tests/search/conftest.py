"""What the tests of search share: the bundled embedding model, and what questions are understood with; made once."""

import os
from pathlib import Path

import pytest

from ingest.lexicon import Lexicon
from ontology.iris import Iris
from search.e5 import ensure
from tests.search.understanding import Understanding, open_understanding


@pytest.fixture(scope="session")
def e5_folder(models: Path) -> Path:
    """The model folder, kept between runs; VIPGRAF_TEST_MODELS names another folder to keep it in."""
    kept = os.environ.get("VIPGRAF_TEST_MODELS")
    return ensure(Path(kept) if kept else models, print)


@pytest.fixture(scope="session")
def understanding(lexicon: Lexicon, iris: Iris) -> Understanding:
    """Tools over the shipped vocabulary and texts."""
    return open_understanding(lexicon, iris)
