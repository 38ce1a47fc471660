"""A word that nothing here knows → the word that was probably meant.

Known is what the release's texts or labels have, what the Swedish lexicon has, compounds of such words, and common
English words. For other words, all that stands near by spelling or by sound is weighed: how far apart they are
(`search.misspelling`) against how likely the word is to be asked for here. Where a compound is written that no text
has, its parts are mended.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ingest.compounds import CompoundSplitter
from ingest.lexicon import Lexicon
from search.knownwords import SHORTEST, KnownWords
from search.misspelling import misspelling_cost, unmarked
from search.wordlist import WordList
from search.wordshelf import Shelf

_LIMITS: Final = (0.0, 0.0, 0.0, 0.0, 0.7, 1.0, 1.25, 1.35, 1.5, 1.6, 1.8, 2.0, 2.2)
"""The highest cost at which a word of so many letters is suggested for; the last also for longer ones."""
_UNUSUAL: Final = 0.7
"""Share of that for words that neither texts nor labels have."""
_NAMED: Final = 1.15
"""The same for words of labels."""
_DOUBTFUL: Final = 1.3
"""The highest cost for a word that something speaks for: "radgivning" by a dictionary, "läker|medel" by two words."""
_RARER: Final = 1.3
"""Zipf frequency by which such a word must be rarer than what is suggested for it."""
_RARER_BY_COST: Final = 2.9
"""The same for each unit of cost, where that is more: a letter is mistaken for another once in hundreds of words."""
_COMMON: Final = 3.0
"""Zipf frequency from which a word is not asked about but for another that sounds like it."""
_MAY_END: Final = 3.0
"""Zipf frequency from which any word that may end a compound is believed to."""
_PLAIN: Final = 0.7
"""A whole word at no more than this cost is meant, and no compound is tried."""
_NAME: Final = 0.9
"""The highest cost for a word that begins with a capital within a sentence, and is likely to be a name."""
_SUBSTANCE: Final = re.compile(
    ".{2,}(?:amfetamin|apin|azepam|azin|azol|bamat|barbital|dopa|faxin|fenidat|giptin|idon|ketamin|melatin|metadol|"
    "morfin|nalin|olam|orfin|oxetin|pentixol|peridol|piprazol|pram|pristin|profen|racetam|sartan|setron|statin|"
    "stigmin|tidin|tiazin|tixen|toin|tralin|trexon|triptan|triptylin|triptyl|valproat|vaptan|zapin|zepam|zepin|zodon|"
    "zolam|zumab|fibrat|pril|olol)(?:et)?"
)
"""Ends of the names of medicines, after WHO's list of stems: they differ from each other by a letter or two."""
_SUBSTANCE_LIMIT: Final = 1.0
_PER_ZIPF, _PER_TENFOLD, _LABEL = 0.1, 0.15, 0.3
"""What a word is worth for being common in Swedish, common in the texts, and in a label, as against cost."""
_PART: Final = 0.25
"""Cost of taking a word for a compound that no text has."""
_SHORTEST_PART: Final = 4
_LIKELIEST: Final = 3
"""Words whose other forms are looked at."""
_CLEARLY: Final = 0.3
"""What such a form must cost less."""
_LONG: Final = 7
"""Letters from which a word a letter away is likely to be the one that was meant, however rare."""
_RARE: Final = 1.5
"""Zipf frequency of the rarest word to suggest."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzåäöé"
_PIECES: Final = 4
"""Words that one written word is parted into at most."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word and what it costs to have meant it; lower is likelier."""

    word: str
    cost: float
    score: float


