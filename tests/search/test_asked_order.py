"""Where the words of a topic go that was put before its question."""

from dataclasses import replace

import pytest

from ingest.language import Token
from search.asked_order import topic_in_place, without_cleft, without_possessive

_ASKING = frozenset({"vad", "vem", "vilken", "vilka"})
_OPENING = frozenset({"vara", "ingå"})


def _tokens(text: str) -> list[Token]:
    return [
        Token(word, start, start + len(word), lemma, "AUX" if lemma == "vara" else "", (), 0, is_word=word.isalnum())
        for start, word in enumerate(text.split())
        if (lemma := "vara" if word == "är" else word.lower())
    ]


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("SKS – vem leder ?", "vem leder SKS"),
        ("SKS – vem leder det ?", "vem leder SKS"),
        ("NPO , vad ingår det i ?", "vad ingår NPO i"),
        ("Kommunerna : i vilka sitter de med ?", "i vilka sitter Kommunerna med"),
        ("Rådet om SIP , är det bra ?", "är Rådet om SIP bra"),
    ],
)
def test_a_topic_goes_where_it_belongs(asked: str, read: str) -> None:
    assert " ".join(token.text for token in topic_in_place(_tokens(asked), _ASKING, _OPENING)) == read


def test_sentences_before_stay_where_they_are() -> None:
    tokens = [*_tokens("SKS leder ."), *(replace(one, sentence=1) for one in _tokens("NPO – vem leder ?"))]
    assert [token.text for token in topic_in_place(tokens, _ASKING, _OPENING)] == [
        "SKS",
        "leder",
        "vem",
        "leder",
        "NPO",
    ]


@pytest.mark.parametrize(
    "asked", ["Vad ingår i SKS , vem leder det ?", "vid adhd , autism och ätstörningar", "SKS", "– vem leder SKS ?"]
)
def test_a_question_without_a_topic_before_it_stays_as_it_is(asked: str) -> None:
    words = [token for token in _tokens(asked) if token.is_word]
    assert topic_in_place(_tokens(asked), _ASKING, _OPENING) == words


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("vem är det som leder SKS", "vem leder SKS"),
        ("vilken NSG är det som arbetar med det", "vilken NSG arbetar med det"),
        ("vilken är den nationella arbetsgrupp som leder SKS", "vilken nationella arbetsgrupp leder SKS"),
        ("vad är det SKS leder", "vad är det SKS leder"),
        ("vem var det som ledde SKS", "vem var det som ledde SKS"),
        ("leder SKS det som är nytt", "leder SKS det som är nytt"),
    ],
)
def test_words_that_only_lead_to_a_clause_go(asked: str, read: str) -> None:
    assert " ".join(token.text for token in without_cleft(_tokens(asked), _ASKING)) == read


def test_those_that_the_asker_cares_for_need_no_possessive() -> None:
    words = without_possessive(_tokens("Min patient har ångest men min ångest är min"))
    assert " ".join(token.text for token in words) == "patient har ångest men min ångest är min"
