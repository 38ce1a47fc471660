"""The marking of a page as concepts."""

import pytest

from ingest.finding.facets import marked_facets
from ontology.model import Description, Facet, FacetValue
from tests.ingest.finding.reading import Reader, key

DRAFT = """# Dialektisk beteendeterapi (UTKAST)

Stöd i vardagen.

## Märkning

- Åldersgrupp: Vuxna, Barn
- Verksamhet: Primärvård
- Befattning: Psykolog
- Svårighetsgrad: Lindrig
- KVÅ-kod: DU021
- Samordnad insats: Ja
"""


def test_the_marking_of_a_draft_becomes_concepts(read: Reader) -> None:
    found = read(DRAFT)
    assert [(kind, key(iri)) for kind, iri in found.facets] == [
        ("age-group", "age-group/vuxna"),
        ("age-group", "age-group/barn"),
        ("setting", "setting/primarvard"),
        ("profession", "profession/psykolog"),
        ("severity", "severity/lindrig"),
        ("intervention", "intervention/dialektisk-beteendeterapi"),
    ]
    assert found.coordinated is True


@pytest.mark.parametrize(("line", "expected"), [("Samordnad insats: Nej", False), ("Åtgärdsområde: Stöd", None)])
def test_whether_it_takes_several_principals_is_told_only_where_it_is_said(
    read: Reader, line: str, expected: bool | None
) -> None:
    assert read(DRAFT.replace("Samordnad insats: Ja", line)).coordinated is expected


def test_a_page_without_marking_has_none(read: Reader) -> None:
    found = read("# Depression hos vuxna\n\nErbjud stöd i primärvården.")
    assert (found.facets, found.coordinated) == ((), None)


def facet(name: str, *values: str) -> Facet:
    return Facet(name, tuple(FacetValue(value, 0, len(value)) for value in values))


def test_a_value_is_looked_for_among_those_of_its_own_field() -> None:
    names = {("setting", "skola"): "x:skola", ("profession", "kurator"): "x:kurator"}
    marking = Description(facets=(facet("setting", "Skola", "Kurator", "okänd"), facet("profession", " kurator ")))
    assert marked_facets(marking, names).concepts == (("setting", "x:skola"), ("profession", "x:kurator"))


def test_a_value_given_twice_counts_once() -> None:
    marking = Description(facets=(facet("setting", "Skola", "skola"),))
    assert marked_facets(marking, {("setting", "skola"): "x:skola"}).concepts == (("setting", "x:skola"),)


def test_the_programme_that_a_document_names_is_one_of_its_facets() -> None:
    names = {("programme", "adhd"): "x:adhd"}
    assert marked_facets(Description(programme="ADHD"), names).concepts == (("programme", "x:adhd"),)
    assert marked_facets(Description(programme="okänt"), names).concepts == ()
