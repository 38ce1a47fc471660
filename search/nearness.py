"""Written words → how near they are to the beginning of what may have been meant, for all known words at once.

The distance is that of Damerau and Levenshtein in its restricted form (insert, delete, substitute, swap neighbours),
from a typed word to the nearest *prefix* of each known word: a word under way is no misspelling of the whole one.
RapidFuzz has no distance to prefixes, and asking it for every length of prefix costs more than the table below, whose
cells are arrays over all words (Ukkonen, "Algorithms for approximate string matching", 1985, for the band).
"""

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Letters: TypeAlias = NDArray[np.uint16]
"""The letters of n words, (LONGEST, n): one row for each place, 0 after the end of a word."""

LONGEST = 24
"""Letters of a known word that are compared; nobody types more before choosing."""
_FAR = 100


class _Folding(dict[int, str]):
    """Code point → its base letter in lower case: one for one, so that places in a text stay what they are."""

    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        self[code] = letter = unicodedata.normalize("NFD", lower)[0] if lower else chr(code)
        return letter


_FOLDING = _Folding({ord("ø"): "o", ord("Ø"): "o", ord("æ"): "a", ord("Æ"): "a"})


def fold(text: str) -> str:
    """The text in lower case without diacritics, as long as it was; written composed (NFC) it keeps its words whole.

    >>> fold("Ångestsyndrom")
    'angestsyndrom'
    """
    return text.translate(_FOLDING)


def letters(words: Sequence[str]) -> Letters:
    """The words as a table for `prefix_distances`; letters beyond the basic plane count as unlike all others."""
    if not words:
        return np.zeros((LONGEST, 0), dtype=np.uint16)
    codes = np.array(words, dtype=f"U{LONGEST}").view(np.uint32).reshape(len(words), LONGEST)
    return np.ascontiguousarray(np.where(codes > 0xFFFF, 0xFFFF, codes).astype(np.uint16).T)


def edits_allowed(length: int) -> int:
    """How many mistakes a word of that many letters may have: more, and other words would be as near."""
    return 0 if length < 4 else 1 if length < 8 else 2


def prefix_distances(typed: str, known: Letters, most: int) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Distance from `typed` to the nearest prefix of each word, and the length of that prefix: two arrays (n,).

    Right where it is at most `most`; above that it is only known to be more.
    """
    number = known.shape[1]
    width = min(LONGEST, len(typed) + most)
    far = np.full(number, _FAR, dtype=np.int8)
    above2: list[NDArray[np.int8]] = []
    above = [np.full(number, min(place, _FAR), dtype=np.int8) for place in range(width + 1)]
    codes = [min(ord(letter), 0xFFFE) for letter in typed]
    for row, code in enumerate(codes, start=1):
        current = [far] * (width + 1)
        if row <= most:
            current[0] = np.full(number, row, dtype=np.int8)
        same = {place: known[place - 1] == code for place in range(max(1, row - most - 1), min(width, row + most) + 1)}
        for place in range(max(1, row - most), min(width, row + most) + 1):
            best = np.minimum(above[place - 1] + ~same[place], np.minimum(above[place], current[place - 1]) + 1)
            if row > 1 and place > 1:
                swapped = same[place - 1] & (known[place - 1] == codes[row - 2])
                best = np.where(swapped, np.minimum(best, above2[place - 2] + 1), best)
            current[place] = best.astype(np.int8)
        above2, above = above, current
    first = max(0, len(typed) - most)
    ends = np.stack([*above[first:], far])  # where the word is longer than what is compared, all is far
    nearest = ends.argmin(axis=0)
    return ends[nearest, np.arange(number)], (nearest + first).astype(np.int8)
