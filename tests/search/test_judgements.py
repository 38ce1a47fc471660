import json
from pathlib import Path

import pytest

from ontology.errors import QuestionError
from search.judgements import read_questions


def test_questions_are_read_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"id": "1", "query": "vad", "relevant": ["a"], "kind": "lexical"}) + "\n\n")
    (found,) = read_questions(path)
    assert (found.identifier, found.relevant, found.kind, found.source) == ("1", ("a",), "lexical", "")


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"query": "x"}', '{"query": "x", "relevant": []}', '{"query": 1, "relevant": ["a"]}']
)
def test_an_unusable_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "x", "relevant": ["a"]}\n' + line)
    with pytest.raises(QuestionError, match="rad 2"):
        read_questions(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="går inte att läsa"):
        read_questions(tmp_path / "none.jsonl")
