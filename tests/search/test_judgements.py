import json
from pathlib import Path

import pytest

from ontology.errors import QuestionError
from search.judgements import read_all, read_questions


def written(folder: Path, name: str, *lines: object) -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def test_questions_are_read_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"id": "1", "query": "vad", "relevant": ["a"], "kind": "lexical"}) + "\n\n")
    (found,) = read_questions(path)
    assert (found.identifier, found.relevant, found.kind, found.source) == ("1", ("a",), "lexical", "")
    assert found.answer is None


def test_a_question_may_be_judged_by_its_answer_alone_and_have_a_time_and_filters(tmp_path: Path) -> None:
    line = {"query": "vem", "answer": [], "as_of": "2019", "filters": {"programme": ["adhd"]}, "part": "dev"}
    (found,) = read_questions(written(tmp_path, "q.jsonl", line))
    assert (found.relevant, found.answer, found.part) == ((), (), "dev")
    assert (found.question.as_of, found.question.filters) == ("2019", {"programme": ("adhd",)})


def test_a_question_without_a_name_is_named_by_its_place(tmp_path: Path) -> None:
    lines = [{"query": "a", "relevant": ["x"]}, {"query": "b", "relevant": ["x"]}]
    found = read_questions(written(tmp_path, "q.jsonl", *lines))
    assert [one.identifier for one in found] == ["q.jsonl:1", "q.jsonl:2"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"relevant": ["a"]}',
        '{"query": "x"}',
        '{"query": " ", "relevant": ["a"]}',
        '{"query": "x", "relevant": []}',
        '{"query": "x", "relevant": "a"}',
        '{"query": "x", "answer": "a"}',
        '{"query": 1, "relevant": ["a"]}',
        '{"query": "x", "relevant": ["a"], "as_of": "i fjol"}',
        '{"query": "x", "relevant": ["a"], "filters": ["adhd"]}',
        '{"query": "x", "relevant": ["a"], "filters": {"programme": "adhd"}}',
    ],
)
def test_an_unusable_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "x", "relevant": ["a"]}\n' + line)
    with pytest.raises(QuestionError, match=r"q\.jsonl, rad 2"):
        read_questions(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="går inte att läsa"):
        read_questions(tmp_path / "none.jsonl")


def test_a_question_that_comes_twice_is_refused_by_its_place(tmp_path: Path) -> None:
    line = {"id": "1", "query": "vad", "relevant": ["a"]}
    one, other = written(tmp_path, "one.jsonl", line), written(tmp_path, "other.jsonl", line)
    assert len(read_all([one])) == 1
    with pytest.raises(QuestionError, match=r"other\.jsonl, rad 1: frågan 1 finns redan"):
        read_all([one, other])


def test_equal_names_in_two_files_are_two_questions(tmp_path: Path) -> None:
    lines = [{"id": "1", "query": query, "relevant": ["a"]} for query in ("vad", "vem")]
    assert len(read_all([written(tmp_path, f"{n}.jsonl", line) for n, line in enumerate(lines)])) == 2
