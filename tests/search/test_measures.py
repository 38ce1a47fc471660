import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import measures

documents = st.lists(st.sampled_from("abcdefgh"), unique=True)
relevant = st.sets(st.sampled_from("abcdefgh"), min_size=1)


def test_ndcg_by_hand() -> None:
    assert measures.ndcg(["a", "b", "c"], ["a", "b"], 10) == 1
    assert measures.ndcg(["x", "a", "y", "b"], ["a", "b"], 10) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    )
    assert measures.ndcg(["x"] * 10 + ["a"], ["a"], 10) == 0


def test_reciprocal_rank_hit_and_recall_by_hand() -> None:
    assert measures.reciprocal_rank(["x", "a"], ["a"], 10) == 0.5
    assert (measures.hit(["x", "a"], ["a"], 1), measures.hit(["x", "a"], ["a"], 2)) == (0, 1)
    assert measures.recall(["x", "a"], ["a", "b"], 10) == 0.5


@given(documents, relevant)
def test_every_measure_lies_between_0_and_1_and_is_1_for_a_perfect_order(found: list[str], right: set[str]) -> None:
    assert all(0 <= value <= 1 for value in measures.judge(found, right))
    assert set(measures.judge(sorted(right), right)) == {1.0} or len(right) > 1
    assert measures.ndcg(sorted(right), right, 10) == 1
