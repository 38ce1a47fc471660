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
_DENIALS = frozenset(["inte", "ej", "icke", "ingen", "inget", "inga"])
_DISTRIBUTING = frozenset(["varken", "sig"])
"""The last words of what negates every member of a list: "varken X, Y eller Z", "vare sig X eller Y"."""
_MARKS = frozenset([",", ";", ":", "(", ")", "–", "-"])
_LATE = 3
"""Words before a subject that show whether it is one."""


@dataclass(frozen=True, slots=True)
class _Rules:
    before: frozenset[tuple[str, ...]]
    prepositions: frozenset[tuple[str, ...]]
    softened_by: frozenset[tuple[str, ...]]
    limited_by: frozenset[str]
    softened_after: frozenset[tuple[str, ...]]
    limited_after: re.Pattern[str]
    stops: frozenset[str]
    auxiliaries: frozenset[str]
    frames: frozenset[str]
    giving: frozenset[str]
    people: re.Pattern[str]
    applying: frozenset[str]
    carriers: frozenset[str]
    after: re.Pattern[str]
    after_done: re.Pattern[str]
    not_subject_after: frozenset[str]
    acts: frozenset[str]
    adverbs: frozenset[str]
    fillers: frozenset[str]


def mark_negated(text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, in order, each with `negated` as the text has it."""
    rules = _rules()
    inside = _inside(tokens, mentions)
    places = [bisect_left(tokens, mention.start, key=lambda token: token.start) for mention in mentions]
    denied = [
        _is_denied_after(text, tokens, first, mention, rules) for first, mention in zip(places, mentions, strict=True)
    ]
    for at in range(len(mentions) - 2, -1, -1):  # "X och Y ska inte ges": what is said of the last is said of all
        denied[at] |= denied[at + 1] and _are_listed(tokens, mentions[at], mentions[at + 1], rules, most=1)
    marked: list[Mention] = []
    for first, mention, is_denied in zip(places, mentions, denied, strict=True):
        negated = not rules.limited_after.match(text, mention.end) and (
            is_denied
            or _follows_negation(tokens, first, inside, rules)
            or (
                bool(marked)
                and marked[-1].negated
                and _are_listed(tokens, marked[-1], mention, rules)
                and not _begins_clause(tokens, first, mention)
            )
        )
        marked.append(replace(mention, negated=negated))
    return tuple(marked)


def _follows_negation(tokens: Sequence[Token], first: int, inside: frozenset[int], rules: _Rules) -> bool:
    """Whether a negation stands before, near enough, with nothing between that ends its reach."""
    passed = 0
    frame_at: int | None = None
    is_listed = has_auxiliary = is_of_people = False
    for at in range(first - 1, -1, -1):
        token = tokens[at]
        word = token.text.lower()
        if token.sentence != tokens[first].sentence or passed >= _REACH:
            return False
        if (length := _cue(tokens, at, rules.before)) is not None:
            rules_out = _cue(tokens, at, rules.prepositions) is not None
            opens_clause = word == "utan" and tokens[at + 1].text.lower() == "att"
            return (
                (not is_listed or word in _DISTRIBUTING)
                and (not is_of_people or rules_out)
                and (
                    frame_at is None or (frame_at == at + 1 and (rules_out or _carries_on(tokens, at - length, rules)))
                )
                and (
                    opens_clause or not (has_auxiliary or (rules_out and any(map(_is_finite, tokens[at + 1 : first]))))
                )
                and not _is_softened(tokens, at, length, first, rules)
            )
        follows_cue = at > 0 and _cue(tokens, at - 1, rules.before) is not None
        heads_list = word == ":" and (follows_cue or (at > 1 and _cue(tokens, at - 2, rules.before) is not None))
        if (word in rules.stops and not (word == "om" and follows_cue)) or (
            word in _MARKS - _JOINTS and not heads_list
        ):
            return False
        is_listed |= word in _JOINTS and at - 1 not in inside
        has_auxiliary |= word in rules.auxiliaries and not follows_cue
        is_of_people |= word == "med" and at > 0 and rules.people.fullmatch(tokens[at - 1].text) is not None
        if _is_frame(tokens, at, rules):
            frame_at = at
        passed += token.is_word
    return False


def _is_frame(tokens: Sequence[Token], at: int, rules: _Rules) -> bool:
    """Whether a preposition says for whom, where or when something is denied."""
    word, before = tokens[at].text.lower(), tokens[at - 1].text.lower() if at else ""
    if word == "till":
        return bool(rules.giving.intersection(token.text.lower() for token in tokens[max(at - _LATE, 0) : at]))
    is_age = word == "under" and tokens[at + 1].text[:1].isdecimal()
    return word in rules.frames and before not in rules.carriers and not is_age


def _carries_on(tokens: Sequence[Token], before: int, rules: _Rules) -> bool:
    """Whether a denial reaches over a preposition right after it, given the place of what stands before the denial:
    "men inte vid adhd" and "gäller inte vid adhd", but not "räcker inte vid adhd"."""
    while before >= 0 and tokens[before].text.lower() in rules.adverbs:
        before -= 1
    return before < 0 or tokens[before].pos not in {"VERB", "AUX"} or tokens[before].text.lower() in rules.applying


def _is_finite(token: Token) -> bool:
    """Whether it is a verb in the present, or a passive: "räknas", "har"."""
    return token.pos in {"VERB", "AUX"} and token.text.endswith(("r", "s"))


def _cue(tokens: Sequence[Token], last: int, cues: frozenset[tuple[str, ...]]) -> int | None:
    """How many words a cue has that ends with this token, if one does."""
    for length in (2, 1):
        if last + 1 >= length and tuple(t.text.lower() for t in tokens[last + 1 - length : last + 1]) in cues:
            return length
    return None


def _is_softened(tokens: Sequence[Token], at: int, length: int, target: int, rules: _Rules) -> bool:
    """Whether a negation is none after all: "inte bara X", "med eller utan X", and "inte X utan Y" for Y."""
    word = tokens[at].text.lower()
    following = [token.text.lower() for token in tokens[at + 1 : target]]
    if word != "utan" and rules.softened_by.intersection([tuple(following[:1]), tuple(following[:2])]):
        return True
    if rules.limited_by.intersection(following):
        return True
    if at >= length and _cue(tokens, at - length, rules.softened_after) is not None:
        return True
    is_of_people = at > 0 and rules.people.fullmatch(tokens[at - 1].text) is not None
    return word in {"utan", "utom"} and not is_of_people and _answers_a_denial(tokens, at)


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
    is_done = "/condition/" not in mention.concept_iri
    if not (rules.after.match(text, mention.end) or (is_done and rules.after_done.match(text, mention.end))):
        return False
    before: list[str] = []
    for token in tokens[max(first - _LATE, 0) : first]:
        if token.sentence != tokens[first].sentence or token.text.lower() in rules.auxiliaries or token.text in _MARKS:
            before.clear()
        elif token.is_word:
            before.append(token.text.lower())
    if before[-1:] in (["med"], ["av"]) and rules.acts.intersection(before[-2:-1]):
        return True
    if before[-1:] == ["att"] or before == ["om"]:
        return True
    return not rules.not_subject_after.intersection(before)


def _are_listed(tokens: Sequence[Token], one: Mention, other: Mention, rules: _Rules, most: int = 2) -> bool:
    """Whether nothing but a comma or conjunction parts two mentions, or at `most` 2 such: ", och"."""
    places = (bisect_left(tokens, place, key=lambda token: token.start) for place in (one.end, other.start))
    between = tokens[slice(*places)]
    joints = [token for token in between if token.text.lower() not in rules.fillers]
    return (
        1 <= len(joints) <= most
        and all(token.text.lower() in _JOINTS or token.text == "(" for token in joints)
        and all(token.sentence == between[0].sentence for token in between)
    )


def _begins_clause(tokens: Sequence[Token], first: int, mention: Mention) -> bool:
    """Whether a mention is the subject of a clause of its own: "inga tecken till X, och Y kunde behållas"."""
    after = bisect_left(tokens, mention.end, key=lambda token: token.start)
    return (
        first > 0
        and tokens[first - 1].text.lower() == "och"
        and after < len(tokens)
        and tokens[after].pos in {"VERB", "AUX"}
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

    def follows(name: str) -> re.Pattern[str]:
        pattern = "|".join(data[name])
        for part, meaning in data["parts"].items():
            pattern = pattern.replace(f"{{{part.upper()}}}", meaning)
        return re.compile(
            rf"{data['of_what']}(?::?\s+(?:{pattern})|: (?:ingen|inget|inga|nej)(?=[.,;)]|$))", re.IGNORECASE
        )

    return _Rules(
        before=phrases("before"),
        prepositions=phrases("prepositions"),
        softened_by=phrases("softened_by"),
        limited_by=words("limited_by"),
        softened_after=phrases("softened_after"),
        limited_after=re.compile(r"\s+(?:" + "|".join(data["limited_after"]) + ")", re.IGNORECASE),
        stops=words("stops"),
        auxiliaries=words("auxiliaries"),
        frames=words("frames"),
        giving=words("giving"),
        people=re.compile(data["people"], re.IGNORECASE),
        applying=words("applying"),
        carriers=words("carriers"),
        after=follows("after"),
        after_done=follows("after_done"),
        not_subject_after=words("not_subject_after"),
        acts=words("acts"),
        adverbs=words("adverbs"),
        fillers=words("fillers"),
    )
