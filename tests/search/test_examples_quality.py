"""The gate of search: the shipped documents, their judged questions and the real model, against the figures kept.

`make figures` measures anew and keeps the figures, when a change is meant to move them.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from api import wiring
from api.settings import Settings
from graph.release import current
from search import measures
from search.answer_measures import AnswerScore
from search.comparison import compare
from search.evaluation import FUSED, ChannelScore, QuestionScore, measure
from search.figures import figures, read_scores
from search.judgements import JudgedQuestion, read_all

QUESTIONS = Path(__file__).parents[1] / "data" / "questions"


def complaints(before: Sequence[QuestionScore], after: Sequence[QuestionScore]) -> list[str]:
    """What is wrong with a measurement: fused below a channel, or surely below the figures kept.

    Surely is when the whole 95 % interval of the difference, paired by question, is below 0. A set of questions that
    is not the one kept is wrong too, since then nothing is known.
    """
    found = []
    channels = figures(after)["channels"]
    for channel, row in channels.items():
        if channels[FUSED]["ndcg@10"] < row["ndcg@10"]:
            found.append(f"fused {channels[FUSED]['ndcg@10']} is below {channel} {row['ndcg@10']}")
    comparison = compare(before, after)
    if comparison.left_out:
        found.append(f"{comparison.left_out} questions are not those of figures.json: make figures")
    differences = {"answers " + name: one for name, one in comparison.answers.items()}
    differences |= {FUSED + " " + name: one for name, one in comparison.channels.get(FUSED, {}).items()}
    for name, one in differences.items():
        if one.is_worse:
            found.append(f"{name} fell from {one.before} to {one.after}, 95 % {one.interval}")
    return found


@pytest.mark.slow
def test_search_of_the_shipped_documents_has_not_become_worse(shipped_library: Settings) -> None:
    questions = read_all([QUESTIONS / "examples.jsonl", QUESTIONS / "direct.jsonl"])
    assert len(questions) > 500
    scores = measure(wiring.open_engine(current(shipped_library.data), shipped_library, print), questions)
    assert complaints(read_scores(QUESTIONS / "figures.json"), scores) == []


def ranked(lexical: int, fused: int, number: int = 0) -> QuestionScore:
    def channel(rank: int) -> ChannelScore:
        documents = [*(f"x{place}" for place in range(1, rank)), "a"]
        return ChannelScore(measures.judge(documents, ["a"]), rank)

    judged = JudgedQuestion(str(number), "fråga", ("a",))
    return QuestionScore(judged, {"lexical": channel(lexical), FUSED: channel(fused)}, None)


def many(lexical: int, fused: int, *, odd: int | None = None) -> list[QuestionScore]:
    """Twenty questions alike, but for the first."""
    return [ranked(lexical, odd if odd and not number else fused, number) for number in range(20)]


def answered(exact: float, expected: int) -> list[QuestionScore]:
    judged = JudgedQuestion("svar", "fråga", (), answer=("x",) * expected)
    return [QuestionScore(judged, {}, AnswerScore(expected, exact, exact, ()))]


def test_an_equal_a_better_and_a_hardly_worse_measurement_pass() -> None:
    assert complaints(many(3, 2), many(3, 2)) == []
    assert complaints(many(3, 2), many(3, 1)) == []
    assert complaints(many(3, 2), many(3, 2, odd=9)) == []


def test_fused_below_a_channel_fails() -> None:
    assert complaints(many(1, 2), many(1, 2)) == ["fused 0.6309 is below lexical 1.0"]


def test_what_is_surely_worse_fails() -> None:
    (hit, rank, gain) = complaints(many(3, 1), many(3, 2))
    assert hit.startswith("fused hit@1 fell from 1.0 to 0.0")
    assert rank.startswith("fused mrr@10 fell from 1.0 to 0.5")
    assert gain.startswith("fused ndcg@10 fell from 1.0 to 0.6309")


def test_other_questions_than_those_kept_fail() -> None:
    assert complaints(many(3, 2)[:-1], many(3, 2)) == ["1 questions are not those of figures.json: make figures"]


@pytest.mark.parametrize(("expected", "name"), [(1, "exact"), (0, "unknown_correct")])
def test_lost_direct_answers_fail(expected: int, name: str) -> None:
    found = complaints([*many(3, 2), *answered(1, expected)], [*many(3, 2), *answered(0, expected)])
    assert found[0].startswith(f"answers {name} fell from 1.0 to 0.0")
