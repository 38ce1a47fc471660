import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answer_measures import judge_answer, normalise
from search.types import AnswerType, AnswerValue, DirectAnswer

ASKED = "Vem tar fram riktlinjerna?"


def answer(kind: AnswerType, text: str, *labels: str) -> DirectAnswer:
    return DirectAnswer(kind, text, tuple(AnswerValue("", label) for label in labels), "", (), (), "")


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("Region Skåne", " region  SKÅNE. "),
        ("Socialstyrelsen", "Socialstyrelsens"),
        ("sex", "6"),
        ("12 500", "12500"),
        ("den 1 juli 2024", "2024-07-01"),
        ("juli 2024", "2024-07"),
        ("”Ja”", "ja"),
    ],
)
def test_spellings_of_one_value_are_equal(written: str, also: str) -> None:
    assert normalise(written) == normalise(also)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Region Skåne", "Region Stockholm"),
        ("5", "15"),
        ("2023", "2024"),
        ("ja", "nej"),
        ("bas", "ba"),
        ("class", "clas"),
    ],
)
def test_different_values_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_a_value_that_is_normalised_again_and_written_large_is_the_same(text: str) -> None:
    assert normalise(f" {text.strip()} ") == normalise(text.strip())


def test_the_same_values_in_any_order_are_exact() -> None:
    score = judge_answer(ASKED, ["Norra", "Södra"], answer("list", "Två.", "södra", "Norra"))
    assert (score.exact, score.f1, score.expected) == (1, 1, 2)


def test_one_of_two_and_one_too_many_is_half_right() -> None:
    score = judge_answer(ASKED, ["Norra", "Södra"], answer("list", "Två.", "Norra", "Västra"))
    assert (score.exact, score.f1) == (0, 0.5)


def test_a_list_with_more_than_was_asked_for_is_not_exact() -> None:
    score = judge_answer(ASKED, ["Norra"], answer("list", "Norra och Södra.", "Norra", "Södra"))
    assert score.exact == 0
    assert score.f1 == pytest.approx(2 / 3, abs=1e-4)


def test_a_name_with_its_abbreviation_is_right() -> None:
    found = answer("entity", "Det gör Socialstyrelsen.", "Socialstyrelsen (SoS)")
    assert judge_answer(ASKED, ["Socialstyrelsen"], found).exact == 1


def test_a_name_that_the_sentence_writes_out_is_right() -> None:
    found = answer("entity", "Det gör Sveriges Kommuner och Regioner (SKR).", "SKR")
    assert judge_answer(ASKED, ["Sveriges Kommuner och Regioner"], found).exact == 1


def test_a_part_of_a_word_is_not_the_answer() -> None:
    assert judge_answer(ASKED, ["Norra"], answer("entity", "Det gör Norrabygden.", "Norrabygden")).exact == 0


def test_a_sentence_that_repeats_the_question_proves_nothing() -> None:
    found = answer("entity", "NAG adhd hör till NPO barn.", "NPO barn")
    assert judge_answer("Vilket program hör NAG adhd till?", ["NAG adhd"], found).exact == 0


def test_a_number_is_judged_by_its_value_and_not_by_other_numbers_of_the_sentence() -> None:
    found = answer("count", "Av 26 program har 12 en värd i norr.", "12")
    assert judge_answer(ASKED, ["tolv"], found).exact == 1
    assert judge_answer(ASKED, ["26"], found).exact == 0


@pytest.mark.parametrize(("said", "exact"), [("Ja, sedan 2021.", 1), ("Nej, ja-sidan förlorade. Ja?", 0)])
def test_yes_or_no_without_a_value_is_the_first_word(said: str, exact: int) -> None:
    assert judge_answer(ASKED, ["ja"], answer("boolean", said)).exact == exact


@pytest.mark.parametrize("found", [None, answer("unknown", "Det framgår inte.")])
def test_no_answer_is_right_only_where_there_is_none(found: DirectAnswer | None) -> None:
    assert judge_answer(ASKED, [], found).exact == 1
    score = judge_answer(ASKED, ["Norra"], found)
    assert (score.exact, score.f1, score.given) == (0, 0, ())


def test_an_answer_where_there_is_none_is_wrong() -> None:
    score = judge_answer(ASKED, [], answer("entity", "Norra.", "Norra"))
    assert (score.expected, score.exact) == (0, 0)


labels = st.lists(st.sampled_from(["Norra", "Södra", "Västra", "Östra", "5", "ja"]), min_size=1, unique=True)


@given(labels, labels)
def test_f1_is_1_exactly_when_the_answer_is_exact_and_0_when_nothing_is_shared(
    wanted: list[str], got: list[str]
) -> None:
    score = judge_answer(ASKED, wanted, answer("list", "Så här:", *got))
    assert (score.exact == 1) == (score.f1 == 1) == (set(wanted) == set(got))
    assert (score.f1 == 0) == (not set(wanted) & set(got))
