"""The words of a question → its language: Swedish, unless more of them are English alone.

Detectors of languages are made for sentences: simplemma, py3langid and lingua take "adhd kbt barn" or "depression
screening" for anything. Two lists of words with their frequencies decide more surely, and are at hand already. Only
English is told apart from Swedish; in any other language the question is left as it stands.
"""

from collections.abc import Iterable
from typing import Final

from ingest.lexicon import Lexicon
from search.wordlist import WordList

_MARGIN: Final = 1.5
"""Zipf frequency by which a word must be commoner in one language to speak for it: thirty times."""
_FUNCTION: Final = 6.0
"""Zipf frequency of function words, of which one says as much as two others: "the", "for"; "vid", "och"."""


def question_language(words: Iterable[tuple[str, bool]], english_names: int, lexicon: Lexicon, listed: WordList) -> str:
    """Tell "en" or "sv" from lower-case words, each given with whether it is part of a Swedish name of a concept.

    `english_names`: how many English names of concepts the question has. Swedish names have English loans, which say
    nothing of the language.
    """
    english, swedish = float(min(english_names, 1)), 0.0
    for word, is_named in words:
        here = max(lexicon.zipf(word), listed.zipf.get(word, 0.0))
        there = listed.english.get(word, 0.0)
        if there > here + _MARGIN:
            english += 0 if is_named else 2 if there >= _FUNCTION else 1
        elif here > there + _MARGIN or (there == 0 and (word in lexicon or word in listed.counts)):
            swedish += 2 if here >= _FUNCTION else 1
        swedish += any(letter in "åäö" for letter in word)
    return "en" if english >= 2 and english > swedish else "sv"
