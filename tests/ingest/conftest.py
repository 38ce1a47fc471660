"""What the tests of ingest share."""

import os
from pathlib import Path

import pytest

from ingest.lexicon import Lexicon, ensure_lexicon


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The real Swedish lexicon; compiled once, or opened where VIPGRAF_TEST_MODELS keeps it between runs."""
    kept = os.environ.get("VIPGRAF_TEST_MODELS")
    return ensure_lexicon(Path(kept) if kept else tmp_path_factory.mktemp("models"), print)
