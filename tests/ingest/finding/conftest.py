"""What the tests of what is found in a text share."""

import pytest

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels
from ingest.language import Pipeline
from ingest.lexicon import Lexicon
from ontology.iris import Iris
from tests.ingest.finding.reading import Reader, toolbox_of


@pytest.fixture(scope="session")
def read(tools: tuple[Pipeline, Labels], lexicon: Lexicon, vocabulary: Vocabulary, iris: Iris) -> Reader:
    """Reads a text with the pipeline and the vocabulary that ship."""
    return Reader(toolbox_of(*tools, lexicon, vocabulary, iris))
