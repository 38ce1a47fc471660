"""The words of a question → corrections of those that are misspelt, wrongly parted or wrongly joined.

Nothing is replaced: a correction is told of, and searched for beside what was written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Final

from ingest.language import LONGEST_ACRONYM, Token
from ingest.lexicon_build import PARTICLES
from ontology.model import Mention
from search.knownwords import SHORTEST
from search.spelling import Speller
from search.types import Correction

_SAME_BUT_MARKS: Final = 0.25
"""The highest cost for what is written in capitals like an abbreviation: "ÄDHD" → "ADHD"."""
_SHORTEST_PIECE: Final = 3
_HYPHEN: Final = re.compile("([-‐‑])")
_COINED: Final = re.compile("[a-zåäöé][A-ZÅÄÖÉ]|[A-ZÅÄÖÉ]{3,}[a-zåäöé]")
"""Capitals within a word: an abbreviation, or the name of an instrument: "HoNOS", "QbTest", "PROMs"."""
_MOST: Final = 20
"""Words that are looked up at most: one that nobody knows takes some milliseconds, and a question may have hundreds."""


def find_corrections(
    text: str, tokens: Sequence[Token], mentions: Sequence[Mention], speller: Speller
) -> tuple[Correction, ...]:
    """Corrections in order of place; `mentions` are what is understood as it stands, and is left alone."""
    words = [token for token in tokens if token.is_word]
    parted = list(_parted(text, words, mentions, speller))
    taken = {place for found in parted for place in range(found.start, found.end)}
    doubtful = (token for token in words if token.start not in taken and _is_doubtful(token, speller))
    single = (
        found
        for token in islice(doubtful, _MOST)
        if (found := _misspelt(text, token, speller) or _joined(token, speller))
    )
    return tuple(sorted((*parted, *single), key=lambda found: found.start))


@dataclass(frozen=True, slots=True)
class Mended:
    """A text with its corrections made, and the places of the corrections in it."""

    text: str
    spans: tuple[tuple[int, int], ...]


def mend(text: str, corrections: Iterable[Correction]) -> Mended:
    """Make corrections."""
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    at = length = 0
    for found in corrections:
        kept = text[at : found.start]
        length += len(kept)
        spans.append((length, length + len(found.suggested)))
        pieces += [kept, found.suggested]
        length += len(found.suggested)
        at = found.end
    return Mended("".join([*pieces, text[at:]]), tuple(spans))


def mentions_by_correction(
    text: str, corrections: Sequence[Correction], mended: Mended, mentions: Iterable[Mention]
) -> Iterator[tuple[Mention, str, tuple[Correction, ...]]]:
    """Mentions of a mended text that rest on corrections, placed in the text as written.

    Each with what it reads as in the mended text, and the corrections that it rests on.
    """
    for mention in mentions:
        behind = tuple(
            correction
            for correction, (start, end) in zip(corrections, mended.spans, strict=True)
            if mention.start < end and start < mention.end
        )
        if behind:
            start = _back(mention.start, corrections, mended.spans, at_end=False)
            end = _back(mention.end, corrections, mended.spans, at_end=True)
            yield replace(mention, surface=text[start:end], start=start, end=end), mention.surface, behind


def _back(place: int, corrections: Sequence[Correction], spans: Sequence[tuple[int, int]], *, at_end: bool) -> int:
    """A place of the mended text as a place of the written one; within a correction, its start or end."""
    moved = 0
    for correction, (start, end) in zip(corrections, spans, strict=True):
        if place < start or (place == start and at_end):
            break
        if place < end or (place == end and at_end):
            return correction.end if at_end else correction.start
        moved = correction.end - end
    return place + moved


def _is_doubtful(token: Token, speller: Speller) -> bool:
    return any(speller.doubts(piece) for piece in _HYPHEN.split(token.text.partition(":")[0].lower()))


def _misspelt(text: str, token: Token, speller: Speller) -> Correction | None:
    written = token.text
    if _COINED.search(written) or (written.isupper() and len(written) <= LONGEST_ACRONYM and not text.isupper()):
        found = speller.suggest(written.lower())
        suggested = found.word if found and found.cost <= _SAME_BUT_MARKS and speller.is_label(found.word) else None
    else:
        is_name = written[:1].isupper() and not written.isupper() and not _begins(text, token)
        suggested = _respelt(written, speller, is_name=is_name)
    if suggested is None:
        return None
    return Correction(token.start, token.end, written, _cased(suggested, written), used=speller.has(suggested.lower()))


def _respelt(written: str, speller: Speller, *, is_name: bool) -> str | None:
    """The word, or that of the pieces that hyphens join which nobody knows, as it was probably meant."""
    pieces = _HYPHEN.split(written.partition(":")[0].lower())
    found = [speller.suggest(piece, is_name) if piece.isalpha() else None for piece in pieces]
    if not any(found):
        return None
    return "".join(better.word if better else piece for piece, better in zip(pieces, found, strict=True))


def _begins(text: str, token: Token) -> bool:
    """Whether a word begins a sentence, or a question in which every word has a capital."""
    return text.istitle() or re.search(r"(?:^|[.!?:]\s*)[\W_]*$", text[: token.start]) is not None


def _cased(suggested: str, written: str) -> str:
    if written.isupper() and len(written) > 1:
        return suggested.upper()
    return suggested[:1].upper() + suggested[1:] if written[:1].isupper() else suggested


def _parted(text: str, words: Sequence[Token], mentions: Sequence[Mention], speller: Speller) -> Iterator[Correction]:
    """Words that are one word: "själv skada"."""
    end = 0
    for one, other in pairwise(words):
        whole = (one.text + other.text).lower()
        if (
            one.start >= end
            and text[one.end : other.start] == " "
            and min(len(one.text), len(other.text)) >= _SHORTEST_PIECE
            and speller.is_label(whole)
            and one.text.lower() not in PARTICLES
            and not any(mention.start <= one.start and other.end <= mention.end for mention in mentions)
        ):
            end = other.end
            written = text[one.start : end]
            yield Correction(one.start, end, written, _cased(whole, written), used=True)


def _joined(token: Token, speller: Speller) -> Correction | None:
    """One word that is several: "psykiskhälsa"."""
    word = token.text.lower()
    if len(word) < 2 * SHORTEST or not word.isalpha() or (phrase := speller.as_phrase(word)) is None:
        return None
    return Correction(token.start, token.end, token.text, _cased(phrase, token.text), used=True)
