"""What somebody has begun to write → what they may be about to ask: concepts, headings and questions.

Every word must begin a word of a name, or a part of a compound in it ("miss" → "alkoholmissbruk"), in any order, with
or without diacritics. Only where nothing does is a word taken for a misspelling, and only where no name has all the
words is the end of the question completed by a concept. `search.suggestions` writes what is read here.
"""

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontology.errors import BrokenRelease, QuestionError
from ontology.privacy import redact
from search.nearness import LONGEST, Letters, edits_allowed, fold, letters, prefix_distances
from search.question import MAX_CHARACTERS

Span: TypeAlias = tuple[int, int]
SuggestionType: TypeAlias = Literal["concept", "heading", "question"]

MAX_LIMIT = 20
_LAST_WORDS = 8
"""Words of the question that are looked at; who has written more knows what to ask."""
_TAIL_WORDS = 3
_EDIT = 2.0
_LATER_WORD = 0.4
_PART = 0.4
_WHOLE = -0.5
_UNSAID = 0.6
"""Costs, of which the smallest total comes first: of a misspelt letter, of a word that begins a later word or a part of
a compound and not the name, of a word that is written out, and of a function word that the name does not have."""
_SHARES: dict[SuggestionType, float] = {"concept": 0.625, "heading": 0.375, "question": 0.375}
"""At most this share of the places go to one type while another has something to put there."""
_UNLIKE = 1.0
_CONSIDERED = 8
"""Cost of a word with other diacritics; how many times the number asked for is looked at more closely."""
_FIRST_LETTER_SURE = 6
"""Letters; of a shorter word the first must be right, or any short word would do."""
_WORD = re.compile(r"[^\W_]+")
_FUNCTION_WORDS = frozenset(
    """
    att av bor da de den det dem dessa detta ditt du eller en er ett far finns for fran ha har hos hur i jag kan man
    maste med min mitt och om pa sig sin ska skall som till under vad var varfor vem vi vid vilka vilken vilket
    ar
    """.split()  # noqa: SIM905  a quotation mark around each would hide them
)
"""Folded. A name need not have them; "inte" and "utan" are not among them."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be asked. `matched` are the spans of `text` (code points, half open) that were written."""

    text: str
    type: SuggestionType
    kind: str
    """What kind of concept or heading it is, as in `Concept.kind`; "" for a question."""
    iri: str
    """Of the concept, document or section; "" for a question."""
    matched: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that may be suggested; `shown` takes its place where it is only recognised, as a misspelling is."""

    text: str
    type: SuggestionType
    kind: str
    iri: str
    cost: float
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """All names, with their words in order; `words[i]` stands in the names `places[ends[i - 1] : ends[i]]`.

    A part of a compound counts as a word that reaches to the compound's end.
    """

    names: tuple[Name, ...]
    words: tuple[str, ...]
    """Folded, each once, sorted."""
    ends: NDArray[np.int32]
    places: NDArray[np.int32]
    """Rows of names."""
    starts: NDArray[np.int32]
    """Where the word stands in that name."""
    costs: NDArray[np.float32]
    """What it costs to match the name by that word."""


@dataclass(frozen=True, slots=True)
class _Matches:
    """Where one written word fits: row of the name, place in it, letters that it covers there, and the cost."""

    names: NDArray[np.int32]
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]
    costs: NDArray[np.float32]


Near: TypeAlias = Callable[[str], _Matches]


class Suggester:
    """Suggests over one index. Safe to share between threads."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._letters: Letters = letters(names.words)
        self._sizes = np.array([len(word) for word in names.words], dtype=np.int32)
        self._own = np.array([name.cost for name in names.names], dtype=np.float32)
        self._concepts = np.array([name.type == "concept" for name in names.names], dtype=bool)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """The likeliest first, each once. `text` is as `written` returns it."""
        words = list(_WORD.finditer(fold(text)))[-_LAST_WORDS:]
        if not words or not self._names.names:
            return ()
        asked = [text[word.start() : word.end()].lower() for word in words]
        near = cache(self._near)  # for this text alone: what people write is not kept
        found: tuple[Suggestion, ...] = ()
        for misspelt in (False, True):
            found = found or self._all(asked, limit, self._fits(asked, near, misspelt=misspelt))
        for first in range(max(1, len(words) - _TAIL_WORDS), len(words)):
            follows = _is_function(asked[first - 1]) and not _is_function(asked[first])
            if follows or not found:
                tail, head = asked[first:], text[: words[first].start()]
                found += self._all(tail, limit - len(found), self._fits(tail, near, misspelt=False), head)
        return found

    def _all(
        self, words: Sequence[str], limit: int, fits: Sequence[_Matches], head: str = ""
    ) -> tuple[Suggestion, ...]:
        """The names that have all words; concepts alone where they complete a `head`."""
        needed = [not _is_function(word) for word in words]
        if not any(needed):
            needed = [True] * len(words)
        total = self._own.copy()
        if head:
            total[~self._concepts] = np.inf
        for fit, is_needed in zip(fits, needed, strict=True):
            best = np.full(len(total), np.inf if is_needed else _UNSAID, dtype=np.float32)
            np.minimum.at(best, fit.names, fit.costs if is_needed else 0.0)
            total += best
        first = [row for row in np.argsort(total, kind="stable")[: limit * _CONSIDERED] if np.isfinite(total[row])]
        spans = {row: self._spans(row, fits) for row in first}
        first.sort(key=lambda row: total[row] + _UNLIKE * _unlike(self._names.names[row].text, words, spans[row]))
        return _varied((self._suggestion(row, spans[row], head) for row in first), limit)

    def _fits(self, words: Sequence[str], near: Near, *, misspelt: bool) -> list[_Matches]:
        """Where each word stands as it is written, or else (or also, if `misspelt`) as it may have been meant.

        Only the last word may be under way; a function word before it fits itself alone.
        """
        fits = []
        for place, word in enumerate(map(fold, words), start=1):
            is_said = _is_function(word) and place < len(words)
            first = bisect_left(self._names.words, word)
            last = bisect_left(self._names.words, word + ("\0" if is_said else "\U0010ffff"))
            if (first == last or misspelt) and edits_allowed(len(word)) and not _is_function(word):
                fits.append(near(word))
            else:
                number = last - first
                fits.append(self._at(np.arange(first, last), np.full(number, len(word)), np.zeros(number), len(word)))
        return fits

    def _near(self, word: str) -> _Matches:
        most = edits_allowed(len(word))
        distances, lengths = prefix_distances(word[:LONGEST], self._letters, most)
        near = distances <= most
        if len(word) < _FIRST_LETTER_SURE:
            near &= self._letters[0] == ord(word[0])
        rows = np.flatnonzero(near)
        return self._at(rows, lengths[rows], distances[rows], len(word))

    def _at(
        self,
        rows: NDArray[np.int64],
        lengths: NDArray[np.signedinteger],
        edits: NDArray[np.number],
        written: int,
    ) -> _Matches:
        """The places of these words, each with how much of it was written and with how many edits."""
        ends = self._names.ends
        begins = np.where(rows > 0, ends[rows - 1], 0)
        counts = ends[rows] - begins
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(begins, counts) + within
        cost = edits * _EDIT + np.where((self._sizes[rows] == written) & (edits == 0), _WHOLE, 0.0)
        return _Matches(
            self._names.places[places],
            self._names.starts[places],
            np.repeat(lengths, counts).astype(np.int32),
            (self._names.costs[places] + np.repeat(cost, counts)).astype(np.float32),
        )

    def _spans(self, row: int, fits: Sequence[_Matches]) -> list[Span | None]:
        """Where each word fits a name best; None where it does not."""
        found: list[Span | None] = []
        for fit in fits:
            here = np.flatnonzero(fit.names == row)
            best = here[fit.costs[here].argmin()] if len(here) else None
            found.append(None if best is None else (int(fit.starts[best]), int(fit.starts[best] + fit.lengths[best])))
        return found

    def _suggestion(self, row: int, spans: Sequence[Span | None], head: str) -> Suggestion:
        name = self._names.names[row]
        seen = () if name.shown else _merged(sorted({span for span in spans if span}))
        matched = tuple((len(head) + start, len(head) + end) for start, end in seen)
        return Suggestion(head + (name.shown or name.text), name.type, name.kind, name.iri, matched)


