"""A small document taken through the mapping, for tests of what is done with statements."""

from datetime import UTC, datetime

import pytest

from ingest.assembly import RawBlock, RawDocument, assemble
from ingest.passages import split
from ontology.iris import Iris
from ontology.model import Activity, Extraction, Mention, Metadata


@pytest.fixture
def extraction(iris: Iris) -> Extraction:
    """A document of two sections and two passages with one mention."""
    blocks = [
        RawBlock("heading", "Adhd hos vuxna", 1),
        RawBlock("paragraph", "Inledning."),
        RawBlock("heading", "Behandling", 2),
        RawBlock("paragraph", "Vid adhd kan läkemedel ges."),
    ]
    metadata = Metadata(source="https://example.org/adhd", codes=("F90.0", "Z99"), kind="exempel", date="2024-05-01")
    document = assemble("vård/adhd", "text/plain", RawDocument(blocks), metadata)
    start = document.text.index("adhd kan")
    mention = Mention(iris.of("condition", "F90"), "adhd", start, start + 4, "label", negated=False)
    return Extraction(document, split(document, []), (mention,))


@pytest.fixture
def activity() -> Activity:
    """A run of an imagined pipeline."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Activity(moment, moment, ("vipgraf 0", "pipeline 1"), "f00d")
