"""Vectors by digest of model and text, kept between releases, so that only new passages are embedded."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from search.types import Encoder, Vectors

_BATCH = 64
"""Passages between two commits: what a killed run loses at most."""


def embed_passages(texts: Sequence[str], encoder: Encoder, path: Path, advance: Callable[[int, int], None]) -> Vectors:
    """Embed passages, (n, d), or take them from the cache at `path`; `advance(done, total)` is told of progress."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = [hashlib.sha256(f"{encoder.identity}\0{text}".encode()).digest() for text in texts]
    with closing(sqlite3.connect(path)) as cache:
        cache.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        known = {key for key in set(keys) if cache.execute("SELECT 1 FROM vector WHERE key = ?", (key,)).fetchone()}
        missing = sorted({(len(text), key, text) for key, text in zip(keys, texts, strict=True) if key not in known})
        advance(0, len(missing))
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = encoder.encode_passages([text for _, _, text in batch])
            rows = [(key, vector.astype("<f4").tobytes()) for (_, key, _), vector in zip(batch, vectors, strict=True)]
            with cache:
                cache.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
            advance(min(start + _BATCH, len(missing)), len(missing))
        found = np.zeros((len(keys), encoder.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            (value,) = cache.execute("SELECT value FROM vector WHERE key = ?", (key,)).fetchone()
            found[row] = np.frombuffer(value, dtype="<f4")
    return found
