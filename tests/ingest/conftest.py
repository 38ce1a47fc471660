"""What the tests of ingest share."""

import pyoxigraph as ox
import pytest

from graph.vocabulary import Vocabulary, load_vocabulary
from ingest.finding.labelcache import cached_labels
from ingest.finding.mentions import Labels
from ingest.language import Pipeline, open_pipeline
from ingest.lexicon import Lexicon
from tests.conftest import Once


@pytest.fixture(scope="session")
def vocabulary(shipped_store: ox.Store) -> Vocabulary:
    """The shipped vocabulary."""
    return load_vocabulary(shipped_store)


@pytest.fixture(scope="session")
def tools(lexicon: Lexicon, vocabulary: Vocabulary, once: Once) -> tuple[Pipeline, Labels]:
    """The pipeline that ships, and the labels of the shipped vocabulary."""
    pipeline = open_pipeline("auto", lexicon, vocabulary.single_words())
    folder = once("labels", lambda folder: cached_labels(folder, vocabulary, pipeline))
    return pipeline, cached_labels(folder, vocabulary, pipeline)
