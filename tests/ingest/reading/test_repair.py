import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lexicon import Lexicon
from ingest.reading.alignment import edited, span_of
from ingest.reading.repair import repair, repair_rules, rule_edits
from ingest.reading.spelling import NO_SPELLING, LexiconSpelling
from ingest.rulebook import load_rules
from ontology.privacy import MARK

RULES = load_rules("repair")["rule"]
HYPHENS = load_rules("repair")["hyphens"]
PIECES = ["ab", "å", "ö", "-", "\n", " ", ".", ",", ";", "(", ")", "[1]", "²", "ﬁ", "och", "Ord", "e\u0301", "’", ":"]
PIECES += ["\u00ad", "\u00a0", "2018", "19811228-9874"]
NAMED = {rule["name"]: (rule, compiled) for rule, compiled in zip(RULES, repair_rules(), strict=True)}


@pytest.fixture(scope="module")
def spelling(lexicon: Lexicon) -> LexiconSpelling:
    return LexiconSpelling(lexicon)


def mended(raw: str, spelling: LexiconSpelling | None = None) -> str:
    return repair(raw, spelling or NO_SPELLING).text


@pytest.mark.parametrize("name", NAMED)
def test_each_rule_mends_its_own_examples_and_leaves_the_others(name: str) -> None:
    rule, compiled = NAMED[name]
    assert rule["examples"]
    assert rule["unchanged"]
    for before, after in rule["examples"]:
        assert edited(before, list(rule_edits(compiled)(before)))[0] == after
    for line in rule["unchanged"]:
        assert list(rule_edits(compiled)(line)) == []


@pytest.mark.parametrize("name", NAMED)
def test_a_line_that_a_rule_leaves_is_left_by_all(name: str, spelling: LexiconSpelling) -> None:
    for line in NAMED[name][0]["unchanged"]:
        assert mended(line, spelling) == line


def test_broken_words_are_joined_and_real_hyphens_stay(spelling: LexiconSpelling) -> None:
    assert [mended(before, spelling) for before, _ in HYPHENS["examples"]] == [
        after for _, after in HYPHENS["examples"]
    ]
    assert [mended(line, spelling) for line in HYPHENS["unchanged"]] == HYPHENS["unchanged"]
    assert len(HYPHENS["examples"]) > 10
    assert len(HYPHENS["unchanged"]) > 10


def test_what_is_mended_stays_mended(spelling: LexiconSpelling) -> None:
    lines = [after for rule in RULES for _, after in rule["examples"]] + [after for _, after in HYPHENS["examples"]]
    once = [mended(line, spelling) for line in lines]
    assert len(once) > 30
    assert [mended(line, spelling) for line in once] == once


def test_without_a_dictionary_no_hyphen_inside_a_line_is_touched() -> None:
    assert mended("nor-malbefolkningen, hjärt-och kärlsjukdomar") == "nor-malbefolkningen, hjärt- och kärlsjukdomar"


def test_characters_that_show_nothing_go_and_others_take_their_usual_form() -> None:
    assert mended("\ufeffdef\u00adinie\u200bra\x07 di\ufb03cult A\u030angest e\u2011hälsa") == (
        "definiera difficult Ångest e-hälsa"
    )


def test_white_space_of_all_kinds_is_made_single_spaces() -> None:
    assert mended("  Ett\u00a0två\u2009tre\n\t fyra\u2028fem ") == "Ett två tre fyra fem"
    assert mended(" \n\u00a0 ") == ""


def test_a_soft_hyphen_at_the_end_of_a_line_joins_without_a_dictionary() -> None:
    assert mended("läke\u00ad\nmedel") == "läkemedel"


def test_the_hyphen_of_a_pdf_at_the_end_of_a_line_is_a_hyphen(spelling: LexiconSpelling) -> None:
    assert (
        mended("nor\ufffe\nmalbefolkningen och KBT\x02\r\nbehandling", spelling)
        == "normalbefolkningen och KBT-behandling"
    )


def test_an_unknown_word_broken_at_the_end_of_a_line_is_joined_when_its_halves_are_no_words(
    spelling: LexiconSpelling,
) -> None:
    assert mended("lisdexam-\nfetamin", spelling) == "lisdexamfetamin"


def test_identity_numbers_are_masked_and_lead_to_the_number() -> None:
    raw = "Patienten  19811228-9874 (även 811228 9874) har [personnummer] och ring 0701234567"
    done = repair(raw, NO_SPELLING)
    assert done.text == f"Patienten {MARK} (även {MARK}) har {MARK} och ring 0701234567"
    first = done.text.index(MARK)
    span = span_of(done.origins, first + 3, first + 5)
    assert span is not None
    assert raw[slice(*span)] == "19811228-9874"
    word = done.text.index("ring")
    assert span_of(done.origins, word, word + 4) == (raw.index("ring"), raw.index("ring") + 4)


def test_an_identity_number_may_be_followed_by_a_raised_digit() -> None:
    assert mended("19811228-9874² och 811228-9874") == f"{MARK}² och {MARK}"


def test_an_identity_number_hides_behind_no_odd_characters() -> None:
    assert mended("1981\u00ad1228\u20119874") == MARK


def test_addresses_are_left_alone(spelling: LexiconSpelling) -> None:
    line = "Se https://x.se/nor-malbefolkningen(se,under.Adhd) och namn@för-bättring.se"
    assert mended(line, spelling) == line


@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=40,
    ).map("".join)
)
def test_every_letter_that_stays_leads_to_itself(raw: str) -> None:
    done = repair(raw, NO_SPELLING)
    places = [span_of(done.origins, place, place + 1) for place in range(len(done.text))]
    for letter, span in zip(done.text, places, strict=True):
        if letter in "abåOrdch":
            assert span is not None
            assert letter in raw[slice(*span)] or MARK in done.text  # whose own letters come from a number
    found = [span for span in places if span]
    assert found == sorted(found)


@given(st.text(max_size=200))
def test_any_text_becomes_one_clean_line(raw: str) -> None:
    done = repair(raw, NO_SPELLING)
    assert done.text == " ".join(done.text.split())
    assert all(0 <= run.source_start < run.source_end <= len(raw) for run in done.origins)
    assert all(0 <= run.start < run.end <= len(done.text) for run in done.origins)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "-",
        "a-",
        "a-\n",
        " ",
        "a,",
        "a.A",
        "(",
        "abc(",
        "[1",
        "[1,",
        "1",
        "19",
        "\u00ad",
        "e\u0301",
        "a ,",
        ".",
        "²",
        "a’",
    ],
)
@pytest.mark.timeout(60)
def test_the_time_grows_with_the_length_of_hostile_text(piece: str) -> None:
    length = 1_000_000
    assert len(repair((piece * length)[:length], NO_SPELLING).text) <= length
