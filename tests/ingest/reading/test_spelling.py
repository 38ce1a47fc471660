from ingest.lexicon import Lexicon
from ingest.reading.spelling import NO_SPELLING, LexiconSpelling


def test_a_listed_word_and_a_compound_are_explained_and_a_half_is_not(lexicon: Lexicon) -> None:
    spelling = LexiconSpelling(lexicon)
    assert spelling.lists("normalbefolkningen")
    assert spelling.explains("normalbefolkningen")
    assert spelling.explains("beteendeförändrande")
    assert not spelling.lists("beteendeförändrande")
    assert not spelling.explains("malbefolkningen")


def test_words_of_the_vocabulary_are_listed(lexicon: Lexicon) -> None:
    assert not LexiconSpelling(lexicon).lists("lisdexamfetamin")
    assert LexiconSpelling(lexicon, ["Lisdexamfetamin"]).lists("lisdexamfetamin")


def test_without_a_lexicon_nothing_is_known() -> None:
    assert not NO_SPELLING.lists("och")
    assert not NO_SPELLING.explains("och")
