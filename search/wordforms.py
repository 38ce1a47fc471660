"""The words of every passage by base form, with their places, as arrays of the index.

Analysing twenty passages again for each answer takes longer than finding them; looking up numbers takes microseconds.
"""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.language import Token

_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class WordForm:
    """A word of a passage by one of its forms: its base form, or (`is_part`) that of a part of it as a compound."""

    start: int
    end: int
    form: str
    is_part: bool


@dataclass(frozen=True, slots=True)
class WordForms:
    """The words of all passages; those of passage i are the rows `starts[i]` to `starts[i + 1]` of `words`."""

    numbers: dict[str, int]
    """Of each form."""
    starts: NDArray[np.int64]
    words: NDArray[np.int32]
    """(m, 4): start and end in the passage, number of the form, whether it is a part. In order of place."""

    def number(self, forms: Iterable[str]) -> dict[int, str]:
        """Forms by their numbers, those that some passage has: what `find` is asked for."""
        return {number: form for form in forms if (number := self.numbers.get(form)) is not None}

    def find(self, passage: int, forms: Mapping[int, str]) -> list[WordForm]:
        """Where a passage has some forms, in order of place; a word's own form before those of its parts."""
        words = self.words[self.starts[passage] : self.starts[passage + 1]].tolist()
        return [
            WordForm(start, end, forms[number], bool(is_part))
            for start, end, number, is_part in words
            if number in forms
        ]


def write_word_forms(folder: Path, passages: Sequence[Sequence[Token]]) -> None:
    """Keep the words of passages, given as the tokens of their texts in row order."""
    numbers: dict[str, int] = {}
    words = array("i")  # a hundred thousand passages have millions of words, too many for tuples
    starts = [0]
    for tokens in passages:
        for token in tokens:
            if token.is_word:
                for place, form in enumerate((token.lemma, *token.parts)):
                    words.extend((token.start, token.end, numbers.setdefault(form, len(numbers)), place > 0))
        starts.append(len(words) // _COLUMNS)
    np.save(folder / "words.npy", np.array(words, dtype=np.int32).reshape(-1, _COLUMNS))
    np.save(folder / "words-starts.npy", np.array(starts, dtype=np.int64))
    (folder / "forms.json").write_text(json.dumps(list(numbers), ensure_ascii=False), encoding="utf-8")


def load_word_forms(folder: Path) -> WordForms:
    """Open the words. Raises OSError or ValueError when a file is damaged."""
    forms = json.loads((folder / "forms.json").read_text(encoding="utf-8"))
    starts = np.load(folder / "words-starts.npy")
    words = np.asarray(np.load(folder / "words.npy", mmap_mode="r"))  # a plain view: memmap is slow to slice
    if starts[-1] != len(words):
        raise ValueError("words.npy does not fit words-starts.npy")
    return WordForms({form: number for number, form in enumerate(forms)}, starts, words)
