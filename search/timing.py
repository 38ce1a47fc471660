"""Where the time of one question goes: named parts → milliseconds. A part that comes twice is summed."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Stopwatch:
    """Takes the time of parts of one question. One question, one watch."""

    def __init__(self) -> None:
        self._parts: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of the block to a part."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._parts[name] += (time.perf_counter() - started) * 1000

    @property
    def milliseconds(self) -> Mapping[str, float]:
        """Of each part, in the order in which they first ended."""
        return dict(self._parts)
