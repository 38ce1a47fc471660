"""Where the time of a question goes, and what memory a server takes, at 300, 10,000 and 100,000 passages: printed.

The passages are those of the shared documents, copied as often as needed: each copy is a document of its own with all
that the graph says of it, its text ends in a number of its own, and its vectors are those of the original, moved a
little. So the lists, the graph and the vectors are as large as they would be, and only the embedding of the copies,
hours of it, is spared; questions are embedded by the real model. `VIPGRAF_BENCH_PASSAGES` may name other sizes.
"""

import json
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest
from threadpoolctl import threadpool_limits

from api import wiring
from api.settings import Settings, read_settings
from graph import release
from graph.store import open_release, open_working
from graph.vocabulary import load_vocabulary
from ingest import run
from ingest.finding.mentions import compile_labels
from ingest.sources import discover
from search import index
from search.engine import Engine
from search.judgements import read_questions
from search.timing import Stopwatch
from search.types import Encoder, Question, Vectors

SEED = 20261122
_NUMBER = re.compile(r" \(Nr \d+\.\)")
_DOCUMENTS_AT_ONCE = 5000


class MovedEncoder:
    """The real encoder for questions; a copied passage has the vector of its original, moved by some noise."""

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self._known: dict[str, Vectors] = {}
        self.identity = f"moved {real.identity}"
        self.dimension = real.dimension
        self.took = 0.0
        """Milliseconds that the last question took."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        watch = Stopwatch()
        with watch.part("embedding"):
            vectors = self._real.encode_questions(texts)
        self.took = watch.milliseconds["embedding"]
        return vectors

    def encode_passages(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Vectors:
        originals = [_NUMBER.sub("", text) for text in texts]
        if missing := sorted({*originals} - self._known.keys()):
            self._known.update(zip(missing, self._real.encode_passages(missing), strict=True))
        chance = np.random.default_rng(random.Random("".join(texts)).randrange(2**32))
        moved = np.array([self._known[text] for text in originals])
        moved = moved + chance.normal(0, 0.02 / moved.shape[1] ** 0.5, moved.shape)
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def copies(store: ox.Store, times: int) -> Iterator[bytes]:
    """The documents of a store so many times more, as N-Quads."""
    number = 0
    for graph in [graph for graph in store.named_graphs() if "/graph/document/" in graph.value]:
        name = graph.value.rpartition("/")[2]
        quads = ox.serialize(store.quads_for_pattern(None, None, None, graph), format=ox.RdfFormat.N_QUADS) or b""
        lines = re.sub(rf"(?<=/){re.escape(name)}(?=[>/])", "\0", quads.decode())
        lines = lines.replace(f'identifier> "{name}"', 'identifier> "\0"')
        lines = re.sub(r'(ontology/text> "[^\n]*)("(?:@sv)? <[^\n]*> \.\n)', "\\1 (Nr \1.)\\2", lines)
        for copy in range(times):
            number += 1
            yield lines.replace("\0", f"{name}-kopia{copy}").replace("\1", str(number)).encode()


def chunks(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Several parts at a time."""
    held: list[bytes] = []
    for part in parts:
        held.append(part)
        if len(held) == size:
            yield b"".join(held)
            held = []
    yield b"".join(held)


def build(settings: Settings, documents: Path, passages: int) -> int:
    """Publish a release of at least so many passages; returns how many it has."""
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([str(documents)], documents / "index.tsv")
        first = run.ingest(store, discovery, workshop, jobs=2, prune=False, advance=lambda _done, _total: None).passages
        for chunk in chunks(copies(store, max(0, -(-passages // first) - 1)), _DOCUMENTS_AT_ONCE):
            store.bulk_load(chunk, ox.RdfFormat.N_QUADS)
        vocabulary = load_vocabulary(store)
        pipeline, real = wiring.open_language(vocabulary, settings, print)
        encoder = MovedEncoder(real)

        def make_index(snapshot: ox.Store, folder: Path) -> dict[str, object]:
            cache = settings.data / "cache" / "vectors.sqlite"
            return index.build_index(
                snapshot, folder, pipeline=pipeline, encoder=encoder, vocabulary=vocabulary,
                labels=compile_labels(vocabulary, pipeline), vector_cache=cache, advance=lambda _done, _total: None,
            )  # fmt: skip

        made, _ = release.make_release(
            store, settings.data, base_iri=settings.base_iri, version="bench",
            index_identity=index.identity(pipeline, encoder), build_index=make_index,
        )  # fmt: skip
    return int(made.manifest.index["passages"])


def measure(settings: Settings, questions: Sequence[str]) -> dict[str, object]:
    """The parts of the warm questions in milliseconds, and memory in MB: runs in a process of its own."""
    threadpool_limits(limits=1, user_api="blas")  # as `wiring.open_engine` has it
    served = release.current(settings.data)
    store = open_release(served.graph_path)
    vocabulary = load_vocabulary(store)
    pipeline, real = wiring.open_language(vocabulary, settings, print)
    encoder = MovedEncoder(real)
    engine = Engine(served, store, vocabulary, pipeline, encoder)
    wiring.freeze_heap()  # as a server does
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for counted in (False, True):
        for question in questions:
            watch = Stopwatch()
            engine.search(Question(question), watch)
            took = dict(watch.milliseconds)
            took["dense"] -= encoder.took
            if counted:
                for part, milliseconds in {**took, "embedding": encoder.took, "all but it": sum(took.values())}.items():
                    parts[part].append(milliseconds)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    memory = {name: int(status[name].split()[0]) / 1000 for name in ("VmHWM", "VmRSS", "RssAnon")}
    return {"parts": parts, "memory": memory}


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@pytest.mark.bench
@pytest.mark.timeout(0)
def test_where_the_time_goes_for_few_and_for_many(deployment: Settings, shared: Path, tmp_path: Path) -> None:
    sizes = [int(size) for size in os.environ.get("VIPGRAF_BENCH_PASSAGES", "300,10000,100000").split(",")]
    keep = Path(os.environ.get("VIPGRAF_BENCH_KEEP") or tmp_path)
    models = os.environ.get("VIPGRAF_TEST_MODELS") or str(deployment.models)
    for size in sizes:
        environment = {"VIPGRAF_DATA": str(keep / f"data-{size}"), "VIPGRAF_MODELS": models, "VIPGRAF_MODEL": "bundled"}
        settings = read_settings(environment)
        if not (settings.data / "current").exists():
            build(settings, shared / "documents", size)
        done = subprocess.run(
            [sys.executable, __file__, str(shared / "evaluation" / "documents_dev.jsonl")],
            env=os.environ | environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = json.loads(done.stdout.splitlines()[-1])
        print(f"\n{release.current(settings.data).manifest.index['passages']} passages, load {os.getloadavg()[0]:.1f}")
        for part, times in found["parts"].items():
            print(f"    {part:18} p50 {quantile(times, 0.5):7.2f} ms   p95 {quantile(times, 0.95):7.2f} ms")
        print("    memory " + ", ".join(f"{name} {value:.0f} MB" for name, value in found["memory"].items()))


if __name__ == "__main__":
    asked = [judged.query for judged in read_questions(Path(sys.argv[1]))]
    print(json.dumps(measure(read_settings(dict(os.environ)), asked)))
