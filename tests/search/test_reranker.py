"""One contract for every reranker, what each promises beyond it, and what becomes of the passages."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import ModelUnavailable
from search.reranker import CrossEncoderReranker, OverlapReranker, open_reranker, rerank
from search.types import Contribution, Fused, Reranked, Reranker, Scores

QUESTION = "Hur behandlas hjärtsvikt?"
PASSAGES = [
    "Hjärtsvikt behandlas med ACE-hämmare och betablockerare.",
    "Kort.",
    "Vid akut svår migrän ges triptan; om effekten uteblir ska patienten bedömas på nytt inom ett dygn. " * 3,
    "Sår på foten hos patient med diabetes.",
    "",
]


@pytest.fixture(scope="module", params=["overlap", pytest.param("cross-encoder", marks=pytest.mark.slow)])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    if request.param == "overlap":
        return OverlapReranker()
    return CrossEncoderReranker(request.getfixturevalue("tiny_judge"), threads=1)


def test_scores_are_float32_from_0_to_1_one_a_passage(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, PASSAGES)
    assert scores.shape == (len(PASSAGES),)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_scores_keep_the_order_of_the_passages(reranker: Reranker) -> None:
    forward, backward = reranker.score(QUESTION, PASSAGES), reranker.score(QUESTION, PASSAGES[::-1])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-6)
    assert len(np.unique(forward)) > 1


def test_a_passage_alone_gets_the_score_that_it_gets_among_others(reranker: Reranker) -> None:
    alone = np.concatenate([reranker.score(QUESTION, [passage]) for passage in PASSAGES])
    np.testing.assert_allclose(alone, reranker.score(QUESTION, PASSAGES), atol=1e-6)


def test_the_same_question_and_passages_give_the_same_bits(reranker: Reranker) -> None:
    np.testing.assert_array_equal(reranker.score(QUESTION, PASSAGES), reranker.score(QUESTION, PASSAGES))


def test_another_question_gives_other_scores(reranker: Reranker) -> None:
    assert (reranker.score(QUESTION, PASSAGES) != reranker.score("Vad är diabetes?", PASSAGES)).any()


def test_no_passages_give_no_scores(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, [])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_an_empty_question_and_a_long_passage_are_accepted(reranker: Reranker) -> None:
    assert np.isfinite(reranker.score("", ["Vårdförlopp för kroniskt sjuka. " * 2000, ""])).all()


def test_several_threads_may_use_one_reranker(reranker: Reranker) -> None:
    questions = [f"{QUESTION} {'ord ' * number}" for number in range(8)]
    expected = [reranker.score(question, PASSAGES) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: reranker.score(question, PASSAGES), questions * 2))
    np.testing.assert_array_equal(found, expected * 2)


def test_the_identity_names_a_reranker_and_a_revision(reranker: Reranker) -> None:
    name, _, revision = reranker.identity.partition("@")
    assert name
    assert revision


# What each promises


def test_overlap_prefers_the_passage_that_has_the_words_of_the_question_inflected() -> None:
    scores = OverlapReranker().score("blödningar hos barn", ["Barnets blödning", "Sömnapné hos vuxna"])
    assert scores[0] > scores[1]


@pytest.mark.slow
def test_scores_are_probabilities_though_the_model_is_configured_to_give_raw_ones(
    tiny_bert: Callable[..., Path], tiny_judge: Path
) -> None:
    raw = tiny_bert(
        "BertForSequenceClassification",
        num_labels=1,
        sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},
    )
    np.testing.assert_allclose(
        CrossEncoderReranker(raw).score(QUESTION, PASSAGES), CrossEncoderReranker(tiny_judge).score(QUESTION, PASSAGES)
    )


@pytest.mark.slow
def test_a_long_pair_is_cut_where_a_model_states_no_length_and_has_fewer_places_than_positions(
    tiny_bert: Callable[..., Path],
) -> None:
    judge = CrossEncoderReranker(tiny_bert("XLMRobertaForSequenceClassification", num_labels=1, pad_token_id=1))
    cut, whole = judge.score("å", ["å " * 200, "å " * 300])
    np.testing.assert_allclose(cut, whole, atol=1e-6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "outputs", "told"), [("BertForSequenceClassification", 3, "3 utvärden"), ("BertModel", 1, "BertModel")]
)
def test_a_model_that_judges_no_relevance_is_refused(
    tiny_bert: Callable[..., Path], kind: str, outputs: int, told: str
) -> None:
    folder = tiny_bert(kind, num_labels=outputs)
    with pytest.raises(ModelUnavailable, match=rf"{told}.*korskodare"):
        CrossEncoderReranker(folder)


@pytest.mark.slow
def test_a_folder_is_read_without_the_network(tiny_judge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *address, **_: asked.append(address))
    monkeypatch.setattr("socket.socket.connect", lambda _, address: asked.append(address))
    opened = open_reranker(str(tiny_judge), 1)
    assert opened is not None
    assert opened.score(QUESTION, PASSAGES).shape == (len(PASSAGES),)
    assert asked == []


def test_no_setting_opens_none_and_overlap_the_small_one() -> None:
    assert open_reranker("", 1) is None
    assert isinstance(open_reranker("overlap", 1), OverlapReranker)


def test_a_folder_that_does_not_exist_is_never_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="finns inte"):
        open_reranker(str(tmp_path / "borta"), 1)


def test_a_missing_library_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'vipgraf\[models\]'"):
        open_reranker("BAAI/bge-reranker-v2-m3", 1)


# What becomes of the passages


class Given:
    """Judges by a table."""

    identity = "given@1"

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        return np.array([self.scores[passage] for passage in passages], np.float32)


def fused(*scores: float) -> tuple[Fused, ...]:
    return tuple(Fused(row, score, {"dense": Contribution(row + 1, score, ())}) for row, score in enumerate(scores))


def test_the_first_passages_get_the_order_and_the_scores_of_the_reranker() -> None:
    found = rerank(fused(0.9, 0.8, 0.7, 0.6), "fråga", str, Given({"0": 0.1, "1": 0.5, "2": 0.9}), depth=3)
    assert [(one.passage, one.score) for one in found[:3]] == [(2, 0.9), (1, 0.5), (0, 0.1)]


def test_what_the_channels_said_and_the_rank_before_are_kept() -> None:
    found = rerank(fused(0.9, 0.8), "fråga", str, Given({"0": 0.1, "1": 0.5}))
    assert found[0].contributions["dense"] == Contribution(2, 0.8, ())
    assert found[0].reranked == Reranked(2, 0.5)


def test_passages_beyond_the_depth_stay_behind_with_no_higher_score() -> None:
    found = rerank(fused(0.9, 0.8, 0.7), "fråga", str, Given({"0": 0.4}), depth=1)
    assert [(one.passage, one.score) for one in found] == [(0, 0.4), (1, 0.4), (2, 0.4)]
    assert [one.reranked is None for one in found] == [False, True, True]


def test_equal_scores_keep_the_order_that_they_had() -> None:
    found = rerank(fused(0.9, 0.8, 0.7), "fråga", str, Given({"0": 0.5, "1": 0.5, "2": 0.5000001}))
    assert [one.passage for one in found] == [0, 1, 2]


def test_no_passages_stay_none() -> None:
    assert rerank((), "fråga", str, Given({})) == ()
