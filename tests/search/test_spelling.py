"""What is suggested for misspelt words, and that nothing is for right ones."""

from pathlib import Path

import pytest

from search.misspelling import misspelling_cost
from search.spelling import Speller
from search.wordlist import load_wordlist, write_wordlist
from tests.search.understanding import Understanding

DATA = Path(__file__).parent.parent / "data" / "spelling"


@pytest.fixture(scope="session")
def speller(understanding: Understanding) -> Speller:
    return understanding.aids.speller


def suggested(speller: Speller, word: str) -> str | None:
    found = speller.suggest(word)
    return found.word if found else None


def test_the_meant_word_comes_first_for_the_misspellings_that_were_worked_with(speller: Speller) -> None:
    rows = (DATA / "misspelt-dev.tsv").read_text("utf-8").splitlines()[1:]
    pairs = [(written, meant) for written, meant in (row.split("\t") for row in rows)]
    right = [written for written, meant in pairs if suggested(speller, written) == meant]
    assert len(pairs) > 150
    assert len(right) >= 0.95 * len(pairs), [pair for pair in pairs if pair[0] not in right]


def test_right_words_get_no_suggestion(speller: Speller) -> None:
    words = (DATA / "right-dev.txt").read_text("utf-8").split()
    assert len(words) > 400
    assert [(word, suggested(speller, word)) for word in words if suggested(speller, word)] == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("depresionsbehandling", "depressionsbehandling"),
        ("ångestsyndrim", "ångestsyndrom"),
        ("suicidriskbedömnig", "suicidriskbedömning"),
    ],
)
def test_a_compound_is_mended_in_its_wrong_part(speller: Speller, written: str, meant: str) -> None:
    assert suggested(speller, written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("läkermedel", "läkemedel"), ("samsjukliget", "samsjuklighet"), ("handlingplaner", "handlingsplaner")],
)
def test_a_compound_or_a_form_that_fits_by_chance_is_mended(speller: Speller, written: str, meant: str) -> None:
    assert suggested(speller, written) == meant


def test_a_form_that_no_text_has_is_suggested_where_it_is_nearest(speller: Speller) -> None:
    assert suggested(speller, "remmitera") == "remittera"


@pytest.mark.parametrize("word", ["somatik", "prodrom", "huvudmännens", "suicider"])
def test_words_that_only_the_rules_of_words_explain_are_left_alone(speller: Speller, word: str) -> None:
    assert suggested(speller, word) is None


@pytest.mark.parametrize("word", ["HoNOS", "QbTest", "PROMs"])
def test_names_with_capitals_within_are_left_alone(understanding: Understanding, word: str) -> None:
    assert understanding.read(word).corrections == ()


@pytest.mark.parametrize("word", ["aripiprazol", "lurasidon", "brexpiprazol", "nalmefen", "klometiazol", "buspiron"])
def test_names_of_medicines_are_left_alone(speller: Speller, word: str) -> None:
    assert suggested(speller, word) is None


def test_what_sounds_alike_is_nearer_than_what_looks_alike() -> None:
    assert misspelling_cost("shizofreni", "schizofreni") < misspelling_cost("shizofreni", "shizofrena")
    assert misspelling_cost("helsa", "hälsa") < misspelling_cost("helsa", "hals")


def test_words_are_the_same_after_writing_and_reading(understanding: Understanding, tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    write_wordlist(path, understanding.aids.words)
    assert load_wordlist(path) == understanding.aids.words


def test_corrections_tell_their_place_and_keep_the_case(understanding: Understanding) -> None:
    read = understanding.read("Shizofreni hos vuxna, och ÄDHD")
    assert read.did_you_mean == "Schizofreni hos vuxna, och ADHD"
    assert [read.text[found.start : found.end] for found in read.corrections] == ["Shizofreni", "ÄDHD"]
    assert all(found.used for found in read.corrections)


def test_a_corrected_word_is_searched_for_beside_the_written_one(understanding: Understanding) -> None:
    read = understanding.read("shizofreni hos vuxna")
    assert "shizofreni" in {token.text for token in read.tokens}
    assert "schizofreni" in {token.text for token in read.expansion_tokens}
    assert read.text == "shizofreni hos vuxna"


def test_a_concept_that_rests_on_a_correction_says_so(understanding: Understanding) -> None:
    assert ("”shizofreni” → schizofreni (stavning)", "”schizofreni” → Schizofreni") in understanding.ways("shizofreni")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("själv skada hos unga", "självskada hos unga"),
        ("psykiskhälsa", "psykisk hälsa"),
        ("npopsykiskhälsa", "npo psykisk hälsa"),
    ],
)
def test_words_wrongly_parted_or_joined_are_mended(understanding: Understanding, text: str, meant: str) -> None:
    assert understanding.read(text).did_you_mean == meant


@pytest.mark.parametrize(
    "text",
    [
        "vad säger socialstyrelsen om vårdnad",
        "patienten heter Lindqvist och bor i Skövde",
        "sertralin eller escitalopram 50 mg",
        "F32.1 eller DU021",
        "NPO:s cut-off för AUDIT-C",
        "www.1177.se",
        "what is the recommended treatment for adhd in adults",
    ],
)
def test_right_questions_are_left_alone(understanding: Understanding, text: str) -> None:
    assert understanding.read(text).corrections == ()
