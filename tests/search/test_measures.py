import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import measures
from search.measures import MEASURES, RESAMPLES

documents = st.lists(st.sampled_from("abcdefgh"), unique=True)
relevant = st.sets(st.sampled_from("abcdefgh"), min_size=1)
columns = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(lambda values: np.array(values)[:, None])


def test_ndcg_by_hand() -> None:
    assert measures.ndcg(["a", "b", "c"], ["a", "b"], 10) == 1
    assert measures.ndcg(["x", "a", "y", "b"], ["a", "b"], 10) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    )
    assert measures.ndcg(["x"] * 10 + ["a"], ["a"], 10) == 0


def test_reciprocal_rank_hit_and_recall_by_hand() -> None:
    assert measures.reciprocal_rank(["x", "a"], ["a"], 10) == 0.5
    assert measures.reciprocal_rank(["x", "a"], ["a"], 1) == 0
    assert (measures.hit(["x", "a"], ["a"], 1), measures.hit(["x", "a"], ["a"], 2)) == (0, 1)
    assert measures.recall(["x", "a"], ["a", "b"], 10) == 0.5


def test_nothing_found_is_0_by_every_measure() -> None:
    assert measures.judge([], ["a"]) == (0,) * len(MEASURES)


def test_ndcg_cannot_ask_for_more_than_fits_in_the_depth() -> None:
    right = [str(number) for number in range(30)]
    assert measures.ndcg(right, right, 10) == 1


@given(documents, relevant)
def test_every_measure_lies_between_0_and_1(found: list[str], right: set[str]) -> None:
    assert all(0 <= value <= 1 for value in measures.judge(found, right))


@given(relevant, documents)
def test_ndcg_is_1_exactly_when_all_that_is_right_comes_first(right: set[str], found: list[str]) -> None:
    assert (measures.ndcg(found, right, 10) == 1) == (set(found[: len(right)]) == right)


@given(documents, relevant, st.data())
def test_a_right_document_that_moves_up_never_lowers_a_measure(
    found: list[str], right: set[str], data: st.DataObject
) -> None:
    places = [place for place, one in enumerate(found) if place and one in right and found[place - 1] not in right]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    better = [*found[: place - 1], found[place], found[place - 1], *found[place + 1 :]]
    assert all(new >= old for new, old in zip(measures.judge(better, right), measures.judge(found, right), strict=True))


def test_the_interval_of_a_share_is_near_the_one_of_the_binomial_distribution() -> None:
    ((low, high),) = measures.intervals(np.array([[1.0]] * 80 + [[0.0]] * 20))
    deviation = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert low == pytest.approx(0.8 - deviation, abs=0.015)
    assert high == pytest.approx(0.8 + deviation, abs=0.015)


def test_the_interval_is_that_of_resampling_question_by_question() -> None:
    values = np.random.default_rng(1).random((40, 1))
    chosen = np.random.default_rng(2).integers(0, 40, (RESAMPLES, 40))
    low, high = np.quantile(values[chosen, 0].mean(axis=1), [0.025, 0.975])
    assert measures.intervals(values)[0] == pytest.approx((low, high), abs=0.01)


def test_four_times_the_questions_halve_the_interval() -> None:
    values = np.random.default_rng(1).random((100, 1))
    ((low, high),), ((fewer_low, fewer_high),) = (measures.intervals(np.repeat(values, n, axis=0)) for n in (4, 1))
    assert (high - low) / (fewer_high - fewer_low) == pytest.approx(0.5, abs=0.05)


@given(columns)
def test_an_interval_is_the_same_every_time_and_lies_within_the_values(values: measures.Values) -> None:
    ((low, high),) = measures.intervals(values)
    assert measures.intervals(values) == ((low, high),)
    assert values.min() - 1e-4 <= low <= high <= values.max() + 1e-4


@given(columns, st.floats(-1, 1))
def test_a_constant_that_is_added_moves_the_interval_and_no_more(values: measures.Values, constant: float) -> None:
    ((low, high),), ((moved_low, moved_high),) = measures.intervals(values), measures.intervals(values + constant)
    assert (moved_low - constant, moved_high - constant) == pytest.approx((low, high), abs=2e-4)


def test_columns_are_resampled_together() -> None:
    values = np.random.default_rng(1).random((30, 1))
    assert measures.intervals(np.hstack([values, values, values * 0])) == (
        *measures.intervals(values) * 2,
        (0.0, 0.0),
    )


def test_no_questions_have_no_interval() -> None:
    with pytest.raises(ValueError, match="no questions"):
        measures.intervals(np.empty((0, 5)))


def test_a_quantile_is_a_value_that_was_there() -> None:
    assert measures.quantile([5, 1, 9], 0.5) == 5
    assert measures.quantile(range(1, 101), 0.95) == 95
    assert measures.quantile([7], 0.95) == 7
