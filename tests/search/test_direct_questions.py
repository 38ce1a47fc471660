"""Direct questions over the shipped knowledge, written with exact answers by people who had not read the templates.

Of `direct.jsonl` the templates were mended by the `dev` half; the `test` half never was looked at. `direct-fresh.jsonl`
is by three more authors, who each wrote in their own way and asked for whatever the knowledge has: the hardest figure.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from search.answer_measures import judge_answer
from tests.search.understanding import Ask

QUESTIONS = Path(__file__).parents[1] / "data" / "questions"
HELD_OUT_FLOOR = 0.85
"""Measured .867; the mark is .95, which the half that the templates were mended by has."""
FRESH_FLOOR = 0.83
"""Measured .871, after work on two of the three authors' questions; .338 when they were written."""


@dataclass(frozen=True, slots=True)
class Judged:
    query: str
    part: str
    answerable: bool
    right: bool
    answered: bool


@pytest.fixture(scope="module")
def judged(ask: Ask) -> list[Judged]:
    found = []
    for name, part in (("direct", None), ("direct-fresh", "fresh")):
        for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            stored = json.loads(line)
            as_of = None if part else stored["as_of"]  # the fresh ones tell their time in words alone
            answer = ask(stored["query"], as_of)
            score = judge_answer(stored["query"], stored["answer"], answer)
            is_answered = answer is not None and answer.type != "unknown"
            found.append(
                Judged(stored["query"], part or stored["part"], bool(stored["answer"]), score.exact == 1, is_answered)
            )
    return found


@pytest.mark.parametrize(("part", "share"), [("dev", 0.95), ("test", HELD_OUT_FLOOR), ("fresh", FRESH_FLOOR)])
def test_direct_questions_are_answered_exactly(part: str, share: float, judged: list[Judged]) -> None:
    answerable = [one for one in judged if one.part == part and one.answerable]
    assert len(answerable) >= 80
    wrong = [one.query for one in answerable if not one.right]
    assert len(wrong) <= (1 - share) * len(answerable), len(wrong) if part == "test" else wrong


def test_an_answer_that_is_given_is_nearly_always_right(judged: list[Judged]) -> None:
    answered = [one for one in judged if one.part == "fresh" and one.answered]
    assert len(answered) >= 150
    wrong = [one.query for one in answered if not one.right]
    assert len(wrong) <= 0.06 * len(answered), wrong


@pytest.mark.parametrize("part", ["dev", "test"])
def test_no_question_is_answered_that_the_sources_do_not_answer(part: str, judged: list[Judged]) -> None:
    unanswerable = [one for one in judged if one.part == part and not one.answerable]
    assert len(unanswerable) >= 30
    assert all(one.right for one in unanswerable)
