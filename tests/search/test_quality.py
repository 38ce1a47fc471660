"""The marks that search has to reach on the real documents, with the real model."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from api import wiring
from api.settings import Settings
from graph.store import open_working
from ingest import run
from ingest.sources import discover
from search.evaluation import measure
from search.figures import figures
from search.judgements import read_questions
from tests.search.conftest import keep_vectors


def measured(deployment: Settings, data: Path, shared: Path, folder: str, questions: str) -> dict[str, Any]:
    settings = dataclasses.replace(deployment, data=data, model="bundled")
    keep_vectors(settings)
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([str(shared / "documents" / folder)], shared / "documents" / "index.tsv")
        report = run.ingest(store, discovery, workshop, jobs=2, prune=False, advance=lambda _done, _total: None)
        assert report.refused == ()
        release, _ = wiring.publish(store, settings, print, lambda _done, _total: None)
    engine = wiring.open_engine(release, settings, print)
    return figures(measure(engine, read_questions(shared / "evaluation" / questions)))


@pytest.fixture(scope="module")
def marks(deployment: Settings, tmp_path_factory: pytest.TempPathFactory, shared: Path) -> dict[str, Any]:
    return measured(deployment, tmp_path_factory.mktemp("real"), shared, ".", "documents_dev.jsonl")


@pytest.mark.slow
def test_marks_on_the_real_documents(marks: dict[str, Any]) -> None:
    channels = marks["channels"]
    assert marks["questions"] == 41
    assert channels["fused"]["ndcg@10"] >= 0.93
    assert channels["fused"]["hit@5"] >= 0.97
    assert marks["by_kind"]["paraphrase"]["hit@5"] >= 0.93
    for channel in ("lexical", "dense", "graph"):
        assert channels["fused"]["ndcg@10"] >= channels[channel]["ndcg@10"]
    for channel in ("lexical", "graph"):
        assert channels["fused"]["hit@5"] >= channels[channel]["hit@5"]


@pytest.mark.slow
def test_fusing_loses_no_answer_of_the_dense_channel(marks: dict[str, Any]) -> None:
    assert marks["channels"]["fused"]["hit@5"] >= marks["channels"]["dense"]["hit@5"]


@pytest.mark.slow
def test_marks_on_the_documents_of_knowledge_governance(deployment: Settings, tmp_path: Path, shared: Path) -> None:
    found = measured(deployment, tmp_path, shared, "kunskapsstyrning", "kunskapsstyrning_dev.jsonl")
    assert found["questions"] == 10
    assert found["channels"]["fused"]["hit@5"] == 1
    assert found["channels"]["fused"]["hit@1"] >= 0.7
