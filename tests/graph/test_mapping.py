import dataclasses
from collections.abc import Iterable

import pyoxigraph as ox

from graph.mapping import document_triples
from graph.store import Term
from ontology import terms as t
from ontology.iris import Iris
from ontology.model import Activity, Extraction


def triples(extraction: Extraction, activity: Activity, iris: Iris) -> tuple[ox.Triple, ...]:
    known = {"F90.0": iris.of("condition", "F90.0")}
    return document_triples(extraction, activity, "ab12", iris, known.get)


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
    (place,) = objects(said, t.IN_PASSAGE)
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
