from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.alignment import Edit, edited, joined, moved, span_of, through, to_source, whole
from ontology.model import SourceMap, SourceRun

TEXTS = st.text("abcå –\n", max_size=30)


@st.composite
def edits(draw: st.DrawFn, length: int) -> list[Edit]:
    places = sorted(draw(st.lists(st.integers(0, length), max_size=8, unique=True)))
    return [Edit(start, end, draw(st.text("xyz", max_size=3))) for start, end in list(pairwise(places))[::2]]


def apply(text: str, changes: list[Edit]) -> str:
    for edit in reversed(changes):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def test_a_span_leads_to_the_smallest_span_of_the_source_that_holds_it() -> None:
    there = SourceMap((SourceRun(0, 3, 10, 13), SourceRun(3, 5, 13, 14, exact=False), SourceRun(6, 9, 20, 23)))
    assert to_source(there, 1, 2) == (11, 12)
    assert to_source(there, 4, 5) == (13, 14)  # the second letter of a ligature
    assert to_source(there, 2, 7) == (12, 21)


def test_what_repair_put_in_has_no_place() -> None:
    there = SourceMap((SourceRun(0, 3, 0, 3), SourceRun(4, 6, 3, 5)))
    assert to_source(there, 3, 4) is None
    assert to_source(there, 2, 4) == (2, 3)
    assert to_source(there, 2, 2) is None
    assert to_source(SourceMap(), 0, 5) is None
    assert to_source(there, 6, 9) is None


def test_edits_give_the_new_text_and_its_map() -> None:
    text, runs = edited("nor-malt  (ﬁ)", [Edit(3, 4, ""), Edit(8, 10, " "), Edit(11, 12, "fi")])
    assert text == "normalt (fi)"
    assert [("normalt (fi)"[run.start : run.end], run.source_start, run.source_end) for run in runs] == [
        ("nor", 0, 3),
        ("malt", 4, 8),
        (" ", 8, 10),
        ("(", 10, 11),
        ("fi", 11, 12),
        (")", 12, 13),
    ]


def test_a_replacement_of_the_same_length_divides_no_run() -> None:
    assert edited("a\u00a0b", [Edit(1, 2, " ")])[1] == whole(3)


@given(st.data(), TEXTS)
def test_two_rounds_of_edits_lead_back_to_the_first_text(data: st.DataObject, source: str) -> None:
    first = data.draw(edits(len(source)))
    middle, outer = edited(source, first)
    assert middle == apply(source, first)
    text, inner = edited(middle, data.draw(edits(len(middle))))
    runs = through(inner, outer)
    for run in runs:
        assert 0 <= run.start < run.end <= len(text)
        assert 0 <= run.source_start < run.source_end <= len(source)
    assert all(run.end <= after.start and run.source_end <= after.source_end for run, after in pairwise(runs))
    for place, letter in enumerate(text):
        span = span_of(runs, place, place + 1)
        if letter not in "xyz":  # not put in
            assert span is not None
            assert letter in source[slice(*span)]


@given(TEXTS)
def test_the_map_of_an_unchanged_text_is_one_run(text: str) -> None:
    assert edited(text, []) == (text, whole(len(text)))
    assert through(whole(len(text)), whole(len(text))) == whole(len(text))


def test_neighbours_that_go_one_for_one_are_joined() -> None:
    assert joined([SourceRun(0, 2, 5, 7), SourceRun(2, 2, 7, 9), SourceRun(2, 4, 7, 9)]) == (SourceRun(0, 4, 5, 9),)
    apart = (SourceRun(0, 2, 5, 7), SourceRun(2, 4, 8, 10))
    assert joined(apart) == apart
    assert tuple(moved(apart, 10, 1)) == (SourceRun(10, 12, 6, 8), SourceRun(12, 14, 9, 11))


@pytest.mark.slow
def test_maps_of_many_runs_are_put_together_in_proportion_to_their_number() -> None:
    text = "ab-cd " * 100_000
    changes = [Edit(place + 2, place + 3, "") for place in range(0, len(text), 6)]
    changed, runs = edited(text, changes)
    assert len(runs) == 100_001
    assert len(through(whole(len(changed)), runs)) == 100_001
