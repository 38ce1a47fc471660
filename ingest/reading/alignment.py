"""Where the characters of a changed text stand in the text it was made from.

A map is a row of runs (`ontology.model.SourceRun`), in order on both sides. Every step from a file to a document's text
makes one: finding the blocks in the source, mending them, laying them out. `through` makes one map of two.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ontology.model import SourceMap, SourceRun


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters start..end of a text give way to others."""

    start: int
    end: int
    replacement: str


def to_source(source_map: SourceMap, start: int, end: int) -> tuple[int, int] | None:
    """The span of the source that a span of the text comes from, the smallest that holds all of it.

    What was put in by repair counts for nothing; None when nothing else is there.

    >>> to_source(SourceMap((SourceRun(0, 3, 10, 13), SourceRun(3, 6, 15, 18))), 2, 4)
    (12, 16)
    """
    return span_of(source_map.runs, start, end)


def span_of(runs: Sequence[SourceRun], start: int, end: int) -> tuple[int, int] | None:
    """As `to_source`, of bare runs."""
    first = bisect_right(runs, start, key=_end)
    last = bisect_right(runs, end - 1, key=_start) - 1
    if start >= end or first > last:
        return None
    return _place(runs[first], start, end)[0], _place(runs[last], start, end)[1]


def whole(length: int) -> tuple[SourceRun, ...]:
    """The map of a text to itself."""
    return (SourceRun(0, length, 0, length),) if length else ()


def edited(text: str, edits: Sequence[Edit]) -> tuple[str, tuple[SourceRun, ...]]:
    """Make edits, which are in order and do not overlap: the new text, and its map to the old one."""
    pieces: list[str] = []
    runs: list[SourceRun] = []
    place = length = 0
    for edit in edits:
        kept = text[place : edit.start]
        runs.append(SourceRun(length, length + len(kept), place, edit.start))
        length += len(kept)
        is_one = len(edit.replacement) == edit.end - edit.start == 1
        runs.append(SourceRun(length, length + len(edit.replacement), edit.start, edit.end, is_one))
        length += len(edit.replacement)
        pieces += (kept, edit.replacement)
        place = edit.end
    runs.append(SourceRun(length, length + len(text) - place, place, len(text)))
    return "".join((*pieces, text[place:])), joined(runs)


def through(inner: Sequence[SourceRun], outer: Sequence[SourceRun]) -> tuple[SourceRun, ...]:
    """One map of two: `inner` leads from a text to a middle one, `outer` from there to the source."""
    return joined(_through(inner, outer))


def moved(runs: Iterable[SourceRun], by: int, source_by: int = 0) -> Iterator[SourceRun]:
    """The same map of a text that stands so much later in a longer one, and likewise its source."""
    for run in runs:
        yield replace(
            run,
            start=run.start + by,
            end=run.end + by,
            source_start=run.source_start + source_by,
            source_end=run.source_end + source_by,
        )


def joined(runs: Iterable[SourceRun]) -> tuple[SourceRun, ...]:
    """The same map in as few runs as there can be: none empty, and neighbours that go one for one made one."""
    found: list[SourceRun] = []
    for run in runs:
        if run.start == run.end or run.source_start == run.source_end:
            continue
        last = found[-1] if found else None
        if last and last.exact and run.exact and (last.end, last.source_end) == (run.start, run.source_start):
            found[-1] = SourceRun(last.start, run.end, last.source_start, run.source_end)
        else:
            found.append(run)
    return tuple(found)


def _through(inner: Sequence[SourceRun], outer: Sequence[SourceRun]) -> Iterator[SourceRun]:
    for run in inner:
        if not run.exact:
            if span := span_of(outer, run.source_start, run.source_end):
                yield SourceRun(run.start, run.end, *span, exact=False)
            continue
        place = bisect_right(outer, run.source_start, key=_end)
        while place < len(outer) and outer[place].start < run.source_end:
            there = outer[place]
            start, end = max(there.start, run.source_start), min(there.end, run.source_end)
            back = run.start - run.source_start
            yield SourceRun(start + back, end + back, *_place(there, start, end), there.exact)
            place += 1


def _place(run: SourceRun, start: int, end: int) -> tuple[int, int]:
    """Where the part of a run that lies within start..end stands in the source."""
    if not run.exact:
        return run.source_start, run.source_end
    forward = run.source_start - run.start
    return max(start, run.start) + forward, min(end, run.end) + forward


def _start(run: SourceRun) -> int:
    return run.start


def _end(run: SourceRun) -> int:
    return run.end
