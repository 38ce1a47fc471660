"""A word → how common it is by the best that speaks for it: a list, its parts, its base, or how learned words are made.

No list has all words of care, so what is in none may still be right: "huvudmännens", "drogvaneutredning", "somatik".
All evidence is brought to one scale, zipf frequency (log10 of occurrences in 10⁹ words), so that it can be weighed
against how common the word is that may have been meant.
"""

import math
from typing import Final

from ingest.compounds import CompoundSplitter
from ingest.language import LONGEST_WORD
from ingest.lexicon import Lexicon
from search.wordlist import WordList

SHORTEST: Final = 4
"""Letters; shorter words are as near to each other as to what they were meant for."""
_OWN_WORD: Final = 3.0
"""Zipf frequency from which a dictionary's word is trusted to be itself."""
_UNSEEN: Final = 1.0
"""Zipf frequency of what lists of frequencies lack: they end there, so that an absence tells no more."""
_FORM: Final = 1.0
"""Zipf frequency by which a form that no list has is rarer than the word."""
_USUAL_LINK: Final = 2.0
"""Nats by which a first part is likelier with an s than without for the s to be missed."""
_LEARNED: Final = 1.5
"""Zipf frequency of a word that only its being made as learned words are speaks for."""
_IN_A_NAME: Final = 1.0
"""Zipf frequency to add for a word of the concepts' names: it is asked for here ten times as often as elsewhere."""
_MUCH_ASKED: Final = 3.0
"""Zipf frequency, at least, of a word of the texts; more by how often they have it."""

_ENDINGS: Final = tuple("ernas arnas ornas erna arna orna ens ets en et er ar or n t s".split())  # noqa: SIM905
_DERIVED: Final = (("ik", "isk"), ("iker", "isk"), ("ism", "ist"), ("ist", "ism"), ("itet", "iv"), ("itet", ""))
"""Ends of learned words, with those of the words that imply them: "somatik" of "somatisk"."""
_PREFIXES: Final = frozenset(
    """
    a an ana andro anti apo astro auto bi bio de des di dia dis dys endo epi eu ex exo hemi hetero homo hyper hypo in
    infra inter intra iso ko kon kontra makro mega meta mikro mono multi neo neuro non para peri poly post pre pro
    pseudo psyko re retro semi sub super supra syn sym tele trans tri ultra uni
    """.split()  # noqa: SIM905
)
"""Beginnings of Greek and Latin words."""
_SHORTEST_ROOT: Final = 4
_SHARED: Final = 3
"""Listed words with another such beginning from which a root is one: "drom" of "syndrom", "anadrom", "autodrom"."""


class KnownWords:
    """What texts, labels, lists and the rules of words say of a lower-case word. Safe to share between threads."""

    def __init__(self, words: WordList, lexicon: Lexicon, splitter: CompoundSplitter) -> None:
        self._words = words
        self._lexicon = lexicon
        self._splitter = splitter

    def has(self, word: str) -> bool:
        """Whether the texts or the labels have a word."""
        return word in self._words.counts or word in self._words.labels

    def doubts(self, word: str) -> bool:
        """Whether a word is worth asking about: of letters, of some length, and not sure to be right."""
        return SHORTEST <= len(word) <= LONGEST_WORD and word.isalpha() and not self._is_sure(word)

    def _is_sure(self, word: str) -> bool:
        """Whether a word is certainly right."""
        words = self._words
        if words.counts.get(word, 0) > 1:
            return True
        entry = self._lexicon.entry(word)
        if entry is not None and entry.zipf >= _OWN_WORD:
            return True
        # Some dictionaries list misspelt forms ("ungdommar"), so a rare form of a label's word is not sure.
        return word in words.labels and (entry is None or entry.lemma == word or word in words.counts)

    def is_made_up(self, word: str) -> bool:
        """Whether no list has a word, but it can be put together from words."""
        words = self._words
        lists = (words.counts, words.labels, words.names, words.english, self._lexicon)
        return not any(word in known for known in lists) and len(self._splitter.split(word)) > 1

    def lacks_link(self, word: str, meant: str) -> bool:
        """Whether a listed compound has an s more, that its first part usually has: "handlingplan", "handlingsplan"."""
        first = self._splitter.split(word)[0]
        if meant != f"{first}s{word.removeprefix(first)}":
            return False
        bare, linked = (self._lexicon.entry(part) for part in (first, first + "s"))
        return linked is not None and linked.first_cost + _USUAL_LINK <= (bare.first_cost if bare else math.inf)

    def own(self, word: str, meant: str = "") -> float | None:
        """Zipf frequency of a word as itself, by the best that speaks for it; None where nothing does.

        A dictionary's form is as common as its base form, unless that is also the one of what may have been `meant`.
        """
        found = [*self._listed(word, meant), *self._explained(word)]
        return max(found, default=None)

    def asked(self, word: str) -> float:
        """Zipf frequency with which a word is asked for here."""
        words = self._words
        often = words.zipf.get(word) or self._lexicon.zipf(word)
        count = words.counts.get(word, 0)
        seen = _MUCH_ASKED + math.log10(count) if count else 0.0
        # An inflected form that was only made from a label's word is as common as it is elsewhere.
        is_named = word in words.labels and (count or (self._lexicon.lemma(word) or word) == word)
        least = _UNSEEN if word in self._lexicon else 0.0
        return max(often + (_IN_A_NAME if is_named else 0.0), seen, least)

    def _listed(self, word: str, meant: str) -> list[float]:
        words = self._words
        found = [often for often in (words.zipf.get(word), words.english.get(word)) if often is not None]
        if word in words.names:
            found.append(2.0)
        if (entry := self._lexicon.entry(word)) is not None:
            is_form = bool(meant) and entry.lemma == self._lexicon.lemma(meant)
            found.append(max(entry.zipf, 0.0 if is_form else self._lexicon.zipf(entry.lemma)))
        return [max(often, _UNSEEN) for often in found]

    def _explained(self, word: str) -> list[float]:
        """By the rules of compounds, inflection, and learned words."""
        found = []
        if len(self._splitter.split(word)) > 1:
            found.append(9.0 - self._splitter.cost(word) / math.log(10))
        bases = (word.removesuffix(ending) for ending in _ENDINGS if self._is_inflected(word, ending))
        found += [max(self.asked(base) - _FORM, _UNSEEN) for base in bases]
        if self._is_learned(word):
            found.append(_LEARNED)
        return found

    def _is_inflected(self, word: str, ending: str) -> bool:
        base = word.removesuffix(ending)
        if base == word or base[-1:] == ending[0]:
            return False
        parts = self._splitter.split(base)
        if ending == "s":
            return self.has(base) or base in self._lexicon or len(parts) > 1
        return self.has(base) and not self._is_adjective(parts[-1])

    def _is_adjective(self, base: str) -> bool:
        """Whether a word is inflected as an adjective, so that it takes no ending of nouns: "samsjuklig"."""
        return all(self._lexicon.lemma(base + ending) == base for ending in ("a", "t"))

    def _is_learned(self, word: str) -> bool:
        for ending, other in _DERIVED:
            if word.endswith(ending) and (stem := word.removesuffix(ending) + other) != word and stem in self._lexicon:
                return True
        return any(
            word.startswith(prefix) and self._is_root(word.removeprefix(prefix))
            for prefix in _PREFIXES
            if len(word) >= len(prefix) + _SHORTEST_ROOT
        )

    def _is_root(self, root: str) -> bool:
        return sum(prefix + root in self._lexicon for prefix in _PREFIXES) >= _SHARED
