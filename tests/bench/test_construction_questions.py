"""How well search does on somebody else's questions, of another field than care: printed, never asserted.

Swedish Construction FAQ by Zaragoza AB, CC BY 4.0: 503 questions on building in Sweden, each with its answer. Every
answer is a document, without title; a question is right when it finds its own. Of the few questions that are asked
twice, either answer is right. Nothing of care is in it, so the vocabulary helps little: it shows what words and meaning
do alone, where nobody tuned anything.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from api import evaluating
from api.cli import cli
from api.evaluation_printing import print_evaluation
from api.settings import Settings, read_settings

SOURCE = "zaragoza-construction-faq"
Pair = Mapping[str, str]
"""A question `q` and its answer `a`, by `id`, in a `category`."""


def write_documents(pairs: Sequence[Pair], folder: Path) -> Path:
    """One document an answer; returns the index that names them."""
    (folder / "documents").mkdir()
    rows = ["id\tfile"]
    for pair in pairs:
        (folder / "documents" / f"{pair['id']}.txt").write_text(pair["a"].strip() + "\n", encoding="utf-8")
        rows.append(f"{pair['id']}\tdocuments/{pair['id']}.txt")
    index = folder / "index.tsv"
    index.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return index


def write_questions(pairs: Sequence[Pair], folder: Path) -> Path:
    """All questions, judged, by category."""
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        asked[_same(pair["q"])].append(pair["id"])
    lines = [
        {"id": pair["id"], "query": pair["q"], "relevant": asked[_same(pair["q"])], "kind": pair["category"]}
        | {"source": SOURCE}
        for pair in pairs
    ]
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def _same(question: str) -> str:
    return " ".join(question.casefold().split())


@pytest.mark.bench
def test_figures_on_questions_about_building(deployment: Settings, tmp_path: Path) -> None:
    package = pytest.importorskip("zaragoza_construction_faq", reason="pip install zaragoza-construction-faq")
    pairs = package.load(lang="sv")
    index, questions = write_documents(pairs, tmp_path), write_questions(pairs, tmp_path)
    environment = {
        "VIPGRAF_DATA": str(tmp_path / "data"),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "bundled",
    }
    for arguments in (["ingest", str(tmp_path / "documents"), "--index", str(index)], ["publish"]):
        done = CliRunner().invoke(cli, arguments, env=environment)
        assert done.exit_code == 0, done.output
    found = evaluating.evaluate(read_settings(environment), [questions], print)
    assert found.figures["questions"] == len(pairs) > 400
    found.figures["misses"].clear()
    print(f"\n{SOURCE}, {len(pairs)} questions")
    print_evaluation(found)


def test_a_question_that_is_asked_twice_is_answered_by_either(tmp_path: Path) -> None:
    pairs = [
        {"id": "a", "q": "Vad är F-skatt?", "a": "Ett.", "category": "skatt"},
        {"id": "b", "q": "vad är  f-skatt?", "a": "Två.", "category": "skatt"},
        {"id": "c", "q": "Vad är ROT?", "a": "Tre.", "category": "skatt"},
    ]
    lines = [json.loads(line) for line in write_questions(pairs, tmp_path).read_text().splitlines()]
    assert [line["relevant"] for line in lines] == [["a", "b"], ["a", "b"], ["c"]]
    assert write_documents(pairs, tmp_path).read_text().splitlines()[1] == "a\tdocuments/a.txt"
    assert (tmp_path / "documents" / "b.txt").read_text() == "Två.\n"
