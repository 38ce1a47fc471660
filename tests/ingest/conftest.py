"""What the tests of ingest share."""

import pyoxigraph as ox
import pytest

from graph.publish import publish_shipped
from graph.vocabulary import Vocabulary, load_vocabulary
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline, open_pipeline
from ingest.lexicon import Lexicon
from ontology.iris import Iris


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
