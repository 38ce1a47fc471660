import hashlib
import string
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

import pyoxigraph as ox
import pytest

from graph import queries
from graph.classification import (
    ICD_10_SE,
    find_links,
    load_classification,
    loaded_classifications,
)
from graph.codelist import CodeList
from graph.publish import publish_shipped
from graph.store import replace_graph, to_ntriples
from graph.validation import Validator
from graph.vocabulary import load_vocabulary
from ontology import files
from ontology import terms as t
from ontology.iris import Iris

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 3, 12, tzinfo=UTC)
LIST = {"F90": "Nittio", "F90.0": "Nittio noll", "F90.0B": "Nittio noll B", "F43.8A": "Fyrtiotre åtta A"}


def codes_of(titles: Mapping[str, str]) -> CodeList:
    return CodeList("lista.tsv", hashlib.sha256(repr(titles).encode()).hexdigest(), titles, ())


def graph_of(store: ox.Store, iris: Iris) -> set[ox.Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iris.graph("icd-10-se")))}


def links_of(store: ox.Store) -> set[tuple[str, str]]:
    return {
        (str(quad.subject).rpartition("/")[2][:-1], str(quad.object).rpartition("/")[2][:-1])
        for quad in store.quads_for_pattern(None, ox.NamedNode(t.CLOSE_MATCH), None, None)
        if "/icd-10-se/" in str(quad.object)
    }


@pytest.fixture(scope="module")
def shipped(shipped_store: ox.Store) -> bytes:
    quads = shipped_store.dump(format=ox.RdfFormat.N_QUADS)
    assert quads
    return quads


@pytest.fixture
def store(shipped: bytes) -> ox.Store:
    """The shipped content, and nothing else."""
    store = ox.Store()
    store.bulk_load(shipped, ox.RdfFormat.N_QUADS)
    return store


def test_a_code_is_a_concept_with_title_notation_scheme_and_the_nearest_code_above(store: ox.Store, iris: Iris) -> None:
    assert load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    said = {str(triple) for triple in graph_of(store, iris)}
    code, skos = "<https://test.example/id/icd-10-se/F90.0B>", "http://www.w3.org/2004/02/skos/core#"
    assert {line for line in said if line.startswith(code)} == {
        f"{code} <{t.RDF_TYPE}> <{t.VIP}ClassificationCode>",
        f'{code} <{skos}notation> "F90.0B"',
        f'{code} <{skos}prefLabel> "Nittio noll B"@sv',
        f"{code} <{skos}inScheme> <https://test.example/id/scheme/icd-10-se>",
        f"{code} <{skos}broader> <https://test.example/id/icd-10-se/F90.0>",
    }


def test_a_code_without_one_above_it_is_a_top_concept(store: ox.Store, iris: Iris) -> None:
    load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    scheme = ox.NamedNode(iris.of("scheme", "icd-10-se"))
    tops = {str(quad.object) for quad in store.quads_for_pattern(scheme, ox.NamedNode(t.HAS_TOP_CONCEPT), None, None)}
    assert tops == {f"<{iris.of('icd-10-se', code)}>" for code in ("F90", "F43.8A")}
    assert len(list(store.quads_for_pattern(None, ox.NamedNode(t.TOP_CONCEPT_OF), scheme, None))) == 2
    assert (
        len(list(store.quads_for_pattern(None, ox.NamedNode(t.BROADER), None, ox.NamedNode(iris.graph("icd-10-se")))))
        == 2
    )


def test_the_scheme_tells_its_oid_its_file_and_when_it_was_loaded(store: ox.Store, iris: Iris) -> None:
    codes = codes_of(LIST)
    load_classification(store, ICD_10_SE, codes, iris, NOON)
    scheme = ox.NamedNode(iris.of("scheme", "icd-10-se"))
    said = {str(quad.object) for quad in store.quads_for_pattern(scheme, None, None, None)}
    assert said >= {f"<{t.CLASSIFICATION}>", '"urn:oid:1.2.752.116.1.1.1.1.3"', '"lista.tsv"', f'"{codes.sha256}"'}
    (found,) = loaded_classifications(store)
    assert (found.name, found.file_name, found.codes) == ("ICD-10-SE", "lista.tsv", 4)
    assert datetime.fromisoformat(found.loaded) == NOON


def test_a_condition_is_linked_to_its_code_and_one_whose_code_is_not_there_is_named(
    store: ox.Store, iris: Iris
) -> None:
    load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    assert {code for _, code in links_of(store)} == set(LIST)
    assert ("F90.0", "F90.0") in links_of(store)
    links = find_links(store, ICD_10_SE, iris)
    assert {code for _, code in links.linked} == set(LIST)
    assert len(links.missing) > 40
    assert not {code for _, code in links.missing} & set(LIST)


