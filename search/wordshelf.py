"""Many words → those near a given one, by spelling or by sound, a few milliseconds for some ten thousand."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.misspelling import sound, unmarked

_WEIGHED: Final = 24
"""How many of the nearest words are worth weighing with care."""
_SOUND: Final = 0.25
"""How much less it says that a word sounds near than that it is spelt so."""
_FAR: Final = 99.0


class Shelf:
    """Words to suggest, for finding those near a word by spelling or by sound."""

    def __init__(self, words: list[str], worth: Callable[[str], float]) -> None:
        self._words = sorted(words, key=lambda word: (len(word), word))
        self._sounds = [sound(word) for word in self._words]
        self._unmarked = _by_key(self._words, map(unmarked, self._words))
        self._alike = _by_key(self._words, self._sounds)
        self._worths: NDArray[np.float32] = np.array([worth(word) for word in self._words], dtype=np.float32)
        self._lengths: NDArray[np.int16] = np.array([len(word) for word in self._words], dtype=np.int16)
        self.near = lru_cache(maxsize=2_000)(self._near)

    def alike(self, word: str) -> tuple[str, ...]:
        """The words that sound like one, or are written so but for the marks of å, ä, ö; some microseconds."""
        return (*self._unmarked.get(unmarked(word), ()), *self._alike.get(sound(word), ()))

    def _near(self, word: str) -> tuple[str, ...]:
        """The words most worth weighing."""
        far = 1 if len(word) < 5 else 2 if len(word) < 9 else 3
        start, end = np.searchsorted(self._lengths, [len(word) - far, len(word) + far + 1])
        if start == end:
            return ()
        spelt = self._distances(word, self._words[start:end], far)
        heard = self._distances(sound(word), self._sounds[start:end], 1 if len(word) < 6 else 2)
        scores = np.minimum(spelt, heard + _SOUND) - self._worths[start:end]
        nearest = np.argpartition(scores, _WEIGHED)[:_WEIGHED] if len(scores) > _WEIGHED else np.arange(len(scores))
        found = [self._words[start + place] for place in nearest if scores[place] < _FAR / 2]
        return tuple(dict.fromkeys([*self._unmarked.get(unmarked(word), ()), *found]))

    @staticmethod
    def _distances(word: str, words: list[str], limit: int) -> NDArray[np.float32]:
        row = process.cdist([word], words, scorer=OSA.distance, score_cutoff=limit, dtype=np.uint8)[0]
        return np.where(row > limit, _FAR, row).astype(np.float32)


def _by_key(words: Iterable[str], keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, key in zip(words, keys, strict=True):
        found.setdefault(key, []).append(word)
    return {shared: tuple(listed) for shared, listed in found.items()}
