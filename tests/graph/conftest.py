"""A small document taken through the mapping, for tests of what is done with statements."""

from datetime import UTC, datetime

import pytest

from ingest.passages import split
from ingest.reading.assembly import RawBlock, RawDocument, assemble
from ontology import terms as t
from ontology.iris import Iris
from ontology.model import (
    Activity,
    Description,
    ExtractedClaim,
    Extraction,
    Mention,
    Metadata,
    Recommendation,
    StatedDate,
)


@pytest.fixture
def extraction(iris: Iris) -> Extraction:
    """A document of two sections and two passages, with something of every sort found in it."""
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
    advice = document.text.index("Vid adhd")
    recommendation = Recommendation(
        start=advice,
        end=len(document.text),
        text=document.text[advice:],
        direction="against",
        strength="bör inte",
        priority=None,
        conditions=(iris.of("condition", "F90"),),
        interventions=(iris.of("intervention", "lakemedelsbehandling"),),
        populations=(),
        settings=(),
        professions=(),
        severities=(iris.of("severity", "svar"),),
        sources=(),
        exception="utom akut",
        section=1,
        rule="bör inte",
    )
    claim = ExtractedClaim(
        subject=iris.of("body", "a"),
        predicate=t.VIP + "hosts",
        object=iris.of("body", "b"),
        is_literal=False,
        valid_from="2021",
        valid_to="",
        negated=False,
        hosting_kind="temporary",
        start=advice,
        end=len(document.text),
        text=document.text[advice:],
        rule="värd",
    )
    checked = StatedDate("checked", "2019-02-22", "Senast kontrollerad 22 februari 2019")
    return Extraction(
        document=document,
        description=Description(dates=(checked,), status="draft"),
        passages=split(document, []),
        mentions=(Mention(iris.of("condition", "F90"), "Adhd", 0, 4, "label", negated=False), mention),
        references=(),
        abbreviations=(),
        recommendations=(recommendation,),
        claims=(claim,),
        facets=(("age-group", iris.of("age-group", "vuxna")),),
        coordinated=False,
    )


@pytest.fixture
def activity() -> Activity:
    """A run of an imagined pipeline."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Activity(moment, moment, ("vipgraf 0", "pipeline 1"), "f00d")
