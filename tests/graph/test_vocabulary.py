import pyoxigraph as ox
import pytest

from graph.vocabulary import Vocabulary, code_ancestry, load_vocabulary
from ontology.iris import Iris


@pytest.fixture(scope="module")
def vocabulary(shipped_store: ox.Store) -> Vocabulary:
    return load_vocabulary(shipped_store)


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("F90.0B", ("F90.0B", "F90.0", "F90")),
        ("f900b", ("F90.0B", "F90.0", "F90")),
        ("F43", ("F43",)),
        ("F33.-", ("F33",)),
        ("KBT", ()),
        ("", ()),
    ],
)
def test_a_code_falls_back_to_the_categories_above_it(code: str, chain: tuple[str, ...]) -> None:
    assert code_ancestry(code) == chain


def test_a_code_finds_its_concept_or_the_nearest_above(vocabulary: Vocabulary, iris: Iris) -> None:
    assert vocabulary.concept_of_code("F32") == iris.of("condition", "F32")
    assert vocabulary.concept_of_code("F429") == iris.of("condition", "F42")
    assert vocabulary.concept_of_code("Z99") is None


def test_narrower_concepts_are_found_at_any_depth_without_the_concept_itself(vocabulary: Vocabulary) -> None:
    tops = {parent for concept in vocabulary.concepts.values() for parent in concept.broader}
    assert tops
    for top in tops:
        below = vocabulary.narrower(top)
        assert below
        assert top not in below


def test_bodies_conditions_and_interventions_can_be_linked(vocabulary: Vocabulary) -> None:
    kinds = {concept.kind for concept in vocabulary.concepts.values()}
    assert {"organisation", "condition", "intervention", "programme"} <= kinds


def test_a_changed_label_changes_the_identity(vocabulary: Vocabulary) -> None:
    some = dict(vocabulary.concepts)
    some.popitem()
    assert Vocabulary(some).identity != vocabulary.identity


def test_text_can_be_linked_to_a_knowledge_service(vocabulary: Vocabulary) -> None:
    kinds = {name: concept.kind for concept in vocabulary.concepts.values() for name in concept.alt_labels}
    assert kinds["NKK"] == "knowledge-service"
