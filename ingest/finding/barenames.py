"""Names that count only in company: "Norra" where sjukvårdsregioner are spoken of, "Akut vård" in a list of NPO.

Bodies of one kind are often listed by what tells them apart. Which bare names there are follows from the vocabulary: a
body's own name less the words for its kind.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from graph.vocabulary import Vocabulary
from ingest.language import Token
from ontology.model import Concept, Mention

_PREFIXES = ("NPO ", "Sjukvårdsregion ")
_SUFFIXES = (" sjukvårdsregionen",)
_ANNOUNCED = re.compile(
    r"\bNPO\b|\b[Ss]jukvårdsregion\w*|\b[Pp]rogramområde\w*|\bområden(?:a)?\b|\b[Vv]ärd(?:skap\w*)? för\b"
)
_JOINTS = frozenset([*",:.;()–", "och", "samt", "eller", "från", "i", "för", "är", "bland", "annat", "exempelvis"])


@dataclass(frozen=True, slots=True)
class BareNames:
    """Bodies by the words of their bare names, in lower case."""

    by_words: Mapping[tuple[str, ...], str]
    longest: int


def bare_names(vocabulary: Vocabulary) -> BareNames:
    """The bare names of all bodies."""
    found: dict[tuple[str, ...], str] = {}
    for concept in vocabulary.concepts.values():
        if concept.kind == "organisation":
            found.update({tuple(_words(name)): concept.iri for name in _bare(concept)})
    return BareNames(found, max(map(len, found), default=0))


def with_bare_names(
    text: str, tokens: Sequence[Token], mentions: Sequence[Mention], names: BareNames
) -> tuple[Mention, ...]:
    """The mentions with bare names added, where a sentence announces bodies of their kind; a name in a list stands for
    the body, not for the condition that it may name too ("Hjärt- och kärlsjukdomar")."""
    found: list[Mention] = []
    for _, group in groupby(tokens, key=lambda token: token.sentence):
        sentence = list(group)
        announced = _ANNOUNCED.search(text, sentence[0].start, sentence[-1].end)
        listed = _listed(text, sentence, names) if announced else []
        if len(listed) > 1 or (announced and announced[0].lower().startswith("värd")):
            found.extend(listed)
    if not found:
        return tuple(mentions)
    kept = sorted(_outside(mentions, found), key=_place)
    return tuple(sorted([*kept, *_apart(found, kept)], key=_place))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _outside(mentions: Sequence[Mention], names: Sequence[Mention]) -> list[Mention]:
    """The mentions that lie in none of these names, which are in order and apart from each other."""
    starts = [name.start for name in names]
    before = [bisect_right(starts, mention.start) for mention in mentions]
    return [mention for mention, at in zip(mentions, before, strict=True) if not at or names[at - 1].end < mention.end]


def _apart(names: Sequence[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """The names that overlap none of these mentions, which are in order."""
    starts = [mention.start for mention in mentions]
    reaches = [0, *accumulate((mention.end for mention in mentions), max)]
    return [name for name in names if reaches[bisect_left(starts, name.end)] <= name.start]


def _listed(text: str, sentence: Sequence[Token], names: BareNames) -> list[Mention]:
    found: list[Mention] = []
    place = 0
    while place < len(sentence):
        taken = _name_at(sentence, place, names)
        if taken:
            span = sentence[place : place + taken]
            key = tuple(token.text.lower() for token in span)
            surface = text[span[0].start : span[-1].end]
            found.append(Mention(names.by_words[key], surface, span[0].start, span[-1].end, "label", False))
        place += max(taken, 1)
    return found


def _name_at(sentence: Sequence[Token], place: int, names: BareNames) -> int:
    """How many tokens make a bare name that fills an item of a list here; 0 where none does."""
    if place and sentence[place - 1].text.lower() not in _JOINTS:
        return 0
    for length in range(min(names.longest, len(sentence) - place), 0, -1):
        key = tuple(token.text.lower() for token in sentence[place : place + length])
        ends = place + length == len(sentence) or sentence[place + length].text.lower() in _JOINTS
        listed = place > 0 or length < len(sentence)
        if key in names.by_words and ends and listed:
            return length
    return 0


def _bare(concept: Concept) -> list[str]:
    names = [concept.label, *concept.alt_labels]
    bare = [name.removeprefix(prefix) for name in names for prefix in _PREFIXES if name.startswith(prefix)]
    return [*bare, *(name.removesuffix(end) for name in names for end in _SUFFIXES if name.endswith(end))]


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:[-–][^\W_]+)*-?|[^\w\s]", name.lower())
