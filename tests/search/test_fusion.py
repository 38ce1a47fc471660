from hypothesis import given
from hypothesis import strategies as st

from search.fusion import WEIGHTS, fuse
from search.types import CHANNELS, Candidate, Channel

Lists = dict[Channel, tuple[Candidate, ...]]


def candidates(*scores: float) -> tuple[Candidate, ...]:
    return tuple(Candidate(passage, score) for passage, score in enumerate(scores))


def test_every_contribution_is_kept_with_rank_and_score() -> None:
    lists: Lists = {"lexical": (Candidate(7, 12.0, ("adhd",)),), "dense": (Candidate(3, 0.9), Candidate(7, 0.8))}
    found = {fused.passage: fused for fused in fuse(lists)}
    assert set(found) == {3, 7}
    assert (found[7].contributions["lexical"].rank, found[7].contributions["lexical"].reasons) == (1, ("adhd",))
    assert (found[7].contributions["dense"].rank, found[7].contributions["dense"].score) == (2, 0.8)
    assert "graph" not in found[7].contributions


def test_a_passage_that_two_channels_propose_goes_before_one_that_one_does() -> None:
    lists: Lists = {
        "lexical": (Candidate(1, 5.0), Candidate(2, 4.9), Candidate(9, 0.0)),
        "dense": (Candidate(3, 0.9), Candidate(2, 0.89), Candidate(9, 0.1)),
    }
    assert fuse(lists)[0].passage == 2


def test_one_channel_alone_keeps_its_order() -> None:
    assert [fused.passage for fused in fuse({"dense": candidates(0.9, 0.5, 0.1)})] == [0, 1, 2]


def test_the_order_of_one_channel_goes_on_where_its_scores_count_as_nothing() -> None:
    passages = tuple(Candidate(100 - at, 1.0 - at / 100) for at in range(100))
    found = fuse({"dense": passages})
    assert [fused.passage for fused in found] == [candidate.passage for candidate in passages]
    assert [fused.score > 0 for fused in found] == [at < 49 for at in range(100)]


def test_how_far_a_list_goes_on_changes_nothing_at_its_top() -> None:
    lexical = candidates(*(100.0 - at for at in range(60)))
    long: Lists = {"lexical": lexical, "dense": tuple(Candidate(200 + at, 0.9 - at / 1000) for at in range(100))}
    short: Lists = {"lexical": lexical, "dense": long["dense"][:60]}
    assert [fused.score for fused in fuse(long)[:40]] == [fused.score for fused in fuse(short)[:40]]


def test_equal_scores_count_alike() -> None:
    found = fuse({"graph": candidates(*[4.0] * 80, 3.0)})
    assert [fused.score for fused in found] == [WEIGHTS["graph"]] * 80 + [0.0]


def test_nothing_gives_nothing() -> None:
    assert fuse({}) == ()
    assert fuse({"lexical": ()}) == ()


scores = st.lists(st.floats(0, 100, allow_nan=False), max_size=20).map(lambda found: sorted(found, reverse=True))


@given(st.dictionaries(st.sampled_from(CHANNELS), scores))
def test_scores_lie_between_0_and_1_and_fall(lists: dict[Channel, list[float]]) -> None:
    found = fuse({channel: candidates(*values) for channel, values in lists.items()})
    values = [fused.score for fused in found]
    assert all(0 <= value <= 1 + 1e-9 for value in values)
    assert values == sorted(values, reverse=True)


def test_the_weights_sum_to_one() -> None:
    assert abs(sum(WEIGHTS.values()) - 1) < 1e-9
