"""What the tests of ingest share."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.publish import publish_shipped
from graph.vocabulary import Vocabulary, load_vocabulary
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline, open_pipeline
from ingest.lexicon import Lexicon, ensure_lexicon
from ontology.iris import Iris


@pytest.fixture(scope="session")
def lexicon(models: Path) -> Lexicon:
    """The real Swedish lexicon, kept between runs: where VIPGRAF_TEST_MODELS says, else in pytest's cache."""
    return ensure_lexicon(Path(os.environ.get("VIPGRAF_TEST_MODELS") or models), print)


@pytest.fixture(scope="session")
def vocabulary(iris: Iris) -> Vocabulary:
    """The shipped vocabulary."""
    store = ox.Store()
    publish_shipped(store, iris)
    return load_vocabulary(store)


@pytest.fixture(scope="session")
def tools(lexicon: Lexicon, vocabulary: Vocabulary) -> tuple[Pipeline, Labels]:
    """The pipeline that ships, and the labels of the shipped vocabulary."""
    pipeline = open_pipeline("auto", lexicon, vocabulary.single_words())
    return pipeline, compile_labels(vocabulary, pipeline)