def written(text: str) -> str:
    """What was written, composed, on one line and without personal identity numbers.

    Raises QuestionError when it is longer than a question may be.
    """
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"Frågan har {len(text)} tecken; högst {MAX_CHARACTERS} tas emot. Korta den.")
    return redact(unicodedata.normalize("NFC", " ".join(text.encode(errors="replace").decode().split())))


def load_suggester(path: Path) -> Suggester:
    """Open what `search.suggestions.write_suggestions` wrote. Raises BrokenRelease when it is not that."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        names = Names(
            names=tuple(Name(*fields) for fields in stored["names"]),
            words=tuple(stored["words"]),
            ends=np.array(stored["ends"], dtype=np.int32),
            places=np.array(stored["places"], dtype=np.int32),
            starts=np.array(stored["starts"], dtype=np.int32),
            costs=np.array(stored["costs"], dtype=np.float32),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenRelease(f"Förslagen går inte att öppna: {error}. Kör `vipgraf publish`.") from error
    return Suggester(names)


def _is_function(word: str) -> bool:
    return fold(word) in _FUNCTION_WORDS


def _unlike(text: str, words: Sequence[str], spans: Sequence[Span | None]) -> int:
    """How many words were written with other diacritics than the name has: "när" is no beginning of "narkotika".

    Who writes none at all may lack the keys for them.
    """
    return sum(
        span is not None and fold(word) != word and text[span[0] : span[1]].lower() != word
        for word, span in zip(words, spans, strict=True)
    )


def place_cost(start: int, *, begins_word: bool) -> float:
    """What it costs to match a name at a place: nothing at its beginning, more at a part of a compound."""
    if not begins_word:
        return _PART
    return _LATER_WORD if start else 0.0


def name_words(text: str) -> Iterator[re.Match[str]]:
    """The words of a name, folded, at their places in it."""
    return _WORD.finditer(fold(text))


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans, sorted, with those that overlap made one."""
    start, end = -1, -1
    for first, last in spans:
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > start:
        yield start, end


def _varied(found: Iterator[Suggestion], limit: int) -> tuple[Suggestion, ...]:
    """The first ones in order, each thing and each text once, no type with more than its share if others wait."""
    kept: list[Suggestion] = []
    waiting: list[Suggestion] = []
    seen: set[str] = set()
    for suggestion in found:
        keys = {fold(suggestion.text), suggestion.iri} - {""}
        if keys & seen:
            continue
        seen |= keys
        share = sum(other.type == suggestion.type for other in kept)
        (kept if share < max(1, round(_SHARES[suggestion.type] * limit)) else waiting).append(suggestion)
        if len(kept) == limit:
            break
    return tuple([*kept, *waiting][:limit])
