"""Filters and counts, on values made by hand and on a published release."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

from ingest.language import Token
from ontology.errors import QuestionError
from search.dating import is_within, make_dates, read_span
from search.engine import Engine
from search.facet_index import FACETS, FacetValue, Held, source_name
from search.facets import MOST_VALUES, Facets
from search.lexical import LexicalRetriever, write_lexical
from search.types import AnalysedQuestion, FacetCount, Question

ID = "https://test.example/id/"
VALUES = (
    FacetValue("condition", "F90", "Adhd", f"{ID}condition/F90", ("F90",), True),
    FacetValue("condition", "npf", "Neuropsykiatri", f"{ID}condition/npf", (), False),
    FacetValue("population", "age-group/barn", "Barn", f"{ID}age-group/barn", (), True),
    FacetValue("population", "target-group/barn", "Barn till sjuka", f"{ID}target-group/barn", (), True),
    FacetValue("direction", "against", "avråds", f"{ID}direction/against", ("against",), True),
    FacetValue("date", "2018", "2018", "", (), True),
    FacetValue("date", "2020", "2020", "", (), True),
)
OWN: tuple[list[int], ...] = ([0, 1, 2, 5], [0, 1, 4, 6], [3], [])
DATES = make_dates(["2018-05-01", "2020", "2020-02", ""])


@pytest.fixture
def facets() -> Facets:
    numbers = np.array([number for row in OWN for number in row], dtype=np.int32)
    return Facets(VALUES, Held(np.cumsum([0, *map(len, OWN)], dtype=np.int64), numbers), DATES)


def rows(facets: Facets, **filters: tuple[str, ...]) -> list[int]:
    mask = facets.select(filters)
    assert mask is not None
    return [int(row) for row in np.flatnonzero(mask)]


def test_without_filters_nothing_is_left_out(facets: Facets) -> None:
    assert facets.select({}) is None


def test_any_value_of_a_facet_will_do_and_every_facet_must_fit(facets: Facets) -> None:
    assert rows(facets, population=("age-group/barn", "target-group/barn")) == [0, 2]
    assert rows(facets, condition=("F90",)) == [0, 1]
    assert rows(facets, condition=("F90",), direction=("against",)) == [1]


@pytest.mark.parametrize("written", ["F90", "f90", f"{ID}condition/F90", "condition/F90", "Adhd", " adhd "])
def test_a_value_may_be_an_iri_a_key_a_code_or_a_label(facets: Facets, written: str) -> None:
    assert facets.resolve({"condition": (written,)}) == {"condition": ("F90",)}


def test_a_key_that_two_values_have_is_refused_with_both(facets: Facets) -> None:
    with pytest.raises(QuestionError, match="age-group/barn, target-group/barn"):
        facets.select({"population": ("barn",)})


def test_an_unknown_facet_is_refused_with_those_that_there_are(facets: Facets) -> None:
    with pytest.raises(QuestionError, match="programme, condition, intervention"):
        facets.select({"diagnos": ("F90",)})


def test_an_unknown_value_is_refused_with_those_like_it(facets: Facets) -> None:
    with pytest.raises(QuestionError, match=r"'F91'.*F90 \(Adhd\)"):
        facets.select({"condition": ("F91",)})


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ("2018", [0]),
        ("2018-05", [0]),
        ("2018-06", []),
        ("2018..2020", [0, 1, 2]),
        ("2018-2020", [0, 1, 2]),
        ("2019..", [1, 2]),
        ("2019-", [1, 2]),
        ("..2019", [0]),
        ("2020-03..", [1]),
    ],
)
def test_a_date_filter_takes_times_and_spans_and_leaves_out_what_has_no_date(
    facets: Facets, span: str, found: list[int]
) -> None:
    assert rows(facets, date=(span,)) == found


@pytest.mark.parametrize("span", ["", "..", "igår", "2018-13", "2021..2018", "2018..2018..2018", "18"])
def test_a_time_that_is_none_is_refused(span: str) -> None:
    with pytest.raises(QuestionError):
        read_span(span)


def test_a_date_within_a_year_is_within_the_months_that_the_year_has() -> None:
    assert is_within("2018", "2018-05", "2018-06")
    assert not is_within("2017", "2018-05", "2018-06")


def test_counts_are_those_of_the_passages_found_most_first(facets: Facets) -> None:
    counts = facets.count([[0], [1], [2], [3]], FACETS, {})
    assert counts["condition"] == (FacetCount("F90", "Adhd", 2),)
    assert [(count.value, count.count) for count in counts["date"]] == [("2018", 1), ("2020", 1)]
    assert counts["setting"] == ()


def test_what_is_chosen_is_counted_though_nothing_has_it_and_though_it_is_a_span(facets: Facets) -> None:
    chosen = {"condition": ("npf",), "date": ("2018..2019",)}
    counts = facets.count([[0], [2]], ["condition", "date"], chosen)
    assert FacetCount("npf", "Neuropsykiatri", 1) in counts["condition"]
    assert FacetCount("2018..2019", "2018..2019", 1) in counts["date"]


def test_a_text_that_stands_in_several_passages_is_counted_once_by_all_that_they_have(facets: Facets) -> None:
    chosen = {"date": ("2018..2020",)}
    alone, together = (facets.count(found, FACETS, chosen) for found in ([[0], [1], [2], [3]], [[0, 1, 2, 3]]))
    assert {count.value for counts in alone.values() for count in counts} == {
        count.value for counts in together.values() for count in counts
    }
    assert {count.count for counts in together.values() for count in counts} == {1}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://www.vardochinsats.se/adhd/", "vardochinsats.se"),
        ("fil.json id=493 (https://api.socialstyrelsen.se/fmb/493)", "api.socialstyrelsen.se"),
        ("https://www.xn--sjukvrdsregionmellan-0zb.se/politik/", "sjukvårdsregionmellan.se"),
        ("Egen exempeltext", "Egen exempeltext"),
        ("http://[", "http://["),
        ("", ""),
    ],
)
def test_a_source_is_known_by_its_host_or_else_its_words(source: str, name: str) -> None:
    assert source_name(source) == name


def test_every_facet_is_counted_over_all_that_is_found(engine: Engine) -> None:
    result = engine.search(Question("adhd läkemedel", limit=1))
    assert tuple(result.facets) == FACETS
    assert all(1 <= count.count <= result.total for counts in result.facets.values() for count in counts)
    assert sum(count.count for count in result.facets["type"]) == result.total
    assert {count.value for count in result.facets["condition"]} >= {"F90"}
    assert all(len(counts) <= MOST_VALUES for counts in result.facets.values())


def test_what_a_filter_finds_has_what_was_asked_for(engine: Engine) -> None:
    result = engine.search(Question("behandling", limit=100, filters={"direction": ("against",)}))
    assert result.hits
    assert all(hit.recommendation and hit.recommendation.direction == "against" for hit in result.hits)


def test_a_filter_on_a_condition_takes_what_is_narrower(engine: Engine) -> None:
    narrower = {f"{iri}" for iri in engine.vocabulary.narrower(_iri(engine, "ångestsyndrom"))}
    wide = engine.search(Question("behandling", limit=100, filters={"condition": ("ångestsyndrom",)}))
    assert any({concept.iri for concept in hit.concepts} & narrower for hit in wide.hits)
    held = {count.value for count in wide.facets["condition"]}
    for value in sorted(held)[:3]:
        narrow = engine.search(Question("behandling", limit=100, filters={"condition": (value,)}))
        assert narrow.total > 0


def test_who_filters_on_children_finds_what_is_for_children_and_adolescents(engine: Engine) -> None:
    both, *one = (
        {hit.iri for hit in engine.search(Question("adhd", limit=100, filters={"population": (group,)})).hits}
        for group in ("barn-och-ungdomar", "barn", "ungdomar")
    )
    together = engine.store.query(
        """PREFIX vip: <https://w3id.org/vipgraf/ontology/>
        SELECT DISTINCT ?passage WHERE {
          ?advice vip:inPassage ?passage ; vip:population ?group
          FILTER(STRENDS(STR(?group), "/barn-och-ungdomar"))
        }""",
        use_default_graph_as_union=True,
    )
    assert isinstance(together, ox.QuerySolutions)
    asked = {row["passage"].value for row in together} & both
    assert asked
    assert all(asked <= found for found in one)


def test_a_facet_is_counted_without_its_own_filter_and_with_the_others(engine: Engine) -> None:
    asked = Question("adhd", limit=1)
    free = engine.search(asked).facets
    chosen = engine.search(replace(asked, filters={"direction": ("against",)})).facets
    assert chosen["direction"] == free["direction"]
    assert sum(count.count for count in chosen["type"]) < sum(count.count for count in free["type"])


@pytest.mark.parametrize("share", [0.01, 0.04, 0.3, 0.9])
def test_the_word_search_finds_among_the_allowed_what_it_would_find_anyway_and_scores_it_alike(
    tmp_path: Path, share: float
) -> None:
    texts = [[_token(f"ord{row % 7}"), _token(f"annat{row % 3}")] for row in range(400)]
    write_lexical(tmp_path / "lexical", ((tokens, ()) for tokens in texts))
    retriever = LexicalRetriever(tmp_path / "lexical")
    question = AnalysedQuestion("ord1 annat2", (_token("ord1"), _token("annat2")), (1.0, 1.0), ())
    allowed = np.random.default_rng(1).random(400) < share
    among = retriever.retrieve(question, 10, allowed)
    everything = {found.passage: found.score for found in retriever.retrieve(question, 400)}
    assert all(allowed[found.passage] for found in among)
    assert len(among) == min(10, sum(bool(allowed[row]) for row in everything))
    assert all(found.score == pytest.approx(everything[found.passage]) for found in among)
    best = sorted((everything[row] for row in everything if allowed[row]), reverse=True)[:10]
    assert [found.score for found in among] == pytest.approx(best)


def _token(word: str) -> Token:
    return Token(word, 0, len(word), word, "NOUN", (), 0, is_word=True)


def test_a_filter_and_as_of_both_hold(engine: Engine) -> None:
    assert engine.search(Question("adhd", as_of="1990", filters={"condition": ("F90",)})).total == 0


def _iri(engine: Engine, label: str) -> str:
    return next(concept.iri for concept in engine.vocabulary.concepts.values() if concept.label.lower() == label)
