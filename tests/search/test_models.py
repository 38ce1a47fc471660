"""What the engine does with the models that it is given."""

import dataclasses
import json
from typing import Any

import pytest
from click.testing import CliRunner

from api import wiring
from api.cli import cli
from api.settings import Settings
from graph.release import current
from ontology.errors import BrokenRelease
from search.encoder import HashEncoder
from search.engine import Engine
from search.evaluation import measure
from search.figures import figures as figures_of
from search.judgements import JudgedQuestion
from search.reranker import DEPTH
from search.types import Question

pytestmark = pytest.mark.usefixtures("kept_engines")
ASKED = Question("Vilken behandling rekommenderas vid adhd hos vuxna?", limit=10)


@pytest.fixture(scope="module")
def plain(deployment: Settings) -> Engine:
    return wiring.open_engine(current(deployment.data), deployment, print)


@pytest.fixture(scope="module")
def reranked(deployment: Settings) -> Engine:
    return wiring.open_engine(current(deployment.data), dataclasses.replace(deployment, reranker="overlap"), print)


def invoke(deployment: Settings, *arguments: str, **more: str) -> str:
    environment = {
        "VIPGRAF_DATA": str(deployment.data),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
        **more,
    }
    return CliRunner().invoke(cli, list(arguments), env=environment, catch_exceptions=False).stdout


class Other(HashEncoder):
    identity = "other-model@2"


def test_a_release_built_with_another_model_is_refused_with_both_names_and_what_to_do(
    deployment: Settings, plain: Engine
) -> None:
    pipeline, _ = wiring.open_language(plain.vocabulary, deployment, print, plain.encoder)
    with pytest.raises(BrokenRelease, match=r"byggd med hash-256@1 men other-model@2 är inställd.*vipgraf publish"):
        Engine(plain.release, plain.store, plain.vocabulary, pipeline, Other())


def test_status_tells_the_model_that_made_the_vectors(deployment: Settings) -> None:
    assert "Vektorer: hash-256@1." in invoke(deployment, "status")
    assert json.loads(invoke(deployment, "status", "--json"))["index"]["encoder"] == "hash-256@1"


def test_reranking_keeps_the_passages_and_changes_the_order_of_the_first(plain: Engine, reranked: Engine) -> None:
    before, after = plain.rank(ASKED).fused, reranked.rank(ASKED).fused
    assert {one.passage for one in after} == {one.passage for one in before}
    assert [one.passage for one in after] != [one.passage for one in before]
    assert [one.passage for one in after[DEPTH:]] == [one.passage for one in before[DEPTH:]]
    assert {one.passage: one.contributions for one in after} == {one.passage: one.contributions for one in before}


def test_scores_still_lie_between_0_and_1_and_fall(reranked: Engine) -> None:
    scores = [one.score for one in reranked.rank(ASKED).fused]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1


def test_a_hit_tells_the_rank_that_it_had_before(plain: Engine, reranked: Engine) -> None:
    ranks = {hit.iri: hit.rank for hit in plain.search(dataclasses.replace(ASKED, limit=DEPTH)).hits}
    hits = reranked.search(ASKED).hits
    assert hits
    assert [hit.reranked and hit.reranked.rank for hit in hits] == [ranks[hit.iri] for hit in hits]
    assert all(hit.reranked is None for hit in plain.search(ASKED).hits)


def test_the_same_question_gives_the_same_answer_twice(reranked: Engine) -> None:
    assert reranked.search(ASKED) == reranked.search(ASKED)


def test_what_is_evaluated_is_the_reranked_order(reranked: Engine) -> None:
    fused = reranked.rank(ASKED).fused
    first = reranked.index.passages.identifiers[fused[0].passage]
    figures: dict[str, Any] = figures_of(measure(reranked, [JudgedQuestion("q", ASKED.text, (first,))]))
    assert figures["channels"]["fused"]["hit@1"] == 1


def test_an_engine_over_a_new_release_uses_the_models_of_the_former_one(deployment: Settings, reranked: Engine) -> None:
    opened = wiring.open_engine(current(deployment.data), deployment, print, reranked)
    assert opened.encoder is reranked.encoder
    assert opened.reranker is reranked.reranker


def test_people_and_programs_are_told_of_the_reranking(deployment: Settings) -> None:
    told = invoke(deployment, "search", ASKED.text, VIPGRAF_RERANKER="overlap")
    assert "omsorterad från plats" in told
    hits = json.loads(invoke(deployment, "search", ASKED.text, "--json", VIPGRAF_RERANKER="overlap"))["hits"]
    assert all(hit["why"]["rerank"]["score"] == hit["score"] for hit in hits)
    hits = json.loads(invoke(deployment, "search", ASKED.text, "--json"))["hits"]
    assert all("rerank" not in hit["why"] for hit in hits)
