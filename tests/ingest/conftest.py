"""What the tests of ingest share."""

import os
from pathlib import Path

import pytest

from ingest.lexicon import Lexicon, ensure_lexicon


@pytest.fixture(scope="session")
def lexicon(models: Path) -> Lexicon:
    """The real Swedish lexicon, kept between runs: where VIPGRAF_TEST_MODELS says, else in pytest's cache."""
    return ensure_lexicon(Path(os.environ.get("VIPGRAF_TEST_MODELS") or models), print)
