import pytest

from search.expected import AnswerKind, answer_kinds, expected_kind, showing, shown_kinds


@pytest.mark.parametrize("kind", answer_kinds(), ids=lambda kind: kind.name)
def test_a_kind_is_found_in_its_own_questions_and_answers(kind: AnswerKind) -> None:
    assert kind.examples
    for question, answer in kind.examples:
        assert expected_kind(question) == kind
        assert showing(kind, shown_kinds([answer, "Gruppen samverkar."])).tolist() == [True, False]


def test_a_question_that_asks_for_no_kind_expects_none() -> None:
    assert expected_kind("stöd till närstående") is None
    assert showing(None, shown_kinds(["Ja, i två år."])).tolist() == [False]
