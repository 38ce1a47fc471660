import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import EXPECTED, REFERENCES, WEIGHTS, calibrate, fuse
from search.types import CHANNELS, Candidate, Channel

Lists = dict[Channel, tuple[Candidate, ...]]


def candidates(*strengths: float) -> tuple[Candidate, ...]:
    return tuple(Candidate(passage, 1.0, strength) for passage, strength in enumerate(strengths))


def order(lists: Lists, expected: set[int] | None = None) -> list[int]:
    return [fused.passage for fused in fuse(lists, expected or set())]


def test_every_contribution_is_kept_with_rank_and_score() -> None:
    lists: Lists = {
        "lexical": (Candidate(7, 12.0, 1.0, ("adhd",)),),
        "dense": (Candidate(3, 0.9, 3.0), Candidate(7, 0.8, 2.0)),
    }
    found = {fused.passage: fused for fused in fuse(lists)}
    assert set(found) == {3, 7}
    assert (found[7].contributions["lexical"].rank, found[7].contributions["lexical"].reasons) == (1, ("adhd",))
    assert (found[7].contributions["dense"].rank, found[7].contributions["dense"].score) == (2, 0.8)
    assert "graph" not in found[7].contributions


def test_a_passage_that_two_channels_propose_goes_before_one_that_one_does() -> None:
    lists: Lists = {
        "lexical": (Candidate(1, 5.0, 1.0), Candidate(2, 4.9, 0.98), Candidate(9, 0.0, 0.0)),
        "dense": (Candidate(3, 0.9, 3.0), Candidate(2, 0.89, 2.9), Candidate(9, 0.1, 1.0)),
    }
    assert order(lists)[0] == 2


def test_a_channel_for_which_much_stands_out_decides() -> None:
    by_words = (Candidate(1, 1.0, 1.0), Candidate(2, 0.0, 0.0))
    assert order({"lexical": by_words, "dense": (Candidate(2, 0.9, 5.0), Candidate(1, 0.7, 2.0))}) == [2, 1]
    assert order({"lexical": by_words, "dense": (Candidate(2, 0.71, 2.1), Candidate(1, 0.7, 2.0))}) == [1, 2]


def test_a_passage_that_the_dense_channel_does_not_propose_is_no_nearer_than_its_last() -> None:
    dense = (Candidate(1, 0.9, 4.0), Candidate(2, 0.8, 3.0))
    assert order({"dense": dense, "lexical": (Candidate(3, 1.0, 1.0),)}) == [1, 3, 2]


def test_what_the_question_lets_one_expect_counts() -> None:
    dense = (Candidate(1, 0.90, 4.0), Candidate(2, 0.89, 4.0 - EXPECTED / 2))
    assert order({"dense": dense}) == [1, 2]
    assert order({"dense": dense}, expected={2}) == [2, 1]


def test_a_list_of_references_goes_down() -> None:
    dense: Lists = {"dense": (Candidate(1, 0.90, 4.0), Candidate(2, 0.89, 4.0 - REFERENCES / 2))}
    assert [fused.passage for fused in fuse(dense, references={1})] == [2, 1]


def test_one_channel_alone_keeps_its_order() -> None:
    assert order({"dense": candidates(0.9, 0.5, 0.1)}) == [0, 1, 2]


def test_equals_go_by_rank_and_then_by_passage() -> None:
    assert order({"graph": candidates(*[1.0] * 80)}) == [*range(80)]


def test_nothing_gives_nothing() -> None:
    assert fuse({}) == ()
    assert fuse({"lexical": ()}) == ()


strengths = st.lists(st.floats(-9, 9), max_size=20).map(lambda found: sorted(found, reverse=True))


@given(st.dictionaries(st.sampled_from(CHANNELS), strengths))
def test_scores_lie_between_0_and_1_and_fall(lists: dict[Channel, list[float]]) -> None:
    fused = fuse({channel: candidates(*found) for channel, found in lists.items()})
    values = [found.score for found in calibrate(fused, [str(row // 2) for row in range(20)])]
    assert all(0 <= value <= 1 for value in values)
    assert values == sorted(values, reverse=True)


def test_a_score_tells_how_far_a_passage_is_above_the_tenth_document() -> None:
    documents = [str(row) for row in range(12)]
    low, high = (
        [found.score for found in calibrate(fuse({"dense": candidates(*(level + gap for gap in gaps))}), documents)]
        for level, gaps in ((0, [4, *[0] * 11]), (5, [4, *[0] * 11]))
    )
    assert low == pytest.approx(high)
    assert low[0] > 0.8
    assert low[1] < 0.1
    alone = calibrate(fuse({"dense": candidates(4.0)}), documents)
    assert alone[0].score == pytest.approx(low[0])


def test_passages_of_one_document_do_not_stand_for_what_does_not_answer() -> None:
    dense: Lists = {"dense": candidates(5.0, 5.0, *[4.9] * 10, *[1.0] * 10)}
    (first, *_), (spread, *_) = (
        calibrate(fuse(dense), documents)
        for documents in ([*"ab", *"c" * 10, *map(str, range(10))], [*map(str, range(22))])
    )
    assert first.score > 0.8
    assert spread.score < 0.2


def test_every_channel_has_a_weight() -> None:
    assert set(WEIGHTS) == set(CHANNELS)
    assert all(weight > 0 for weight in WEIGHTS.values())
