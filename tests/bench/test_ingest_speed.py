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
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    figures = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": sum(one.ru_utime + one.ru_stime for one in used),
        "peaks_kib": [one.ru_maxrss for one in used],
    }
    print(json.dumps(figures), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command printed, its time and its processors' time, and the peak memory of it and of the largest below."""

    output: dict[str, Any]
    seconds: float
    cpu_seconds: float
    own_mb: float
    worker_mb: float


def measured(environment: dict[str, str], *arguments: str) -> Measured:
    command = [sys.executable, "-c", _MEASURED, *arguments, "--json"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    figures = json.loads(done.stderr.splitlines()[-1])
    own, worker = (kib * 1024 / 1e6 for kib in figures["peaks_kib"])
    return Measured(json.loads(done.stdout), figures["seconds"], figures["cpu_seconds"], own, worker)


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
            "VIPGRAF_MODELS": str(models),
            "VIPGRAF_MODEL": "bundled",
        }
        first = measured(environment, "ingest", *arguments, "--jobs", str(jobs))
        again = measured(environment, "ingest", *arguments, "--jobs", str(jobs))
        found = first.output
        print(
            f"{title}: {len(found['added'])} taken in, {len(found['refused'])} refused in {first.seconds:.1f} s, "
            f"{1000 * first.cpu_seconds / number:.1f} ms of a processor a document; "
            f"{found['passages'] / first.seconds:.0f} passages/s, "
            f"{found['words'] / first.cpu_seconds:.0f} words/s for each core; peak memory {first.own_mb:.0f} MB "
            f"(the run) and {first.worker_mb:.0f} MB (its largest worker); again, unchanged: {again.seconds:.1f} s"
        )
        if embeds:
            published = measured(environment, "publish")
            print(
                f"    publish with embedding: {published.seconds:.1f} s ({published.cpu_seconds:.0f} s of processors), "
                f"{found['passages'] / published.seconds:.0f} passages/s, peak memory {published.own_mb:.0f} MB"
            )
