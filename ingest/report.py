"""What the documents of a run gave, summed → the report of the run: a frozen value that knows no way to show itself."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graph.validation import Violation
from ingest.pipeline import Statements
from ingest.sources import Refusal
from ontology.model import Direction
from ontology.privacy import redact

MAX_EXAMPLES = 3
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAX_WORDS = 120
"""Characters of a heading or a quote that an example shows."""


@dataclass(frozen=True, slots=True)
class Example:
    """One place that a warning is about."""

    document: str
    words: str
    """The heading, the quote or the title that it is about."""


@dataclass(frozen=True, slots=True)
class ShapeWarnings:
    """All that one shape has told, in Swedish, of the documents of a run."""

    shape: str
    message: str
    count: int
    documents: int
    examples: tuple[Example, ...]
    """The first in each of some documents."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How often recommendations of one direction join a condition and an intervention (IRIs)."""

    direction: Direction
    condition: str
    intervention: str
    count: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did, by document, and what it found in the documents that it read; the unchanged were not read."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    refused: tuple[Refusal, ...]
    remembered: tuple[str, ...]
    """Those of the refused that were not tried again, since neither they nor the rules have changed."""
    counts: Mapping[str, int]
    """By the keys of `ingest.finding.counts`."""
    warnings: tuple[ShapeWarnings, ...]
    """The most frequent first."""
    seconds: float
    ended: datetime
    interrupted: bool = False
    """Whether the run was asked to stop before it was done: documents may be left."""

    @property
    def changes(self) -> int:
        """How many documents the graph has gained, lost or has anew."""
        return len(self.added) + len(self.changed) + len(self.removed)

    @property
    def read(self) -> int:
        """How many documents were read and taken in."""
        return len(self.added) + len(self.changed)

    @property
    def passages(self) -> int:
        """Passages of the documents that were read."""
        return self.counts.get("passages", 0)

    @property
    def mentions(self) -> int:
        """Mentions in them."""
        return self.counts.get("mentions", 0)

    @property
    def words(self) -> int:
        """Words in them."""
        return self.counts.get("words", 0)

    @property
    def passages_per_second(self) -> float:
        """Speed of the whole run."""
        return self.passages / self.seconds if self.seconds else 0.0

    def group(self, name: str) -> dict[str, int]:
        """Counts of one sort by what follows its name, the most frequent first: `group("mentions")["condition"]`."""
        start = f"{name}:"
        found = {key.removeprefix(start): count for key, count in self.counts.items() if key.startswith(start)}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def pairs(self) -> tuple[Pair, ...]:
        """What recommendations join, the most frequent first."""
        return tuple(_pair(key, count) for key, count in self.group("pairs").items())


@dataclass(slots=True)
class Tally:
    """What has been found so far in a run."""

    counts: Counter[str] = field(default_factory=Counter)
    _warnings: dict[str, ShapeWarnings] = field(default_factory=dict)

    def add(self, statements: Statements) -> None:
        """Count what one document gave."""
        self.counts.update(statements.counts)
        by_shape: dict[str, list[Violation]] = {}
        for warning in statements.warnings:
            by_shape.setdefault(warning.shape, []).append(warning)
        for shape, warnings in by_shape.items():
            told = self._warnings.get(shape, ShapeWarnings(shape, warnings[0].message, 0, 0, ()))
            example = Example(statements.identifier, _short(printable(warnings[0].words)))
            self._warnings[shape] = ShapeWarnings(
                shape=shape,
                message=told.message,
                count=told.count + len(warnings),
                documents=told.documents + 1,
                examples=(*told.examples, example)[:MAX_EXAMPLES],
            )

    def warnings(self) -> tuple[ShapeWarnings, ...]:
        """By shape, the most frequent first."""
        return tuple(sorted(self._warnings.values(), key=lambda told: (-told.count, told.shape)))


def printable(text: str) -> str:
    """Text that can be shown anywhere: without control characters and identity numbers, which reasons may repeat."""
    return redact(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def in_order(identifiers: Sequence[str], order: Mapping[str, int]) -> tuple[str, ...]:
    """Identifiers as the sources were found, whatever order their documents were done in."""
    return tuple(sorted(identifiers, key=lambda identifier: order[identifier]))


def _pair(key: str, count: int) -> Pair:
    direction, _, joined = key.partition(":")
    condition, _, intervention = joined.partition("|")
    known: dict[str, Direction] = {"for": "for", "against": "against"}
    return Pair(known.get(direction, "neutral"), condition, intervention, count)


def _short(text: str) -> str:
    return text if len(text) <= _MAX_WORDS else f"{text[: _MAX_WORDS - 1].rstrip()}…"
