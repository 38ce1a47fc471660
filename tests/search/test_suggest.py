"""Suggestions over a handful of names, and the distance to prefixes against its definition."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.language import Pipeline, Token
from ontology import files
from ontology.errors import BrokenRelease, QuestionError
from search.nearness import fold, letters, prefix_distances
from search.suggest import Name, Suggester, Suggestion, load_suggester, written
from search.suggestions import shipped_questions, write_suggestions

COMPOUNDS = {
    "alkoholmissbruk": ("alkohol", "missbruk"),
    "ångestsyndrom": ("ångest", "syndrom"),
    "självskadebeteende": ("själv", "skada", "beteende"),
}
NAMES = (
    Name("Schizofreni", "concept", "condition", "c:1", 0.0),
    Name("depression", "concept", "condition", "c:2", 0.2),
    Name("Depressiv episod", "concept", "condition", "c:2", 0.0),
    Name("alkoholmissbruk", "concept", "condition", "c:3", 0.0),
    Name("missbruk", "concept", "condition", "c:4", 0.0),
    Name("Generaliserat ångestsyndrom", "concept", "condition", "c:5", 0.0),
    Name("NPO psykisk hälsa", "concept", "organisation", "c:6", 0.0),
    Name("närstående", "concept", "target-group", "c:7", 0.0),
    Name("narkotika", "concept", "condition", "c:8", 0.0),
    Name("självskadebeteende", "concept", "condition", "c:9", 0.0),
    Name("skitsofreni", "concept", "condition", "c:1", 1.0, "Schizofreni"),
    Name("Behandling av depression", "heading", "section", "s:1", 0.8),
    Name("Vem är värd för NPO psykisk hälsa?", "question", "", "", 0.3),
    Name("Bör man behandla depression?", "question", "", "", 0.3),
)


class Words:
    """A pipeline that knows a few compounds."""

    identity = "words-1"

    def analyse(self, text: str) -> tuple[Token, ...]:
        return self.words(text)

    def analyse_many(self, texts: Iterable[str]) -> Iterator[tuple[Token, ...]]:
        return map(self.words, texts)

    def words(self, text: str) -> tuple[Token, ...]:
        found, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            parts = COMPOUNDS.get(word.lower(), ())
            found.append(Token(word, at, at + len(word), word.lower(), "", parts, 0, True))
            at += len(word)
        return tuple(found)


def suggester_of(folder: Path, *names: Name) -> Suggester:
    write_suggestions(folder / "suggestions.json", names, cast("Pipeline", Words()))
    return load_suggester(folder / "suggestions.json")


@pytest.fixture(scope="module")
def suggester(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    return suggester_of(tmp_path_factory.mktemp("suggestions"), *NAMES)


def texts(found: tuple[Suggestion, ...]) -> list[str]:
    return [suggestion.text for suggestion in found]


def marked(suggestion: Suggestion) -> list[str]:
    return [suggestion.text[start:end] for start, end in suggestion.matched]


def test_the_beginning_of_a_word_suggests_it(suggester: Suggester) -> None:
    (first, *_) = suggester.suggest("sch")
    assert first == Suggestion("Schizofreni", "concept", "condition", "c:1", ((0, 3),))


def test_the_beginning_of_a_part_suggests_the_compound_after_the_word_itself(suggester: Suggester) -> None:
    found = suggester.suggest("miss")
    assert texts(found) == ["missbruk", "alkoholmissbruk"]
    assert found[1].matched == ((7, 11),)


def test_a_part_whose_base_form_differs_is_found_in_its_compound(suggester: Suggester) -> None:
    assert marked(suggester.suggest("skade")[0]) == ["skade"]


def test_the_middle_of_a_part_suggests_nothing(suggester: Suggester) -> None:
    assert "alkoholmissbruk" not in texts(suggester.suggest("koholm"))


def test_words_may_come_in_any_order(suggester: Suggester) -> None:
    first = suggester.suggest("psykisk npo")[0]
    assert first.text == "NPO psykisk hälsa"
    assert marked(first) == ["NPO", "psykisk"]


@pytest.mark.parametrize("written_so", ["angest", "ångest", "ÅNGEST"])
def test_diacritics_and_capitals_may_be_left_out(suggester: Suggester, written_so: str) -> None:
    first = suggester.suggest(written_so)[0]
    assert first.text == "Generaliserat ångestsyndrom"
    assert marked(first) == ["ångest"]


def test_diacritics_that_are_written_count(suggester: Suggester) -> None:
    assert texts(suggester.suggest("när"))[:2] == ["närstående", "narkotika"]
    assert set(texts(suggester.suggest("nar"))) == {"närstående", "narkotika"}


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("shizo", "Schizofreni"),
        ("depresion", "depression"),
        ("dperession", "depression"),
        ("alkoholmisbruk", "alkoholmissbruk"),
        ("misbruk", "missbruk"),
    ],
)
def test_a_misspelling_suggests_what_was_meant(suggester: Suggester, misspelt: str, meant: str) -> None:
    assert suggester.suggest(misspelt)[0].text == meant


def test_a_word_that_is_known_is_not_taken_for_a_misspelling(suggester: Suggester) -> None:
    assert texts(suggester.suggest("narkotika")) == ["narkotika"]


def test_three_letters_are_too_few_for_a_misspelling(suggester: Suggester) -> None:
    assert suggester.suggest("xep") == ()


def test_a_known_misspelling_is_shown_rightly_spelt(suggester: Suggester) -> None:
    (first,) = suggester.suggest("skits")
    assert (first.text, first.matched) == ("Schizofreni", ())


def test_function_words_need_not_be_in_the_name_but_bring_the_question_forward(suggester: Suggester) -> None:
    found = suggester.suggest("vem är npo")
    assert texts(found)[:2] == ["Vem är värd för NPO psykisk hälsa?", "NPO psykisk hälsa"]


def test_a_word_about_what_not_to_do_is_never_dropped(suggester: Suggester) -> None:
    assert not any("depression" in text for text in texts(suggester.suggest("depression inte")))


def test_the_end_of_a_question_of_ones_own_is_completed_by_concepts(suggester: Suggester) -> None:
    found = suggester.suggest("hur botas schizo")
    assert texts(found) == ["hur botas Schizofreni"]
    assert found[0].iri == "c:1"
    assert marked(found[0]) == ["Schizo"]


def test_each_concept_is_suggested_once_by_its_best_name(suggester: Suggester) -> None:
    found = suggester.suggest("depress")
    assert sum(suggestion.iri == "c:2" for suggestion in found) == 1


def test_no_type_fills_all_places_while_another_waits(tmp_path: Path) -> None:
    concepts = [Name(f"vård {number}", "concept", "setting", f"c:{number}", 0.0) for number in range(20)]
    heading = Name("Vård i hemmet", "heading", "section", "s:1", 3.0)
    found = suggester_of(tmp_path, *concepts, heading).suggest("vård", 8)
    assert len(found) == 8
    assert "heading" in {suggestion.type for suggestion in found}


def test_nothing_more_than_the_limit_is_suggested(suggester: Suggester) -> None:
    assert len(suggester.suggest("d", 1)) == 1


@pytest.mark.parametrize("nothing", ["", "?", "   ", "()", "qqqqqq"])
def test_what_begins_nothing_suggests_nothing(suggester: Suggester, nothing: str) -> None:
    assert suggester.suggest(nothing) == ()


def test_no_names_suggest_nothing(tmp_path: Path) -> None:
    assert suggester_of(tmp_path).suggest("adhd") == ()


@given(st.text(max_size=60))
def test_any_text_is_answered_with_spans_inside_the_suggestions(suggester: Suggester, text: str) -> None:
    for suggestion in suggester.suggest(written(text)):
        ends = [place for span in suggestion.matched for place in span]
        assert ends == sorted(ends)
        assert all(0 <= place <= len(suggestion.text) for place in ends)


def test_personal_identity_numbers_are_taken_out() -> None:
    assert written("adhd 19811228-9874") == "adhd [personnummer]"


def test_a_text_longer_than_a_question_is_refused() -> None:
    with pytest.raises(QuestionError):
        written("x" * 1001)


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "suggestions.json").write_text('{"names": []}', encoding="utf-8")
    with pytest.raises(BrokenRelease, match="vipgraf publish"):
        load_suggester(tmp_path / "suggestions.json")


def test_shipped_questions_are_questions_with_a_shipped_document_each() -> None:
    index = (files.example_documents() / "index.tsv").read_text(encoding="utf-8").splitlines()
    documents = {line.split("\t")[0] for line in index[1:]}
    questions = shipped_questions()
    assert len(questions) >= 30
    assert len({text for text, _ in questions}) == len(questions)
    for text, document in questions:
        assert text.endswith("?")
        assert len(text) <= 80
        assert document in documents


@given(st.text(alphabet="abcö", min_size=1, max_size=9), st.lists(st.text(alphabet="abcö", max_size=12), max_size=8))
def test_the_distance_to_the_nearest_prefix_is_that_of_the_definition(typed: str, words: list[str]) -> None:
    distances, lengths = prefix_distances(typed, letters(words), 2)
    for word, distance, length in zip(words, distances.tolist(), lengths.tolist(), strict=True):
        expected = [distance_between(typed, word[:end]) for end in range(len(word) + 1)]
        if min(expected) <= 2:
            assert distance == min(expected)
            assert expected[length] == distance
        else:
            assert distance > 2


def distance_between(one: str, other: str) -> int:
    """Restricted Damerau-Levenshtein, straight from its recurrence."""
    table = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    table[:, 0], table[0, :] = range(len(one) + 1), range(len(other) + 1)
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = table[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            table[i, j] = min(change, table[i - 1, j] + 1, table[i, j - 1] + 1)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return int(table[-1, -1])


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_name_that_costs_less_comes_first(tmp_path: Path) -> None:
    first = Name("vård A", "concept", "setting", "c:1", 0.0)
    found = suggester_of(tmp_path, replace(first, text="vård B", iri="c:2", cost=1.0), first).suggest("vård")
    assert texts(found) == ["vård A", "vård B"]
