"""How fast documents are taken in, what memory it takes, and whether both stay so for many: printed, never asserted.

`VIPGRAF_BENCH_DOCUMENTS` is how many varied copies the largest run has (2,000), `VIPGRAF_BENCH_JOBS` how many processes
(all cores), and `VIPGRAF_BENCH_EMBED=0` leaves out the embedding, which takes most of the time.
"""

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SEED = 20261122
_MEASURED = """
import json, resource, sys, time
from api.cli import cli
started = time.perf_counter()
try:
    cli(sys.argv[1:], standalone_mode=False)
finally:
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"seconds": time.perf_counter() - started, "peaks_kib": peaks}), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command printed, how long it took, and the peak memory of its process and of the largest below it."""

    output: dict[str, Any]
    seconds: float
    own_mb: float
    worker_mb: float


def measured(environment: dict[str, str], *arguments: str) -> Measured:
    command = [sys.executable, "-c", _MEASURED, *arguments, "--json"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    figures = json.loads(done.stderr.splitlines()[-1])
    own, worker = (kib * 1024 / 1e6 for kib in figures["peaks_kib"])
    return Measured(json.loads(done.stdout), figures["seconds"], own, worker)


def copies(source: Path, folder: Path, number: int) -> None:
    """Documents made by varying real ones: their paragraphs in another order, each with a number of its own."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.txt"))]
    assert len(texts) > 100
    chance = random.Random(SEED)
    for copy in range(number):
        title, *paragraphs = texts[copy % len(texts)].split("\n\n")
        chance.shuffle(paragraphs)
        varied = "\n\n".join(f"{text} (Nr {chance.randrange(10**6)}.)" for text in paragraphs)
        place = folder / f"{copy // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{copy:06}.txt").write_text(f"{title} {copy}\n\n{varied}\n", encoding="utf-8")


@pytest.mark.bench
def test_speed_and_memory_of_ingest_for_few_and_for_many(models: Path, shared: Path, tmp_path: Path) -> None:
    jobs = int(os.environ.get("VIPGRAF_BENCH_JOBS") or os.cpu_count() or 1)
    largest = int(os.environ.get("VIPGRAF_BENCH_DOCUMENTS") or 2000)
    embeds = os.environ.get("VIPGRAF_BENCH_EMBED") != "0"
    runs = {"211 real": ([str(shared / "documents"), "--index", str(shared / "documents" / "index.tsv")], 211)}
    for number in (largest // 4, largest):
        copies(shared / "documents", tmp_path / f"copies-{number}", number)
        runs[f"{number} copies"] = ([str(tmp_path / f"copies-{number}")], number)
    print(f"\n{jobs} processes, load of the machine at the start {os.getloadavg()[0]:.1f}")
    for title, (arguments, number) in runs.items():
        environment = {
            "VIPGRAF_DATA": str(tmp_path / f"data-{number}"),
            "VIPGRAF_MODELS": os.environ.get("VIPGRAF_TEST_MODELS") or str(models),
            "VIPGRAF_MODEL": "bundled",
        }
        first = measured(environment, "ingest", *arguments, "--jobs", str(jobs))
        again = measured(environment, "ingest", *arguments, "--jobs", str(jobs))
        found = first.output
        print(
            f"{title}: {len(found['added'])} taken in, {len(found['refused'])} refused in {first.seconds:.1f} s, "
            f"{1000 * first.seconds / number:.1f} ms a document; {found['passages'] / first.seconds:.0f} passages/s, "
            f"{found['words'] / first.seconds / jobs:.0f} words/s for each process; peak memory {first.own_mb:.0f} MB "
            f"(the run) and {first.worker_mb:.0f} MB (its largest worker); again, unchanged: {again.seconds:.1f} s"
        )
        if embeds:
            published = measured(environment, "publish")
            print(
                f"    publish with embedding: {published.seconds:.1f} s, "
                f"{found['passages'] / published.seconds:.0f} passages/s, peak memory {published.own_mb:.0f} MB"
            )
