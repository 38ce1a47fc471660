"""Compiled labels on disk: analysing some ten thousand names takes seconds, reading them back does not."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels, compile_labels
from ingest.language import Pipeline
from ontology.iris import digest

_FORMAT = "labels-1"


def cached_labels(folder: Path, vocabulary: Vocabulary, pipeline: Pipeline) -> Labels:
    """The compiled labels of a vocabulary, made once for each vocabulary and pipeline; a file that is no good is made
    again."""
    path = folder / f"{_FORMAT}-{digest(vocabulary.identity, pipeline.identity)}.json"
    try:
        return labels_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        labels = compile_labels(vocabulary, pipeline)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(labels_to_json(labels), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
    return labels


def labels_to_json(labels: Labels) -> dict[str, Any]:
    """As JSON values."""
    return {
        "by_lemmas": [[list(key), list(concepts)] for key, concepts in labels.by_lemmas.items()],
        "by_capitals": {key: list(concepts) for key, concepts in labels.by_capitals.items()},
        "by_code": {key: list(concepts) for key, concepts in labels.by_code.items()},
        "compound_heads": sorted(labels.compound_heads),
        "longest": labels.longest,
    }


def labels_from_json(stored: Mapping[str, Any]) -> Labels:
    """Back from JSON values. Raises KeyError, TypeError or ValueError for what is none."""
    return Labels(
        by_lemmas={tuple(key): tuple(concepts) for key, concepts in stored["by_lemmas"]},
        by_capitals={key: tuple(concepts) for key, concepts in stored["by_capitals"].items()},
        by_code={key: tuple(concepts) for key, concepts in stored["by_code"].items()},
        compound_heads=frozenset(stored["compound_heads"]),
        longest=int(stored["longest"]),
    )
