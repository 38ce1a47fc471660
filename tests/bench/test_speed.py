"""Figures of speed, printed and never asserted: `make bench`."""

import dataclasses
import time
from pathlib import Path

import pytest

from api import wiring
from api.settings import Settings
from graph.store import open_working
from ingest import run
from ingest.lexicon import Lexicon
from ingest.reading.repair import repair
from ingest.reading.spelling import LexiconSpelling
from ingest.sources import discover
from search.judgements import read_questions
from search.types import Question


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@pytest.mark.bench
def test_speed_of_mending_real_text(lexicon: Lexicon, shared: Path) -> None:
    spelling = LexiconSpelling(lexicon)
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "documents").rglob("*.txt"))]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    megabytes = sum(len(line.encode()) for line in lines) / 1e6
    started = time.perf_counter()
    for line in lines:
        repair(line, spelling)
    print(f"\nmending: {megabytes:.1f} MB, {megabytes / (time.perf_counter() - started):.1f} MB/s")


@pytest.mark.bench
def test_speed_of_the_main_job(deployment: Settings, tmp_path: Path, shared: Path) -> None:
    settings = dataclasses.replace(deployment, data=tmp_path, model="bundled")
    discovery = discover([str(shared / "documents")], shared / "documents" / "index.tsv")
    with open_working(settings.graph) as store:
        for attempt in ("first", "second"):
            started = time.perf_counter()
            workshop = wiring.make_workshop(store, settings, print)
            report = run.ingest(store, discovery, workshop, jobs=2, prune=False, advance=lambda _done, _total: None)
            seconds = time.perf_counter() - started
            print(f"\n{attempt} ingest: {len(report.added)} documents, {report.passages} passages, {seconds:.1f} s")
        started = time.perf_counter()
        release, _ = wiring.publish(store, settings, print, lambda _done, _total: None)
        print(f"publish: {time.perf_counter() - started:.1f} s, {release.manifest.index['vectors']} vectors")
    started = time.perf_counter()
    engine = wiring.open_engine(release, settings, print)
    print(f"open engine: {time.perf_counter() - started:.2f} s")
    paths = [shared / "evaluation" / name for name in ("documents_dev.jsonl", "kunskapsstyrning_dev.jsonl")]
    questions = [judged.query for path in paths for judged in read_questions(path)]
    times: list[float] = []
    for _ in range(2):
        times = []
        for question in questions:
            started = time.perf_counter()
            engine.search(Question(question))
            times.append((time.perf_counter() - started) * 1000)
    print(f"search, {len(questions)} questions: p50 {quantile(times, 0.5):.0f} ms, p95 {quantile(times, 0.95):.0f} ms")
