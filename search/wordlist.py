"""A release's texts and labels → the words that a misspelt one may have been meant for, each with how likely it is.

Made with the index, since only then all texts are at hand; kept as one file, `words.json`.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.vocabulary import Vocabulary
from ingest.compounds import CompoundSplitter
from ingest.language import Token
from ingest.lexicon import Lexicon

COMMON: Final = 3.0
"""Zipf frequency from which any Swedish word may be suggested: once in a million words."""
_COMMON_PART: Final = 7.0
"""Nats (see `ingest.compounds`) up to which a first part is common in any text: in eighty dictionary words or more."""
_FOREIGN: Final = 2.0
"""Zipf frequency from which a word of Swedish text that no dictionary has is taken for a name or a loan."""
_FOUR_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class WordList:
    """Lower-case words. A word is known here when the texts or the labels have it."""

    counts: Mapping[str, int]
    """How often the texts have it."""
    labels: frozenset[str]
    """Words of the names of concepts, and their inflected forms."""
    zipf: Mapping[str, float]
    """Words to suggest, with how common they are in Swedish: log10 of occurrences in 10⁹ words."""
    firsts: Mapping[str, int]
    """First parts of compounds as written there ("depressions"), with in how many words they stand."""
    lasts: frozenset[str]
    """Last parts of compounds of the texts and labels, and other words of theirs that may end one."""
    english: Mapping[str, float]
    """Common English words, by the same measure."""
    names: frozenset[str]
    """What Swedish texts have though dictionaries have not: names, loans, abbreviations."""


def make_wordlist(
    texts: Iterable[Sequence[Token]], labels: Iterable[Sequence[Token]], vocabulary: Vocabulary, lexicon: Lexicon
) -> WordList:
    """Count the words of analysed texts, and gather those of analysed labels and the common ones of Swedish."""
    from wordfreq import get_frequency_dict

    counts = Counter(word for tokens in texts for word in _words(tokens))
    named = {word for tokens in labels for word in _words(tokens)}
    inflected = {form for word in named if len(word) >= _FOUR_LETTERS for form in lexicon.inflections(word)}
    common = set(lexicon.common(COMMON))
    splitter = CompoundSplitter(lexicon, vocabulary.single_words())
    compounds = [splitter.split(word) for word in sorted(counts.keys() | named)]
    firsts = Counter(part for parts in compounds for part in parts[:-1] if len(part) >= _FOUR_LETTERS)
    firsts.update(part for part in lexicon.first_parts(_COMMON_PART) if len(part) >= _FOUR_LETTERS)
    english = {word: math.log10(share) + 9 for word, share in get_frequency_dict("en", "small").items()}
    swedish = {word: math.log10(share) + 9 for word, share in get_frequency_dict("sv").items()}
    return WordList(
        counts=dict(counts),
        labels=frozenset(named | inflected),
        zipf={word: round(swedish.get(word, 0.0), 1) for word in sorted(counts.keys() | named | inflected | common)},
        firsts=dict(firsts),
        lasts=frozenset(
            parts[-1] for parts in compounds if len(parts[-1]) >= _FOUR_LETTERS and _may_end(parts[-1], lexicon)
        ),
        english={word: round(often, 1) for word, often in english.items() if word.isalpha()},
        names=frozenset(
            word for word, often in swedish.items() if often >= _FOREIGN and word.isalpha() and word not in lexicon
        ),
    )


def write_wordlist(path: Path, words: WordList) -> None:
    """Write as JSON, in a fixed order."""
    content = {
        "counts": dict(sorted(words.counts.items())),
        "labels": sorted(words.labels),
        "zipf": words.zipf,
        "firsts": dict(sorted(words.firsts.items())),
        "lasts": sorted(words.lasts),
        "english": dict(sorted(words.english.items())),
        "names": sorted(words.names),
    }
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def load_wordlist(path: Path) -> WordList:
    """Read what `write_wordlist` wrote.

    Raises:
        OSError, ValueError, KeyError: the file is missing or broken.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    return WordList(
        counts=content["counts"],
        labels=frozenset(content["labels"]),
        zipf=content["zipf"],
        firsts=content["firsts"],
        lasts=frozenset(content["lasts"]),
        english=content["english"],
        names=frozenset(content["names"]),
    )


def _words(tokens: Sequence[Token]) -> Iterable[str]:
    """Words of letters only; what a hyphen joins counts as several."""
    for token in tokens:
        if token.is_word:
            yield from (piece for piece in token.text.lower().partition(":")[0].split("-") if piece.isalpha())


def _may_end(part: str, lexicon: Lexicon) -> bool:
    entry = lexicon.entry(part)
    return entry is None or entry.last_cost < math.inf
