"""Compiled labels on disk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graph.vocabulary import Vocabulary
from ingest.finding import labelcache
from ingest.finding.labelcache import cached_labels, labels_from_json, labels_to_json
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline
from ontology.model import Concept


def vocabulary(*labels: str) -> Vocabulary:
    return Vocabulary({f"x:{label}": Concept(f"x:{label}", "condition", label) for label in labels})


SMALL = vocabulary("depression", "svår oro", "ADHD")


@dataclass
class Compiler:
    """Compiles labels and counts how often."""

    made: list[Vocabulary] = field(default_factory=list)

    def __call__(self, vocabulary: Vocabulary, pipeline: Pipeline) -> Labels:
        self.made.append(vocabulary)
        return compile_labels(vocabulary, pipeline)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    found = Compiler()
    monkeypatch.setattr(labelcache, "compile_labels", found)
    return found


@pytest.fixture
def pipeline(tools: tuple[Pipeline, Labels]) -> Pipeline:
    return tools[0]


def files_in(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir())


def test_labels_are_made_once(tmp_path: Path, pipeline: Pipeline, compiler: Compiler) -> None:
    first = cached_labels(tmp_path / "new", SMALL, pipeline)
    again = cached_labels(tmp_path / "new", SMALL, pipeline)
    assert first == again == compile_labels(SMALL, pipeline)
    assert len(compiler.made) == len(files_in(tmp_path / "new")) == 1


def test_another_vocabulary_has_another_file(tmp_path: Path, pipeline: Pipeline, compiler: Compiler) -> None:
    other = vocabulary("depression", "svår oro")
    assert cached_labels(tmp_path, SMALL, pipeline) != cached_labels(tmp_path, other, pipeline)
    assert cached_labels(tmp_path, SMALL, pipeline) == compile_labels(SMALL, pipeline)
    assert compiler.made == [SMALL, other]
    assert len(files_in(tmp_path)) == 2


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"by_lemmas": 1}', b"null"],
    ids=["empty", "cut", "no text", "a list", "no labels", "wrong sort", "null"],
)
def test_a_file_that_is_no_good_is_made_again(
    tmp_path: Path, pipeline: Pipeline, compiler: Compiler, damage: bytes
) -> None:
    good = cached_labels(tmp_path, SMALL, pipeline)
    (path,) = files_in(tmp_path)
    path.write_bytes(damage)
    assert cached_labels(tmp_path, SMALL, pipeline) == good
    assert labels_from_json(json.loads(path.read_text(encoding="utf-8"))) == good
    assert len(compiler.made) == 2
    assert files_in(tmp_path) == [path]


def test_labels_survive_json(tools: tuple[Pipeline, Labels]) -> None:
    _, labels = tools
    assert len(labels.by_lemmas) > 1000
    assert labels_from_json(json.loads(json.dumps(labels_to_json(labels)))) == labels