class Speller:
    """Suggests words for those that nobody knows. Safe to share between threads."""

    def __init__(
        self, words: WordList, lexicon: Lexicon, known: Iterable[str] = (), phrases: Iterable[str] = ()
    ) -> None:
        """`known`: words that the vocabulary has; `phrases`: its names of several words."""
        self._words = words
        self._phrases = frozenset(end for phrase in phrases for end in _ends(phrase.lower()))
        self._lexicon = lexicon
        self._known = KnownWords(words, lexicon, CompoundSplitter(lexicon, known))
        self._whole = Shelf([word for word in words.zipf if len(word) >= SHORTEST - 1], self._worth)
        self._lasts = Shelf(list(words.lasts), self._worth)
        self._firsts = Shelf(list(words.firsts), lambda first: _PER_TENFOLD * float(np.log10(1 + words.firsts[first])))
        self.suggest = lru_cache(maxsize=10_000)(self._suggest)

    def has(self, word: str) -> bool:
        """Whether the texts or the labels have a lower-case word."""
        return self._known.has(word)

    def is_label(self, word: str) -> bool:
        """Whether a lower-case word stands in the name of a concept."""
        return word in self._words.labels

    def as_phrase(self, word: str) -> str | None:
        """The words that a lower-case word joins, when they are or end in a name of a concept: "npopsykiskhälsa"."""
        if self.has(word) or word in self._lexicon:
            return None
        return next(filter(None, map(self._phrase, _partings(word, self._pieces(word)))), None)

    def _pieces(self, word: str) -> list[list[int]]:
        """For each place, where the words that begin there end."""
        least = SHORTEST - 1
        return [
            [end for end in range(start + least, len(word) + 1) if self.has(word[start:end])]
            for start in range(len(word))
        ]

    def _phrase(self, pieces: tuple[str, ...]) -> str | None:
        ends = (" ".join(pieces[start:]) for start in range(len(pieces) - 1))
        return " ".join(pieces) if any(end in self._phrases for end in ends) else None

    def doubts(self, word: str) -> bool:
        """Whether a lower-case word is worth asking about: of letters, of some length, and not sure to be right."""
        return self._known.doubts(word)

    def _suggest(self, word: str, is_name: bool = False) -> Suggestion | None:
        """The word that was probably meant by a lower-case word of letters; None where it is right, or none is near.

        `is_name`: it is likely to be a name, since it begins with a capital within a sentence.
        """
        if not self.doubts(word):
            return None
        if (own := self._known.own(word)) is not None:
            alike = self._weighed(word, self._easily_confused(word, own), _DOUBTFUL)
            return min((found for found in alike if self._outshines(found, word)), key=_score, default=None)
        limit = _LIMITS[min(len(word), len(_LIMITS) - 1)]
        if _SUBSTANCE.fullmatch(word):
            limit = min(limit, _SUBSTANCE_LIMIT)
        if is_name:
            limit = min(limit, _NAME)
        found = list(self._weighed(word, self._whole.near(word), limit))
        found += self._other_forms(word, found, limit)
        if not is_name and all(whole.cost > _PLAIN for whole in found):
            found += self._mended_compounds(word, limit)
        if not found and not is_name and len(word) >= _LONG:
            found += self._rare(word, limit * _UNUSUAL)
        return min(found, key=_score, default=None)

    def _outshines(self, meant: Suggestion, written: str) -> bool:
        """Whether a word that something speaks for is likelier to be another."""
        counts = self._words.counts
        is_swedish = written in self._lexicon
        if counts.get(meant.word, 0) < 3 * counts.get(written, 0) or (is_swedish and not self.has(meant.word)):
            return False
        if not is_swedish and unmarked(written) == unmarked(meant.word) and self.has(meant.word):
            return True
        if not is_swedish and self._known.lacks_link(written, meant.word):
            return True
        own = self._known.own(written, meant.word) or 0.0
        return self._known.asked(meant.word) >= own + max(_RARER, _RARER_BY_COST * meant.cost)

    def _easily_confused(self, word: str, own: float) -> Iterator[str]:
        """Words that sound like one; of one that is rare, also those a letter away that are much asked for."""
        yield from self._whole.alike(word)
        if own < _COMMON and len(word) >= _LONG - 1:
            yield from (meant for meant in _a_letter_away(word) if self._may_be_meant(meant, word))

    def _may_be_meant(self, meant: str, word: str) -> bool:
        """Whether a word is listed where it must be to stand against one that something speaks for."""
        if word in self._lexicon:
            return self.has(meant)
        return meant in self._words.zipf or (meant in self._lexicon and self._known.is_made_up(word))

    def _weighed(self, word: str, nearest: Iterable[str], limit: float) -> Iterator[Suggestion]:
        """Whole words."""
        for meant in nearest:
            allowed = limit * (_NAMED if self.is_label(meant) else 1.0 if self.has(meant) else _UNUSUAL)
            cost = misspelling_cost(word, meant, allowed + 0.01)
            if meant != word and cost <= allowed:
                yield Suggestion(meant, cost, cost - self._worth(meant))

    def _other_forms(self, word: str, found: list[Suggestion], limit: float) -> list[Suggestion]:
        """Forms of the likeliest words that no list here has, and that are nearer: "remittera", not "remitteras"."""
        likeliest = sorted(found, key=_score)[:_LIKELIEST]
        lemmas = {self._lexicon.lemma(meant.word) for meant in likeliest if meant.cost > _CLEARLY}
        forms = {form for lemma in lemmas if lemma for form in self._lexicon.inflections(lemma)} - {word}
        costs = {form: misspelling_cost(word, form, limit) for form in sorted(forms - self._words.zipf.keys())}
        nearest = min((meant.cost for meant in likeliest), default=0.0)
        return [
            Suggestion(form, cost, cost - _PER_ZIPF * self._lexicon.zipf(form))
            for form, cost in costs.items()
            if cost < min(limit, nearest - _CLEARLY)
        ]

    def _rare(self, word: str, limit: float) -> Iterator[Suggestion]:
        """Words that are too rare to be listed, a letter away."""
        for meant in _a_letter_away(word):
            often = self._lexicon.zipf(meant)
            if often >= _RARE and (cost := misspelling_cost(word, meant, limit + 0.01)) <= limit:
                yield Suggestion(meant, cost, cost - _PER_ZIPF * often)

    def _mended_compounds(self, word: str, limit: float) -> Iterator[Suggestion]:
        """The word as two parts of which one is right and the other is not."""
        if len(word) < 2 * _SHORTEST_PART:
            return
        for place in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first, last = word[:place], word[place:]
            if self._may_end(last):
                for meant in self._firsts.near(first):
                    yield from self._compound(first, meant, meant + last, limit)
            if first in self._words.firsts:
                for meant in self._lasts.near(last):
                    yield from self._compound(last, meant, first + meant, limit)

    def _may_end(self, part: str) -> bool:
        entry = self._lexicon.entry(part)
        return part in self._words.lasts or (
            entry is not None and entry.zipf >= _MAY_END and entry.last_cost < float("inf")
        )

    def _compound(self, written: str, meant: str, whole: str, limit: float) -> Iterator[Suggestion]:
        limit = min(limit, _LIMITS[min(len(written), len(_LIMITS) - 1)])
        cost = misspelling_cost(written, meant, limit + 0.01)
        if written != meant and cost <= limit:
            worth = self._worth(whole) if self.has(whole) else self._worth(meant) / 2 + self._lexicon.zipf(whole) / 10
            yield Suggestion(whole, cost + _PART, cost + _PART - worth)

    def _worth(self, word: str) -> float:
        words = self._words
        seen = float(np.log10(1 + words.counts.get(word, 0)))
        return _PER_ZIPF * words.zipf.get(word, 0.0) + _PER_TENFOLD * seen + (_LABEL if word in words.labels else 0.0)


def _ends(phrase: str) -> Iterator[str]:
    """What a phrase ends in, of two words or more: "psykisk hälsa" of "NPO psykisk hälsa"."""
    words = phrase.split()
    return (" ".join(words[start:]) for start in range(len(words) - 1))


def _a_letter_away(word: str) -> Iterator[str]:
    """All that one letter more, less, or for another, or two in the other order, makes of a word."""
    for place in range(len(word) + 1):
        front, back = word[:place], word[place:]
        yield front + back[1:]
        yield front + back[1:2] + back[:1] + back[2:]
        for letter in _LETTERS:
            yield front + letter + back
            yield front + letter + back[1:]


def _partings(word: str, ends: list[list[int]], start: int = 0, most: int = _PIECES) -> Iterator[tuple[str, ...]]:
    """Ways to part a word into 2 to `most` words, given where the words that begin at each place end."""
    for end in ends[start] if start < len(word) else ():
        if end == len(word) and start:
            yield (word[start:],)
        elif end < len(word) and most > 1:
            yield from ((word[start:end], *rest) for rest in _partings(word, ends, end, most - 1))


def _score(found: Suggestion) -> tuple[float, str]:
    return found.score, found.word
