"""Which mentions the text negates: "utan samsjuklighet", "inte autism", "bensodiazepiner ska inte ges".

NegEx (Chapman et al. 2001, https://doi.org/10.1006/jbin.2001.1029) with Swedish words, which are data
(`rules/negation.toml`), and three things more: what softens a negation, where a preposition frames the sentence rather
than carrying the negation on, and lists, whose members share it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.language import Token
from ingest.rulebook import load_rules
from ontology.model import Mention

_REACH = 6
"""Words between a negation and what it negates, as in NegEx."""
_JOINTS = frozenset([",", "och", "eller", "samt", "/", "respektive", "alternativt", "och/eller"])
_ONLY = re.compile(r"\s+som (?:enda|ensam)\b")
"""After what is denied only as the only one: "använd inte ett test som enda grund"."""
_DENIALS = frozenset(["inte", "ej", "icke", "ingen", "inget", "inga"])
_MARKS = frozenset([",", ";", ":", "(", ")", "–", "-"])


@dataclass(frozen=True, slots=True)
class _Rules:
    before: frozenset[tuple[str, ...]]
    softened_by: frozenset[str]
    limited_by: frozenset[str]
    softened_after: frozenset[tuple[str, ...]]
    stops: frozenset[str]
    frames: frozenset[str]
    carriers: frozenset[str]
    after: re.Pattern[str]
    not_subject_after: frozenset[str]


def mark_negated(text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, in order, each with `negated` as the text has it."""
    rules = _rules()
    inside = _inside(tokens, mentions)
    marked: list[Mention] = []
    for mention in mentions:
        first = bisect_left(tokens, mention.start, key=lambda token: token.start)
        negated = not _ONLY.match(text, mention.end) and (
            _follows_negation(tokens, first, inside, rules)
            or _is_denied_after(text, tokens, first, mention, rules)
            or _shares_a_list(tokens, first, marked)
        )
        marked.append(replace(mention, negated=negated))
    return tuple(marked)


def _follows_negation(tokens: Sequence[Token], first: int, inside: frozenset[int], rules: _Rules) -> bool:
    """Whether a negation stands before, near enough, with nothing between that ends its reach."""
    passed = 0
    frame_at: int | None = None
    for at in range(first - 1, -1, -1):
        token = tokens[at]
        word = token.text.lower()
        if token.sentence != tokens[first].sentence or passed >= _REACH:
            return False
        if (length := _cue(tokens, at, rules.before)) is not None:
            carries_on = frame_at is None or (frame_at == at + 1 and not _ends_a_passive(tokens, at - length))
            return carries_on and not _is_softened(tokens, at, length, first, rules)
        if word in rules.stops or word in _MARKS:
            return False
        if word in _JOINTS and at - 1 not in inside:
            return False
        if word in rules.frames and not (at and tokens[at - 1].text.lower() in rules.carriers):
            frame_at = at
        passed += token.is_word
    return False


def _ends_a_passive(tokens: Sequence[Token], at: int) -> bool:
    """Whether this is a verb such as "ges", so that "inte" after it denies the giving: "ges inte vid adhd"."""
    return at >= 0 and tokens[at].text.endswith("s") and tokens[at].pos in {"VERB", "AUX", ""}


def _cue(tokens: Sequence[Token], last: int, cues: frozenset[tuple[str, ...]]) -> int | None:
    """How many words a cue has that ends with this token, if one does."""
    for length in (2, 1):
        if last + 1 >= length and tuple(t.text.lower() for t in tokens[last + 1 - length : last + 1]) in cues:
            return length
    return None


def _is_softened(tokens: Sequence[Token], at: int, length: int, target: int, rules: _Rules) -> bool:
    """Whether a negation is none after all: "inte bara X", "med eller utan X", and "inte X utan Y" for Y."""
    if at + 1 < target and tokens[at + 1].text.lower() in rules.softened_by:
        return True
    if rules.limited_by.intersection(token.text.lower() for token in tokens[at + 1 : target]):
        return True
    before = [token.text.lower() for token in tokens[max(at - length - 1, 0) : at - length + 1]]
    if tuple(before) in rules.softened_after:
        return True
    return tokens[at].text.lower() == "utan" and _answers_a_denial(tokens, at)


def _answers_a_denial(tokens: Sequence[Token], at: int) -> bool:
    """Whether a "utan" sets right what was denied before it: "inte depression utan ångest"."""
    for token in reversed(tokens[:at]):
        if token.sentence != tokens[at].sentence or token.text in {";", ":", "("}:
            return False
        if token.text.lower() in _DENIALS:
            return True
    return False


def _is_denied_after(text: str, tokens: Sequence[Token], first: int, mention: Mention, rules: _Rules) -> bool:
    """Whether the mention is the subject of what says that it is absent or not to be given."""
    if not rules.after.match(text, mention.end):
        return False
    before = [t.text.lower() for t in tokens[max(first - 3, 0) : first] if t.sentence == tokens[first].sentence]
    return not rules.not_subject_after.intersection(before)


def _shares_a_list(tokens: Sequence[Token], first: int, marked: Sequence[Mention]) -> bool:
    """Whether the mention before is negated and nothing but a comma or conjunction parts the two."""
    if not marked or not marked[-1].negated or not first:
        return False
    between = tokens[bisect_left(tokens, marked[-1].end, key=lambda token: token.start) : first]
    return (
        len(between) in {1, 2}
        and all(token.text.lower() in _JOINTS or token.text == "(" for token in between)
        and between[0].sentence == tokens[first].sentence
    )


def _inside(tokens: Sequence[Token], mentions: Sequence[Mention]) -> frozenset[int]:
    """Positions of the tokens that lie in a mention."""
    found: set[int] = set()
    for mention in mentions:
        at = bisect_left(tokens, mention.start, key=lambda token: token.start)
        while at < len(tokens) and tokens[at].start < mention.end:
            found.add(at)
            at += 1
    return frozenset(found)


@cache
def _rules() -> _Rules:
    data = load_rules("negation")

    def words(name: str) -> frozenset[str]:
        return frozenset(data[name])

    def phrases(name: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(phrase.split()) for phrase in data[name])

    return _Rules(
        before=phrases("before"),
        softened_by=words("softened_by"),
        limited_by=words("limited_by"),
        softened_after=phrases("softened_after"),
        stops=words("stops"),
        frames=words("frames"),
        carriers=words("carriers"),
        after=re.compile(r"\s+(?:" + "|".join(data["after"]) + ")", re.IGNORECASE),
        not_subject_after=words("not_subject_after"),
    )
