"""Swedish compounds → their parts: "självmordsförsöken" → självmords|försöken → självmord, försök.

The cheapest sequence of parts wins, when it is cheaper than the word as a whole. What a part costs comes from the
lexicon: the more dictionary words have it in that place, the less.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from ingest.lexicon import Entry

SHORTEST_WORD: Final = 5
"""Letters; shorter words are not split."""

SHORTEST_PART: Final = 2
"""Letters; "sy|behov", "is|bana"."""

LETTER: Final = 1.9
"""Nats of each letter of a word that is spelt out, not put together: the price of an unknown word."""

COMMON: Final = 0.5
"""Nats less for each step of zipf frequency of a listed word: the commoner, the more likely to be one idea."""

SHORT: Final = 1.5
"""Nats for each letter that a part has fewer than four: short parts are found by chance everywhere."""

TRIPLE: Final = 4.0
"""Nats of a letter that two parts share."""

KNOWN: Final = 7.0
"""Nats of a part that the vocabulary knows: as of one that eighty dictionary words have."""

INFLECTED: Final = 12.5
"""Nats of an inflected form before the last part, which no rule makes but people do: "insatserkatalog"."""


class Words(Protocol):
    """Where forms are looked up: a `Lexicon`, or a table."""

    def entry(self, form: str) -> Entry | None:
        """Look up a lower-case form."""


@dataclass(frozen=True, slots=True)
class _Split:
    cost: float
    parts: tuple[str, ...]
    bases: tuple[str, ...]


_IMPOSSIBLE: Final = _Split(math.inf, (), ())


class CompoundSplitter:
    """Splits words by the costs in a lexicon, and remembers those that it has seen."""

    def __init__(self, words: Words, known: Iterable[str] = ()) -> None:
        """Words of the vocabulary in use (`known`) count as good parts, though the lexicon lack them."""
        self._words = words
        self._known = frozenset(word.lower() for word in known)
        self._analyse = lru_cache(maxsize=100_000)(self._analyse_word)

    def split(self, word: str) -> tuple[str, ...]:
        """Surface parts, lower-case: "Kunskapsstyrning" → ("kunskaps", "styrning"); a word that is no compound alone.

        A hyphen is a boundary: "barn- och" and "e-hälsa" lose theirs.
        """
        return tuple(part for piece in _pieces(word) for part in self._analyse(piece).parts)

    def cost(self, word: str) -> float:
        """Nats of a word without hyphens as it is split: −ln of how likely its parts make it up; `split` says which."""
        return self._analyse(word.lower()).cost

    def parts(self, word: str) -> tuple[str, ...]:
        """Base forms of the parts: "kunskapsstyrningen" → ("kunskap", "styrning")."""
        *fronts, last = word.lower().split("-")
        bases = [base for piece in fronts if piece for base in self._front_bases(piece)]
        return (*bases, *(self._analyse(last).bases if last else ()))

    def _front_bases(self, piece: str) -> tuple[str, ...]:
        """Base forms of what stands before a hyphen: "hälso-" → "hälsa"."""
        bases = self._analyse(piece).bases
        entry = self._words.entry(piece)
        return (entry.base,) if len(bases) == 1 and entry and entry.first_cost < math.inf else bases

    def _analyse_word(self, word: str) -> _Split:
        entry = self._words.entry(word)
        lemma = entry.lemma if entry else word
        whole = _Split(self._whole_cost(word, entry), (word,), (lemma,))
        if len(word) < SHORTEST_WORD or not word.isalpha():
            return whole
        if lemma != word and len(self._analyse(lemma).parts) == 1:
            # What only an inflected form can be split into is an accident: person|alen, erfar|enheter.
            return whole
        cheapest = self._cheapest_split(word)
        return min(whole, cheapest, key=_cost)

    def _whole_cost(self, word: str, entry: Entry | None) -> float:
        spelt = LETTER * len(word)
        if entry is None and word not in self._known:
            return spelt
        lemma = self._words.entry(entry.lemma) if entry else None
        zipf = max(entry.zipf if entry else 0.0, lemma.zipf if lemma else 0.0)
        return spelt - COMMON * zipf

    def _cheapest_split(self, word: str) -> _Split:
        """Cheapest way to put the word together from two or more parts, by dynamic programming from the end."""
        length = len(word)
        tails = [_IMPOSSIBLE] * (length + 1)
        """Per position, the cheapest way to put together what follows; one part is enough."""
        for start in range(length - SHORTEST_PART, 0, -1):
            tails[start] = min(self._last(word[start:]), self._joined(word, start, tails), key=_cost)
        return self._joined(word, 0, tails)

    def _joined(self, word: str, start: int, tails: list[_Split]) -> _Split:
        best = _IMPOSSIBLE
        for end in range(start + SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            for tail in _tails_after(word, start, end, tails):
                if tail.cost >= best.cost:
                    continue
                cost, base = self._first(word[start:end])
                if cost + tail.cost < best.cost:
                    best = _Split(cost + tail.cost, (word[start:end], *tail.parts), (base, *tail.bases))
        return best

    def _first(self, part: str) -> tuple[float, str]:
        """Cost of a part that is not the last, and its base form."""
        known = next((base for base in (part, part.removesuffix("s")) if self._is_known(base)), None)
        entry = self._words.entry(part)
        cost, base = (entry.first_cost, entry.base) if entry else (math.inf, part)
        if entry and cost > INFLECTED and self._is_inflected(part, entry):
            cost, base = INFLECTED, entry.lemma
        if known and cost > KNOWN:
            cost, base = KNOWN, known
        return cost + _shortness(part), base

    def _is_inflected(self, part: str, entry: Entry) -> bool:
        lemma = self._words.entry(entry.lemma)
        return lemma is not None and entry.lemma != part and lemma.first_cost < math.inf and len(part) >= 4

    def _last(self, part: str) -> _Split:
        entry = self._words.entry(part)
        cost = entry.last_cost if entry else math.inf
        lemma = entry.lemma if entry else part
        known = next((base for base in (part, lemma, part.removesuffix("s")) if self._is_known(base)), None)
        if known and cost > KNOWN:
            return _Split(KNOWN + _shortness(part), (part,), (lemma if entry else known,))
        return _Split(cost + _shortness(part), (part,), (lemma,))

    def _is_known(self, word: str) -> bool:
        """Whether the vocabulary has the word, and not as a compound: "alkoholmissbruk" is better seen as two parts."""
        return word in self._known and len(self._analyse(word).parts) == 1


def _pieces(word: str) -> list[str]:
    return [piece for piece in word.lower().split("-") if piece]


def _shortness(part: str) -> float:
    return SHORT * max(4 - len(part), 0)


def _tails_after(word: str, start: int, end: int, tails: list[_Split]) -> list[_Split]:
    """What may follow a part that ends at `end`. Of three like letters one is not written: fall + lucka, "fallucka"."""
    after = [tails[end]]
    if end - start > SHORTEST_PART and word[end - 1] == word[end - 2] and word[end - 1] not in "aeiouyåäö":
        tail = tails[end - 1]
        after.append(_Split(tail.cost + TRIPLE, tail.parts, tail.bases))
    return after


def _cost(split: _Split) -> float:
    return split.cost
