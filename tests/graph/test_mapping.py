import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime

import pyoxigraph as ox

from graph.mapping import document_triples
from graph.store import Term
from ontology import terms as t
from ontology.iris import Iris
from ontology.model import Activity, Blob, Extraction, Fetched


def triples(extraction: Extraction, activity: Activity, iris: Iris) -> tuple[ox.Triple, ...]:
    known = {"F90.0": iris.of("condition", "F90.0")}
    fetched = Fetched("https://example.org/adhd", datetime(2026, 1, 2, tzinfo=UTC), "", "", "text/plain", "utf-8")
    blob = Blob("vård/adhd", "adhd.txt", b"", "ab12", fetched=fetched)
    return document_triples(extraction, activity, blob, iris, known.get, lambda start, end: (start + 100, end + 100))


def objects(said: Iterable[ox.Triple], predicate: str) -> list[Term]:
    return [triple.object for triple in said if triple.predicate.value == predicate]


def test_equal_values_give_equal_triples_in_equal_order(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    assert triples(extraction, activity, iris) == triples(extraction, activity, iris)


def test_a_passage_keeps_its_iri_when_its_neighbour_changes(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    def passages(found: Extraction) -> set[str]:
        said = triples(found, activity, iris)
        return {str(triple.subject) for triple in said if triple.object == ox.NamedNode(t.PASSAGE)}

    first, second = extraction.passages
    changed = dataclasses.replace(extraction, passages=(dataclasses.replace(first, text="Annat."), second))
    assert len(passages(extraction) & passages(changed)) == 1


def test_a_code_becomes_a_subject_only_when_the_vocabulary_has_it(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    said = triples(extraction, activity, iris)
    assert objects(said, t.DIAGNOSIS_CODE) == [ox.Literal("F90.0"), ox.Literal("Z99")]
    assert objects(said, t.SUBJECT) == [ox.NamedNode(iris.of("condition", "F90.0"))]


def test_a_mention_is_stated_in_the_passage_that_holds_it(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    said = triples(extraction, activity, iris)
    (place,) = set(objects(said, t.IN_PASSAGE))
    assert objects([triple for triple in said if triple.subject == place], t.TEXT) == [
        ox.Literal("Vid adhd kan läkemedel ges.", language="sv")
    ]


def test_no_blank_nodes_are_minted(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    said = triples(extraction, activity, iris)
    assert len(said) > 30
    assert not any(isinstance(term, ox.BlankNode) for triple in said for term in (triple.subject, triple.object))


def test_titles_carry_their_language_so_that_they_agree_with_those_of_shipped_sources(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    said = triples(extraction, activity, iris)
    (title,) = [triple.object for triple in said if triple.predicate.value == t.TITLE]
    assert title == ox.Literal("Adhd hos vuxna", language="sv")


def described(said: Iterable[ox.Triple], type_: str) -> dict[str, list[Term]]:
    """What is said of the only resource of a type, by predicate."""
    (subject,) = [triple.subject for triple in said if triple.object == ox.NamedNode(type_)]
    mine = [triple for triple in said if triple.subject == subject]
    return {triple.predicate.value: objects(mine, triple.predicate.value) for triple in mine}


def number(values: list[Term]) -> int:
    (value,) = values
    assert isinstance(value, ox.Literal)
    return int(value.value)


def test_a_mention_in_a_heading_stands_in_its_section(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    said = triples(extraction, activity, iris)
    heading = iris.mention(extraction.document, extraction.mentions[0])
    mine = [triple for triple in said if triple.subject == ox.NamedNode(heading)]
    assert objects(mine, t.IN_PASSAGE) == []
    (section,) = objects(mine, t.IN_SECTION)
    assert objects([triple for triple in said if triple.subject == section], t.POSITION) == [
        ox.Literal("0", datatype=ox.NamedNode(t.XSD + "integer"))
    ]


def test_a_recommendation_keeps_its_words_its_place_and_what_it_advises_against(
    extraction: Extraction, activity: Activity, iris: Iris
) -> None:
    found = described(triples(extraction, activity, iris), t.RECOMMENDATION)
    assert found[t.QUOTE] == [ox.Literal("Vid adhd kan läkemedel ges.", language="sv")]
    assert found[t.DIRECTION] == [ox.NamedNode(iris.of("direction", "against"))]
    assert found[t.STRENGTH] == [ox.NamedNode(iris.of("strength", "bor-inte"))]
    assert found[t.SEVERITY] == [ox.NamedNode(iris.of("severity", "svar"))]
    assert found[t.EXCEPTION] == [ox.Literal("utom akut", language="sv")]
    assert (number(found[t.SOURCE_START]), number(found[t.SOURCE_END])) == (
        number(found[t.START]) + 100,
        number(found[t.END]) + 100,
    )
    assert t.PRIORITY not in found


def test_a_claim_keeps_its_words_and_when_it_holds(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    found = described(triples(extraction, activity, iris), t.CLAIM)
    assert found[t.RDF_SUBJECT] == [ox.NamedNode(iris.of("body", "a"))]
    assert found[t.VALID_FROM] == [ox.Literal("2021", datatype=ox.NamedNode(t.XSD + "gYear"))]
    assert found[t.HOSTING_KIND] == [ox.NamedNode(iris.of("hosting-kind", "temporary"))]
    assert found[t.CONFIDENCE] == [ox.Literal("M")]
    assert found[t.DC_SOURCE] == [ox.NamedNode(iris.document("vård/adhd"))]


def test_what_a_document_says_of_itself_is_no_validity(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    found = described(triples(extraction, activity, iris), t.DOCUMENT)
    assert found[t.LAST_REVIEWED] == [ox.Literal("2019-02-22", datatype=ox.NamedNode(t.XSD + "date"))]
    assert found[t.PROGRAMME_STATE] == [ox.NamedNode(iris.of("programme-state", "draft"))]
    assert found[t.POPULATION] == [ox.NamedNode(iris.of("age-group", "vuxna"))]
    assert found[t.ISSUED] == [ox.Literal("2024-05-01", datatype=ox.NamedNode(t.XSD + "date"))]
    assert t.VALID_FROM not in found


def test_where_and_when_a_document_was_fetched_is_kept(extraction: Extraction, activity: Activity, iris: Iris) -> None:
    found = described(triples(extraction, activity, iris), t.DOCUMENT)
    address = ox.Literal("https://example.org/adhd", datatype=ox.NamedNode(t.XSD + "anyURI"))
    moment = ox.Literal("2026-01-02T00:00:00+00:00", datatype=ox.NamedNode(t.XSD + "dateTime"))
    assert (found[t.RETRIEVED_FROM], found[t.RETRIEVED_AT]) == ([address], [moment])
