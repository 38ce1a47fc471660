"""The same text once, and no document that fills the page."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.language import Pipeline
from search.engine import Engine
from search.folding import fold, spread, text_digests
from search.types import Fused

TEXT = "Erbjud psykologisk behandling till vuxna med måttlig depression inom tre veckor efter besöket."


def ranked(*passages: int) -> tuple[Fused, ...]:
    return tuple(Fused(passage, 1 / (place + 2), {}) for place, passage in enumerate(passages))


def alike(engine: Engine, *texts: str) -> bool:
    pipeline: Pipeline = engine._pipeline
    digests = text_digests(map(pipeline.words, texts)).tolist()
    return len({*digests}) == 1 and digests[0] != 0


def test_case_space_and_punctuation_make_no_other_text(engine: Engine) -> None:
    assert alike(engine, TEXT, TEXT.replace("Erbjud", "erbjud"), f"{TEXT[:-1]} !", TEXT.replace(" ", "\n"))


def test_a_negation_a_number_or_another_condition_makes_another_text(engine: Engine) -> None:
    for other in (
        TEXT.replace("Erbjud", "Erbjud inte"),
        TEXT.replace("tre", "fyra"),
        TEXT.replace("depression", "ångest"),
    ):
        assert not alike(engine, TEXT, other)


def test_a_few_words_say_something_else_in_each_place(engine: Engine) -> None:
    assert not alike(engine, "Uppgift saknas för närvarande", "Uppgift saknas för närvarande")


def test_the_first_of_equal_texts_is_kept_and_tells_of_the_others() -> None:
    digests = np.array([7, 8, 7, 0, 0, 7], np.uint64)
    folded = fold(ranked(1, 2, 3, 0, 4, 5), digests)
    assert [found.passage for found in folded] == [1, 2, 3, 4]
    assert [found.also for found in folded] == [(), (0, 5), (), ()]
    assert folded[1].passages == (2, 0, 5)
    assert folded[1].score == ranked(1, 2)[1].score


def test_a_document_has_three_of_the_first_ten_places_and_loses_nothing() -> None:
    documents = ["a"] * 8 + ["b"] * 4 + [f"c{number}" for number in range(10)]
    order = [found.passage for found in spread(ranked(*range(22)), documents)]
    assert order == [0, 1, 2, 8, 9, 10, 12, 13, 14, 15, *range(3, 8), 11, *range(16, 22)]


def test_a_document_that_is_alone_keeps_its_order() -> None:
    assert spread(ranked(*range(20)), ["a"] * 20) == ranked(*range(20))


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_spreading_only_moves(documents: list[str]) -> None:
    after = spread(ranked(*range(len(documents))), documents)
    order = [found.passage for found in after]
    assert sorted(order) == [*range(len(documents))]
    for document in "abc":
        own = [row for row in order if documents[row] == document]
        assert own == sorted(own)
    scores = [found.score for found in after]
    assert scores == sorted(scores, reverse=True)
