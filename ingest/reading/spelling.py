"""Whether a string of letters is a Swedish word: what repair asks before it joins the two halves of a broken one."""

from collections.abc import Iterable
from typing import Final, Protocol

from ingest.compounds import CompoundSplitter, Words


class Spelling(Protocol):
    """What is known of words, which are given in lower case."""

    def lists(self, word: str) -> bool:
        """Whether a dictionary or the vocabulary has the very form."""

    def explains(self, word: str) -> bool:
        """Whether it is listed, or a compound of what is."""


class LexiconSpelling:
    """Knows the forms of a lexicon, the words of the vocabulary in use (`known`), and their compounds."""

    def __init__(self, words: Words, known: Iterable[str] = ()) -> None:
        self._words = words
        self._known = frozenset(word.lower() for word in known)
        self._splitter = CompoundSplitter(words, self._known)

    def lists(self, word: str) -> bool:
        """Whether the lexicon or the vocabulary has the very form."""
        return word in self._known or self._words.entry(word) is not None

    def explains(self, word: str) -> bool:
        """Whether it is listed, or a compound of what is."""
        return self.lists(word) or len(self._splitter.split(word)) > 1


class _Unlettered:
    def lists(self, _word: str) -> bool:
        return False

    def explains(self, _word: str) -> bool:
        return False


NO_SPELLING: Final[Spelling] = _Unlettered()
"""Knows no word at all: with it, only what needs no dictionary is mended."""
