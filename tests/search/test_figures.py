import json
from pathlib import Path

import pytest

from ontology.errors import QuestionError
from search import measures
from search.answer_measures import AnswerScore
from search.evaluation import ChannelScore, QuestionScore
from search.figures import figures, read_scores
from search.judgements import JudgedQuestion


def ranked(identifier: str, documents: list[str], *, kind: str = "lexical", ms: float = 2) -> QuestionScore:
    channel = ChannelScore(measures.judge(documents, ["a"]), measures.first_rank(documents, ["a"]), tuple(documents))
    nothing = ChannelScore(measures.judge([], ["a"]), None)
    return QuestionScore(
        JudgedQuestion(identifier, f"fråga {identifier}", ("a",), kind=kind, source="own", part="dev"),
        {"lexical": channel, "dense": nothing, "fused": channel},
        None,
        {"analysis": 1, "lexical": ms, "dense": 3, "embedding": 2, "total": ms + 5},
    )


def answered(identifier: str, expected: tuple[str, ...], exact: float, f1: float) -> QuestionScore:
    judged = JudgedQuestion(identifier, "vem", (), kind="host", answer=expected)
    return QuestionScore(judged, {}, AnswerScore(len(expected), exact, f1, ("x",)), {"analysis": 1, "total": 9})


SCORES = (
    ranked("1", ["a"]),
    ranked("2", ["x", "a"], kind="negation", ms=4),
    ranked("3", ["x"] * 5 + ["a"], kind="negation", ms=6),
    answered("4", ("Norra",), 1, 1),
    answered("5", ("Norra", "Södra"), 0, 0.5),
    answered("6", (), 1, 1),
)


def test_figures_are_means_over_the_questions_that_have_documents_to_judge() -> None:
    found = figures(SCORES)
    assert found["questions"] == 6
    assert found["channels"]["fused"]["hit@1"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["channels"]["fused"]["hit@5"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["channels"]["fused"]["mrr@10"] == pytest.approx((1 + 1 / 2 + 1 / 6) / 3, abs=1e-4)
    assert found["channels"]["dense"]["recall@100"] == 0


def test_kinds_sources_and_parts_tell_how_many_they_are() -> None:
    found = figures(SCORES)
    assert {kind: row["n"] for kind, row in found["by_kind"].items()} == {"lexical": 1, "negation": 2}
    assert found["by_kind"]["negation"]["hit@5"] == 0.5
    assert found["by_source"]["own"]["n"] == found["by_part"]["dev"]["n"] == 3
    assert found["channels_by_kind"]["negation"]["dense"]["hit@5"] == 0


def test_every_figure_has_an_interval_around_it() -> None:
    found = figures(SCORES)
    pairs = [
        (row[measure], found["intervals"][group][name][measure])
        for group in ("channels", "by_kind", "by_source", "by_part")
        for name, row in found[group].items()
        for measure in measures.MEASURES
    ]
    assert len(pairs) == 5 * (3 + 2 + 1 + 1)
    assert all(low <= mean <= high for mean, (low, high) in pairs)


def test_a_miss_is_a_question_whose_first_five_documents_are_all_wrong() -> None:
    (miss,) = figures(SCORES)["misses"]
    assert (miss["id"], miss["relevant"], miss["ranks"]) == ("3", ["a"], {"lexical": 6, "dense": None, "fused": 6})


def test_answers_and_questions_without_an_answer_are_counted_apart() -> None:
    found = figures(SCORES)
    assert found["answers"] == {"exact": 0.5, "f1": 0.75, "unknown_correct": 1.0, "n": 3, "n_unknown": 1}
    assert found["intervals"]["answers"]["exact"] == [0, 1]
    assert found["answers_by_kind"]["host"]["n"] == 3


def test_the_time_of_a_channel_has_the_analysis_in_it() -> None:
    found = figures(SCORES)
    assert found["channels"]["lexical"]["p50_ms"] == 1 + 4
    assert found["channels"]["fused"]["p95_ms"] == 6 + 5
    assert found["latency"]["embedding"] == {"p50_ms": 2, "p95_ms": 2}
    assert list(found["latency"]) == ["analysis", "lexical", "dense", "embedding", "total"]


def test_only_answers_or_only_documents_leave_the_other_empty() -> None:
    assert figures(SCORES[3:])["channels"] == {}
    assert figures(SCORES[:3])["answers"] == {}


def test_scores_come_back_from_a_file_of_figures(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(figures(SCORES)))
    back = read_scores(path)
    assert [score.judged for score in back] == [score.judged for score in SCORES]
    assert [score.answer for score in back] == [score.answer for score in SCORES]
    assert back[2].channels["fused"].values == SCORES[2].channels["fused"].values
    assert back[2].missed
    kept, whole = figures(back), figures(SCORES)
    assert kept["intervals"] == whole["intervals"]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"questions": 3}', '{"per_question": [{"id": "1"}]}', '{"per_question": 3}']
)
def test_another_file_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(QuestionError, match=r"other\.json är inte mätvärden .* Gör om filen"):
        read_scores(path)