def test_the_same_list_again_changes_nothing(store: ox.Store, iris: Iris) -> None:
    assert load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    before = set(store)
    assert not load_classification(store, ICD_10_SE, codes_of(LIST), iris, LATER)
    assert set(store) == before


def test_another_list_leaves_nothing_of_the_former_one(store: ox.Store, iris: Iris) -> None:
    other = {"F90": "Nittio", "F90.0B": "Ändrad titel", "F32": "Trettiotvå"}
    load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    assert load_classification(store, ICD_10_SE, codes_of(other), iris, LATER)
    fresh = ox.Store()
    publish_shipped(fresh, iris)
    load_classification(fresh, ICD_10_SE, codes_of(other), iris, LATER)
    assert set(store) == set(fresh)


def test_shipped_content_loaded_anew_keeps_the_codes_and_makes_the_links_anew(iris: Iris) -> None:
    store = ox.Store()
    old = ox.NamedNode(iris.of("condition", "gammal"))
    is_condition = ox.Triple(old, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(t.CONDITION))
    has_code = ox.Triple(old, ox.NamedNode(t.NOTATION), ox.Literal("F90.0B"))
    replace_graph(store, iris.graph("vocabulary"), [is_condition, has_code])
    load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    assert links_of(store) == {("gammal", "F90.0B")}
    codes = graph_of(store, iris)
    assert publish_shipped(store, iris)
    assert {code for _, code in links_of(store)} == set(LIST)
    assert "gammal" not in {condition for condition, _ in links_of(store)}
    assert {triple for triple in codes if triple.predicate.value != t.CLOSE_MATCH} <= graph_of(store, iris)
    assert not load_classification(store, ICD_10_SE, codes_of(LIST), iris, LATER)


def test_a_store_without_classification_gets_no_links(store: ox.Store, iris: Iris) -> None:
    assert links_of(store) == set()
    assert graph_of(store, iris) == set()
    assert loaded_classifications(store) == ()


def test_what_text_is_linked_to_stays_as_it_was(store: ox.Store, iris: Iris) -> None:
    before = load_vocabulary(store)
    load_classification(store, ICD_10_SE, codes_of(LIST | {"F99": "Adhd"}), iris, NOON)
    after = load_vocabulary(store)
    assert len(before.concepts) > 200
    assert after == before
    assert after.concept_of_code("F90.0B") == iris.of("condition", "F90.0B")
    assert after.concept_of_code("F99") is None


def test_what_is_stated_fits_the_shapes_of_concepts(store: ox.Store, iris: Iris) -> None:
    load_classification(store, ICD_10_SE, codes_of(LIST), iris, NOON)
    kinds = [(t.CLASSIFICATION_CODE, t.SKOS + "Concept"), (t.CLASSIFICATION, t.CONCEPT_SCHEME)]
    below = ox.NamedNode(t.RDFS + "subClassOf")
    stated = [ox.Triple(ox.NamedNode(kind), below, ox.NamedNode(above)) for kind, above in kinds]
    validator = Validator(files.shapes())
    assert validator.violations(to_ntriples([*stated, *graph_of(store, iris)])) == ()
    unlabelled = [one for one in graph_of(store, iris) if one.predicate.value != t.PREF_LABEL]
    assert len(validator.violations(to_ntriples([*stated, *unlabelled]))) >= len(LIST)


def whole() -> Iterator[str]:
    """Codes over all chapters: categories, subcategories, and national ones of five characters."""
    categories = [f"{letter}{number:02d}" for letter in string.ascii_uppercase for number in range(100)]
    yield from categories
    subcategories = [f"{category}.{digit}" for category in categories for digit in range(10)]
    yield from subcategories
    yield from (f"{code}{detail}" for detail in "ABX" for code in subcategories)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_whole_classification_is_loaded_and_leaves_the_vocabulary_small(store: ox.Store, iris: Iris) -> None:
    titles = {code: f"Benämning på svenska för {code}" for code in islice(whole(), 35_684)}
    assert len(titles) == 35_684
    assert load_classification(store, ICD_10_SE, codes_of(titles), iris, NOON)
    vocabulary = load_vocabulary(store)
    assert 200 < len(vocabulary.concepts) < 2000
    assert loaded_classifications(store)[0].codes == 35_684
    scheme = ox.NamedNode(iris.of("scheme", "icd-10-se"))
    assert len(list(queries.select(store, "links-to", object=scheme))) == 100
