import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import QuestionError
from search import measures
from search.answer_measures import AnswerScore
from search.comparison import compare
from search.evaluation import ChannelScore, QuestionScore
from search.judgements import JudgedQuestion


def at(rank: int, identifier: str = "1") -> QuestionScore:
    documents = [*(f"x{number}" for number in range(1, rank)), "a"]
    found = ChannelScore(measures.judge(documents, ["a"]), rank)
    return QuestionScore(JudgedQuestion(identifier, "fråga", ("a",)), {"lexical": found, "fused": found}, None)


def run(*ranks: int) -> list[QuestionScore]:
    return [at(rank, str(number)) for number, rank in enumerate(ranks)]


def test_the_same_measurement_twice_differs_by_nothing() -> None:
    found = compare(run(1, 2, 5), run(1, 2, 5))
    assert (found.questions, found.left_out, found.won, found.lost) == (3, 0, (), ())
    assert all(one.change == 0 and one.interval == (0, 0) for one in found.channels["fused"].values())


def test_what_is_better_for_nearly_all_questions_is_surely_better() -> None:
    found = compare(run(*[2] * 20), run(*[1] * 19, 3))
    change = found.channels["fused"]["ndcg@10"]
    assert change.is_better
    assert not change.is_worse
    assert change.after - change.before == pytest.approx(change.change)
    assert change.interval[0] <= change.change <= change.interval[1]


def test_one_question_each_way_is_no_sure_difference() -> None:
    found = compare(run(1, 2, 3, 4), run(2, 1, 3, 4))
    change = found.channels["fused"]["ndcg@10"]
    assert not change.is_better
    assert not change.is_worse
    assert [one.identifier for one in found.won] == ["1"]
    assert [one.identifier for one in found.lost] == ["0"]
    assert (found.lost[0].rank_before, found.lost[0].rank_after) == (1, 2)


def test_the_greatest_change_comes_first() -> None:
    found = compare(run(2, 5, 3), run(1, 1, 1))
    assert [one.identifier for one in found.won] == ["1", "2", "0"]


def test_a_question_that_is_judged_otherwise_is_left_out() -> None:
    before, after = run(1, 2), run(1, 2)
    judged = dataclasses.replace(after[1].judged, relevant=("b",))
    after[1] = dataclasses.replace(after[1], judged=judged)
    found = compare(before, after)
    assert (found.questions, found.left_out) == (1, 2)


def test_nothing_in_common_cannot_be_compared() -> None:
    with pytest.raises(QuestionError, match="ingen fråga gemensam"):
        compare([at(1, "1")], [at(1, "2")])


def test_answers_are_compared_too_those_that_should_not_be_given_apart() -> None:
    def answered(identifier: str, expected: tuple[str, ...], exact: float) -> QuestionScore:
        score = AnswerScore(len(expected), exact, exact, ())
        return QuestionScore(JudgedQuestion(identifier, "fråga", (), answer=expected), {}, score)

    found = compare(
        [answered("1", ("x",), 0), answered("2", (), 1)],
        [answered("1", ("x",), 1), answered("2", (), 0)],
    )
    assert found.channels == {}
    assert {name: one.change for name, one in found.answers.items()} == {"exact": 1, "f1": 1, "unknown_correct": -1}
    assert [(one.identifier, one.measure) for one in (*found.won, *found.lost)] == [("1", "f1"), ("2", "f1")]


ranks = st.lists(st.integers(1, 12), min_size=5, max_size=5)


@given(ranks, ranks)
def test_the_other_way_round_every_difference_has_the_other_sign(one: list[int], other: list[int]) -> None:
    there, back = compare(run(*one), run(*other)), compare(run(*other), run(*one))
    for measure, change in there.channels["fused"].items():
        low, high = back.channels["fused"][measure].interval
        assert change.interval == pytest.approx((-high, -low), abs=2e-4)
    assert [turned.identifier for turned in there.won] == [turned.identifier for turned in back.lost]
